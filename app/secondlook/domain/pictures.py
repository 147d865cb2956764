"""What decoding had to decide about a picture, and what of it is damaged: codes and values."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from secondlook.domain.faces import Box, Face, Quality

REACH = 0.25
"""Share of a face's box added on each side: as far as the aligned crop of a face reaches."""


class NoteCode(StrEnum):
    """The words are in ``texts.pictures``; in brackets the values that a note brings."""

    PAGE = "page"  # (page counted from 1, pages)
    MOMENT = "moment"  # (second, picture counted from 1, pictures)
    PROFILE = "profile"  # (its name)
    PROFILE_BROKEN = "profile_broken"
    CMYK = "cmyk"
    TRANSPARENT = "transparent"
    ORIENTATION_BROKEN = "orientation_broken"
    RANGE = "range"  # (lowest, highest value)
    BITS = "bits"  # (bits that are used)
    COLOUR_MAP = "colour_map"
    NEGATIVE = "negative"
    DEVELOPED = "developed"
    RENDERED = "rendered"  # (dots per inch)
    LEADING = "leading"  # (bytes)
    END_MISSING = "end_missing"
    DAMAGED = "damaged"  # ()
    DAMAGED_FROM = "damaged_from"  # (left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class Note:
    code: NoteCode
    values: tuple[str | int | float, ...] = ()

    def to_list(self) -> list[str | int | float]:
        return [self.code.value, *self.values]

    @classmethod
    def from_list(cls, stored: list[Any]) -> "Note":
        code, *values = stored
        return cls(NoteCode(code), tuple(values))


@dataclass(frozen=True, slots=True)
class Damage:
    """``region``: px of the upright picture, in which its pixels may be wrong; None where that
    cannot be told, so that it may be anywhere."""

    region: Box | None = None

    def touches(self, face: Face) -> bool:
        """Whether the crop that a face is compared by may hold wrong pixels."""
        if self.region is None:
            return True
        box, part = face.box, self.region
        reach = REACH * box.size
        return (
            box.x - reach < part.x + part.width
            and part.x < box.x + box.width + reach
            and box.y - reach < part.y + part.height
            and part.y < box.y + box.height + reach
        )

    def to_dict(self) -> dict[str, Any]:
        return {"region": asdict(self.region) if self.region else None}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Damage":
        region = stored["region"]
        return cls(Box(**region) if region else None)

    @property
    def note(self) -> Note:
        if self.region is None:
            return Note(NoteCode.DAMAGED)
        part = self.region
        corners = (part.x, part.y, part.x + part.width, part.y + part.height)
        return Note(NoteCode.DAMAGED_FROM, tuple(round(v) for v in corners))


def as_damaged(quality: Quality, face: Face, damage: Damage | None) -> Quality:
    """What damage touches is not in the picture: no share of such a face is inside."""
    touched = damage and (damage.touches(face) or damage.touches(face.seen))
    return replace(quality, inside=0.0) if touched else quality
