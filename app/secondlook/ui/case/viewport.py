"""Where a picture lies in a widget: zoom, pan, and the way between their coordinates."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QSizeF

from secondlook.ui.examination.geometry import Similarity

LARGEST = 16.0
"""Screen pixels per image pixel at the most."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """``scale``: screen pixels per image pixel. ``centre``: the image point in the middle.

    ``fitted``: the whole picture is shown, and stays so when the widget changes its size.
    """

    image: QSizeF
    screen: QSizeF
    scale: float = 1.0
    centre: QPointF = field(default_factory=QPointF)
    fitted: bool = True

    @classmethod
    def fit(cls, image: QSizeF, screen: QSizeF) -> "Viewport":
        """All of the picture, as large as it goes."""
        if image.isEmpty() or screen.isEmpty():
            return cls(image, screen)
        scale = min(screen.width() / image.width(), screen.height() / image.height(), LARGEST)
        return cls(image, screen, scale, QPointF(image.width() / 2, image.height() / 2))

    @property
    def smallest(self) -> float:
        return min(1.0, Viewport.fit(self.image, self.screen).scale)

    def resized(self, screen: QSizeF) -> "Viewport":
        if self.fitted:
            return Viewport.fit(self.image, screen)
        return Viewport(self.image, screen, self.scale, self.centre, False)._inside()

    def zoomed(self, factor: float, at: QPointF) -> "Viewport":
        """Larger or smaller, with the image point under the screen point ``at`` kept there."""
        scale = min(max(self.scale * factor, self.smallest), LARGEST)
        anchor = self.to_image(at)
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        centre = anchor - (at - middle) / scale
        return Viewport(self.image, self.screen, scale, centre, False)._inside()

    def moved(self, by: QPointF) -> "Viewport":
        """Dragged by ``by`` screen pixels."""
        centre = self.centre - by / self.scale
        return Viewport(self.image, self.screen, self.scale, centre, False)._inside()

    def to_image(self, point: QPointF) -> QPointF:
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        return self.centre + (point - middle) / self.scale

    def to_screen(self, point: QPointF) -> QPointF:
        middle = QPointF(self.screen.width() / 2, self.screen.height() / 2)
        return middle + (point - self.centre) * self.scale

    def similarity(self) -> Similarity:
        """From image pixels to screen pixels."""
        origin = self.to_screen(QPointF(0, 0))
        return Similarity(self.scale, 0.0, origin.x(), origin.y())

    def _inside(self) -> "Viewport":
        """The middle of the widget always shows some of the picture."""
        x = min(max(self.centre.x(), 0.0), self.image.width())
        y = min(max(self.centre.y(), 0.0), self.image.height())
        return Viewport(self.image, self.screen, self.scale, QPointF(x, y), self.fitted)
