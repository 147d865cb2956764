"""Originals, stored once by SHA-256, read-only, never rewritten."""

import contextlib
import hashlib
import os
import secrets
import stat
import time
from pathlib import Path

from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage.database import told

ABANDONED_SECONDS = 600
"""Nothing is written for so long; a file of 100 MB takes seconds."""


class Originals:
    """A folder ``ab/abcdef…`` of files named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def incoming(self) -> Path:
        """Where files lie until they are whole."""
        return self.folder / "incoming"

    def sweep(self) -> int:
        """Remove what killed processes left half-written; how many files that were.

        What another program is writing right now is younger than ``ABANDONED_SECONDS``.
        """
        swept, latest = 0, time.time() - ABANDONED_SECONDS
        for part in self.incoming.glob("*.part"):
            with contextlib.suppress(OSError):  # another program may sweep too
                if part.stat().st_mtime < latest:
                    part.chmod(stat.S_IWUSR | stat.S_IRUSR)  # Windows removes no read-only file
                    part.unlink()
                    swept += 1
        return swept

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes, sha256: str) -> Path:
        """Keep ``data``; does nothing if it is there. Raises ``StorageError`` (full, read-only).

        The file appears under its name only when it is whole and on disk, so that a killed
        process leaves at most a stray temporary file.
        """
        target = self.path(sha256)
        if target.exists():
            return target
        part = str(self.incoming / f"{secrets.token_hex(8)}.part")
        with told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            self.incoming.mkdir(exist_ok=True)
            try:
                with open(part, "xb", opener=_read_only) as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, target)  # noqa: PTH105 - called for every image of a gallery
                _sync_folder(target.parent)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise
        return target

    def get(self, sha256: str) -> bytes:
        """Raises ``IntegrityError`` if the file is gone or no longer what it was."""
        target = self.path(sha256)
        try:
            data = target.read_bytes()
        except FileNotFoundError as error:
            raise IntegrityError(
                "the stored original is missing.",
                subject=str(target),
                remedy="Put back a copy of the originals folder.",
            ) from error
        except OSError as error:
            raise StorageError(f"{error.strerror}.", subject=str(target)) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IntegrityError(
                "the stored original was changed.",
                subject=str(target),
                remedy="Put back a copy of the originals folder.",
            )
        return data


def _read_only(name: str, flags: int) -> int:
    """Whoever opened it may write; nobody who opens it later."""
    return os.open(name, flags, stat.S_IRUSR | stat.S_IRGRP)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; Windows has no such call and does it by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
