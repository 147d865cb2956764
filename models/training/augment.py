"""What befalls a crop on its way to the student: a turned head, something worn, light from the
side, exposure, blur, small faces, JPEG, noise, things in front of the face, and landmarks that are
a little off. The label stays that of the clean crop.
"""

import cv2
import numpy as np

from aligned import CROP, Field, Image, Rng
from mixes import SPARE
from turns import bank
from worn import wear

SIZE = 96  # px of the student's crop; the same part of the face as the teacher's 128


def student_crop(crop: Image) -> Image:
    """The teacher's crop at the student's size, untouched."""
    return cv2.resize(crop, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


class Spoiler:
    """Spoils stored mixes, each differently, with a bank of turns of its own."""

    def __init__(self, rng: Rng, turns: int = 256) -> None:
        self.rng = rng
        self.turns = bank(rng, turns, SIZE)
        axis = ((np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE).astype(np.float32)
        self.straight: Field = np.stack(np.meshgrid(axis, axis), -1)

    def __call__(self, stored: Image) -> Image:
        """uint8 (160, 160, 3) to a spoilt uint8 (96, 96, 3)."""
        rng = self.rng
        if rng.random() < 0.14:
            stored = wear(stored, SPARE, rng)
        face = self._placed(stored)
        if rng.random() < 0.06:
            face = _covered(face, rng)
        if rng.random() < 0.3:
            face = sidelit(face, rng)
        if rng.random() < 0.12:
            face = cv2.merge([cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)] * 3)
        if rng.random() < 0.6:
            face = exposed(face, rng)
        kind = rng.random()
        if kind < 0.2:
            face = _shrunk(face, rng)
        elif kind < 0.36:
            face = _blurred(face, rng)
        if rng.random() < 0.2:
            noise = rng.normal(0, abs(rng.normal(0, 9)), face.shape).astype(np.float32)
            face = cv2.add(face, noise, dtype=cv2.CV_8U)
        if rng.random() < 0.25:
            face = compressed(face, int(rng.integers(15, 95)))
        return face

    def _placed(self, stored: Image) -> Image:
        """The crop, some heads turned, a little beside its place as landmarks are; some exact."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.15:
            return student_crop(stored[SPARE:-SPARE, SPARE:-SPARE])
        turned = kind > 0.7
        where = self.turns[rng.integers(len(self.turns))] if turned else self.straight
        if turned and rng.random() < 0.5:
            stored = stored[:, ::-1]
        angle = rng.normal(0, np.radians(2.5))
        scale = float(np.exp(rng.normal(0, 0.03)))
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
        shift = 0.5 - matrix.sum(1) * 0.5 + rng.normal(0, 0.011, 2)
        matrix = (matrix * CROP).T.astype(np.float32)
        places = where @ matrix + (shift * CROP + SPARE - 0.5).astype(np.float32)
        # A softened source instead of aliasing: the stored pixels are smaller than the student's.
        if rng.random() < 0.5:
            stored = cv2.GaussianBlur(stored, (3, 3), 0.5)
        return cv2.remap(
            np.ascontiguousarray(stored),
            np.ascontiguousarray(places[..., 0]),
            np.ascontiguousarray(places[..., 1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )


def compressed(face: Image, quality: int) -> Image:
    data = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None
    return back


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


def sidelit(face: Image, rng: Rng) -> Image:
    """Light from one side, a shadow with an edge, or a coloured lamp: light that nobody set up."""
    angle = rng.uniform(0, 2 * np.pi)
    axis = (np.arange(len(face), dtype=np.float32) + 0.5) / len(face) - 0.5
    field = np.cos(angle) * axis[None] + np.sin(angle) * axis[:, None] + rng.normal(0, 0.15)
    steep = rng.uniform(2, 6) if rng.random() < 0.6 else rng.uniform(10, 40)
    lit = 1 / (1 + np.exp(-steep * field))
    dark, bright = rng.uniform(0.2, 0.9), rng.uniform(0.9, 1.6)
    gain = (dark + (bright - dark) * lit)[..., None] * np.exp(rng.normal(0, 0.08, 3))
    return cv2.multiply(face, gain.astype(np.float32), dtype=cv2.CV_8U)


def exposed(face: Image, rng: Rng) -> Image:
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
