"""A few of the kills of ``tests.crash.kill``, so that every test run has some."""

import random
from pathlib import Path

import pytest

from tests.crash.kill import faults, finish_enrolment, kill_once, make_database

pytestmark = pytest.mark.shared


def test_killed_processes_leave_a_database_that_opens_verifies_and_resumes(
    tmp_path: Path,
    shared_faces: Path,
    shared_models: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECONDLOOK_MODELS", str(shared_models))
    chance = random.Random()
    congress, database = shared_faces / "congress", tmp_path / "crash.db"
    probes = congress / "probes" / "mated"
    make_database(database, congress / "gallery")
    for _ in range(2):
        kill_once("enrol", database, probes, chance.uniform(0.02, 0.8))
        assert faults(database) == []
    assert finish_enrolment(database, probes) == (450, 450)
    for kind in ("search", "decide", "decide"):
        assert kill_once(kind, database, probes, chance.uniform(0.02, 0.8))
        assert faults(database) == []
