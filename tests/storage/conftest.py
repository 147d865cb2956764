"""Database files for the tests of storage: as the program makes them, opened by a stranger."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from .plain_sql import SHIPPED, empty_database, prepare, shell, shipped


@pytest.fixture(scope="session")
def prepared_file() -> bytes:
    """The bytes of a database with operators, the shipped policies and two originals."""
    db = empty_database()
    prepare(db, (shipped(name) for name in SHIPPED))
    content = db.serialize()
    db.close()
    return content


@pytest.fixture(params=[False, True], ids=["foreign keys off", "foreign keys on"])
def own_db(
    request: pytest.FixtureRequest, tmp_path: Path, prepared_file: bytes
) -> Iterator[sqlite3.Connection]:
    """A direct connection to that file, with and without SQLite's own foreign keys."""
    connection = opened(tmp_path, prepared_file, request.param)
    yield connection
    connection.close()


@pytest.fixture
def db(own_db: sqlite3.Connection) -> sqlite3.Connection:
    return own_db


def opened(folder: Path, content: bytes, foreign_keys: bool) -> sqlite3.Connection:
    path = folder / "case.db"
    path.write_bytes(content)
    connection = shell(path, foreign_keys=foreign_keys)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


@pytest.fixture(scope="session")
def strangers() -> Iterator[dict[bool, sqlite3.Connection]]:
    """Connections of ``kept_db`` by whether SQLite's own foreign keys are on."""
    kept: dict[bool, sqlite3.Connection] = {}
    yield kept
    for connection in kept.values():
        connection.close()


@pytest.fixture(params=[False, True], ids=["foreign keys off", "foreign keys on"])
def kept_db(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    prepared_file: bytes,
    strangers: dict[bool, sqlite3.Connection],
) -> Iterator[sqlite3.Connection]:
    """As ``own_db``, but one connection for all, whose rows are taken back after each test:
    preparing the guards of an acceptance takes long. For tests that begin no transaction."""
    connection = strangers.pop(request.param, None)
    if connection is None:
        connection = opened(tmp_path, prepared_file, request.param)
    connection.execute("BEGIN")
    yield connection
    if connection.in_transaction:
        connection.execute("ROLLBACK")
        strangers[request.param] = connection
    else:
        connection.close()


@pytest.fixture(scope="session")
def schema() -> Iterator[sqlite3.Connection]:
    """The same in memory, for tests that take back what they write."""
    made = empty_database()
    prepare(made, (shipped(name) for name in SHIPPED))
    yield made
    made.close()
