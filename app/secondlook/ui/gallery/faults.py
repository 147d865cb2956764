"""The error list of a gallery as a model: image, person, reason, detail; filtered and sorted."""

from PySide6.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt

from secondlook.domain.errors import ImageFault
from secondlook.domain.records import EnrolmentItem
from secondlook.ui.gallery import texts
from secondlook.ui.widgets.rows import Index, RowModel

IMAGE, PERSON, REASON, DETAIL = range(4)


class FaultModel(RowModel[EnrolmentItem]):
    """Failed images of the enrolment list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda item: item.id, parent)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Image"), self.tr("Person"), self.tr("Reason"), self.tr("Detail"))
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cells(item)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.path if index.column() == IMAGE else _cells(item)[index.column()]
        return item if role == self.RowRole else None


class FaultFilter(QSortFilterProxyModel):
    """Rows of one reason, or all; sorts without regard to case."""

    def __init__(self, source: FaultModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reason: ImageFault | None = None
        self._source = source
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setSourceModel(source)

    def only(self, reason: ImageFault | None) -> None:
        self.beginFilterChange()
        self.reason = reason
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        return self.reason is None or self._source.rows[row].fault is self.reason

    def items(self, indexes: list[QModelIndex]) -> list[EnrolmentItem]:
        """The failed images behind rows of a view, from top to bottom."""
        rows = sorted({index.row() for index in indexes})
        return [self.index(row, 0).data(RowModel.RowRole) for row in rows]


def detail(item: EnrolmentItem) -> str:
    """What happened and what to do, without the path in front."""
    text = item.detail.removeprefix(f"{item.path}: ")
    return text[:1].upper() + text[1:]


def _cells(item: EnrolmentItem) -> tuple[str, str, str, str]:
    return texts.file_name(item.path), item.display_name, texts.fault(item.fault), detail(item)
