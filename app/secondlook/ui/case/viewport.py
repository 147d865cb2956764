"""Where a picture lies in a widget: zoom, pan, turn, and the way between their coordinates."""

from dataclasses import dataclass, field, replace
from math import cos, radians, sin

from PySide6.QtCore import QPointF, QSizeF

from secondlook.ui.examination.geometry import Similarity

LARGEST = 16.0
"""Screen pixels per image pixel at the most."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """``scale``: screen pixels per image pixel. ``centre``: the image point in the middle.

    ``fitted``: the whole picture is shown, and stays so when the widget changes its size.
    ``turn``: degrees by which it is shown turned, clockwise; image points stay what they are.
    """

    image: QSizeF
    screen: QSizeF
    scale: float = 1.0
    centre: QPointF = field(default_factory=QPointF)
    fitted: bool = True
    turn: int = 0

    @classmethod
    def fit(cls, image: QSizeF, screen: QSizeF, turn: int = 0) -> "Viewport":
        """All of the picture, as large as it goes."""
        if image.isEmpty() or screen.isEmpty():
            return cls(image, screen, turn=turn)
        shown = image.transposed() if turn % 180 else image
        scale = min(screen.width() / shown.width(), screen.height() / shown.height(), LARGEST)
        centre = QPointF(image.width() / 2, image.height() / 2)
        return cls(image, screen, scale, centre, turn=turn)

    @property
    def smallest(self) -> float:
        return min(1.0, Viewport.fit(self.image, self.screen, self.turn).scale)

    def resized(self, screen: QSizeF) -> "Viewport":
        if self.fitted:
            return Viewport.fit(self.image, screen, self.turn)
        return replace(self, screen=screen)._inside()

    def zoomed(self, factor: float, at: QPointF) -> "Viewport":
        """Larger or smaller, with the image point under the screen point ``at`` kept there."""
        scale = min(max(self.scale * factor, self.smallest), LARGEST)
        anchor = self.to_image(at)
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        centre = anchor - self._back(at - middle) / scale
        return replace(self, scale=scale, centre=centre, fitted=False)._inside()

    def moved(self, by: QPointF) -> "Viewport":
        """Dragged by ``by`` screen pixels."""
        centre = self.centre - self._back(by) / self.scale
        return replace(self, centre=centre, fitted=False)._inside()

    def to_image(self, point: QPointF) -> QPointF:
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        return self.centre + self._back(point - middle) / self.scale

    def to_screen(self, point: QPointF) -> QPointF:
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        return middle + _turned(point - self.centre, self.turn) * self.scale

    def similarity(self) -> Similarity:
        """From image pixels to screen pixels."""
        origin = self.to_screen(QPointF(0, 0))
        angle = radians(self.turn)
        a, b = self.scale * cos(angle), self.scale * sin(angle)
        return Similarity(a, b, origin.x(), origin.y())

    def _back(self, by: QPointF) -> QPointF:
        """A way on the screen as one in the picture, but for the scale."""
        return _turned(by, -self.turn)

    def _inside(self) -> "Viewport":
        """The middle of the widget always shows some of the picture."""
        x = min(max(self.centre.x(), 0.0), self.image.width())
        y = min(max(self.centre.y(), 0.0), self.image.height())
        return replace(self, centre=QPointF(x, y))


def _turned(by: QPointF, degrees: int) -> QPointF:
    """Clockwise, by a quarter or several, exactly."""
    for _ in range(degrees // 90 % 4):
        by = QPointF(-by.y(), by.x())
    return by
