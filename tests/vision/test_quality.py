"""Each component falls (pose rises) under the degradation that it is named after."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from secondlook.domain.errors import ImageError
from secondlook.domain.faces import Box, Component, Face, Point
from secondlook.vision.decode import Pixels
from secondlook.vision.quality import measure
from tests.vision.measured import measured

POSE = Component.POSE
Points = tuple[Point, Point, Point, Point, Point]
LANDMARKS: Points = ((120, 140), (180, 140), (150, 182), (128, 212), (172, 212))
FACE = Face(Box(95, 90, 110, 150), LANDMARKS, 0.9)


def drawn() -> Pixels:
    """A head with fine texture, on grey: no person."""
    pixels = np.full((300, 300, 3), 120, np.uint8)
    cv2.ellipse(pixels, (150, 165), (60, 80), 0, 0, 360, (150, 170, 205), -1)
    for x, y in LANDMARKS[:2]:
        cv2.ellipse(pixels, (int(x), int(y)), (12, 6), 0, 0, 360, (40, 50, 60), -1)
    cv2.ellipse(pixels, (150, 182), (10, 6), 0, 0, 360, (110, 130, 170), -1)
    cv2.ellipse(pixels, (150, 212), (22, 7), 0, 0, 360, (90, 80, 160), -1)
    grain = np.random.default_rng(0).normal(0, 8, (300, 300, 1))
    return np.asarray(np.clip(pixels + grain, 0, 255), np.uint8)


def scaled(pixels: Pixels, gain: float, offset: float = 0) -> Pixels:
    changed = pixels.astype(np.float32) * gain + offset
    return np.asarray(np.clip(changed, 0, 255), np.uint8)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    if not sigma:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def falls(component: Component, steps: list[Pixels]) -> None:
    values = [measured(measure(step, FACE), component) for step in steps]
    assert all(a > b for a, b in pairwise(values)), values
    assert 0 <= values[-1] < 0.6 * values[0], values


Change = Callable[[Pixels], list[Pixels]]
CHANGES: list[tuple[Component, Change]] = [
    (Component.SHARPNESS, lambda p: [blurred(p, s) for s in (0, 1, 2, 4)]),
    (Component.EXPOSURE, lambda p: [scaled(p, g) for g in (1, 0.2, 0.1, 0.05)]),
    (Component.EXPOSURE, lambda p: [scaled(p, 1, o) for o in (0, 50, 80, 150)]),
    (Component.CONTRAST, lambda p: [scaled(p, g, 128 * (1 - g)) for g in (1, 0.7, 0.4, 0.2)]),
]


@pytest.mark.parametrize(("component", "change"), CHANGES)
def test_pixels_degraded(component: Component, change: Change) -> None:
    falls(component, change(drawn()))


def test_sharpness_ignores_contrast() -> None:
    flat = measure(scaled(drawn(), 0.6, 50), FACE).sharpness
    assert flat == pytest.approx(measure(drawn(), FACE).sharpness, abs=0.1)


def test_shrinking_costs_eye_distance_and_then_sharpness() -> None:
    found = []
    for share in (1, 0.5, 0.25, 0.125):
        small = cv2.resize(drawn(), None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        points = [(x * share, y * share) for x, y in LANDMARKS]
        face = replace(FACE, landmarks=(points[0], points[1], points[2], points[3], points[4]))
        found.append(measure(small.astype(np.uint8), face))
    assert [q.inter_eye_px for q in found] == pytest.approx([60, 30, 15, 7.5])
    sharp = [measured(quality, Component.SHARPNESS) for quality in found]
    assert sharp[1] > sharp[2] > sharp[3]


def turned(yaw: float = 0, pitch: float = 0) -> Points:
    """Five points of a generic head seen from afar after turning it; degrees."""
    head = np.array(
        [(-0.5, 0, 0), (0.5, 0, 0), (0, 0.58, 0.43), (-0.38, 1, 0), (0.38, 1, 0)], np.float64
    )
    a, b = np.radians(yaw), np.radians(pitch)
    around_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    seen = 60 * head @ (around_x @ around_y).T + (150, 140, 0)
    points = [(float(x), float(y)) for x, y, _ in seen]
    return (points[0], points[1], points[2], points[3], points[4])


@pytest.mark.parametrize("axis", ["yaw", "pitch"])
@pytest.mark.parametrize("sign", [-1, 1])
def test_pose_rises_with_the_turn(axis: str, sign: int) -> None:
    angles = [0, 10, 20, 30, 45]
    found = [
        measured(measure(drawn(), replace(FACE, landmarks=turned(**{axis: sign * a}))), POSE)
        for a in angles
    ]
    assert found == sorted(found)
    assert found == pytest.approx(angles, abs=1.5)


def test_pose_ignores_turning_in_the_plane() -> None:
    spin = np.array([[0.8, -0.6], [0.6, 0.8]])
    moved = [tuple(spin @ (np.array(p) - 150) + 150) for p in turned(yaw=25)]
    points = [(float(x), float(y)) for x, y in moved]
    face = replace(FACE, landmarks=(points[0], points[1], points[2], points[3], points[4]))
    assert measure(drawn(), face).pose_deg == pytest.approx(25, abs=1.5)


def test_inside_falls_as_the_border_cuts() -> None:
    boxes = [Box(x, 90, 110, 150) for x in (0, -55, -110)]
    found = [measure(drawn(), replace(FACE, box=box)).inside for box in boxes]
    assert found == [1, 0.5, 0]


def test_the_detector_score_is_passed_on_and_coinciding_points_are_refused() -> None:
    assert measure(drawn(), FACE).detector_score == 0.9
    point = (10.0, 10.0)
    with pytest.raises(ImageError):
        measure(drawn(), replace(FACE, landmarks=(point,) * 5))
