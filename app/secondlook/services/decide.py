"""The second enforcement: the only code that writes a decision."""

import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.policy import (
    Assessment,
    ExaminationFact,
    Facts,
    ModelFact,
    Policy,
    RehearsalFact,
    assess,
)
from secondlook.domain.records import Case, Decision, Operator, Search
from secondlook.domain.review import Outcome, checklist_complete
from secondlook.services.authority import Act, require
from secondlook.services.cases import require_open
from secondlook.storage import cases, log, rehearsals, reviews, searches
from secondlook.storage.database import Connection, Store


def stored_facts(db: Connection, candidate_id: int, corroboration: str) -> tuple[Policy, Facts]:
    """Everything ``assess`` asks for, read from what is stored."""
    candidate = searches.candidate(db, candidate_id)
    search = searches.get(db, candidate.search_id)
    case = cases.get(db, search.case_id)
    examinations = tuple(
        ExaminationFact(e.operator_id, e.conclusion, checklist_complete(e.findings))
        for e in reviews.examinations(db, candidate_id)
    )
    return search.policy, Facts(
        purpose=case.purpose,
        authorisation=case.authorisation,
        authorisation_delay_hours=_delay_hours(case),
        probe_origin=search.probe_origin,
        probe_analysis=search.probe_analysis,
        probe_quality=search.probe_quality,
        reference_quality=candidate.reference_quality,
        confidence=candidate.confidence,
        margin=candidate.margin,
        examinations=examinations,
        corroboration=corroboration,
        models=_models(search),
        rehearsal=_rehearsal(db, search),
    )


def _models(search: Search) -> tuple[ModelFact, ...]:
    """Searches recorded before models had a status are without one."""
    keys = (("name", "status"), ("detector", "detector_status"))
    return tuple(
        ModelFact(str(search.model.get(name) or name), str(search.model.get(status) or ""))
        for name, status in keys
    )


def _rehearsal(db: Connection, search: Search) -> RehearsalFact | None:
    """Of galleries as they are named in the search: one that was removed keeps its rehearsals."""
    found = rehearsals.latest(db, search.gallery_id, str(search.model.get("sha256")))
    if found is None or found.finished_at is None:
        return None
    ended, at = (datetime.fromisoformat(t) for t in (found.finished_at, search.at))
    return RehearsalFact(
        finished_at=found.finished_at,
        age_days=(at - ended).total_seconds() / 86_400,
        people=found.people,
        persons=(found.gallery_persons, search.gallery_persons),
    )


def _delay_hours(case: Case) -> float:
    if case.authorised_at is None:
        return math.inf
    given, opened = (datetime.fromisoformat(t) for t in (case.authorised_at, case.opened_at))
    return (given - opened).total_seconds() / 3600


def assess_stored(db: Connection, candidate_id: int, corroboration: str = "") -> Assessment:
    return assess(*stored_facts(db, candidate_id, corroboration))


def decide(
    store: Store,
    operator: Operator,
    candidate_id: int,
    outcome: Outcome,
    corroboration: str,
    reason: str,
) -> Decision:
    """Record the outcome for a candidate, once.

    Raises ``PolicyRefusal`` naming the unmet requirements of an acceptance, ``NotPermitted`` for
    whoever may not examine, ``InputError`` (decided already, no reason given), and
    ``IntegrityError`` should the database see something that ``assess`` did not.
    """
    with store.write() as db:
        require(db, operator, Act.DECIDE)
        if outcome is not Outcome.ACCEPTED and not reason.strip():
            raise InputError("Say why: the reason is part of the record.")
        candidate = searches.candidate(db, candidate_id)
        search = searches.get(db, candidate.search_id)
        case = cases.get(db, search.case_id)
        _require_decidable(db, case, candidate_id)
        assessment = assess_stored(db, candidate_id, corroboration)
        if outcome is Outcome.ACCEPTED:
            _require_acceptable(case, search.policy, assessment)
        elif search.policy.all_candidates_reviewed and not reviews.examinations(db, candidate_id):
            raise PolicyRefusal(
                "Nobody has examined this candidate yet.",
                unmet=("examiners",),
                remedy="This policy wants every candidate examined before it is decided.",
            )
        requirements: list[dict[str, Any]] = [asdict(r) for r in assessment.requirements]
        key = reviews.add_decision(
            db,
            candidate_id,
            operator,
            search.policy.sha256,
            outcome,
            corroboration.strip(),
            reason.strip(),
            requirements,
        )
        payload = {"case": case.reference, "candidate": candidate_id, "outcome": outcome.value}
        log.record(db, operator.username, "decision", key, payload)
        decision = reviews.decision(db, candidate_id)
        assert decision is not None
        return decision


def _require_decidable(db: Connection, case: Case, candidate_id: int) -> None:
    require_open(case)
    if reviews.decision(db, candidate_id):
        raise InputError("This candidate is decided already; a decision is never changed.")


def _require_acceptable(case: Case, policy: Policy, assessment: Assessment) -> None:
    if case.policy.sha256 != policy.sha256:
        raise PolicyRefusal(
            "The case has moved to another policy since this search.", remedy="Search again."
        )
    if not assessment.acceptable:
        unmet = assessment.unmet
        listed = "; ".join(f"{r.title}: needs {r.needed}, found {r.found}" for r in unmet)
        raise PolicyRefusal(
            f"{policy.title} does not allow it: {listed}.", unmet=tuple(r.name for r in unmet)
        )
