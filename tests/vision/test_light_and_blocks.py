"""Light from one side and blocks of compression, on pictures that are made here."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from secondlook.domain.faces import Face
from secondlook.vision.blocks import unblocked
from secondlook.vision.decode import Pixels
from secondlook.vision.light import uniformity
from tests.vision.test_quality import FACE, drawn


def half_lit(skin: int, dark: float) -> Pixels:
    """A crop of one colour whose right half has ``dark`` of the other's light."""
    light = np.full((112, 112), (skin / 255) ** 2.2)
    light[:, 56:] *= dark
    values = np.rint(255 * light ** (1 / 2.2)).astype(np.uint8)
    return np.repeat(values[..., None], 3, axis=2)


@pytest.mark.parametrize("skin", [60, 120, 200])
def test_light_from_one_side_is_told_alike_on_dark_and_light_skin(skin: int) -> None:
    assert uniformity(half_lit(skin, 1)) == 1
    for dark in (0.5, 0.25):
        found = uniformity(half_lit(skin, dark))
        assert dark - 0.03 <= found <= dark + 0.13
        assert found == pytest.approx(uniformity(half_lit(skin, dark)[:, ::-1]))


def test_hair_over_half_of_the_forehead_is_no_light() -> None:
    crop = half_lit(150, 1)
    crop[:50, :56] = 10
    assert uniformity(crop) == 1


def smooth(scale: float = 1) -> tuple[Pixels, Face]:
    """The drawn head as a lens would show it, and a face that lies on it."""
    pixels = cv2.GaussianBlur(drawn(), (0, 0), 1.0)
    pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    a, b, c, d, e = ((x * scale, y * scale) for x, y in FACE.landmarks)
    return np.asarray(pixels, np.uint8), replace(FACE, landmarks=(a, b, c, d, e))


def saved(pixels: Pixels, quality: int) -> Pixels:
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def resized(pixels: Pixels, face: Face, scale: float) -> tuple[Pixels, Face]:
    drawn_again = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    a, b, c, d, e = ((x * scale, y * scale) for x, y in face.landmarks)
    return np.asarray(drawn_again, np.uint8), replace(face, landmarks=(a, b, c, d, e))


def test_blocks_show_where_jpeg_keeps_little() -> None:
    pixels, face = smooth()
    found = [unblocked(saved(pixels, q), face) for q in (95, 75, 10, 5)]
    assert found[0] > 0.75
    assert found[1] > 0.75
    assert found[3] < 0.55
    assert found[3] < found[2] < found[1]


@pytest.mark.parametrize("scale", [0.6, 1.6, 2.0])
def test_blocks_stay_when_the_picture_is_resized_and_saved_well(scale: float) -> None:
    pixels, face = smooth()
    spoilt, there = resized(saved(pixels, 5), face, scale)
    well, _ = resized(pixels, face, scale)
    assert unblocked(saved(spoilt, 92), there) < 0.6 < unblocked(saved(well, 92), there)


def test_blocks_shift_with_a_cut() -> None:
    """Nothing rests on where the blocks begin."""
    pixels, face = smooth()
    spoilt = saved(pixels, 5)[3:, 5:]
    a, b, c, d, e = ((x - 5, y - 3) for x, y in face.landmarks)
    assert unblocked(spoilt, replace(face, landmarks=(a, b, c, d, e))) < 0.55


def test_blocks_too_small_for_a_matcher_to_see_do_no_harm() -> None:
    pixels, face = smooth(6)
    assert unblocked(saved(pixels, 5), face) > unblocked(saved(*smooth()[:1], 5), FACE) + 0.2


def test_a_face_outside_the_picture_has_nothing_to_show() -> None:
    far = tuple((x + 5000, y) for x, y in FACE.landmarks)
    a, b, c, d, e = far
    assert unblocked(drawn(), replace(FACE, landmarks=(a, b, c, d, e))) == 0
