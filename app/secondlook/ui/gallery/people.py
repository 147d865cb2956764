"""The people of a gallery: search, grid, and the person chosen beside it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import GallerySummary, PersonRow
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.grid import PeopleGrid, PeopleModel
from secondlook.ui.gallery.person import PersonPanel
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.fields import SearchField
from secondlook.ui.widgets.labels import Muted

SETTLE_MS = 150
"""A search starts when typing has paused."""


class PeoplePanel(QWidget):
    searched = Signal()
    """``containing`` changed."""
    remove_wanted = Signal(object)
    """A ``PersonRow``."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField(self.tr("Search by name"), self.tr("Search people"))
        self.search.setMaximumWidth(320)
        self.count = Muted(wrap=False)
        self.model = PeopleModel(self)
        self.grid = PeopleGrid(context, self.model)
        self.empty = EmptyState("person", "", "")
        self.person = PersonPanel(context)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.searched)
        self.search.textChanged.connect(lambda: self._settle.start())
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.setFocus)
        self.grid.person_chosen.connect(self._choose)
        self.person.closed.connect(self.grid.clearSelection)
        self.person.remove_wanted.connect(self.remove_wanted)

    @property
    def containing(self) -> str:
        return self.search.text().strip()

    def show_people(self, people: list[PersonRow], summary: GallerySummary) -> None:
        chosen = self.person.person
        now = next((person for person in people if chosen and person.id == chosen.id), None)
        if chosen and now is None:  # else the view would choose the neighbour
            self.grid.selectionModel().clear()
        self.model.show(people)
        shown = texts.persons(len(people))
        if self.containing:
            shown = self.tr("{} of {}").format(
                texts.number(len(people)), texts.persons(summary.persons)
            )
        self.count.setText(shown)
        self._stack.setCurrentIndex(0 if people else 1)
        if not people:
            self._explain(summary)
        if not self.person.isHidden():
            self._choose(now)

    def block_removal(self, reason: str) -> None:
        """Why nobody can be corrected or removed now; empty when it can be done."""
        self.person.block(reason)

    def _choose(self, person: PersonRow | None) -> None:
        self.person.setVisible(person is not None)
        if person is not None and person != self.person.person:
            self.person.show_person(person)

    def _explain(self, summary: GallerySummary) -> None:
        if self.containing:
            self.empty.tell(
                self.tr("Nobody found"),
                self.tr("No name in this gallery contains “{}”.").format(self.containing),
            )
        elif summary.pending:
            self.empty.tell(
                self.tr("Nobody enrolled yet"),
                self.tr("{} on the list. People appear here as they are enrolled.").format(
                    texts.images(summary.pending)
                ),
            )
        else:
            self.empty.tell(
                self.tr("Nobody in this gallery"),
                self.tr("Add images of the people that probes are to be compared with."),
            )

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(12)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.count)
        bar.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        split = QSplitter()
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        split.addWidget(self._stack)
        split.addWidget(self.person)
        split.setStretchFactor(0, 1)
        split.setSizes([700, 360])
        self.person.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(bar)
        column.addWidget(split, 1)
