"""A small sample of ``python -m tests.fuzz_pictures``."""

import sys

import pytest

from tests.conftest import SHARED
from tests.fuzz_pictures import fuzz, mutated, seeds

FILES = 50


@pytest.mark.skipif(sys.platform != "linux", reason="reads of a worker what Linux tells in files")
def test_broken_pictures_end_with_a_picture_or_a_reason() -> None:
    found = fuzz(seeds(SHARED / "cases"), range(FILES))
    assert not found.against, str(found)
    assert found.ended.total() == FILES
    assert len(found.ended) > 5  # kinds and reasons: they are not all refused by their first bytes
    assert found.memory


def test_a_file_can_be_made_again_by_its_number() -> None:
    pictures = seeds(None)
    files = [mutated(pictures, number) for number in range(40)]
    assert files == [mutated(pictures, number) for number in range(40)]
    assert len(set(files)) > 35
    assert mutated(pictures, 0, seed=1) != files[0]
