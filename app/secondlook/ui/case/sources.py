"""Where a probe can come from: dropped or chosen files, files or pictures on the clipboard."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from secondlook.domain.formats import BY_SUFFIX, JPEG, patterns
from secondlook.ui.drops import Dropped

IMAGE_FILTER = patterns()


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a picture that is not a file yet; and the name to show. ``page``: which picture
    of the file, from 0; None until one was chosen."""

    data: Path | QImage | bytes
    name: str
    page: int | None = None

    def with_page(self, page: int) -> "Source":
        return replace(self, page=page)

    @property
    def may_hold_several(self) -> bool:
        """By its name. What stands behind the picture in a JPEG is made for other uses."""
        kind = BY_SUFFIX.get(self.data.suffix.lower()) if isinstance(self.data, Path) else None
        return kind is not None and kind.pages and kind is not JPEG

    def payload(self) -> Path | bytes:
        """What ``identify.add_probe`` takes. Encodes a picture, so call it in a lane."""
        return png_bytes(self.data) if isinstance(self.data, QImage) else self.data


def file_source(path: Path) -> Source:
    return Source(path, path.name)


def sources_of(found: Dropped) -> list[Source]:
    """The images that a drop or the clipboard brings: its files, else its picture."""
    if found.picture is not None:
        return [Source(found.picture, found.name)]
    return [file_source(path) for path in found.files]


def png_bytes(image: QImage) -> bytes:
    """Without loss: the clipboard's pixels become the original."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
