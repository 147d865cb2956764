"""The people of a gallery as a grid of faces: only what is seen is painted and loaded."""

from PySide6.QtCore import QModelIndex, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from secondlook.domain.records import PersonRow
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.faces import FaceQueue
from secondlook.ui.gallery.rows import Index, RowModel
from secondlook.ui.theme import Role

FACE = 104
CELL = QSize(136, 164)


class PeopleModel(RowModel[PersonRow]):
    """Persons of a gallery, by name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda person: person.id, parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        person = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return person.display_name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{person.display_name}, {texts.references(person.references)}"
        return person if role == self.RowRole else None


class PersonDelegate(QStyledItemDelegate):
    """Face, name, number of references."""

    def __init__(self, context: Context, faces: FaceQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._faces = context.theme, faces

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        person: PersonRow = index.data(RowModel.RowRole)
        cell = _content(option.rect)
        state = option.state
        painter.save()
        self._ground(painter, cell, state)
        face = QRect(cell.x() + (cell.width() - FACE) // 2, cell.y() + 10, FACE, FACE)
        self._faces.paint(painter, face, person.reference_id)
        line = QRect(cell.x() + 8, face.bottom() + 6, cell.width() - 16, 18)
        painter.setPen(self._theme.color(Role.TEXT))
        self._write(painter, line, person.display_name)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() - 1)
        painter.setFont(font)
        painter.setPen(self._theme.color(Role.MUTED))
        self._write(painter, line.translated(0, 17), texts.references(person.references))
        painter.restore()

    def _ground(self, painter: QPainter, cell: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(Role.ACCENT_SOFT if selected else Role.RAISED))
            painter.drawRoundedRect(cell, 8, 8)
        if selected or focused:
            painter.setPen(QPen(self._theme.color(Role.ACCENT), 2 if focused else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 8, 8)

    @staticmethod
    def _write(painter: QPainter, line: QRect, text: str) -> None:
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)


def _content(cell: QRect) -> QRect:
    """Cells share out the width of the grid; what is painted keeps its own, in the middle."""
    spare = cell.width() - CELL.width()
    return cell.adjusted(spare // 2 + 4, 4, -(spare - spare // 2) - 4, -4)


class PeopleGrid(QListView):
    """Arrow keys move, typing jumps to a name; the columns share out the width."""

    person_chosen = Signal(object)
    """A ``PersonRow``, or None."""

    def __init__(self, context: Context, model: PeopleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("People of the gallery"))
        self.setProperty("kind", "plain")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(CELL)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(CELL.height() // 3)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        faces = FaceQueue(context, self)
        faces.arrived.connect(self.viewport().update)
        self.setItemDelegate(PersonDelegate(context, faces, self))
        self.setModel(model)
        self.selectionModel().currentChanged.connect(self._chosen)
        context.theme.changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = self.viewport().width() - 1
        columns = max(1, width // CELL.width())
        self.setGridSize(QSize(width // columns, CELL.height()))
        super().resizeEvent(event)

    def clear_choice(self) -> None:
        self.setCurrentIndex(QModelIndex())

    def _chosen(self, current: QModelIndex) -> None:
        self.person_chosen.emit(current.data(RowModel.RowRole) if current.isValid() else None)
