"""A Qt model over a list of frozen rows that changes by what is new, never by a reset."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


def spans(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions as inclusive ranges: 1 2 3 7 gives (1, 3) (7, 7)."""
    first: int | None = None
    last = -1
    for position in positions:
        if first is not None and position != last + 1:
            yield first, last
            first = None
        first = position if first is None else first
        last = position
    if first is not None:
        yield first, last


class RowModel(QAbstractTableModel, Generic[T]):
    """``rows`` in the order given. ``key`` tells which row is which when new ones are shown.

    Views keep their scroll position and selection, because only real changes are announced.
    """

    RowRole = Qt.ItemDataRole.UserRole

    def __init__(self, key: Callable[[T], Hashable], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.rows: list[T] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def show(self, rows: Sequence[T]) -> None:
        """Turn what is shown into ``rows`` with as few announcements as possible."""
        new = {self._key(row): row for row in rows}
        kept = [self._key(row) for row in self.rows if self._key(row) in new]
        known = set(kept)
        if kept != [key for key in new if key in known]:  # another order
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
            return
        self._take_out([n for n, row in enumerate(self.rows) if self._key(row) not in new])
        self._put_in(rows, [n for n, row in enumerate(rows) if self._key(row) not in known])
        changed = [n for n, row in enumerate(rows) if self.rows[n] != row]
        for first, last in spans(changed):
            self.rows[first : last + 1] = rows[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def _take_out(self, positions: list[int]) -> None:
        for first, last in reversed(list(spans(positions))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()

    def _put_in(self, rows: Sequence[T], positions: list[int]) -> None:
        for first, last in spans(positions):
            self.beginInsertRows(QModelIndex(), first, last)
            self.rows[first:first] = rows[first : last + 1]
            self.endInsertRows()
