"""The seven-point scale from different people to same person, and "insufficient quality"."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)

from secondlook.domain.review import CONCLUSION_LABELS, Conclusion
from secondlook.ui.examination.texts import SCALE, signed, strength
from secondlook.ui.theme import Role, Theme
from secondlook.ui.widgets.labels import Elided, Muted, Subheading

QUALITY_KEY = "0"
HEIGHT = 54


class ConclusionScale(QWidget):
    """``chosen`` is emitted when a person chooses; neutral colour, so that no step looks better."""

    chosen = Signal(object)
    """A ``Conclusion``."""

    def __init__(self) -> None:
        super().__init__()
        self._conclusion: Conclusion | None = None
        self._sentence = Elided("", kind="muted")
        self._group = QButtonGroup(self)
        self._steps: dict[Conclusion, _Step] = {}
        for key, conclusion in enumerate(SCALE, start=1):
            self._add(conclusion, str(key))
        self._add(Conclusion.INSUFFICIENT_QUALITY, QUALITY_KEY)
        self._group.setExclusive(True)
        self._lay_out()
        self.show_conclusion(None)

    def _add(self, conclusion: Conclusion, key: str) -> None:
        step = _Step(conclusion, key)
        step.clicked.connect(lambda: self.choose(conclusion))
        self._group.addButton(step)
        self._steps[conclusion] = step

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Muted(self.tr("← Different people"), wrap=False))
        head.addStretch(1)
        head.addWidget(Subheading(self.tr("Conclusion")))
        head.addWidget(self._sentence)
        head.addStretch(1)
        head.addWidget(Muted(self.tr("Same person →"), wrap=False))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(4)
        grid.addLayout(head, 0, 0, 1, len(SCALE))
        for column, conclusion in enumerate(SCALE):
            grid.addWidget(self._steps[conclusion], 1, column)
            grid.setColumnStretch(column, 4)
        grid.setColumnMinimumWidth(7, 8)
        grid.addWidget(self._steps[Conclusion.INSUFFICIENT_QUALITY], 1, 8)
        grid.setColumnStretch(8, 5)

    @property
    def conclusion(self) -> Conclusion | None:
        return self._conclusion

    def choose(self, conclusion: Conclusion) -> None:
        """As a click on that step."""
        self.show_conclusion(conclusion)
        self.chosen.emit(conclusion)

    def show_conclusion(self, conclusion: Conclusion | None) -> None:
        self._conclusion = conclusion
        self._group.setExclusive(False)
        for value, step in self._steps.items():
            step.setChecked(value is conclusion)
        self._group.setExclusive(True)
        label = CONCLUSION_LABELS[conclusion] if conclusion is not None else ""
        self._sentence.setText(label or self.tr("Not chosen yet"))


class _Step(QAbstractButton):
    """One step: its value, its words, and the key in a corner."""

    def __init__(self, conclusion: Conclusion, key: str) -> None:
        super().__init__()
        self._conclusion, self._key = conclusion, key
        self.setCheckable(True)
        self.setAccessibleName(CONCLUSION_LABELS[conclusion])
        self.setToolTip(f"{CONCLUSION_LABELS[conclusion]} ({key})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        Theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(84, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(50, HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        color = Theme.current().color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, enabled = self.isChecked(), self.isEnabled()
        fill = Role.ACCENT if on else Role.SURFACE if enabled else Role.WINDOW
        edge = Role.ACCENT if on or self.hasFocus() or self.underMouse() else Role.BORDER
        ink = Role.ON_ACCENT if on else Role.TEXT if enabled else Role.MUTED
        painter.setBrush(color(fill))
        painter.setPen(QPen(color(edge), 2 if self.hasFocus() else 1))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, 6, 6)
        if on and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color(Role.ON_ACCENT), 1))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 4, 4)
        painter.setPen(color(ink))
        self._write(painter, box)

    def _write(self, painter: QPainter, box: QRectF) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(_sized(self.font(), 7.5))
        painter.drawText(box.adjusted(6, 4, 0, 0), Qt.AlignmentFlag.AlignLeft, self._key)
        top = box.adjusted(4, 4, -4, 0)
        words = top
        if self._conclusion is not Conclusion.INSUFFICIENT_QUALITY:
            painter.setFont(_sized(self.font(), 10, bold=True))
            painter.drawText(top, centre | Qt.AlignmentFlag.AlignTop, signed(self._conclusion))
            words = box.adjusted(0, 20, 0, -2)
        else:
            words = box.adjusted(2, 10, -2, -2)
        painter.setFont(_fitting(self.font(), strength(self._conclusion), words))
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignVCenter, strength(self._conclusion))


def _sized(font: QFont, points: float, *, bold: bool = False) -> QFont:
    other = QFont(font)
    other.setPointSizeF(points)
    other.setBold(bold)
    return other


def _fitting(font: QFont, words: str, box: QRectF) -> QFont:
    """9 pt, or smaller where the longest word would not fit."""
    for points in (9.0, 8.0, 7.0):
        sized = _sized(font, points)
        metrics = QFontMetricsF(sized)
        if max(metrics.horizontalAdvance(word) for word in words.split()) <= box.width():
            break
    return sized
