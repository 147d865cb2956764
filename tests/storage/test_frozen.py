"""A released step does to a file today what it did on the day it was released."""

import hashlib
from pathlib import Path

import pytest

from secondlook.storage import migrations
from secondlook.storage.database import Store
from secondlook.storage.guards import acceptance_guards, outcome_guards
from secondlook.storage.migrations import STEPS, name

FROZEN = {
    "acceptance_0011": "7e1dc7abbc25e3c703c6ac739e40448e39a7075e50c7c2a673e5e0d43388903a",
    "acceptance_until_0005": "fa07d25dcf543f13ea3a9a77de004af7d4c328d849d7dd9141e0174cdbbb1a46",
    "blank_sql": "2d2b6ad42ebb0c31d97af1ee81099046a8511d31bd89b478ef298facdd0e7d1a",
    "immutable": "92a9f4395b4edce669f16077576e0083c7a384d587d0322b10e3e4a8e36e6d23",
    "m0001_first": "1d6f3019677af45e2ba33eacf122b135786ad951906fcf67e81a57b4e337be38",
    "m0002_minimum_model": "06ecdd87008a0fb0a81df5d12d3ca10088572344bb98ad03fce46a64580b4f0f",
    "m0003_settings": "ffd34eed271459fdea6e12a291eacb78c85ec10457cdb64b67f84ea172b640c9",
    "m0004_rehearsals": "323db72919520e0f5ceaf64d5e77b1a40a754a15bb7399a496461d901e8e8be7",
    "m0005_extrapolated": "239e249a6f28e99c7050fe52f2c086ba8f4cf23b709e19fbac7791aebec72e1e",
    "m0006_accounts": "3ce24a9b46a46d839707e12aaecb30b6398e89dcbcbbbfaf8113fc2c970367b3",
    "m0008_marks": "8bef3fade98db333a25e3d0868c35ac190daf734f68208e58b71b8884335ffe3",
    "m0009_shipped": "e2eef514b8daf984f18977edb4351532ced7867cd4e721ff3da623c4fdddda10",
    "m0009_trust": "04682a6f155eb0d9f5ca006105bb4d2379c85a75ae79d194953b5f925a8b14e9",
    "m0010_photographs": "5fd5b43a09e9c6a6b2e9884db53936b9aecd1ae948848327a66f227757d2aef3",
    "m0011_questions": "0eee98220329314bef5291827b50653d095e69470289b0a32d68e47a2a5cc6ab",
    "m0012_commitments": "581f357979d065b9aebee16d3abb16720281a38650917471e52c3cf12428c3a3",
    "people_sql": "4759c517571446da851aa8fd71f6687283ac2424ca3ba6353fec71196ee81aec",
}
"""SHA-256 of the text of every module that a released step consists of. Add a line for a new step
on the day it is released, and change none: a mistake in one is mended by another step."""

FOLDER = Path(migrations.__file__).parent


@pytest.mark.parametrize("module", FROZEN)
def test_a_released_step_stays_as_it_is(module: str) -> None:
    text = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == FROZEN[module]


def test_every_released_step_is_pinned() -> None:
    """All but the newest, which may still be in the making."""
    assert {f"m{name(step)}" for step in STEPS[:-1]} <= set(FROZEN)


def test_a_step_imports_nothing_that_can_change() -> None:
    for path in FOLDER.glob("m*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        imported = {line for line in lines if line.startswith(("from secondlook", "import second"))}
        assert all(line.startswith("from secondlook.storage.migrations") for line in imported)


def folded(sql: str) -> str:
    return " ".join(sql.split())


def test_the_guards_in_force_are_those_that_are_written_down(tmp_path: Path) -> None:
    """What ``storage.guards`` says, by requirement, is what the newest schema holds: after a change
    of it run packaging/freeze.py."""
    store = Store(tmp_path / "case.db")
    names = ("candidate_questions", "question_members", "question_facts", "decisions_acceptance",
             "decisions_outcomes")  # fmt: skip
    in_force = {
        row["name"]: folded(row["sql"])
        for row in store.read().query("SELECT name, sql FROM sqlite_master")
        if row["name"] in names
    }
    store.close()
    written = folded(acceptance_guards() + outcome_guards())
    assert set(in_force) == set(names)
    for sql in in_force.values():
        assert sql in written
