"""What is on record stays as it was: no plain SQL changes, deletes or replaces it."""

import sqlite3
from itertools import chain
from typing import Any

import pytest

from secondlook.domain.audit import LogEntry, seal
from secondlook.storage.log import COLUMNS, KEYS, ON_RECORD, WITH_IT
from secondlook.storage.seals import STATES

from .plain_sql import ANA, OPENED, accept, contents, fill, insert, shipped

POLICY = shipped()

IMMUTABLE: dict[str, tuple[str, ...]] = {
    "policies": ("sha256", "rowid"),
    "originals": ("sha256", "rowid"),
    "searches": ("id",),
    "candidates": ("id", "search_id, rank"),
    "examinations": ("id",),
    "decisions": ("id", "candidate_id"),
    "audit_log": ("seq", "hash"),
}
"""Tables whose rows are written once, with the keys by which a row could be replaced."""


def log_row(entry: LogEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in COLUMNS.split(", ")}


def entry_after(previous: LogEntry | None, act: str = "note") -> LogEntry:
    return seal(previous, at=OPENED, actor="ana", act=act, subject="case 1", payload={}, signer=ANA)


@pytest.fixture
def recorded(db: sqlite3.Connection) -> sqlite3.Connection:
    """A case with an accepted lead and three log entries."""
    fill(db, POLICY)
    accept(db, POLICY)
    last = None
    for _ in range(3):
        last = entry_after(last)
        insert(db, "audit_log", log_row(last))
    return db


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def replaceable_keys(db: sqlite3.Connection, table: str) -> set[tuple[str, ...]]:
    """Every key over which SQLite could replace a row, read from the schema itself."""
    info = db.execute(f"PRAGMA table_info({table})").fetchall()
    integer_key = next((row[1] for row in info if row[5] and row[2] == "INTEGER"), "rowid")
    unique = [row[1] for row in db.execute(f"PRAGMA index_list({table})") if row[2]]
    return {(integer_key,)} | {
        tuple(row[2] for row in db.execute(f"PRAGMA index_info({name})")) for name in unique
    }


def refused(db: sqlite3.Connection, statement: str, values: tuple[Any, ...] = ()) -> None:
    before = contents(db)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement, values)
    assert contents(db) == before


TABLES = sorted(IMMUTABLE)


@pytest.mark.parametrize("table", TABLES)
def test_no_column_of_a_recorded_row_can_be_changed(
    recorded: sqlite3.Connection, table: str
) -> None:
    for column in (*columns(recorded, table), "rowid"):
        for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"):
            refused(recorded, f"{verb} {table} SET {column} = {column}")
            refused(recorded, f"{verb} {table} SET {column} = 9")


@pytest.mark.parametrize("table", TABLES)
def test_no_recorded_row_can_be_deleted(recorded: sqlite3.Connection, table: str) -> None:
    refused(recorded, f"DELETE FROM {table}")
    refused(recorded, f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("table", TABLES)
def test_no_recorded_row_can_be_replaced_as_it_is(
    recorded: sqlite3.Connection, table: str, verb: str
) -> None:
    refused(recorded, f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.parametrize("table", TABLES)
def test_no_recorded_row_can_be_replaced_over_a_single_key(
    recorded: sqlite3.Connection, table: str
) -> None:
    """A new row that collides in one key only, and is new in all others."""
    names = ["rowid", *columns(recorded, table)]
    values = recorded.execute(f"SELECT rowid, {', '.join(names[1:])} FROM {table}").fetchone()
    old = dict(zip(names, values, strict=True))
    keys = replaceable_keys(recorded, table)
    for key in keys:
        row = {name: old[name] for name in names[1:]} | {name: old[name] for name in key}
        for column in {c for other in keys for c in other if c in row} - set(key):
            row[column] = "f" * 64 if isinstance(old[column], str) else old[column] + 1000
        refused(
            recorded,
            f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES "
            f"({', '.join('?' * len(row))})",
            tuple(row.values()),
        )


@pytest.mark.parametrize("table", TABLES)
def test_the_guards_know_every_key_of_their_table(recorded: sqlite3.Connection, table: str) -> None:
    guarded = {tuple(c.strip() for c in key.split(",")) for key in IMMUTABLE[table]}
    assert guarded == replaceable_keys(recorded, table)


@pytest.mark.parametrize(("table", "key"), [("decisions", "candidate_id"), ("audit_log", "seq")])
def test_an_upsert_changes_nothing(recorded: sqlite3.Connection, table: str, key: str) -> None:
    last = columns(recorded, table)[-1]
    for action in (f"UPDATE SET {last} = 'x'", "NOTHING"):
        refused(
            recorded,
            f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO {action}",
        )


def test_the_log_takes_the_entry_that_follows(recorded: sqlite3.Connection) -> None:
    chain = [entry_after(None)]
    for _ in range(3):
        chain.append(entry_after(chain[-1]))
    insert(recorded, "audit_log", log_row(chain[3]))
    assert recorded.execute("SELECT count(*) FROM audit_log").fetchone() == (4,)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 5},
        {"seq": 0},
        {"seq": -1},
        {"seq": None},
        {"seq": 3},
        {"previous_hash": "0" * 64},
        {"previous_hash": "f" * 64},
        {"previous_hash": ""},
    ],
    ids=str,
)
def test_the_log_refuses_an_entry_out_of_chain(
    recorded: sqlite3.Connection, change: dict[str, Any]
) -> None:
    third = entry_after(entry_after(entry_after(None)))
    row = log_row(entry_after(third)) | change
    marks = ", ".join("?" * len(row))
    for verb in ("INSERT", "INSERT OR REPLACE"):
        refused(
            recorded,
            f"{verb} INTO audit_log ({', '.join(row)}) VALUES ({marks})",
            tuple(row.values()),
        )


def test_the_first_entry_of_a_log_follows_nothing(db: sqlite3.Connection) -> None:
    first = log_row(entry_after(None))
    for change in ({"seq": 2}, {"previous_hash": "f" * 64}):
        with pytest.raises(sqlite3.IntegrityError, match="does not follow"):
            insert(db, "audit_log", first | change)
    insert(db, "audit_log", first)


def test_nobody_is_deleted_or_replaced(recorded: sqlite3.Connection) -> None:
    refused(recorded, "DELETE FROM operators")
    refused(recorded, "INSERT OR REPLACE INTO operators SELECT * FROM operators WHERE id = 1")
    refused(
        recorded,
        "INSERT OR REPLACE INTO operators SELECT 50, 'ANA', display_name, role, password_hash, "
        "active, created_at FROM operators WHERE id = 1",
    )


def test_somebody_can_be_deactivated_and_not_renamed(recorded: sqlite3.Connection) -> None:
    refused(recorded, "UPDATE operators SET display_name = 'Ben' WHERE id = 1")
    recorded.execute("UPDATE operators SET active = 0 WHERE id = 1")
    assert recorded.execute("SELECT active FROM operators WHERE id = 1").fetchone() == (0,)


# Every table is sealed, checked against what it follows from, or free for a reason

CHECKED = {
    "audit_log": "the chain itself",
    "commitments": "the entry commits to each value, and what has none is salt",
    "sealed_states": "the entry seals the list of its lines",
    "carried_over": "closed by the migration that fills it",
    "person_photographs": "a reference that an act sealed: PHOTOGRAPHS_OF_NOBODY",
    "search_unknowns": "the entry of the search names the unknown",
    "identities": "acceptance: identities_true",
    "unknown_groups": "acceptance: unknowns_true",
}
FREE = {
    "_sqlite_migrations": "which steps were taken; the schema that came of them is compared whole",
    "originals": "named by the hash of its content, which is hashed whenever it is read",
    "tries": "nothing can be taken out, and what is added only raises N",
    "models_compared": "the same",
    "looks": "the same, once its picture is a probe",
    "look_people": "the same",
    "look_pictures": "the same",
    "look_templates": "the same",
    "drafts": "one's own, until it is committed",
    "enrolments": "what is still to do; what came of it is sealed as reference",
    "settings": "minutes until the window locks, models to load: a search says which it used",
}


def read_by(db: sqlite3.Connection, queries: list[str]) -> set[str]:
    """The tables that queries read, as SQLite itself says."""
    tables: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            tables.add(table)
        return sqlite3.SQLITE_OK

    db.set_authorizer(note)
    for query in queries:
        db.execute(query, {"key": 0})
    db.set_authorizer(None)
    return tables


def test_every_table_is_sealed_or_checked_or_free_for_a_reason(db: sqlite3.Connection) -> None:
    sealed = read_by(
        db,
        [*ON_RECORD.values(), *chain(*WITH_IT.values()), *chain(*STATES.values())],
    )
    named = [sealed, set(CHECKED), set(FREE)]
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {row[0] for row in rows if not row[0].startswith("sqlite_")}
    assert set().union(*named) == tables
    assert sum(map(len, named)) == len(tables), "each in one place only"


def test_what_is_sealed_has_to_be_on_record() -> None:
    assert set(KEYS) == set(ON_RECORD)
