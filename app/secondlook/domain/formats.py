"""The kinds of files that people bring: one table for planning, dialogs, drops and the decoder.

A file is what its first bytes say; its suffix only tells which files of a folder are pictures.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

MAX_BYTES = 300_000_000
"""Of a file: an A4 page at 600 dpi without compression has a third of it."""

CARVED = 4096
"""Bytes of something else that may stand before a picture: a carver that began sectors early."""


class Reader(StrEnum):
    """Which part of ``vision.reading`` makes pixels of it."""

    PILLOW = "pillow"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    JXL = "jxl"
    RAW = "raw"
    PDF = "pdf"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Format:
    """name: as it reads after "this is". reader: None where it is known and not read.

    magic: (offset, bytes) of which one stands in every such file; what is listed first wins.
    carved: the first bytes are long enough to be looked for behind something else.
    pages, alpha: whether it may bring several pictures, transparent parts. depth: most bits of a
    channel. plugin: Pillow's names for it.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    magic: tuple[tuple[int, bytes], ...]
    reader: Reader | None
    depth: int = 8
    pages: bool = False
    alpha: bool = False
    carved: bool = False
    plugin: tuple[str, ...] = ()


def _brands(*brands: bytes) -> tuple[tuple[int, bytes], ...]:
    """Files of boxes (ISO 14496-12) say what they are in their first one."""
    return tuple((4, b"ftyp" + brand) for brand in brands)


_TIFF_MAGIC = ((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+"))

JPEG = Format(
    "a JPEG picture", (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"), "image/jpeg",
    ((0, b"\xff\xd8\xff"),), Reader.JPEG, pages=True, carved=True, plugin=("JPEG", "MPO"),
)  # fmt: skip
PNG = Format(
    "a PNG picture", (".png", ".apng"), "image/png",
    ((0, b"\x89PNG\r\n\x1a\n"),), Reader.PNG,
    depth=16, pages=True, alpha=True, carved=True, plugin=("PNG",),
)  # fmt: skip
WEBP = Format(
    "a WebP picture", (".webp",), "image/webp",
    ((8, b"WEBPVP8"),), Reader.PILLOW, pages=True, alpha=True, carved=True, plugin=("WEBP",),
)  # fmt: skip
AVIF = Format(
    "an AVIF picture", (".avif", ".avifs"), "image/avif",
    _brands(b"avif", b"avis"), Reader.PILLOW,
    depth=12, pages=True, alpha=True, carved=True, plugin=("AVIF",),
)  # fmt: skip
HEIF = Format(
    "a HEIC picture", (".heic", ".heif", ".heics", ".heifs", ".hif"), "image/heic",
    _brands(b"hei", b"hev", b"mif1", b"msf1"), Reader.PILLOW,
    depth=12, pages=True, alpha=True, carved=True, plugin=("HEIF",),
)  # fmt: skip
RAW = Format(
    "a camera's raw file",
    (".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".sr2", ".srf", ".raf", ".orf",
     ".rw2", ".rwl", ".pef", ".srw", ".3fr", ".fff", ".iiq", ".mef", ".mos", ".erf", ".kdc",
     ".dcr", ".x3f"),
    "image/x-raw",
    ((8, b"CR\x02\0"), (6, b"HEAPCCDR"), (0, b"FUJIFILMCCD-RAW"), (0, b"IIRO"), (0, b"IIRS"),
     (0, b"MMOR"), (0, b"IIU\0"), (0, b"FOVb"), *_brands(b"crx ")),
    Reader.RAW, depth=16,
)  # fmt: skip
"""Most are TIFF files by their first bytes: ``vision.reading.tiff`` tells by what is in them."""
TIFF = Format(
    "a TIFF picture", (".tif", ".tiff", ".tf8", ".btf"), "image/tiff",
    _TIFF_MAGIC, Reader.TIFF, depth=64, pages=True, alpha=True, plugin=("TIFF",),
)  # fmt: skip
GIF = Format(
    "a GIF picture", (".gif",), "image/gif",
    ((0, b"GIF87a"), (0, b"GIF89a")), Reader.PILLOW,
    pages=True, alpha=True, carved=True, plugin=("GIF",),
)  # fmt: skip
BMP = Format(
    "a BMP picture", (".bmp", ".dib"), "image/bmp",
    ((0, b"BM"),), Reader.PILLOW, alpha=True, plugin=("BMP",),
)  # fmt: skip
JPEG_2000 = Format(
    "a JPEG 2000 picture", (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"), "image/jp2",
    ((0, b"\0\0\0\x0cjP  \r\n\x87\n"), (0, b"\xff\x4f\xff\x51\0")), Reader.PILLOW,
    depth=16, alpha=True, carved=True, plugin=("JPEG2000",),
)  # fmt: skip
JPEG_XL = Format(
    "a JPEG XL picture", (".jxl",), "image/jxl",
    ((0, b"\xff\x0a"), (0, b"\0\0\0\x0cJXL \r\n\x87\n")), Reader.JXL,
    depth=32, pages=False, alpha=True,
)  # fmt: skip
PDF = Format(
    "a PDF document", (".pdf",), "application/pdf",
    ((0, b"%PDF-"),), Reader.PDF, pages=True, carved=True,
)  # fmt: skip
VIDEO = Format(
    "a video",
    (".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".avi", ".mkv", ".webm", ".mpg", ".mpeg",
     ".wmv", ".asf", ".flv"),
    "video/mp4",
    ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"), (8, b"AVI LIST"),
     (0, b"\x1a\x45\xdf\xa3"), (0, b"\0\0\x01\xba"), (0, b"\0\0\x01\xb3"),
     (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), (0, b"FLV\x01")),
    Reader.VIDEO, pages=True,
)  # fmt: skip


def _unread(name: str, suffixes: tuple[str, ...], *magic: tuple[int, bytes]) -> Format:
    return Format(name, suffixes, "", magic, None)


FORMATS: tuple[Format, ...] = (
    JPEG, PNG, WEBP, AVIF, HEIF, RAW, TIFF, GIF, BMP, JPEG_2000, JPEG_XL, PDF, VIDEO,
    _unread("a Photoshop document", (".psd", ".psb"), (0, b"8BPS")),
    _unread("a GIMP drawing", (".xcf",), (0, b"gimp xcf")),
    _unread("a drawing of lines", (".svg", ".eps", ".ai", ".wmf", ".emf"),
            (0, b"<svg"), (0, b"%!PS"), (0, b"\xd7\xcd\xc6\x9a")),
    _unread("an icon", (".ico", ".cur", ".icns"), (0, b"\0\0\1\0"), (0, b"icns")),
    _unread("a JPEG XR picture", (".jxr", ".wdp", ".hdp"), (0, b"II\xbc\1")),
    _unread("a picture of a seldom kind",
            (".tga", ".pcx", ".ppm", ".pgm", ".pbm", ".pnm", ".exr", ".hdr", ".dcm", ".bpg",
             ".pict", ".pct", ".fits", ".sgi", ".ras", ".xbm", ".xpm"),
            (0, b"\x76\x2f\x31\x01"), (0, b"#?RADIANCE"), (128, b"DICM"), (0, b"BPG\xfb"),
            (0, b"SIMPLE  =")),
    _unread("a camcorder's video", (".mts", ".m2ts", ".ts", ".vob")),
    _unread("an office document",
            (".doc", ".docx", ".odt", ".ppt", ".pptx", ".odp", ".xls", ".xlsx", ".ods", ".pages"),
            (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    _unread("an archive", (".zip", ".7z", ".rar", ".tar", ".gz"),
            (0, b"PK\3\4"), (0, b"7z\xbc\xaf"), (0, b"Rar!"), (0, b"\x1f\x8b\x08")),
    _unread("a web page", (".html", ".htm", ".mht", ".mhtml"),
            (0, b"<!DOCTYPE html"), (0, b"<!doctype html"), (0, b"<html")),
)  # fmt: skip

READ = tuple(kind for kind in FORMATS if kind.reader)
BY_SUFFIX = {suffix: kind for kind in FORMATS for suffix in kind.suffixes}
SAVE_AS = "Save it as JPEG, PNG or TIFF and try again."


def is_known(name: str | PurePath) -> bool:
    """Whether a file of this name is of a kind in the table, read or not."""
    return PurePath(name).suffix.lower() in BY_SUFFIX


def patterns() -> str:
    """For a file dialog: ``*.jpg *.jpeg …``, commonest first."""
    return " ".join(f"*{suffix}" for kind in READ for suffix in kind.suffixes)


def recognise(data: bytes) -> Format | None:
    """What the first bytes say."""
    for kind in FORMATS:
        if any(data.startswith(magic, offset) for offset, magic in kind.magic):
            return kind
    return None


def carved(data: bytes) -> tuple[int, Format] | None:
    """Where a picture begins behind at most ``CARVED`` bytes of something else, and its kind."""
    places = []
    for kind in READ if len(data) > 1 else ():
        for offset, magic in kind.magic if kind.carved else ():
            at = data.find(magic, offset, CARVED + offset + len(magic)) - offset
            if at > 0:
                places.append((at, kind))
    return min(places, key=lambda place: place[0], default=None)
