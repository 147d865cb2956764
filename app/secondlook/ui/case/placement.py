"""Placing the five points of a face by hand: which one is next, undo, done. No widgets."""

from dataclasses import dataclass

from secondlook.domain.faces import Point

PROMPTS = (
    "Click the eye at the left of the picture",
    "Click the eye at the right of the picture",
    "Click the tip of the nose",
    "Click the corner of the mouth at the left",
    "Click the corner of the mouth at the right",
)
"""One per landmark, in the order of ``Face.landmarks``; translated where they are shown."""

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
