"""All cases: find one, open one, begin a new one."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import Case
from secondlook.services.cases import CaseSummary
from secondlook.ui.case.cases_model import COLUMNS, SPARE, SUMMARY, CasesFilter, CasesModel
from secondlook.ui.case.new_case import NewCaseDialog
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.fields import SearchField
from secondlook.ui.widgets.labels import Muted, Title
from secondlook.ui.widgets.screen import Screen
from secondlook.ui.widgets.table import Table

NARROW, WIDE = 960, 1500
"""px; below the first the reference would be squeezed, from the second every column has room."""


class CasesTable(Table):
    """Enter opens a case, like a double click. Where it is narrow, some columns give way."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow, wide = self.width() < NARROW, self.width() >= WIDE
        for index, column in enumerate(COLUMNS):
            self.setColumnHidden(index, narrow and column.title in SPARE)
            if index:
                width = min(column.width, 144) if narrow else column.width
                self.setColumnWidth(index, width * 3 // 2 if wide else width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.doubleClicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class CasesScreen(Screen):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = CasesModel()
        self.filter = CasesFilter()
        self.filter.setSourceModel(self.model)
        self.dialog: NewCaseDialog | None = None
        self.new = Button(self.tr("New case"), "primary", "add")
        self.new.setToolTip(self.tr("Ctrl+N"))
        self.new.clicked.connect(self.open_dialog)
        self.search = SearchField(self.tr("Filter cases"))
        self.open_only = QCheckBox(self.tr("Open cases only"))
        self.table = self._table()
        self.total = Muted(wrap=False)
        self.first = Button(self.tr("New case"), "primary", "add")
        self.first.clicked.connect(self.open_dialog)
        empty = EmptyState(
            "cases",
            self.tr("No cases yet"),
            self.tr(
                "A case states why a search is made, and under which policy. "
                "Nothing can be searched without one."
            ),
            self.first,
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self._page())
        self.pages.addWidget(empty)
        self.pages.addWidget(self._nothing_found())
        self._arrange()
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.open_dialog)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)
        context.changed.cases_changed.connect(self.reload)
        context.changed.case_changed.connect(self.reload)
        self.reload()

    def focus_part(self) -> QWidget:
        return self.table if self.table.isVisible() else self.first

    def reload(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.storage, app.cases.all, self.show_cases, owner=self, key="cases"
        )

    def show_cases(self, cases: list[CaseSummary]) -> None:
        chosen = self._chosen()
        self.model.show(cases)
        for row in range(self.filter.rowCount()):
            summary = self.filter.index(row, 0).data(SUMMARY)
            if chosen and summary.case.id == chosen:
                self.table.selectRow(row)
        self._refresh()

    def open_dialog(self) -> None:
        self.dialog = NewCaseDialog(self._context, self)
        self.dialog.opened.connect(self._created)
        self.dialog.open()

    def _created(self, case: Case) -> None:
        self._context.changed.cases_changed.emit()
        self._context.navigate("case", case.id)

    def _chosen(self) -> int | None:
        index = self.table.currentIndex()
        return index.data(SUMMARY).case.id if index.isValid() else None

    def _open(self, index: QModelIndex) -> None:
        self._context.navigate("case", index.data(SUMMARY).case.id)

    def _look_for(self) -> None:
        self.filter.look_for(self.search.text(), open_only=self.open_only.isChecked())
        self._refresh()

    def _refresh(self) -> None:
        every, shown = self.model.rowCount(), self.filter.rowCount()
        self.pages.setCurrentIndex(1 if not every else 0 if shown else 2)
        for widget in (self.search, self.open_only, self.total, self.new):
            widget.setVisible(bool(every))
        cases = self.tr("1 case") if every == 1 else self.tr("{n} cases").format(n=every)
        of = self.tr("{shown} of {cases}").format(shown=shown, cases=cases)
        self.total.setText(cases if every == shown else of)

    def _table(self) -> Table:
        widths = {index: column.width for index, column in enumerate(COLUMNS) if index}
        table = CasesTable(self.tr("Cases"), self.filter, row_height=36, stretched=0, widths=widths)
        table.setSortingEnabled(True)
        table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
        table.horizontalHeader().setMinimumSectionSize(60)
        table.doubleClicked.connect(self._open)
        return table

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        return page

    def _nothing_found(self) -> QWidget:
        clear = Button(self.tr("Clear the filter"))

        def reset() -> None:
            self.search.clear()
            self.open_only.setChecked(False)

        clear.clicked.connect(reset)
        return EmptyState(
            "filter",
            self.tr("No case fits the filter"),
            self.tr("It looks at reference, purpose, policy, notes and who opened a case."),
            clear,
        )

    def _arrange(self) -> None:
        self.search.setMinimumWidth(300)
        self.search.textChanged.connect(self._look_for)
        self.open_only.toggled.connect(self._look_for)
        top = QHBoxLayout()
        top.setSpacing(SPACE[2])
        top.addWidget(Title(self.tr("Cases")))
        top.addWidget(self.total, 1)
        top.addWidget(self.open_only)
        top.addWidget(self.search)
        top.addWidget(self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[2])
        column.addLayout(top)
        column.addWidget(self.pages, 1)
