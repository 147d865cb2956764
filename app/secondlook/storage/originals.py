"""Originals, stored once by SHA-256, read-only, never rewritten."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from secondlook.domain.errors import IntegrityError, StorageError
from secondlook.storage.database import told


class Originals:
    """A folder ``ab/abcdef…`` of files named by the SHA-256 of their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
        part = f"{target}.{secrets.token_hex(4)}.part"
        with told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
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
