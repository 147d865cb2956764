"""Where a picture's XMP is: inside a JPEG, or in a file beside it. Pixels are not decoded."""

from collections.abc import Iterator
from pathlib import Path

from secondlook.domain.regions import LARGEST, Region, regions

XMP = b"http://ns.adobe.com/xap/1.0/\0"
"""Of the APP1 segment that holds the packet (XMP specification, part 3, section 1.1.3)."""

EXIF = b"Exif\0\0"
ORIENTATION = 0x0112


def named_faces(path: Path, data: bytes) -> list[Region]:
    """Of the bytes of a picture, or else of the sidecars of the file: ``a.jpg.xmp``, ``a.xmp``.

    Where a JPEG is stored turned, programs do not agree on what its regions refer to: none then.
    """
    if _turned(data):
        return []
    inside = (s.removeprefix(XMP) for s in _segments(data) if s.startswith(XMP))
    found = regions(next(inside, b""))
    for sidecar in (path.with_name(path.name + ".xmp"), path.with_suffix(".xmp")):
        found = found or regions(_beside(sidecar))
    return found


def _beside(sidecar: Path) -> bytes:
    try:
        with sidecar.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return b""


def _segments(data: bytes) -> Iterator[bytes]:
    """The APP1 segments of a JPEG before its scan."""
    at = 2
    while data[:2] == b"\xff\xd8" and data[at : at + 1] == b"\xff" and at + 4 <= len(data):
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 0xDA or length < 2:
            return
        if kind == 0xE1:
            yield data[at + 4 : at + 2 + length]
        at += 2 + length


def _turned(data: bytes) -> bool:
    exif = next((s.removeprefix(EXIF) for s in _segments(data) if s.startswith(EXIF)), b"")
    little = exif[:2] == b"II"

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if little else "big")

    first = number(4, 4)
    for entry in range(number(first, 2) if exif else 0):
        at = first + 2 + 12 * entry
        if number(at, 2) == ORIENTATION:
            return number(at + 8, 2) not in (0, 1)
    return False
