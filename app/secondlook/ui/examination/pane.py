"""One picture on neutral grey, placed by the stage; it reports what the hand wants."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from secondlook.ui.examination.geometry import Similarity, Stage
from secondlook.ui.examination.pyramid import Pyramid
from secondlook.ui.theme import Role, Theme

KEY_PAN = 40
"""Screen pixels per arrow key; with Shift a fifth of it."""
WHEEL_FACTOR = 1.2
"""Zoom per notch of a wheel (120 units of Qt's angle)."""
ARROWS = {
    Qt.Key.Key_Left: (KEY_PAN, 0),
    Qt.Key.Key_Right: (-KEY_PAN, 0),
    Qt.Key.Key_Up: (0, KEY_PAN),
    Qt.Key.Key_Down: (0, -KEY_PAN),
}


class Pane(QWidget):
    """Paints image ``index`` of the stage (0 probe, 1 reference)."""

    panned = Signal(float, float)
    """Screen pixels by which the image is to follow the hand."""
    zoomed = Signal(float, QPointF)
    """Factor, and the point that stays, in pixels from the middle."""
    activated = Signal()
    """The hand or the focus came here."""
    stepped = Signal(int)
    """Tab (+1) or Shift+Tab (-1)."""
    resized = Signal()

    def __init__(self, index: int, name: str) -> None:
        super().__init__()
        self._index = index
        self._image: Pyramid | None = None
        self._frame = Similarity()
        self._stage = Stage()
        self._message = ""
        self._grip: QPointF | None = None
        self.may_step: Callable[[int], bool] = lambda _: False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setMinimumSize(180, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        Theme.current().changed.connect(self.update)

    def show_message(self, text: str) -> None:
        """A text in place of the picture: loading, or why there is none."""
        self._image, self._message = None, text
        self.update()

    def show_image(self, image: Pyramid, frame: Similarity) -> None:
        """``frame``: image to eye plane."""
        self._image, self._frame, self._message = image, frame, ""
        self.update()

    def show_stage(self, stage: Stage) -> None:
        self._stage = stage
        self.update()

    @property
    def image(self) -> Pyramid | None:
        return self._image

    @property
    def message(self) -> str:
        """What stands in place of the picture; empty while there is one."""
        return self._message

    @property
    def frame(self) -> Similarity:
        return self._frame

    @property
    def placement(self) -> Similarity:
        """Image pixels to logical pixels of this pane."""
        view = self._stage.shown(self._index)
        rotation = self._stage.adjustments.rotation
        return self._frame.then(view.projection(rotation, self.width(), self.height()))

    @property
    def magnification(self) -> float:
        """Device pixels per image pixel; 1 is original size."""
        return self.placement.scale * self.devicePixelRatioF()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.current().color(Role.VIEWER))
        if self._image is not None:
            self._paint_image(painter, self._image)
        elif self._message:
            self._paint_message(painter)
        if self.hasFocus():
            painter.setPen(QPen(Theme.current().color(Role.ACCENT), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_image(self, painter: QPainter, image: Pyramid) -> None:
        size, ratio = QSizeF(self.size()), self.devicePixelRatioF()
        image.draw(painter, self.placement, size, ratio, self._stage.adjustments.tones)

    def _paint_message(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        words = painter.boundingRect(box, flags, self._message)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().color(Role.SURFACE))
        painter.drawRoundedRect(words.adjusted(-12, -8, 12, 8), 6, 6)
        painter.setPen(Theme.current().color(Role.TEXT))
        painter.drawText(box, flags, self._message)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoomed.emit(WHEEL_FACTOR**notches, event.position() - self._middle())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.activated.emit()
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            by = event.position() - self._grip
            self._grip = event.position()
            self.panned.emit(by.x(), by.y())

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        fine = 0.2 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self.panned.emit(step[0] * fine, step[1] * fine)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the components first, and leaves the panes at either end."""
        if self.may_step(1 if forward else -1):
            self.stepped.emit(1 if forward else -1)
            return True
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.activated.emit()
        super().focusInEvent(event)

    def enterEvent(self, _: QEnterEvent) -> None:
        self.activated.emit()

    def resizeEvent(self, _: QResizeEvent) -> None:
        self.resized.emit()

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)
