"""The table of cases: columns, what each shows, and what it is sorted by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from secondlook.services.cases import CaseSummary
from secondlook.ui.case.texts import day, day_and_time, tr

Index = QModelIndex | QPersistentModelIndex
SORT = Qt.ItemDataRole.UserRole + 1
SUMMARY = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Column:
    """``sort`` gives what the column is ordered by where that is not its text."""

    title: str
    text: Callable[[CaseSummary], str]
    sort: Callable[[CaseSummary], Any] | None = None
    figure: bool = False
    width: int = 0
    tip: Callable[[CaseSummary], str] | None = None


COLUMNS: tuple[Column, ...] = (
    Column("Reference", lambda s: s.case.reference, tip=lambda s: s.case.reference),
    Column("Purpose", lambda s: s.case.purpose, width=168, tip=lambda s: s.case.purpose),
    Column("Policy", lambda s: s.case.policy.title, width=178, tip=lambda s: s.case.policy.title),
    Column(
        "Opened",
        lambda s: day(s.case.opened_at),
        lambda s: s.case.opened_at,
        width=100,
        tip=lambda s: day_and_time(s.case.opened_at),
    ),
    Column("By", lambda s: s.case.opened_by, width=116, tip=lambda s: s.case.opened_by),
    Column("Probes", lambda s: str(s.probes), lambda s: s.probes, True, 76),
    Column("Undecided", lambda s: str(s.undecided or "–"), lambda s: s.undecided, True, 98),
    Column("Leads", lambda s: str(s.accepted or "–"), lambda s: s.accepted, True, 68),
    Column("State", lambda s: tr("Closed") if s.case.closed_at else tr("Open"), width=80),
)
"""In the order of the table; the first takes the width that is left. Titles are translated."""

SPARE = ("By", "Probes")
"""Given up first where the window is narrow."""

TOOLTIPS = {
    "Undecided": "Offered candidates without a decision",
    "Leads": "Candidates accepted as an investigative lead, not an identification",
}


class CasesModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._cases: list[CaseSummary] = []

    def show(self, cases: list[CaseSummary]) -> None:
        self.beginResetModel()
        self._cases = cases
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cases)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(column.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(TOOLTIPS[column.title]) if column.title in TOOLTIPS else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        summary, column = self._cases[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(summary)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(summary) if column.tip else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == SORT:
            return column.sort(summary) if column.sort else column.text(summary).casefold()
        if role == SUMMARY:
            return summary
        return None


class CasesFilter(QSortFilterProxyModel):
    """Cases whose reference, purpose, policy, opener or notes contain the text."""

    def __init__(self) -> None:
        super().__init__()
        self.setSortRole(SORT)
        self._text = ""
        self._open_only = False

    def look_for(self, text: str, *, open_only: bool) -> None:
        self.beginFilterChange()
        self._text, self._open_only = text.casefold().strip(), open_only
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        summary = self.sourceModel().index(row, 0, parent).data(SUMMARY)
        assert isinstance(summary, CaseSummary)
        case = summary.case
        if self._open_only and case.closed_at:
            return False
        where = (case.reference, case.purpose, case.policy.title, case.opened_by, case.notes)
        return self._text in "\n".join(where).casefold()


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
