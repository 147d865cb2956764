"""The database file: opened with care, migrated with a copy, written all or nothing."""

import errno
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from secondlook.domain.audit import first_broken_link
from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage import database, log
from secondlook.storage.database import Store, now, told
from secondlook.storage.migrations import MIGRATIONS

from .plain_sql import insert_account

OPERATOR = {
    "username": "ana",
    "display_name": "Ana",
    "role": "examiner",
    "password_hash": "argon2",
    "created_at": "2031-05-01T08:00:00.000+00:00",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "case.db")
    yield store
    store.close()


def people(store: Store) -> list[str]:
    return [row["username"] for row in store.read().query("SELECT username FROM operators")]


def add(store: Store, *rows: dict[str, str], fail: bool = False) -> None:
    """Operators in one transaction, which may fail at its end."""
    with store.write() as db:
        for row in rows:
            insert_account(db.conn, row)
        if fail:
            raise RuntimeError


def schema(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%_sqlite_migrations%'"
    )
    return {(name, re.sub(r"\s+", " ", sql)) for name, sql in rows}


def test_every_table_checks_its_types(store: Store) -> None:
    tables = store.read().query("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    lax = {row["name"] for row in tables if not row["strict"]}
    assert {name for name in lax if not name.startswith(("sqlite_", "_sqlite_"))} == set()


def test_a_file_is_opened_for_many_readers_and_with_foreign_keys(store: Store) -> None:
    def settings() -> tuple[str, int]:
        db = store.read()
        mode = db.conn.execute("PRAGMA journal_mode").fetchone()[0]
        return mode, db.conn.execute("PRAGMA foreign_keys").fetchone()[0]

    with ThreadPoolExecutor(1) as other:
        assert settings() == other.submit(settings).result() == ("wal", 1)


def test_a_connection_belongs_to_its_thread(store: Store) -> None:
    with ThreadPoolExecutor(1) as other:
        assert store.read() is store.read()
        assert other.submit(store.read).result() is not store.read()


def test_opening_again_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "case.db"
    first = Store(path)
    with first.write() as db:
        insert_account(db.conn, OPERATOR)
    first.close()
    second = Store(path)
    assert people(second) == ["ana"]
    second.close()
    assert [f.name for f in path.parent.iterdir()] == ["case.db"]


def refusal(path: Path) -> StorageError:
    with pytest.raises(StorageError) as caught:
        Store(path)
    error = caught.value
    assert error.subject == str(path)
    assert error.remedy
    assert str(path) in str(error)
    return error


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    Store(path).close()
    raw = sqlite3.connect(path)
    raw.execute("UPDATE _sqlite_migrations SET name = '9999_from_the_future' WHERE id = 1")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    assert "newer version" in str(refusal(path))
    assert path.read_bytes() == before


def another_programs(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE songs (title TEXT)")
    raw.commit()
    raw.close()


def another_programs_with_the_same_library(path: Path) -> None:
    songs = Migrations("songs")
    songs(name="1")(lambda db: db.execute("CREATE TABLE songs (title TEXT)"))
    db = Database(path)
    songs.apply(db)
    db.conn.close()


def not_a_database(path: Path) -> None:
    path.write_text("Dear Sir or Madam, " * 100)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (another_programs, "another program"),
        (another_programs_with_the_same_library, "another program"),
        (not_a_database, "not a usable database"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "other.db"
    make(path)
    before = path.read_bytes()
    assert words in str(refusal(path))
    assert path.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir()] == ["other.db"]


def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    Store(path).close()
    damaged = path.read_bytes()[:5000]
    path.write_bytes(damaged)
    assert "not a usable database" in str(refusal(path))
    assert path.read_bytes() == damaged


def test_an_empty_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    store = Store(path)
    assert people(store) == []
    store.close()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "Check that the folder exists" in str(refusal(tmp_path))


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        Store(tmp_path / "file" / "deeper" / "case.db")
    assert str(tmp_path / "file") in str(caught.value)
    assert "Check that the folder exists" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EACCES, "Choose a folder you may write to"),
        (errno.EROFS, "Choose a folder you may write to"),
        (errno.ENOSPC, "Free some space"),
        (errno.EIO, "Nothing that was saved is lost"),
    ],
)
def test_what_the_file_system_says_comes_with_a_cure(
    tmp_path: Path, number: int, cure: str
) -> None:
    with pytest.raises(StorageError) as caught, told(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path / "case.db"))
    assert cure in str(caught.value)
    assert str(tmp_path / "case.db") in str(caught.value)


def test_a_database_that_cannot_be_written_says_so(store: Store) -> None:
    store.read().conn.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="Choose a folder you may write to"), store.write() as db:
        insert_account(db.conn, OPERATOR)


def test_a_full_disk_loses_nothing_that_was_saved(store: Store) -> None:
    with store.write() as db:
        insert_account(db.conn, OPERATOR)
    pages = store.read().conn.execute("PRAGMA page_count").fetchone()[0]
    store.read().conn.execute(f"PRAGMA max_page_count = {pages}")
    too_long = OPERATOR | {"username": "cal", "display_name": "x" * 100_000}
    with pytest.raises(StorageError) as caught:
        add(store, OPERATOR | {"username": "ben"}, too_long)
    assert "full" in str(caught.value)
    assert "Free some space" in str(caught.value)
    assert str(store.path) in str(caught.value)
    store.read().conn.execute("PRAGMA max_page_count = 1000000")
    assert people(store) == ["ana"]
    with store.write() as db:
        insert_account(db.conn, OPERATOR | {"username": "ben"})
    assert people(store) == ["ana", "ben"]


def test_a_transaction_is_written_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError):
        add(store, OPERATOR, fail=True)
    assert people(store) == []


def test_what_the_database_refuses_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(IntegrityError, match="the user name exists"):
        add(store, OPERATOR, OPERATOR | {"username": "ANA"})
    assert people(store) == []


def test_a_nested_transaction_belongs_to_the_outer_one(store: Store) -> None:
    def both() -> None:
        with store.write():
            add(store, OPERATOR)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        both()
    assert people(store) == []


def test_readers_see_a_transaction_only_when_it_is_done(store: Store) -> None:
    with ThreadPoolExecutor(1) as other, store.write() as db:
        insert_account(db.conn, OPERATOR)
        assert other.submit(people, store).result() == []
    assert people(store) == ["ana"]


def test_writers_in_threads_take_turns(store: Store) -> None:
    start = threading.Barrier(4)

    def work(worker: int) -> None:
        start.wait()
        for i in range(10):
            add(store, OPERATOR | {"username": f"w{worker}-{i}"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(people(store)) == 40


def test_writers_of_two_programs_take_turns_from_their_first_read(tmp_path: Path) -> None:
    """What a transaction has read is still true when it writes: the chain never forks."""
    one, two = Store(tmp_path / "case.db"), Store(tmp_path / "case.db")

    def note(store: Store) -> None:
        with store.write() as db:
            log.append(db, "ben", "note", "case 1", {})

    with ThreadPoolExecutor(1) as pool:
        with one.write() as db:
            assert list(log.entries(db)) == []
            waiting = pool.submit(note, two)
            time.sleep(0.1)
            assert not waiting.done()
            log.append(db, "ana", "note", "case 1", {})
        waiting.result(timeout=10)
        assert [e.actor for e in log.entries(one.read())] == ["ana", "ben"]
        pool.submit(two.close).result()
    one.close()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_opening_a_new_file_waits_for_the_program_that_is_making_it(
    tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "case.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"PRAGMA journal_mode = {mode}")
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(Store, path)
        time.sleep(0.1)
        assert not opening.done()
        MIGRATIONS.apply(Database(other))
        other.execute("COMMIT")
        store = opening.result(timeout=10)
    assert people(store) == []
    store.close()
    other.close()


def test_a_refused_file_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Database] = []

    def connect(path: Path) -> Database:
        opened.append(connection := original(path))
        return connection

    original = database._connect
    monkeypatch.setattr(database, "_connect", connect)
    another_programs(tmp_path / "other.db")
    refusal(tmp_path / "other.db")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].conn.execute("SELECT 1")


WRITER = """
import sys
from pathlib import Path
from secondlook.storage.database import Store, insert
from secondlook.storage import log
store = Store(Path(sys.argv[1]))
for i in range(25):
    with store.write() as db:
        log.append(db, sys.argv[2], "note", "case 1", {"i": i})
store.close()
"""


def test_two_programs_open_a_new_file_and_write_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stderr=subprocess.PIPE)
        for name in ("ana", "ben")
    ]
    complaints = [writer.communicate(timeout=60)[1] for writer in writers]
    assert complaints == [b"", b""]
    store = Store(path)
    assert first_broken_link(log.entries(store.read())) is None
    assert store.read().table("audit_log").count == 50
    store.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from secondlook.storage.database import Store
from secondlook.storage import log
store = Store(Path(sys.argv[1]))
with store.write() as db:
    log.append(db, "ana", "note", "case 1", {})
with store.write() as db:
    log.append(db, "ana", "note", "case 2", {})
    print("half way", flush=True)
    sys.stdin.read()
"""


def test_a_program_killed_in_a_transaction_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == b"half way"
        program.kill()
    store = Store(path)
    assert [entry.subject for entry in log.entries(store.read())] == ["case 1"]
    store.close()


@pytest.fixture
def later_version(monkeypatch: pytest.MonkeyPatch) -> Migrations:
    """A version of the program with one migration more."""
    later = Migrations("secondlook")
    later._migrations = list(MIGRATIONS._migrations)
    monkeypatch.setattr(database, "MIGRATIONS", later)
    return later


def test_the_file_is_copied_before_it_is_migrated(
    tmp_path: Path, later_version: Migrations
) -> None:
    path = tmp_path / "case.db"
    copy = tmp_path / "case.db.before-migration"
    old = Store(path)
    with old.write() as db:
        insert_account(db.conn, OPERATOR)
    old.close()
    assert not copy.exists(), "a new file has nothing to keep"

    @later_version(name="0002_more")
    def more(db: Database) -> None:
        db.conn.execute("CREATE TABLE more (x TEXT) STRICT")
        db.conn.execute("DROP TABLE drafts")

    new = Store(path)
    assert people(new) == ["ana"]
    assert new.read().table("more").exists()
    new.close()
    kept = Database(copy)
    assert kept.table("drafts").exists()
    assert [row["username"] for row in kept.table("operators").rows] == ["ana"]
    kept.conn.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, later_version: Migrations) -> None:
    path = tmp_path / "case.db"
    Store(path).close()

    @later_version(name="0002_broken")
    def broken(db: Database) -> None:
        db.conn.execute("DROP TABLE drafts")
        db.conn.execute("CREATE TABLE operators (again TEXT)")

    with pytest.raises(StorageError, match="already exists"):
        Store(path)
    later_version._migrations.pop()
    store = Store(path)
    assert store.read().table("drafts").exists()
    store.close()


def test_a_copy_replaces_none(tmp_path: Path, later_version: Migrations) -> None:
    path = tmp_path / "case.db"
    Store(path).close()
    first = tmp_path / "case.db.before-migration"
    first.write_text("Whatever stood here.")
    later_version(name="0002_more")(lambda db: db.conn.execute("CREATE TABLE more (x TEXT)"))
    Store(path).close()
    assert first.read_text() == "Whatever stood here."
    kept = Database(tmp_path / "case.db.before-migration-2")
    assert not kept.table("more").exists()
    kept.conn.close()


def test_without_room_for_the_copy_nothing_is_migrated(
    tmp_path: Path, later_version: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "case.db"
    Store(path).close()
    nowhere = tmp_path / "case.db.before-migration"
    nowhere.mkdir()
    monkeypatch.setattr(Store, "_free", lambda *_: nowhere)
    later_version(name="0002_more")(lambda db: db.conn.execute("CREATE TABLE more (x TEXT)"))
    with pytest.raises(StorageError, match="before-migration"):
        Store(path)
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)
    raw.close()


def test_a_backup_can_be_taken_while_a_transaction_is_open(store: Store, tmp_path: Path) -> None:
    with store.write() as db:
        insert_account(db.conn, OPERATOR)
    with store.write() as db:
        insert_account(db.conn, OPERATOR | {"username": "ben"})
        copy = Store(store.back_up(tmp_path / "copy.db"))
    assert people(copy) == ["ana"]
    copy.close()


def test_times_are_utc_to_the_millisecond() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", now())
