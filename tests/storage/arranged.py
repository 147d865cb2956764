"""How an acceptance is tried on the file: what is put there first, in rows."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from secondlook.domain.policy import Policy

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    FACE,
    FINDINGS,
    LEAD,
    OPENED,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    Row,
    accept,
    approve,
    candidate_row,
    examination_row,
    fill,
    gallery_row,
    insert,
    person_row,
    policy_row,
    reference_row,
    rehearse,
    search_row,
    shipped,
    tried,
    unknown_row,
)

POLICY = shipped()
OTHER = shipped("missing-person")
LENIENT_CLOSING = {"all_candidates_reviewed": False}


@dataclass(frozen=True)
class Try:
    """What differs from a case that satisfies High-stakes, and the reason that must be given."""

    reason: str
    label: str
    policy: Row = field(default_factory=dict)
    case: Row = field(default_factory=dict)
    search: Row = field(default_factory=dict)
    candidate: Row = field(default_factory=dict)
    examinations: tuple[Row, ...] | None = None
    decision: Row = field(default_factory=dict)
    before: tuple[str, ...] = ()
    rehearsal: Row | None = None
    acts: tuple[tuple[str, Row], ...] = ()
    """Rows of other tables."""
    approved: bool = True
    linked: bool = False
    """There is another unknown that shows the same person."""
    tried: tuple[int, ...] = ()
    """People who were compared besides."""
    alone: bool = False
    """There is no other candidate."""
    earlier: tuple[Any, ...] = ()
    """An outcome of the question on another search, and what was done with it."""


def enrolled_in(*galleries: int) -> tuple[tuple[str, Row], ...]:
    """7, 8 and so on, each in a gallery of theirs, all from one file."""
    people = list(enumerate(galleries, 7))
    return (
        *(("galleries", gallery_row(gallery)) for gallery in sorted(set(galleries))),
        *(("persons", person_row(*person)) for person in people),
        *(("reference_images", reference_row(person)) for person, _ in people),
    )


def called_one(who: int) -> Row:
    """7 and 8, of the same gallery."""
    row = {"gallery_id": 2, "person_id": 7, "other_person_id": 8, "mark": "same", "note": ""}
    return row | {"operator_id": who, "marked_at": OPENED}


SEEN_BY_CAL = ("sightings", {"examination_id": ANA, "operator_id": CAL, "at": OPENED})


def link(one: int, other: int) -> Row:
    said = {"basis": "suspected", "reason": "", "at": OPENED}
    return {"one_id": one, "other_id": other} | said


def pair(**more: Any) -> Row:
    files = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE, "at": OPENED}
    return files | {"first_face": FACE, "second_face": FACE} | more


def judgement(who: int, verdict: str) -> tuple[str, Row]:
    return "photograph_judgements", pair(verdict=verdict, note="Seen.", operator_id=who)


def declaration(who: int, origin: str, corrects: str | None = None) -> Row:
    return {
        "original_sha256": PROBE_IMAGE, "origin": origin, "corrects": corrects,
        "operator_id": who, "reason": "Looked at it.", "at": OPENED,
    }  # fmt: skip


def by(who: int) -> Row:
    return {"decision_id": 77, "operator_id": who, "reason": "Because.", "at": OPENED}


def second(**changes: Any) -> tuple[Row, ...]:
    return (examination_row(ANA), examination_row(BEN, **changes))


def findings(changed: dict[str, str]) -> str:
    return json.dumps(FINDINGS | changed)


REHEARSED: Row = {"rehearsal_max_age_days": 90}
TOO_OLD, OLD_ENOUGH = "2031-01-31T07:59:59.999+00:00", "2031-01-31T08:00:00.000+00:00"
"""90 days before the search and a millisecond, and 90 days."""

WITHOUT_EARS = {k: v for k, v in FINDINGS.items() if k != "ears"}
TWICE = json.dumps(WITHOUT_EARS)[:-1] + ', "nose": "different"}'


def under(db: sqlite3.Connection, changes: Row, *, approved: bool = True) -> Policy:
    """High-stakes with single fields changed, on record and approved by two people."""
    if not changes:
        return POLICY
    policy = POLICY.model_copy(update=changes)
    insert(db, "policies", policy_row(policy))
    if approved:
        approve(db, "policy", policy.sha256)
    return policy


def arrange(db: sqlite3.Connection, case: Try) -> Policy:
    policy = under(db, case.policy, approved=case.approved)
    fill(
        db,
        policy,
        case=case.case,
        search=case.search,
        candidate=case.candidate,
        examinations=case.examinations,
    )
    if case.linked:
        insert(db, "unknowns", unknown_row(id=2, x=900.0))
        insert(db, "unknown_links", link(1, 2))
        db.execute("UPDATE unknown_groups SET shown_id = 1 WHERE unknown_id = 2")
    if case.alone:
        guard = unguarded(db, "candidates_not_deleted")
        db.execute(f"DELETE FROM candidates WHERE id <> {LEAD}")
        db.execute(guard)
    tried(db, case.tried)
    for table, row in case.acts:
        insert(db, table, row)
    if case.earlier:
        decided_before(db, policy, *case.earlier)
    if case.rehearsal is not None:
        rehearse(db, **case.rehearsal)
    for statement in case.before:
        db.execute(statement)
    return policy


def unguarded(db: sqlite3.Connection, name: str) -> str:
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    sql: str = db.execute(query, [name]).fetchone()[0]
    db.execute(f"DROP TRIGGER {name}")
    return sql


def decided_before(
    db: sqlite3.Connection, policy: Policy, outcome: str, *acts: tuple[str, Row]
) -> None:
    """The question was decided by ANA on an earlier search of the same case."""
    insert(db, "searches", search_row(policy, id=2, gallery_persons=0))
    insert(db, "search_unknowns", {"search_id": 2, "unknown_id": 1})
    insert(db, "candidates", candidate_row(id=9, search_id=2))
    guards = [unguarded(db, name) for name in ("decisions_outcomes", "decisions_acceptance")]
    accept(db, policy, id=77, candidate_id=9, outcome=outcome)
    for guard in guards:
        db.execute(guard)
    for table, row in acts:
        insert(db, table, row)
