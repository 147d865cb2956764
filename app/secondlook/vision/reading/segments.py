"""Strips and tiles of a TIFF file to one array, whatever their samples are.

Pillow has no modes for most of them and scrambles or clips them; tifffile reads the directory, and
what a strip was packed with is undone here.
"""

import io
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pylibjxl
import tifffile
from PIL import Image

from secondlook.domain.errors import ImageFault
from secondlook.domain.faces import Box
from secondlook.domain.pictures import Damage
from secondlook.vision.reading.content import Refused
from secondlook.vision.reading.depth import Values

NONE, LZW, DEFLATE, PACKBITS = 1, 5, (8, 32946), 32773
WEBP, JPEG_XL = (50001, 34927), (50002, 52546)
_PREDICTED, _FLOAT_PREDICTED = 2, 3
MAX_CHANNELS, MOST = 32, 1_600_000_000
"""Channels, and bytes of samples."""

_KINDS = {1: "u", 2: "i", 3: "f"}  # SampleFormat


def can_unpack(page: tifffile.TiffPage) -> bool:
    known = (NONE, LZW, *DEFLATE, PACKBITS, *WEBP, *JPEG_XL)
    return page.compression in known and page.sampleformat in _KINDS


def samples(data: bytes, page: tifffile.TiffPage) -> tuple[Values, Damage | None]:
    """(height, width, channels), and where strips are missing or cannot be unpacked.

    Raises ``Refused`` where nothing can be.
    """
    kind = _dtype(page)
    channels = page.samplesperpixel
    planar = page.planarconfig == 2 and channels > 1
    width, height = page.imagewidth, page.imagelength
    wide = page.tilewidth if page.is_tiled else width
    high = page.tilelength if page.is_tiled else min(page.rowsperstrip or height, height)
    if min(wide, high) < 1:
        raise Refused("the TIFF data contradicts itself on its strips.")
    if (
        channels > MAX_CHANNELS
        or max(width * height, wide * high) * channels * kind.itemsize > MOST
    ):
        raise Refused(
            f"the TIFF holds {channels} channels of {8 * kind.itemsize} bits: more than fit.",
            "Save it with three channels of 8 bits.",
            ImageFault.TOO_LARGE,
        )
    across, down = -(-width // wide), -(-height // high)
    deep = 1 if planar else channels
    whole = np.zeros((height, width, channels), kind)
    count = across * down * (channels if planar else 1)
    failed = []
    for number in range(count):
        plane, place = divmod(number, across * down)
        top, left = place // across * high, place % across * wide
        rows = high if page.is_tiled else min(high, height - top)
        try:
            part = _segment(data, page, number, (rows, wide, deep), kind)
        except Exception:  # noqa: BLE001 - whatever damaged bytes do to the unpackers
            failed.append((left, top, min(left + wide, width), min(top + high, height)))
            continue
        part = part[: height - top, : width - left]
        space = slice(plane, plane + 1) if planar else slice(None)
        whole[top : top + part.shape[0], left : left + part.shape[1], space] = part
        if part.shape[0] < min(rows, height - top):
            failed.append((left, top + part.shape[0], min(left + wide, width), top + rows))
    if len(failed) == count and min(part[1] for part in failed) == 0:
        raise Refused("the TIFF data is damaged or cut short: none of its strips can be read.")
    return whole, _hull(failed)


def _hull(failed: list[tuple[int, int, int, int]]) -> Damage | None:
    if not failed:
        return None
    lefts, tops, rights, bottoms = zip(*failed, strict=True)
    left, top = min(lefts), min(tops)
    return Damage(Box(left, top, max(rights) - left, max(bottoms) - top))


def _dtype(page: tifffile.TiffPage) -> np.dtype[Any]:
    """Raises ``Refused`` for samples that no array holds."""
    bits, kind = page.bitspersample, _KINDS[page.sampleformat]
    if kind == "f" and bits in (16, 32, 64):
        return np.dtype(f"f{bits // 8}")
    if kind != "f" and 1 <= bits <= 64:
        return np.dtype(f"{kind}{next(size for size in (1, 2, 4, 8) if bits <= 8 * size)}")
    raise Refused(
        f"the TIFF holds samples of {bits} bits of a kind that is not read.",
        "Save it with 8 or 16 bits a channel.",
    )


def _segment(
    data: bytes,
    page: tifffile.TiffPage,
    number: int,
    shape: tuple[int, int, int],
    kind: np.dtype[Any],
) -> Values:
    """Rows of one strip or tile: fewer than ``shape`` says where the file ends before."""
    start, size = page.dataoffsets[number], page.databytecounts[number]
    packed = data[start : start + size]
    if not packed:
        raise ValueError("nothing there")
    rows, wide, deep = shape
    if page.compression in WEBP:
        return _picture(packed, shape)
    if page.compression in JPEG_XL:
        return np.asarray(pylibjxl.decode(packed)).reshape(shape)
    bits = page.bitspersample
    line = (wide * deep * bits + 7) // 8
    raw = _unpacked(packed, page, line * rows)
    present = min(len(raw) // line, rows)
    if present < 1:
        raise ValueError("less than a row")
    lines = np.frombuffer(raw, np.uint8, line * present).reshape(present, line)
    shape = (present, wide, deep)
    if bits not in (8, 16, 32, 64):
        return _of_bits(lines, wide * deep, bits).reshape(shape).astype(kind)
    if page.predictor == _FLOAT_PREDICTED:
        return _floats(lines, shape, kind)
    order = kind.newbyteorder(page.parent.byteorder)
    values = lines.view(order).astype(kind).reshape(shape)
    if page.predictor == _PREDICTED:
        values = np.cumsum(values, axis=1, dtype=kind)
    return values


def _unpacked(packed: bytes, page: tifffile.TiffPage, size: int) -> bytes:
    if page.fillorder == 2:
        table = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
        packed = packed.translate(table)
    if page.compression == NONE:
        return packed
    if page.compression in DEFLATE:
        return zlib.decompressobj().decompress(packed, size)
    return _by_libtiff(packed, int(page.compression), size)


def _by_libtiff(packed: bytes, compression: int, size: int) -> bytes:
    """LZW and PackBits, undone by the libtiff in Pillow: one strip of a grey picture a row high."""
    tags = [(256, size), (257, 1), (258, 8), (259, compression), (262, 1), (273, 8), (277, 1),
            (278, 1), (279, len(packed))]  # fmt: skip
    directory = struct.pack("<H", len(tags))
    directory += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    padded = packed + b"\0" * (len(packed) % 2)
    file = b"II*\0" + struct.pack("<I", 8 + len(padded)) + padded + directory + bytes(4)
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        return image.tobytes()


def _picture(packed: bytes, shape: tuple[int, int, int]) -> Values:
    with Image.open(io.BytesIO(packed), formats=("WEBP",)) as image:
        mode = {1: "L", 3: "RGB", 4: "RGBA"}[shape[2]]
        if image.size[0] != shape[1] or image.size[1] > shape[0]:
            raise ValueError("another size than its strip")
        return np.asarray(image.convert(mode)).reshape(image.size[1], shape[1], shape[2])


def _of_bits(lines: npt.NDArray[np.uint8], count: int, bits: int) -> Values:
    """Samples that are packed without padding, highest bit first."""
    loose = np.unpackbits(lines, axis=1)[:, : count * bits].reshape(len(lines), count, bits)
    values = np.zeros((len(lines), count), np.uint64)
    for k in range(bits):
        values = values << np.uint64(1) | loose[:, :, k]
    return values


def _floats(
    lines: npt.NDArray[np.uint8], shape: tuple[int, int, int], kind: np.dtype[Any]
) -> Values:
    """The predictor of floats: bytes by weight, differences along the row (Adobe, 2005)."""
    present, wide, deep = shape
    steps = lines.reshape(present, -1, deep)
    flat = np.cumsum(steps, axis=1, dtype=np.uint8).reshape(present, kind.itemsize, wide * deep)
    big = np.ascontiguousarray(flat.transpose(0, 2, 1)).view(kind.newbyteorder(">"))
    return big.reshape(shape).astype(kind)
