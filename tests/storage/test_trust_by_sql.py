"""What the database refuses of approvals, cards and moves, whoever writes to it."""

import json
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.approval import Approval, granted
from secondlook.domain.audit import sha256_text
from secondlook.domain.laxer import laxer_for_case
from secondlook.domain.policy import Policy
from secondlook.domain.records import Role
from secondlook.domain.shipped import MODELS as SHIPPED_MODELS
from secondlook.domain.shipped import POLICIES
from tests.domain.policies import policies

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    CASE,
    GONE,
    MODELS,
    OPENED,
    SCRIPT,
    Row,
    contents,
    empty_database,
    fill,
    insert,
    insert_account,
    moved,
    operator,
    policy_row,
    shipped,
)

STRICT, LAX, LAXEST = (shipped(n) for n in ("high-stakes", "missing-person", "archive-newsroom"))


ROLES = {ANA: "examiner", BEN: "administrator", CAL: "examiner", GONE: "examiner"}
ROLES[SCRIPT] = "command_line"


def approval(who: int, **changes: object) -> Row:
    return {
        "kind": "policy",
        "subject": LAXEST.sha256,
        "round": 0,
        "operator_id": who,
        "role": ROLES[who],
        "reason": "seen and tried",
        "shown": "{}",
        "at": OPENED,
    } | changes


def refused(
    db: sqlite3.Connection, row: Row, table: str = "approvals", says: str = "refused"
) -> None:
    before = contents(db)
    for verb in ("INSERT", "INSERT OR REPLACE"):
        with pytest.raises(sqlite3.IntegrityError, match=says):
            insert(db, table, row, verb)
    assert contents(db) == before


def older_than_roles_on_record(db: sqlite3.Connection) -> None:
    """A role that changes is on record by another guard, which is not the one in question here."""
    for (name,) in db.execute(
        "SELECT name FROM sqlite_master WHERE sql LIKE '%who changed a role%'"
    ).fetchall():
        db.execute(f"DROP TRIGGER {name}")


def is_granted(db: sqlite3.Connection, kind: str = "policy", subject: str = LAXEST.sha256) -> bool:
    query = "SELECT 1 FROM granted_approvals WHERE kind = ? AND subject = ? AND until IS NULL"
    return db.execute(query, [kind, subject]).fetchone() is not None


# What ships


@pytest.mark.parametrize("view", ["shipped_policies", "shipped_models", "trusted_policies"])
def test_nothing_is_added_to_what_ships(db: sqlite3.Connection, view: str) -> None:
    for statement in (
        f"INSERT INTO {view} SELECT * FROM {view}",
        f"DELETE FROM {view}",
        f"UPDATE {view} SET sha256 = 'x'",
    ):
        with pytest.raises(sqlite3.OperationalError, match="because it is a view"):
            db.execute(statement)


def test_what_ships_is_trusted(db: sqlite3.Connection) -> None:
    assert {row[0] for row in db.execute("SELECT sha256 FROM trusted_policies")} == {
        p.sha256 for p in POLICIES
    }
    assert {row[0] for row in db.execute("SELECT model FROM trusted_models WHERE at = ''")} == {
        f"{m.sha256}+{m.card_sha256}" for m in SHIPPED_MODELS
    }


def test_a_policy_that_is_written_in_by_sql_is_not(db: sqlite3.Connection) -> None:
    soft = STRICT.model_copy(update={"accept_confidence": 80.0, "examiners": 1})
    insert(db, "policies", policy_row(soft))
    trusted = "SELECT count(*) FROM trusted_policies WHERE sha256 = ? AND until IS NULL"
    assert db.execute(trusted, [soft.sha256]).fetchone() == (0,)
    for who in (ANA, BEN):
        insert(db, "approvals", approval(who, subject=soft.sha256))
    assert db.execute(trusted, [soft.sha256]).fetchone() == (1,)


# Approvals


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"operator_id": SCRIPT, "role": "examiner"}, "refused: not"),
        ({"operator_id": GONE}, "not an active examiner"),
        ({"operator_id": 99}, "refused: not"),
        ({"role": "administrator"}, "not the role"),
        ({"reason": ""}, "no reason"),
        ({"reason": "\t\u00a0\u2003\n"}, "no reason"),
        ({"subject": "0" * 64}, "nothing to approve"),
        ({"kind": "model"}, "nothing to approve"),
        ({"kind": "laxer_policy", "subject": "move 1"}, "nothing to approve"),
        ({"round": 1}, "revoked"),
        ({"kind": "anything"}, "CHECK"),
        ({"shown": "no json"}, "CHECK"),
    ],
)
def test_what_is_no_approval(db: sqlite3.Connection, changes: Row, says: str) -> None:
    refused(db, approval(ANA, **changes), says=says)


def test_one_person_approves_once_and_nothing_is_taken_back(db: sqlite3.Connection) -> None:
    key = insert(db, "approvals", approval(ANA))
    refused(db, approval(ANA), says="replaced")
    refused(db, approval(BEN, id=key), says="replaced")
    for statement in ("UPDATE approvals SET operator_id = 2", "DELETE FROM approvals"):
        with pytest.raises(sqlite3.IntegrityError, match="cannot be"):
            db.execute(statement)
    assert not is_granted(db)


def test_whoever_becomes_administrator_later_approved_as_an_examiner(
    db: sqlite3.Connection,
) -> None:
    for who in (ANA, CAL):
        insert(db, "approvals", approval(who))
    older_than_roles_on_record(db)
    db.execute("UPDATE operators SET role = 'administrator' WHERE id = ?", [ANA])
    assert not is_granted(db)
    insert(db, "approvals", approval(BEN))
    assert is_granted(db)


def test_a_revocation_begins_anew(db: sqlite3.Connection) -> None:
    revocation = {k: v for k, v in approval(CAL).items() if k not in ("role", "shown")}
    refused(db, revocation, "revocations", "nothing is approved")
    for who in (ANA, BEN):
        insert(db, "approvals", approval(who))
    assert is_granted(db)
    refused(db, revocation | {"reason": " "}, "revocations", "no reason")
    refused(db, revocation | {"operator_id": SCRIPT}, "revocations", "not an active examiner")
    refused(db, revocation | {"round": 1}, "revocations", "nothing is approved")
    insert(db, "revocations", revocation | {"at": "2031-06-01T00:00:00.000+00:00"})
    assert not is_granted(db)
    refused(db, approval(CAL), says="revoked")
    insert(db, "approvals", approval(ANA, round=1))
    assert not is_granted(db)
    insert(db, "approvals", approval(BEN, round=1, at="2031-07-01T00:00:00.000+00:00"))
    assert is_granted(db)
    spans = db.execute(
        "SELECT at, until FROM granted_approvals WHERE kind = 'policy' ORDER BY at"
    ).fetchall()
    assert spans == [
        (OPENED, "2031-06-01T00:00:00.000+00:00"),
        ("2031-07-01T00:00:00.000+00:00", None),
    ]


@pytest.fixture(scope="module")
def memory() -> Iterator[sqlite3.Connection]:
    """For many examples: each is rolled back."""
    db = empty_database()
    for key, role in enumerate(("examiner", "examiner", "administrator", "administrator"), 1):
        insert_account(db, operator(key, f"p{key}", role))
    insert(db, "policies", policy_row(LAXEST))
    yield db
    db.close()


@given(st.lists(st.integers(1, 4), unique=True))
def test_the_view_grants_what_the_domain_grants(
    memory: sqlite3.Connection, people: list[int]
) -> None:
    roles = {1: "examiner", 2: "examiner", 3: "administrator", 4: "administrator"}
    given_so_far: list[Approval] = []
    memory.execute("BEGIN")
    for moment, who in enumerate(people):
        insert(memory, "approvals", approval(ANA) | {
            "operator_id": who, "role": roles[who], "at": f"2031-01-0{moment + 1}",
        })  # fmt: skip
        before = granted(given_so_far, len(given_so_far))
        given_so_far.append(Approval(who, "", Role(roles[who]), "because", ""))
        assert is_granted(memory) is granted(given_so_far, len(given_so_far))
        if granted(given_so_far, len(given_so_far)) and not before:
            since = memory.execute("SELECT at FROM granted_approvals").fetchone()
            assert since == (f"2031-01-0{moment + 1}",)
    memory.execute("ROLLBACK")


# Moves


@given(policies(), policies())
def test_the_database_finds_laxer_what_the_domain_does(
    memory: sqlite3.Connection, old: Policy, new: Policy
) -> None:
    memory.execute("BEGIN")
    for policy in {old.sha256: old, new.sha256: new}.values():
        insert(memory, "policies", policy_row(policy))
    query = "SELECT count(*) FROM laxer_policies WHERE from_sha256 = ? AND to_sha256 = ?"
    found = memory.execute(query, [old.sha256, new.sha256]).fetchone() == (1,)
    memory.execute("ROLLBACK")
    assert found is bool(laxer_for_case(old, new))


@pytest.mark.parametrize("field", [f for f in Policy.model_fields if f not in (
    "id", "version", "title", "summary", "rationale", "permitted_purposes", "prohibited_purposes",
    "minimum_model", "rehearsal_max_age_days", "min_similar_components", "accept_one_to_one",
)])  # fmt: skip
def test_what_a_document_does_not_say_counts_as_laxer(
    memory: sqlite3.Connection, field: str
) -> None:
    document = json.loads(STRICT.document)
    del document[field]
    if field in ("accept_confidence",):
        document[field] = None
    text = json.dumps(document)
    memory.execute("BEGIN")
    insert(memory, "policies", policy_row(STRICT))
    holed = policy_row(STRICT, sha256=sha256_text(text), document=text)
    insert(memory, "policies", holed)
    query = "SELECT count(*) FROM laxer_policies WHERE from_sha256 = ? AND to_sha256 = ?"
    found = memory.execute(query, [STRICT.sha256, holed["sha256"]]).fetchone()
    memory.execute("ROLLBACK")
    assert found == (1,)


def run(db: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        db.execute(statement)


def test_a_case_moves_to_a_laxer_policy_by_two_people(db: sqlite3.Connection) -> None:
    fill(db, STRICT)
    for who in ((), (ANA, CAL), (BEN,)):
        before = contents(db)
        db.execute("BEGIN")
        propose, *approve, move = moved(STRICT, LAX, *who or (ANA,))
        run(db, (propose, *(approve if who else ())))
        with pytest.raises(sqlite3.IntegrityError, match="two people, one an administrator"):
            db.execute(move)
        db.execute("ROLLBACK")
        assert contents(db) == before
    run(db, moved(STRICT, LAX, ANA, BEN))
    assert db.execute("SELECT policy_sha256 FROM cases").fetchone() == (LAX.sha256,)


def test_an_approved_move_is_made_once(db: sqlite3.Connection) -> None:
    """Somebody tightens the case again: what two people once approved does not loosen it alone."""
    fill(db, STRICT)
    run(db, moved(STRICT, LAX))
    tighten = "INSERT INTO case_moves (case_id, from_sha256, to_sha256, operator_id, reason, at) "
    back = (
        f"{tighten} VALUES ({CASE}, '{LAX.sha256}', '{STRICT.sha256}', {ANA}, 'a mistake', '2031')",
        f"UPDATE cases SET policy_sha256 = '{STRICT.sha256}'",
    )
    run(db, back)
    again, *_, move = moved(STRICT, LAX)
    for statements in ((move,), (again, move)):
        with pytest.raises(sqlite3.IntegrityError, match="two people"):
            run(db, statements)


def test_a_case_does_not_move_without_a_reason_on_record(db: sqlite3.Connection) -> None:
    fill(db, LAX)
    with pytest.raises(sqlite3.IntegrityError, match="move refused"):
        db.execute("UPDATE cases SET policy_sha256 = ?", [STRICT.sha256])
    with pytest.raises(sqlite3.IntegrityError, match="move refused"):
        db.execute("UPDATE OR REPLACE cases SET policy_sha256 = ?", ["9" * 64])
    move = {
        "case_id": CASE,
        "from_sha256": LAX.sha256,
        "to_sha256": STRICT.sha256,
        "operator_id": ANA,
        "reason": "higher stakes",
        "at": OPENED,
    }
    for changes, says in (
        ({"reason": " \n"}, "no reason"),
        ({"operator_id": SCRIPT}, "not an active examiner"),
        ({"operator_id": GONE}, "not an active examiner"),
        ({"from_sha256": LAXEST.sha256}, "move refused"),
        ({"to_sha256": "9" * 64}, "move refused"),
        ({"to_sha256": shipped("demonstration").sha256}, "purpose not permitted"),
        ({"case_id": 2}, "move refused"),
    ):
        refused(db, move | changes, "case_moves", says)
    insert(db, "case_moves", move)
    with pytest.raises(sqlite3.IntegrityError, match="move refused"):
        db.execute("UPDATE cases SET policy_sha256 = ?", [LAXEST.sha256])
    db.execute("UPDATE cases SET policy_sha256 = ?", [STRICT.sha256])


def test_a_closed_case_is_not_moved(db: sqlite3.Connection) -> None:
    fill(db, LAXEST)
    db.execute("UPDATE cases SET closed_at = ?", [OPENED])
    with pytest.raises(sqlite3.IntegrityError, match="move refused"):
        run(db, moved(LAXEST, STRICT)[:1])


# Cards


def card(db: sqlite3.Connection, name: str, model_sha256: str) -> str:
    text = json.dumps({"name": name, "sha256": model_sha256})
    sha256 = sha256_text(text)
    row = {"sha256": sha256, "name": name, "model_sha256": model_sha256, "card": text}
    insert(db, "model_cards", row | {"stored_at": OPENED})
    return sha256


def test_a_search_keeps_the_cards_of_its_own_models(db: sqlite3.Connection) -> None:
    models = MODELS | {"detector_sha256": "6" * 64}
    fill(db, STRICT, search={"model": json.dumps(models)})
    recogniser, detector = card(db, "r", models["sha256"]), card(db, "d", "6" * 64)
    kind = card(db, "kinder", "7" * 64)
    row = {
        "search_id": 1,
        "policy_trust": "shipped",
        "recogniser_card": recogniser,
        "recogniser_trust": "unverified",
        "detector_card": detector,
        "detector_trust": "unverified",
    }
    for changes in (
        {"recogniser_card": kind},
        {"detector_card": kind},
        {"detector_card": recogniser},
        {"search_id": 9},
        {"policy_trust": "surely"},
    ):
        refused(db, row | changes, "search_trust", "search_trust|CHECK")
    insert(db, "search_trust", row)
    refused(db, row | {"recogniser_trust": "shipped"}, "search_trust", "replaced")
    for statement in ("UPDATE search_trust SET recogniser_trust = 'shipped'",
                      "DELETE FROM search_trust", "DELETE FROM model_cards",
                      "UPDATE model_cards SET card = '{}'"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="cannot be"):
            db.execute(statement)


def test_a_card_says_whose_it_is(db: sqlite3.Connection) -> None:
    text = json.dumps({"name": "r", "sha256": "5" * 64})
    row = {"sha256": sha256_text(text), "card": text, "stored_at": OPENED}
    for name, model in (("other", "5" * 64), ("r", "6" * 64)):
        refused(db, row | {"name": name, "model_sha256": model}, "model_cards", "CHECK")
