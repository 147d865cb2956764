"""The errors of a gallery: why images were not enrolled; filter, open, retry."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.errors import ImageFault
from secondlook.domain.records import EnrolmentItem
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.faults import (
    DETAIL,
    IMAGE,
    PERSON,
    REASON,
    FaultFilter,
    FaultModel,
    detail,
)
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.flow import FlowLayout
from secondlook.ui.widgets.labels import Muted, Text
from secondlook.ui.widgets.table import Table


class ReasonChips(QWidget):
    """One chip a reason with its count, and one for all; exactly one is on."""

    chosen = Signal(object)
    """An ``ImageFault``, or None for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, 8)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._chips: dict[ImageFault | None, Button] = {}

    @property
    def reason(self) -> ImageFault | None:
        return next((r for r, chip in self._chips.items() if chip.isChecked()), None)

    def chip(self, reason: ImageFault | None) -> Button | None:
        return self._chips.get(reason)

    def show_counts(self, counts: dict[ImageFault, int]) -> None:
        """Chips for the reasons there are. The chosen one stays, or gives way to all."""
        wanted: dict[ImageFault | None, int] = {None: sum(counts.values())}
        wanted.update(counts.items())
        before = self.reason
        for reason in [r for r in self._chips if r not in wanted]:
            chip = self._chips.pop(reason)
            self._group.removeButton(chip)
            chip.hide()
            chip.deleteLater()
        for reason, count in wanted.items():
            if reason not in self._chips:
                self._chips[reason] = self._new(reason)
            label = self.tr("All") if reason is None else texts.fault(reason)
            self._chips[reason].setText(f"{label}  {texts.number(count)}")
        kept = before if before in self._chips else None
        self._chips[kept].setChecked(True)
        if kept is not before:
            self.chosen.emit(kept)

    def _new(self, reason: ImageFault | None) -> Button:
        chip = Button("")
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self.chosen.emit(reason))
        self._group.addButton(chip)
        self._flow.addWidget(chip)
        return chip


class ErrorsPanel(QWidget):
    """Emits what is to be retried; the gallery screen does it."""

    retry_wanted = Signal(object)
    """Ids of the failed images (list[int]), or None for all of them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._blocked = ""
        self.model = FaultModel(self)
        self.filter = FaultFilter(self.model, self)
        self.chips = ReasonChips()
        self.chips.chosen.connect(self._filter)
        self.table = self._table()
        self.detail = Text(wrap=True)
        self._selected = Muted(wrap=False)
        self.open_image = Button(self.tr("Open image"), icon="open")
        self.open_folder = Button(self.tr("Show folder"), icon="folder")
        self.retry_selected = Button(self.tr("Retry selected"), icon="retry")
        self.retry_all = Button(self.tr("Retry all"), icon="retry")
        self.open_image.clicked.connect(self._open_image)
        self.open_folder.clicked.connect(self._open_folder)
        self.retry_selected.clicked.connect(
            lambda: self.retry_wanted.emit([item.id for item in self.selected()])
        )
        self.retry_all.clicked.connect(lambda: self.retry_wanted.emit(None))
        self._lay_out()
        self._refresh_actions()

    def show_items(self, items: list[EnrolmentItem]) -> None:
        self.model.show(items)
        counts = Counter(item.fault for item in items if item.fault)
        self.chips.show_counts({fault: counts[fault] for fault in ImageFault if counts[fault]})
        self._stack.setCurrentIndex(0 if items else 1)
        self._refresh_actions()

    def block_retry(self, reason: str) -> None:
        """Why nothing can be retried now; empty when it can."""
        self._blocked = reason
        self._refresh_actions()

    def selected(self) -> list[EnrolmentItem]:
        return self.filter.items(self.table.selectionModel().selectedRows())

    def _table(self) -> Table:
        table = Table(
            self.tr("Images with errors"),
            self.filter,
            row_height=34,
            stretched=DETAIL,
            widths={IMAGE: 200, PERSON: 170, REASON: 130},
        )
        table.setSortingEnabled(True)
        table.sortByColumn(IMAGE, Qt.SortOrder.AscendingOrder)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        padding = "QHeaderView::section { padding-left: 11px; }"  # where cells start
        table.horizontalHeader().setStyleSheet(padding)
        table.selectionModel().selectionChanged.connect(self._refresh_actions)
        table.activated.connect(self._open_image)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        return table

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addWidget(self._selected, 1)
        for button in (self.open_image, self.open_folder, self.retry_selected, self.retry_all):
            actions.addWidget(button)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.chips)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
        column.addLayout(actions)
        self._stack = QStackedWidget()
        self._stack.addWidget(content)
        self._stack.addWidget(
            EmptyState(
                "check",
                self.tr("No errors"),
                self.tr("Images that cannot be enrolled are listed here, with the reason."),
            )
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 0)
        outer.addWidget(self._stack)

    def _filter(self, reason: ImageFault | None) -> None:
        self.filter.only(reason)
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        items = self.selected()
        self._selected.setText(
            self.tr("{} selected").format(texts.images(len(items)))
            if items
            else self.tr("{} shown").format(texts.images(self.filter.rowCount()))
        )
        self.detail.setText(f"{items[0].path}\n{detail(items[0])}" if len(items) == 1 else "")
        self.detail.setVisible(len(items) == 1)
        self.open_image.setEnabled(len(items) == 1)
        self.open_folder.setEnabled(len(items) == 1)
        self.retry_selected.setEnabled(bool(items) and not self._blocked)
        self.retry_all.setEnabled(bool(self.model.rows) and not self._blocked)
        for button in (self.retry_selected, self.retry_all):
            button.setToolTip(self._blocked)

    def _menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.open_image, self.open_folder, self.retry_selected):
            action = menu.addAction(button.text(), button.click)
            action.setEnabled(button.isEnabled())
        menu.popup(self.table.viewport().mapToGlobal(where))

    def _open_image(self, _: QModelIndex | bool = False) -> None:
        for item in self.selected()[:1]:
            self._open(Path(item.path))

    def _open_folder(self) -> None:
        for item in self.selected()[:1]:
            self._open(Path(item.path).parent)

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._context.notify(self.tr("{} could not be opened.").format(path), "warning")
