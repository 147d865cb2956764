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
def db(
    request: pytest.FixtureRequest, tmp_path: Path, prepared_file: bytes
) -> Iterator[sqlite3.Connection]:
    """A direct connection to that file, with and without SQLite's own foreign keys."""
    path = tmp_path / "case.db"
    path.write_bytes(prepared_file)
    connection = shell(path, foreign_keys=request.param)
    connection.execute("PRAGMA synchronous = OFF")
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def schema() -> Iterator[sqlite3.Connection]:
    """The same in memory, for tests that take back what they write."""
    made = empty_database()
    prepare(made, (shipped(name) for name in SHIPPED))
    yield made
    made.close()
