"""What the Examination and the Decision step have in common: one candidate of a search at a time,
and what is known of it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Candidate, Search
from secondlook.ui.context import Context
from secondlook.ui.examination.dossier import Dossier, read_dossier
from secondlook.ui.examination.header import CandidateHeader
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.people import person_label
from secondlook.ui.widgets.screen import Screen


class CandidateStep(Screen):
    """Shows one candidate; see ``show_candidate``. Steps fill in the four hooks at its end."""

    candidate_changed = Signal(int)
    """The person went to another candidate: its index."""
    state_changed = Signal()
    """Something was put on record."""

    def __init__(self, context: Context, header: CandidateHeader, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._context = context
        self._search: Search | None = None
        self._candidates: list[Candidate] = []
        self._index = 0
        self._dossier: Dossier | None = None
        self.header = header
        self.header.moved.connect(self.go)
        self._pages = QStackedWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _set_pages(self, empty: EmptyState, content: QWidget) -> None:
        self._pages.addWidget(empty)
        self._pages.addWidget(content)

    def _bind(self, keys: dict[str, Callable[[], None]], repeating: str = "") -> None:
        """J and K go to the next and the previous candidate; text fields keep their letters."""
        for key, act in ({"J": lambda: self.go(1), "K": lambda: self.go(-1)} | keys).items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(key in repeating)
            shortcut.activated.connect(act)

    @property
    def dossier(self) -> Dossier | None:
        """What is known of the candidate shown; None while it is read."""
        return self._dossier

    def show_candidate(self, search: Search, candidates: list[Candidate], index: int) -> None:
        """Show ``candidates[index]``, as stored now. What was typed into another one is kept."""
        self._keep()
        self._search, self._candidates = search, candidates
        if not candidates:
            self._dossier = None
            self._pages.setCurrentIndex(0)
            return
        same = self._dossier is not None and self._dossier.candidate.id == candidates[index].id
        self._index = index
        self._pages.setCurrentIndex(1)
        if not same:
            self._dossier = None
            self.header.show_loading(index, len(candidates))
            self._begin(search, candidates[index])
        self._read()

    def go(self, by: int) -> None:
        """To the next (+1) or previous (-1) candidate."""
        index = self._index + by
        if self._search is not None and 0 <= index < len(self._candidates):
            self.show_candidate(self._search, self._candidates, index)
            self.candidate_changed.emit(index)

    def _read(self) -> None:
        search, candidate = self._search, self._candidates[self._index]
        assert search is not None
        context = self._context
        context.bridge.run(
            context.app.lanes.storage,
            lambda: read_dossier(context.app, context.operator, search, candidate),
            lambda dossier: self._take(search, dossier),
            self._show_failure,
            owner=self,
            key="dossier",
        )

    def _take(self, search: Search, dossier: Dossier) -> None:
        self._dossier = dossier
        named = self._named(dossier)
        name = person_label(dossier.candidate) if named else ""
        self.header.show_place(self._index, len(self._candidates), name)
        self.header.show_dossier(dossier, named=named)
        self._show_dossier(search, dossier)

    def _named(self, dossier: Dossier) -> bool:
        """Whether this operator may know who the candidate is, and what the machine says."""
        return not dossier.score_hidden

    def _keep(self) -> None:
        """Put by what the person has typed: another candidate may come."""
        raise NotImplementedError

    def _begin(self, search: Search, candidate: Candidate) -> None:
        """Another candidate: show what is known at once, before its dossier is read."""
        raise NotImplementedError

    def _show_dossier(self, search: Search, dossier: Dossier) -> None:
        """What is stored, after ``_begin`` and after every change."""
        raise NotImplementedError

    def _show_failure(self, error: SecondLookError) -> None:
        raise NotImplementedError
