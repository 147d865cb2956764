"""Channels of any depth to 8 bits, strip by strip."""

from typing import Any

import numpy as np
import numpy.typing as npt

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading.content import Pixels, strips

Values = npt.NDArray[Any]

SHORT = (10, 12)
"""Bits that scanners and cameras use of 16: full white is then so dark that nothing else is meant
by values that end there."""


def to_8_bits(values: Values, notes: list[Note], *, white: int = 0) -> Pixels:
    """Full scale to full scale. ``values``: (height, width[, channels]) of any real number type;
    ``white``: the value of full white where the file says so, else 0.

    uint16 that ends within 10 or 12 bits is read as such. Wider integers and floats have no agreed
    full scale: floats within 0..1, integers within 16 bits and those that use the upper half of
    their type are read as such; all else by its own range.
    """
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8 and not 0 < white < 255:
        return values
    low, high = _range(values)
    start, end = _scale(values.dtype, low, high, white, notes)
    if values.dtype.kind == "u" and values.itemsize <= 2:
        return _by_table(values, end)
    height, width = values.shape[:2]
    scaled = np.empty(values.shape, np.uint8)
    factor = 255.0 / max(end - start, 1e-30)
    for top, bottom in strips(width * values[:1, :1].size, height):
        part = values[top:bottom].astype(np.float64 if values.itemsize > 2 else np.float32)
        part = np.nan_to_num(part, copy=False, nan=0.0, posinf=high, neginf=low)
        part = (part - start) * factor
        scaled[top:bottom] = np.clip(np.rint(part, out=part), 0, 255, out=part)
    return scaled


def _by_table(values: Values, end: float) -> Pixels:
    levels = np.arange(2 ** (8 * values.itemsize)) * (255.0 / end)
    table = np.minimum(np.rint(levels), 255).astype(np.uint8)
    scaled = np.empty(values.shape, np.uint8)
    for top, bottom in strips(values[:1].size, len(values)):
        scaled[top:bottom] = table[values[top:bottom]]
    return scaled


def _range(values: Values) -> tuple[float, float]:
    """Lowest and highest finite value."""
    if not np.issubdtype(values.dtype, np.floating):
        return float(values.min()), float(values.max())
    low, high = np.inf, -np.inf
    for top, bottom in strips(values[:1].size, len(values)):
        part = values[top:bottom]
        finite = part[np.isfinite(part)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 1.0)


def _scale(
    kind: np.dtype[Any], low: float, high: float, white: int, notes: list[Note]
) -> tuple[float, float]:
    """The values that are black and full white."""
    if np.issubdtype(kind, np.floating):
        if low >= 0 and high <= 1:
            return 0.0, 1.0
    elif kind.kind == "u" and kind.itemsize <= 2:
        full = 2 ** (8 * kind.itemsize) - 1
        bits = _bits(int(high), white, full)
        if 2**bits - 1 < full:
            notes.append(Note(NoteCode.BITS, (bits,)))
        return 0.0, float(2**bits - 1)
    elif low >= 0 and high <= 65535:
        return 0.0, 65535.0
    elif kind.kind == "u" and high >= 2 ** (8 * kind.itemsize - 1):
        return 0.0, float(2 ** (8 * kind.itemsize) - 1)
    notes.append(Note(NoteCode.RANGE, (f"{low:g}", f"{high:g}")))
    return low, high


def _bits(high: int, white: int, full: int) -> int:
    whole = int(full).bit_length()
    if max(high, 1) <= white < full:
        return int(white).bit_length()
    if full == 65535:
        return next((bits for bits in SHORT if 2 ** (bits - 2) <= high < 2**bits), whole)
    return whole
