"""The log as a table: newest first, columns with names."""

from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from secondlook.domain.audit import LogEntry
from secondlook.ui.theme import fixed_font

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    SEQ = 0
    AT = 1
    ACTOR = 2
    ACT = 3
    SUBJECT = 4
    HASH = 5


def local_time(at: str) -> str:
    """A stored UTC time in the person's own zone and format."""
    moment = datetime.fromisoformat(at).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S")


class AuditModel(QAbstractTableModel):
    """Read-only rows of ``LogEntry``; a test or a view asks ``entry`` for the whole one."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[LogEntry] = []
        self._headers = {
            Column.SEQ: self.tr("No."),
            Column.AT: self.tr("Time"),
            Column.ACTOR: self.tr("Who"),
            Column.ACT: self.tr("Act"),
            Column.SUBJECT: self.tr("Subject"),
            Column.HASH: self.tr("Hash"),
        }

    def show_entries(self, entries: list[LogEntry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> LogEntry:
        return self._entries[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.SEQ:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry, column = self._entries[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            tips = {Column.AT: f"{entry.at} (UTC)", Column.HASH: entry.hash}
            return tips.get(column, self._text(entry, column))
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.SEQ:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column is Column.HASH:
            return fixed_font()
        return None

    def _text(self, entry: LogEntry, column: Column) -> str:
        match column:
            case Column.SEQ:
                return f"{entry.seq}"
            case Column.AT:
                return local_time(entry.at)
            case Column.ACTOR:
                return entry.actor
            case Column.ACT:
                return entry.act
            case Column.SUBJECT:
                return entry.subject
            case Column.HASH:
                return entry.hash[:8]
