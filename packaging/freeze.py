"""Write out the guards of acceptance for the migration that brings them.

    .venv/bin/python packaging/freeze.py

``storage/guards.py`` holds them by requirement, in pieces that can be read; a migration holds their
text, so that it does the same on every day. Run it after a change of the guards, while the
migration is not released. After a release a change of the guards needs another migration: name it
below.
"""

import re
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "app"))

from secondlook.storage.guards import acceptance_guards, fact_guards, outcome_guards  # noqa: E402

MIGRATIONS = ROOT / "app/secondlook/storage/migrations"

TARGETS = {
    "facts_0017": ("facts", fact_guards),
    "acceptance_0017": ("acceptance", acceptance_guards),
    "outcomes_0017": ("other outcomes", outcome_guards),
}

TEXT = '''\
"""The guards of {name}, as step 0017 makes them. By packaging/freeze.py; then frozen."""

SQL = """
{sql}
"""
'''


HELD = "\x00"
"""In place of a blank at which no line may end."""


def folded(script: str) -> str:
    """One statement after the other, in lines that fit. What stands in quotes stays as it is."""
    statements, statement = [], ""
    for line in script.splitlines():
        statement += line + "\n"
        if statement.strip() and sqlite3.complete_statement(statement):
            kept = re.sub(r"'[^']*'", lambda quoted: quoted[0].replace(" ", HELD), statement)
            words = " ".join(kept.split())
            lines = textwrap.fill(words, 98, break_long_words=False, break_on_hyphens=False)
            statements.append(lines.replace(HELD, " "))
            statement = ""
    return "\n".join(statements)


MOST_LINES = 580
"""A statement that is longer goes on in a module of its own."""


def write(module: str, name: str, lines: list[str]) -> None:
    target = MIGRATIONS / f"{module}.py"
    sql = "\n".join(lines)
    target.write_text(TEXT.format(name=name, sql=sql), encoding="utf-8")
    subprocess.run(  # noqa: S603 - our own formatter over our own file
        [sys.executable, "-m", "ruff", "format", "--quiet", str(target)], check=True
    )


def main() -> None:
    for module, (name, guards) in TARGETS.items():
        lines = folded(guards()).splitlines()
        write(module, name, lines[:MOST_LINES])
        if rest := lines[MOST_LINES:]:
            write(f"{module}_rest", f"{name}, continued", rest)


if __name__ == "__main__":
    main()
