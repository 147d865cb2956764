"""From the bytes of a file to upright pixels, or to an error that names the file and the cure."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.formats import MAX_BYTES, SAVE_AS, Format, Reader, carved, recognise
from secondlook.domain.pictures import Damage, Note, NoteCode
from secondlook.vision.reading import jpeg, jxl, pdf, pillow, png, raw, tiff, video
from secondlook.vision.reading.content import Content, File, Pixels, Refused

_READERS: dict[Reader, Callable[[File], Content]] = {
    Reader.JPEG: jpeg.read,
    Reader.PNG: png.read,
    Reader.TIFF: tiff.read,
    Reader.JXL: jxl.read,
    Reader.RAW: raw.read,
    Reader.PDF: pdf.read,
    Reader.VIDEO: video.read,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image: ``pixels`` uint8 (height, width, 3), BGR, upright, sRGB.

    ``sha256`` is of the original bytes; ``notes`` tell a person what decoding had to decide.
    ``page``: which of the ``pages`` pictures of the file, from 0. ``damage``: None where the file
    gave no sign of any.
    """

    pixels: Pixels
    width: int
    height: int
    media_type: str
    sha256: str
    notes: tuple[Note, ...] = ()
    page: int = 0
    pages: int = 1
    damage: Damage | None = None


def read_original(path: Path) -> bytes:
    """The bytes of an image file. Refuses from its size on disk, before reading.

    Raises ``ImageError`` (too large, or unreadable: missing, a folder, no permission).
    """
    subject = str(path)
    try:
        if path.is_dir():
            raise _unreadable(subject, "this is a folder, not an image.", "Choose a file in it.")
        _check_bytes(path.stat().st_size, subject)
        return path.read_bytes()
    except FileNotFoundError:
        message, remedy = "the file is not there.", "Check the path, or whether it was moved."
    except PermissionError:
        message, remedy = "the file may not be read.", "Ask for permission to read it."
    except (OSError, ValueError) as error:
        message, remedy = f"the file cannot be read ({error}).", "Check the disk or the share."
    raise _unreadable(subject, message, remedy)


def decode(data: bytes, *, name: str, page: int = 0) -> Picture:
    """Decode a file of any kind in ``domain.formats``; ``name`` is used in errors only.

    ``page``: which of its pages, frames or stills. Orientation is applied, colours are brought to
    sRGB, transparency is laid over grey, and deeper channels are scaled to 8 bits. Raises
    ``ImageError``: too large (decided from the header, before any pixel is decoded) or unreadable.
    """
    _check_bytes(len(data), name)
    if not data:
        raise _unreadable(name, "the file is empty.", "Copy it again from its source.")
    sha256 = hashlib.sha256(data).hexdigest()
    kind, leading, picture = _kind(data, name)
    try:
        content = _read(File(picture, page), kind)
    except Refused as error:
        if leading:
            raise _broken(name, kind, carved_out=True) from error
        raise ImageError(error.fault, error.message, subject=name, remedy=error.remedy) from error
    except Exception as error:  # the plugins raise anything on broken bytes
        raise _broken(name, kind, carved_out=bool(leading)) from error
    notes = content.notes
    if leading:
        notes = [Note(NoteCode.LEADING, (leading,)), *notes]
    if content.damage:
        notes = [*notes, content.damage.note]
    height, width = content.pixels.shape[:2]
    return Picture(
        content.pixels, width, height, kind.media_type, sha256,
        tuple(dict.fromkeys(notes)), page, content.pages, content.damage,
    )  # fmt: skip


def _read(file: File, kind: Format) -> Content:
    if kind.reader is Reader.PILLOW:
        return pillow.read(file, kind.plugin)
    assert kind.reader is not None  # ``_kind`` refuses those
    return _READERS[kind.reader](file)


def _kind(data: bytes, name: str) -> tuple[Format, int, bytes]:
    """What it is, how many bytes stand before it, and the bytes without those."""
    kind = recognise(data)
    if kind and kind.reader:
        return kind, 0, data
    if kind:
        raise _unreadable(name, f"this is {kind.name}, which is not read.", SAVE_AS)
    if found := carved(data):
        leading, kind = found
        return kind, leading, data[leading:]
    raise _unreadable(name, "this is not an image of a known kind.", SAVE_AS)


def _broken(name: str, kind: Format, *, carved_out: bool) -> ImageError:
    if carved_out:
        return _unreadable(name, "this is not an image of a known kind.", SAVE_AS)
    what = kind.name.removeprefix("a ").removeprefix("an ")
    message = f"the data of this {what} is damaged or cut short."
    return _unreadable(name, message, "Copy the file again from its source, or export it anew.")


def _check_bytes(size: int, name: str) -> None:
    if size > MAX_BYTES:
        message = f"the file has {size / 1e6:.0f} MB; {MAX_BYTES // 1_000_000} MB is the most."
        remedy = "Save a smaller copy (a higher JPEG compression keeps the face)."
        raise ImageError(ImageFault.TOO_LARGE, message, subject=name, remedy=remedy)


def _unreadable(name: str, message: str, remedy: str) -> ImageError:
    return ImageError(ImageFault.UNREADABLE, message, subject=name, remedy=remedy)


__all__ = ["MAX_BYTES", "Picture", "Pixels", "decode", "read_original"]
