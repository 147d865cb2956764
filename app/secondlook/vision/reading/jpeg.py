"""JPEG, also where it is damaged: what libjpeg warns of is not lost, as Pillow would."""

import io
import re
from dataclasses import dataclass, replace

import numpy as np
import simplejpeg
from PIL import Image

from secondlook.domain.faces import Box
from secondlook.domain.pictures import Damage, Note, NoteCode
from secondlook.vision.reading import pillow
from secondlook.vision.reading.colour import array_to_bgr
from secondlook.vision.reading.content import (
    Content,
    File,
    Pixels,
    Refused,
    check_size,
    page_notes,
)
from secondlook.vision.reading.turning import upright, upright_damage

PLUGINS = ("JPEG", "MPO")
END = b"\xff\xd9"
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_PLAIN = (0xC0, 0xC1)  # frames whose pixels come from top to bottom, in one scan or a few
_SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD9)}

RUN = 16
"""So many like bytes do not happen in a scan that matters: a block that was never written."""
BACK = 64
"""Bytes before damage that are taken back, so that the last good row is not trusted too far."""

BLEED = 2
"""Rows above a block that its colours reach, where colours are stored at half the resolution."""

# Warnings that speak of the file around the pixels, and not of the pixels.
_HARMLESS = re.compile("unknown Adobe|Inconsistent progression|Unknown.*marker|revision number")
_LEFT_OVER = re.compile(r"(\d+) extraneous bytes before marker 0xd9")


def read(file: File) -> Content:
    data = file.data
    with Image.open(io.BytesIO(data), formats=PLUGINS) as image:
        check_size(*image.size)
        pages = int(getattr(image, "n_frames", 1))
        if file.page or image.mode not in _SPACES:
            return pillow.read(file, PLUGINS)
        notes = page_notes(0, pages)
        mode, size = image.mode, image.size
        turn = pillow.orientation(image, notes)
        profile = pillow.profile_of(image)
        inverted = mode == "CMYK" and "adobe" in image.info
    found = pillow.convert(profile, mode, notes)
    ready = mode == "RGB" and found.transform is None  # needs no second copy
    values, damage = _decode(data, "BGR" if ready else _SPACES[mode], notes)
    if values.shape[:2] != size[::-1]:
        raise Refused("the JPEG data contradicts itself on the size of the picture.")
    values = values[:, :, 0] if mode == "L" and values.ndim == 3 else values
    if inverted:
        np.subtract(255, values, out=values)
    pixels = values if ready else array_to_bgr(values, found)
    damage = upright_damage(damage, turn, *size)
    return Content(upright(pixels, turn), pages, notes, damage)


def _decode(data: bytes, space: str, notes: list[Note]) -> tuple[Pixels, Damage | None]:
    """Raises ``Refused`` where nothing can be read."""
    try:
        values = _strict(data, space)
        return values, _unnoticed(data, values, space)
    except ValueError as error:
        warning = str(error)
    if "Premature end of JPEG file" in warning:
        data += END
        try:
            values = _strict(data, space)
        except ValueError as error:
            warning = str(error)
        else:
            notes.append(Note(NoteCode.END_MISSING))
            return values, None
    try:
        values = simplejpeg.decode_jpeg(data, space, strict=False)
    except ValueError as error:
        raise Refused(f"the JPEG data is damaged ({error}).") from error
    if _HARMLESS.search(warning) or _padded(data, warning):
        return values, None
    return values, _damage(data, values, space)


def _strict(data: bytes, space: str) -> Pixels:
    """Raises ``ValueError`` for whatever libjpeg warns of."""
    values: Pixels = simplejpeg.decode_jpeg(data, space, strict=True)
    return values


def _padded(data: bytes, warning: str) -> bool:
    """Whether all that is wrong are fill bytes before the end, which cameras leave there."""
    left = _LEFT_OVER.search(warning)
    if not left:
        return False
    tail = data[: data.rfind(END)][-int(left[1]) :]
    return not tail.strip(b"\0") or not tail.strip(b"\xff")


def _damage(data: bytes, values: Pixels, space: str) -> Damage:
    """From where rows may be wrong, as far as the bytes tell."""
    found, whole = _scan(data), Damage()
    scan = found.start
    if not found.plain:
        return whole  # each part of a progressive file adds to every row
    last = len(data) - len(END)
    if block := _unwritten(data, scan):
        first = block[0]
    elif data.find(END, scan) == last:
        first = last  # cut, and the end put there
    else:
        return whole
    row = _first_row(data, scan, first, space)
    height, width = values.shape[:2]
    if row is None or row >= height:
        return whole
    return Damage(Box(0, row, width, height - row))


@dataclass(frozen=True, slots=True)
class _Scan:
    """frame: the marker of its kind. start: where the first scan's bits begin; 0 where none was
    reached. flat_is_zero: whether a surface of one colour would be a run of zero bits."""

    frame: int = 0
    start: int = 0
    flat_is_zero: bool = True

    @property
    def plain(self) -> bool:
        return self.frame in _PLAIN and self.start > 0


def _scan(data: bytes) -> _Scan:
    at, found = 2, _Scan()
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SIZED:
            found = replace(found, frame=marker)
        if marker == 0xC4:
            flat = found.flat_is_zero and _zero_is_nothing(data[at + 4 : at + 2 + size])
            found = replace(found, flat_is_zero=flat)
        at += 2 + size
        if marker == 0xDA:
            return replace(found, start=at)
    return found


def _zero_is_nothing(tables: bytes) -> bool:
    """Whether in all these Huffman tables the code of zeros, which is the first, says that nothing
    changes (DC) and that nothing follows (AC)."""
    while len(tables) > 17:
        if tables[17] != 0:
            return False
        tables = tables[17 + sum(tables[1:17]) :]
    return True


def _unwritten(data: bytes, scan: int) -> tuple[int, int] | None:
    """Where the first block lies that was never written, from and to."""
    end = data.find(END, scan)
    end = end if end > 0 else len(data)
    found = [(data.find(fill * RUN, scan, end), fill) for fill in (b"\0", b"\xff")]
    first, fill = min((one for one in found if one[0] >= 0), default=(-1, b""))
    if first < 0:
        return None
    return first, end - len(data[first:end].lstrip(fill))


def _unnoticed(data: bytes, values: Pixels, space: str) -> Damage | None:
    """Damage that libjpeg does not warn of: it took a block of zeros for pixels, and had made all
    of them before the bits ended.

    A flat surface can be a run of zeros too; then the last bits matter, and changing them shows.
    """
    scan = _scan(data)
    block = _unwritten(data, scan.start) if scan.plain else None
    if block and not (scan.flat_is_zero and data[block[0]] == 0):
        return _damage(data, values, space)
    after = re.compile(rb"\xff[\xd0-\xd9]").search(data, block[1]) if block else None
    if not block or not after or after.start() - RUN < block[1]:
        return None
    changed = data[: after.start() - RUN] + b"\x55" * RUN + data[after.start() :]
    other = simplejpeg.decode_jpeg(changed, space, strict=False)
    return _damage(data, values, space) if np.array_equal(other, values) else None


def _first_row(data: bytes, scan: int, damaged: int, space: str) -> int | None:
    """The first row that the bytes just before the damage have a part in.

    Two readings, cut at two places before the damage, differ from there on: rows above are made
    of bytes that both have. None where they do not differ, or nothing is left to read.
    """
    last = max(damaged - 1, scan)
    try:
        longer, shorter = (
            simplejpeg.decode_jpeg(data[:cut] + END, space, strict=False)
            for cut in (last, max(last - BACK, scan))
        )
    except ValueError:
        return None
    rows = np.flatnonzero((longer != shorter).reshape(len(longer), -1).any(axis=1))
    return max(0, int(rows[0]) // 8 * 8 - BLEED) if len(rows) else None
