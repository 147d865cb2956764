"""Effective resolution: an enlargement has no more detail, whatever filter made it and whatever was
done afterwards; a native picture keeps what it has."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from secondlook.domain.faces import Box, Face
from secondlook.vision.decode import Pixels
from secondlook.vision.detail import CYCLES, USUAL, effective_eye_px

EYES = 24
FILTERS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}


def face_of(eyes: float, width: int, height: int) -> Face:
    """In the middle of the picture."""
    x, y = width / 2, height / 2
    at = [(-0.5, -0.55), (0.5, -0.55), (0, 0.05), (-0.4, 0.6), (0.4, 0.6)]
    a, b, c, d, e = ((x + eyes * dx, y + eyes * dy) for dx, dy in at)
    return Face(Box(x - 1.1 * eyes, y - 1.4 * eyes, 2.2 * eyes, 2.9 * eyes), (a, b, c, d, e), 0.9)


def textured(eyes: float, seed: int = 0) -> Pixels:
    """A picture with the power spectrum of a portrait at this eye distance: no person."""
    side = round(4 * eyes)
    down, across = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
    cycles = np.maximum(np.hypot(down, across) * eyes, 0.5)
    phases = np.exp(2j * np.pi * np.random.default_rng(seed).random(cycles.shape))
    amplitude = np.sqrt(10 ** np.interp(np.log(cycles), np.log(CYCLES), USUAL))
    grey = np.fft.irfft2(amplitude * phases, (side, side))
    grey = 128 + 40 * (grey - grey.mean()) / grey.std()
    return np.asarray(np.clip(grey, 0, 255), np.uint8)[..., None].repeat(3, axis=2)


def enlarged(pixels: Pixels, times: float, how: str) -> Pixels:
    big = cv2.resize(pixels, None, fx=times, fy=times, interpolation=FILTERS[how])
    return np.asarray(big, np.uint8)


def as_jpeg(quality: int) -> Callable[[Pixels], Pixels]:
    def saved(pixels: Pixels) -> Pixels:
        data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)

    return saved


def noisy(pixels: Pixels) -> Pixels:
    noise = np.random.default_rng(3).normal(0, 4, (*pixels.shape[:2], 1))
    return np.asarray(np.clip(pixels + noise, 0, 255), np.uint8)


def sharpened(pixels: Pixels) -> Pixels:
    sharp = cv2.addWeighted(pixels, 2.2, cv2.GaussianBlur(pixels, (0, 0), 2), -1.2, 0)
    return np.asarray(sharp, np.uint8)


AFTERWARDS: dict[str, Callable[[Pixels], Pixels]] = {
    "nothing": lambda p: p,
    "JPEG 75": as_jpeg(75),
    "JPEG 95": as_jpeg(95),
    "noise": noisy,
    "sharpening": sharpened,
    "sharpening and noise": lambda p: noisy(sharpened(p)),
}


def effective(pixels: Pixels, eyes: float) -> float:
    return effective_eye_px(pixels, face_of(eyes, pixels.shape[1], pixels.shape[0]))


@pytest.mark.parametrize("afterwards", AFTERWARDS)
@pytest.mark.parametrize("how", FILTERS)
@pytest.mark.parametrize("times", [2, 3, 4])
def test_an_enlargement_has_no_more_detail(times: int, how: str, afterwards: str) -> None:
    big = AFTERWARDS[afterwards](enlarged(textured(EYES), times, how))
    found = effective(big, times * EYES)
    assert 0.6 * EYES < found < 1.75 * EYES, found


@pytest.mark.parametrize("afterwards", ["nothing", "JPEG 75", "JPEG 95"])
@pytest.mark.parametrize("eyes", [20, 32, 60, 120])
def test_a_native_picture_keeps_its_resolution(eyes: int, afterwards: str) -> None:
    found = effective(AFTERWARDS[afterwards](textured(eyes)), eyes)
    assert 0.85 * eyes <= found <= eyes


@pytest.mark.parametrize("how", ["linear", "cubic"])
def test_a_part_of_a_pixel_makes_no_difference(how: str) -> None:
    big = enlarged(textured(EYES), 2.7, how)
    assert effective(big, 2.7 * EYES) < 1.6 * EYES


def test_a_very_large_face_is_measured_on_a_reduced_picture() -> None:
    sharp = textured(320)
    assert effective(sharp, 320) >= 0.85 * 320
    assert effective(enlarged(textured(40), 8, "cubic"), 320) < 80


def test_a_blurred_picture_has_less_detail() -> None:
    blurred = np.asarray(cv2.GaussianBlur(textured(80), (0, 0), 3), np.uint8)
    assert effective(blurred, 80) < 40


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_flat_picture_has_no_detail_to_speak_of(grey: int) -> None:
    flat = np.full((300, 300, 3), grey, np.uint8)
    assert 0 <= effective(flat, 60) <= 60


def test_at_the_border_and_beyond_it_nothing_fails() -> None:
    pixels = textured(40)
    face = face_of(40, 160, 160)
    for dx, dy in ((-100, 0), (100, 90), (1000, 1000), (-1000, 0)):
        points = [(x + dx, y + dy) for x, y in face.landmarks]
        a, b, c, d, e = points
        assert 0 <= effective_eye_px(pixels, replace(face, landmarks=(a, b, c, d, e))) <= 40
    tiny = face_of(1.0, 160, 160)
    assert 0 <= effective_eye_px(pixels, tiny) <= 1
