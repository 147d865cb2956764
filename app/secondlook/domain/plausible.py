"""Whether five points that a detector found can be those of a face."""

from collections.abc import Sequence
from math import inf

from secondlook.domain.faces import Box, Point

MOUTH_BELOW = (0.7, 4.8)
"""How far the mouth lies below the line of the eyes, along the face's own axis, in eye distances:
1 from the front; a turn of the head draws the eyes together."""

NOSE_LEVEL = (0.35, 0.88)
"""Where the nose tip lies between eyes (0) and mouth (1)."""

MOUTH_WIDE = (0.35, 1.1)
"""From one corner of the mouth to the other, along the line of the eyes, in eye distances."""

OUTSIDE = 0.15
"""How far a point may lie outside the face's box, in sides of it."""


def plausible(landmarks: Sequence[Point], box: Box) -> bool:
    """Eyes above nose above mouth in the face's own upright, left and right in their order, within
    the box.

    The limits leave room around what two detectors gave for 185 portraits of faces/portraits and
    portraits_world turned over a relief by up to 60 degrees of yaw and 20 of pitch
    (models/training/turns.py), and for 587 of faces/congress: mouth 0.84 to 4.28 below the eyes,
    nose at 0.41 to 0.82, mouth 0.41 to 0.95 wide, points at most 0.02 outside; nothing of them is
    lost. Of what YuNet finds in portraits that are turned by 90 degrees one in thirty goes: points
    alone do not say which way up a face is.
    """
    (left_x, left_y), (right_x, right_y), *_ = landmarks
    ex, ey = right_x - left_x, right_y - left_y
    square = ex * ex + ey * ey
    if square <= 0:
        return False
    mx, my = (left_x + right_x) / 2, (left_y + right_y) / 2
    # Along the eyes, and down from them, in eye distances. Mirrored points have their mouth above.
    own = [
        (((x - mx) * ex + (y - my) * ey) / square, ((y - my) * ex - (x - mx) * ey) / square)
        for x, y in landmarks
    ]
    (_, nose), (mouth_left, one), (mouth_right, other) = own[2:]
    mouth = (one + other) / 2
    return (
        _within(mouth, MOUTH_BELOW)
        and _within(nose / mouth, NOSE_LEVEL)
        and _within(mouth_right - mouth_left, MOUTH_WIDE)
        and all(_outside(box, point) <= OUTSIDE for point in landmarks)
    )


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _outside(box: Box, point: Point) -> float:
    x, y = point
    if box.width <= 0 or box.height <= 0:
        return inf
    across = max(box.x - x, x - box.x - box.width) / box.width
    return max(across, max(box.y - y, y - box.y - box.height) / box.height)
