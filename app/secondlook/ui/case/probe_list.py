"""The probes of a case, to choose one from."""

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import Probe
from secondlook.ui.case.case_data import CaseData
from secondlook.ui.case.two_lines import KEY, Lines, TwoLineList
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Subheading


class ProbeList(QWidget):
    selected = Signal(int)
    """The id of the probe the person chose."""
    add = Signal()
    same_wanted = Signal(int)
    """The id of the probe that shows the same person as another one."""
    apart_wanted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.list = TwoLineList(context, self.tr("Probes of this case"))
        self.list.currentItemChanged.connect(self._chosen)
        self.button = Button(self.tr("Add a probe…"), icon="add")
        self.button.setToolTip(self.tr("Or drop it anywhere here, or paste it with Ctrl+V"))
        self.button.clicked.connect(self.add)
        self.menu = QMenu(self)
        self.same = QAction(self.tr("Same person as another probe…"), self.menu)
        self.apart = QAction(self.tr("Tell apart from another probe…"), self.menu)
        self.menu.addActions([self.same, self.apart])
        self.same.triggered.connect(lambda: self._emit(self.same_wanted))
        self.apart.triggered.connect(lambda: self._emit(self.apart_wanted))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setAccessibleName(self.tr("More about the chosen probe"))
        self.more.setToolTip(self.more.accessibleName())
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setProperty("kind", "quiet")
        self.more.clicked.connect(
            lambda: self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        head = Subheading(self.tr("Probes"))
        head.setMinimumHeight(self.button.sizeHint().height())  # as the line over the picture
        line = QHBoxLayout()
        line.addWidget(head, 1)
        line.addWidget(self.more)
        column.addLayout(line)
        column.addWidget(self.list, 1)
        column.addWidget(self.button)

    def show_probes(self, data: CaseData, probe_id: int | None) -> None:
        items = [(probe.id, self._lines(data, probe)) for probe in data.probes]
        self.list.show_items(items, probe_id)
        able = data.case.closed_at is None and len(data.probes) > 1
        self.more.setVisible(able)
        for action in (self.same, self.apart):
            action.setEnabled(able)

    def _open_menu(self, place: QPoint) -> None:
        """Also by the menu key, at the chosen probe."""
        if self.list.currentItem() is not None:
            self.menu.popup(self.list.viewport().mapToGlobal(place))

    def _emit(self, signal: SignalInstance) -> None:
        item = self.list.currentItem()
        if item is not None:
            signal.emit(item.data(KEY))

    def _lines(self, data: CaseData, probe: Probe) -> Lines:
        searches = sum(r.search.probe_id == probe.id for r in data.results)
        if searches == 0:
            state = self.tr("Not searched")
        else:
            state = self.tr("1 search") if searches == 1 else self.tr("{n} searches")
        face = probe.face or (probe.faces[0] if probe.faces else None)
        pictured = (probe.original_sha256, face) if face else None
        return Lines(probe.source_name, state.format(n=searches), True, pictured)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.selected.emit(item.data(KEY))
