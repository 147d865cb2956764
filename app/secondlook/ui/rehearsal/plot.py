"""How often absent people are shown and present ones are missed, against the confidence.

pyqtgraph, which knows no types, stays inside this module. It would take whatever binding of Qt it
finds first; it is told before it is imported. It takes its time to import, so only what is
itself imported when the screen is opened may import this.
"""

import os
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pyqtgraph as pg

from secondlook.domain.rehearsal import Curves
from secondlook.ui.rehearsal.scale import (
    HIGH,
    LOW,
    X_TICKS,
    Y_TICKS,
    across,
    at,
    confidence,
    path,
    snapped,
    up,
)
from secondlook.ui.theme import LIGHT, Role, Theme

FLOOR, HEAD = -0.05, 1.09
"""Of the drawn heights: 0 is seen whole, and the handle has room above 100 %."""
TAG = {"label": "", "labelOpts": {"position": 1.0, "anchors": [(0, 0), (1, 0)]}}
"""The text at the top of the line that moves: right of it, or left where there is no room."""
SOLID, DASHED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine
DOTTED, DASH_DOT = Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine


class _Area(pg.ViewBox):  # type: ignore[misc] # of an untyped library
    """Tells where the mouse clicks and drags, instead of moving and scaling the picture."""

    pointed = Signal(float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False)

    def mouseClickEvent(self, event: Any) -> None:
        self._tell(event)

    def mouseDragEvent(self, event: Any, **_: Any) -> None:
        self._tell(event)

    def _tell(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.pointed.emit(self.mapSceneToView(event.scenePos()).x())


class RatesPlot(QWidget):
    """``moved`` tells where the line stands, in percent. Arrows move it, Home and End too.

    ``on_paper``: always in light colours, and without the line that moves.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None, *, on_paper: bool = False) -> None:
        super().__init__(parent)
        self._curves = Curves((), (), ())
        self._ceiling, self._policy = 100.0, 99.0
        self._on_paper = on_paper
        self.percent = 99.0
        self._area = _Area()
        self._area.pointed.connect(lambda x: self.move_to(confidence(x)))
        self._plot: Any = pg.PlotWidget(viewBox=self._area)
        self._make_axes()
        self._make_items()
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self._plot)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(290, 240)
        Theme.current().changed.connect(self._recolour)
        self._recolour()

    def sizeHint(self) -> QSize:
        return QSize(620, 320)

    def show_curves(self, curves: Curves, ceiling: float, policy: float) -> None:
        """``ceiling``: nothing above it is measurable. ``policy``: where its line is drawn."""
        self._curves, self._ceiling, self._policy = curves, ceiling, policy
        promised = [1 - percent / 100 for percent in curves.confidence]
        self._promise.setData(*path(curves, promised, HIGH))
        self._false.setData(*path(curves, curves.fpir, ceiling), stepMode="right")
        self._missed.setData(*path(curves, curves.fnir, ceiling), stepMode="right")
        self._line.setData([across(policy)] * 2, [FLOOR, 1])
        reach = across(ceiling)
        self._beyond.setRegion((reach, 1.0))
        self._beyond.setVisible(ceiling < HIGH)
        self._beyond_text.setPos((reach + 1) / 2, 0.55)
        self._beyond_text.setAngle(0 if reach < 0.7 else 90)
        self._beyond_text.setVisible(ceiling < HIGH)
        self._show_line()

    def move_to(self, percent: float) -> None:
        self.percent = snapped(percent)
        self.setAccessibleDescription(self.tr("The line is at {:g} %").format(self.percent))
        self._show_line()
        self.moved.emit(self.percent)

    def draw(self, painter: QPainter, target: QRectF) -> None:
        """Onto something of 96 dpi: lines and letters keep their size, and only there fit it."""
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.resize(target.size().toSize())
        self.show()  # without it no layout is made
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._plot.render(painter, target, self._plot.rect())

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

    # Parts

    def _make_axes(self) -> None:
        plot = self._plot
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setAntialiasing(True)
        plot.setRange(xRange=(0, 1), yRange=(FLOOR, HEAD), padding=0)
        ticks = {
            "bottom": [(across(percent), f"{percent:g}") for percent in X_TICKS],
            "left": [(up(rate), f"{100 * rate:g} %") for rate in Y_TICKS],
        }
        font = QFont(self.font())
        font.setPointSizeF(9)
        for name, places in ticks.items():
            axis = plot.getAxis(name)
            axis.setTicks([places])
            axis.setStyle(tickFont=font, tickLength=0, hideOverlappingLabels=False)
            axis.setZValue(-1)  # under the curves
        plot.getAxis("left").setGrid(255)
        plot.getAxis("left").setWidth(QFontMetrics(font).horizontalAdvance("100 %") + 8)

    def _make_items(self) -> None:
        """From the ground up."""
        self._beyond: Any = pg.LinearRegionItem(movable=False)
        self._beyond_text: Any = pg.TextItem(self.tr("not measurable"), anchor=(0.5, 0.5))
        self._promise: Any = pg.PlotCurveItem(antialias=True)
        self._line: Any = pg.PlotCurveItem(antialias=True)
        self._missed: Any = pg.PlotCurveItem(antialias=True)
        self._false: Any = pg.PlotCurveItem(antialias=True)
        self._handle: Any = pg.InfiniteLine(angle=90, movable=True, bounds=(0, 1), **TAG)
        self._dots: Any = pg.ScatterPlotItem(size=10)
        self._handle.sigDragged.connect(lambda line: self.move_to(confidence(line.value())))
        for item in (self._beyond, self._promise, self._line, self._missed, self._false,
                     self._beyond_text, self._handle, self._dots):  # fmt: skip
            self._area.addItem(item, ignoreBounds=True)
        self._handle.setVisible(not self._on_paper)
        self._dots.setVisible(not self._on_paper)
        self._make_legend()

    def _make_legend(self) -> None:
        self._legend: Any = pg.LegendItem(colCount=2, horSpacing=6)
        fixed = QSizePolicy.Policy.Fixed
        self._legend.setSizePolicy(fixed, fixed)
        layout = self._plot.plotItem.layout
        layout.removeItem(self._plot.plotItem.titleLabel)
        layout.addItem(self._legend, 0, 1, alignment=Qt.AlignmentFlag.AlignLeft)
        for item, text in (
            (self._false, self.tr("shown (FPIR)")),
            (self._missed, self.tr("missed (FNIR)")),
            (self._promise, self.tr("promised")),
            (self._line, self.tr("the policy's line")),
        ):
            self._legend.addItem(item, text)
        self._legend.setEnabled(False)  # a click on it would hide a curve

    def _show_line(self) -> None:
        self._handle.setPos(across(self.percent))
        self._handle.label.setFormat(f"{self.percent:g} %")
        spots = []
        for rates, role, symbol in (
            (self._curves.fnir, Role.WARNING, "d"),
            (self._curves.fpir, Role.ACCENT, "o"),
        ):
            rate = at(self._curves, rates, self.percent)
            if rate is not None and self.percent <= self._ceiling:
                place, brush = (across(self.percent), up(rate)), self._colour(role)
                spots.append({"pos": place, "brush": brush, "symbol": symbol})
        self._dots.setData(spots)

    def _colour(self, role: Role) -> QColor:
        return QColor(LIGHT[role]) if self._on_paper else Theme.current().color(role)

    def _pen(self, role: Role, width: float, style: Qt.PenStyle) -> QPen:
        """In px, whatever the field is scaled to."""
        made = QPen(self._colour(role), width, style)
        made.setCosmetic(True)
        return made

    def _recolour(self) -> None:
        colour, plot = self._colour, self._plot
        text, muted = colour(Role.TEXT), colour(Role.MUTED)
        plot.setBackground(colour(Role.SURFACE))
        for name in ("bottom", "left"):
            axis = plot.getAxis(name)
            axis.setPen(colour(Role.BORDER))
            axis.setTextPen(muted)
        style = {"color": muted.name(), "font-size": "9pt"}
        plot.setLabel("bottom", self.tr("confidence, in percent"), **style)
        self._promise.setPen(self._pen(Role.MUTED, 1.5, DASHED))
        self._missed.setPen(self._pen(Role.WARNING, 2.2, DASH_DOT))
        self._false.setPen(self._pen(Role.ACCENT, 2.4, SOLID))
        self._line.setPen(self._pen(Role.TEXT, 1.6, DOTTED))
        self._handle.setPen(self._pen(Role.TEXT, 1.6, SOLID))
        self._handle.setHoverPen(self._pen(Role.ACCENT, 2.4, SOLID))
        self._handle.label.setColor(colour(Role.SURFACE))
        self._handle.label.fill = QBrush(text)
        self._dots.setPen(self._pen(Role.SURFACE, 1.5, SOLID))
        self._beyond.setBrush(QBrush(colour(Role.WINDOW)))
        for edge in self._beyond.lines:
            edge.setPen(self._pen(Role.BORDER, 1, SOLID))
        self._beyond_text.setColor(muted)
        self._beyond_text.fill = QBrush(colour(Role.WINDOW))
        for _, label in self._legend.items:
            label.setText(label.text, color=muted)
        self._show_line()
        ring, ground = colour(Role.ACCENT).name(), colour(Role.SURFACE).name()
        self.setStyleSheet(
            f"RatesPlot {{ background: {ground}; border: 2px solid {ground}; border-radius: 6px; }}"
            f"RatesPlot:focus {{ border-color: {ring}; }}"
        )
