"""Placing the five points of a face by hand: which one is next, undo, done. No widgets."""

from dataclasses import dataclass

from secondlook.domain.faces import Point

PROMPTS = (
    "click the eye at the left",
    "click the eye at the right",
    "click the tip of the nose",
    "click the left mouth corner",
    "click the right mouth corner",
)
"""One per landmark, in the order of ``Face.landmarks``, left and right as in the picture.

Translated where they are shown."""

Landmarks = tuple[Point, Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Placement:
    """The points placed so far, in pixels of the upright image."""

    points: tuple[Point, ...] = ()

    @property
    def prompt(self) -> str:
        return PROMPTS[len(self.points)] if len(self.points) < len(PROMPTS) else ""

    def placed(self, point: Point) -> "Placement":
        return self if self.landmarks else Placement((*self.points, point))

    def undone(self) -> "Placement":
        return Placement(self.points[:-1])

    @property
    def landmarks(self) -> Landmarks | None:
        """All five, or None while any is missing."""
        if len(self.points) < len(PROMPTS):
            return None
        a, b, c, d, e = self.points
        return a, b, c, d, e
