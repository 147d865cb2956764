"""Pictures made for the tests, and what reading them must give."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from secondlook.vision.decode import Picture, Pixels, decode

SIZE = (96, 72)


def scene(width: int = SIZE[0], height: int = SIZE[1]) -> npt.NDArray[np.uint8]:
    """RGB (height, width, 3): smooth, of every brightness, and different in each channel."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = x * 255 / (width - 1), y * 255 / (height - 1)
    blue = 255 - (red + green) / 2
    made: Pixels = np.rint(np.stack([red, green, blue], axis=-1)).astype(np.uint8)
    return made


def grey(width: int = SIZE[0], height: int = SIZE[1]) -> npt.NDArray[np.uint8]:
    return scene(width, height)[:, :, 0]


def noise(width: int = 256, height: int = 256) -> Image.Image:
    """Detail everywhere, so that each block of a file matters; not so much that any is equal."""
    rough = np.random.default_rng(5).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def rgb(picture: Picture) -> Pixels:
    return np.ascontiguousarray(picture.pixels[:, :, ::-1])


def read(data: bytes, page: int = 0) -> Picture:
    return decode(data, name="picture", page=page)


def apart(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> int:
    """The largest difference of two pictures, in levels."""
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other.astype(int)).max())
