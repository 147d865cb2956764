"""References that something is wrong with: face, name, what it is, file. Enter opens the person."""

from PySide6.QtCore import QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from secondlook.ui.context import Context
from secondlook.ui.gallery.faces import FaceQueue, paint_face
from secondlook.ui.hygiene.findings import FILE, PERSON, WHAT, Finding, FindingModel
from secondlook.ui.widgets.rows import Index, RowModel
from secondlook.ui.widgets.table import Table

FACE = 44
ROW = 60


class FindingTable(Table):
    """Only rows that are seen are painted, and only their faces are loaded."""

    person_wanted = Signal(int)

    def __init__(
        self, context: Context, model: FindingModel, name: str, parent: QWidget | None = None
    ) -> None:
        widths = {PERSON: 240, FILE: 180}
        super().__init__(name, model, row_height=ROW, stretched=WHAT, widths=widths, parent=parent)
        self.setWordWrap(True)  # a long name goes on below
        self.setSortingEnabled(True)
        self.sortByColumn(WHAT, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        faces = FaceQueue(context, self)
        faces.arrived.connect(self._face_arrived)
        self.setItemDelegateForColumn(PERSON, _FaceDelegate(faces, self))
        self.activated.connect(self._activated)

    @property
    def chosen(self) -> Finding | None:
        rows = self.selectionModel().selectedRows()
        return rows[0].data(RowModel.RowRole) if rows else None

    def _activated(self, index: QModelIndex) -> None:
        finding: Finding = index.data(RowModel.RowRole)
        self.person_wanted.emit(finding.reference.person_id)

    def _face_arrived(self, _: int) -> None:
        self.viewport().update()


class _FaceDelegate(QStyledItemDelegate):
    """A face left of the text; the ground is that of every cell."""

    def __init__(self, faces: FaceQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._faces = faces
        self._room = QPixmap(FACE, FACE)
        self._room.fill(Qt.GlobalColor.transparent)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.icon = QIcon(self._room)
        option.decorationSize = self._room.size()
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        finding: Finding = index.data(RowModel.RowRole)
        filled = QStyleOptionViewItem(option)
        self.initStyleOption(filled, index)
        style = filled.widget.style() if filled.widget else QApplication.style()
        part = QStyle.SubElement.SE_ItemViewItemDecoration
        spot = style.subElementRect(part, filled, filled.widget)
        frame = QRect(0, 0, FACE, FACE)
        frame.moveCenter(spot.center())
        side = round(FACE * painter.device().devicePixelRatioF())
        face = self._faces.face(finding.reference.reference_id, side)
        paint_face(painter, frame, face)
