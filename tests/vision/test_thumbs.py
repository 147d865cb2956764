"""Thumbnails of faces anywhere, also beyond the frame."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.faces import Box, Face
from secondlook.vision.decode import Pixels, decode
from secondlook.vision.thumbs import encode_jpeg, encode_png, face_thumbnail, to_rgb


def face(x: float, y: float, width: float, height: float) -> Face:
    point = (x, y)
    return Face(Box(x, y, width, height), (point, point, point, point, point), 1)


def gradient(width: int = 120, height: int = 90) -> Pixels:
    across = np.linspace(0, 255, width, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(across[None, :, None], (height, width, 3)))


@pytest.mark.parametrize(
    "box",
    [
        (40, 30, 30, 40),
        (-20, -30, 60, 60),  # cut by the top left
        (100, 70, 80, 80),  # cut by the bottom right
        (-50, -50, 400, 400),  # larger than the picture
        (500, 500, 20, 20),  # wholly outside
        (60, 40, 0.2, 0.2),  # next to nothing
    ],
)
def test_always_a_square_jpeg(box: tuple[float, float, float, float]) -> None:
    data = face_thumbnail(gradient(), face(*box), size=96)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (96, 96))


def test_the_face_is_in_the_middle() -> None:
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[80:120, 200:240] = 255
    thumbnail = decode(face_thumbnail(pixels, face(200, 80, 40, 40), 100), name="x").pixels
    bright = np.argwhere(thumbnail[:, :, 0] > 128)
    assert bright.mean(axis=0) == pytest.approx([49.5, 49.5], abs=1.5)
    assert np.ptp(bright, axis=0) == pytest.approx([59, 59], abs=3)  # 40 of 68 px


@pytest.mark.parametrize(
    ("turned", "corner"), [(0.0, (0, 0)), (92.0, (0, 1)), (180.0, (1, 1)), (271.0, (1, 0))]
)
def test_a_turned_face_is_shown_right_side_up(turned: float, corner: tuple[int, int]) -> None:
    """What is at the top left of the picture comes to lie where the turn (clockwise) puts it."""
    pixels = np.zeros((80, 80, 3), np.uint8)
    pixels[:30, :30] = 255
    data = face_thumbnail(pixels, replace(face(24, 24, 32, 32), turned=turned), 80)
    shown = decode(data, name="x").pixels[:, :, 0]
    halves = shown.reshape(2, 40, 2, 40).mean(axis=(1, 3))
    assert np.unravel_index(halves.argmax(), (2, 2)) == corner


def test_encoding() -> None:
    pixels = gradient()
    assert np.array_equal(decode(encode_png(pixels), name="x").pixels, pixels)
    near = decode(encode_jpeg(pixels), name="x").pixels
    assert np.abs(near.astype(int) - pixels).max() < 12
    blue = np.zeros((2, 2, 3), np.uint8)
    blue[..., 0] = 9
    assert to_rgb(blue)[0, 0].tolist() == [0, 0, 9]
    assert to_rgb(blue).flags.c_contiguous
