"""Fingerprints of real pixels: copies are alike, other pictures are not."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from secondlook.domain.faces import Face
from secondlook.domain.fingerprints import BYTES, likenesses, unpack
from secondlook.domain.photographs import ALIKE
from secondlook.vision.decode import Pixels
from secondlook.vision.fingerprint import fingerprint
from tests.photograph import face_at, texture

PICTURE, FACE = texture(1), face_at(120, 140, 60)


def likeness(pixels: Pixels, face: Face) -> tuple[float, bool]:
    (mine,) = unpack([fingerprint(PICTURE, FACE)])
    (found,) = likenesses(mine, unpack([fingerprint(pixels, face)]))
    return found


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def resized(factor: float) -> tuple[Pixels, Face]:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    made = cv2.resize(PICTURE, None, fx=factor, fy=factor, interpolation=method)
    return np.asarray(made, np.uint8), face_at(120 * factor, 140 * factor, 60 * factor)


def grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, 6), 8), np.uint8)


COPIES: dict[str, Callable[[], tuple[Pixels, Face]]] = {
    "itself": lambda: (PICTURE, FACE),
    "re-saved": lambda: (jpeg(PICTURE, 40), FACE),
    "half the size": lambda: resized(0.5),
    "three times the size": lambda: resized(3),
    "cropped into the face": lambda: (PICTURE[70:220, 60:190].copy(), face_at(60, 70, 60)),
    "grey": lambda: (grey(PICTURE), FACE),
    "darker and flatter": lambda: ((PICTURE * 0.6 + 10).astype(np.uint8), FACE),
    "found a little elsewhere": lambda: (PICTURE, face_at(124, 137, 64)),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_alike(copy: str) -> None:
    value, mirrored = likeness(*COPIES[copy]())
    assert value > ALIKE
    assert not mirrored


def test_a_mirrored_copy_is_alike_and_said_to_be_mirrored() -> None:
    value, mirrored = likeness(PICTURE[:, ::-1].copy(), face_at(119, 140, 60))
    assert (value > ALIKE, mirrored) == (True, True)


def test_another_picture_is_not_alike() -> None:
    assert max(likeness(texture(n), FACE)[0] for n in range(2, 40)) < 0.75


def test_what_shows_nothing_is_like_nothing() -> None:
    flat = np.full_like(PICTURE, 128)
    (mine,) = unpack([fingerprint(flat, FACE)])
    assert likenesses(mine, mine[None])[0].value == 0


def test_outside_the_picture_is_marked_and_a_sliver_of_a_face_is_like_nothing() -> None:
    made = fingerprint(PICTURE, face_at(5, 140, 60))
    assert len(made) == BYTES
    assert 0.3 < made.count(0) / BYTES < 0.7
    assert likeness(PICTURE[:, :100].copy(), FACE)[0] == 0
