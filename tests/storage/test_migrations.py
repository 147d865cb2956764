"""A file that an earlier version wrote is carried over: its record holds, its rules are today's."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from secondlook.domain.audit import first_broken_link
from secondlook.domain.policy import Policy, policy_from_document
from secondlook.storage import log
from secondlook.storage.database import Store
from secondlook.storage.guards import REFUSALS
from secondlook.storage.migrations import MIGRATIONS

from . import earlier
from .plain_sql import (
    ANA,
    BEN,
    LEAD,
    RUNNER_UP,
    SEARCH,
    accept,
    accepted,
    analysis_row,
    candidate_row,
    case_row,
    examination_row,
    fill,
    insert,
    policy_row,
    prepare,
    search_row,
    shell,
    shipped,
    tried,
)

FIRST = Path(__file__).parent / "schemas" / "0001_first.sql"
NEW = shipped()
AGAIN = 7
"""A second search of the same probe."""
LATE_CASE, LATE_SEARCH, LATE = 2, 2, 20
"""A case under today's policy, opened after the migration."""


OF_THAT_DAY = (
    "inter_eye_px", "sharpness", "exposure", "contrast", "pose_deg", "inside", "detector_score"
)  # fmt: skip
"""Components of quality."""


def before_models_had_a_status() -> Policy:
    """High-stakes as its version 1 was."""
    document = json.loads(NEW.document) | {"version": 1}
    del document["minimum_model"], document["rationale"]["minimum_model"]
    for limits in ("probe_limits", "reference_limits"):
        kept = {key: limit for key, limit in document[limits].items() if key in OF_THAT_DAY}
        document[limits] = kept
    return policy_from_document(json.dumps(document))


OLD = before_models_had_a_status()
WITHOUT_STATUS = {"name": "sface", "version": "2021dec", "sha256": "0" * 64, "detector": "yunet"}
FOR_EVALUATION = WITHOUT_STATUS | {"status": "evaluation", "detector_status": "full"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of the first schema: one candidate accepted, one that was too weak, all on record."""
    path = tmp_path / "case.db"
    raw = shell(path)
    raw.executescript(FIRST.read_text(encoding="utf-8"))
    db = Database(raw)
    MIGRATIONS.ensure_migrations_table(db)
    applied = {"migration_set": MIGRATIONS.name, "name": "0001_first", "applied_at": "2031-05-01"}
    insert(raw, MIGRATIONS.migrations_table, applied)
    prepare(raw, [OLD])
    earlier.record(raw, "policy", OLD.sha256)
    fill(raw, OLD, search={"model": json.dumps(WITHOUT_STATUS)}, examinations=())
    earlier.record(raw, "search", SEARCH)
    insert(raw, "searches", search_row(OLD, id=AGAIN, model=json.dumps(WITHOUT_STATUS)))
    insert(raw, "candidates", candidate_row(id=8, search_id=AGAIN))
    earlier.record(raw, "search", AGAIN)
    for candidate in (LEAD, RUNNER_UP):
        for operator in (ANA, BEN):
            key = insert(raw, "examinations", examination_row(operator, candidate_id=candidate))
            earlier.record(raw, "examination", key)
    accept(raw, OLD, id=1)
    earlier.record(raw, "decision", 1)
    raw.close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def schema(db: sqlite3.Connection) -> dict[str, str]:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite%'"
    return dict(db.execute(query))


def refused(db: sqlite3.Connection, policy: Policy, candidate: int) -> str:
    with pytest.raises(sqlite3.IntegrityError) as refusal:
        accept(db, policy, candidate_id=candidate)
    return str(refusal.value)


def test_the_first_schema_is_another_than_todays(path: Path, tmp_path: Path) -> None:
    old, fresh = shell(path), Store(tmp_path / "fresh.db")
    today = schema(fresh.read().conn)
    differs = {name for name, sql in schema(old).items() if today.get(name) != sql}
    assert {"acceptance_facts", "decisions_acceptance"} <= differs
    old.close()
    fresh.close()


def test_a_migrated_file_has_the_schema_of_a_new_one(store: Store, tmp_path: Path) -> None:
    fresh = Store(tmp_path / "fresh.db")
    assert schema(store.read().conn) == schema(fresh.read().conn)
    fresh.close()


def test_a_record_stands_after_the_migration(store: Store) -> None:
    db = store.read()
    assert first_broken_link(log.entries(db)) is None
    assert log.first_altered_record(db) is None
    assert log.altered_guards(db) == []
    assert accepted(db.conn) == [LEAD]
    assert db.conn.execute("SELECT document FROM policies").fetchone()[0] == OLD.document


def test_searches_of_one_probe_become_one_unknown_and_its_people_are_counted_once(
    store: Store,
) -> None:
    db = store.read().conn
    assert db.execute("SELECT count(*) FROM unknowns").fetchone() == (1,)
    query = "SELECT search_id, unknown_id FROM search_unknowns ORDER BY 1"
    assert db.execute(query).fetchall() == [(SEARCH, 1), (AGAIN, 1)]
    query = "SELECT member_id FROM question_members WHERE candidate_id = ? ORDER BY 1"
    assert db.execute(query, [LEAD]).fetchall() == [(LEAD,), (8,)]
    tried = db.execute("SELECT count(*) FROM tries").fetchone()[0]
    assert tried >= 500, "whoever left a gallery was compared all the same"


def test_what_was_accepted_under_earlier_rules_is_listed_and_holds(store: Store) -> None:
    assert log.accepted_under_earlier_rules(store.read()) == [1]
    assert log.first_altered_record(store.read()) is None


def test_todays_rules_hold_for_what_was_searched_before(store: Store) -> None:
    """What was too weak stays refused, and a search without its unknown leads nowhere."""
    with store.write() as db:
        assert refused(db.conn, OLD, RUNNER_UP).startswith("acceptance refused")
        insert(db.conn, "searches", search_row(OLD, id=2, model=json.dumps(WITHOUT_STATUS)))
        insert(db.conn, "candidates", candidate_row(id=9, search_id=2))
        assert refused(db.conn, OLD, 9) == "acceptance refused: no_question"
        assert accepted(db.conn) == [LEAD]


@pytest.mark.parametrize("model", [WITHOUT_STATUS, FOR_EVALUATION], ids=["unknown", "evaluation"])
def test_a_new_case_has_the_new_requirement(store: Store, model: dict[str, str]) -> None:
    with store.write() as db:
        raw = db.conn
        insert(raw, "policies", policy_row(NEW))
        insert(raw, "cases", case_row(NEW, id=LATE_CASE, reference="2031/118"))
        search = search_row(NEW, id=LATE_SEARCH, case_id=LATE_CASE, model=json.dumps(model))
        insert(raw, "searches", search)
        insert(raw, "search_unknowns", {"search_id": LATE_SEARCH, "unknown_id": 1})
        tried(raw, range(1, 501), model["sha256"], model.get("status"))
        insert(raw, "candidates", candidate_row(id=LATE, search_id=LATE_SEARCH))
        for operator in (ANA, BEN):
            insert(raw, "analyses", analysis_row(operator))
            insert(raw, "examinations", examination_row(operator, candidate_id=LATE))
        assert refused(raw, NEW, LATE).startswith("acceptance refused: ")
        unmet = f"f.own = 1 AND ({REFUSALS['minimum_model']}) IS NOT FALSE"
        query = f"SELECT candidate_id FROM question_facts f WHERE {unmet}"
        assert (LATE,) in raw.execute(query).fetchall()


def test_an_acceptance_on_an_evaluation_model_is_found_where_the_guard_was_dropped(
    store: Store,
) -> None:
    guard = schema(store.read().conn)["decisions_acceptance"]
    with store.write() as db:
        raw = db.conn
        insert(raw, "policies", policy_row(NEW))
        log.record(db, "ana", "policy", NEW.sha256, {})
        insert(raw, "cases", case_row(NEW, id=LATE_CASE, reference="2031/118"))
        changes = {"id": LATE_SEARCH, "case_id": LATE_CASE, "model": json.dumps(FOR_EVALUATION)}
        insert(raw, "searches", search_row(NEW, **changes))
        insert(raw, "candidates", candidate_row(id=LATE, search_id=LATE_SEARCH))
        log.record(db, "ana", "search", LATE_SEARCH, {})
        for operator in (ANA, BEN):
            key = insert(raw, "examinations", examination_row(operator, candidate_id=LATE))
            log.record(db, "ana", "examination", key, {})
        raw.execute("DROP TRIGGER decisions_acceptance")
        accept(raw, NEW, id=2, candidate_id=LATE)
        raw.execute(guard)
        log.record(db, "ana", "decision", 2, {})
    broken = log.first_altered_record(store.read())
    assert broken is not None
    assert broken.problem == "decision 2 accepts a candidate below its policy"


def test_a_guard_that_somebody_had_dropped_is_there_again(path: Path) -> None:
    raw = shell(path)
    raw.execute("DROP TRIGGER decisions_acceptance")
    raw.close()
    store = Store(path)
    assert log.altered_guards(store.read()) == []
    store.close()


def test_the_file_as_it_was_is_kept_beside_it(store: Store) -> None:
    copy = shell(store.path.with_name("case.db.before-migration"))
    assert "model_status" not in schema(copy)["acceptance_facts"]
    assert accepted(copy) == [LEAD]
    copy.close()


def test_a_file_that_had_its_guards_in_one_trigger_comes_to_todays_schema(tmp_path: Path) -> None:
    """Step 0011 made one trigger of two for a while: what is not there is no reason to stop."""
    path = tmp_path / "case.db"
    raw = shell(path)
    MIGRATIONS.apply(Database(raw), stop_before="0017_guards")
    raw.execute("DROP TRIGGER decisions_rest_on_facts")
    MIGRATIONS.apply(Database(raw))
    today = Store(tmp_path / "today.db")
    assert schema(raw) == schema(today.read().conn)
    today.close()
    raw.close()
