"""Worlds of single rows beside a sound case, and what service and file both say of them."""

import sqlite3
from typing import Any

from secondlook.domain.facts import Facts
from secondlook.domain.policy import Policy
from secondlook.domain.review import Outcome
from secondlook.services.decide import Stored
from secondlook.storage.guards import OUTCOMES, REFUSALS, assessed

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    DAN,
    EVE,
    LEAD,
    MODELS,
    OPENED,
    REFERENCE_IMAGE,
    Row,
    analysis_row,
    approve,
    candidate_row,
    examination_row,
    insert,
    policy_row,
    search_row,
    service,
    shipped,
)

POLICY = shipped()
FULL, OTHER_FULL, WEAK = MODELS["sha256"], "6" * 64, "7" * 64
AT_THE_LINE = 0.01 / 500
EARLIER, LATER = "2031-05-01T07:00:00.000+00:00", "2031-05-01T09:00:00.000+00:00"
LATEST = "2031-05-01T10:00:00.000+00:00"
DECIDED = "2041-05-01T08:00:00.000+00:00"


def facts(db: sqlite3.Connection, decider: int = EVE) -> Facts:
    stored = Stored(service(db), LEAD)
    return stored.facts(stored.policy, "A witness.", decider)


def refused(db: sqlite3.Connection, conditions: dict[str, str], decider: int) -> set[str]:
    new = f"(SELECT {decider} AS operator_id, 'A witness.' AS corroboration, " \
          f"'{DECIDED}' AS decided_at) NEW"  # fmt: skip
    return {
        name
        for name, condition in conditions.items()
        if db.execute(f"SELECT 1 FROM {judged(condition, str(LEAD))} f, {new} "
                      f"WHERE ({condition}) IS NOT FALSE").fetchone()
    }  # fmt: skip


def judged(condition: str, candidate: str) -> str:
    """The facts over which a condition is asked; what it does not name is not worked out."""
    if any(f"f.{name}" in condition for name in ("carrying", "people", "dissent")):
        return assessed(candidate)
    return f"(SELECT * FROM question_facts WHERE candidate_id = {candidate})"


def unmet(db: sqlite3.Connection, decider: int = EVE) -> set[str]:
    """The requirements that stand in the way, in which service and file have to agree."""
    assessment = Stored(service(db), LEAD).assessment("A witness.", decider)
    by_service = {r.name for r in assessment.unmet}
    assert by_service == refused(db, REFUSALS, decider)
    return by_service


def closed(db: sqlite3.Connection, decider: int = EVE) -> set[str]:
    """The outcomes other than a lead that are not open now."""
    stored = Stored(service(db), LEAD)
    own, _ = stored.judged("A witness.", decider)
    by_service: set[str] = {
        o.value for o in Outcome if o.value in OUTCOMES and stored.refusal(o, own[1])
    }
    assert by_service == refused(db, OUTCOMES, decider)
    return by_service


def under(db: sqlite3.Connection, **changes: Any) -> Policy:
    """High-stakes, changed and approved."""
    reasons = POLICY.rationale | {"rehearsal_max_age_days": "Because."}
    policy = POLICY.model_copy(update={"rationale": reasons} | changes)
    insert(db, "policies", policy_row(policy))
    approve(db, "policy", policy.sha256)
    return policy


def searched_again(
    db: sqlite3.Connection,
    policy: Policy = POLICY,
    unknown: int = 1,
    reference: str = REFERENCE_IMAGE,
    **changes: Any,
) -> None:
    """Another search of the unknown: number 2, with a candidate 9 who asks the same question."""
    changes = {"id": 2, "gallery_persons": 0} | changes
    insert(db, "searches", search_row(policy, **changes))
    insert(db, "search_unknowns", {"search_id": 2, "unknown_id": unknown})
    insert(db, "candidates", candidate_row(id=9, search_id=2, reference_sha256=reference))


def opinions(*conclusions: int, **changes: Any) -> list[Row]:
    """Of ANA, BEN, CAL and DAN, in that order, a second apart."""
    return [
        examination_row(who, id=who, conclusion=c, committed_at=f"2031-05-01T08:00:0{n}.000+00:00")
        | changes
        for n, (who, c) in enumerate(zip((ANA, BEN, CAL, DAN), conclusions, strict=False))
    ]


def analysed(db: sqlite3.Connection, *who: int) -> None:
    for operator in who:
        insert(db, "analyses", analysis_row(operator, at=EARLIER))


def ended(db: sqlite3.Connection, outcome: str) -> None:
    """By ANA, past the guards: only what follows from it counts here."""
    names = ("decisions_outcomes", "decisions_acceptance")
    query = f"SELECT name, sql FROM sqlite_master WHERE name IN {names}"
    guards = db.execute(query).fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    row = {"id": 77, "candidate_id": 9, "operator_id": ANA, "outcome": outcome}
    rest = {"corroboration": "", "reason": "Seen.", "assessment": "[]", "decided_at": OPENED}
    insert(db, "decisions", row | rest | {"policy_sha256": POLICY.sha256})
    for _, sql in guards:
        db.execute(sql)


def act(db: sqlite3.Connection, table: str, who: int, at: str = LATER) -> None:
    row = {"decision_id": 77, "operator_id": who, "reason": "Because.", "at": at}
    insert(db, table, row)
