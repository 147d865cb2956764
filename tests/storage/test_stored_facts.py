"""What stands in the rows is read rightly, and by both: each fact near the line where it decides.

The worlds are single rows beside a sound case. The service (``decide.Stored``) and the conditions
of the triggers have to name the same requirements, and these have to be the expected ones.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from secondlook.domain.facts import Tries
from secondlook.domain.review import ProbeOrigin
from secondlook.services.decide import Stored
from secondlook.storage import identities

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    DAN,
    EVE,
    LEAD,
    MODELS,
    OPENED,
    OTHER_IMAGE,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    Row,
    calibration,
    candidate_row,
    enrolled,
    examination_row,
    fill,
    insert,
    rehearsal_row,
    rehearse,
    searched,
    service,
    tried,
    unknown_row,
)
from .worlds import (
    AT_THE_LINE,
    EARLIER,
    FULL,
    LATER,
    OTHER_FULL,
    POLICY,
    WEAK,
    analysed,
    facts,
    searched_again,
    under,
    unmet,
)


@pytest.fixture
def db(schema: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    schema.execute("BEGIN")
    yield schema
    schema.execute("ROLLBACK")


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
    for person, gallery in ((7, 2), (507, 3)):
        enrolled(at_the_line, person, gallery, REFERENCE_IMAGE)
    identities.refresh(service(at_the_line))
    tried(at_the_line, [507])
    assert facts(at_the_line).tries.people == 500
    assert unmet(at_the_line) == set()


@pytest.mark.parametrize(
    ("conclusion", "placed", "met"),
    [
        (-1, (2, 2, 3), False),  # shares the photograph, in the same gallery
        (0, (2, 2, 3), True),
        (-1, (2, 3, 4), True),  # one person, whose question another try is of
        (-1, (2, 3, 3), True),
    ],
)
def test_a_dissent_on_another_row_of_the_same_photograph_is_not_passed_over(
    at_the_line: sqlite3.Connection, conclusion: int, placed: tuple[int, ...], met: bool
) -> None:
    """But one on whoever a gallery holds beside this person is theirs."""
    db = at_the_line
    enrolled(db, 7, placed[0], REFERENCE_IMAGE)
    enrolled(db, 8, placed[1], *([REFERENCE_IMAGE] if placed[0] == placed[1] else []))
    enrolled(db, 507, placed[2], REFERENCE_IMAGE)
    identities.refresh(service(db))
    insert(db, "candidates", candidate_row(id=90, rank=9, person_id=8, score=0.1))
    insert(db, "examinations", examination_row(DAN, id=90, candidate_id=90, conclusion=conclusion))
    assert facts(db).shared_dissent is not met
    assert unmet(db) == (set() if met else {"examiners", "adjudication"})
    insert(db, "examinations", examination_row(CAL, id=91, conclusion=3))
    analysed(db, CAL)
    assert unmet(db) == set(), "a third agrees, and somebody else decides"


def test_a_dissent_on_who_is_one_with_another_row_but_was_held_beside_this_person_is_theirs(
    at_the_line: sqlite3.Connection,
) -> None:
    db = at_the_line
    enrolled(db, 8, 2, OTHER_IMAGE)
    enrolled(db, 507, 3, OTHER_IMAGE, REFERENCE_IMAGE)
    enrolled(db, 7, 2, REFERENCE_IMAGE)
    identities.refresh(service(db))
    insert(db, "candidates", candidate_row(id=90, rank=9, person_id=8, score=0.1))
    insert(db, "examinations", examination_row(DAN, id=90, candidate_id=90, conclusion=-1))
    assert facts(db).shared_dissent is False
    assert unmet(db) == set()


@pytest.mark.parametrize(("people", "met"), [(500, True), (501, False)])
def test_who_was_looked_through_elsewhere_counts(
    at_the_line: sqlite3.Connection, people: int, met: bool
) -> None:
    row = {"unknown_id": 1, "people": people, "operator_id": ANA, "reason": "A register."}
    insert(at_the_line, "declared_tries", row | {"at": OPENED})
    insert(at_the_line, "declared_tries", row | {"at": LATER, "people": 3})
    assert facts(at_the_line).tries.declared == people
    assert unmet(at_the_line) == (set() if met else {"confidence"})


def test_a_number_that_another_person_corrected_counts_no_more(
    at_the_line: sqlite3.Connection,
) -> None:
    row = {"unknown_id": 1, "people": 501, "operator_id": ANA, "reason": "A register."}
    insert(at_the_line, "declared_tries", row | {"id": 1, "at": OPENED})
    slip = row | {"corrects": 1, "people": 5, "at": LATER}
    for wrong in (
        slip,
        slip | {"operator_id": BEN, "people": 501},
        slip | {"operator_id": BEN, "unknown_id": 2},
        slip | {"operator_id": BEN, "reason": "\u200b"},
    ):
        with pytest.raises(sqlite3.IntegrityError):
            insert(at_the_line, "declared_tries", wrong)
    insert(at_the_line, "declared_tries", slip | {"operator_id": BEN})
    assert facts(at_the_line).tries.declared == 5
    assert unmet(at_the_line) == set()


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


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_account_that_one_made_oneself_is_no_other_person_who_corrects(
    db: sqlite3.Connection, confirmed: bool
) -> None:
    fill(db, POLICY)
    entry = {
        "seq": 1, "at": EARLIER, "actor": "ana", "act": "account created", "subject": "dan",
        "payload": "{}", "previous_hash": "0" * 64, "hash": "a" * 64, "signer": ANA,
    }  # fmt: skip
    insert(db, "audit_log", entry)
    declared(db, ANA, OPENED, "sketch", None)
    declared(db, DAN, LATER, "photograph", "sketch")
    if confirmed:
        said = {"tie_id": 1, "operator_id": EVE, "reason": "I know both.", "at": OPENED}
        insert(db, "tie_confirmations", said)
    assert unmet(db) == (set() if confirmed else {"probe_origin"})


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


# The policy that reads them


def test_facts_are_of_the_policy_that_reads_them(db: sqlite3.Connection) -> None:
    """What is asked of findings is its own, and so is N."""
    fill(db, POLICY)
    stored = Stored(service(db), LEAD)
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
