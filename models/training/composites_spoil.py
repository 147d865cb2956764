"""What befalls a scene between the lens and the detector: exposure, colour casts, low light, blur,
noise, few pixels, JPEG."""

import cv2
import numpy as np

from backgrounds import noise
from composites_labels import Image

Rng = np.random.Generator


def exposed(picture: Image, rng: Rng, strength: float = 1.0) -> Image:
    """Gamma, gain for each colour, contrast and brightness, by one table."""
    values = np.arange(256, dtype=np.float32)[:, None] / 255
    gamma = np.exp(rng.normal(0, 0.25 * strength))
    gain = np.exp(rng.normal(0, 0.15) + rng.normal(0, 0.08 * strength, 3))
    table = (values**gamma - 0.5) * gain * np.exp(rng.normal(0, 0.18 * strength)) + 0.5
    table = table + rng.normal(0, 0.07 * strength)
    table = (np.clip(table, 0, 1) * 255).astype(np.uint8).reshape(1, 256, 3)
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def lit(picture: Image, rng: Rng) -> Image:
    """Light from one side, or spots of it."""
    size = max(picture.shape[:2])
    field = noise(rng, size, int(rng.integers(2, 4)), 1)[: picture.shape[0], : picture.shape[1]]
    field = np.exp((field - 0.5) * np.float32(rng.uniform(0.5, 2.4)))
    return np.asarray(cv2.multiply(picture, cv2.merge([field] * 3), dtype=cv2.CV_8U), np.uint8)


def spoil(picture: Image, rng: Rng) -> Image:
    """A scene as a camera, a scanner or the web would hand it over."""
    if rng.random() < 0.15:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[..., None]
        tone = rng.uniform((0.75, 0.85, 0.95), 1.0) if rng.random() < 0.4 else np.ones(3)
        picture = (grey * tone).astype(np.uint8)
    if rng.random() < 0.75:
        picture = exposed(picture, rng)
    if rng.random() < 0.1:
        picture = (picture * rng.uniform(0.2, 0.6)).astype(np.uint8)
    if rng.random() < 0.15:
        picture = lit(picture, rng)
    if rng.random() < 0.2:
        picture = _blurred(picture, rng)
    elif rng.random() < 0.15:
        picture = _shrunk(picture, rng)
    if rng.random() < 0.2:
        grain = rng.standard_normal(picture.shape, np.float32) * np.float32(rng.uniform(1, 16))
        picture = np.asarray(cv2.add(picture, grain, dtype=cv2.CV_8U), np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 95))]
        packed = cv2.imencode(".jpg", picture, quality)[1]
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return picture


def _blurred(picture: Image, rng: Rng) -> Image:
    if rng.random() < 0.6:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 2))), np.uint8)
    length = int(rng.integers(3, 8))
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5,) * 2, float(rng.uniform(0, 180)), 1)
    kernel = cv2.warpAffine(line, turn, (length, length))
    share = 1 / max(float(kernel.sum()), 0.1)
    return np.asarray(cv2.filter2D(picture, -1, kernel * share), np.uint8)


def _shrunk(picture: Image, rng: Rng) -> Image:
    height, width = picture.shape[:2]
    share = rng.uniform(0.4, 0.9)
    small = (max(8, int(width * share)), max(8, int(height * share)))
    less = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(less, (width, height), interpolation=how), np.uint8)
