"""A search cannot leave pairs out that people did not call one person: not by plain SQL either."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from secondlook.domain.policy import Policy

from .plain_sql import ANA, BEN, CAL, OPENED, empty_database, fill, insert, prepare, shipped

STRICT, LAX = shipped("high-stakes"), shipped("archive-newsroom")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    raw = empty_database()
    raw.isolation_level = "DEFERRED"  # a refused case is rolled back whole
    prepare(raw, [STRICT, LAX])
    raw.commit()
    yield raw
    raw.close()


def mark(db: sqlite3.Connection, who: int, found: str = "same", **changes: Any) -> None:
    pair = {"gallery_id": 1, "person_id": 3, "other_person_id": 7}
    made = {"mark": found, "note": "", "operator_id": who, "marked_at": OPENED}
    insert(db, "marks", pair | made | changes)


def left_out(*pairs: tuple[int, int], by_one: int = 0) -> dict[str, Any]:
    return {"calibration": json.dumps({"left_out": pairs, "left_out_by_one": by_one})}


def standing(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT people FROM left_out_pairs")]


def test_two_people_called_it_one(db: sqlite3.Connection) -> None:
    mark(db, ANA)
    mark(db, BEN)
    fill(db, STRICT, search=left_out((3, 7)))
    assert standing(db) == [2]


def test_one_is_enough_where_one_examines_and_it_says_so(db: sqlite3.Connection) -> None:
    mark(db, ANA)
    db.commit()
    for silent in (0, 2):
        with pytest.raises(sqlite3.IntegrityError, match="one person's word"), db:
            fill(db, LAX, search=left_out((3, 7), by_one=silent))
    fill(db, LAX, search=left_out((3, 7), by_one=1))
    assert standing(db) == [1]


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [(ANA, "same", {})],
        [(ANA, "same", {}), (ANA, "same", {})],
        [(ANA, "same", {}), (BEN, "unsure", {})],
        [(ANA, "same", {}), (BEN, "same", {}), (CAL, "different", {})],
        [(ANA, "same", {}), (BEN, "same", {}), (BEN, "different", {})],
        [(ANA, "same", {}), (BEN, "same", {"gallery_id": 2})],
        [(ANA, "same", {}), (BEN, "same", {"other_person_id": 8})],
    ],
)
def test_too_few_people_or_somebody_against_it(
    db: sqlite3.Connection, marks: list[tuple[int, str, dict[str, Any]]]
) -> None:
    for who, found, changes in marks:
        mark(db, who, found, **changes)
    query = "SELECT count(*) FROM pair_standing WHERE people = 1 AND (gallery_id, "
    one = db.execute(query + "other_person_id) = (1, 7)").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError, match="too few people"):
        fill(db, STRICT, search=left_out((3, 7), by_one=one))


@pytest.mark.parametrize("policy", [STRICT, LAX])
def test_an_older_search_left_nothing_out(db: sqlite3.Connection, policy: Policy) -> None:
    fill(db, policy)
    assert standing(db) == []


def test_what_is_taken_back_later_shows(db: sqlite3.Connection) -> None:
    mark(db, ANA)
    mark(db, BEN)
    fill(db, STRICT, search=left_out((3, 7)))
    mark(db, BEN, "different")
    assert standing(db) == [0]
    mark(db, BEN, "unsure")
    assert standing(db) == [1]
