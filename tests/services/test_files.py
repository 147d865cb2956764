"""A file that a person asked for is whole, or it is what it was before."""

import errno
import os
from pathlib import Path

import pytest

from secondlook.domain.errors import StorageError
from secondlook.services.files import write_file


def test_the_new_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    for content in (b"one", b"two"):
        write_file(target, content)
        assert target.read_bytes() == content
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("code", "cure"), [(errno.ENOSPC, "Make room there"), (errno.EIO, "Choose another place")]
)
def test_half_a_file_is_never_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, cure: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    target = tmp_path / "out.csv"
    target.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match=cure) as told:
        write_file(target, b"after")
    assert str(target) in str(told.value)
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        write_file(tmp_path / "nowhere" / "out.csv", b"")
