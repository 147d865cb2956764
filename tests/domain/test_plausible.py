"""Which five points can be a face's."""

from math import cos, radians, sin

import pytest

from secondlook.domain.faces import Box, Point
from secondlook.domain.placing import LAYOUT
from secondlook.domain.plausible import plausible

BOX = Box(10, 15, 92, 100)


def turned(points: list[Point], by: float) -> tuple[list[Point], Box]:
    """About the middle of the layout, by degrees, with a box around them."""
    c, s = cos(radians(by)), sin(radians(by))
    there = [
        (56 + (x - 56) * c - (y - 68) * s, 68 + (x - 56) * s + (y - 68) * c) for x, y in points
    ]
    return there, Box(6, 18, 100, 100)


@pytest.mark.parametrize("by", range(0, 360, 30))
def test_a_face_is_one_whichever_way_up(by: int) -> None:
    assert plausible(*turned(list(LAYOUT), by))


LEFT, RIGHT, NOSE, MOUTH_LEFT, MOUTH_RIGHT = LAYOUT
WRONG = {
    "left and right of all swapped": [RIGHT, LEFT, NOSE, MOUTH_RIGHT, MOUTH_LEFT],
    "the eyes alone swapped": [RIGHT, LEFT, NOSE, MOUTH_LEFT, MOUTH_RIGHT],
    "the mouth alone swapped": [LEFT, RIGHT, NOSE, MOUTH_RIGHT, MOUTH_LEFT],
    "eyes and mouth swapped": [MOUTH_LEFT, MOUTH_RIGHT, NOSE, LEFT, RIGHT],
    "a nose below the mouth": [LEFT, RIGHT, (56, 98), MOUTH_LEFT, MOUTH_RIGHT],
    "a nose between the eyes": [LEFT, RIGHT, (56, 52), MOUTH_LEFT, MOUTH_RIGHT],
    "a mouth far below": [LEFT, RIGHT, (56, 150), (41, 240), (71, 240)],
    "one place": [LEFT] * 5,
    "eyes in one place": [LEFT, LEFT, NOSE, MOUTH_LEFT, MOUTH_RIGHT],
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("by", [0, 100, 180])
def test_points_in_the_wrong_order_are_no_face(what: str, by: int) -> None:
    assert not plausible(*turned(WRONG[what], by))


def test_points_outside_their_box_are_no_face() -> None:
    assert plausible(LAYOUT, BOX)
    assert not plausible(LAYOUT, Box(60, 15, 92, 100))
    assert not plausible(LAYOUT, Box(10, 15, 0, 0))
