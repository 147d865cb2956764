"""Pairs of faces as a list: who they are, how alike, and what a human found of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from secondlook.domain.marks import PairMarks, Standing, names
from secondlook.domain.rehearsal import Mark
from secondlook.ui.theme import ICON, SPACE, Role, Theme
from secondlook.ui.widgets.rows import Index, RowModel

KEYS: dict[int, Mark] = {
    Qt.Key.Key_D: Mark.DIFFERENT,
    Qt.Key.Key_S: Mark.SAME,
    Qt.Key.Key_U: Mark.UNSURE,
}
STEPS: dict[int, int] = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
ICONS: dict[Standing, tuple[str, Role]] = {
    Standing.OPEN: ("search", Role.MUTED),
    Standing.DIFFERENT: ("cross", Role.DANGER),
    Standing.BY_ONE: ("link", Role.WARNING),
    Standing.CONFIRMED: ("link", Role.SUCCESS),
    Standing.UNSURE: ("minus", Role.WARNING),
}
PENDING: dict[Mark, Standing] = {
    Mark.DIFFERENT: Standing.DIFFERENT,
    Mark.SAME: Standing.BY_ONE,
    Mark.UNSURE: Standing.UNSURE,
}
"""What is shown until the record answers: what others found is not known before."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One of the two. ``load`` gives the JPEG bytes of ``picture`` (a kind and an id) for the id
    and a side in px. ``person_id``: of a gallery person who can be opened."""

    name: str
    key: str
    file: str
    picture: tuple[str, int]
    load: Callable[[int, int], bytes]
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShownPair:
    """``id`` tells pairs apart; ``figure`` says how alike they are; ``marks``: what the person at
    the screen may know of them, ``own``: what they found themselves. ``two_names``: they stand
    beside each other in one gallery."""

    id: Hashable
    left: Portrait
    right: Portrait
    figure: str
    marks: PairMarks
    own: Mark | None = None
    two_names: bool = True

    @property
    def open(self) -> bool:
        """Whether nothing that may be known of it is on record."""
        return self.marks.standing is Standing.OPEN


def standing_text(standing: Standing) -> str:
    return {
        Standing.OPEN: _tr("To be looked at"),
        Standing.DIFFERENT: _tr("Different people"),
        Standing.BY_ONE: _tr("Same person: needs a second opinion"),
        Standing.CONFIRMED: _tr("Same person"),
        Standing.UNSURE: _tr("Unsure"),
    }[standing]


def by_whom(marks: PairMarks) -> str:
    """Who found it; "same: Ada, Ben; different: Cy" where they disagree. Empty where nothing may be
    known."""
    words = {
        Mark.SAME: _tr("same: {}"),
        Mark.DIFFERENT: _tr("different: {}"),
        Mark.UNSURE: _tr("unsure: {}"),
    }
    told = [(text, who) for mark, text in words.items() if (who := names(marks.marks, mark))]
    if len(told) == 1:
        return told[0][1]
    return "; ".join(text.format(who) for text, who in told)


def _tr(text: str) -> str:
    return QCoreApplication.translate("pairs", text)


class PairModel(RowModel[ShownPair]):
    """``pending``: marks that are not on record yet; they are shown at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda pair: pair.id, parent)
        self.pending: dict[Hashable, Mark] = {}

    def show(self, rows: Sequence[ShownPair]) -> None:
        for pair in rows:
            if self.pending.get(pair.id) is pair.own:
                self.pending.pop(pair.id, None)
        super().show(rows)

    def set_pending(self, pair_id: Hashable, mark: Mark | None) -> None:
        """None where it was refused."""
        if mark is None:
            self.pending.pop(pair_id, None)
        else:
            self.pending[pair_id] = mark
        for row, pair in enumerate(self.rows):
            if pair.id == pair_id:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def standing(self, row: int) -> Standing:
        pair = self.rows[row]
        mark = self.pending.get(pair.id)
        return PENDING[mark] if mark else pair.marks.standing

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        pair, standing = self.rows[index.row()], self.standing(index.row())
        names = f"{pair.left.name} – {pair.right.name}"
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{pair.left.name}\n{pair.right.name} · {pair.figure}"
        if role == Qt.ItemDataRole.DecorationRole:
            icon, colour = ICONS[standing]
            return Theme.current().icon(icon, Role.MUTED if pair.id in self.pending else colour)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{names}: {standing_text(standing)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{names}, {pair.figure}, {standing_text(standing)}"
        return pair if role == self.RowRole else None


class _PairDelegate(QStyledItemDelegate):
    """The mark, both names, and the figure, which is never shortened."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, 50)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        icon = QIcon(whole.icon)
        whole.text, whole.icon = "", QIcon()
        style = whole.widget.style() if whole.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, whole, painter, whole.widget)
        area = whole.rect.adjusted(SPACE[2], 0, -SPACE[2], 0)
        spot = QRect(area.x(), area.center().y() - ICON // 2, ICON, ICON)
        icon.paint(painter, spot)
        area.setLeft(spot.right() + SPACE[1])
        pair: ShownPair = index.data(RowModel.RowRole)
        metrics, theme = QFontMetrics(whole.font), Theme.current()
        painter.save()
        painter.setFont(whole.font)
        upper = QRect(area.x(), area.center().y() - 18, area.width(), 18)
        lower = upper.translated(0, 18)
        painter.setPen(theme.color(Role.MUTED))
        painter.drawText(lower, Qt.AlignmentFlag.AlignRight, pair.figure)
        painter.setPen(theme.color(Role.TEXT))
        lower.setWidth(lower.width() - metrics.horizontalAdvance(pair.figure) - SPACE[1])
        for line, name in ((upper, pair.left.name), (lower, pair.right.name)):
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class PairList(QListView):
    """The letters that mark and step are left to whatever it is part of."""

    def __init__(self, model: PairModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_PairDelegate(self))
        self.setModel(model)
        Theme.current().changed.connect(self.viewport().update)

    def currentRow(self) -> int:
        """-1 where there is none."""
        return self.currentIndex().row()

    def setCurrentRow(self, row: int) -> None:
        """Out of range: the nearest one."""
        model = self.model()
        self.setCurrentIndex(model.index(min(max(row, 0), model.rowCount() - 1), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS or event.key() in STEPS:  # else it would look for a name
            event.ignore()
        else:
            super().keyPressEvent(event)
