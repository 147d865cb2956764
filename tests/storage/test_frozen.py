"""A released step does to a file today what it did on the day it was released."""

import hashlib
from pathlib import Path

import pytest

from secondlook.storage import migrations
from secondlook.storage.database import Store
from secondlook.storage.guards import acceptance_guards, fact_guards, outcome_guards
from secondlook.storage.migrations import STEPS, name

FROZEN = {
    "acceptance_0011": "86f22a7b5ea6ab1d0b88a9f0c7b608efb485fdd6bc04c6a083ce7d43c03bfd90",
    "acceptance_until_0005": "fa07d25dcf543f13ea3a9a77de004af7d4c328d849d7dd9141e0174cdbbb1a46",
    "blank_sql": "2d2b6ad42ebb0c31d97af1ee81099046a8511d31bd89b478ef298facdd0e7d1a",
    "facts_0011": "965a473049f7991f20bb4874674cc3f52be9aa528f3254726485c7d1ddabf502",
    "identities_0011": "6b1889d7514e3d4cf74f025a1494e0177fa18fa17bc0e2e69754e863437c07aa",
    "immutable": "92a9f4395b4edce669f16077576e0083c7a384d587d0322b10e3e4a8e36e6d23",
    "m0001_first": "1d6f3019677af45e2ba33eacf122b135786ad951906fcf67e81a57b4e337be38",
    "m0002_minimum_model": "06ecdd87008a0fb0a81df5d12d3ca10088572344bb98ad03fce46a64580b4f0f",
    "m0003_settings": "ffd34eed271459fdea6e12a291eacb78c85ec10457cdb64b67f84ea172b640c9",
    "m0004_rehearsals": "323db72919520e0f5ceaf64d5e77b1a40a754a15bb7399a496461d901e8e8be7",
    "m0005_extrapolated": "239e249a6f28e99c7050fe52f2c086ba8f4cf23b709e19fbac7791aebec72e1e",
    "m0006_accounts": "17bc91c21557ea41a3ce7ab09fb8c7e8ee25f1704b751e65a415a0424497568f",
    "m0007_lowered": "20119e916bf7576f02aaf81cc7a0b97645dd3f1e9dd968984a7570ffb8c02c28",
    "m0008_marks": "8299969a56fea104940dcc926fc4d4b61ef7f117c807d53dc9fc3544a416724c",
    "m0009_shipped": "e2eef514b8daf984f18977edb4351532ced7867cd4e721ff3da623c4fdddda10",
    "m0009_trust": "04682a6f155eb0d9f5ca006105bb4d2379c85a75ae79d194953b5f925a8b14e9",
    "m0010_photographs": "2346d96b77658244b3f28d80bd9f6995f938237fc6f3980b7341656f4905e094",
    "m0011_questions": "26f9a3c48ca1c567fb2492d779bb51a2ebd3164fd61a699b057d0a88826c46ba",
    "m0012_commitments": "581f357979d065b9aebee16d3abb16720281a38650917471e52c3cf12428c3a3",
    "m0013_looks": "b68b3b1b963a26d48f713d525515ab43c5fde20ac31d094d62e4a24bfd7bbd96",
    "m0014_tries_corrected": "381b3120cb33db86e3aa492c2bbf5b3f3eb27ef7bd718e2b89e13cb1a2c9377f",
    "m0015_words": "55c15e073b75200c04b7a8176333b7364ab2b002650c2fdd87af5ae578c8a1e7",
    "m0016_seals": "28eb0df85a9883abb5bd5d15aedb30ec4f2263d3a45c071ae4ac70148b29a1e9",
    "outcomes_0011": "9462b5a6cc9af770f6548e324b2cd758bb67bfc0539c62d2afd09c85a169db9a",
    "people_sql": "9ef4cdf77a49a3b56ed4b4993410441c7f70e551b4befa44a541ef93b289c47a",
}
"""SHA-256 of the text of every module that a released step consists of. Add a line for a new step
on the day it is released, and change none: a mistake in one is mended by another step."""

FOLDER = Path(migrations.__file__).parent


@pytest.mark.parametrize("module", FROZEN)
def test_a_released_step_stays_as_it_is(module: str) -> None:
    text = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == FROZEN[module]


IN_THE_MAKING = {"m0017_guards", "m0018_other_pictures", "m0019_pages"}
"""Steps that no file outside this repository can have taken yet: empty after a release."""


def test_every_released_step_is_pinned() -> None:
    assert {f"m{name(step)}" for step in STEPS} - IN_THE_MAKING <= set(FROZEN)


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
             "decisions_rest_on_facts",
             "decisions_outcomes")  # fmt: skip
    in_force = {
        row["name"]: folded(row["sql"])
        for row in store.read().query("SELECT name, sql FROM sqlite_master")
        if row["name"] in names
    }
    store.close()
    written = folded(fact_guards() + acceptance_guards() + outcome_guards())
    assert set(in_force) == set(names)
    for sql in in_force.values():
        assert sql in written
