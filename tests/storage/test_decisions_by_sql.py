"""Decisions, examinations and cases by plain SQL: who, once, and with what said."""

import sqlite3

import pytest

from secondlook.domain.review import CHECKLIST, Outcome, ProbeOrigin
from secondlook.storage.guards import OUTCOMES

from .arranged import OTHER, POLICY, by, declaration, findings, second
from .plain_sql import (
    ANA,
    BEN,
    CAL,
    CASE,
    EVE,
    GONE,
    RUNNER_UP,
    SCRIPT,
    SEARCH,
    Row,
    accept,
    analysis_row,
    candidate_row,
    case_row,
    contents,
    examination_row,
    fill,
    insert,
    search_row,
)


@pytest.fixture
def db(kept_db: sqlite3.Connection) -> sqlite3.Connection:
    return kept_db


def test_one_person_is_not_two_examiners(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=(examination_row(ANA, id=10),))
    before = contents(db)
    for verb in ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"):
        for row in (
            examination_row(ANA),
            examination_row(ANA, id=11),
            examination_row(BEN, id=10),
            examination_row(BEN, rowid=10),
            examination_row(ANA, conclusion=2, notes=""),
        ):
            with pytest.raises(sqlite3.IntegrityError):
                insert(db, "examinations", row, verb)
    for column in ("id", "rowid", "oid", "_rowid_", "username"):
        for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(f"{verb} operators SET {column} = 77 WHERE id = {ANA}")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE examinations SET operator_id = {BEN}")
    with pytest.raises(sqlite3.IntegrityError, match="refused: examiners"):
        accept(db, POLICY)
    assert contents(db) == before
    insert(db, "examinations", examination_row(ANA, id=12, conclusion=2))  # lowered: still one
    with pytest.raises(sqlite3.IntegrityError, match="refused: examiners"):
        accept(db, POLICY)


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99])
def test_only_an_active_examiner_examines(db: sqlite3.Connection, operator: int) -> None:
    fill(db, POLICY, examinations=())
    with pytest.raises(sqlite3.IntegrityError, match="not an active examiner"):
        insert(db, "examinations", examination_row(operator))


def test_nobody_examines_what_is_decided(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    accept(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="examination refused"):
        insert(db, "examinations", examination_row(5, conclusion=-3))


@pytest.mark.parametrize("candidate", [3, 99], ids=["not offered", "unknown"])
def test_nobody_examines_what_is_not_offered(db: sqlite3.Connection, candidate: int) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="examination refused"):
        insert(db, "examinations", examination_row(ANA, candidate_id=candidate))


def test_a_candidate_is_decided_once(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"fmr_upper": 1e-3})
    accept(db, POLICY, outcome="inconclusive")
    for outcome in ("accepted_as_lead", "inconclusive"):
        for verb in ("INSERT", "INSERT OR REPLACE"):
            with pytest.raises(sqlite3.IntegrityError):
                accept(db, POLICY, verb, outcome=outcome)


def test_changing_the_declaration_after_the_search_changes_nothing(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY, search={"probe_origin": "sketch", "probe_analysis": ""})
    db.execute("UPDATE probes SET origin = 'photograph', analysis = 'Written later.'")
    with pytest.raises(sqlite3.IntegrityError, match=r"probe_(origin|analysis)"):
        accept(db, POLICY)


def test_an_origin_outside_the_vocabulary_is_not_a_way_past_the_blocked_ones(
    db: sqlite3.Connection,
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        fill(db, POLICY, search={"probe_origin": "Sketch"})
    sql = " ".join(row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql > ''"))
    for origin in ProbeOrigin:
        assert sql.count(f"'{origin.value}'") >= 2, "probes and searches know every origin"


def test_a_search_is_made_under_the_policy_of_its_open_case(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="under another policy"):
        insert(db, "searches", search_row(OTHER, id=2))
    with pytest.raises(sqlite3.IntegrityError):
        insert(db, "searches", search_row(POLICY, id=2, case_id=99))


def test_a_search_cannot_be_carried_into_another_case(db: sqlite3.Connection) -> None:
    """Case ids are fixed, also through the names that SQLite gives a rowid."""
    fill(db, POLICY, case={"purpose": "Curiosity"})
    insert(db, "cases", case_row(POLICY, id=2, reference="permitted"))
    for column in ("id", "rowid", "oid", "_rowid_"):
        for verb in ("UPDATE", "UPDATE OR REPLACE"):
            with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
                db.execute(f"{verb} cases SET {column} = 3 WHERE id = {CASE}")
    for statement in (
        "UPDATE cases SET purpose = 'Missing person'",
        "UPDATE searches SET case_id = 2",
        "DELETE FROM cases",
        "INSERT OR REPLACE INTO cases SELECT 1, reference, purpose, authorisation, authorised_at, "
        "notes, policy_sha256, opened_by, opened_at, closed_at FROM cases WHERE id = 2",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="refused: purpose"):
        accept(db, POLICY)


def test_candidates_are_not_added_to_a_search_on_record(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    insert(db, "candidates", candidate_row(id=4, rank=4))
    entry = (1, "t", "ana", "search", f"search {SEARCH}", "{}", "0" * 64, "a" * 64, ANA)
    db.execute(f"INSERT INTO audit_log VALUES ({', '.join('?' * 9)})", entry)
    for search in (SEARCH, 99):
        with pytest.raises(sqlite3.IntegrityError, match="candidate refused"):
            insert(db, "candidates", candidate_row(id=5, rank=5, search_id=search))


def test_a_case_closes_when_every_offered_candidate_is_decided(db: sqlite3.Connection) -> None:
    close = "UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'"
    fill(db, POLICY)
    accept(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="every offered candidate must be decided"):
        db.execute(close)
    with pytest.raises(sqlite3.IntegrityError, match="decision refused: excluded"):
        accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded")
    for who in (ANA, BEN):
        different = {"conclusion": -2, "findings": findings({"nose": "different"})}
        insert(db, "examinations", examination_row(who, candidate_id=RUNNER_UP, **different))
    with pytest.raises(sqlite3.IntegrityError, match="not the policy of its search"):
        accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded", policy_sha256=OTHER.sha256)
    accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded")
    db.execute(close)
    for statement in ("UPDATE cases SET closed_at = NULL", "UPDATE cases SET notes = 'more'"):
        with pytest.raises(sqlite3.IntegrityError, match="a closed case cannot be changed"):
            db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="closed"):
        insert(db, "searches", search_row(POLICY, id=2))


def test_the_component_groups_in_the_database_are_those_of_the_checklist(
    db: sqlite3.Connection,
) -> None:
    query = "SELECT sql FROM sqlite_master WHERE name = 'decisions_acceptance'"
    trigger = db.execute(query).fetchone()[0]
    assert all(f"'{item.key}'" in trigger for item in CHECKLIST)


DIFFERENT = {"conclusion": -2, "findings": findings({"nose": "different"})}
OTHERS: tuple[tuple[str, str, tuple[Row, ...], int, bool], ...] = (
    ("excluded", "nobody", (), ANA, False),
    ("excluded", "one of two", (examination_row(ANA, **DIFFERENT),), ANA, False),
    ("excluded", "no difference", second(conclusion=-2), ANA, False),
    (
        "excluded",
        "no note",
        (
            examination_row(ANA, **DIFFERENT),
            examination_row(BEN, **DIFFERENT, notes="\u200b"),
        ),
        ANA,
        False,
    ),
    ("excluded", "two", tuple(examination_row(w, **DIFFERENT) for w in (ANA, BEN)), ANA, True),
    (
        "excluded",
        "what two called the same",
        (*second(), examination_row(CAL, **DIFFERENT)),
        CAL,
        False,
    ),
    ("excluded", "by an adjudicator", (*second(), examination_row(CAL, **DIFFERENT)), EVE, True),
    ("inconclusive", "nobody", (), ANA, False),
    ("inconclusive", "a contradiction", second(conclusion=-1), ANA, False),
    ("inconclusive", "examined", second(conclusion=0), ANA, True),
    ("unresolved", "agreement", second(), EVE, False),
    ("unresolved", "no third yet", second(conclusion=-1), EVE, False),
    ("unresolved", "by an examiner", (*second(conclusion=-1), examination_row(CAL)), CAL, False),
    ("unresolved", "by another", (*second(conclusion=-1), examination_row(CAL)), EVE, True),
    ("same_photograph", "two photographs", second(), ANA, False),
    ("not_examined", "all have to be", (), ANA, False),
)


def test_every_other_outcome_is_tried() -> None:
    assert {o for o, *_ in OTHERS} == set(OUTCOMES) == set(Outcome) - {Outcome.ACCEPTED}


@pytest.mark.parametrize(
    ("outcome", "label", "examinations", "decider", "open"),
    OTHERS,
    ids=[f"{outcome}: {label}" for outcome, label, *_ in OTHERS],
)
def test_other_outcomes_are_open_to_whom_they_are(
    db: sqlite3.Connection,
    outcome: str,
    label: str,
    examinations: tuple[Row, ...],
    decider: int,
    open: bool,  # noqa: A002
) -> None:
    fill(db, POLICY, examinations=examinations)
    if open:
        accept(db, POLICY, outcome=outcome, operator_id=decider)
        return
    with pytest.raises(sqlite3.IntegrityError, match=f"decision refused: {outcome}"):
        accept(db, POLICY, outcome=outcome, operator_id=decider)


@pytest.mark.parametrize("who", [ANA, BEN])
def test_neither_who_decided_nor_who_withdrew_reopens(db: sqlite3.Connection, who: int) -> None:
    fill(db, POLICY)
    accept(db, POLICY, id=77)
    with pytest.raises(sqlite3.IntegrityError, match="reopening refused"):
        insert(db, "reopenings", by(CAL))
    insert(db, "lead_withdrawals", by(BEN))
    with pytest.raises(sqlite3.IntegrityError, match="reopening refused"):
        insert(db, "reopenings", by(who))
    insert(db, "reopenings", by(CAL))


@pytest.mark.parametrize("text", ["", " ", "\u200b\u2060", "\u2800"])
def test_what_has_to_be_said_is_visible(db: sqlite3.Connection, text: str) -> None:
    fill(db, POLICY)
    accept(db, POLICY, id=77)
    insert(db, "lead_withdrawals", by(BEN))
    for table, row in (
        ("analyses", analysis_row(EVE, text=text)),
        ("reopenings", by(CAL) | {"reason": text}),
        ("origin_declarations", declaration(BEN, "document", "photograph") | {"reason": text}),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="nothing is written there"):
            insert(db, table, row)
