"""States of rows that change: the last act on record says what they are."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.errors import IntegrityError
from secondlook.storage import log, seals
from secondlook.storage.database import Store

from . import test_migrations
from .plain_sql import CASE, case_row, insert, prepare, shell, shipped

POLICY = shipped()
path = test_migrations.path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A case that an act opened."""
    store = Store(tmp_path / "case.db")
    with store.write() as db:
        prepare(db.conn, [POLICY])
        insert(db.conn, "cases", case_row(POLICY))
        log.append(db, "ana", "case opened", "2031/117", {}, states={"case": [CASE]})
    yield store
    store.close()


def change(store: Store) -> None:
    raw = shell(store.path)
    raw.execute("UPDATE cases SET authorisation = 'another'")
    raw.close()


def test_a_state_is_what_the_last_act_left(store: Store) -> None:
    assert seals.changed(store.read(), "case") == []
    change(store)
    assert seals.changed(store.read(), "case") == [CASE]
    with pytest.raises(IntegrityError, match=f"case {CASE}: It was changed around the program"):
        seals.require(store.read(), "case", CASE)
    with store.write() as db:
        log.append(db, "ana", "case authorised", "2031/117", {}, states={"case": [CASE]})
    seals.require(store.read(), "case", CASE)


def test_a_state_that_no_act_sealed_is_none(store: Store) -> None:
    with store.write() as db:
        insert(db.conn, "cases", case_row(POLICY, id=50, reference="2031/118"))
    assert seals.changed(store.read(), "case") == [50]
    assert seals.changed(store.read(), "case", [CASE]) == []
    assert seals.changed(store.read(), "case", [999]) == [], "what is not there is not asked for"


def test_what_was_removed_by_an_act_is_gone_and_what_was_not_is_missed(store: Store) -> None:
    with store.write() as db:
        raw = db.conn
        raw.execute("INSERT INTO galleries VALUES (1, 'one', '', 'm', '1', 'x', 0, '2031')")
        raw.execute("INSERT INTO galleries VALUES (2, 'two', '', 'm', '1', 'x', 0, '2031')")
        log.append(db, "ana", "made", "", {}, states={"gallery": [1, 2]})
        raw.execute("DELETE FROM galleries WHERE id = 1")
        log.append(db, "ana", "removed", "", {}, states={"gallery": [1]})
    assert seals.changed(store.read(), "gallery") == []
    raw = shell(store.path)
    raw.execute("DELETE FROM galleries WHERE id = 2")
    raw.close()
    assert seals.changed(store.read(), "gallery") == [2]


def test_a_line_that_its_entry_did_not_seal_says_nothing(store: Store) -> None:
    """Written beside the newest entry, which is all that the file allows."""
    change(store)
    db = store.read()
    ((seq, salt),) = db.conn.execute(
        "SELECT seq, salt FROM commitments WHERE name = 'states' ORDER BY seq DESC LIMIT 1"
    ).fetchall()
    (line,) = seals.lines(db, salt, {"case": [CASE]})
    raw = shell(store.path)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE sealed_states SET digest = ?", [line.digest])
    with pytest.raises(sqlite3.IntegrityError, match="replaced"):
        raw.execute("INSERT OR REPLACE INTO sealed_states VALUES (?, ?, ?, ?)",
                    ["case", CASE, seq, line.digest])  # fmt: skip
    with store.write() as tx:
        log.append(tx, "ana", "note", "", {}, states={"account": [1]})
    ((seq, salt),) = raw.execute(
        "SELECT seq, salt FROM commitments WHERE name = 'states' ORDER BY seq DESC LIMIT 1"
    ).fetchall()
    (line,) = seals.lines(store.read(), salt, {"case": [CASE]})
    raw.execute("INSERT INTO sealed_states VALUES ('case', ?, ?, ?)", [CASE, seq, line.digest])
    raw.close()
    assert seals.changed(store.read(), "case") == [CASE]


def test_a_password_is_sealed_and_stands_nowhere_in_the_log(store: Store) -> None:
    with store.write() as db:
        log.append(db, "ana", "account sealed", "ana", {}, states={"account": [1]})
    raw = shell(store.path)
    raw.execute("DROP TRIGGER operators_passwords_on_record")
    raw.execute("UPDATE operators SET password_hash = 'argon3' WHERE id = 1")
    raw.close()
    assert 1 in seals.changed(store.read(), "account")
    assert "argon" not in "".join(str(entry) for entry in log.entries(store.read()))


def test_what_is_older_than_the_seals_stands_until_an_act_seals_it(path: Path) -> None:
    store = Store(path)
    db = store.read()
    assert seals.changed(db, "case") == seals.changed(db, "account") == []
    change(store)
    assert log.first_altered_record(db) is None, "nobody can know"
    with store.write() as tx:
        log.append(tx, "ana", "case authorised", "2031/117", {}, states={"case": [CASE]})
    raw = shell(path)
    raw.execute("UPDATE cases SET authorisation = 'a third'")
    with pytest.raises(sqlite3.IntegrityError, match="nothing is older"):
        raw.execute("INSERT INTO carried_over VALUES ('case', 50)")
    raw.close()
    assert seals.changed(db, "case") == [CASE]
    broken = log.first_altered_record(db)
    assert broken is not None
    assert broken.problem == f"case {CASE} was changed around the log"
    store.close()


def test_states_and_seals_are_read_at_one_moment(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or an act that somebody does between the two reads like a change around the program."""
    held = seals._held

    def meanwhile(*args: Any) -> dict[int, str]:
        found = held(*args)
        monkeypatch.setattr(seals, "_held", held)
        other = Store(store.path)
        with other.write() as db:
            db.conn.execute("UPDATE cases SET notes = 'more'")
            log.append(db, "ana", "note", "", {}, states={"case": [CASE]})
        other.close()
        return found

    monkeypatch.setattr(seals, "_held", meanwhile)
    assert seals.changed(store.read(), "case") == []
    assert seals.changed(store.read(), "case") == []
