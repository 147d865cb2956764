"""Opening the database file: checked, backed up before it is migrated, one writer at a time."""

import contextlib
import itertools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage.migrations import MIGRATIONS

__all__ = ["Connection", "Store", "insert", "now", "snapshot", "wall_clock"]

BUSY_SECONDS = 30


_transaction = threading.local()
"""``at``: the time of the act that this thread's transaction writes."""

TICK = timedelta(milliseconds=1)
"""By how much an act is later than the one before it, at least: times have milliseconds."""


def wall_clock() -> str:
    """UTC in ISO 8601 with milliseconds, as every time in the database is written."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def now() -> str:
    """The time of an act: one for everything that a transaction writes, later than any before it.

    The order of acts decides what somebody had seen before they said something: a clock that is set
    back must not turn it round, nor make it a tie. See docs/decisions/0026.
    """
    return getattr(_transaction, "at", "") or wall_clock()


def _after(last: str) -> str:
    """What the clock says, but later than the last act on record."""
    if not last:
        return wall_clock()
    next_one = datetime.fromisoformat(last) + TICK
    return max(wall_clock(), next_one.isoformat(timespec="milliseconds"))


def insert(db: Connection, table: str, row: dict[str, Any]) -> int:
    """Add a row and return its rowid."""
    return int(db.table(table).insert(row).last_rowid or 0)


@contextlib.contextmanager
def snapshot(db: Connection) -> Iterator[None]:
    """One view of the file for several queries, whatever others write meanwhile."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("COMMIT")


def _connect(path: Path) -> Connection:
    raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        raw.execute("PRAGMA synchronous = FULL")  # a decision on record survives a power cut too
        raw.execute("PRAGMA trusted_schema = ON")  # the guards need json_each and json_valid
        raw.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        raw.close()
        raise
    return Connection(raw)


def _use_wal(raw: sqlite3.Connection) -> None:
    """Once per file, not per connection. SQLite does not wait for others here, so this does."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into errors that a person can act on."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(f"The database refused it: {error}.") from error
    except sqlite3.OperationalError as error:
        raise StorageError(
            str(error) + ".", subject=str(path), remedy=_remedy(str(error))
        ) from error
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"is not a usable database ({error}).",
            subject=str(path),
            remedy="Put back a copy, or choose another file with --db.",
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        if isinstance(error, (FileExistsError, NotADirectoryError)):
            reason = "a file stands where a folder is needed"
        raise StorageError(
            f"{reason}.", subject=str(error.filename or path), remedy=_remedy(reason.lower())
        ) from error


def _remedy(reason: str) -> str:
    if "full" in reason or "no space" in reason:
        return "Free some space on this disk and try again; nothing that was saved is lost."
    if "readonly" in reason or "read-only" in reason or "permission" in reason:
        return "Choose a folder you may write to, or ask for write permission."
    if any(word in reason for word in ("unable to open", "directory", "where a folder")):
        return "Check that the folder exists and that you may write to it."
    if "locked" in reason:
        return "Another program is using the file; close it and try again."
    return "Nothing that was saved is lost."


def _last_act(db: Connection) -> str:
    if not db.table("audit_log").exists():  # a new file
        return ""
    row = db.conn.execute("SELECT at FROM audit_log ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0] if row else ""


class Store:
    """One database file. A connection belongs to its thread; writers take turns.

    ``derive``: what has to follow a migration, in its transaction. Raises ``StorageError`` from
    every method when the file cannot be used.
    """

    def __init__(self, path: Path, derive: Callable[[Connection], None] = lambda _: None) -> None:
        self.path = path
        self._derive = derive
        self._local = threading.local()
        self._writing = threading.RLock()
        self._connections: list[Connection] = []
        try:
            with told(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        db = self.read()
        self._refuse_others(db)
        _use_wal(db.conn)
        if MIGRATIONS.pending(db):
            with self.write():  # two programs may open a new file at the same moment
                if MIGRATIONS.applied(db) and MIGRATIONS.pending(db):
                    self.back_up(self._free(f"{self.path.name}.before-migration"))
                MIGRATIONS.apply(db)
                self._derive(db)

    def _free(self, name: str) -> Path:
        """Beside the file, with a number where that name is taken: a copy replaces none."""
        numbered = (f"{name}-{number}" for number in itertools.count(2))
        return next(
            path for path in map(self.path.with_name, itertools.chain([name], numbered))
            if not path.exists()
        )  # fmt: skip

    def _refuse_others(self, db: Connection) -> None:
        """Before anything is written: a file that is not ours stays as it is."""
        applied = {m.name for m in MIGRATIONS.applied(db)}
        if not applied and set(db.table_names()) - {MIGRATIONS.migrations_table}:
            raise StorageError(
                "is a database of another program.",
                subject=str(self.path),
                remedy="Choose another file with --db.",
            )
        if applied - {m.name for m in MIGRATIONS._migrations}:
            raise StorageError(
                "was written by a newer version of Second Look.",
                subject=str(self.path),
                remedy="Install that version, or choose another file with --db.",
            )

    def read(self) -> Connection:
        """This thread's connection, for reading."""
        db: Connection | None = getattr(self._local, "db", None)
        if db is None:
            with told(self.path):
                db = _connect(self.path)
            self._local.db = db
            self._connections.append(db)
        return db

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it, or none of it. Nested calls join the outer one."""
        with self._writing, told(self.path):
            db = self.read()
            if db.conn.in_transaction:
                yield db
                return
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                _transaction.at = _after(_last_act(db))
                yield db
                db.conn.execute("COMMIT")
            except BaseException:
                db.rollback()  # does nothing where SQLite already has
                raise
            finally:
                _transaction.at = ""

    def back_up(self, target: Path) -> Path:
        """A consistent copy of what is committed, also while this thread or others write."""
        with (
            told(target),
            contextlib.closing(sqlite3.connect(self.path)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return target

    def close(self) -> None:
        """Close every thread's connection; call when no worker runs any more."""
        for db in self._connections:
            db.conn.close()
        self._connections.clear()
        self._local = threading.local()
