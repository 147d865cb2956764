"""What the file refuses of accounts, whoever writes to it; and what an old one is made into."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from secondlook.domain.people import GONE_DAYS
from secondlook.domain.records import Operator, Role
from secondlook.services import accounts as service
from secondlook.services.accounts import Accounts
from secondlook.services.people import People
from secondlook.storage import accounts, database, log
from secondlook.storage.database import Store
from secondlook.storage.people import independent

from .plain_sql import insert_account, operator, seal_all, shell

OPENED = "2031-01-01T00:00:00.000+00:00"
PASSWORD = "a password to test with"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(service, "PasswordHasher", lambda: hasher)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "case.db")
    yield opened
    opened.close()


@pytest.fixture
def office(store: Store) -> dict[str, Operator]:
    """Ada, who manages, and three whom she made."""
    made = Accounts(store)
    ada = made.create_first("ada", "Ada", PASSWORD)
    found = {"ada": ada}
    for name in ("ben", "cid", "dan"):
        issued = made.create(ada, name, f"{name} Somebody", Role.EXAMINER)
        if name != "dan":
            found[name] = made.choose_password(name, issued.code, PASSWORD)
        else:
            found[name] = issued.operator
    return found


@pytest.fixture
def db(store: Store, office: dict[str, Operator]) -> Iterator[sqlite3.Connection]:
    connection = shell(store.path)
    yield connection
    connection.close()


Statement = tuple[str, tuple[object, ...]]

ACCOUNT = (
    "INSERT INTO operators VALUES (50, 'eve', 'Eve', 'examiner', '!', 1, '2031-05-01')",
    "INSERT INTO account_names VALUES (50, 'eve')",
)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (ACCOUNT[0], "operators: "),
        ("INSERT INTO account_names VALUES (50, 'ada')", "looks the same"),
        ("UPDATE account_names SET key = 'x'", "cannot be changed"),
        ("DELETE FROM account_names", "cannot be deleted"),
        ("UPDATE operators SET display_name = 'Ben' WHERE username = 'ada'", "cannot be changed"),
        ("UPDATE operators SET password_hash = 'known' WHERE username = 'ben'", "who set a"),
        ("UPDATE operators SET password_hash = '!' WHERE username = 'ben'", "who set a password"),
        ("UPDATE operators SET password_hash = 'known' WHERE username = 'dan'", "who set a"),
        ("UPDATE operators SET role = 'administrator' WHERE username = 'ben'", "changed a role"),
        (
            "INSERT INTO sign_in_codes VALUES (50, 2, 3, 'reset', 'x', '2031', '2032', NULL)",
            "tied to the account",
        ),
        (
            "INSERT INTO sign_in_codes VALUES (50, 2, 1, 'recovery', 'x', '2031', NULL, NULL)",
            "tied to the account",
        ),
        ("UPDATE sign_in_codes SET expires_at = '2099'", "use it, once"),
        ("UPDATE sign_in_codes SET used_at = NULL", "use it, once"),
        ("DELETE FROM sign_in_codes", "cannot be deleted"),
    ],
)
def test_what_cannot_be_done_to_accounts(db: sqlite3.Connection, statement: str, told: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=told):
        db.execute(statement)


def test_nobody_is_made_by_nobody(db: sqlite3.Connection) -> None:
    db.execute(ACCOUNT[1])
    with pytest.raises(sqlite3.IntegrityError, match="who made an account is on record"):
        db.execute(ACCOUNT[0])


@pytest.mark.parametrize("actor", ["ben", "eve", "dan", "os:eve"])
def test_nor_by_anybody_but_an_administrator(
    store: Store, db: sqlite3.Connection, actor: str
) -> None:
    with store.write() as tx:
        log.append(tx, actor, "account created", "eve", {})
    db.execute(ACCOUNT[1])
    with pytest.raises(sqlite3.IntegrityError, match="an administrator makes"):
        db.execute(ACCOUNT[0])


def test_nor_with_a_password_that_somebody_knows(store: Store, db: sqlite3.Connection) -> None:
    with store.write() as tx:
        log.append(tx, "ada", "account created", "eve", {})
    with pytest.raises(sqlite3.IntegrityError, match="keys of its names"):
        db.execute(ACCOUNT[0])
    db.execute(ACCOUNT[1])
    with pytest.raises(sqlite3.IntegrityError, match="chooses its password"):
        db.execute(ACCOUNT[0].replace("'!'", "'known'"))
    db.execute(ACCOUNT[0])
    assert db.execute("SELECT count(*) FROM account_ties WHERE account_id = 50").fetchone() == (1,)


def confirmation(
    tie: int, who: int, reason: str = "I know them."
) -> tuple[str, tuple[object, ...]]:
    return (
        "INSERT INTO tie_confirmations (tie_id, operator_id, reason, at) VALUES (?, ?, ?, '2031')",
        (tie, who, reason),
    )


def test_a_tie_is_confirmed_by_a_third_person_only(
    store: Store, db: sqlite3.Connection, office: dict[str, Operator]
) -> None:
    ties = {s.tie.account_id: s.tie.id for s in People(store).ties()}
    ada, ben, cid, dan = (office[name].id for name in ("ada", "ben", "cid", "dan"))
    for tie, who in ((ties[ben], ada), (ties[ben], ben), (ties[ben], dan), (999, cid)):
        with pytest.raises(sqlite3.IntegrityError, match="confirmation refused"):
            db.execute(*confirmation(tie, who))
    with pytest.raises(sqlite3.IntegrityError, match="not chosen its password"):
        db.execute(*confirmation(ties[dan], ben))
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(*confirmation(ties[ben], cid, "  "))
    db.execute(*confirmation(ties[ben], cid))
    for statement in (
        "DELETE FROM tie_confirmations",
        f"UPDATE tie_confirmations SET tie_id = {ties[cid]}",
        "INSERT OR REPLACE INTO tie_confirmations SELECT * FROM tie_confirmations",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)


UNIT = "INSERT INTO units_of_two (declared_by, other_id, reason, at) VALUES (?, ?, 'Two.', '2031')"
ANSWER = "INSERT INTO unit_answers (unit_id, operator_id, answer, at) VALUES (?, ?, ?, '2031')"


def days_later(store: Store, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada signs in."""
    then = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setattr(database, "wall_clock", lambda: then.isoformat(timespec="milliseconds"))
    Accounts(store).sign_in("ada", PASSWORD)


def test_a_unit_is_signed_by_its_two(
    store: Store,
    db: sqlite3.Connection,
    office: dict[str, Operator],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada, ben, cid, dan = (office[name].id for name in ("ada", "ben", "cid", "dan"))
    with pytest.raises(sqlite3.IntegrityError, match="there are others"):
        db.execute(UNIT, (ada, ben))
    db.execute("UPDATE operators SET active = 0 WHERE id = ?", [cid])
    with pytest.raises(sqlite3.IntegrityError, match="there are others"):
        db.execute(UNIT, (ada, ben))
    days_later(store, GONE_DAYS + 1, monkeypatch)
    with pytest.raises(sqlite3.IntegrityError, match="unit refused"):
        db.execute(UNIT, (ada, dan))
    unit = db.execute(UNIT, (ada, ben)).lastrowid
    for who, answer in ((ada, "signed"), (cid, "signed"), (cid, "revoked"), (dan, "signed")):
        with pytest.raises(sqlite3.IntegrityError, match="answer refused"):
            db.execute(ANSWER, (unit, who, answer))
    db.execute(ANSWER, (unit, ben, "signed"))
    assert db.execute("SELECT count(*) FROM units_in_force").fetchone() == (1,)
    with pytest.raises(sqlite3.IntegrityError, match="a unit already"):
        db.execute(UNIT, (ben, ada))
    db.execute("UPDATE operators SET active = 1 WHERE id = ?", [cid])
    assert db.execute("SELECT count(*) FROM units_in_force").fetchone() == (0,), "cid is back"
    db.execute(ANSWER, (unit, ada, "revoked"))
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(ANSWER, (unit, ben, "signed"))


@pytest.mark.parametrize("table", ["examinations", "decisions", "marks"])
def test_before_the_password_is_chosen_nothing_is_examined(
    db: sqlite3.Connection, office: dict[str, Operator], table: str
) -> None:
    rows = {
        "examinations": f"(1, {{who}}, '{{{{}}}}', 3, '', '{{{{}}}}', '2031', '{OPENED}')",
        "decisions": f"(1, {{who}}, 'excluded', '', 'no', '[]', '{OPENED}', 'x')",
        "marks": "(1, 2, 3, NULL, 'same', '', {who}, '2031')",
    }
    columns = {
        "examinations": "candidate_id, operator_id, findings, conclusion, notes, view, "
        "started_at, committed_at",
        "decisions": "candidate_id, operator_id, outcome, corroboration, reason, assessment, "
        "decided_at, policy_sha256",
        "marks": "gallery_id, person_id, other_person_id, probe_sha256, mark, note, operator_id, "
        "marked_at",
    }
    db.execute("DROP TRIGGER examinations_of_open_candidates")
    db.execute("DROP TRIGGER decisions_of_candidates")
    db.execute("DROP TRIGGER decisions_with_policy")
    db.execute("DROP TRIGGER decisions_outcomes")
    values = rows[table].format(who=office["dan"].id)
    with pytest.raises(sqlite3.IntegrityError, match="not chosen its password"):
        db.execute(f"INSERT INTO {table} ({columns[table]}) VALUES {values}")


def test_an_old_file_knows_from_its_log_who_made_whom(tmp_path: Path) -> None:
    """Accounts as versions before made them: the administrator chose the password."""
    store = Store(tmp_path / "old.db")
    with store.write() as db:
        for key, name, maker in ((1, "ada", "ada"), (2, "ben", "ada"), (3, "cid", "ada")):
            log.append(db, maker, "account created", name, {"role": "examiner"})
            insert_account(db.conn, operator(key, name))
    assert independent(store.read(), {1, 2}) == independent(store.read(), {2, 3}) == 1
    with store.write() as db:
        accounts.name_the_unnamed(db)
        seal_all(db)
    cid = Operator(3, "cid", "Cid", Role.EXAMINER)
    (tie,) = [s.tie for s in People(store).ties() if s.tie.account_id == 2]
    People(store).confirm(cid, tie.id, "I have known both for years.")
    assert independent(store.read(), {1, 2}) == 2
    assert log.first_altered_record(store.read()) is None
    store.close()
