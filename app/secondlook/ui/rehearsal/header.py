"""Above a result: which gallery, which rehearsal, under which policy's line, and what to do."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.rehearsal import texts
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Elided, Muted

CHOICE = 100
"""px that a choice may be squeezed to; it would rather show all of its longest text."""


class RehearsalHeader(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Elided(kind="title")
        self.about = Elided(kind="muted")
        self.rehearsals = QComboBox()
        self.rehearsals.setAccessibleName(self.tr("Rehearsal"))
        self.policies = QComboBox()
        self.policies.setAccessibleName(self.tr("Policy whose line is drawn"))
        for choice in (self.rehearsals, self.policies):
            choice.setMinimumWidth(CHOICE)
        self.start = Button(self.tr("New rehearsal…"), "primary", "play")
        self.page = QAction(self.tr("On paper (PDF)…"), self)
        self.page.setToolTip(self.tr("Figures, plot and the strongest false pairs"))
        self.table = QAction(self.tr("All searches (CSV)…"), self)
        self.table.setToolTip(self.tr("Every search, one a line"))
        self.export = Button(self.tr("Export"), icon="download")
        self.export.setProperty("menu", True)
        menu = QMenu(self.export)
        menu.setToolTipsVisible(True)
        menu.addActions([self.page, self.table])
        self.export.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(SPACE[1])
        head.addWidget(self.title, 1)
        head.addWidget(self.export)
        head.addWidget(self.start)
        self._choice = QWidget()
        row = QHBoxLayout(self._choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        row.addWidget(self.rehearsals)
        row.addSpacing(SPACE[2])
        row.addWidget(Muted(self.tr("line of"), wrap=False))
        row.addWidget(self.policies)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addLayout(head)
        column.addWidget(self._choice)
        column.addWidget(self.about)

    def show_policies(self, policies: list[Policy], default: Policy) -> None:
        for policy in policies:
            self.policies.addItem(policy.title, policy)
        self.policies.setCurrentIndex([p.id for p in policies].index(default.id))

    def show_rehearsals(self, found: list[RehearsalSummary]) -> None:
        """Newest first; keeps the one that is read unless a newer one has come."""
        with QSignalBlocker(self.rehearsals):
            before = self.rehearsals.currentData()
            newest = self.rehearsals.itemData(0)
            self.rehearsals.clear()
            for summary in found:
                self.rehearsals.addItem(texts.when(summary), summary.id)
            ids = [summary.id for summary in found]
            if before in ids and ids and ids[0] == newest:
                self.rehearsals.setCurrentIndex(ids.index(before))
        self._choice.setVisible(bool(found))
        self.about.setVisible(bool(found))
        self.export.setVisible(bool(found))

    @property
    def rehearsal_id(self) -> int | None:
        chosen = self.rehearsals.currentData()
        return chosen if isinstance(chosen, int) else None

    @property
    def policy(self) -> Policy | None:
        chosen = self.policies.currentData()
        return chosen if isinstance(chosen, Policy) else None
