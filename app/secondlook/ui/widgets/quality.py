"""The measured quality of a face beside the floors of a policy."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from secondlook.domain.faces import (
    COMPONENTS,
    Bound,
    Component,
    Quality,
    Shortfall,
    shortfalls,
)
from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.labels import Icon, Muted, Text

FULL_SCALE: dict[Component, float] = {
    Component.INTER_EYE: 120,
    Component.EFFECTIVE: 120,
    Component.POSE: 60,
    Component.YAW: 60,
    Component.PITCH: 60,
    Component.ROLL: 60,
}
"""Where the bar ends; 1 for all others."""


class LimitBar(QWidget):
    """How much there is of something, and a tick at the limit."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._value = 0.0
        self._limit: float | None = None
        self._met = True
        self.setMinimumWidth(32)
        self.setFixedHeight(14)

    def show_value(self, value: float, limit: float | None, met: bool) -> None:
        """``value`` and ``limit`` as shares of the full scale, 0..1."""
        self._value, self._limit, self._met = min(max(value, 0), 1), limit, met
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 14)

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(0, self.height() / 2 - 3, self.width(), 6)
        painter.setBrush(theme.color(Role.BORDER))
        painter.drawRoundedRect(groove, 3, 3)
        filled = QRectF(groove)
        filled.setWidth(groove.width() * self._value)
        painter.setBrush(theme.color(Role.ACCENT if self._met else Role.DANGER))
        painter.drawRoundedRect(filled, 3, 3)
        if self._limit is not None:
            x = min(self._limit, 1.0) * (self.width() - 2)
            painter.fillRect(QRectF(x, 0, 2, self.height()), theme.color(Role.TEXT))


class QualityTable(QWidget):
    """Component, bar, value, limit; under a missed one, the cause."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE[1])
        self._grid.setVerticalSpacing(SPACE[0])
        self._grid.setColumnStretch(2, 1)
        self.causes: dict[Component, str] = {}

    def show_quality(self, quality: Quality | None, limits: dict[Component, float]) -> None:
        """``limits`` are a policy's ``probe_limits`` or ``reference_limits``; None clears."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget:
                widget.hide()
                widget.deleteLater()
        self.causes = {}
        if quality is None:
            return
        self.causes = {s.component: self._cause(s) for s in shortfalls(quality, limits)}
        for row, component in enumerate(Component):
            self._add(row * 2, component, quality.value(component), limits.get(component))

    def _cause(self, missed: Shortfall) -> str:
        if missed.found is None:
            return self.tr("Measured by an earlier version, without this: measure it again.")
        if missed.component is Component.EFFECTIVE:
            return self.tr(
                "The picture holds less detail than it has pixels: blurred, or enlarged from a "
                "smaller one."
            )
        if missed.component is Component.INVERSION:
            return self.tr("This looks like a negative: invert it, and add that picture.")
        if missed.component is Component.ROLL:
            return self.tr("The points are not the way up in which a face is seen here: turn it.")
        return self.tr("The face is {}.").format(COMPONENTS[missed.component].cause)

    def _add(
        self, row: int, component: Component, value: float | None, limit: float | None
    ) -> None:
        info = COMPONENTS[component]
        unit = f" {info.unit}" if info.unit.isalpha() else info.unit
        met = component not in self.causes
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        known = value is not None
        figure = Text(f"{value:.{info.digits}f}{unit}" if known else self.tr("not measured"))
        asked = Muted(self._limit_text(component, limit), wrap=False)
        name, role = ("check", Role.SUCCESS) if met else ("cross", Role.DANGER)
        if limit is None:
            name, role = "minus", Role.MUTED
        state = self.tr("met") if met else self.tr("not met")
        self._grid.addWidget(Icon(name, role, 16, name=state), row, 0)
        self._grid.addWidget(Text(info.label), row, 1)
        described = f"{info.label}: {figure.text()}, {asked.text()}, {state}"
        if value is None:  # there is no bar to draw; the words take its place
            figure.setAccessibleName(described)
            self._grid.addWidget(figure, row, 2, 1, 2, right)
        else:
            scale = FULL_SCALE.get(component, 1.0)
            bar = LimitBar()
            bar.show_value(value / scale, None if limit is None else limit / scale, met)
            bar.setAccessibleName(described)
            self._grid.addWidget(bar, row, 2)
            self._grid.addWidget(figure, row, 3, right)
        self._grid.addWidget(asked, row, 4, right)
        if not met:
            cause = Text(self.causes[component], wrap=True)
            cause.setProperty("kind", "error")
            self._grid.addWidget(cause, row + 1, 1, 1, 4)

    def _limit_text(self, component: Component, limit: float | None) -> str:
        """Without the unit, which stands beside it at the value."""
        if limit is None:
            return self.tr("no limit")
        info = COMPONENTS[component]
        sign = "≥" if info.bound is Bound.FLOOR else "≤"
        return f"{sign} {limit:.{info.digits}f}"
