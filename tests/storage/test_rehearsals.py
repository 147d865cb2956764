"""Rehearsals and marks on disk: what is on record stays, whoever opens the file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.marks import SamePeople
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.storage import log, marks
from secondlook.storage.database import Store

from .plain_sql import (
    ANA,
    GONE,
    OPENED,
    SCRIPT,
    contents,
    insert,
    log_trust,
    prepare,
    rehearsal_row,
    rehearse,
    seal_all,
    searched,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One finished rehearsal (1), on record, and one unfinished (2) with a search made."""
    store = Store(tmp_path / "case.db")
    with store.write() as db:
        raw: sqlite3.Connection = db.conn
        prepare(raw, [])
        log_trust(raw)
        rehearse(raw, people=3)
        log.record(db, "ana", "rehearsal", 1, {})
        insert(raw, "rehearsals", rehearsal_row(id=2))
        for number in range(2):
            insert(raw, "rehearsal_searches", searched(2, 100 + number))
        raw.execute("UPDATE rehearsal_searches SET status = 'searched', candidates = '[]' "
                    "WHERE id = 100")  # fmt: skip
        key = marks.add(db, 1, Pair.of(7, 3), Mark.SAME, "", ANA)
        log.record(db, "ana", "mark", key, {})
        seal_all(db)
    yield store
    store.close()


@pytest.fixture(params=["ON", "OFF"])
def db(request: pytest.FixtureRequest, store: Store) -> sqlite3.Connection:
    raw: sqlite3.Connection = store.read().conn
    raw.execute(f"PRAGMA foreign_keys = {request.param}")
    return raw


def refused(db: sqlite3.Connection, statement: str) -> None:
    before = contents(db)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)
    assert contents(db) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rehearsals SET gallery_persons = 9 WHERE id = 1",
        "UPDATE rehearsals SET finished_at = '2040-01-01' WHERE id = 1",
        "UPDATE rehearsals SET finished_at = NULL WHERE id = 1",
        "UPDATE rehearsals SET rowid = 9",
        "DELETE FROM rehearsals WHERE id = 1",
        "INSERT OR REPLACE INTO rehearsals SELECT * FROM rehearsals WHERE id = 1",
        "UPDATE rehearsal_searches SET candidates = '[]' WHERE rehearsal_id = 1",
        "UPDATE rehearsal_searches SET absent = 0 WHERE rehearsal_id = 1",
        "UPDATE rehearsal_searches SET rehearsal_id = 2 WHERE rehearsal_id = 1",
        "DELETE FROM rehearsal_searches WHERE rehearsal_id = 1",
        "INSERT OR REPLACE INTO rehearsal_searches SELECT * FROM rehearsal_searches WHERE id = 1",
        "UPDATE marks SET mark = 'different'",
        "DELETE FROM marks",
        "INSERT OR REPLACE INTO marks SELECT * FROM marks",
    ],
)
def test_what_is_finished_stays(db: sqlite3.Connection, statement: str) -> None:
    refused(db, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rehearsals SET finished_at = '2031-06-01' WHERE id = 2",
        "UPDATE rehearsals SET model_sha256 = 'x' WHERE id = 2",
        "UPDATE rehearsals SET finished_at = '2031-06-01', kind = 'leave_one_out' WHERE id = 2",
        "DELETE FROM rehearsal_searches WHERE id IN (100, 101)",
        "UPDATE rehearsal_searches SET status = 'pending', candidates = NULL WHERE id = 100",
        "UPDATE rehearsal_searches SET person = 'another' WHERE id = 101",
        "UPDATE rehearsal_searches SET mated = 1, person_id = 1 WHERE id = 101",
        "UPDATE rehearsal_searches SET status = 'searched' WHERE id = 101",
    ],
)
def test_an_unfinished_one_is_searched_as_planned_or_not_at_all(
    db: sqlite3.Connection, statement: str
) -> None:
    refused(db, statement)


def test_one_begins_unfinished_and_takes_no_search_later(db: sqlite3.Connection) -> None:
    for row in (rehearsal_row(id=3, finished_at=OPENED), rehearsal_row(id=1)):
        with pytest.raises(sqlite3.IntegrityError, match="begins unfinished"):
            insert(db, "rehearsals", row, "INSERT OR REPLACE")
    for row in (
        searched(1, 200),
        searched(9, 200),
        searched(2, 101),
        searched(2, 200) | {"status": "searched", "candidates": "[]"},
    ):
        with pytest.raises(sqlite3.IntegrityError):
            insert(db, "rehearsal_searches", row, "INSERT OR REPLACE")


def test_one_that_could_search_nobody_does_not_finish(db: sqlite3.Connection) -> None:
    insert(db, "rehearsals", rehearsal_row(id=3))
    insert(db, "rehearsal_searches", searched(3, 200))
    db.execute("UPDATE rehearsal_searches SET status = 'failed' WHERE id = 200")
    with pytest.raises(sqlite3.IntegrityError, match="none could be made"):
        db.execute(
            "UPDATE rehearsals SET finished_at = '2031-06-01T00:00:00.000+00:00' WHERE id = 3"
        )


def test_an_unfinished_one_is_given_up_as_a_whole(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM rehearsals WHERE id = 2")
    left = db.execute("SELECT count(*) FROM rehearsal_searches WHERE rehearsal_id = 2").fetchone()
    if left[0]:  # without SQLite's foreign keys: nobody adopts what is left, and it can be removed
        with pytest.raises(sqlite3.IntegrityError, match="replaces none"):
            insert(db, "rehearsals", rehearsal_row(id=2))
        db.execute("DELETE FROM rehearsal_searches WHERE rehearsal_id = 2")
    insert(db, "rehearsals", rehearsal_row(id=2))


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99])
def test_only_an_active_examiner_marks(store: Store, operator: int) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="not an active examiner"):
        marks.add(store.read(), 1, Pair.of(1, 2), Mark.SAME, "", operator)


@pytest.mark.parametrize(
    "change",
    [{"other_person_id": 2}, {"other_person_id": None}, {"probe_sha256": "a" * 64}, {"mark": "?"}],
)
def test_a_mark_is_on_one_pair(db: sqlite3.Connection, change: dict[str, Any]) -> None:
    row = {
        "gallery_id": 1, "person_id": 3, "other_person_id": 7, "mark": "same", "note": "",
        "operator_id": ANA, "marked_at": OPENED,
    }  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError):
        insert(db, "marks", row | change)


def test_the_last_mark_of_a_pair_counts(store: Store) -> None:
    db = store.read()
    assert marks.same_people(db, 1) == SamePeople(by_one=frozenset({(3, 7)}))
    assert marks.same_people(db, 2) == SamePeople()
    with store.write() as tx:
        marks.add(tx, 1, Pair.of(7, "a" * 64), Mark.SAME, "", ANA)
        marks.add(tx, 1, Pair.of(7, 3), Mark.UNSURE, "not sure after all", ANA)
    found = marks.current(db, 1)
    assert {pair.other: made.own(ANA) for pair, made in found.items()} == {
        7: Mark.UNSURE, "a" * 64: Mark.SAME,
    }  # fmt: skip
    assert marks.same_people(db, 1) == SamePeople()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE rehearsal_searches SET candidates = '[1]' WHERE id = 1", "rehearsal 1 is not"),
        ("DELETE FROM rehearsal_searches WHERE id = 2", "rehearsal 1 is not what was recorded"),
        ("UPDATE rehearsals SET gallery_persons = 3 WHERE id = 1", "rehearsal 1 is not"),
        ("UPDATE marks SET mark = 'different'", "mark 1 is not what was recorded"),
        ("UPDATE rehearsals SET finished_at = 'x' WHERE id = 2", "written around the log"),
    ],
)
def test_tampering_is_found(store: Store, change: str, problem: str) -> None:
    db = store.read()
    assert log.first_altered_record(db) is None
    names = db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        db.conn.execute(f"DROP TRIGGER {name}")
    db.conn.execute(change)
    broken = log.first_altered_record(db)
    assert broken is not None
    assert problem in broken.problem
