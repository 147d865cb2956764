"""The candidates of one search under the axis that their score bars share."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from secondlook.ui.case.candidate_delegate import (
    FOLD_HEIGHT,
    CandidateDelegate,
    bar_span,
    shape_of,
)
from secondlook.ui.case.candidate_rows import CandidateRows, Fold, Row, rows_of
from secondlook.ui.case.case_data import SearchRow
from secondlook.ui.case.score_axis import LOW, ScoreAxis
from secondlook.ui.case.texts import percent
from secondlook.ui.context import Context
from secondlook.ui.theme import Role, Theme

Align = Qt.AlignmentFlag
Key = Qt.Key


class CandidateView(QListView):
    """J and K move, Enter opens."""

    wanted = Signal(QModelIndex)
    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Key.Key_J: 1, Key.Key_K: -1}.get(Key(event.key()), 0)
        if step and not event.modifiers():
            self._move(step)
        elif event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self.wanted.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        rows = self.model().rowCount()
        row = self.currentIndex().row() + step
        while 0 <= row < rows:
            index = self.model().index(row, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return
            row += step


class ScaleHead(QWidget):
    """The score axis above the list: figures, and the names of the policy's two lines."""

    def __init__(self, view: QListView) -> None:
        super().__init__()
        self._view = view
        self._axis: ScoreAxis | None = None
        self._labels = ("", "")
        self.setFixedHeight(38)
        self.setAccessibleName(self.tr("Score axis"))
        self.setToolTip(
            self.tr(
                "Grey: how often different people in this gallery score so, on a logarithmic "
                "scale. Dashed: candidates are offered from here. Solid: the policy's line."
            )
        )
        view.viewport().installEventFilter(self)

    def show_axis(self, axis: ScoreAxis | None, lead: str, line: str) -> None:
        self._axis, self._labels = axis, (lead, line)
        self.update()

    @property
    def useful(self) -> bool:
        """Nothing is drawn while every score is hidden."""
        return self._axis is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self._axis is None:
            return
        theme = Theme.current()
        painter = QPainter(self)
        font = painter.font()
        font.setPointSizeF(8.5)
        painter.setFont(font)
        viewport = self._view.viewport()
        shift = viewport.mapTo(self.window(), viewport.rect().topLeft()).x()
        shift -= self.mapTo(self.window(), self.rect().topLeft()).x()
        left, right = bar_span(viewport.width())
        bar = QRectF(left + shift, 0, right - left, self.height())
        painter.setPen(theme.color(Role.MUTED))
        lower = QRectF(0, 18, bar.left() - 22, 18)
        painter.drawText(lower, Align.AlignRight | Align.AlignVCenter, self.tr("Score"))
        legend = self.tr("Grey: different people (log)")
        taken = painter.fontMetrics().horizontalAdvance(self._labels[0])
        lead = bar.right() if self._axis.lead is None else self._axis.x(self._axis.lead, bar)
        room = QRectF(12, 1, lead - taken - 28, 16)
        if painter.fontMetrics().horizontalAdvance(legend) <= room.width():
            painter.drawText(room, Align.AlignLeft | Align.AlignVCenter, legend)
        step = 0.2
        for index in range(round((self._axis.high - LOW) / step) + 1):
            value = LOW + index * step
            x = self._axis.x(value, bar)
            painter.drawText(QRectF(x - 20, 18, 40, 18), Align.AlignCenter, f"{value:.1f}")
        self._paint_lines(painter, self._axis, bar)

    def _paint_lines(self, painter: QPainter, axis: ScoreAxis, bar: QRectF) -> None:
        """The lead line is named on its left and the policy's line on its right."""
        theme = Theme.current()
        if axis.lead is not None:
            x = axis.x(axis.lead, bar)
            painter.setPen(theme.color(Role.MUTED))
            place = QRectF(x - 200, 1, 196, 16)
            painter.drawText(place, Align.AlignRight | Align.AlignVCenter, self._labels[0])
            painter.setPen(QPen(theme.color(Role.MUTED), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(int(x), 2, int(x), 16)
        if axis.line is not None:
            x = axis.x(axis.line, bar)
            painter.setPen(theme.color(Role.TEXT))
            text = self._labels[1]
            if x + 4 + painter.fontMetrics().horizontalAdvance(text) > self.width():
                text = text.rpartition(": ")[2]
            place = QRectF(x + 4, 1, 200, 16)
            painter.drawText(place, Align.AlignLeft | Align.AlignVCenter, text)
            painter.setPen(QPen(theme.color(Role.TEXT), 1.5))
            painter.drawLine(int(x), 2, int(x), 16)


class CandidateList(QWidget):
    selected = Signal(int)
    """Index among the offered candidates."""
    opened = Signal(int)
    folded = Signal(bool)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.rows = CandidateRows()
        self.view = CandidateView()
        self.view.setModel(self.rows)
        self.view.setProperty("kind", "plain")
        self.delegate = CandidateDelegate(context, self.rows)
        self.view.setItemDelegate(self.delegate)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(self.tr("Candidates"))
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.head = ScaleHead(self.view)
        self._search_id: int | None = None
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.view, 1)
        self.view.selectionModel().currentChanged.connect(self._current)
        self.view.wanted.connect(self._open)
        self.view.resized.connect(self._reshape)
        self.view.doubleClicked.connect(self._double_clicked)
        self.view.clicked.connect(self._clicked)
        context.thumbnails.arrived.connect(self._repaint)  # a lambda would outlive the view
        context.theme.changed.connect(self._repaint)

    def show_search(self, result: SearchRow, index: int) -> None:
        """Show a search with its ``index``-th offered candidate selected."""
        same = self._search_id == result.search.id
        known = [row.candidate.id for row in self.rows.candidates()]
        if same and known and known == [row.candidate.id for row in rows_of(result)]:
            self.rows.refresh(result)
        else:
            self._search_id = result.search.id
            self._lay(tiles=not result.revealed)
            self.rows.show(result)
            self.select(index)
        policy = result.search.policy
        hidden = not result.revealed
        lead = self.tr("offered from {line}").format(line=percent(policy.lead_confidence))
        line = self.tr("policy's line: {line}").format(line=percent(policy.accept_confidence))
        self.head.show_axis(None if hidden else self.rows.axis, lead, line)
        self.fit()

    def select(self, index: int) -> None:
        if 0 <= index < self.rows.rowCount() and isinstance(self.rows.row(index), Row):
            self.view.setCurrentIndex(self.rows.index(index))

    def fit(self) -> None:
        """With nothing offered there is one line to show, until it is unfolded."""
        folds = [isinstance(self.rows.row(i), Fold) for i in range(self.rows.rowCount())]
        only_fold = folds == [True]
        self.head.setVisible(not only_fold and self.head.useful)
        self.view.setMaximumHeight(FOLD_HEIGHT + 6 if only_fold else 16777215)

    def _lay(self, *, tiles: bool) -> None:
        """Faces that nothing is told of stand side by side."""
        mode = QListView.ViewMode.IconMode if tiles else QListView.ViewMode.ListMode
        if self.view.viewMode() is not mode:
            self.view.setViewMode(mode)
            self.view.setMovement(QListView.Movement.Static)
            self.view.setResizeMode(QListView.ResizeMode.Adjust)
            self.view.setSpacing(6 if tiles else 0)

    def _reshape(self) -> None:
        shape = shape_of(self.view.viewport().width())
        if shape != self.delegate.shape:
            self.delegate.shape = shape
            self.view.doItemsLayout()

    def _current(self, index: QModelIndex) -> None:
        if index.isValid() and isinstance(self.rows.row(index.row()), Row):
            self.selected.emit(index.row())

    def _clicked(self, index: QModelIndex) -> None:
        if isinstance(self.rows.row(index.row()), Fold):
            self._toggle()

    def _double_clicked(self, index: QModelIndex) -> None:
        if isinstance(self.rows.row(index.row()), Row):
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row = self.rows.row(index.row())
        if isinstance(row, Fold):
            self._toggle()
        elif row.candidate.offered:
            self.opened.emit(index.row())

    def _toggle(self) -> None:
        self.rows.toggle_fold()
        self.fit()
        rows = [self.rows.row(i) for i in range(self.rows.rowCount())]
        self.folded.emit(any(isinstance(r, Fold) and r.open for r in rows))

    def _repaint(self) -> None:
        self.view.viewport().update()
        self.head.update()
