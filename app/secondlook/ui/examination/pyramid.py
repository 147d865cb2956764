"""An original at halving sizes, so that a pane draws a few hundred thousand pixels of any image."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from secondlook.ui.examination.geometry import Similarity

SMALLEST = 512
"""px of the longer side below which halving again saves nothing."""


@dataclass(frozen=True, slots=True)
class Pyramid:
    """``levels[k]`` is the original at 2**-k. ``data`` keeps the pixels that level 0 borrows."""

    levels: tuple[QImage, ...]
    data: bytes

    @property
    def width(self) -> int:
        return self.levels[0].width()

    @property
    def height(self) -> int:
        return self.levels[0].height()

    def draw(
        self,
        painter: QPainter,
        placement: Similarity,
        size: QSizeF,
        ratio: float,
        tones: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        """Paint the visible part: ``placement`` takes image pixels to logical pane pixels.

        Smooth when made smaller, nearest neighbour beyond 1:1 on the device (``ratio`` device
        pixels to a logical one): an enlargement must not invent detail. ``tones``: 256 levels
        applied to a copy of what is seen, so that their cost does not grow with the image.
        """
        on_device = placement.scale * ratio
        index = min(max(0, math.floor(-math.log2(on_device))), len(self.levels) - 1)
        level = self.levels[index]
        across, down = self.width / level.width(), self.height / level.height()
        transform = _transform(placement)
        seen = transform.inverted()[0].mapRect(QRectF(0, 0, size.width(), size.height()))
        part = QRectF(
            seen.x() / across, seen.y() / down, seen.width() / across, seen.height() / down
        ).toAlignedRect()
        part = part.adjusted(-2, -2, 2, 2).intersected(QRect(0, 0, level.width(), level.height()))
        if part.isEmpty():
            return
        cut = level.copy(part).convertToFormat(QImage.Format.Format_RGB32)
        if tones is not None:
            _tone(np.frombuffer(cut.bits(), np.uint16), tones)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on_device <= 1.001)
        painter.setTransform(transform, True)
        painter.scale(across, down)
        painter.drawImage(part.topLeft(), cut)
        painter.restore()


def build(rgb: bytes, width: int, height: int) -> Pyramid:
    """From rows of RGB bytes without padding. Seconds for 100 megapixels: not on the UI thread."""
    image = QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888)
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) >= 2 * SMALLEST:
        last = levels[-1]
        levels.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            ).convertToFormat(QImage.Format.Format_RGB32)
        )
    return Pyramid(tuple(levels), rgb)


def _tone(pairs: npt.NDArray[np.uint16], tones: npt.NDArray[np.uint8]) -> None:
    """Two bytes by one look-up: half the time of byte by byte, and panning stays smooth."""
    table = tones.astype(np.uint16)
    both = ((table[:, np.newaxis] << 8) | table).ravel()
    np.take(both, pairs, out=pairs, mode="clip")


def _transform(placement: Similarity) -> QTransform:
    a, b = placement.a, placement.b
    return QTransform(a, b, -b, a, placement.dx, placement.dy)
