"""Parts of a page that is read from top to bottom: of a policy, of a model."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.ui.theme import SPACE, fixed_font
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Muted, Subheading, Text, Title, line
from secondlook.ui.widgets.screen import Screen

WIDTH = 920
"""px. Longer lines are hard to read."""
FIGURE_WIDTH = 132
"""px that a figure needs beside others."""
LIST_WIDTH = 272


class ReadingPage(QWidget):
    """Add cards to ``column``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setMaximumWidth(WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        self.column.setSpacing(SPACE[3])


class ReadingScreen(Screen):
    """A list of what there is to read left, one page of it right, in ``area``."""

    def __init__(self, title: str, hint: str, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = Muted(hint)
        self.hint.setFixedWidth(LIST_WIDTH - SPACE[1])
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setProperty("kind", "plain")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setSpacing(2)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setProperty("kind", "reading")
        self.area.setAccessibleName(page)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.left = QVBoxLayout()
        self.left.setContentsMargins(SPACE[4], SPACE[3], 0, SPACE[4])
        self.left.setSpacing(SPACE[1])
        self.left.addWidget(Title(title))
        self.left.addWidget(self.hint)
        self.left.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(self.left)
        row.addWidget(self.area, 1)

    def focus_part(self) -> QWidget:
        return self.list


class Figures(Card):
    """(value, what it is) side by side; in two rows where that is too narrow."""

    def __init__(self, figures: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._cells = [_cell(*figure) for figure in figures]
        self._across = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE[4])
        self._grid.setVerticalSpacing(SPACE[2])
        self.body.addLayout(self._grid)
        self._place(len(self._cells))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        count = len(self._cells)
        roomy = event.size().width() >= count * (FIGURE_WIDTH + SPACE[4])
        self._place(count if roomy else (count + 1) // 2)

    def _place(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for index, cell in enumerate(self._cells):
            self._grid.addWidget(cell, index // across, index % across)
            self._grid.setColumnStretch(index, int(index < across))


def _cell(value: str, what: str) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(Elided(value, kind="figure"))
    column.addWidget(Muted(what))
    column.addStretch(1)
    return cell


class Facts(Card):
    """Each fact is what is said, what stands below it (or nothing), and the value to its right."""

    def __init__(self, title: str, facts: Sequence[tuple[str, str, str]], value_width: int) -> None:
        super().__init__(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        for row, (said, below, value) in enumerate(facts):
            left = QVBoxLayout()
            left.setSpacing(2)
            left.addWidget(Text(said, wrap=True))
            if below:
                left.addWidget(Muted(below))
            right = Subheading(value, wrap=True)
            right.setFixedWidth(value_width)
            grid.addWidget(line(), row * 2, 0, 1, 2)
            grid.addLayout(left, row * 2 + 1, 0)
            grid.addWidget(right, row * 2 + 1, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)


class Digest(QWidget):
    """A SHA-256 that can be copied."""

    def __init__(self, sha256: str) -> None:
        super().__init__()
        self.copy = Button(self.tr("Copy SHA-256"), "quiet", "paste")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(sha256))
        digest = Elided(sha256, mode=Qt.TextElideMode.ElideMiddle)
        digest.setFont(fixed_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(digest, 1)
        row.addWidget(self.copy)
