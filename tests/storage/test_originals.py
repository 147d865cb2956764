"""Originals: stored once under their SHA-256, whole or not at all, and never rewritten."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage.originals import Originals

DATA = b"\xff\xd8 a photograph"
KEY = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "case-originals")


def files(originals: Originals) -> list[str]:
    return sorted(p.name for p in originals.folder.rglob("*") if p.is_file())


def test_what_was_put_comes_back_unchanged(originals: Originals) -> None:
    path = originals.put(DATA, KEY)
    assert path == originals.path(KEY)
    assert originals.get(KEY) == path.read_bytes() == DATA


def test_a_stored_original_is_read_only(originals: Originals) -> None:
    mode = originals.put(DATA, KEY).stat().st_mode
    assert not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert mode & stat.S_IRUSR


def test_an_original_is_stored_once(originals: Originals) -> None:
    first = originals.put(DATA, KEY).stat()
    again = originals.put(DATA, KEY).stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)
    assert files(originals) == [KEY]


@pytest.mark.parametrize("altered", [DATA[:-1], DATA + b"\0", b"", DATA.upper()])
def test_an_altered_original_is_not_shown(originals: Originals, altered: bytes) -> None:
    path = originals.put(DATA, KEY)
    path.chmod(0o600)
    path.write_bytes(altered)
    with pytest.raises(IntegrityError, match="was changed") as caught:
        originals.get(KEY)
    assert caught.value.subject == str(path)
    assert caught.value.remedy


def test_a_missing_original_is_named(originals: Originals) -> None:
    with pytest.raises(IntegrityError, match="is missing") as caught:
        originals.get(KEY)
    assert caught.value.subject == str(originals.path(KEY))
    assert caught.value.remedy


def test_a_folder_in_its_place_is_named(originals: Originals) -> None:
    originals.path(KEY).mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        originals.get(KEY)
    assert caught.value.subject == str(originals.path(KEY))


def test_a_full_disk_leaves_no_part_of_a_file(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="Free some space") as caught:
        originals.put(DATA, KEY)
    assert caught.value.subject == str(originals.path(KEY))
    assert files(originals) == []
    monkeypatch.undo()
    originals.put(DATA, KEY)
    assert originals.get(KEY) == DATA


def test_a_stop_in_the_middle_leaves_no_part_of_a_file(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        originals.put(DATA, KEY)
    assert files(originals) == []


def test_a_folder_that_cannot_be_made_comes_with_a_cure(originals: Originals) -> None:
    originals.folder.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="Check that the folder exists") as caught:
        originals.put(DATA, KEY)
    assert str(originals.folder) in str(caught.value)
