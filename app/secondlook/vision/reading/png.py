"""PNG, also where it is cut or holds a damaged block: rows before that are read."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from secondlook.domain.faces import Box
from secondlook.domain.pictures import Damage, Note, NoteCode
from secondlook.vision.reading import pillow
from secondlook.vision.reading.content import Content, File, Refused, check_size

PLUGINS = ("PNG",)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_KEPT = (b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"gAMA", b"sRGB")
_FILTERS = ("none", "sub", "up", "average", "Paeth")
_PIECE = 512
RUN = 16  # so many zeros do not happen in packed data


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    body: bytes
    sound: bool

    @property
    def written(self) -> bytes:
        return (
            struct.pack(">I", len(self.body))
            + self.kind
            + self.body
            + struct.pack(">I", zlib.crc32(self.kind + self.body))
        )


def read(file: File) -> Content:
    chunks = list(_chunks(file.data))
    ended = any(chunk.kind == b"IEND" for chunk in chunks)
    if ended and all(chunk.sound for chunk in chunks):
        return pillow.read(file, PLUGINS)
    repaired, region = _repaired(chunks)
    content = pillow.read(replace(file, data=repaired, page=0), PLUGINS)
    content.damage = region
    if region is None:
        content.notes.append(Note(NoteCode.END_MISSING))
    return content


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Up to the end, or to where the file was cut."""
    at, view = len(SIGNATURE), memoryview(data)
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = bytes(view[at + 8 : at + 8 + size])
        after = data[at + 8 + size : at + 12 + size]
        sound = after == struct.pack(">I", zlib.crc32(kind + body))
        if not kind.isalpha():
            return  # what follows is no chunk
        yield _Chunk(kind, body, sound)
        if kind == b"IEND":
            return
        at += 12 + size


def _repaired(chunks: list[_Chunk]) -> tuple[bytes, Damage | None]:
    """A file of the rows that can be read, the others black, and where those are.

    Raises ``Refused`` without a single row.
    """
    if not chunks or chunks[0].kind != b"IHDR" or len(chunks[0].body) != 13:
        raise Refused("the PNG data is damaged at its beginning.")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0].body)
    check_size(width, height)
    row = 1 + (width * depth * _CHANNELS.get(colour, 4) + 7) // 8
    most = row * height if not interlaced else 2 * row * height + 16
    raw, trusted = _inflated(chunks, most)
    rows = min(trusted // row, height)
    if len(raw) < row:
        raise Refused("the PNG data is damaged or cut short: no row of pixels can be read.")
    # Every pass of an interlaced one adds to every row.
    placed = rows and not interlaced
    region = Damage(Box(0, rows, width, height - rows)) if placed else Damage()
    filled = raw[: rows * row] if placed else _with_known_filters(raw, row)
    filled += bytes(max(0, most - len(filled)))
    parts = [SIGNATURE, chunks[0].written]
    parts += [c.written for c in chunks if c.kind in _KEPT and c.sound]
    parts += [_Chunk(b"IDAT", zlib.compress(filled, 1), True).written]
    parts += [_Chunk(b"IEND", b"", True).written]
    whole = not interlaced and rows == height
    return b"".join(parts), None if whole else region


def _with_known_filters(raw: bytes, row: int) -> bytes:
    """What damage made of the bytes that say how a row was filtered may mean nothing."""
    rows = bytearray(raw)
    for at in range(0, len(rows), row):
        rows[at] = rows[at] if rows[at] < len(_FILTERS) else 0
    return bytes(rows)


def _inflated(chunks: list[_Chunk], most: int) -> tuple[bytes, int]:
    """Bytes of rows, and how many of them stand before the first sign of damage."""
    stream, made, trusted = zlib.decompressobj(), bytearray(), -1
    for chunk in chunks:
        if chunk.kind != b"IDAT":
            continue
        wrong = _wrong_from(chunk, cut=chunk is chunks[-1])
        for at in range(0, len(chunk.body), _PIECE):
            if at + _PIECE > wrong and trusted < 0:
                trusted = len(made)
            before = stream.copy()
            piece = chunk.body[at : at + _PIECE]
            try:
                made += stream.decompress(piece, max(most - len(made), 1))
            except zlib.error:
                made += _as_far(before, piece, most - len(made))
                return bytes(made[:most]), min(len(made), most) if trusted < 0 else trusted
            if len(made) >= most:
                return bytes(made[:most]), most if trusted < 0 else trusted
    return bytes(made), len(made) if trusted < 0 else trusted


def _wrong_from(chunk: _Chunk, *, cut: bool) -> int:
    """The byte of a chunk from which it may be wrong: where a block was never written, or its
    first where that cannot be told. A chunk that was ``cut`` is right as far as it goes."""
    if chunk.sound or cut:
        return len(chunk.body) + _PIECE
    return max(chunk.body.find(bytes(RUN)), 0)


def _as_far(stream: "zlib._Decompress", piece: bytes, most: int) -> bytes:
    """Byte by byte, up to the one that cannot be."""
    made = bytearray()
    try:
        for k in range(len(piece)):
            if len(made) >= most:
                break
            made += stream.decompress(piece[k : k + 1], most)
    except zlib.error:
        pass
    return bytes(made)
