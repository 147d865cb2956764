"""List items of two lines, with a face beside them where there is one."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from secondlook.domain.faces import Face
from secondlook.ui.case.faces import request_face
from secondlook.ui.context import Context
from secondlook.ui.theme import Role
from secondlook.ui.widgets.thumbs import paint_placeholder, paint_thumbnail

Align = Qt.AlignmentFlag
LINES = Qt.ItemDataRole.UserRole + 1
KEY = Qt.ItemDataRole.UserRole + 2
PICTURE = 52


@dataclass(frozen=True, slots=True)
class Lines:
    """``face``: the original's SHA-256 and the face in it; None where none is found."""

    title: str
    detail: str
    pictured: bool = False
    face: tuple[str, Face] | None = None


class TwoLineList(QListWidget):
    """A list to choose one from. ``KEY`` holds the id that an item stands for."""

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "plain")
        self.setItemDelegate(_TwoLineDelegate(context, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        context.thumbnails.arrived.connect(self._repaint)  # a lambda would outlive the list
        context.theme.changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.viewport().update()

    def show_items(self, items: list[tuple[int, Lines]], chosen: int | None) -> None:
        """Replace all, silently."""
        self.blockSignals(True)
        self.clear()
        for key, lines in items:
            item = QListWidgetItem(f"{lines.title}, {lines.detail}")
            item.setToolTip(f"{lines.title}\n{lines.detail}")
            item.setData(LINES, lines)
            item.setData(KEY, key)
            self.addItem(item)
            if key == chosen:
                self.setCurrentItem(item)
        self.blockSignals(False)


class _TwoLineDelegate(QStyledItemDelegate):
    def __init__(self, context: Context, parent: TwoLineList) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        return QSize(0, 68 if index.data(LINES).pictured else 50)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        place = QRectF(option.rect)
        state = option.state
        font = option.font
        lines: Lines = index.data(LINES)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, place.adjusted(1, 1, -1, -1), state)
        left = 10.0
        if lines.pictured:
            self._paint_picture(painter, QRectF(place.left() + 8, place.top() + 8, 52, 52), lines)
            left = PICTURE + 18.0
        text = place.adjusted(left, 8, -8, -8)
        middle = text.center().y()
        upper = QRectF(text.left(), middle - 19, text.width(), 19)
        theme = self._context.theme
        _elided(
            painter,
            upper,
            font,
            lines.title,
            Qt.TextElideMode.ElideMiddle,
            theme.color(Role.TEXT).name(),
        )
        lower = upper.translated(0, 19)
        _elided(
            painter,
            lower,
            font,
            lines.detail,
            Qt.TextElideMode.ElideRight,
            theme.color(Role.MUTED).name(),
        )
        painter.restore()

    def _paint_ground(self, painter: QPainter, place: QRectF, state: QStyle.StateFlag) -> None:
        theme = self._context.theme
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.color(Role.ACCENT), 2))
            painter.setBrush(theme.color(Role.ACCENT_SOFT))
            painter.drawRoundedRect(place, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(Role.RAISED))
            painter.drawRoundedRect(place, 6, 6)

    def _paint_picture(self, painter: QPainter, place: QRectF, lines: Lines) -> None:
        if lines.face is None:
            paint_placeholder(painter, place, "face")
            return
        key = request_face(self._context, *lines.face)
        pixmap = self._context.thumbnails.pixmap(key)
        if pixmap is not None:
            paint_thumbnail(painter, place, pixmap)
        else:
            failed = bool(self._context.thumbnails.failure(key))
            paint_placeholder(painter, place, "warning" if failed else "person")


def _elided(
    painter: QPainter, place: QRectF, font: QFont, text: str, mode: Qt.TextElideMode, colour: str
) -> None:
    small = QFont(font)
    small.setPointSizeF(9)
    painter.setFont(small)
    painter.setPen(colour)
    fitted = QFontMetricsF(small).elidedText(text, mode, place.width())
    painter.drawText(place, Align.AlignVCenter | Align.AlignLeft, fitted)
