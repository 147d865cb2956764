"""What befalls a crop on its way to the student: exposure, blur, small faces, JPEG, noise, things
in front of the face, and landmarks that are a little off. The label stays that of the clean crop.
"""

import cv2
import numpy as np

from mixes import CROP, Field, Image, Rng

SIZE = 96  # px of the student's crop; the same part of the face as the teacher's 128


def student_crop(crop: Image) -> Image:
    """The teacher's crop at the student's size, untouched."""
    return cv2.resize(crop, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


def augment(crop: Image, rng: Rng) -> Image:
    """uint8 (128, 128, 3) to a spoilt uint8 (96, 96, 3)."""
    face = _moved(crop, rng)
    if rng.random() < 0.12:
        face = _covered(face, rng)
    if rng.random() < 0.12:
        face = cv2.merge([cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)] * 3)
    if rng.random() < 0.7:
        face = _exposed(face, rng)
    if rng.random() < 0.25:
        face = _shrunk(face, rng)
    elif rng.random() < 0.2:
        face = _blurred(face, rng)
    if rng.random() < 0.25:
        noise = rng.normal(0, abs(rng.normal(0, 9)), face.shape).astype(np.float32)
        face = cv2.add(face, noise, dtype=cv2.CV_8U)
    if rng.random() < 0.3:
        face = _compressed(face, int(rng.integers(20, 95)))
    return face


def _compressed(face: Image, quality: int) -> Image:
    data = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None
    return back


def _moved(crop: Image, rng: Rng) -> Image:
    """The crop a little beside its place, as landmarks are; a quarter stays exact."""
    if rng.random() < 0.25:
        return student_crop(crop)
    scale = SIZE / CROP * float(np.exp(rng.normal(0, 0.025)))
    turn = float(rng.normal(0, 2.0))
    matrix = cv2.getRotationMatrix2D((CROP / 2, CROP / 2), turn, scale)
    matrix[:, 2] = matrix[:, 2] + SIZE / 2 - CROP / 2 + rng.normal(0, 1.0, 2)
    return cv2.warpAffine(crop, matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE)


def _covered(face: Image, rng: Rng) -> Image:
    """Something in front: a patch of one colour or of noise, or the margin of a picture."""
    height, width = rng.integers(12, 44, 2)
    top, left = rng.integers(-8, SIZE - 12, 2)
    area = (slice(max(top, 0), top + height), slice(max(left, 0), left + width))
    face = face.copy()
    face[area] = rng.integers(0, 256, 3)
    if rng.random() < 0.3:
        face[area] = rng.integers(0, 256, face[area].shape)
    return face


def _exposed(face: Image, rng: Rng) -> Image:
    """Brightness, contrast, gamma and the colour of the light."""
    values = np.arange(256, dtype=np.float32)[:, None] / 255
    gamma = np.exp(rng.normal(0, 0.25))
    gain = np.exp(rng.normal(0, 0.15) + rng.normal(0, 0.06, 3))
    table = (values**gamma - 0.5) * gain * np.exp(rng.normal(0, 0.15)) + 0.5 + rng.normal(0, 0.07)
    return cv2.LUT(face, (np.clip(table, 0, 1) * 255).astype(np.uint8).reshape(1, 256, 3))


def _shrunk(face: Image, rng: Rng) -> Image:
    """As from a small face in the picture: down, and up again."""
    size = int(rng.integers(22, 80))
    small = cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
    return cv2.resize(small, (SIZE, SIZE), interpolation=how)


def _blurred(face: Image, rng: Rng) -> Image:
    if rng.random() < 0.6:
        return cv2.GaussianBlur(face, (0, 0), float(rng.uniform(0.5, 2.0)))
    length = int(rng.integers(3, 8))
    line: Field = np.zeros((length, length), np.float32)
    line[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5,) * 2, float(rng.uniform(0, 180)), 1)
    line = np.asarray(cv2.warpAffine(line, turn, (length, length)), np.float32)
    return cv2.filter2D(face, -1, line / max(float(line.sum()), 0.1))
