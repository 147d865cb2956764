"""The steps by which a file comes to today's schema, one module each, in their order.

A step has ``SQL`` (tables and their guards, written out). It may have ``upgrade(db)``, which
carries old rows over, and ``AFTERWARDS``: guards that come last and ask nothing of old rows. A
released step is frozen: it imports nothing that can change, so
that it does to a file today what it did on the day it was released. The hash of each is kept in
``tests/storage/test_frozen.py``.
"""

import sqlite3
from collections.abc import Callable
from types import ModuleType

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from secondlook.storage.migrations import (
    m0001_first,
    m0002_minimum_model,
    m0003_settings,
    m0004_rehearsals,
    m0005_extrapolated,
    m0006_accounts,
    m0007_lowered,
    m0008_marks,
    m0009_trust,
    m0010_photographs,
    m0011_questions,
    m0012_commitments,
    m0013_looks,
    m0014_tries_corrected,
    m0015_words,
    m0016_seals,
    m0017_guards,
    m0018_other_pictures,
    m0019_pages,
)

STEPS: tuple[ModuleType, ...] = (
    m0001_first,
    m0002_minimum_model,
    m0003_settings,
    m0004_rehearsals,
    m0005_extrapolated,
    m0006_accounts,
    m0007_lowered,
    m0008_marks,
    m0009_trust,
    m0010_photographs,
    m0011_questions,
    m0012_commitments,
    m0013_looks,
    m0014_tries_corrected,
    m0015_words,
    m0016_seals,
    m0017_guards,
    m0018_other_pictures,
    m0019_pages,
)

MIGRATIONS = Migrations("secondlook")


def run_script(db: Database, script: str) -> None:
    """Execute statement by statement: ``executescript`` would commit the migration half way."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if statement.strip() and sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


def _step(module: ModuleType) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        run_script(db, module.SQL)
        upgrade = getattr(module, "upgrade", None)
        if upgrade:
            upgrade(db)
        run_script(db, getattr(module, "AFTERWARDS", ""))

    return apply


def name(module: ModuleType) -> str:
    """Under which a file remembers that the step was taken: "0001_first"."""
    return module.__name__.rpartition(".m")[2]


for _module in STEPS:
    MIGRATIONS(name=name(_module))(_step(_module))
