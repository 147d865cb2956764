"""What a person has to write is there to be read: not only blanks, and nothing invisible."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.errors import InputError
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.services.application import Application
from tests.people import account
from tests.services.fake import people
from tests.services.steps import PASSWORD, enrol, search
from tests.storage.plain_sql import shell

INVISIBLE = "\u200b\u2800\u2060"


def test_reasons_in_invisible_characters_are_none(
    app: Application, ada: Operator, ben: Operator, cal: Operator
) -> None:
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    tie = next(t.tie for t in app.people.ties() if zoe.id in (t.tie.account_id, t.tie.other_id))
    with pytest.raises(InputError):
        app.people.confirm(cal, tie.id, INVISIBLE)


def test_names_in_invisible_characters_are_none(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.default()
    with pytest.raises(InputError, match="needs a reference"):
        app.cases.open(ada, INVISIBLE, policy.permitted_purposes[0], "Order 12", policy)
    with pytest.raises(InputError, match="needs a name"):
        enrol(app, ada, people(tmp_path / "two", 2), INVISIBLE)
    with pytest.raises(InputError, match="needs a name"):
        app.galleries.rename(ada, gallery.id, INVISIBLE)


def test_a_judgement_of_photographs_says_why(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    with pytest.raises(InputError, match="Say why"):
        app.questions.judge_photograph(ada, found.id, Verdict.SAME, INVISIBLE)


@pytest.mark.parametrize(("table", "row"), [
    ("galleries", {"name": INVISIBLE, "source": "", "model_name": "m", "model_version": "1",
                   "model_sha256": "0" * 64, "created_at": "2031"}),
    ("tie_confirmations", {"tie_id": 1, "operator_id": 1, "reason": INVISIBLE, "at": "2031"}),
    ("units_of_two", {"declared_by": 1, "other_id": 2, "reason": INVISIBLE, "at": "2031"}),
    ("declared_tries", {"unknown_id": 1, "people": 5, "operator_id": 1, "reason": INVISIBLE,
                        "at": "2031"}),
    ("cases", {"reference": INVISIBLE, "purpose": "p", "authorisation": "", "notes": "",
               "policy_sha256": "0" * 64, "opened_by": 1, "opened_at": "2031"}),
    ("photograph_judgements", {"first_sha256": "0" * 64, "first_face": "{}",
                               "second_sha256": "1" * 64, "second_face": "{}", "verdict": "same",
                               "note": INVISIBLE, "operator_id": 1, "at": "2031"}),
])  # fmt: skip
def test_the_file_refuses_them_as_well(
    app: Application, ada: Operator, table: str, row: dict[str, Any]
) -> None:
    """Whatever else is wrong with such a row, that nothing is written there is told too."""
    db = shell(app.store.path)
    others = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
    for (name,) in db.execute(others, [table]).fetchall():
        if name != f"{table}_with_words":
            db.execute(f"DROP TRIGGER {name}")
    marks = ", ".join("?" * len(row))
    insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
    with pytest.raises(sqlite3.IntegrityError, match="nothing is written there"):
        db.execute(insert, list(row.values()))
    db.close()
