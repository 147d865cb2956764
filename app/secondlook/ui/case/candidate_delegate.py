"""How one candidate is drawn."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from secondlook.domain.records import Candidate
from secondlook.domain.review import Outcome
from secondlook.ui.case.candidate_rows import CandidateRole, CandidateRows, Fold, Row
from secondlook.ui.case.faces import request_face
from secondlook.ui.case.score_axis import paint_score
from secondlook.ui.context import Context
from secondlook.ui.theme import Role
from secondlook.ui.widgets.confidence import confidence_caption
from secondlook.ui.widgets.people import person_label
from secondlook.ui.widgets.thumbs import paint_placeholder, paint_thumbnail

Align = Qt.AlignmentFlag
PAD = 12
RANK = 24
FOLD_HEIGHT = 40
TILE = QSize(172, 204)
"""Of a face that nothing is told of yet."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a row is laid out, in px. ``stacked``: every fact has a line of its own."""

    row: int
    picture: int
    bar: int
    stacked: bool = False


SHAPES = (
    (340, Shape(180, 48, 34, stacked=True)),
    (450, Shape(180, 84, 34, stacked=True)),
    (800, Shape(141, 96, 34)),
    (math.inf, Shape(172, 140, 65)),
)
"""Each up to a width of row: where there is room, faces and the axis take it."""

OUTCOME_ROLES = {
    Outcome.ACCEPTED: (Role.SUCCESS, Role.SUCCESS_SOFT),
    Outcome.EXCLUDED: (Role.DANGER, Role.DANGER_SOFT),
    Outcome.INCONCLUSIVE: (Role.WARNING, Role.WARNING_SOFT),
    Outcome.UNRESOLVED: (Role.WARNING, Role.WARNING_SOFT),
    Outcome.SAME_PHOTOGRAPH: (Role.ACCENT, Role.ACCENT_SOFT),
    Outcome.NOT_EXAMINED: (Role.MUTED, Role.RAISED),
}
assert set(OUTCOME_ROLES) == set(Outcome)


def shape_of(width: float) -> Shape:
    return next(shape for most, shape in SHAPES if width < most)


def bar_span(width: int) -> tuple[float, float]:
    """Left and right of the score bar, and of the texts, in a row ``width`` px wide."""
    return float(PAD + RANK + shape_of(width).picture + 14), float(width - PAD)


class CandidateDelegate(QStyledItemDelegate):
    """Rank, face, name, confidence, the score against the distribution, and the review's state."""

    def __init__(self, context: Context, rows: CandidateRows) -> None:
        super().__init__()
        self._context = context
        self._theme = context.theme
        self._rows = rows
        self.shape = SHAPES[0][1]

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: QModelIndex | QPersistentModelIndex,
    ) -> QSize:
        row = index.data(CandidateRole.ROW)
        if isinstance(row, Row) and row.hidden:
            return TILE
        return QSize(0, FOLD_HEIGHT if isinstance(row, Fold) else self.shape.row)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(CandidateRole.ROW)
        place = QRectF(option.rect)
        state = option.state
        font = option.font
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, place, state)
        if isinstance(row, Fold):
            self._paint_fold(painter, place, font, row)
        elif isinstance(row, Row) and row.hidden:
            self._paint_tile(painter, place, font, row)
        elif isinstance(row, Row):
            self._paint_row(painter, place, font, row)
        painter.restore()

    def _paint_tile(self, painter: QPainter, place: QRectF, font: QFont, row: Row) -> None:
        side = place.width() - 2 * PAD
        face = QRectF(place.left() + PAD, place.top() + PAD, side, side)
        self._paint_picture(painter, face, row.candidate, faded=False)
        done = row.state.examined_by_me
        painter.setFont(_sized(font, 9, bold=True))
        painter.setPen(self._theme.color(Role.TEXT))
        line = QRectF(face.left(), face.bottom() + 6, side, 16)
        painter.drawText(line, Align.AlignLeft | Align.AlignVCenter, row.label)
        painter.setFont(_sized(font, 8.5))
        painter.setPen(self._theme.color(Role.ACCENT if done else Role.MUTED))
        line.translate(0, 15)
        painter.drawText(line, Align.AlignLeft | Align.AlignVCenter, row.review)

    def _paint_ground(self, painter: QPainter, place: QRectF, state: QStyle.StateFlag) -> None:
        inner = place.adjusted(1, 1, -1, -1)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self._theme.color(Role.ACCENT), 2))
            painter.setBrush(self._theme.color(Role.ACCENT_SOFT))
            painter.drawRoundedRect(inner, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver and state & QStyle.StateFlag.State_Enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(Role.RAISED))
            painter.drawRoundedRect(inner, 6, 6)
        else:
            painter.setPen(QPen(self._theme.color(Role.BORDER), 1))
            painter.drawLine(place.bottomLeft(), place.bottomRight())

    def _paint_fold(self, painter: QPainter, place: QRectF, font: QFont, fold: Fold) -> None:
        icon = self._theme.pixmap("chevron-down" if fold.open else "chevron-right", Role.MUTED)
        painter.drawPixmap(int(place.left()) + PAD, int(place.center().y()) - 9, icon)
        painter.setFont(_sized(font, 9))
        painter.setPen(self._theme.color(Role.MUTED))
        line = place.adjusted(PAD + 28, 0, -PAD, 0)
        text = QFontMetricsF(painter.font()).elidedText(
            fold.text, Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Align.AlignVCenter | Align.AlignLeft, text)

    def _paint_row(self, painter: QPainter, place: QRectF, font: QFont, row: Row) -> None:
        faded = not row.candidate.offered
        side = self.shape.picture
        face = QRectF(place.left() + PAD + RANK, place.top() + 14, side, side)
        painter.setFont(_sized(font, 11, bold=True))
        painter.setPen(self._theme.color(Role.MUTED))
        rank = QRectF(place.left() + PAD, face.top(), RANK - 6, 22)
        painter.drawText(rank, Align.AlignLeft | Align.AlignVCenter, str(row.candidate.rank))
        self._paint_picture(painter, face, row.candidate, faded)
        left, right = bar_span(int(place.width()))
        content = QRectF(place.left() + left, place.top() + 10, right - left, self.shape.row - 20)

        used = self._paint_confidence(painter, content, font, row, faded)
        line = QRectF(content.left(), content.top(), content.width() - used - 12, 26)
        self._paint_name(painter, line, font, row.candidate, faded)
        bar = QRectF(content.left(), content.top() + 44, content.width(), self.shape.bar)
        if self._rows.axis is not None:
            score = row.candidate.score
            paint_score(painter, self._theme, self._rows.axis, bar, score, faded)
        self._paint_facts(painter, content, bar.bottom() + 4, font, row)

    def _paint_name(
        self, painter: QPainter, line: QRectF, font: QFont, candidate: Candidate, faded: bool
    ) -> None:
        """With the key behind a name, where there is room for both."""
        painter.setFont(_sized(font, 11, bold=True))
        painter.setPen(self._theme.color(Role.MUTED if faded else Role.TEXT))
        metrics = QFontMetricsF(painter.font())
        label = person_label(candidate)
        if metrics.horizontalAdvance(label) > line.width():
            label = candidate.display_name
        name = metrics.elidedText(label, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Align.AlignLeft | Align.AlignVCenter, name)
        rest = line.adjusted(metrics.horizontalAdvance(name) + 8, 1, 0, 1)
        painter.setFont(_sized(font, 9))
        painter.setPen(self._theme.color(Role.MUTED))
        key = candidate.person_key
        fits = QFontMetricsF(painter.font()).horizontalAdvance(key) <= rest.width()
        if fits and label == candidate.display_name:
            painter.drawText(rest, Align.AlignLeft | Align.AlignVCenter, key)

    def _paint_confidence(
        self, painter: QPainter, content: QRectF, font: QFont, row: Row, faded: bool
    ) -> float:
        """At the right end of the first line, and under it what it is; gives its width."""
        measured = row.candidate.confidence.value is not None
        painter.setFont(_sized(font, 16 if measured else 11, bold=True))
        painter.setPen(self._theme.color(Role.TEXT if measured and not faded else Role.MUTED))
        width = QFontMetricsF(painter.font()).horizontalAdvance(row.confidence) + 2
        place = QRectF(content.right() - width, content.top(), width, 26)
        painter.drawText(place, Align.AlignRight | Align.AlignVCenter, row.confidence)
        painter.setFont(_sized(font, 9))
        painter.setPen(self._theme.color(Role.MUTED))
        marked = row.source and not self.shape.stacked
        caption = confidence_caption()
        words = f"{caption}, {row.source}" if marked else caption
        below = QRectF(content.left(), content.top() + 26, content.width(), 16)
        painter.drawText(below, Align.AlignRight | Align.AlignVCenter, words)
        return width

    def _paint_facts(
        self, painter: QPainter, content: QRectF, top: float, font: QFont, row: Row
    ) -> None:
        small = _sized(font, 9)
        painter.setFont(small)
        painter.setPen(self._theme.color(Role.MUTED))
        line = QRectF(content.left(), top, content.width(), 18)
        for text in self._fact_lines(row):
            fitted = QFontMetricsF(small).elidedText(
                text, Qt.TextElideMode.ElideRight, line.width()
            )
            painter.drawText(line, Align.AlignLeft | Align.AlignVCenter, fitted)
            line.translate(0, 18)
        line.translate(0, 3)
        if not self.shape.stacked:
            painter.drawText(line, Align.AlignRight | Align.AlignVCenter, row.expected)
        ink, ground = Role.MUTED, Role.RAISED
        if row.state.outcome is not None:
            ink, ground = OUTCOME_ROLES[row.state.outcome]
        elif row.state.examinations:
            ink, ground = Role.ACCENT, Role.SURFACE
        width = QFontMetricsF(_sized(font, 9, bold=True)).horizontalAdvance(row.review) + 16
        self._paint_pill(
            painter, content.left() + width, line.top() - 1, font, row.review, ink, ground
        )

    def _fact_lines(self, row: Row) -> list[str]:
        """One line where there is room, else three; an empty line keeps the rows alike."""
        if not self.shape.stacked:
            return [row.numbers]
        first, _, second = row.numbers.partition(" · ")
        mark = f"{first} · {row.source}" if row.source else first
        return [mark, second, row.expected]

    def _paint_pill(
        self, painter: QPainter, right: float, top: float, font: QFont, text: str,
        ink: Role, ground: Role,
    ) -> float:  # fmt: skip
        """A small rounded label that ends at ``right``; gives its width."""
        small = _sized(font, 9, bold=True)
        width = QFontMetricsF(small).horizontalAdvance(text) + 16
        place = QRectF(right - width, top, width, 19)
        border = {Role.RAISED: Role.BORDER, Role.SURFACE: ink}.get(ground, ground)
        painter.setPen(QPen(self._theme.color(border), 1))
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(place, 9, 9)
        painter.setFont(small)
        painter.setPen(self._theme.color(ink))
        painter.drawText(place, Align.AlignCenter, text)
        return width

    def _paint_picture(
        self, painter: QPainter, place: QRectF, candidate: Candidate, faded: bool
    ) -> None:
        key = request_face(self._context, candidate.reference_sha256, candidate.reference_face)
        picture = self._context.thumbnails.pixmap(key)
        painter.setOpacity(0.45 if faded else 1.0)
        if picture is not None:
            paint_thumbnail(painter, place, picture)
        else:
            failed = bool(self._context.thumbnails.failure(key))
            paint_placeholder(painter, place, "warning" if failed else "person")
        painter.setOpacity(1.0)


def _sized(font: QFont, points: float, *, bold: bool = False) -> QFont:
    sized = QFont(font)
    sized.setPointSizeF(points)
    sized.setBold(bold)
    return sized
