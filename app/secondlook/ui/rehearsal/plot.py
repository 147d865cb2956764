"""How often absent people are shown and present ones are missed, against the confidence.

A picture of our own rather than one of a plotting library: two steps, one promise and one line
that can be moved need no more, and take the colours, fonts and keys of the rest of the window.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, log, log10, sqrt

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from secondlook.domain.rehearsal import Curves
from secondlook.ui.theme import Role, Theme

LOW, HIGH = 50.0, 99.95
"""The part of the confidences that is drawn, in percent."""
X_TICKS = (50.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9)
Y_TICKS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
MARGINS = (52, 12, 16, 40)
"""Left, top, right and bottom, in px."""


def across(percent: float) -> float:
    """0..1: equal steps for 90, 99, 99.9, where policies draw their lines."""
    clipped = min(max(percent, LOW), HIGH)
    return log10((100 - LOW) / (100 - clipped)) / log10((100 - LOW) / (100 - HIGH))


def confidence(share: float) -> float:
    """The other way round."""
    span = (100 - LOW) / (100 - HIGH)
    return 100 - (100 - LOW) * exp(-log(span) * min(max(share, 0.0), 1.0))


def up(rate: float) -> float:
    """0..1; the root gives rates of one in a hundred a height, and 0 its place."""
    return sqrt(min(max(rate, 0.0), 1.0))


def at(curves: Curves, rates: Sequence[float], percent: float) -> float | None:
    """The rate at the last point of the grid up to ``percent``; None without a curve."""
    if not rates:
        return None
    return rates[max(0, bisect_right(curves.confidence, percent + 1e-9) - 1)]


def snapped(percent: float) -> float:
    """To where the curves are counted: tenths, and hundredths from 99 on."""
    return min(max(round(percent, 2 if percent >= 99 else 1), LOW), HIGH)


class RatesPlot(QWidget):
    """``moved`` tells where the line stands, in percent. Arrows move it, Home and End too."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = Curves((), (), ())
        self._ceiling, self._policy = 100.0, 99.0
        self.percent = 99.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 260)
        Theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(620, 320)

    def show_curves(self, curves: Curves, ceiling: float, policy: float) -> None:
        """``ceiling``: nothing above it is measurable. ``policy``: where its line is drawn."""
        self._curves, self._ceiling, self._policy = curves, ceiling, policy
        self.update()

    def move_to(self, percent: float) -> None:
        self.percent = snapped(percent)
        self.setAccessibleDescription(self.tr("The line is at {:g} %").format(self.percent))
        self.moved.emit(self.percent)
        self.update()

    @property
    def area(self) -> QRectF:
        left, top, right, bottom = MARGINS
        return QRectF(self.rect()).adjusted(left, top, -right, -bottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = (1.0 if self.percent < 90 else 0.1) if self.percent < 99 else 0.01
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        targets = {
            Qt.Key.Key_Left: self.percent - step,
            Qt.Key.Key_Right: self.percent + step,
            Qt.Key.Key_Home: LOW,
            Qt.Key.Key_End: self._policy,
        }
        if key in targets:
            self.move_to(targets[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        area = self.area
        self.move_to(confidence((event.position().x() - area.left()) / area.width()))

    # Painting

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPointSizeF(9)
        painter.setFont(font)
        theme = Theme.current()
        self._paint_axes(painter, theme)
        self._paint_out_of_reach(painter, theme)
        promise = [(p, 1 - p / 100) for p in self._curves.confidence if LOW <= p <= HIGH]
        self._paint_line(painter, promise, theme.color(Role.MUTED), Qt.PenStyle.DashLine, 1.5)
        for rates, role, style in (
            (self._curves.fnir, Role.WARNING, Qt.PenStyle.DashDotLine),
            (self._curves.fpir, Role.ACCENT, Qt.PenStyle.SolidLine),
        ):
            if rates:
                pairs = zip(self._curves.confidence, rates, strict=True)
                points = [(p, r) for p, r in pairs if LOW <= p <= min(HIGH, self._ceiling)]
                self._paint_line(painter, points, theme.color(role), style, 2.2)
        self._paint_upright(painter, theme.color(Role.TEXT), self._policy, Qt.PenStyle.DotLine)
        self._paint_handle(painter, theme)
        if self.hasFocus():
            painter.setPen(QPen(theme.color(Role.ACCENT), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _x(self, percent: float) -> float:
        return self.area.left() + self.area.width() * across(percent)

    def _y(self, rate: float) -> float:
        return self.area.bottom() - self.area.height() * up(rate)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        area = self.area
        for rate in Y_TICKS:
            y = self._y(rate)
            painter.setPen(QPen(theme.color(Role.BORDER), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.color(Role.MUTED))
            place = QRectF(0, y - 9, area.left() - 8, 18)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, f"{100 * rate:g} %")
        for percent in X_TICKS:
            place = QRectF(self._x(percent) - 30, area.bottom() + 4, 60, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{percent:g}")
        below = QRectF(area.left(), area.bottom() + 20, area.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("confidence, in percent"))

    def _paint_out_of_reach(self, painter: QPainter, theme: Theme) -> None:
        """Where this gallery cannot tell."""
        if self._ceiling >= HIGH:
            return
        area = self.area
        area.setLeft(self._x(self._ceiling))
        colour = theme.color(Role.MUTED)
        colour.setAlphaF(0.22)
        painter.fillRect(area, theme.color(Role.RAISED))
        painter.fillRect(area, colour.lighter())
        painter.setPen(QPen(colour, 1))
        painter.save()
        painter.setClipRect(area)
        for offset in range(0, int(area.width() + area.height()), 10):
            start = QPointF(area.left() + offset, area.top())
            painter.drawLine(start, start + QPointF(-area.height(), area.height()))
        painter.restore()
        painter.setPen(theme.color(Role.TEXT))
        if area.width() > 100:
            centre = Qt.AlignmentFlag.AlignCenter
            painter.drawText(area, centre, self.tr("not measurable"))

    def _paint_line(
        self,
        painter: QPainter,
        points: list[tuple[float, float]],
        colour: QColor,
        style: Qt.PenStyle,
        width: float,
    ) -> None:
        painter.setPen(QPen(colour, width, style))
        painter.drawPolyline(QPolygonF([QPointF(self._x(p), self._y(r)) for p, r in points]))

    def _paint_upright(
        self, painter: QPainter, colour: QColor, percent: float, style: Qt.PenStyle
    ) -> None:
        x, area = self._x(percent), self.area
        painter.setPen(QPen(colour, 1.5, style))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_handle(self, painter: QPainter, theme: Theme) -> None:
        self._paint_upright(painter, theme.color(Role.TEXT), self.percent, Qt.PenStyle.SolidLine)
        painter.setPen(QPen(theme.color(Role.SURFACE), 1.5))
        painter.setBrush(theme.color(Role.TEXT))
        painter.drawEllipse(QPointF(self._x(self.percent), self.area.top()), 7, 7)
        for rates, role in ((self._curves.fnir, Role.WARNING), (self._curves.fpir, Role.ACCENT)):
            rate = at(self._curves, rates, self.percent)
            if rate is not None and self.percent <= self._ceiling:
                painter.setBrush(theme.color(role))
                painter.drawEllipse(QPointF(self._x(self.percent), self._y(rate)), 5, 5)
