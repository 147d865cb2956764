"""The second enforcement: the only code that writes a decision."""

import math
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.facts import NOBODY, Facts, ModelFact, RehearsalFact, Tries
from secondlook.domain.marks import people_needed
from secondlook.domain.opinions import Opinions
from secondlook.domain.outcomes import OutcomeRefusal, outcome_refusal
from secondlook.domain.photographs import Photograph, Standing
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Case, Decision, Operator, Search
from secondlook.domain.requirements import Assessment, Bound, Hidden, assess
from secondlook.domain.review import Outcome
from secondlook.services.authority import Act, require
from secondlook.services.copies import looked_at
from secondlook.services.masking import told
from secondlook.services.open_cases import require_open
from secondlook.storage import (
    cases,
    derived,
    log,
    looks,
    marks,
    people,
    photographs,
    questions,
    rehearsals,
    reviews,
    seals,
    searches,
    tries,
    trust,
    unknowns,
)
from secondlook.storage.database import Connection, Store
from secondlook.texts.requirements import requirement_line


class Stored:
    """What is stored about a candidate and its question, read once for one assessment."""

    def __init__(self, db: Connection, candidate_id: int) -> None:
        self._db = db
        self.candidate: Candidate = searches.candidate(db, candidate_id)
        self.search: Search = searches.get(db, self.candidate.search_id)
        self.case: Case = cases.get(db, self.search.case_id)
        self.bound_by: tuple[Policy, ...] = questions.bound_by(db, candidate_id)

    @property
    def policy(self) -> Policy:
        return self.search.policy

    def facts(self, policy: Policy, corroboration: str, decider: int | None) -> Facts:
        """As ``policy`` reads them: what it asks of findings, for one, is its own."""
        db, candidate, search, case = self._db, self.candidate, self.search, self.case
        model = str(search.model.get("sha256"))
        opinions = questions.opinions(db, candidate.id, policy)
        shown = questions.question(db, candidate.id)["shown_id"]
        examiners, bonds = {o.operator_id for o in opinions.each}, people.bonds(db)
        agreeing, carrying = opinions.counted(policy), opinions.carrying(policy)
        impartial = None
        if decider is not None:
            every = bonds.independent(examiners | {decider})
            impartial = every > bonds.independent(examiners)
        rival = questions.best_rival(db, candidate.id, model)
        margins = [] if math.isinf(candidate.margin) else [candidate.margin]
        margins += [] if rival is None else [candidate.score - rival.score]
        kin = rival is not None and rival.kin and candidate.score - rival.score == min(margins)
        return Facts(
            purpose=case.purpose,
            authorisation=case.authorisation,
            authorisation_delay_hours=_delay_hours(case),
            origins=questions.origins(db, candidate.id),
            probe_analysis=search.probe_analysis,
            probe_quality=search.probe_quality,
            reference_quality=candidate.reference_quality,
            confidence=candidate.confidence,
            tries=tries.of(db, shown),
            gallery_persons=search.gallery_persons,
            met=questions.met_calibrations(db, candidate.id),
            calibration_stands=not marks.no_longer_left_out(
                db, search.id, people_needed(policy.examiners)
            ),
            margin=min(margins, default=None),
            rival_shares=kin,
            opinions=opinions,
            standing=questions.standing(db, candidate.id, case.id, opinions, policy.min_conclusion),
            shared_dissent=questions.shared_dissent(db, candidate.id),
            corroboration=corroboration,
            models=_models(db, search),
            policy_trust=trust.of_policy(db, search.policy),
            rehearsal=_rehearsal(db, search),
            photograph=self.photograph,
            people=bonds.independent(examiners),
            unit_of_two=bonds.rest_on_a_unit(examiners),
            agreeing=bonds.independent({o.operator_id for o in agreeing}, examiners),
            carrying=bonds.independent({o.operator_id for o in carrying}, examiners),
            impartial=impartial,
        )

    @property
    def examiners(self) -> int:
        """How many people it takes by everything that binds the candidate."""
        return max(policy.examiners for policy in (self.policy, *self.bound_by))

    def judged(self, corroboration: str, decider: int | None) -> tuple[Bound, tuple[Bound, ...]]:
        """The search's own policy, and each other one that binds the candidate, with the facts."""
        own, *bound = (
            (policy, self.facts(policy, corroboration, decider))
            for policy in (self.policy, *self.bound_by)
        )
        return own, tuple(bound)

    def assessment(self, corroboration: str = "", decider: int | None = None) -> Assessment:
        own, bound = self.judged(corroboration, decider)
        return assess(*own, *bound)

    def unswayed(self, corroboration: str = "") -> Bound:
        """The case's own policy, with the facts as somebody knows them who must not know yet what
        others have done with the question since this search."""
        facts, search = self.facts(self.policy, corroboration, None), self.search
        compared = search.calibration.compared or search.gallery_persons
        margin = self.candidate.margin
        alone = replace(
            facts,
            opinions=NOBODY,
            people=0,
            unit_of_two=False,
            agreeing=0,
            carrying=0,
            standing=(),
            shared_dissent=False,
            tries=Tries(compared, compared, compared),
            met=(),
            margin=None if math.isinf(margin) else margin,
            rival_shares=False,
        )
        return self.policy, alone

    def withheld(self, corroboration: str = "") -> Assessment:
        """As somebody may know it who must not be swayed: the same whatever others concluded."""
        return assess(*self.unswayed(corroboration)).withheld(Hidden.OPINIONS)

    def refusal(self, outcome: Outcome, facts: Facts) -> OutcomeRefusal | None:
        """Why the question may not end so; None where it may."""
        return outcome_refusal(
            outcome,
            self.policy,
            facts,
            excluding=self.excluding(facts),
            same_photograph=self.photograph in (Standing.CERTAIN, Standing.SAME),
            bound_examiners=self.examiners,
        )

    def excluding(self, facts: Facts) -> int:
        """How many different people exclude, each with a decisive difference."""
        examiners = {o.operator_id for o in facts.opinions.each}
        excluding = {o.operator_id for o in facts.opinions.dissenting if o.decisive}
        return people.bonds(self._db).independent(excluding, examiners)

    @property
    def pair(self) -> tuple[Photograph, Photograph]:
        """Probe and reference."""
        candidate, search = self.candidate, self.search
        return (
            Photograph(search.probe_sha256, search.probe_face),
            Photograph(candidate.reference_sha256, candidate.reference_face),
        )

    @property
    def photograph(self) -> Standing:
        """Whether probe and reference are one photograph; of one file it is certain."""
        probe, reference = self.pair
        if probe.sha256 == reference.sha256:
            return Standing.CERTAIN
        return photographs.standing(self._db, probe, reference)


def _models(db: Connection, search: Search) -> tuple[ModelFact, ...]:
    """Searches recorded before models had a status are without one."""
    keys = (("name", "status", "recogniser"), ("detector", "detector_status", "detector"))
    trusts = trust.of_search(db, search.id)
    return tuple(
        ModelFact(
            str(search.model.get(name) or name),
            str(search.model.get(status) or ""),
            trusts.get(role),
        )
        for name, status, role in keys
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


def decide(
    store: Store,
    operator: Operator,
    candidate_id: int,
    outcome: Outcome,
    corroboration: str,
    reason: str,
) -> Decision:
    """Record the outcome of a question in its case, once.

    Raises ``PolicyRefusal`` naming the unmet requirements of an acceptance or why another outcome
    is not open (in the same words whatever others concluded, where who asks must not know that
    yet), ``NotPermitted`` for whoever may not examine, ``InputError`` (decided already, no
    reason given), and ``IntegrityError`` should the database see something that this did not.
    """
    require(store.read(), operator, Act.DECIDE)
    knows = told(store, operator, candidate_id)  # a refusal tells it, and is not on record
    _count_again(store, candidate_id)
    with store.write() as db:
        require(db, operator, Act.DECIDE)
        seals.require_all(db, "account")  # who is there decides who counts as two
        derived.refresh(db)
        if outcome is not Outcome.ACCEPTED and is_blank(reason):
            raise InputError("Say why: the reason is part of the record.")
        stored = Stored(db, candidate_id)
        _require_decidable(db, stored.case, candidate_id)
        own, bound = stored.judged(corroboration, operator.id)
        assessment = assess(*own, *bound)
        if outcome is Outcome.ACCEPTED:
            shown = assessment if knows else stored.withheld(corroboration)
            _require_acceptable(stored, assessment, shown)
        else:
            _require_outcome(stored, outcome, own[1], knows=knows)
        words = (corroboration.strip(), reason.strip())
        _record(db, operator, stored, outcome, words, own[1].opinions, assessment)
        decision = reviews.decision(db, candidate_id)
        assert decision is not None
        return decision


def _count_again(store: Store, candidate_id: int) -> None:
    """N at the decision: with all that its unknown, and what shows the same person, was compared
    with in any look since it was searched. In a transaction of its own, or a refusal would forget
    it, and the screen would go on showing less."""
    db = store.read()
    shown = questions.question(db, candidate_id)["shown_id"]
    compared = looks.pictures(db)
    copies = {
        unknown: looked_at(photographs.kept(db, unknowns.places(db, unknown)), compared)
        for unknown in unknowns.showing(db, shown)
    }
    with store.write() as tx:
        for unknown, found in copies.items():
            looks.count(tx, unknown, found)


def _record(
    db: Connection,
    operator: Operator,
    stored: "Stored",
    outcome: Outcome,
    words: tuple[str, str],
    opinions: Opinions,
    assessment: Assessment,
) -> None:
    """``words``: the corroboration, and the reason."""
    requirements: list[dict[str, Any]] = [asdict(r) for r in assessment.requirements]
    candidate = stored.candidate.id
    policy = stored.policy.sha256
    key = reviews.add_decision(db, candidate, operator, policy, outcome, *words, requirements)
    questions.note_bases(db, key, stored.bound_by, opinions)
    payload = {"case": stored.case.reference, "candidate": candidate}
    log.record(db, operator.username, "decision", key, payload)


def close_unexamined(db: Connection, operator: Operator, case: Case) -> None:
    """The rest of a list that nobody looked at ends as not examined, for the policy lets it."""
    for candidate_id in cases.undecided(db, case.id):
        stored = Stored(db, candidate_id)
        own, bound = stored.judged("", operator.id)
        refusal = stored.refusal(Outcome.NOT_EXAMINED, own[1])
        if refusal is None and stored.policy.sha256 == case.policy.sha256:
            words = ("", "The case was closed.")
            _record(
                db, operator, stored, Outcome.NOT_EXAMINED, words, own[1].opinions,
                assess(*own, *bound),
            )  # fmt: skip


def _require_decidable(db: Connection, case: Case, candidate_id: int) -> None:
    require_open(case)
    seals.require(db, "case", case.id)
    if reviews.decision(db, candidate_id):
        raise InputError("This candidate is decided already; a decision is never changed.")


def _require_acceptable(stored: Stored, assessment: Assessment, shown: Assessment) -> None:
    """``shown``: of the assessment, what may be told to whoever decides."""
    policy = stored.policy
    if stored.case.policy.sha256 != policy.sha256:
        raise PolicyRefusal(
            "The case has moved to another policy since this search.", remedy="Search again."
        )
    if not assessment.acceptable:
        listed = "; ".join(map(requirement_line, shown.unmet))
        raise PolicyRefusal(
            f"{policy.title} does not allow it: {listed}.",
            unmet=tuple(r.name for r in shown.unmet),
        )


REFUSED = {
    "too_few_exclude": "Excluding needs as many people as accepting, each with one visible "
    "difference and a note.",
    "conflict": "Examiners contradict each other: a third examines who has seen nothing, then "
    "somebody else decides.",
    "no_conflict": "Unresolved is for examiners who contradict each other.",
    "not_examined": "This policy wants every candidate examined before it is decided.",
    "examined": "Somebody has examined this candidate.",
    "not_same_photograph": "Nothing shows that the two are one photograph.",
}


UNTOLD = "examiners"
"""Why an outcome is not open, where not even that may be told: one examines first."""


def _require_outcome(stored: Stored, outcome: Outcome, facts: Facts, *, knows: bool) -> None:
    refusal = stored.refusal(outcome, facts)
    if refusal is None:
        return
    told_why = refusal if knows else stored.refusal(outcome, stored.unswayed()[1])
    if told_why is None:
        raise PolicyRefusal(
            "This outcome is not open to you yet.",
            unmet=(UNTOLD,),
            remedy="Examine the candidate yourself first.",
        )
    raise PolicyRefusal(REFUSED[told_why.value], unmet=(told_why.value,))
