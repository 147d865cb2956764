"""The probe, with its faces to choose from, and the place to set five points by hand."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from secondlook.domain.faces import Face, quarter
from secondlook.ui.case.placement import Placement
from secondlook.ui.case.viewport import Viewport
from secondlook.ui.examination.pyramid import Pyramid
from secondlook.ui.theme import Role, Theme

Key = Qt.Key
ZOOM_STEP = 1.25
BADGE = 22.0
HALO = QColor(0, 0, 0, 150)
PLAIN = QColor(255, 255, 255)
CHOSEN = QColor(255, 196, 64)
"""Over photographs the theme has no say: amber on a dark halo shows on any of them."""


class ImageCanvas(QWidget):
    """Shows one picture, right side up. Click, or the keys 1 to 9, choose a face; the arrows go
    through them; R and Shift+R turn it."""

    face_chosen = Signal(int)
    turn_wanted = Signal(int)
    """Degrees by which the picture is to be shown turned, clockwise: 0, 90, 180, 270."""
    landmarks_placed = Signal(object)  # Landmarks
    placement_changed = Signal()
    zoom_changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: Pyramid | None = None
        self._faces: tuple[Face, ...] = ()
        self._chosen: int | None = None
        self._hover: int | None = None
        self._placement: Placement | None = None
        self._drag: QPointF | None = None
        self._view = Viewport(QSizeF(), QSizeF())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setAccessibleName(self.tr("Probe image"))
        theme.changed.connect(self.update)

    # What is shown

    def show_picture(self, picture: Pyramid | None) -> None:
        self._picture = picture
        self._placement = None
        self.fit()

    @property
    def turn(self) -> int:
        """Degrees by which the picture is shown turned, clockwise."""
        return self._view.turn

    def show_turned(self, turn: int) -> None:
        """Only how it is shown: points stay where they are in the picture."""
        if turn != self._view.turn:
            self._view = replace(self._view, turn=turn)
            self.fit()

    def show_faces(self, faces: tuple[Face, ...], chosen: int | None) -> None:
        self._faces, self._chosen, self._hover = faces, chosen, None
        if faces:
            self.show_turned(quarter(faces[chosen or 0]))
        self.setAccessibleDescription(
            self.tr("{n} faces, face {chosen} is chosen").format(n=len(faces), chosen=chosen + 1)
            if chosen is not None
            else self.tr("{n} faces, none chosen").format(n=len(faces))
        )
        self.update()

    @property
    def chosen(self) -> int | None:
        return self._chosen

    @property
    def placement(self) -> Placement | None:
        """The points placed so far; None outside that mode."""
        return self._placement

    def start_placing(self) -> None:
        self._set_placement(Placement())
        self.setFocus()

    def stop_placing(self) -> None:
        self._set_placement(None)

    def undo_point(self) -> None:
        if self._placement and self._placement.points:
            self._set_placement(self._placement.undone())

    def fit(self) -> None:
        size = QSizeF(self._picture.width, self._picture.height) if self._picture else QSizeF()
        self._set_view(Viewport.fit(size, QSizeF(self.size()), self._view.turn))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._set_view(self._view.zoomed(factor, at or middle))

    def screen_point(self, x: float, y: float) -> QPointF:
        """Where an image point is in this widget."""
        return self._view.to_screen(QPointF(x, y))

    def _set_view(self, view: Viewport) -> None:
        self._view = view
        self.zoom_changed.emit(view.scale)
        self.update()

    def _set_placement(self, placement: Placement | None) -> None:
        self._placement = placement
        cross = Qt.CursorShape.CrossCursor
        self.setCursor(cross if placement is not None else Qt.CursorShape.ArrowCursor)
        self.placement_changed.emit()
        self.update()
        if placement and placement.landmarks:
            self.landmarks_placed.emit(placement.landmarks)

    def _face_at(self, point: QPointF) -> int | None:
        """The smallest face under a screen point."""
        hits = [i for i in range(len(self._faces)) if self._outline(i).contains(point)]
        return min(hits, key=lambda i: self._faces[i].box.width, default=None)

    def _outline(self, index: int) -> QRectF:
        box = self._faces[index].box
        corner = self.screen_point(box.x, box.y)
        return QRectF(corner, self.screen_point(box.x + box.width, box.y + box.height)).normalized()

    # What the person does

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_view(self._view.resized(QSizeF(event.size())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._picture and event.angleDelta().y():
            steps = event.angleDelta().y() / 120
            self.zoom(ZOOM_STEP**steps, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        if event.button() is Qt.MouseButton.RightButton and self._placement:
            self.undo_point()
        elif event.button() is Qt.MouseButton.LeftButton and self._placement is not None:
            self._place(event.position())
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag = event.position()
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            if (event.position() - self._pressed).manhattanLength() > 4:
                self._set_view(self._view.moved(event.position() - self._drag))
                self._drag = event.position()
            return
        hover = None if self._placement is not None else self._face_at(event.position())
        if hover != self._hover:
            self._hover = hover
            hand = Qt.CursorShape.PointingHandCursor
            if self._placement is None:
                self.setCursor(hand if hover is not None else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        self._drag = None
        clicked = (event.position() - self._pressed).manhattanLength() <= 4
        face = self._face_at(event.position()) if clicked else None
        if face is not None:
            self.face_chosen.emit(face)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._placement is not None and event.key() in (Key.Key_Escape, Key.Key_Backspace):
            stop = event.key() == Key.Key_Escape
            self.stop_placing() if stop else self.undo_point()
        elif Key.Key_1 <= event.key() <= Key.Key_9 and not event.modifiers():
            index = event.key() - Key.Key_1
            if index < len(self._faces):
                self.face_chosen.emit(index)
        elif event.key() in (Key.Key_Right, Key.Key_Left) and self._faces:
            step = 1 if event.key() == Key.Key_Right else -1
            self._hover = ((-1 if self._hover is None else self._hover) + step) % len(self._faces)
            self.update()
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and self._hover is not None:
            self.face_chosen.emit(self._hover)
        elif event.key() in (Key.Key_Plus, Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif event.key() == Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif event.key() in (Key.Key_0, Key.Key_Z):
            self.fit()
        elif event.key() == Key.Key_R and self._picture and self._placement is None:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.turn_wanted.emit((self.turn + (270 if back else 90)) % 360)
        else:
            super().keyPressEvent(event)

    def _place(self, at: QPointF) -> None:
        """A click beside the picture places nothing."""
        assert self._placement is not None
        point = self._view.to_image(at)
        if self._picture and QRectF(QPointF(), self._view.image).contains(point):
            self._set_placement(self._placement.placed((point.x(), point.y())))

    # Painting

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(Role.VIEWER))
        if self._picture is None:
            return
        ratio = self.devicePixelRatioF()
        self._picture.draw(painter, self._view.similarity(), QSizeF(self.size()), ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._placement is not None:
            for number, (x, y) in enumerate(self._placement.points, start=1):
                self._paint_point(painter, self.screen_point(x, y), str(number))
        else:
            for index in range(len(self._faces)):
                if index != self._chosen:
                    self._paint_face(painter, index)
            if self._chosen is not None:
                self._paint_face(painter, self._chosen)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color(Role.ACCENT), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_face(self, painter: QPainter, index: int) -> None:
        chosen, hover = index == self._chosen, index == self._hover
        colour = CHOSEN if chosen else PLAIN
        width = 2.5 if chosen or hover else 1.5
        outline = self._outline(index)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(HALO, width + 2))
        painter.drawRoundedRect(outline, 4, 4)
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(outline, 4, 4)
        self._paint_badge(painter, outline, str(index + 1), colour)
        if chosen:
            for x, y in self._faces[index].landmarks:
                self._paint_point(painter, self.screen_point(x, y))

    def _paint_badge(self, painter: QPainter, outline: QRectF, text: str, colour: QColor) -> None:
        """The number at the upper left corner, above the outline where there is room."""
        width = BADGE if len(text) < 2 else BADGE + 8
        top = outline.top() - BADGE - 3
        if top < 2:
            top = outline.top() + 3 if outline.top() > 0 else 3.0
        place = QRectF(max(2.0, outline.left()), top, width, BADGE)
        painter.setPen(QPen(HALO, 1))
        painter.setBrush(colour)
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(QColor(20, 20, 20))
        painter.setFont(_bold(painter.font()))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    @staticmethod
    def _paint_point(painter: QPainter, at: QPointF, text: str = "") -> None:
        radius = 4.0 if text else 3.0
        painter.setPen(QPen(HALO, 1.5))
        painter.setBrush(CHOSEN)
        painter.drawEllipse(at, radius, radius)
        if text:
            place = QRectF(at.x() + 3, at.y() - 16, 14, 14)
            font = _bold(painter.font())
            font.setPointSizeF(8)
            painter.setFont(font)
            painter.setPen(HALO)
            painter.drawText(place.translated(1, 1), Qt.AlignmentFlag.AlignCenter, text)
            painter.setPen(CHOSEN)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
