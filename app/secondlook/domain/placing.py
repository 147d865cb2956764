"""Five points placed by hand: whether they can be a face, and which face of the detector's it is.

The points say where a person sees the face; they say nothing of its quality. What the detector sees
at the same place does.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import atan2, degrees, dist, isfinite, sqrt

from secondlook.domain.errors import InputError
from secondlook.domain.faces import Box, Face, Placement, Point

LAYOUT: tuple[Point, ...] = ((38.3, 51.7), (73.5, 51.5), (56.0, 71.7), (41.5, 92.4), (70.7, 92.2))
"""The five landmarks of a frontal face in an upright crop of 112 px (the common ArcFace layout)."""
LAYOUT_EYES = dist(*LAYOUT[:2])

CLOSEST = 4.0
"""px between the eyes below which nothing can be seen."""

MISFIT = 0.37
"""Of 1,234 detected portraits none lies above 0.15 of the eye distance; a head turned by 75 degrees
lies at 0.35. Points that are swapped, mirrored, in a line or on two faces lie above 0.38."""

SAME_PLACE = 0.35
"""Mean distance of the points from the detector's, in its eye distances, up to which both mean one
face: points set 1.4 times too wide lie at 0.24, 1.6 times at 0.35."""


def placed(
    points: Sequence[Point], by: str, detected: Sequence[Face], size: tuple[int, int]
) -> Face:
    """The face of five points set by ``by`` in a picture of ``size`` (width, height), with what the
    detector says there. Raises ``InputError`` for points that are no face."""
    _require_face(points, size)
    a, b, c, d, e = points
    return seen_by(Face(_box(points), (a, b, c, d, e), 0.0, turned=_turned(points)), by, detected)


def seen_by(face: Face, by: str, detected: Sequence[Face]) -> Face:
    """The face, as placed by hand by ``by``, with the detector's score for it: 0 where it sees none
    there, or one that the points are not on."""
    seen = _seen_there(face, detected)
    score = seen.score if seen and _apart(face, seen) <= SAME_PLACE else 0.0
    return replace(face, score=score, placement=Placement(by, seen))


def misfit(points: Sequence[Point]) -> float:
    """How far the points are from the layout of a face, turned, scaled and shifted to fit it best:
    the root of the mean squared distance, as a share of the layout's eye distance.

    The least-squares similarity of Umeyama (1991); it cannot mirror, so mirrored points do not fit.
    """
    p, q = _centred(points), _centred(LAYOUT)
    spread = sum(abs(z) ** 2 for z in p)
    if spread == 0:
        return float("inf")
    factor = sum(z.conjugate() * w for z, w in zip(p, q, strict=True)) / spread
    squares = [abs(factor * z - w) ** 2 for z, w in zip(p, q, strict=True)]
    return sqrt(sum(squares) / len(squares)) / LAYOUT_EYES


def _centred(points: Sequence[Point]) -> list[complex]:
    plane = [complex(x, y) for x, y in points]
    middle = sum(plane) / len(plane)
    return [z - middle for z in plane]


def _require_face(points: Sequence[Point], size: tuple[int, int]) -> None:
    if len(points) != 5:
        raise InputError("A face needs five points: two eyes, nose tip, two mouth corners.")
    width, height = size
    if not all(isfinite(x) and isfinite(y) for x, y in points) or not all(
        0 <= x <= width and 0 <= y <= height for x, y in points
    ):
        raise InputError("A point lies outside the picture.", remedy="Place the points again.")
    if dist(points[0], points[1]) < CLOSEST:
        raise InputError("The two eye points are too close together.")
    if misfit(points) > MISFIT:
        raise InputError(
            "The five points do not lie like those of one face.",
            remedy="Place them again: eyes, nose tip, mouth corners, left and right as in the "
            "picture.",
        )


def _turned(points: Sequence[Point]) -> float | None:
    """The quarter turn that shows the points right side up; None for those that are."""
    (ax, ay), (bx, by) = points[:2]
    return -round(degrees(atan2(by - ay, bx - ax)) / 90) % 4 * 90.0 or None


def _box(points: Sequence[Point]) -> Box:
    """About as the detector draws it: some two eye distances wide, three high."""
    eye = dist(points[0], points[1])
    cx = sum(x for x, _ in points) / 5
    cy = sum(y for _, y in points) / 5
    return Box(cx - 1.1 * eye, cy - 1.5 * eye, 2.2 * eye, 2.9 * eye)


def _seen_there(face: Face, detected: Sequence[Face]) -> Face | None:
    """The nearest of the detector's faces of which either holds the middle of the other, or that
    would be one unknown with the points: whatever these are on, it is known by the face there."""
    there = [f for f in detected if _over(face, f) or face.box.at_one_place(f.box)]
    return min(there, key=lambda f: _apart(face, f), default=None)


def _over(face: Face, seen: Face) -> bool:
    return _holds(seen.box, _middle(face)) or _holds(face.box, _middle(seen))


def _apart(face: Face, seen: Face) -> float:
    """Mean distance of the landmarks, in eye distances of ``seen``."""
    pairs = zip(face.landmarks, seen.landmarks, strict=True)
    return sum(dist(p, q) for p, q in pairs) / 5 / max(seen.inter_eye, 1e-6)


def _middle(face: Face) -> Point:
    return sum(x for x, _ in face.landmarks) / 5, sum(y for _, y in face.landmarks) / 5


def _holds(box: Box, point: Point) -> bool:
    x, y = point
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
