"""Faces of references for views: what was painted last is loaded first, what scrolled past is not.

The pictures are kept by the context's shared loader; this only decides on the order.
"""

from functools import partial

from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QPainter, QPixmap, QTransform

from secondlook.ui.context import Context
from secondlook.ui.widgets.thumbs import paint_placeholder

WAITING = 120
"""More wishes than a large screen shows faces are out of date."""
AT_ONCE = 3
"""Few, so that the next picture wanted never waits behind those no longer seen."""

Key = tuple[str, int, int]


class FaceQueue(QObject):
    """Gives a reference's face if it is there, else asks for it and says when it has arrived."""

    arrived = Signal(int)
    """The id of the reference whose face can be painted, or is known to be lost."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._painted: list[Key] = []
        self._waiting: list[Key] = []
        self._under_way: set[Key] = set()
        context.thumbnails.arrived.connect(self._arrived)

    def face(self, reference_id: int | None, side: int) -> QPixmap | None:
        """A square of ``side`` device pixels; call from a delegate, as often as it paints."""
        if reference_id is None:
            return None
        key = ("reference", reference_id, side)
        pixmap = self._context.thumbnails.pixmap(key)
        if pixmap is None and not self._context.thumbnails.failure(key):
            self._want(key)
        return pixmap

    def _want(self, key: Key) -> None:
        if not self._painted:
            QTimer.singleShot(0, self, self._next)
        self._painted.append(key)

    def _next(self) -> None:
        wishes = dict.fromkeys([*self._painted, *self._waiting])
        self._painted = []
        self._waiting = [key for key in wishes if self._missing(key)][:WAITING]
        galleries = self._context.app.galleries
        while self._waiting and len(self._under_way) < AT_ONCE:
            key = self._waiting.pop(0)
            self._under_way.add(key)
            job = partial(galleries.reference_thumbnail, key[1], key[2])
            self._context.thumbnails.request(key, job)

    def _missing(self, key: Key) -> bool:
        """Neither here nor lost nor asked for: a wish may be older than its picture."""
        loader = self._context.thumbnails
        known = loader.pixmap(key) is not None or bool(loader.failure(key))
        return not known and key not in self._under_way

    def _arrived(self, key: Key) -> None:
        if key in self._under_way:
            self._under_way.discard(key)
            self.arrived.emit(key[1])
            self._next()


def paint_face(painter: QPainter, frame: QRect, pixmap: QPixmap | None) -> None:
    """The face with round corners, or a placeholder. A brush gives smooth corners, a clip would
    not."""
    area = QRectF(frame)
    if pixmap is None:
        paint_placeholder(painter, area)
        return
    scale = area.width() / pixmap.width()
    brush = QBrush(pixmap)
    brush.setTransform(QTransform.fromTranslate(area.x(), area.y()).scale(scale, scale))
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(area, 6, 6)
    painter.restore()
