"""The third enforcement: plain SQL cannot record an acceptance below policy."""

import json
import sqlite3

import pytest

from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.requirements import RULE
from secondlook.domain.review import Conclusion, ProbeOrigin
from secondlook.storage.guards import INTEGRITY, REFUSALS

from .arranged import OTHER, POLICY, Try, arrange
from .below_policy import ALLOWED, TRIES
from .plain_sql import (
    GONE,
    LEAD,
    SCRIPT,
    SHIPPED,
    accept,
    accepted,
    contents,
    fill,
    insert,
    policy_row,
    shipped,
)

VERBS = ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL")


@pytest.fixture
def db(kept_db: sqlite3.Connection) -> sqlite3.Connection:
    return kept_db


def test_every_reason_to_refuse_is_tried() -> None:
    """One try at least for everything that the database asks, and it asks what the domain does."""
    assert {t.reason for t in TRIES} == {*REFUSALS, *INTEGRITY}
    assert set(REFUSALS) == set(RULE)


def test_every_member_of_every_vocabulary_is_tried() -> None:
    """Those that may not be, refused; the others among what is allowed."""
    refused = {(t.reason, t.label) for t in TRIES}
    assert {("probe_origin", o.value) for o in POLICY.blocked_origins} <= refused
    for component in POLICY.probe_limits:  # all by themselves: test_quality_limits
        assert {("probe_quality", component.value), ("reference_quality", component.value)} <= (
            refused
        )
    statuses = {t.candidate.get("confidence_status", "measured") for t in (*TRIES, *ALLOWED)}
    assert statuses == set(ConfidenceStatus)
    allowed = {t.search.get("probe_origin", "photograph") for t in ALLOWED}
    assert allowed | {o.value for o in POLICY.blocked_origins} == set(ProbeOrigin)
    given = {e["conclusion"] for t in (*TRIES, *ALLOWED) for e in t.examinations or ()}
    assert given == set(Conclusion)
    models = [json.loads(t.search["model"]) for t in TRIES if "model" in t.search]
    assert {m.get("status") for m in models if isinstance(m, dict)} >= {"evaluation", None}


FIRST = {t.reason: t for t in reversed(TRIES)}
"""Of each requirement the one that is tried with every verb of SQL: a trigger cannot know them."""


@pytest.mark.parametrize("kept_db", [False], indirect=True, ids=["foreign keys off"])
@pytest.mark.parametrize("case", TRIES, ids=lambda t: f"{t.reason}: {t.label}")
def test_an_acceptance_below_policy_is_refused(db: sqlite3.Connection, case: Try) -> None:
    """A plain shell has no foreign keys, so nothing here may need them."""
    policy = arrange(db, case)
    before = accepted(db)
    for verb in VERBS if case is FIRST[case.reason] else VERBS[:1]:
        with pytest.raises(sqlite3.IntegrityError) as refusal:
            accept(db, policy, verb, **case.decision)
        assert str(refusal.value) == f"acceptance refused: {case.reason}"
    assert accepted(db) == before
    assert LEAD not in before


@pytest.mark.parametrize("name", [name for name in SHIPPED if shipped(name).accepts])
def test_a_candidate_that_satisfies_its_policy_may_be_accepted(
    db: sqlite3.Connection, name: str
) -> None:
    policy = shipped(name)
    fill(db, policy)
    accept(db, policy)
    assert accepted(db) == [LEAD]


@pytest.mark.parametrize("case", ALLOWED, ids=lambda t: t.label)
def test_the_limits_themselves_are_allowed(db: sqlite3.Connection, case: Try) -> None:
    policy = arrange(db, case)
    accept(db, policy, **case.decision)
    assert accepted(db) == [LEAD]


def test_without_a_margin_in_the_policy_the_second_candidate_can_be_accepted(
    db: sqlite3.Connection,
) -> None:
    assert OTHER.min_margin == 0
    fill(db, OTHER, candidate={"margin": -0.2})
    accept(db, OTHER)
    assert accepted(db) == [LEAD]


@pytest.mark.parametrize("sha256", [None, "9" * 64, "", "not a hash"])
def test_no_decision_without_a_policy_copy(db: sqlite3.Connection, sha256: str | None) -> None:
    fill(db, POLICY)
    for outcome in ("accepted_as_lead", "excluded", "inconclusive"):
        with pytest.raises(sqlite3.IntegrityError):
            accept(db, POLICY, policy_sha256=sha256, outcome=outcome)
    assert db.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


@pytest.mark.parametrize(
    "rule", ["accepts", "permitted_purposes", "accept_confidence", "min_margin", "examiners"]
)
def test_a_policy_copy_that_lacks_a_rule_accepts_nothing(db: sqlite3.Connection, rule: str) -> None:
    document = json.loads(POLICY.document)
    del document[rule]
    insert(db, "policies", policy_row(POLICY, sha256="7" * 64, document=json.dumps(document)))
    fill(db, POLICY, case={"policy_sha256": "7" * 64}, search={"policy_sha256": "7" * 64})
    with pytest.raises(sqlite3.IntegrityError, match="acceptance refused"):
        accept(db, POLICY, policy_sha256="7" * 64)


@pytest.mark.parametrize("candidate", [99, None, "one", -1])
@pytest.mark.parametrize("outcome", ["accepted_as_lead", "excluded"])
def test_no_decision_on_an_unknown_candidate(
    db: sqlite3.Connection, candidate: object, outcome: str
) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError):
        accept(db, POLICY, candidate_id=candidate, outcome=outcome)


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99, None])
def test_only_an_active_examiner_decides(db: sqlite3.Connection, operator: int | None) -> None:
    fill(db, POLICY)
    for outcome in ("accepted_as_lead", "excluded"):
        with pytest.raises(sqlite3.IntegrityError):
            accept(db, POLICY, operator_id=operator, outcome=outcome)


@pytest.mark.parametrize(
    "outcome",
    ["ACCEPTED_AS_LEAD", "accepted_as_lead ", "accepted", b"accepted_as_lead", None, ""],
)
def test_an_acceptance_cannot_be_spelled_differently(
    db: sqlite3.Connection, outcome: object
) -> None:
    fill(db, POLICY, candidate={"fmr_upper": 1e-3})
    with pytest.raises(sqlite3.IntegrityError):
        accept(db, POLICY, outcome=outcome)


@pytest.mark.parametrize("candidate", [LEAD, str(LEAD), float(LEAD)])
def test_the_type_of_a_key_makes_no_difference(db: sqlite3.Connection, candidate: object) -> None:
    fill(db, POLICY, candidate={"fmr_upper": 1e-3})
    with pytest.raises(sqlite3.IntegrityError, match="refused: confidence"):
        accept(db, POLICY, candidate_id=candidate)


def test_temporary_tables_of_the_same_name_do_not_stand_in(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"fmr_upper": 1e-3})
    db.execute("CREATE TEMP TABLE question_facts AS SELECT * FROM main.question_facts")
    db.execute("UPDATE temp.question_facts SET fmr_upper = 0")
    db.execute("CREATE TEMP TABLE candidates AS SELECT * FROM main.candidates")
    db.execute("UPDATE temp.candidates SET fmr_upper = 0")
    with pytest.raises(sqlite3.IntegrityError, match="refused: confidence"):
        accept(db, POLICY)


@pytest.mark.parametrize(
    "pragma", ["ignore_check_constraints = ON", "recursive_triggers = ON", "trusted_schema = OFF"]
)
def test_settings_of_a_connection_do_not_open_a_way(
    own_db: sqlite3.Connection, pragma: str
) -> None:
    fill(own_db, POLICY, candidate={"fmr_upper": 1e-3})
    own_db.execute(f"PRAGMA {pragma}")
    with pytest.raises(sqlite3.Error, match=r"refused: confidence|unsafe use of json"):
        accept(own_db, POLICY)
    assert accepted(own_db) == []


def test_a_policy_cannot_be_replaced_through_its_hidden_rowid(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"fmr_upper": 1e-3})
    key = db.execute("SELECT rowid FROM policies WHERE sha256 = ?", [POLICY.sha256]).fetchone()[0]
    before = contents(db)
    row = policy_row(POLICY, sha256="8" * 64, rowid=key)
    with pytest.raises(sqlite3.IntegrityError, match="cannot be replaced"):
        insert(db, "policies", row, "INSERT OR REPLACE")
    assert contents(db) == before
