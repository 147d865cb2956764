"""The log on disk, and what `audit verify` rests on: tampering is found and named."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from secondlook.domain.audit import BrokenLink, first_broken_link
from secondlook.storage import log
from secondlook.storage.database import Store

from .plain_sql import (
    ANA,
    BEN,
    SEARCH,
    accept,
    candidate_row,
    examination_row,
    fill,
    insert,
    log_trust,
    moved,
    policy_row,
    prepare,
    seal_all,
    search_row,
    shell,
    shipped,
)

POLICY = shipped()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A case from policy to accepted lead, with every act on record."""
    store = Store(tmp_path / "case.db")
    with store.write() as db:
        raw: sqlite3.Connection = db.conn
        prepare(raw, [POLICY])
        log_trust(raw)
        log.record(db, "ana", "policy", POLICY.sha256, {"id": POLICY.id})
        fill(raw, POLICY, examinations=())
        log.record(db, "ana", "trust", SEARCH, {})
        log.record(db, "ana", "search", SEARCH, {})
        for key, (name, operator) in enumerate((("ana", ANA), ("ben", BEN)), start=1):
            insert(raw, "examinations", examination_row(operator, id=key))
            log.record(db, name, "examination", key, {})
        accept(raw, POLICY, id=1)
        seal_all(db)
        log.record(db, "ana", "decision", 1, {"outcome": "accepted_as_lead"})
    yield store
    store.close()


def triggers(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))


def tamper(store: Store, change: str, *, tidy: bool = True) -> None:
    """What somebody with write access can do: drop the guards, change, put the guards back."""
    db = shell(store.path)
    guards = triggers(db)
    for name in guards:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA ignore_check_constraints = ON")
    db.executescript(change)
    if tidy:
        for sql in guards.values():
            db.execute(sql)
    db.close()


def test_an_untouched_record_is_sound(store: Store) -> None:
    db = store.read()
    assert first_broken_link(log.entries(db)) is None
    assert log.first_altered_record(db) is None
    assert log.altered_guards(db) == []


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("UPDATE candidates SET confidence = 99.9 WHERE id = 2", f"search {SEARCH}"),
        ("UPDATE candidates SET margin = 9e999 WHERE id = 2", f"search {SEARCH}"),
        ("DELETE FROM candidates WHERE id = 3", f"search {SEARCH}"),
        ("UPDATE searches SET probe_origin = 'document'", f"search {SEARCH}"),
        ("DELETE FROM searches", f"search {SEARCH}"),
        ("UPDATE examinations SET conclusion = -3 WHERE id = 2", "examination 2"),
        ("UPDATE examinations SET operator_id = 5 WHERE id = 1", "examination 1"),
        ("DELETE FROM examinations WHERE id = 2", "examination 2"),
        ("UPDATE decisions SET corroboration = 'None.'", "decision 1"),
        ("DELETE FROM decisions", "decision 1"),
        ("UPDATE policies SET document = '{}'", f"policy {POLICY.sha256}"),
        ("DELETE FROM policies", f"policy {POLICY.sha256}"),
    ],
)
def test_a_changed_record_is_named_though_the_guards_were_put_back(
    store: Store, change: str, subject: str
) -> None:
    tamper(store, change)
    assert log.altered_guards(store.read()) == []
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.problem == f"{subject} is not what was recorded"
    entry = next(e for e in log.entries(store.read()) if e.subject == subject)
    assert broken.seq == entry.seq


def test_a_candidate_added_to_a_recorded_search_is_found(store: Store) -> None:
    db = shell(store.path)
    db.execute("DROP TRIGGER candidates_of_searches")
    insert(db, "candidates", candidate_row(id=9, rank=9))
    db.close()
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.problem == f"search {SEARCH} is not what was recorded"


WRITTEN_AROUND: dict[str, Callable[[sqlite3.Connection], object]] = {
    "policy": lambda db: insert(db, "policies", policy_row(POLICY, sha256="e" * 64)),
    "search": lambda db: insert(db, "searches", search_row(POLICY, id=2)),
    "examination": lambda db: insert(db, "examinations", examination_row(ANA, candidate_id=2)),
    "decision": lambda db: accept(db, POLICY, candidate_id=2, outcome="inconclusive"),
}


@pytest.mark.parametrize("kind", WRITTEN_AROUND)
def test_a_row_that_was_never_logged_is_found(store: Store, kind: str) -> None:
    """The database allows the row, since it satisfies the rules; the record does not know it."""
    with store.write() as writer:  # a decision needs an examination, and that one is on record
        key = insert(writer.conn, "examinations", examination_row(BEN, candidate_id=2))
        log.record(writer, "ben", "examination", key, {})
    db = shell(store.path)
    WRITTEN_AROUND[kind](db)
    db.close()
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.problem.startswith(kind)
    assert broken.problem.endswith("was written around the log")


def test_an_acceptance_below_policy_is_found_though_it_was_logged_like_any_other(
    store: Store,
) -> None:
    """Guards dropped, the row written and properly sealed, guards put back."""
    db = shell(store.path)
    guards = triggers(db)
    db.execute("DROP TRIGGER decisions_acceptance")
    accept(db, POLICY, id=2, candidate_id=2)
    db.execute(guards["decisions_acceptance"])
    db.close()
    with store.write() as writer:
        entry = log.record(writer, "ana", "decision", 2, {})
    assert log.altered_guards(store.read()) == []
    assert log.first_altered_record(store.read()) == BrokenLink(
        entry.seq, "decision 2 accepts a candidate below its policy"
    )


def test_a_policy_that_is_not_what_its_hash_names_is_found(store: Store) -> None:
    with store.write() as db:
        lax = POLICY.model_copy(update={"accept_confidence": 1.0})
        insert(db.conn, "policies", policy_row(lax, sha256="e" * 64))
        entry = log.record(db, "ana", "policy", "e" * 64, {})
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.seq == entry.seq
    assert broken.problem.endswith("is not the policy that its hash names")


def test_an_acceptance_stays_sound_when_its_case_moves_on(store: Store) -> None:
    with store.write() as db:
        other = shipped("missing-person")
        insert(db.conn, "policies", policy_row(other))
        log.record(db, "ana", "policy", other.sha256, {})
        for statement in moved(POLICY, other):
            db.conn.execute(statement)
        db.conn.execute("UPDATE cases SET authorisation = ''")
        log.record(db, "ana", "move", 1, {})
        for (key,) in db.conn.execute(
            "SELECT id FROM approvals WHERE kind = 'laxer_policy'"
        ).fetchall():
            log.record(db, "ana", "approval", key, {})
        seal_all(db)
    assert log.first_altered_record(store.read()) is None


@pytest.mark.parametrize("column", ["at", "actor", "act", "subject", "payload", "hash"])
def test_a_changed_log_entry_is_found_where_it_is(store: Store, column: str) -> None:
    tamper(store, f"UPDATE audit_log SET {column} = json_quote('changed') WHERE seq = 3")
    broken = first_broken_link(log.entries(store.read()))
    assert broken is not None
    assert broken.seq == 3


def test_a_deleted_log_entry_is_found(store: Store) -> None:
    tamper(store, "DELETE FROM audit_log WHERE seq = 2")
    broken = first_broken_link(log.entries(store.read()))
    assert broken is not None
    assert (broken.seq, broken.problem) == (2, "entry 2 is missing")


def test_cutting_off_the_log_leaves_rows_that_it_does_not_know(store: Store) -> None:
    tamper(store, "DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)")
    assert first_broken_link(log.entries(store.read())) is None, "a shorter chain is a chain"
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.problem == "decision 1 was written around the log"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("DROP TRIGGER decisions_acceptance", "decisions_acceptance"),
        ("DROP TRIGGER audit_log_not_changed", "audit_log_not_changed"),
        ("DROP VIEW acceptance_facts", "acceptance_facts"),
        ("CREATE TABLE extra (x TEXT)", "extra"),
        ("DROP TABLE drafts", "drafts"),
        ("ALTER TABLE decisions ADD COLUMN because TEXT", "decisions"),
        (
            "DROP TRIGGER decisions_acceptance; CREATE TRIGGER decisions_acceptance "
            "BEFORE INSERT ON decisions BEGIN SELECT 1; END",
            "decisions_acceptance",
        ),
    ],
)
def test_an_altered_guard_is_named(store: Store, change: str, name: str) -> None:
    db = shell(store.path)
    db.executescript(change)
    db.close()
    assert name in log.altered_guards(store.read())


def test_entries_are_found_by_what_they_contain_newest_first(store: Store) -> None:
    db = store.read()
    assert [e.subject for e in log.latest(db, 10, "EXAMINATION")] == [
        "examination 2",
        "examination 1",
    ]
    last = db.table("audit_log").count
    assert [e.seq for e in log.latest(db, 2)] == [last, last - 1]
    assert log.latest(db, 10, "%") == [], "a search text is a text, not a pattern"


def test_an_act_that_fails_leaves_no_entry(store: Store) -> None:
    before = store.read().table("audit_log").count

    def act() -> None:
        with store.write() as db:
            log.append(db, "ana", "note", "case 1", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert store.read().table("audit_log").count == before
