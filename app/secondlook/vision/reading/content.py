"""What readers take and give, and the limits that they keep."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from secondlook.domain.errors import ImageFault
from secondlook.domain.pictures import Damage, Note, NoteCode

Pixels = npt.NDArray[np.uint8]

MAX_PIXELS = 250_000_000
MAX_ASPECT, LONG = 50, 4096
"""No picture of a person is so many times longer than wide; a strip of which the longer side has
more than ``LONG`` px would keep the detector busy for minutes."""

STRIP_PIXELS = 500_000
"""Work is done in strips of so many pixels: memory stays bounded, and other threads get a turn."""

COPY_AGAIN = "Copy the file again from its source, or export it anew."


class Refused(Exception):  # noqa: N818 - reads as a statement
    """Why a file gives no picture, and the cure; the entrance adds the file's name."""

    def __init__(
        self, message: str, remedy: str = COPY_AGAIN, fault: ImageFault = ImageFault.UNREADABLE
    ) -> None:
        super().__init__(message)
        self.message, self.remedy, self.fault = message, remedy, fault


@dataclass(frozen=True, slots=True)
class File:
    """page: which of its pictures, from 0."""

    data: bytes
    page: int = 0


@dataclass(slots=True)
class Content:
    """pixels: uint8 (height, width, 3), BGR, upright, sRGB. pages: how many could be chosen."""

    pixels: Pixels
    pages: int = 1
    notes: list[Note] = field(default_factory=list)
    damage: Damage | None = None


def check_size(width: int, height: int) -> None:
    """Before a pixel is decoded. Raises ``Refused``."""
    long, short = max(width, height), max(min(width, height), 1)
    if width < 1 or height < 1:
        raise Refused(f"the picture is {width} x {height}: it has no pixels.")
    if width * height > MAX_PIXELS:
        raise Refused(
            f"the picture is {width} x {height} ({width * height / 1e6:.0f} megapixels); "
            f"{MAX_PIXELS // 1_000_000} megapixels is the most.",
            "Crop it to the person, or save a smaller copy.",
            ImageFault.TOO_LARGE,
        )
    if long > LONG and long > MAX_ASPECT * short:
        raise Refused(
            f"the picture is {width} x {height}: its longer side is {long // short} times the "
            f"shorter, and {MAX_ASPECT} times is the most.",
            "Crop it to the person.",
            ImageFault.TOO_LARGE,
        )


def choose(page: int, pages: int, what: str = "picture") -> int:
    """``page`` if there is one. Raises ``Refused``."""
    if 0 <= page < pages:
        return page
    there = f"the file has {pages} {what}s" if pages > 1 else f"the file has one {what}"
    raise Refused(f"{there}; there is no number {page + 1}.", f"Choose one from 1 to {pages}.")


def page_notes(page: int, pages: int) -> list[Note]:
    return [Note(NoteCode.PAGE, (page + 1, pages))] if pages > 1 else []


def strips(width: int, height: int) -> list[tuple[int, int]]:
    """(top, bottom) of strips of about ``STRIP_PIXELS``."""
    rows = max(1, STRIP_PIXELS // max(width, 1))
    return [(top, min(top + rows, height)) for top in range(0, height, rows)]
