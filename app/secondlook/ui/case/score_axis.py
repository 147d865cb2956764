"""Where a score lies against the gallery's comparisons of different people, as a picture."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from secondlook.domain.policy import Policy
from secondlook.domain.records import CalibrationNote
from secondlook.ui.theme import Role, Theme

LOW, HIGH = 0.0, 0.8
"""The part of the score axis that is drawn, unless a score lies beyond."""


@dataclass(frozen=True, slots=True)
class ScoreAxis:
    """One search's axis. ``shares``: of all impostor comparisons, per equal bin over -1..1.

    ``lead`` and ``line`` are the scores at the policy's two confidences, None where the
    calibration cannot reach them.
    """

    shares: tuple[float, ...]
    lead: float | None
    line: float | None
    high: float = HIGH

    @classmethod
    def of(cls, note: CalibrationNote, policy: Policy, top: float) -> "ScoreAxis":
        """For a search whose best score is ``top``."""
        high = max(HIGH, min(1.0, math.ceil(top * 20 + 0.2) / 20))
        lead = score_at(note, policy.lead_confidence)
        return cls(note.impostors, lead, score_at(note, policy.accept_confidence), high)

    def x(self, score: float, bar: QRectF) -> float:
        share = (score - LOW) / (self.high - LOW)
        return bar.left() + bar.width() * min(max(share, 0.0), 1.0)

    def heights(self) -> list[float]:
        """Per bin 0..1, logarithmic from the rarest share seen to the commonest.

        On a linear scale the tail, which is all that matters here, would be invisible.
        """
        seen = [share for share in self.shares if share > 0]
        if not seen:
            return [0.0] * len(self.shares)
        floor, span = math.log(min(seen) / 3), math.log(max(seen)) - math.log(min(seen) / 3)
        return [(math.log(s) - floor) / span if s > 0 else 0.0 for s in self.shares]

    def outline(self, bar: QRectF) -> QPainterPath:
        """The filled distribution, standing on the bottom of ``bar``."""
        path = QPainterPath(QPointF(bar.left(), bar.bottom()))
        width = 2 / len(self.shares) if self.shares else 0
        for index, height in enumerate(self.heights()):
            start = -1 + index * width
            if start + width <= LOW + 1e-9 or start >= self.high - 1e-9:
                continue
            y = bar.bottom() - height * (bar.height() - 4)
            path.lineTo(self.x(start, bar), y)
            path.lineTo(self.x(start + width, bar), y)
        path.lineTo(bar.right(), bar.bottom())
        path.closeSubpath()
        return path


def score_at(note: CalibrationNote, percent: float) -> float | None:
    """The score at a confidence of interest, None where there is none."""
    for text, score in note.scores_at.items():
        if math.isclose(float(text), percent):
            return score
    return None


def paint_score(
    painter: QPainter, theme: Theme, axis: ScoreAxis, bar: QRectF, score: float, faded: bool
) -> None:
    """The distribution, the policy's two lines and this score's needle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hill = theme.color(Role.MUTED)
    hill.setAlphaF(0.18 if faded else 0.34)
    painter.fillPath(axis.outline(bar), hill)
    painter.setPen(QPen(theme.color(Role.BORDER), 1))
    painter.drawLine(QPointF(bar.left(), bar.bottom()), QPointF(bar.right(), bar.bottom()))
    paint_lines(painter, theme, axis, bar)
    _paint_needle(painter, needle_colour(theme, axis, score, faded), axis.x(score, bar), bar)
    painter.restore()


def paint_lines(painter: QPainter, theme: Theme, axis: ScoreAxis, bar: QRectF) -> None:
    """The lead line dashed, the policy's line solid."""
    for score, role, style in (
        (axis.lead, Role.MUTED, Qt.PenStyle.DashLine),
        (axis.line, Role.TEXT, Qt.PenStyle.SolidLine),
    ):
        if score is not None:
            x = axis.x(score, bar)
            painter.setPen(QPen(theme.color(role), 1.5, style))
            painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))


def needle_colour(theme: Theme, axis: ScoreAxis, score: float, faded: bool) -> QColor:
    if faded:
        return theme.color(Role.MUTED)
    reached = axis.line is not None and score >= axis.line
    return theme.color(Role.ACCENT if reached else Role.WARNING)


def _paint_needle(painter: QPainter, colour: QColor, x: float, bar: QRectF) -> None:
    painter.setPen(QPen(colour, 2.5))
    painter.drawLine(QPointF(x, bar.top() + 6), QPointF(x, bar.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(x, bar.top() + 6), 5, 5)
