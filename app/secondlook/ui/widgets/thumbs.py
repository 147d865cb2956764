"""Small pictures that arrive later: loaded in a lane, kept while there is room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.jobs.lanes import Lane
from secondlook.ui.bridge import Bridge
from secondlook.ui.theme import Role, Theme

if TYPE_CHECKING:
    from secondlook.ui.context import Context

CACHE_BYTES = 64 * 2**20


class ThumbnailLoader(QObject):
    """Shared by all that show thumbnails: one job per key, least recently used goes first.

    Lists and tables ask ``pixmap`` while painting, ``request`` what is missing, and repaint on
    ``arrived``.
    """

    arrived = Signal(object)
    """The key: its picture, or its failure, is known now."""

    def __init__(self, lane: Callable[[], Lane], bridge: Bridge):
        super().__init__(bridge)
        self._lane = lane
        self._bridge = bridge
        self._pixmaps: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._failures: dict[Hashable, str] = {}
        self._asked: set[Hashable] = set()
        self._bytes = 0

    def pixmap(self, key: Hashable) -> QPixmap | None:
        """The picture, if it is here."""
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
        return found

    def failure(self, key: Hashable) -> str:
        """Why there is no picture; empty when nothing failed."""
        return self._failures.get(key, "")

    def request(self, key: Hashable, job: Callable[[], bytes]) -> None:
        """Load in the io lane, once; ``job`` gives the bytes of an image file."""
        if key in self._pixmaps or key in self._asked or key in self._failures:
            return
        self._asked.add(key)
        self._bridge.run(
            self._lane(),
            lambda: _decoded(job()),
            lambda image: self._keep(key, image),
            lambda error: self._refuse(key, str(error)),
            owner=self,
        )

    def clear(self) -> None:
        """Keep nothing."""
        self._pixmaps.clear()
        self._failures.clear()
        self._bytes = 0

    def _keep(self, key: Hashable, image: QImage) -> None:
        self._asked.discard(key)
        pixmap = QPixmap.fromImage(image)
        self._pixmaps[key] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > CACHE_BYTES and len(self._pixmaps) > 1:
            _, oldest = self._pixmaps.popitem(last=False)
            self._bytes -= _size(oldest)
        self.arrived.emit(key)

    def _refuse(self, key: Hashable, reason: str) -> None:
        self._asked.discard(key)
        self._failures[key] = reason
        self.arrived.emit(key)


def _decoded(data: bytes) -> QImage:
    image = QImage.fromData(data)
    if image.isNull():
        raise SecondLookError("The picture cannot be shown.")
    return image


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def paint_thumbnail(painter: QPainter, area: QRectF, pixmap: QPixmap, radius: float = 6) -> None:
    """Fill ``area`` with the picture, whole sides kept, on the viewer's grey."""
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    outline = QPainterPath()
    outline.addRoundedRect(area, radius, radius)
    painter.setClipPath(outline)
    painter.fillPath(outline, Theme.current().color(Role.VIEWER))
    fitted = QSize(pixmap.size()).scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    spot = QRectF(0, 0, fitted.width(), fitted.height())
    spot.moveCenter(area.center())
    painter.drawPixmap(spot, pixmap, QRectF(pixmap.rect()))
    painter.restore()


def paint_placeholder(painter: QPainter, area: QRectF, icon: str = "person") -> None:
    """What stands where a picture is still to come (or, with "warning", could not be had)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    theme = Theme.current()
    painter.setBrush(theme.color(Role.BORDER))
    painter.drawRoundedRect(area, 6, 6)
    side = int(min(area.width(), area.height(), 80) * 0.45)
    if side >= 8:
        spot = QRectF(0, 0, side, side)
        spot.moveCenter(area.center())
        painter.drawPixmap(spot.topLeft(), theme.pixmap(icon, Role.MUTED, side))
    painter.restore()


class Thumbnail(QWidget):
    """A square picture with placeholder and error state."""

    def __init__(self, context: "Context", size: int = 80, parent: QWidget | None = None):
        super().__init__(parent)
        self._loader = context.thumbnails
        self._key: Hashable | None = None
        self.setFixedSize(size, size)
        self._loader.arrived.connect(self._arrived)
        context.theme.changed.connect(self.update)

    def load(self, key: Hashable, job: Callable[[], bytes]) -> None:
        """Show the picture of ``key``; ``job`` gives its bytes and runs in the io lane."""
        self._key = key
        self._loader.request(key, job)
        self._arrived(key)

    def clear(self) -> None:
        self._key = None
        self.setToolTip("")
        self.update()

    @property
    def loaded(self) -> bool:
        return self._key is not None and self._loader.pixmap(self._key) is not None

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        pixmap = None if self._key is None else self._loader.pixmap(self._key)
        if pixmap is not None:
            paint_thumbnail(painter, area, pixmap)
        else:
            failed = self._key is not None and bool(self._loader.failure(self._key))
            paint_placeholder(painter, area, "warning" if failed else "person")

    def _arrived(self, key: Hashable) -> None:
        if key == self._key:
            self.setToolTip(self._loader.failure(key))
            self.update()
