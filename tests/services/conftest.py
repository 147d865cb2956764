"""Services over a database of their own, with a matcher that needs no models."""

import functools
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from secondlook import bootstrap
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.services import accounts
from secondlook.services.application import Application
from tests.people import second_examiner
from tests.services.by_sql import Sql
from tests.services.fake import FakeEngines, people
from tests.services.steps import PASSWORD, enrol
from tests.services.two_pictures import two_pictures  # noqa: F401 - a fixture of several files


@pytest.fixture(autouse=True)
def fake_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a password hash that does not take a tenth of a second."""
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    quick = functools.partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "PasswordHasher", quick)


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Application]:
    shutil.copy(empty_database, tmp_path / "secondlook.db")
    opened = bootstrap.open_application(tmp_path / "secondlook.db")
    yield opened
    opened.close()


@pytest.fixture
def ada(app: Application) -> Operator:
    """The administrator, who also examines."""
    return app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)


@pytest.fixture
def ben(app: Application, ada: Operator) -> Operator:
    return second_examiner(app, ada, "ben", "Ben Lindqvist", PASSWORD)


@pytest.fixture
def cal(app: Application, ada: Operator, ben: Operator) -> Operator:
    return second_examiner(app, ada, "cal", "Cal Winter", PASSWORD)


@pytest.fixture
def eve(app: Application, ada: Operator, ben: Operator, cal: Operator) -> Operator:
    return second_examiner(app, ada, "eve", "Eve Ostrom", PASSWORD)


@pytest.fixture
def case(app: Application, ada: Operator) -> Case:
    return app.cases.open(ada, "2031/117", "Missing person", "Order 12", app.policies.default())


@pytest.fixture
def gallery(app: Application, ada: Operator, tmp_path: Path) -> GallerySummary:
    """Forty people, enrolled."""
    return enrol(app, ada, people(tmp_path / "people", 40))


@pytest.fixture
def sql(app: Application) -> Sql:
    """A SQLite shell on the file, foreign keys off."""

    def run(*statements: str, **values: object) -> None:
        db = sqlite3.connect(app.store.path, isolation_level=None)
        try:
            for statement in statements:
                db.execute(statement, values)
        finally:
            db.close()

    return run


@pytest.fixture
def dan(app: Application, ada: Operator, cal: Operator) -> Operator:
    return second_examiner(app, ada, "dan", "Dan Frost", PASSWORD)
