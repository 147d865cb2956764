"""The limits of points placed by hand, from both sides."""

import pytest

from secondlook.domain.errors import InputError
from secondlook.domain.faces import Box, Face, Point
from secondlook.domain.placing import misfit, placed

SIZE = (200, 160)


def face(eyes: float, left: float = 50.0, top: float = 60.0) -> list[Point]:
    """Upright, with level eyes that are so many pixels apart."""
    shape = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.57), (0.1, 1.15), (0.9, 1.15))
    return [(left + eyes * x, top + eyes * y) for x, y in shape]


def seen(points: list[Point], score: float) -> Face:
    a, b, c, d, e = points
    eye = b[0] - a[0]
    return Face(Box(a[0] - eye, a[1] - eye, 3 * eye, 3 * eye), (a, b, c, d, e), score)


def about_the_middle(points: list[Point], factor: float) -> list[Point]:
    cx, cy = (sum(p[i] for p in points) / 5 for i in (0, 1))
    return [(cx + factor * (x - cx), cy + factor * (y - cy)) for x, y in points]


@pytest.mark.parametrize(("eyes", "allowed"), [(4.0, True), (3.98, False), (3.2, False), (5, True)])
def test_eyes_closer_than_four_pixels_show_nothing(eyes: float, allowed: bool) -> None:
    if allowed:
        assert placed(face(eyes), "ana", [], SIZE).inter_eye == pytest.approx(eyes)
        return
    with pytest.raises(InputError, match="too close together"):
        placed(face(eyes), "ana", [], SIZE)


@pytest.mark.parametrize(("left", "top", "allowed"), [
    (0, 0, True), (160, 114, True), (-0.5, 60, False), (50, -0.5, False), (160.5, 60, False),
    (50, 114.5, False),
])  # fmt: skip
def test_points_lie_in_the_picture_its_border_included(
    left: float, top: float, allowed: bool
) -> None:
    if allowed:
        assert placed(face(40, left, top), "ana", [], SIZE)
        return
    with pytest.raises(InputError, match="outside the picture"):
        placed(face(40, left, top), "ana", [], SIZE)


@pytest.mark.parametrize(("drop", "allowed"), [(0.9, True), (1.2, False)])
def test_a_point_may_be_a_little_off_and_no_more(drop: float, allowed: bool) -> None:
    """The nose lies lower by so much of the eye distance."""
    points = face(40)
    points[2] = (points[2][0], points[2][1] + 40 * drop)
    assert (misfit(points) <= 0.37) == allowed
    if allowed:
        assert placed(points, "ana", [], SIZE)
        return
    with pytest.raises(InputError, match="like those of one face"):
        placed(points, "ana", [], SIZE)


@pytest.mark.parametrize(("factor", "score"), [(1.5, 0.8), (1.7, 0.0), (0.5, 0.8), (0.3, 0.0)])
def test_points_of_another_size_are_on_the_face_up_to_a_third_of_its_eye_distance(
    factor: float, score: float
) -> None:
    found = seen(face(40, 80, 60), 0.8)
    made = placed(about_the_middle(face(40, 80, 60), factor), "ana", [found], SIZE)
    assert made.score == score
    assert made.placement is not None
    assert made.placement.seen == found, "it is still where the points are"


def test_of_two_faces_there_the_nearest_is_meant_not_the_surest() -> None:
    near, surer = seen(face(40, 82, 60), 0.7), seen(face(44, 95, 70), 0.99)
    made = placed(face(40, 80, 60), "ana", [surer, near], SIZE)
    assert made.placement is not None
    assert (made.placement.seen, made.score) == (near, 0.7)
