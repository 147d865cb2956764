"""A released step does to a file today what it did on the day it was released."""

import hashlib
from pathlib import Path

import pytest

from secondlook.storage import migrations
from secondlook.storage.database import Store
from secondlook.storage.guards import acceptance_guards
from secondlook.storage.migrations import STEPS, name

FROZEN = {
    "acceptance_until_0005": "fa07d25dcf543f13ea3a9a77de004af7d4c328d849d7dd9141e0174cdbbb1a46",
    "immutable": "92a9f4395b4edce669f16077576e0083c7a384d587d0322b10e3e4a8e36e6d23",
    "m0001_first": "1d6f3019677af45e2ba33eacf122b135786ad951906fcf67e81a57b4e337be38",
    "m0002_minimum_model": "06ecdd87008a0fb0a81df5d12d3ca10088572344bb98ad03fce46a64580b4f0f",
    "m0003_settings": "ffd34eed271459fdea6e12a291eacb78c85ec10457cdb64b67f84ea172b640c9",
    "m0004_rehearsals": "323db72919520e0f5ceaf64d5e77b1a40a754a15bb7399a496461d901e8e8be7",
    "m0005_extrapolated": "239e249a6f28e99c7050fe52f2c086ba8f4cf23b709e19fbac7791aebec72e1e",
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


def test_the_guards_in_force_are_those_that_are_written_down(tmp_path: Path) -> None:
    """What ``storage.guards`` says, by requirement, is what the newest schema holds."""
    store = Store(tmp_path / "case.db")
    query = (
        "SELECT sql FROM sqlite_master WHERE name IN ('acceptance_facts', 'decisions_acceptance')"
    )
    in_force = [row["sql"].strip() for row in store.read().query(query)]
    store.close()
    assert len(in_force) == 2
    for sql in in_force:
        assert sql in acceptance_guards()
