"""Turned and tilted portraits are found right side up, upright ones as they always were."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from secondlook.bootstrap import open_models
from secondlook.domain.faces import Face, wrapped
from secondlook.vision.decode import Pixels, decode
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.likeness import likeness

pytestmark = pytest.mark.shared

PAIRS = [("secondlook-mini-detector", "secondlook-mini"), ("yunet-dynamic", "reid-retail-0095")]


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: pair[0])
def engine(request: pytest.FixtureRequest, shared_models: Path) -> Engine:
    return open_engine(open_models(shared_models), *request.param)


@pytest.fixture(scope="module")
def portraits(shared_faces: Path) -> list[Pixels]:
    files = sorted((shared_faces / "congress/gallery").glob("*.jpg"))[::45]
    return [decode(file.read_bytes(), name=file.name).pixels for file in files]


def turned(pixels: Pixels, by: float) -> Pixels:
    """Clockwise by degrees, in a picture that holds all of it."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -by, 1)
    cos, sin = np.abs(matrix[0, :2])
    wide, high = round(height * sin + width * cos), round(height * cos + width * sin)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    return np.asarray(cv2.warpAffine(pixels, matrix, (wide, high)), np.uint8)


def the_face(engine: Engine, pixels: Pixels) -> Face:
    (face,) = engine.faces(pixels, thorough=False)
    return face


@pytest.mark.parametrize(("by", "least"), [(90, 0.85), (180, 0.85), (270, 0.85), (35, 0.7)])
def test_a_turned_portrait_has_the_template_of_the_upright_one(
    engine: Engine, portraits: list[Pixels], by: float, least: float
) -> None:
    for pixels in portraits:
        other = turned(pixels, by)
        face = the_face(engine, other)
        assert face.turned is not None
        assert abs(wrapped(face.turned + by)) <= 30, "the picture is to be turned back"
        same = engine.template(pixels, the_face(engine, pixels)) @ engine.template(other, face)
        assert same > least


def test_an_upright_portrait_is_found_as_it_stands(engine: Engine, portraits: list[Pixels]) -> None:
    level = 0
    for pixels in portraits:
        face = the_face(engine, pixels)
        assert face.turned is not None
        assert abs(wrapped(face.turned)) < 15
        plain = engine.detector.detect(pixels, thorough=False)[0]
        level += face.landmarks == plain.landmarks
    assert level >= 0.6 * len(portraits), "the others are tilted a little"


def test_a_turn_that_is_asked_for_is_the_only_one(engine: Engine, portraits: list[Pixels]) -> None:
    other = turned(portraits[0], 180)
    assert [f.turned for f in engine.faces(other, thorough=False, turn=180)] == [
        pytest.approx(180, abs=15)
    ]
    wrong = engine.faces(other, thorough=False, turn=0)
    assert all(abs(wrapped(face.turned or 0)) < 45 for face in wrong)


def test_a_negative_is_told_and_a_picture_is_none(engine: Engine, portraits: list[Pixels]) -> None:
    for pixels in portraits:
        assert engine.upright.inversion(pixels, the_face(engine, pixels)) == 0
        for face in engine.faces(255 - pixels, thorough=False):
            assert engine.upright.inversion(255 - pixels, face) > 0


def test_points_the_wrong_way_up_are_off_level_by_as_much(
    engine: Engine, portraits: list[Pixels]
) -> None:
    """As references from before there were turns have them, whoever found them."""
    for pixels in portraits[:3]:
        face = the_face(engine, pixels)
        assert engine.upright.roll(pixels, face) < 15
        assert engine.upright.roll(pixels, replace(face, turned=None)) < 15
        a, b, c, d, e = face.landmarks
        middle = np.mean(face.landmarks, axis=0)
        p = [tuple(2 * middle - point) for point in (a, b, c, d, e)]
        wrong = replace(face, landmarks=(p[0], p[1], p[2], p[3], p[4]), turned=None)
        assert engine.upright.roll(pixels, wrong) > 150


def test_a_negative_looks_less_like_a_face_than_the_picture(
    engine: Engine, portraits: list[Pixels]
) -> None:
    for pixels in portraits:
        points = the_face(engine, pixels).landmarks
        shown, negative = likeness(pixels, points), likeness(255 - pixels, points)
        assert shown > 0.2
        assert negative == pytest.approx(-shown, abs=0.02)
