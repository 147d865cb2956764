"""Small pictures for the screen and the record. The other layers import neither OpenCV nor PIL."""

import cv2
import numpy as np

from secondlook.domain.faces import Face, quarter
from secondlook.vision.decode import Pixels

MARGIN = 0.35  # of the box's longer side, on each side: hair, ears and chin belong to the face
JPEG_QUALITY = 88


def face_thumbnail(pixels: Pixels, face: Face, size: int = 160) -> bytes:
    """JPEG, ``size`` x ``size`` px, of a square around the face, right side up; beyond the frame,
    its border."""
    box = face.box
    side = max(box.width, box.height, 1.0) * (1 + 2 * MARGIN)
    half, whole = side / 2, round(side)
    left, top = round(box.x + box.width / 2 - half), round(box.y + box.height / 2 - half)
    height, width = pixels.shape[:2]
    # The part that lies in the picture (at least one pixel), then its border repeated around it.
    x0, x1 = _clip(left, whole, width)
    y0, y1 = _clip(top, whole, height)
    part = pixels[y0:y1, x0:x1]
    scale = size / whole
    wide, high = max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(part, (min(wide, size), min(high, size)), interpolation=method)
    before_x = min(max(0, round((x0 - left) * scale)), size - small.shape[1])
    before_y = min(max(0, round((y0 - top) * scale)), size - small.shape[0])
    square = cv2.copyMakeBorder(
        small,
        before_y,
        size - small.shape[0] - before_y,
        before_x,
        size - small.shape[1] - before_x,
        cv2.BORDER_REPLICATE,
    )
    upright = np.rot90(square, -quarter(face) // 90)
    return encode_jpeg(np.ascontiguousarray(upright, np.uint8))


def encode_jpeg(pixels: Pixels, quality: int = JPEG_QUALITY) -> bytes:
    """BGR uint8 to JPEG bytes; ``quality`` 0..100."""
    return _encode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])


def encode_png(pixels: Pixels) -> bytes:
    """BGR uint8 to PNG bytes, without loss."""
    return _encode(".png", pixels, [])


def to_rgb(pixels: Pixels) -> Pixels:
    """BGR to RGB (and back), contiguous: what Qt's image formats take."""
    return np.ascontiguousarray(pixels[:, :, ::-1])


def _clip(start: int, length: int, limit: int) -> tuple[int, int]:
    low = min(max(start, 0), limit - 1)
    return low, max(low + 1, min(start + length, limit))


def _encode(kind: str, pixels: Pixels, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, pixels, options)
    assert done, "OpenCV encodes any uint8 (h, w, 3)"
    return bytes(data)
