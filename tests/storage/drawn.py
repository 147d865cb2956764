"""Worlds as a stranger could write them, drawn near the lines that decide."""

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.faces import Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.storage import identities

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    CASE,
    DAN,
    EVE,
    FACE,
    FINDINGS,
    LEAD,
    MODELS,
    OPENED,
    OTHER_IMAGE,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    SCRIPT,
    SHIPPED,
    Row,
    accept,
    analysis_row,
    approve,
    calibration,
    candidate_row,
    case_row,
    enrolled,
    examination_row,
    fill,
    good_quality,
    insert,
    policy_row,
    rehearse,
    search_row,
    service,
    shipped,
    tried,
    unknown_row,
)

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
PEOPLE = (ANA, BEN, CAL, DAN, EVE)
EARLIER, OWN, LATER = 5, 10, 15
"""Searches: the one to decide on, and where others may lie around it."""
DECIDED = "2041-05-01T08:00:00.000+00:00"
"""Long after everything, so that a rehearsal may have been made in between."""
REFERENCES = (REFERENCE_IMAGE, OTHER_IMAGE)
MOMENTS = [f"2031-05-01T08:0{minute}:00.000+00:00" for minute in range(5)]


# Policies, near the lines that decide

BLANK = st.sampled_from(
    ["", " ", "\n\t", "\u00a0\u2003", "\u3000\x1f\x85\u2028", "\u200b\u2060", "\0x", ".", "é"]
)
NEAR = st.sampled_from([-1.0, -0.01, -0.0001, 0.0, 0.0001, 0.01, 1.0])


def near(value: float, low: float, high: float) -> st.SearchStrategy[float]:
    """A value at, just beside or far from a line, with the four decimals that are stored."""
    anywhere = st.floats(low, high, allow_nan=False)
    close = NEAR.map(lambda step: min(high, max(low, value + step)))
    return st.one_of(close, anywhere).map(lambda v: round(v, 4))


LIMITS = st.dictionaries(
    st.sampled_from(Component), st.floats(0, 100).map(lambda v: round(v, 2)), max_size=3
)
CHANGES_OF_POLICY: dict[str, st.SearchStrategy[Any]] = {
    "permitted_purposes": st.lists(
        st.sampled_from(["Missing person", "Ärger", 'O\'Brien "x"', "a\\b"]), min_size=1
    ),
    "accepts": st.booleans(),
    "accept_confidence": st.sampled_from([80.0, 99.0, 99.5, 99.99]),
    "lead_confidence": st.sampled_from([0.0, 50.0, 80.0]),
    "allow_reference_calibration": st.booleans(),
    "minimum_model": st.sampled_from([None, "full"]),
    "rehearsal_max_age_days": st.sampled_from([None, 1, 90, 365]),
    "min_margin": st.floats(0, 1).map(lambda v: round(v, 3)),
    "min_conclusion": st.integers(1, 3),
    "min_similar_components": st.sampled_from([None, 1, 5, 19]),
    "checklist_required": st.booleans(),
    "probe_analysis_first": st.booleans(),
    "corroboration_required": st.booleans(),
    "authorisation_required": st.booleans(),
    "authorisation_deadline_hours": st.integers(0, 100),
    "all_candidates_reviewed": st.booleans(),
    "blocked_origins": st.sets(st.sampled_from(ProbeOrigin)).map(
        lambda origins: sorted(origins | {ProbeOrigin.UNDECLARED})
    ),
    "probe_limits": LIMITS,
    "reference_limits": LIMITS,
    "examiners": st.integers(1, 2),
}
LATER_FIELDS = ("minimum_model", "rehearsal_max_age_days", "min_similar_components")


def changed(policy: Policy, changes: Row) -> Policy:
    rest = {
        "blind_verification": False,
        "rationale": policy.rationale | dict.fromkeys(LATER_FIELDS, "Because."),
    }
    return Policy.model_validate(policy.model_dump() | rest | changes)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    policy = shipped(draw(st.sampled_from(SHIPPED)))
    fields = draw(st.lists(st.sampled_from(sorted(CHANGES_OF_POLICY)), max_size=3, unique=True))
    return changed(policy, {name: draw(CHANGES_OF_POLICY[name]) for name in fields})


# Worlds: rows that satisfy the policy, and some that may not


def authorised_at(delay_ms: int) -> str:
    moment = datetime.fromisoformat(OPENED) + timedelta(milliseconds=delay_ms)
    return moment.isoformat(timespec="milliseconds")


def ended(age_ms: int) -> str:
    return authorised_at(-age_ms)


@st.composite
def qualities(draw: st.DrawFn, limits: dict[Component, float]) -> str:
    values = good_quality().to_dict()
    for component in draw(st.sets(st.sampled_from(Component), max_size=2)):
        top = 400.0 if component in (Component.INTER_EYE, Component.POSE, Component.ROLL) else 1.0
        values[component.value] = draw(near(limits.get(component, 0.5), 0.0, top))
    return json.dumps(values)


STATUS = st.sampled_from(["full", "evaluation", ""])


@st.composite
def models(draw: st.DrawFn) -> str:
    row = MODELS | {"status": draw(STATUS), "detector_status": draw(STATUS)}
    return json.dumps({k: v for k, v in row.items() if v})


def fmrs(policy: Policy, persons: int = 500) -> st.SearchStrategy[float]:
    """At the line of ``persons`` and beside it."""
    line = (1 - policy.accept_confidence / 100) / persons
    return st.sampled_from([0.0, line / 2, line, line * 1.0001, line * 2, 1.0])


@st.composite
def findings(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(st.sampled_from(["all"] * 4 + ["some", "none", "invented"]))
    if kind == "none":
        return {}
    keys = list(FINDINGS)
    if kind == "some":
        keys = draw(st.lists(st.sampled_from(keys), unique=True))
    chosen = dict.fromkeys(keys, "similar")
    for key in draw(st.lists(st.sampled_from([*FINDINGS]), max_size=2)):
        chosen[key] = draw(st.sampled_from(Finding)).value
    return chosen | ({"aura": "similar", "glow": "different"} if kind == "invented" else {})


CONCLUSIONS = st.one_of(st.sampled_from([2, 3]), st.sampled_from([c.value for c in Conclusion]))


@st.composite
def views(draw: st.DrawFn, keys: list[str]) -> str:
    note = st.one_of(BLANK, st.just("A scar."), st.none(), st.integers(0, 1))
    notes = draw(st.dictionaries(st.sampled_from([*keys, "nose"]), note, max_size=3))
    return json.dumps(draw(st.sampled_from([{}, {"component_notes": notes}])))


Step = Callable[[sqlite3.Connection, st.DrawFn, Policy], None]


def other_searches(db: sqlite3.Connection, draw: st.DrawFn, policy: Policy) -> None:
    """The unknown was searched before or afterwards, here or in another case, with other models,
    under other policies, and met other people."""
    asked = draw(st.one_of(st.just(policy), policies()))
    if asked.sha256 != policy.sha256:
        insert(db, "policies", policy_row(asked))
    case = draw(st.sampled_from([CASE, 2]))
    if case != CASE or asked.sha256 != policy.sha256:
        case = 2
        insert(db, "cases", case_row(asked, id=2, reference="2031/118"))
    key = draw(st.sampled_from([EARLIER, LATER]))
    model = MODELS | {"sha256": draw(st.sampled_from([MODELS["sha256"], "6" * 64]))}
    model |= {"status": draw(STATUS)}
    ceiling = draw(st.sampled_from([None, 0.0, 80.0, 99.0, 99.99]))
    unknown = draw(st.sampled_from([1, 2]))
    row = search_row(
        asked,
        id=key,
        case_id=case,
        model=json.dumps(model),
        probe_origin=draw(ORIGINS),
        operator_id=draw(st.sampled_from(PEOPLE)),
        at=draw(st.sampled_from(MOMENTS)),
        gallery_persons=draw(st.sampled_from([0, 400, 500, 501])),
        calibration=calibration(ceiling),
    )
    if unknown == 2:
        row["probe_sha256"] = another_photograph(db, draw)
    insert(db, "searches", row)
    insert(db, "search_unknowns", {"search_id": key, "unknown_id": unknown})
    first = draw(st.sampled_from([1, 301, 501]))
    people = range(first, first + row["gallery_persons"])
    tried(db, people, model["sha256"], model["status"], unknown)
    for score in draw(st.lists(st.sampled_from([0.5, 0.71, 0.9]), unique=True, max_size=2)):
        step = {"search_id": key, "score": score, "fmr_upper": draw(fmrs(policy))}
        insert(db, "calibration_steps", step)
    for rank, person in enumerate(draw(st.lists(st.sampled_from([7, 8, 507]), unique=True)), 1):
        score, reference = draw(near(0.71, 0.0, 1.0)), draw(st.sampled_from(REFERENCES))
        insert(
            db, "candidates",
            candidate_row(id=100 * key + rank, search_id=key, rank=rank, person_id=person,
                          score=score, reference_sha256=reference),
        )  # fmt: skip


def another_photograph(db: sqlite3.Connection, draw: st.DrawFn) -> str:
    """A second unknown: unrelated, or another picture of the same person, or the same picture;
    the file that it is in."""
    relation = draw(st.sampled_from(["", "person", "photograph"]))
    sha256 = REFERENCE_IMAGE if relation == "photograph" else PROBE_IMAGE
    insert(db, "unknowns", unknown_row(id=2, original_sha256=sha256, x=900.0))
    if not relation:
        return sha256
    link = {"one_id": 1, "other_id": 2, "basis": "suspected", "reason": "", "at": OPENED}
    insert(db, "unknown_links", link)
    groups = "shown_id = 1" + (", photograph_id = 1" if relation == "photograph" else "")
    db.execute(f"UPDATE unknown_groups SET {groups} WHERE unknown_id = 2")
    if relation == "photograph":
        pair = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE}
        faces = {"first_face": json.dumps("one"), "second_face": json.dumps("other")}
        said = {"likeness": 0.9, "mirrored": 0, "method": "m", "at": OPENED}
        insert(db, "photograph_suspicions", pair | faces | said)
        for unknown, (sha256, face) in enumerate(
            zip(pair.values(), faces.values(), strict=True), 1
        ):
            row = {"unknown_id": unknown, "original_sha256": sha256, "face": face}
            insert(db, "unknown_faces", row)
    return sha256


ORIGINS = st.sampled_from([o.value for o in ProbeOrigin])


def declarations(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    for _number in range(draw(st.integers(1, 4))):
        corrects = draw(st.none() | ORIGINS)
        row = {
            "original_sha256": PROBE_IMAGE,
            "origin": draw(ORIGINS),
            "corrects": corrects,
            "operator_id": draw(st.sampled_from(PEOPLE if corrects else (*PEOPLE, SCRIPT))),
            "reason": "Seen.",
            "at": draw(st.sampled_from(MOMENTS)),
        }
        insert(db, "origin_declarations", row)


def one_person(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    """Rows of galleries share photographs; some of them are two people all the same."""
    placed = draw(st.sampled_from([(2, 3, 4), (2, 2, 3), (2, 3, 2), (3, 2, 2)]))
    files = st.sampled_from(
        [(), (REFERENCE_IMAGE,), (PROBE_IMAGE,), (REFERENCE_IMAGE, PROBE_IMAGE)]
    )
    for person, gallery in zip((7, 8, 507), placed, strict=True):
        enrolled(db, person, gallery, *draw(files))
    judged = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["same", "different", "unsure"]))
    for who, mark in draw(st.lists(judged, max_size=4)):
        one, other = draw(st.sampled_from([(7, 8), (8, 507), (7, 507)]))
        pair = {"gallery_id": 2, "person_id": one, "other_person_id": other, "mark": mark}
        insert(db, "marks", pair | {"note": "", "operator_id": who, "marked_at": OPENED})
    if draw(st.booleans()):
        db.execute("DELETE FROM persons WHERE id = ?", [draw(st.sampled_from([7, 8, 507]))])
    identities.refresh(service(db))


def one_picture(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    """Probe and reference look like one photograph; people may have judged it."""
    pair = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE,
            "first_face": FACE, "second_face": FACE}  # fmt: skip
    said = {"likeness": 0.9, "mirrored": 0, "method": "m", "at": OPENED}
    insert(db, "photograph_suspicions", pair | said)
    for who in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)):
        verdict = draw(st.sampled_from(["same", "different"]))
        judged = {"verdict": verdict, "note": "Seen.", "operator_id": who, "at": OPENED}
        insert(db, "photograph_judgements", pair | judged)


def more_tries(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    first = draw(st.sampled_from([1, 401, 501]))
    count = draw(st.sampled_from([1, 100, 500]))
    model, status = draw(st.sampled_from(["5" * 64, "6" * 64, ""])), draw(STATUS)
    tried(db, range(first, first + count), model, status)


def other_opinions(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    """Of whoever, also of the same people again on another search of the question."""
    members = [row[0] for row in db.execute(
        "SELECT member_id FROM question_members WHERE candidate_id = ? ORDER BY 1", [LEAD]
    )]  # fmt: skip
    taken = set(db.execute("SELECT candidate_id, operator_id FROM examinations").fetchall())
    for operator in draw(st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1)):
        candidate = draw(st.sampled_from(members))
        if (candidate, operator) not in taken:
            insert(db, "examinations", drawn_examination(draw, operator, candidate))


def drawn_examination(draw: st.DrawFn, operator: int, candidate: int = LEAD) -> Row:
    chosen = draw(findings())
    return examination_row(
        operator,
        candidate_id=candidate,
        conclusion=draw(CONCLUSIONS),
        findings=json.dumps(chosen),
        notes=draw(st.one_of(st.just("The scar."), BLANK)),
        view=draw(views(list(chosen))),
        committed_at=draw(st.sampled_from(MOMENTS)),
    )


def sightings(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    searches = [row[0] for row in db.execute("SELECT id FROM searches ORDER BY 1")]
    opinions = [row[0] for row in db.execute("SELECT id FROM examinations ORDER BY 1")]
    for _number in range(draw(st.integers(1, 3))):
        row: Row = {"at": draw(st.sampled_from(MOMENTS))}
        if len(opinions) > 0 and draw(st.booleans()):
            row |= {"examination_id": draw(st.sampled_from(opinions))}
            row |= {"operator_id": draw(st.sampled_from(PEOPLE))}
        else:
            row |= {"search_id": draw(st.sampled_from(searches))}
            row |= {"operator_id": draw(st.sampled_from([*PEOPLE, None]))}
        insert(db, "sightings", row)


def outcomes(db: sqlite3.Connection, draw: st.DrawFn, policy: Policy) -> None:
    """The question was decided on another search; reopened, withdrawn. Past the guards, which have
    tests of their own: here only what follows from it counts."""
    members = db.execute(
        "SELECT m.member_id, s.policy_sha256 FROM question_members m "
        "JOIN searches s ON s.id = m.search_id WHERE m.candidate_id = ? AND m.member_id <> ?",
        [LEAD, LEAD],
    ).fetchall()
    names = ("decisions_outcomes", "decisions_acceptance", "reopenings_by_others")
    query = f"SELECT name, sql FROM sqlite_master WHERE name IN {names}"
    guards = db.execute(query).fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    for member, sha256 in members[: draw(st.integers(1, 2))]:
        outcome = draw(st.sampled_from(Outcome))
        decision = {"outcome": outcome.value, "operator_id": draw(st.sampled_from(PEOPLE))}
        accept(db, policy, candidate_id=member, policy_sha256=sha256, **decision)
        key = db.execute("SELECT max(id) FROM decisions").fetchone()[0]
        said = {"decision_id": key, "reason": "Because."}
        if outcome is Outcome.ACCEPTED and draw(st.booleans()):
            who = draw(st.sampled_from(PEOPLE))
            insert(db, "lead_withdrawals", said | {"operator_id": who, "at": MOMENTS[0]})
        for _number in range(draw(st.integers(0, 2))):
            who, at = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(MOMENTS))
            insert(db, "reopenings", said | {"operator_id": who, "at": at})
    for _, sql in guards:
        db.execute(sql)


def ties(db: sqlite3.Connection, draw: st.DrawFn, _: Policy) -> None:
    """Somebody made the accounts of others; third people may have confirmed that they are two. Or
    nobody else is at work, and two of them are a unit."""
    names = {ANA: "ana", BEN: "ben", CAL: "cal", DAN: "dan", EVE: "eve"}
    pairs = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
    made = draw(st.lists(pairs.filter(lambda p: p[0] != p[1]), min_size=1, max_size=4))
    for seq, (maker, account) in enumerate(made, 1):
        act = draw(st.sampled_from(["account created", "password reset"]))
        hashes = (f"{seq - 1:064x}", f"{seq:064x}")
        row = (seq, OPENED, names[maker], act, names[account], "{}", *hashes, maker)
        db.execute(f"INSERT INTO audit_log VALUES ({', '.join('?' * 9)})", row)
    said = st.tuples(st.integers(1, len(made)), st.sampled_from(PEOPLE))
    for tie, who in draw(st.lists(said, unique=True, max_size=4)):
        if who not in made[tie - 1]:
            known = {"tie_id": tie, "operator_id": who, "reason": "I know both.", "at": OPENED}
            insert(db, "tie_confirmations", known)
    if draw(st.booleans()):
        unit(db, draw, *made[0])


def unit(db: sqlite3.Connection, draw: st.DrawFn, one: int, other: int) -> None:
    """Declared while everybody else was away; revoked, perhaps, and others may be back."""
    db.execute("UPDATE operators SET active = 0 WHERE id NOT IN (?, ?)", [one, other])
    said = {"declared_by": one, "other_id": other, "reason": "Only us.", "at": OPENED}
    answered = {"unit_id": insert(db, "units_of_two", said), "operator_id": other, "at": OPENED}
    insert(db, "unit_answers", answered | {"answer": "signed"})
    if draw(st.booleans()):
        insert(
            db,
            "unit_answers",
            answered | {"answer": "revoked", "at": draw(st.sampled_from(MOMENTS))},
        )
    if draw(st.booleans()):
        db.execute("UPDATE operators SET active = 1 WHERE role <> 'command_line'")


STEPS: tuple[Step, ...] = (
    declarations, other_searches, one_person, one_picture, more_tries, other_opinions, sightings,
    outcomes, ties,
)  # fmt: skip


def lead(draw: st.DrawFn, policy: Policy) -> dict[str, Any]:
    """Columns of the case, search and candidate to decide, a few of them drawn anew."""
    hours = policy.authorisation_deadline_hours * HOUR_MS
    delays = st.sampled_from([hours - 1, hours, hours + 1, 0, -HOUR_MS, 1000 * HOUR_MS])
    purposes = [*policy.permitted_purposes, *policy.prohibited_purposes, "", "x"]
    choices: dict[tuple[str, str], st.SearchStrategy[Any]] = {
        ("case", "purpose"): st.sampled_from(purposes),
        ("case", "authorisation"): BLANK,
        ("case", "authorised_at"): delays.map(authorised_at) | st.none(),
        ("search", "probe_origin"): ORIGINS,
        ("search", "probe_analysis"): BLANK,
        ("search", "probe_quality"): qualities(policy.probe_limits),
        ("search", "model"): models(),
        ("candidate", "reference_quality"): qualities(policy.reference_limits),
        ("candidate", "confidence_status"): st.sampled_from([s.value for s in ConfidenceStatus]),
        ("candidate", "fmr_upper"): fmrs(policy),
        ("candidate", "margin"): near(policy.min_margin, -2.0, 2.0) | st.none(),
    }
    rows: dict[str, Row] = {"case": {}, "search": {"id": OWN}, "candidate": {"search_id": OWN}}
    for table, column in draw(st.lists(st.sampled_from(sorted(choices)), max_size=2, unique=True)):
        rows[table][column] = draw(choices[(table, column)])
    if rows["candidate"].get("confidence_status") == ConfidenceStatus.NOT_MEASURABLE:
        rows["candidate"]["confidence"] = None
    rows["candidate"].setdefault("fmr_upper", 1e-9)
    return rows


def world(db: sqlite3.Connection, draw: st.DrawFn) -> tuple[Policy, Row]:
    """Written into the file: a policy, and a decision on ``LEAD`` to try."""
    policy = draw(policies())
    insert(db, "policies", policy_row(policy))
    if draw(st.integers(0, 9)):
        approve(db, "policy", policy.sha256)
    insert(db, "unknowns", unknown_row())
    analysts = draw(st.sampled_from([PEOPLE] * 4 + [PEOPLE[:1], ()]))
    for operator in analysts:
        at = draw(st.sampled_from([MOMENTS[0]] * 4 + MOMENTS[1:3]))
        insert(db, "analyses", analysis_row(operator, at=at))
    examiners = draw(st.sampled_from([PEOPLE[:2]] * 5 + [PEOPLE[:1], PEOPLE[:3], ()]))
    given = [examination_row(who, committed_at=MOMENTS[2]) for who in examiners]
    if len(given) > 0 and draw(st.booleans()):
        given[-1] = drawn_examination(draw, given[-1]["operator_id"])
    fill(db, policy, **lead(draw, policy), examinations=given)
    steps = draw(st.sets(st.sampled_from(range(len(STEPS))), max_size=3))
    if STEPS.index(outcomes) in steps:
        steps.add(STEPS.index(other_searches))
    for number in sorted(steps):
        STEPS[number](db, draw, policy)
    days = policy.rehearsal_max_age_days
    if days and draw(st.integers(0, 9)):
        age = draw(st.sampled_from([days * DAY_MS + ms for ms in (-1, 0, 1)] + [-DAY_MS, 0]))
        rehearse(db, draw(st.sampled_from([1, 29, 30, 31])), ended(age))
    decider = draw(st.sampled_from(PEOPLE))
    corroboration = draw(st.one_of(st.just("A witness."), BLANK))
    return policy, {
        "operator_id": decider, "corroboration": corroboration, "decided_at": DECIDED
    }  # fmt: skip
