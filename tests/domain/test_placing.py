"""Points placed by hand: what is no face is refused, and what the detector says there counts."""

from collections.abc import Sequence
from itertools import permutations
from math import cos, inf, nan, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.errors import InputError
from secondlook.domain.faces import Box, Face, Point
from secondlook.domain.placing import LAYOUT, misfit, placed

SIZE = (1000, 800)


def moved(
    points: Sequence[Point], by: Point = (0, 0), scale: float = 1, turn: float = 0
) -> tuple[Point, ...]:
    """About the middle of the points, then shifted; degrees."""
    cx, cy = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    a, b = scale * cos(radians(turn)), scale * sin(radians(turn))
    return tuple(
        (
            cx + by[0] + a * (x - cx) - b * (y - cy),
            cy + by[1] + b * (x - cx) + a * (y - cy),
        )
        for x, y in points
    )


POINTS = moved(LAYOUT, (300, 200))


def detected(points: Sequence[Point], score: float = 0.9) -> Face:
    a, b, c, d, e = points
    eye = ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5
    return Face(
        Box(c[0] - 1.1 * eye, c[1] - 1.5 * eye, 2.2 * eye, 2.9 * eye), (a, b, c, d, e), score
    )


def test_where_the_detector_sees_nothing_there_is_no_score() -> None:
    elsewhere = detected(moved(POINTS, (400, 0)))
    for faces in ([], [elsewhere]):
        face = placed(POINTS, "ana", faces, SIZE)
        assert face.score == 0
        assert face.placement is not None
        assert face.placement.by == "ana"
        assert face.placement.seen is None


def test_where_the_detector_sees_the_face_its_score_counts() -> None:
    near, far = detected(moved(POINTS, (3, -2)), 0.7), detected(moved(POINTS, (200, 0)), 0.99)
    face = placed(POINTS, "ana", [far, near], SIZE)
    assert face.score == 0.7
    assert face.placement is not None
    assert face.placement.seen == near


@pytest.mark.parametrize(("aside", "there"), [(1.0, True), (1.4, True), (1.5, False)])
def test_points_that_would_be_one_unknown_with_a_face_are_known_by_it(
    aside: float, there: bool
) -> None:
    """In eye distances to its side: the middle of either lies outside the other's box."""
    eye = POINTS[1][0] - POINTS[0][0]
    near = detected(POINTS)
    face = placed(moved(POINTS, (aside * eye, 0)), "ana", [near], SIZE)
    assert face.seen == (near if there else face)
    assert face.score == 0
    assert face.box.at_one_place(near.box) == there


@pytest.mark.parametrize(("scale", "score"), [(1.0, 0.9), (1.4, 0.9), (2.0, 0.0), (3.0, 0.0)])
def test_points_of_another_size_are_of_the_face_there_and_soon_not_on_it(
    scale: float, score: float
) -> None:
    small = detected(moved(POINTS, scale=1 / scale))
    face = placed(POINTS, "ana", [small], SIZE)
    assert face.placement is not None
    assert face.placement.seen == small
    assert face.score == score


@pytest.mark.parametrize("turn", [-180, -90, -30, 0, 45, 90])
def test_a_face_may_be_turned_in_the_picture(turn: float) -> None:
    assert placed(moved(POINTS, turn=turn), "ana", [], SIZE).landmarks


TURNED = [(1, 4, 2, 0, 3), (4, 3, 2, 1, 0), (3, 0, 2, 4, 1)]
"""A quarter, a half and three quarters round: how the points of a face in a turned picture lie."""
OTHERS = [order for order in permutations(range(5)) if order not in TURNED][1:]


@pytest.mark.parametrize("order", OTHERS)
def test_points_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="like those of one face"):
        placed([POINTS[i] for i in order], "ana", [detected(POINTS)], SIZE)


@pytest.mark.parametrize("order", TURNED)
def test_a_turned_order_is_not_the_face_that_the_detector_sees(order: tuple[int, ...]) -> None:
    assert placed([POINTS[i] for i in order], "ana", [detected(POINTS)], SIZE).score == 0


LINE = [(100.0, 100.0), (200.0, 100.0), (150.0, 100.0), (120.0, 100.0), (180.0, 100.0)]
MIRRORED = [(1000 - x, y) for x, y in POINTS]
TWO_FACES = [*POINTS[:3], *moved(POINTS, (120, 0))[3:]]
EYES_OF_TWO = [POINTS[0], moved(POINTS, (120, 0))[1], *POINTS[2:]]


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (POINTS[:4], "five points"),
        ([POINTS[0], *POINTS[:4]], "too close"),
        ([(300.0, 200.0)] * 5, "too close"),
        (LINE, "like those of one face"),
        (MIRRORED, "like those of one face"),
        (TWO_FACES, "like those of one face"),
        (EYES_OF_TWO, "like those of one face"),
        (moved(POINTS, (-400, 0)), "outside"),
        (moved(POINTS, (0, 700)), "outside"),
        ([(nan, 1.0), *POINTS[1:]], "outside"),
        ([*POINTS[:4], (inf, 1.0)], "outside"),
    ],
)
def test_what_is_no_face_is_refused(points: Sequence[Point], text: str) -> None:
    with pytest.raises(InputError, match=text):
        placed(points, "ana", [], SIZE)


def test_a_turned_head_still_fits() -> None:
    head = ((-0.5, 0, 0), (0.5, 0, 0), (0, 0.58, 0.43), (-0.42, 1.15, 0), (0.42, 1.15, 0))
    for yaw in (-75, -45, 0, 60, 75):
        a = radians(yaw)
        seen = [(500 + 60 * (x * cos(a) + z * sin(a)), 300 + 60 * y) for x, y, z in head]
        assert placed(seen, "ana", [], SIZE)


@given(st.floats(0.1, 10), st.floats(-180, 180))
def test_the_fit_knows_neither_size_nor_turn(scale: float, turn: float) -> None:
    assert misfit(moved(LAYOUT, (5, 9), scale, turn)) == pytest.approx(0, abs=1e-9)
