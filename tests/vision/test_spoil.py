"""A picture made as poor as another is no better than it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from secondlook.domain.faces import Face, Quality
from secondlook.vision.blocks import unblocked
from secondlook.vision.decode import Pixels
from secondlook.vision.spoil import as_poor_as
from tests.vision.test_quality import FACE, drawn

GOOD = Quality(60, 0.9, 1, 0.6, 4, 1, 0.9, 60, 4, 2, 0.99, 0.98, 0.9, 1)


def placed(pixels: Pixels) -> Face:
    """Where the face lies in a spoilt picture: the drawn head is alone and stays in the middle."""
    scale = pixels.shape[1] / as_poor_as(drawn(), FACE, GOOD).shape[1]
    x, y = np.mean(FACE.landmarks, axis=0)
    # 2.2 eye distances of 60 px and two of border: the face's middle is at their sum.
    middle = 60 * 4.2
    a, b, c, d, e = (
        (scale * (px - x + middle), scale * (py - y + middle)) for px, py in FACE.landmarks
    )
    return replace(FACE, landmarks=(a, b, c, d, e))


@pytest.mark.parametrize("eyes", [16, 24, 40])
def test_as_small_and_with_as_little_detail(eyes: int) -> None:
    poor = replace(GOOD, inter_eye_px=float(eyes), effective_eye_px=float(eyes))
    spoilt = as_poor_as(drawn(), FACE, poor)
    assert placed(spoilt).inter_eye == pytest.approx(eyes, rel=0.05)


def test_an_enlarged_probe_is_as_large_and_empty() -> None:
    poor = replace(GOOD, inter_eye_px=60.0, effective_eye_px=10.0)
    spoilt = as_poor_as(drawn(), FACE, poor)
    face = placed(spoilt)
    assert face.inter_eye == pytest.approx(60, rel=0.05)
    whole = as_poor_as(drawn(), FACE, GOOD)
    assert cv2.Laplacian(spoilt, cv2.CV_64F).var() < 0.1 * cv2.Laplacian(whole, cv2.CV_64F).var()


@pytest.mark.parametrize("wanted", [0.3, 0.6])
def test_as_many_blocks(wanted: float) -> None:
    smooth = np.asarray(cv2.GaussianBlur(drawn(), (0, 0), 1.0), np.uint8)
    spoilt = as_poor_as(smooth, FACE, replace(GOOD, compression=wanted))
    assert unblocked(spoilt, placed(spoilt)) <= wanted + 0.02 < unblocked(smooth, FACE)


def test_hidden_eyes_and_a_hidden_mouth_are_hidden() -> None:
    whole = as_poor_as(drawn(), FACE, GOOD)
    for change, marks in (("eyes_visible", (0, 1)), ("mouth_visible", (2, 3, 4))):
        spoilt = as_poor_as(drawn(), FACE, replace(GOOD, **{change: 0.1}))
        for k, (x, y) in enumerate(placed(spoilt).landmarks):
            area = (slice(int(y) - 2, int(y) + 3), slice(int(x) - 2, int(x) + 3))
            assert (spoilt[area].std(axis=(0, 1)).max() < 1) == (k in marks)
            assert (whole[area] == spoilt[area]).all() == (k not in marks)


def test_what_was_not_measured_is_left_alone() -> None:
    unknown = Quality.from_dict({})
    assert (as_poor_as(drawn(), FACE, unknown) == as_poor_as(drawn(), FACE, GOOD)).all()
