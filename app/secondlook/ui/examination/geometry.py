"""Where each image lies in its pane: eyes aligned, equal scale. Pure; originals are not touched.

Three planes. *Image*: pixels of the upright original. *Eye plane*: origin midway between the eyes,
x along them, one eye distance as unit, y downwards; the same for both faces. *Pane*: screen pixels.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from math import atan2, cos, hypot, radians, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from secondlook.domain.faces import Point

WHOLE_HEAD = (0.0, 0.3, 5.2)
"""The region that "fit" shows: centre x, y and height, in eye distances."""
LEAST_WIDTH = 1.9
"""Eye distances: both eyes with their outer corners. No region is shown narrower than this."""
TONE_STEPS = 10
"""Steps from untouched to the strongest brightness or contrast, as people read them."""
SCALE_LIMITS = (8.0, 40_000.0)
"""Screen pixels per eye distance, from a face lost in a crowd to single pixels."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """(x, y) -> (a x - b y + dx, b x + a y + dy): rotation, one scale, translation."""

    a: float = 1.0
    b: float = 0.0
    dx: float = 0.0
    dy: float = 0.0

    @property
    def scale(self) -> float:
        return hypot(self.a, self.b)

    def __call__(self, point: Point) -> Point:
        x, y = point
        return self.a * x - self.b * y + self.dx, self.b * x + self.a * y + self.dy

    def then(self, after: "Similarity") -> "Similarity":
        a, b = after.a * self.a - after.b * self.b, after.b * self.a + after.a * self.b
        dx, dy = after((self.dx, self.dy))
        return Similarity(a, b, dx, dy)

    def inverse(self) -> "Similarity":
        square = self.a * self.a + self.b * self.b
        a, b = self.a / square, -self.b / square
        return Similarity(a, b, -(a * self.dx - b * self.dy), -(b * self.dx + a * self.dy))


def turned(angle: float, scale: float) -> Similarity:
    """Rotation by ``angle`` radians (clockwise on screen) and scale, about the origin."""
    return Similarity(scale * cos(angle), scale * sin(angle))


def eye_frame(landmarks: Sequence[Point]) -> Similarity:
    """Image to eye plane, from the first two landmarks. Coinciding points count as 1 px apart."""
    (ax, ay), (bx, by) = landmarks[:2]
    distance = max(hypot(bx - ax, by - ay), 1.0)
    to_origin = Similarity(dx=-(ax + bx) / 2, dy=-(ay + by) / 2)
    return to_origin.then(turned(-atan2(by - ay, bx - ax), 1 / distance))


@dataclass(frozen=True, slots=True)
class View:
    """What a pane shows: its centre in the eye plane and screen pixels per eye distance."""

    x: float = WHOLE_HEAD[0]
    y: float = WHOLE_HEAD[1]
    scale: float = 100.0

    def projection(self, rotation: float, width: float, height: float) -> Similarity:
        """Eye plane to pane, for a pane of ``width`` x ``height``; ``rotation`` in degrees."""
        moved = Similarity(dx=-self.x, dy=-self.y)
        to_middle = Similarity(dx=width / 2, dy=height / 2)
        return moved.then(turned(radians(rotation), self.scale)).then(to_middle)


def region_view(region: tuple[float, float, float], width: float, height: float) -> View:
    """The closest view that holds a region (centre x, y, height) in a pane of that size."""
    x, y, tall = region
    scale = min(height / tall, width / max(LEAST_WIDTH, 0.8 * tall))
    return View(x, y, _within(scale))


@dataclass(frozen=True, slots=True)
class Offset:
    """How far one pane was moved away from the shared view: eye distances, and a scale ratio."""

    x: float = 0.0
    y: float = 0.0
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Adjustments:
    """The same for both sides. Rotation in degrees; brightness and contrast -1..1, 0 as it is."""

    rotation: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0

    @property
    def tones(self) -> npt.NDArray[np.uint8] | None:
        """256 output levels, monotonous; None when they change nothing."""
        if not self.brightness and not self.contrast:
            return None
        levels = np.arange(256) / 255 - 0.5
        slope = 3.0**self.contrast  # from a third of the contrast to three times as much
        shown = levels * slope + 0.5 + self.brightness / 2
        return np.asarray(np.clip(shown * 255 + 0.5, 0, 255), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Stage:
    """The state of both panes (0 probe, 1 reference). Every change gives a new stage."""

    view: View = field(default_factory=View)
    offsets: tuple[Offset, Offset] = (Offset(), Offset())
    locked: bool = True
    adjustments: Adjustments = field(default_factory=Adjustments)

    @property
    def aligned(self) -> bool:
        return self.offsets == (Offset(), Offset())

    def shown(self, pane: int) -> View:
        """The view of one pane: the shared one and its own offset."""
        view, offset = self.view, self.offsets[pane]
        return View(view.x + offset.x, view.y + offset.y, view.scale * offset.ratio)

    def moved(self, pane: int, to: View) -> "Stage":
        """``pane`` shows ``to``: the other follows while locked, and stays where it is if not."""
        to = replace(to, scale=_within(to.scale))
        if self.locked:
            own = self.offsets[pane]
            return replace(self, view=View(to.x - own.x, to.y - own.y, to.scale / own.ratio))
        offset = Offset(to.x - self.view.x, to.y - self.view.y, to.scale / self.view.scale)
        pair = (offset, self.offsets[1]) if pane == 0 else (self.offsets[0], offset)
        return replace(self, offsets=pair)

    def panned(self, pane: int, dx: float, dy: float) -> "Stage":
        """The image of ``pane`` follows the hand by (dx, dy) screen pixels."""
        view = self.shown(pane)
        ex, ey = turned(radians(-self.adjustments.rotation), 1 / view.scale)((dx, dy))
        return self.moved(pane, replace(view, x=view.x - ex, y=view.y - ey))

    def zoomed(self, pane: int, factor: float, at: Point = (0.0, 0.0)) -> "Stage":
        """Scale by ``factor``; the point ``at`` (screen pixels from the pane's middle) stays."""
        view = self.shown(pane)
        scale = _within(view.scale * factor)
        back = turned(radians(-self.adjustments.rotation), 1 / view.scale - 1 / scale)
        ex, ey = back(at)
        return self.moved(pane, View(view.x + ex, view.y + ey, scale))

    def native(self, pane: int, frame: Similarity, device_ratio: float) -> "Stage":
        """One pixel of that pane's image is one pixel of the screen."""
        view = self.shown(pane)
        return self.moved(pane, replace(view, scale=1 / (frame.scale * device_ratio)))

    def looking_at(
        self, region: tuple[float, float, float], width: float, height: float
    ) -> "Stage":
        """Both panes at a region; a hand-made offset between them is kept."""
        return replace(self, view=region_view(region, width, height))

    def realigned(self) -> "Stage":
        return replace(self, offsets=(Offset(), Offset()))

    def to_dict(self) -> dict[str, Any]:
        """What an examination records: adjustments, offsets and lock, not where one looked last."""
        return {
            "adjustments": asdict(self.adjustments),
            "offsets": [asdict(o) for o in self.offsets],
            "locked": self.locked,
        }

    def restored(self, data: dict[str, Any]) -> "Stage":
        """With the adjustments of ``to_dict``; a record without them gives a fresh stage."""
        if "offsets" not in data:
            return Stage(self.view)
        first, second = (Offset(**o) for o in data["offsets"])
        adjustments = Adjustments(**data["adjustments"])
        return Stage(self.view, (first, second), bool(data["locked"]), adjustments)


def _within(scale: float) -> float:
    low, high = SCALE_LIMITS
    return max(low, min(high, scale))
