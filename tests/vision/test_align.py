"""The similarity transform and the aligned crop."""

import cv2
import numpy as np
import pytest

from secondlook.domain.errors import ImageError
from secondlook.vision.align import align, similarity

TEMPLATE = [(38.0, 52.0), (74.0, 52.0), (56.0, 72.0), (42.0, 92.0), (70.0, 92.0)]


def moved(scale: float, angle: float, shift: complex) -> list[tuple[float, float]]:
    factor = scale * np.exp(1j * angle)
    points = [factor * complex(x, y) + shift for x, y in TEMPLATE]
    return [(float(p.real), float(p.imag)) for p in points]


@pytest.mark.parametrize("scale", [0.2, 1.0, 7.0])
@pytest.mark.parametrize("angle", [0.0, 0.5, 3.0])
def test_an_exact_similarity_is_recovered(scale: float, angle: float) -> None:
    source = moved(scale, angle, 30 + 400j)
    matrix = similarity(source, TEMPLATE)
    back = np.hstack([np.array(source), np.ones((5, 1))]) @ matrix.T
    assert back == pytest.approx(np.array(TEMPLATE), abs=1e-9)


def test_least_squares_agrees_with_a_general_solver() -> None:
    """The same problem as linear equations in (a, b, tx, ty), solved by numpy."""
    rng = np.random.default_rng(0)
    source = [(x + rng.normal(0, 4), y + rng.normal(0, 4)) for x, y in moved(2, 0.3, 5 + 5j)]
    rows, wanted = [], []
    for (x, y), (u, v) in zip(source, TEMPLATE, strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        wanted += [u, v]
    a, b, tx, ty = np.linalg.lstsq(np.array(rows), np.array(wanted))[0]
    assert similarity(source, TEMPLATE) == pytest.approx(np.array([[a, -b, tx], [b, a, ty]]))


def test_coinciding_points_are_refused() -> None:
    with pytest.raises(ImageError, match="on one another"):
        similarity([(3.0, 3.0)] * 5, TEMPLATE)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0, 9.0])
def test_dots_land_on_the_template_at_any_size(scale: float) -> None:
    """Also where the photograph is first shrunk: no shift by half a pixel may creep in."""
    points = moved(scale, 0.2, 60 + 20j)
    side = int(260 * scale)
    pixels = np.zeros((side, side, 3), np.uint8)
    for x, y in points:
        centre = (round(x * 16), round(y * 16))
        cv2.circle(pixels, centre, max(16, round(32 * scale)), (255, 255, 255), -1, cv2.LINE_AA, 4)
    crop = align(pixels, points, TEMPLATE, 112)
    assert crop.shape == (112, 112, 3)
    for x, y in TEMPLATE:
        x0, y0 = round(x) - 6, round(y) - 6
        weight = crop[y0 : y0 + 13, x0 : x0 + 13, 0].astype(float)
        rows, columns = np.mgrid[y0 : y0 + 13, x0 : x0 + 13]
        centre_x = (weight * columns).sum() / weight.sum()
        centre_y = (weight * rows).sum() / weight.sum()
        assert (centre_x, centre_y) == pytest.approx((x, y), abs=0.3)


def test_outside_the_picture_its_border_is_repeated() -> None:
    pixels = np.full((40, 40, 3), 77, np.uint8)
    for scale in (0.5, 4.0):
        far = moved(scale, 0, 300 + 300j)
        assert np.all(align(pixels, far, TEMPLATE, 112) == 77)
        assert np.all(align(pixels, moved(scale, 0, -900 - 900j), TEMPLATE, 112) == 77)


def test_shrinking_leaves_no_moire() -> None:
    """A one-pixel checkerboard, ten times larger than the crop, averages to grey."""
    side = 1400
    board = (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)
    crop = align(np.dstack([board] * 3), moved(10, 0.1, 100 + 50j), TEMPLATE, 112)
    assert crop.astype(int).std() < 6
    assert abs(crop.astype(int).mean() - 127) < 4


@pytest.mark.parametrize("axis", [0, 1])
def test_the_first_pixels_of_a_shrunk_crop_see_what_lies_beside_it(axis: int) -> None:
    """White from the middle of the first row or column on: the half that lies outside is dark."""
    scale, corner = 9, 400
    white = np.zeros((2000, 2000), np.uint8)
    white[corner:] = 255
    pixels = np.dstack([white if axis == 0 else white.T] * 3)
    crop = align(pixels, moved(scale, 0, corner * (1 + 1j)), TEMPLATE, 112)
    edge, next_one = (crop.take(i, axis=axis).astype(float) for i in (0, 1))
    assert np.all(np.abs(edge - 127) < 30)
    assert np.all(next_one > 220)
