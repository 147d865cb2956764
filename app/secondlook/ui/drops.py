"""What a drop or the clipboard brings: files, a picture that is no file, or only an address.

Nothing is ever fetched. Where the bytes are not at hand, a sentence says what to do instead. What
is dropped is copied: the place that it comes from keeps it.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from pathlib import Path, PurePath

from PySide6.QtCore import QCoreApplication, QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage

RAW = ("image/jpeg", "image/png", "image/webp", "image/tiff", "image/avif", "image/heic")
"""The file itself, as a browser hands it over: better than the pixels that it shows."""

WINDOWS = 'application/x-qt-windows-mime;value="{}"'
"""Under which Qt on Windows passes on what a program offers that is no file yet: an attachment, a
picture on a phone."""

NAME_AT, NAME_BYTES = 4 + 72, 520
"""Of the first file in a FILEGROUPDESCRIPTORW (Windows, shlobj_core.h)."""


def tr(text: str) -> str:
    return QCoreApplication.translate("drops", text)


@dataclass(frozen=True, slots=True)
class Dropped:
    """``files`` of this machine, or else one ``picture`` with a name to show, or else the
    ``problem``: why there is nothing, and what to do. All empty: nothing of the kind."""

    files: tuple[Path, ...] = ()
    picture: bytes | QImage | None = None
    name: str = ""
    problem: str = ""


def dropped(mime: QMimeData) -> Dropped:
    urls = _urls(mime)
    files = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    if files:
        return Dropped(files)
    name = next((url.fileName() for url in urls if url.fileName()), "")
    for kind in RAW:
        if mime.hasFormat(kind) and (data := mime.data(kind).data()):
            return Dropped((), bytes(data), _named(name, kind))
    contents = WINDOWS.format("FileContents")
    if mime.hasFormat(contents) and (data := mime.data(contents).data()):
        return Dropped((), bytes(data), _described(mime) or name or tr("Dropped picture"))
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Dropped((), image, tr("Pasted picture.png"))
    for url in urls:
        if url.scheme() == "data":
            return _inside(url)
    return Dropped(problem=_problem(urls, promised=mime.hasFormat(contents)))


def offers(mime: QMimeData) -> bool:
    """Would ``dropped`` find or say anything? Cheap enough for a drag that moves."""
    promised = mime.hasFormat(WINDOWS.format("FileContents"))
    return mime.hasImage() or promised or bool(_urls(mime)) or any(map(mime.hasFormat, RAW))


def take_a_copy(event: QDropEvent) -> None:
    """Accept a drop or a drag so that its source moves nothing, whatever it proposes."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _urls(mime: QMimeData) -> list[QUrl]:
    """Also an address that was copied as text."""
    if mime.hasUrls():
        return mime.urls()
    text = mime.text().strip() if mime.hasText() else ""
    url = QUrl(text, QUrl.ParsingMode.StrictMode)
    single = bool(text) and not any(c.isspace() for c in text)
    return [url] if single and url.isValid() and url.scheme() in ADDRESSES else []


ADDRESSES = frozenset(
    {"http", "https", "data", "file", "mtp", "gphoto2", "ptp", "afc", "smb", "sftp", "ftp", "dav",
     "davs", "nfs", "blob"}
)  # fmt: skip


def _problem(urls: list[QUrl], *, promised: bool) -> str:
    schemes = {url.scheme() for url in urls}
    if schemes & {"mtp", "gphoto2", "ptp", "afc"} or (promised and not urls):
        return tr(
            "The phone or program gave only a promise of the picture. Copy it into a folder of "
            "this computer first, and drop it from there."
        )
    if schemes & {"smb", "sftp", "ftp", "dav", "davs", "nfs"}:
        return tr(
            "The share gave only an address. Open the share as a folder, or copy the picture to "
            "this computer, and drop it from there."
        )
    if urls:
        return tr(
            "The browser gave only an address, and nothing is fetched. Save the picture first, and "
            "drop or open the file."
        )
    return ""


def _named(name: str, kind: str) -> str:
    return name or "{}.{}".format(tr("Dropped picture"), kind.partition("/")[2])


def _described(mime: QMimeData) -> str:
    """What Windows calls the first of the files that are offered."""
    held = bytes(mime.data(WINDOWS.format("FileGroupDescriptorW")).data())
    if len(held) < NAME_AT + NAME_BYTES or not struct.unpack_from("<I", held)[0]:
        return ""
    name = held[NAME_AT : NAME_AT + NAME_BYTES].decode("utf-16-le", "replace")
    return PurePath(name.partition("\0")[0]).name


def _inside(url: QUrl) -> Dropped:
    """A picture that is written out in its own address."""
    head, _, body = url.toString(QUrl.ComponentFormattingOption.FullyEncoded).partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        return Dropped(problem=_problem([url], promised=False))
    text = QUrl.fromPercentEncoding(body.encode())
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Dropped(problem=_problem([url], promised=False))
    return Dropped((), data, _named("", head.removeprefix("data:").partition(";")[0]))
