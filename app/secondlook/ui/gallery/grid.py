"""The people of a gallery as a grid of faces: only what is seen is painted and loaded."""

import time
from collections import OrderedDict

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from secondlook.domain.records import PersonRow
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.faces import FaceQueue, paint_face
from secondlook.ui.theme import Role
from secondlook.ui.widgets.rows import Index, RowModel

FACE = 104
CELL = QSize(136, 164)
FRAME_S = 0.016
"""For new cells in one paint; the rest follow in the next: nothing waits for a screenful."""
KEPT = 400
"""Drawn cells in memory; one takes 90 kB."""
LOOK = (
    QStyle.StateFlag.State_Selected
    | QStyle.StateFlag.State_MouseOver
    | QStyle.StateFlag.State_HasFocus
)
"""What of a cell's state can be seen."""


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
    """Face, name, number of references.

    A cell is drawn once and kept as a picture: while an enrolment keeps all cores busy, one call
    into Qt per cell keeps the window fluent where forty would not.
    """

    def __init__(self, context: Context, faces: FaceQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._faces = context.theme, faces
        self._cells: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._deadline = 0.0
        self.unfinished = False
        """The frame had no time left for some new cells: it has to be painted again."""
        context.theme.changed.connect(self._cells.clear)

    def begin_frame(self) -> None:
        self._deadline = time.monotonic() + FRAME_S
        self.unfinished = False

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        person: PersonRow = index.data(RowModel.RowRole)
        ratio = painter.device().devicePixelRatioF()
        face = self._faces.face(person.reference_id, round(FACE * ratio))
        look = option.state & LOOK
        facts = person.display_name, person.references, person.reference_id
        key = (person.id, *facts, look.value, ratio, face is not None)
        cell = self._cells.get(key)
        if cell is None:
            if time.monotonic() > self._deadline:
                self.unfinished = True
                return
            cell = self._cells[key] = self._draw(person, face, look, ratio)
            while len(self._cells) > KEPT:
                self._cells.popitem(last=False)
        self._cells.move_to_end(key)
        spare = (option.rect.width() - CELL.width()) // 2  # cells share out the grid's width
        painter.drawPixmap(option.rect.x() + spare, option.rect.y(), cell)

    def _draw(
        self, person: PersonRow, face: QPixmap | None, look: QStyle.StateFlag, ratio: float
    ) -> QPixmap:
        picture = QPixmap(CELL * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(QApplication.font())
        cell = QRect(4, 4, CELL.width() - 8, CELL.height() - 8)
        self._ground(painter, cell, look)
        frame = QRect(cell.x() + (cell.width() - FACE) // 2, cell.y() + 10, FACE, FACE)
        paint_face(painter, frame, face)
        line = QRect(cell.x() + 8, frame.bottom() + 6, cell.width() - 16, 18)
        painter.setPen(self._theme.color(Role.TEXT))
        self._write(painter, line, person.display_name)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() - 1)
        painter.setFont(font)
        painter.setPen(self._theme.color(Role.MUTED))
        self._write(painter, line.translated(0, 17), texts.references(person.references))
        painter.end()
        return picture

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


class PeopleGrid(QListView):
    """Arrow keys move, typing jumps to a name; the columns share out the width."""

    person_chosen = Signal(object)
    """A ``PersonRow``, or None."""

    def __init__(self, context: Context, model: PeopleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = model
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
        bar = self.verticalScrollBar()  # always there, so that columns keep still; seen when used
        bar.rangeChanged.connect(lambda _, last: bar.setEnabled(last > 0))
        faces = FaceQueue(context, self)
        faces.arrived.connect(self._face_arrived)
        self._delegate = PersonDelegate(context, faces, self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(self._chosen)
        context.theme.changed.connect(self.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = self.viewport().width() - 1
        columns = max(1, width // CELL.width())
        size = QSize(width // columns, CELL.height())
        moved = size != self.gridSize()
        self.setGridSize(size)
        super().resizeEvent(event)
        if moved and self.selectedIndexes():  # the panel that opened must not push its person away
            QTimer.singleShot(0, self, lambda: self.scrollTo(self.currentIndex()))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._delegate.begin_frame()
        super().paintEvent(event)
        if self._delegate.unfinished:
            QTimer.singleShot(0, self.viewport(), self.viewport().update)

    def _face_arrived(self, reference_id: int) -> None:
        """Repaint the one cell, not the screen."""
        for row, person in enumerate(self._people.rows):
            if person.reference_id == reference_id:
                self.update(self._people.index(row, 0))

    def _chosen(self) -> None:
        chosen = self.selectedIndexes()
        self.person_chosen.emit(chosen[0].data(RowModel.RowRole) if chosen else None)
