"""What stands in the rows is read rightly, and by both: each fact near the line where it decides.

The worlds are single rows beside a sound case. The service (``decide.Stored``) and the conditions
of the triggers have to name the same requirements, and these have to be the expected ones.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from secondlook.domain.facts import Facts, Tries
from secondlook.domain.policy import Policy
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services.decide import Stored
from secondlook.storage import questions
from secondlook.storage.database import Connection
from secondlook.storage.guards import OUTCOMES, REFUSALS

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
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    SHIPPED,
    Row,
    analysis_row,
    approve,
    calibration,
    candidate_row,
    case_row,
    empty_database,
    examination_row,
    fill,
    insert,
    policy_row,
    prepare,
    rehearsal_row,
    rehearse,
    search_row,
    searched,
    shipped,
    tried,
    unknown_row,
)

POLICY = shipped()
FULL, OTHER_FULL, WEAK = MODELS["sha256"], "6" * 64, "7" * 64
AT_THE_LINE = 0.01 / 500
EARLIER, LATER = "2031-05-01T07:00:00.000+00:00", "2031-05-01T09:00:00.000+00:00"
LATEST = "2031-05-01T10:00:00.000+00:00"
DECIDED = "2041-05-01T08:00:00.000+00:00"


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    made = empty_database()
    prepare(made, (shipped(name) for name in SHIPPED))
    yield made
    made.close()


@pytest.fixture
def db(schema: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    schema.execute("BEGIN")
    yield schema
    schema.execute("ROLLBACK")


def facts(db: sqlite3.Connection, decider: int = EVE) -> Facts:
    stored = Stored(Connection(db), LEAD)
    return stored.facts(stored.policy, "A witness.", decider)


def refused(db: sqlite3.Connection, conditions: dict[str, str], decider: int) -> set[str]:
    new = f"(SELECT {decider} AS operator_id, 'A witness.' AS corroboration, " \
          f"'{DECIDED}' AS decided_at) NEW"  # fmt: skip
    query = f"SELECT 1 FROM question_facts f, {new} WHERE f.candidate_id = {LEAD} AND "
    return {
        name
        for name, condition in conditions.items()
        if db.execute(f"{query} ({condition}) IS NOT FALSE").fetchone()
    }


def unmet(db: sqlite3.Connection, decider: int = EVE) -> set[str]:
    """The requirements that stand in the way, in which service and file have to agree."""
    assessment = Stored(Connection(db), LEAD).assessment("A witness.", decider)
    by_service = {r.name for r in assessment.unmet}
    assert by_service == refused(db, REFUSALS, decider)
    return by_service


def closed(db: sqlite3.Connection, decider: int = EVE) -> set[str]:
    """The outcomes other than a lead that are not open now."""
    stored = Stored(Connection(db), LEAD)
    own, _ = stored.judged("A witness.", decider)
    by_service = {o.value for o in Outcome if o.value in OUTCOMES and stored.refusal(o, own[1])}
    assert by_service == refused(db, OUTCOMES, decider)
    return by_service


def under(db: sqlite3.Connection, base: Policy = POLICY, **changes: Any) -> Policy:
    reasons = base.rationale | {"rehearsal_max_age_days": "Because."}
    policy = base.model_copy(update={"rationale": reasons} | changes)
    insert(db, "policies", policy_row(policy))
    approve(db, "policy", policy.sha256)
    return policy


def searched_again(
    db: sqlite3.Connection, policy: Policy = POLICY, unknown: int = 1, **changes: Any
) -> None:
    """Another search of the unknown: number 2, with a candidate 9 who asks the same question."""
    changes = {"id": 2, "gallery_persons": 0} | changes
    insert(db, "searches", search_row(policy, **changes))
    insert(db, "search_unknowns", {"search_id": 2, "unknown_id": unknown})
    insert(db, "candidates", candidate_row(id=9, search_id=2))


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


# The case


@pytest.mark.parametrize(("authorised", "hours", "met"), [
    ("2031-05-01T20:00:00.000+00:00", 12.0, True),
    ("2031-05-03T08:00:00.000+00:00", 48.0, True),
    ("2031-05-03T08:00:03.600+00:00", 48.001, False),
    ("2031-04-30T08:00:00.000+00:00", -24.0, True),
])  # fmt: skip
def test_an_authorisation_is_late_by_hours_since_the_case_was_opened(
    db: sqlite3.Connection, authorised: str, hours: float, met: bool
) -> None:
    fill(db, POLICY, case={"authorised_at": authorised})
    assert facts(db).authorisation_delay_hours == pytest.approx(hours)
    assert unmet(db) == (set() if met else {"authorisation"})


# The rehearsal

REHEARSED = {"rehearsal_max_age_days": 90}


def failed(db: sqlite3.Connection, count: int) -> None:
    """So many more searches of the rehearsal to come (2), in which nobody's face was found."""
    insert(db, "rehearsals", rehearsal_row(id=2))
    for number in range(29 + count):
        insert(db, "rehearsal_searches", searched(2, 5000 + number))
    done = "UPDATE rehearsal_searches SET status = ?, fault = ?, candidates = ? WHERE id "
    db.execute(done + "< 5029 AND rehearsal_id = 2", ["searched", "", "[]"])
    db.execute(done + ">= 5029 AND rehearsal_id = 2", ["failed", "no_face", None])
    db.execute("UPDATE rehearsals SET finished_at = ? WHERE id = 2", [OPENED])


@pytest.mark.parametrize("count", [1, 30])
def test_searches_that_failed_make_no_rehearsal_of_thirty_people(
    db: sqlite3.Connection, count: int
) -> None:
    fill(db, under(db, **REHEARSED))
    failed(db, count)
    rehearsal = facts(db).rehearsal
    assert rehearsal is not None
    assert rehearsal.people == 29
    assert unmet(db) == {"rehearsal"}


@pytest.mark.parametrize(("finished", "age", "met"), [
    ("2031-04-21T08:00:00.000+00:00", 10.0, True),
    ("2031-01-31T08:00:00.000+00:00", 90.0, True),
    ("2031-01-30T08:00:00.000+00:00", 91.0, False),
    ("2031-08-09T08:00:00.000+00:00", -100.0, True),
])  # fmt: skip
def test_a_rehearsal_ages_towards_the_search_and_one_made_since_is_never_too_old(
    db: sqlite3.Connection, finished: str, age: float, met: bool
) -> None:
    fill(db, under(db, **REHEARSED))
    rehearse(db, 30, finished)
    rehearsal = facts(db).rehearsal
    assert rehearsal is not None
    assert (rehearsal.age_days, rehearsal.people) == (age, 30)
    assert unmet(db) == (set() if met else {"rehearsal"})


def test_people_who_are_enrolled_show_no_false_matches(db: sqlite3.Connection) -> None:
    fill(db, under(db, **REHEARSED))
    insert(db, "rehearsals", rehearsal_row(id=2))
    for number in range(31):
        insert(db, "rehearsal_searches", searched(2, 5000 + number, absent=int(number < 29)))
    db.execute("UPDATE rehearsal_searches SET status = 'searched', candidates = '[]'")
    db.execute("UPDATE rehearsals SET finished_at = ?", [OPENED])
    assert unmet(db) == {"rehearsal"}


# N


@pytest.fixture
def at_the_line(db: sqlite3.Connection) -> sqlite3.Connection:
    """500 people just allow it."""
    fill(db, POLICY, candidate={"fmr_upper": AT_THE_LINE})
    assert unmet(db) == set()
    return db


def test_one_more_person_is_one_too_many(at_the_line: sqlite3.Connection) -> None:
    tried(at_the_line, [1, 500, 501])
    assert facts(at_the_line).tries == Tries(501, 501, 501)
    assert unmet(at_the_line) == {"confidence"}


def test_a_second_full_model_doubles_the_tries_and_a_lesser_one_does_not(
    at_the_line: sqlite3.Connection,
) -> None:
    tried(at_the_line, range(1, 501), WEAK, "evaluation")
    assert facts(at_the_line).tries == Tries(500, 1000, 500)
    assert unmet(at_the_line) == set()
    tried(at_the_line, [3], OTHER_FULL)
    assert facts(at_the_line).tries == Tries(500, 1001, 501)
    assert unmet(at_the_line) == {"confidence"}


def test_one_person_in_two_rows_is_one(at_the_line: sqlite3.Connection) -> None:
    insert(at_the_line, "identities", {"person_id": 507, "identity_id": 7})
    tried(at_the_line, [507])
    assert facts(at_the_line).tries.people == 500
    assert unmet(at_the_line) == set()


@pytest.mark.parametrize(("people", "met"), [(500, True), (501, False)])
def test_who_was_looked_through_elsewhere_counts(
    at_the_line: sqlite3.Connection, people: int, met: bool
) -> None:
    row = {"unknown_id": 1, "people": people, "operator_id": ANA, "reason": "A register."}
    insert(at_the_line, "declared_tries", row | {"at": OPENED})
    insert(at_the_line, "declared_tries", row | {"at": LATER, "people": 3})
    assert facts(at_the_line).tries.declared == people
    assert unmet(at_the_line) == (set() if met else {"confidence"})


@pytest.mark.parametrize(("shown", "met"), [(1, False), (2, True)])
def test_photographs_that_show_one_unknown_share_their_tries(
    at_the_line: sqlite3.Connection, shown: int, met: bool
) -> None:
    insert(at_the_line, "unknowns", unknown_row(id=2, x=900.0))
    at_the_line.execute("UPDATE unknown_groups SET shown_id = ? WHERE unknown_id = 2", [shown])
    tried(at_the_line, [700], unknown=2)
    row = {"unknown_id": 2, "people": 9, "operator_id": ANA, "reason": "Seen.", "at": OPENED}
    insert(at_the_line, "declared_tries", row)
    assert facts(at_the_line).tries.declared == (0 if met else 9)
    assert unmet(at_the_line) == (set() if met else {"confidence"})


# Calibrations, and who else was there


@pytest.mark.parametrize(("label", "search", "step", "met"), [
    ("the worse one counts", {}, (0.7, 2e-5 * 1.01), False),
    ("from its score on", {}, (0.72, 1e-9), False),
    ("at its own score", {}, (0.71, 1e-9), True),
    ("one that cannot resolve the line", {"calibration": calibration(98.9)}, (0.7, 0.5), True),
    ("one at the line", {"calibration": calibration(99.0)}, (0.7, 0.5), False),
    ("of another model", {"model": json.dumps(MODELS | {"sha256": WEAK})}, (0.7, 0.5), True),
])  # fmt: skip
def test_the_most_cautious_calibration_that_the_question_has_met(
    at_the_line: sqlite3.Connection, label: str, search: Row, step: tuple[float, float], met: bool
) -> None:
    searched_again(at_the_line, **search)
    score, fmr_upper = step
    row = {"search_id": 2, "score": score, "fmr_upper": fmr_upper}
    insert(at_the_line, "calibration_steps", row)
    assert unmet(at_the_line) == (set() if met else {"confidence"}), label


@pytest.mark.parametrize(("person", "score", "model", "met"), [
    (8, 0.6601, FULL, False), (8, 0.66, FULL, True), (8, 0.70, WEAK, True), (7, 0.70, FULL, True),
])  # fmt: skip
def test_the_margin_is_over_everybody_else_that_any_search_showed(
    db: sqlite3.Connection, person: int, score: float, model: str, met: bool
) -> None:
    policy = under(db, min_margin=0.04995)
    fill(db, policy)
    model_row = json.dumps(MODELS | {"sha256": model})
    searched_again(db, policy, model=model_row)
    rest = {"person_id": person, "score": score, "rank": 2}
    insert(db, "candidates", candidate_row(id=10, search_id=2, **rest))
    assert unmet(db) == (set() if met else {"margin"})


def test_the_own_margin_counts_beside_it(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"margin": 0.0499})
    assert facts(db).margin == 0.0499
    assert unmet(db) == {"margin"}


# Opinions


def test_of_one_examiner_the_lowest_opinion_counts_wherever_it_was_given(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY)
    searched_again(db)
    insert(db, "examinations", examination_row(BEN, candidate_id=9, conclusion=1))
    assert unmet(db) == {"conclusions"}
    insert(db, "examinations", examination_row(ANA, candidate_id=9, conclusion=-1))
    assert unmet(db) == {
        "examiners", "conclusions", "adjudication", "checklist", "findings"
    }  # fmt: skip


def test_insufficient_quality_is_no_dissent(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=opinions(3, 3, -9))
    assert not facts(db).opinions.dissenting
    assert unmet(db) == {"conclusions"}
    assert "inconclusive" not in closed(db)


def test_an_examiner_analyses_before_they_see_and_nobody_elses_look_counts(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY, examinations=opinions(3, 3, 3))
    for who, at in ((CAL, LATER), (None, LATER), (DAN, EARLIER)):
        insert(db, "sightings", {"search_id": 1, "operator_id": who, "at": at})
    assert unmet(db) == set()
    insert(db, "sightings", {"search_id": 1, "operator_id": BEN, "at": EARLIER})
    assert [o.analysed for o in facts(db).opinions.each] == [True, False, True]
    assert unmet(db) == {"probe_analysis"}


def test_an_analysis_after_the_examination_is_none(db: sqlite3.Connection) -> None:
    insert(db, "unknowns", unknown_row())
    analysed(db, ANA)
    insert(db, "analyses", analysis_row(BEN, at=LATER))
    fill(db, POLICY)
    assert [o.analysed for o in facts(db).opinions.each] == [True, False]
    assert unmet(db) == {"probe_analysis"}


@pytest.mark.parametrize(("seen_at", "by", "met"), [
    (EARLIER, CAL, False), (LATER, CAL, True), (EARLIER, DAN, True),
])  # fmt: skip
def test_a_third_has_seen_nothing_before_they_committed(
    db: sqlite3.Connection, seen_at: str, by: int, met: bool
) -> None:
    fill(db, POLICY, examinations=opinions(3, -1, 3))
    insert(db, "sightings", {"examination_id": ANA, "operator_id": by, "at": seen_at})
    assert unmet(db) == (set() if met else {"adjudication"})
    assert unmet(db, ANA) == {"adjudication"}, "and somebody else decides"


def test_ones_own_opinion_is_no_sight_of_anothers(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=opinions(3, -1, 3))
    insert(db, "sightings", {"examination_id": CAL, "operator_id": CAL, "at": EARLIER})
    assert unmet(db) == set()


# Origins


def declared(db: sqlite3.Connection, who: int, at: str, origin: str, corrects: str | None) -> None:
    row = {"original_sha256": PROBE_IMAGE, "origin": origin, "corrects": corrects}
    insert(db, "origin_declarations", row | {"operator_id": who, "reason": "Seen.", "at": at})


@pytest.mark.parametrize(("who", "at", "corrects", "met"), [
    (BEN, LATER, "sketch", True),
    (ANA, LATER, "sketch", False),
    (BEN, EARLIER, "sketch", False),
    (BEN, LATER, "generated", False),
])  # fmt: skip
def test_an_origin_is_corrected_by_another_and_afterwards(
    db: sqlite3.Connection, who: int, at: str, corrects: str, met: bool
) -> None:
    fill(db, POLICY)
    declared(db, ANA, OPENED, "sketch", None)
    assert unmet(db) == {"probe_origin"}
    declared(db, who, at, "photograph", corrects)
    assert unmet(db) == (set() if met else {"probe_origin"})


def test_what_the_search_itself_says_of_its_probe_is_not_corrected_afterwards(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY, search={"probe_origin": "sketch"})
    declared(db, BEN, LATER, "photograph", "sketch")
    assert ProbeOrigin.SKETCH in facts(db).origins
    assert unmet(db) == {"probe_origin"}


@pytest.mark.parametrize(("origin", "met"), [("undeclared", True), ("sketch", False)])
def test_what_another_search_of_the_unknown_said_counts(
    db: sqlite3.Connection, origin: str, met: bool
) -> None:
    fill(db, POLICY)
    searched_again(db, probe_origin=origin)
    assert unmet(db) == (set() if met else {"probe_origin"})


# Outcomes of the question


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


@pytest.mark.parametrize(("outcome", "elsewhere", "met"), [
    ("excluded", False, False), ("excluded", True, False), ("unresolved", False, False),
    ("unresolved", True, True), ("inconclusive", False, True), ("accepted_as_lead", False, True),
    ("same_photograph", False, True),
])  # fmt: skip
def test_which_outcomes_stick_and_where(
    db: sqlite3.Connection, outcome: str, elsewhere: bool, met: bool
) -> None:
    fill(db, POLICY)
    if elsewhere:
        insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    searched_again(db, case_id=2 if elsewhere else CASE)
    ended(db, outcome)
    assert unmet(db) == (set() if met else {"standing_outcome"})


def test_a_withdrawn_lead_forbids_another(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    searched_again(db)
    ended(db, "accepted_as_lead")
    act(db, "lead_withdrawals", BEN)
    assert unmet(db) == {"standing_outcome"}


@pytest.mark.parametrize(("third", "conclusion", "at", "met"), [
    (CAL, 3, LATEST, True), (CAL, 3, EARLIER, False), (CAL, 1, LATEST, False),
    (DAN, 3, LATEST, False),
])  # fmt: skip
def test_what_was_reopened_waits_for_a_third_who_reaches_the_line(
    db: sqlite3.Connection, third: int, conclusion: int, at: str, met: bool
) -> None:
    """ANA excluded, and BEN agreed before DAN reopened it."""
    fill(db, POLICY, examinations=opinions(3, 3))
    analysed(db, DAN)
    searched_again(db)
    ended(db, "excluded")
    act(db, "reopenings", DAN)
    row = examination_row(third, conclusion=conclusion, committed_at=at)
    insert(db, "examinations", row)
    assert ("standing_outcome" in unmet(db)) == (not met)


# What binds


@pytest.mark.parametrize(("first", "bound"), [
    ("high-stakes", {"examiners", "conclusions"}), ("archive-newsroom", set()),
    ("demonstration", set()),
])  # fmt: skip
def test_an_unknown_stays_bound_by_the_first_policy_that_accepts_anything(
    db: sqlite3.Connection, first: str, bound: set[str]
) -> None:
    lax, asked = shipped("archive-newsroom"), shipped(first)
    insert(db, "cases", case_row(asked, id=2, reference="2031/118"))
    insert(db, "searches", search_row(asked, id=1, case_id=2, gallery_persons=0))
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=opinions(3))
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    assert unmet(db) == bound


# Findings


@pytest.mark.parametrize(("findings", "notes", "view", "met"), [
    ({}, "The scar.", {}, True),
    ({}, "\u200b", {}, False),
    ({"nose": "different"}, "The scar.", {}, False),
    ({"nose": "different"}, "The scar.", {"nose": "Swollen."}, True),
    ({"nose": "different"}, "The scar.", {"ears": "Swollen."}, False),
    (dict.fromkeys(list(FINDINGS)[5:], "not_visible"), "The scar.", {}, True),
    (dict.fromkeys(list(FINDINGS)[4:], "not_visible"), "The scar.", {}, False),
])  # fmt: skip
def test_findings_carry_a_conclusion_of_same(
    db: sqlite3.Connection, findings: dict[str, str], notes: str, view: dict[str, str], met: bool
) -> None:
    policy = under(db, min_similar_components=5)
    changes = {"notes": notes, "view": json.dumps({"component_notes": view})}
    changes |= {"findings": json.dumps(FINDINGS | findings), "conclusion": 2}
    fill(db, policy, examinations=(examination_row(ANA), examination_row(BEN, **changes)))
    assert unmet(db) == (set() if met else {"findings"})


def test_weak_support_needs_no_note(db: sqlite3.Connection) -> None:
    policy = under(db, min_conclusion=1)
    weak = examination_row(BEN, conclusion=1, notes="")
    fill(db, policy, examinations=(examination_row(ANA), weak))
    assert unmet(db) == set()


# Other outcomes

DIFFERENT = {"findings": json.dumps(FINDINGS | {"nose": "different"})}
ALL = {"excluded", "inconclusive", "unresolved", "same_photograph", "not_examined"}


@pytest.mark.parametrize(("conclusions", "decider", "open_"), [
    ((), EVE, set()),
    ((-2,), EVE, {"inconclusive"}),
    ((-2, -1), ANA, {"excluded", "inconclusive"}),
    ((0, -1), EVE, {"inconclusive"}),
    ((0, -9), EVE, {"inconclusive"}),
    ((1, -1), EVE, set()),
    ((1, -1, 0), ANA, set()),
    ((1, -1, 0), EVE, {"excluded", "unresolved"}),
    ((3, 3, -1), EVE, {"excluded", "unresolved"}),
    ((3, 3, 3), EVE, {"inconclusive"}),
])  # fmt: skip
def test_which_outcomes_are_open(
    db: sqlite3.Connection, conclusions: tuple[int, ...], decider: int, open_: set[str]
) -> None:
    fill(db, POLICY, examinations=opinions(*conclusions, **DIFFERENT))
    assert ALL - closed(db, decider) == open_


@pytest.mark.parametrize(("change", "excludes"), [
    ({}, True),
    ({"notes": "\u2060"}, False),
    ({"findings": json.dumps(FINDINGS)}, False),
    ({"findings": json.dumps(FINDINGS | {"aura": "different"})}, False),
])  # fmt: skip
def test_an_exclusion_needs_one_visible_difference_and_a_note_from_each(
    db: sqlite3.Connection, change: Row, excludes: bool
) -> None:
    first, second = opinions(-3, -3, **DIFFERENT)
    fill(db, POLICY, examinations=(first, second | change))
    assert ("excluded" not in closed(db)) == excludes


def test_where_not_all_have_to_be_reviewed_what_nobody_examined_may_end_so(
    db: sqlite3.Connection,
) -> None:
    fill(db, under(db, all_candidates_reviewed=False), examinations=())
    assert ALL - closed(db) == {"inconclusive", "not_examined"}
    insert(db, "examinations", examination_row(ANA, conclusion=0))
    assert ALL - closed(db) == {"inconclusive"}


def test_an_exclusion_takes_as_many_as_the_policy_that_binds(db: sqlite3.Connection) -> None:
    lax = shipped("archive-newsroom")
    insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    insert(db, "searches", search_row(POLICY, id=1, case_id=2, gallery_persons=0))
    given = opinions(-2, -2, **DIFFERENT)
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=given[:1])
    assert "excluded" not in closed(db)
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    assert "excluded" in closed(db)
    insert(db, "examinations", given[1])
    assert "excluded" not in closed(db)


def test_the_same_photograph_is_an_outcome_only_where_it_is_one(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"reference_sha256": PROBE_IMAGE})
    assert "same_photograph" not in closed(db)
    assert unmet(db) == {"different_photographs"}


def test_facts_are_of_the_policy_that_reads_them(db: sqlite3.Connection) -> None:
    """What is asked of findings is its own, and so is N."""
    fill(db, POLICY)
    stored = Stored(Connection(db), LEAD)
    strict = POLICY.model_copy(update={"min_similar_components": 19})
    whole = stored.facts(strict, "", None)
    assert all(o.supported for o in whole.opinions.each)
    assert whole.impartial is None
    assert replace(whole, impartial=True) == stored.facts(strict, "", EVE)


@pytest.mark.parametrize("status", ["reference", "extrapolated"])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_lies_beyond_the_counts_is_allowed_by_the_policy_or_refused(
    db: sqlite3.Connection, status: str, allowed: bool
) -> None:
    policy = under(db, allow_reference_calibration=allowed)
    fill(db, policy, candidate={"confidence_status": status})
    assert unmet(db) == (set() if allowed else {"confidence"})


@pytest.mark.parametrize(("judges", "standing", "met"), [
    ((), "suspected", False), ((ANA,), "suspected", False), ((ANA, BEN), "different", True),
])  # fmt: skip
def test_a_suspected_copy_is_taken_for_one_until_two_say_otherwise(
    db: sqlite3.Connection, judges: tuple[int, ...], standing: str, met: bool
) -> None:
    fill(db, POLICY)
    pair = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE, "at": OPENED}
    pair |= {"first_face": FACE, "second_face": FACE}
    found = {"likeness": 0.9, "mirrored": 0, "method": "m"}
    insert(db, "photograph_suspicions", pair | found)
    for who in judges:
        said = {"verdict": "different", "note": "Seen.", "operator_id": who}
        insert(db, "photograph_judgements", pair | said)
    assert facts(db).photograph.value == standing
    assert unmet(db) == (set() if met else {"different_photographs"})
    assert "same_photograph" in closed(db), "it takes two who say that they are one"


@pytest.mark.parametrize(("at", "freed"), [(EARLIER, False), (LATER, True)])
def test_two_people_free_an_unknown_of_the_search_before_and_of_none_to_come(
    db: sqlite3.Connection, at: str, freed: bool
) -> None:
    lax = shipped("archive-newsroom")
    insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    insert(db, "searches", search_row(POLICY, id=1, case_id=2, gallery_persons=0))
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=opinions(3))
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    for who, role in ((ANA, "examiner"), (BEN, "administrator")):
        row = {"kind": "unbind", "subject": "unknown 1", "round": 0, "operator_id": who}
        row |= {"role": role, "reason": "Agreed.", "shown": "{}", "at": at}
        insert(db, "approvals", row)
    assert unmet(db) == (set() if freed else {"examiners", "conclusions"})


@pytest.mark.parametrize(("conclusion", "at", "contested"), [
    (-1, LATER, True), (0, LATER, False), (-9, LATER, False), (-3, EARLIER, False),
])  # fmt: skip
def test_a_lead_is_contested_by_a_dissent_that_comes_later(
    db: sqlite3.Connection, conclusion: int, at: str, contested: bool
) -> None:
    fill(db, POLICY)
    searched_again(db)
    later = {"candidate_id": 9, "conclusion": conclusion, "committed_at": at}
    insert(db, "examinations", examination_row(CAL, **later))
    assert questions.contested(Connection(db), LEAD, OPENED) == contested


def test_it_is_also_contested_by_an_exclusion_that_comes_later(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    searched_again(db)
    ended(db, "excluded")
    assert questions.contested(Connection(db), LEAD, EARLIER)
    assert not questions.contested(Connection(db), LEAD, OPENED), "not of the same moment"
