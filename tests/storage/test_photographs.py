"""Fingerprints, suspicions and judgements on disk: what stands, and what SQL cannot do to it."""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.photographs import (
    Photograph,
    SamePhotograph,
    Standing,
    Suspect,
    Verdict,
    settled,
)
from secondlook.storage import log, photographs
from secondlook.storage.database import Store
from secondlook.storage.photographs import PhotographPair
from tests.photograph import face_at

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    GONE,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    SCRIPT,
    insert,
    log_trust,
    prepare,
    seal_all,
)

PROBE = Photograph(PROBE_IMAGE, face_at(120, 140, 60), b"p")
REFERENCE = Photograph(REFERENCE_IMAGE, face_at(60, 70, 30), b"r")
PAIR = PhotographPair.of(REFERENCE, PROBE)
MODEL = ModelIdentity("sface", "1", "5" * 64)
FOUND = Suspect(0, SamePhotograph.SUSPECTED, 0.9, 0.95)
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT
NO_ORIGINAL = r"no such original|FOREIGN KEY"
TABLES = ("fingerprints", "photograph_suspicions", "photograph_judgements")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One suspicion and one judgement, on record."""
    store = Store(tmp_path / "case.db")
    with store.write() as db:
        prepare(db.conn, [])
        log_trust(db.conn)
        photographs.keep(db, PROBE)
        key = photographs.suspect(db, PROBE, REFERENCE, FOUND, MODEL)
        assert key is not None
        log.record(db, "ana", "photograph suspicion", key, {})
        key = photographs.judge(db, PAIR, SAME, "The same reflections.", ANA)
        log.record(db, "ana", "photograph judgement", key, {})
        seal_all(db)
    yield store
    store.close()


@pytest.fixture(params=["ON", "OFF"])
def db(request: pytest.FixtureRequest, store: Store) -> sqlite3.Connection:
    raw: sqlite3.Connection = store.read().conn
    raw.execute(f"PRAGMA foreign_keys = {request.param}")
    return raw


def judge(store: Store, operator: int, verdict: Verdict) -> None:
    with store.write() as db:
        photographs.judge(db, PAIR, verdict, "Seen.", operator)


def test_the_first_fingerprint_stays(store: Store) -> None:
    with store.write() as db:
        photographs.keep(db, Photograph(PROBE.sha256, PROBE.face, b"another"))
        photographs.keep(db, Photograph(PROBE.sha256, PROBE.face))
    assert [one.fingerprint for one in photographs.kept(store.read(), [PROBE, REFERENCE])] == [
        b"p",
        None,
    ]


def test_a_fingerprint_that_was_written_around_the_program_is_none(store: Store) -> None:
    with store.write() as db:  # sealed by no act
        photographs.keep(db, REFERENCE)
    (found,) = photographs.kept(store.read(), [REFERENCE])
    assert found.fingerprint is None


def test_a_pair_is_suspected_once_and_one_file_never(store: Store) -> None:
    with store.write() as db:
        assert photographs.suspect(db, REFERENCE, PROBE, FOUND, MODEL) is None
        certain = Suspect(0, SamePhotograph.CERTAIN, 0.9)
        assert photographs.suspect(db, PROBE, PROBE, certain, MODEL) is None
    with pytest.raises(InputError, match="same file"):
        PhotographPair.of(PROBE, PROBE)


def test_where_a_pair_stands(store: Store) -> None:
    """The view says what ``settled`` says, in both directions, after every judgement."""
    said = [(ANA, SAME)]
    for operator, verdict in [
        (ANA, SAME), (BEN, SAME), (CAL, DIFFERENT), (BEN, DIFFERENT), (ANA, SAME), (BEN, SAME),
    ]:  # fmt: skip
        judge(store, operator, verdict)
        said.append((operator, verdict))
        agreed = settled(said)
        expected = Standing(agreed.value) if agreed else Standing.SUSPECTED
        for one, other in ((PROBE, REFERENCE), (REFERENCE, PROBE)):
            assert photographs.standing(store.read(), one, other) is expected
    assert expected is Standing.SAME
    assert [made.verdict for made in photographs.judgements(store.read(), PAIR)] == [
        verdict for _, verdict in said
    ]


def test_what_was_never_suspected_stands_as_nothing_until_two_people_judge(store: Store) -> None:
    another = Photograph(PROBE_IMAGE, face_at(300, 140, 60))
    pair = PhotographPair.of(another, REFERENCE)
    seen = [photographs.standing(store.read(), another, REFERENCE)]
    for operator in (ANA, BEN):
        with store.write() as db:
            photographs.judge(db, pair, SAME, "Seen.", operator)
        seen.append(photographs.standing(store.read(), another, REFERENCE))
    assert seen == [Standing.NONE, Standing.NONE, Standing.SAME]
    assert photographs.standing(store.read(), PROBE, PROBE) is Standing.CERTAIN
    assert photographs.standing(store.read(), PROBE, another) is Standing.NONE


@pytest.mark.parametrize(
    "table", ["fingerprints", "photograph_suspicions", "photograph_judgements"]
)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET rowid = 99",
        "DELETE FROM {0}",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    ],
)
def test_what_is_recorded_stays(db: sqlite3.Connection, table: str, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="recorded row cannot be"):
        db.execute(statement.format(table))


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99])
def test_only_an_active_examiner_judges(store: Store, operator: int) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="not an active examiner"):
        photographs.judge(store.read(), PAIR, SAME, "Seen.", operator)


def test_no_judgement_is_slipped_in_before_another(db: sqlite3.Connection, store: Store) -> None:
    row = PAIR.columns() | {"verdict": "different", "note": "No.", "operator_id": BEN, "at": "2000"}
    with pytest.raises(sqlite3.IntegrityError, match="not the newest"):
        insert(db, "photograph_judgements", row | {"id": 0})
    with pytest.raises(sqlite3.IntegrityError):
        insert(db, "photograph_judgements", row | {"first_sha256": "9" * 64})
    with pytest.raises(sqlite3.IntegrityError, match=NO_ORIGINAL):
        insert(db, "photograph_judgements", row | {"first_sha256": "0" * 64})
    assert photographs.standing(store.read(), PROBE, REFERENCE) is Standing.SUSPECTED


def test_nothing_is_noted_of_a_file_that_is_not_kept(db: sqlite3.Connection, store: Store) -> None:
    gone = Photograph("0" * 64, PROBE.face, b"x")
    with pytest.raises(sqlite3.IntegrityError, match=NO_ORIGINAL):
        photographs.keep(store.read(), gone)
    with pytest.raises(sqlite3.IntegrityError, match=NO_ORIGINAL):
        photographs.suspect(store.read(), gone, PROBE, FOUND, MODEL)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE photograph_judgements SET verdict = 'different'", "photograph judgement 1 is not"),
        ("DELETE FROM photograph_suspicions", "photograph suspicion 1 is not"),
        ("INSERT INTO photograph_judgements SELECT 9, first_sha256, first_face, second_sha256, "
         f"second_face, 'same', '', {BEN}, at FROM photograph_judgements",
         "written around the log"),
    ],
)  # fmt: skip
def test_tampering_is_found(store: Store, change: str, problem: str) -> None:
    db = store.read()
    assert log.first_altered_record(db) is None
    for (name,) in db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        db.conn.execute(f"DROP TRIGGER {name}")
    db.conn.execute(change)
    broken = log.first_altered_record(db)
    assert broken is not None
    assert problem in broken.problem


def test_a_pair_has_one_order() -> None:
    keys = [PhotographPair.of(*two) for two in pairwise((PROBE, REFERENCE, PROBE))]
    assert keys[0] == keys[1]
