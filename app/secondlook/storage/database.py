"""Opening the database file: checked, backed up before it is migrated, one writer at a time."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage.schema import MIGRATIONS

__all__ = ["Connection", "Store", "insert", "now"]

BUSY_SECONDS = 30


def now() -> str:
    """UTC in ISO 8601 with milliseconds, as every time in the database is written."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def insert(db: Connection, table: str, row: dict[str, Any]) -> int:
    """Add a row and return its rowid."""
    return int(db.table(table).insert(row).last_rowid or 0)


def _connect(path: Path) -> Connection:
    raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = NORMAL")
    raw.execute("PRAGMA foreign_keys = ON")
    return Connection(raw)


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
        raise StorageError(
            f"{reason}.", subject=str(error.filename or path), remedy=_remedy(reason.lower())
        ) from error


def _remedy(reason: str) -> str:
    if "full" in reason or "no space" in reason:
        return "Free some space on this disk and try again; nothing that was saved is lost."
    if "readonly" in reason or "read-only" in reason or "permission" in reason:
        return "Choose a folder you may write to, or ask for write permission."
    if "unable to open" in reason:
        return "Check that the folder exists and that you may write to it."
    if "locked" in reason:
        return "Another program is using the file; close it and try again."
    return "Nothing that was saved is lost."


class Store:
    """One database file. A connection belongs to its thread; writers take turns.

    Raises ``StorageError`` from every method when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._writing = threading.RLock()
        self._connections: list[Connection] = []
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()

    def _prepare(self) -> None:
        db = self.read()
        ours = db.table(MIGRATIONS.migrations_table).exists()
        if not ours and db.table_names():
            raise StorageError(
                "is a database of another program.",
                subject=str(self.path),
                remedy="Choose another file with --db.",
            )
        known = {m.name for m in MIGRATIONS.pending(db)} | {m.name for m in MIGRATIONS.applied(db)}
        registered = {m.name for m in MIGRATIONS._migrations}
        if known - registered:
            raise StorageError(
                "was written by a newer version of Second Look.",
                subject=str(self.path),
                remedy="Install that version, or choose another file with --db.",
            )
        if MIGRATIONS.pending(db):
            if ours:
                self.back_up(self.path.with_name(f"{self.path.name}.before-migration"))
            MIGRATIONS.apply(db)

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
                yield db
                db.conn.execute("COMMIT")
            except BaseException:
                db.rollback()  # does nothing where SQLite already has
                raise

    def back_up(self, target: Path) -> Path:
        """A consistent copy of the whole file, also while others write."""
        with told(target), contextlib.closing(sqlite3.connect(target)) as copy:
            self.read().conn.backup(copy)
        return target

    def close(self) -> None:
        """Close every thread's connection; call when no worker runs any more."""
        for db in self._connections:
            db.conn.close()
        self._connections.clear()
        self._local = threading.local()
