"""Files that a person asked for, written whole or not at all."""

import errno
import os
import secrets
from pathlib import Path

from secondlook.domain.errors import StorageError


def write_file(path: Path, data: bytes) -> None:
    """A file that is there is replaced only by a whole one. Raises ``StorageError``."""
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(
            f"cannot be written ({error.strerror or error}).",
            subject=str(path),
            remedy=_cure(error),
        ) from error


def _cure(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room there, or choose another place."
    return "Choose another place, or close the file where it is open."
