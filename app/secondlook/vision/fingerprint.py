"""The fingerprint of a face, from pixels. What it is for, and how it is compared:
``domain.fingerprints``."""

import cv2
import numpy as np

from secondlook.domain.faces import Face, Point
from secondlook.domain.fingerprints import SIDE
from secondlook.vision.align import align, similarity
from secondlook.vision.decode import Pixels

_FINER = 2
"""Aligned at so many times the size and averaged down: one sample a pixel would fold detail of a
larger picture back as noise, differently for every size."""

_EYES = SIDE * 3 / 8
"""Pixels between the eyes: from the forehead to below the chin, and from ear to ear."""

TEMPLATE: tuple[Point, ...] = tuple(
    (SIDE / 2 + _EYES * x, SIDE / 2 + _EYES * y)
    for x, y in ((-0.5, -0.45), (0.5, -0.45), (0.0, 0.04), (-0.41, 0.54), (0.42, 0.54))
)
"""Five points of a mean face about its middle, in eye distances; no model's, so that fingerprints
outlive models."""


def fingerprint(pixels: Pixels, face: Face) -> bytes:
    """``SIDE`` x ``SIDE`` bytes of luminance, row by row; 0 outside the picture, else 1..255."""
    size = SIDE * _FINER
    points = [((x + 0.5) * _FINER - 0.5, (y + 0.5) * _FINER - 0.5) for x, y in TEMPLATE]
    crop = cv2.cvtColor(align(pixels, face.landmarks, points, size), cv2.COLOR_BGR2GRAY)
    small = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.where(_inside(pixels, face), np.maximum(small, 1), 0).astype(np.uint8).tobytes()


def _inside(pixels: Pixels, face: Face) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """Which pixels of the crop show the picture, not its border repeated."""
    back = cv2.invertAffineTransform(similarity(face.landmarks, TEMPLATE))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    column = back[0, 0] * x + back[0, 1] * y + back[0, 2]
    row = back[1, 0] * x + back[1, 1] * y + back[1, 2]
    height, width = pixels.shape[:2]
    inside = (column >= 0) & (column <= width - 1) & (row >= 0) & (row <= height - 1)
    return np.asarray(inside, np.bool_)
