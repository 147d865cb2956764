"""A picture made as poor as another was measured to be: in size, detail, blocks, what is hidden.

For asking whether a person would have been found on a picture like that one. A turn of the head and
bad light cannot be put on afterwards; whoever asks is told so.
"""

from dataclasses import replace

import cv2
import numpy as np

from secondlook.domain.faces import Component, Face, Point, Quality
from secondlook.vision.blocks import unblocked
from secondlook.vision.decode import Pixels
from secondlook.vision.detail import effective_eye_px

AROUND = 2.2  # eye distances kept around the middle of the face
BORDER = 2.0  # and so many of repeated border, where the picture is cut closer
HIDDEN = 0.5  # below so much to be seen, a thing is drawn before it
BLOCKED, BLOCKED_SPARE = 0.6, 2.0  # with so many blocks detail may be twice the measured one
JPEG = (60, 40, 30, 20, 15, 10, 5)  # tried until as many blocks show
LENS, CLOTH = (38, 34, 32), (190, 175, 160)  # BGR of what is drawn

NOT_PUT_ON: dict[Component, float] = {
    Component.YAW: 20,
    Component.PITCH: 20,
    Component.UNIFORMITY: 0.4,
    Component.EXPOSURE: 0.6,
    Component.CONTRAST: 0.2,
}
"""What cannot be put on afterwards: a picture that misses one of these is worse than its likes."""


def as_poor_as(pixels: Pixels, face: Face, quality: Quality) -> Pixels:
    """The surroundings of a face in a BGR picture, spoilt to a measured ``quality``."""
    pixels, face = _around(pixels, face)
    if _below(quality.eyes_visible, HIDDEN):
        pixels = _lenses(pixels, face)
    if _below(quality.mouth_visible, HIDDEN):
        pixels = _mask(pixels, face)
    if quality.inter_eye_px:
        pixels, face = _resized(pixels, face, min(1.0, quality.inter_eye_px / face.inter_eye))
    if quality.compression is not None:
        pixels = _compressed(pixels, face, quality.compression)
    # Blocks take detail too, and how much is told roughly: then only an enlargement is imitated.
    spare = BLOCKED_SPARE if _below(quality.compression, BLOCKED) else 1.0
    wanted = quality.effective_eye_px
    if wanted and effective_eye_px(pixels, face) > spare * wanted:
        pixels, face = _resized(pixels, face, min(1.0, wanted / face.inter_eye))
    if quality.inter_eye_px:  # as large as the measured one, with no more detail
        pixels, face = _resized(pixels, face, max(1.0, quality.inter_eye_px / face.inter_eye))
    return pixels


def _below(found: float | None, limit: float) -> bool:
    return found is not None and found < limit


def _around(pixels: Pixels, face: Face) -> tuple[Pixels, Face]:
    x, y = np.mean(face.landmarks, axis=0)
    reach, border = AROUND * face.inter_eye, int(BORDER * face.inter_eye)
    height, width = pixels.shape[:2]
    left, right = max(0, int(x - reach)), min(width, int(x + reach))
    top, bottom = max(0, int(y - reach)), min(height, int(y + reach))
    part = pixels[top:bottom, left:right]
    wider = cv2.copyMakeBorder(part, border, border, border, border, cv2.BORDER_REPLICATE)
    return np.asarray(wider, np.uint8), _moved(face, 1.0, border - left, border - top)


def _moved(face: Face, scale: float, x: float = 0, y: float = 0) -> Face:
    a, b, c, d, e = ((px * scale + x, py * scale + y) for px, py in face.landmarks)
    return replace(face, landmarks=(a, b, c, d, e))


def _resized(pixels: Pixels, face: Face, scale: float) -> tuple[Pixels, Face]:
    if abs(scale - 1) < 0.01:
        return pixels, face
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    height, width = pixels.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8), _moved(face, scale)


def _compressed(pixels: Pixels, face: Face, wanted: float) -> Pixels:
    for quality in JPEG:
        if unblocked(pixels, face) <= wanted:
            break
        coded, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert coded
        again = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
        if unblocked(again, face) <= wanted or quality == JPEG[-1]:
            return again
    return pixels


def _lenses(pixels: Pixels, face: Face) -> Pixels:
    drawn, eyes = pixels.copy(), face.inter_eye
    angle = float(np.degrees(np.arctan2(*(_apart(face)[::-1]))))
    for x, y in face.landmarks[:2]:
        size = max(1, round(0.42 * eyes)), max(1, round(0.3 * eyes))
        cv2.ellipse(drawn, (round(x), round(y)), size, angle, 0, 360, LENS, -1, cv2.LINE_AA)
    ends = [(round(x), round(y)) for x, y in face.landmarks[:2]]
    cv2.line(drawn, ends[0], ends[1], LENS, max(1, round(0.08 * eyes)), cv2.LINE_AA)
    return drawn


def _mask(pixels: Pixels, face: Face) -> Pixels:
    """From the bridge of the nose to below the chin."""
    drawn = pixels.copy()
    left, right, _, mouth_left, mouth_right = (np.array(p) for p in face.landmarks)
    across, mouth = right - left, (mouth_left + mouth_right) / 2
    down = mouth - (left + right) / 2
    top = (left + right) / 2 + 0.35 * down
    edge = [
        top - 1.0 * across, top - 0.1 * down, top + 1.0 * across,
        mouth + 0.95 * across + 0.2 * down, mouth + 0.9 * down, mouth - 0.95 * across + 0.2 * down,
    ]  # fmt: skip
    cv2.fillPoly(drawn, [np.rint(edge).astype(np.int32)], CLOTH, cv2.LINE_AA)
    return drawn


def _apart(face: Face) -> Point:
    (ax, ay), (bx, by) = face.landmarks[:2]
    return bx - ax, by - ay
