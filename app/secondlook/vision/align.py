"""Alignment: the similarity transform that puts five landmarks onto a template."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.faces import Point
from secondlook.vision.decode import Pixels

Matrix = npt.NDArray[np.float64]

_SHRINK_BELOW = 0.5  # bilinear sampling skips pixels of the source below this scale


def similarity(source: Sequence[Point], target: Sequence[Point]) -> Matrix:
    """The 2x3 matrix of the similarity (turn, scale, shift; no mirror) of least squared distance.

    Umeyama 1991, written with complex numbers: for centred points p and q, the best factor of
    ``q = a p`` is ``a = sum(conj(p) q) / sum(|p|^2)``. Least squares over all five points is the
    transform that recognisers are trained with; OpenCV's estimateAffinePartial2D samples subsets
    at random and drops a point as an outlier, which for a turned head is a wrong answer.

    Raises ``ImageError`` where the source points coincide.
    """
    p = np.array([complex(x, y) for x, y in source])
    q = np.array([complex(x, y) for x, y in target])
    centred = p - p.mean()
    spread = float(np.sum(np.abs(centred) ** 2))
    factor = np.sum(np.conj(centred) * (q - q.mean())) / spread if spread > 1e-9 else 0j
    if abs(factor) < 1e-9:
        message = "the five face points lie on one another."
        raise ImageError(ImageFault.NO_FACE, message, remedy="Place the points again.")
    shift = q.mean() - factor * p.mean()
    a, b = factor.real, factor.imag
    return np.array([[a, -b, shift.real], [b, a, shift.imag]])


def align(
    pixels: Pixels, landmarks: Sequence[Point], template: Sequence[Point], size: int
) -> Pixels:
    """The uint8 (size, size, 3) crop with ``landmarks`` (px of the picture) on ``template``.

    Outside the picture its border is repeated. A photograph much larger than the crop is first
    shrunk by area averaging, so that no detail folds back as noise.
    """
    return warp(pixels, similarity(landmarks, template), size)


def warp(pixels: Pixels, matrix: Matrix, size: int) -> Pixels:
    """As ``align``, with the 2x3 matrix of a similarity from the picture to the crop."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < _SHRINK_BELOW:
        pixels, matrix = _shrunk(pixels, matrix, scale, size)
    crop = cv2.warpAffine(
        pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)


def _shrunk(pixels: Pixels, matrix: Matrix, scale: float, size: int) -> tuple[Pixels, Matrix]:
    """The part of the picture under the crop, area-averaged by ``scale``; and its own matrix."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]], np.float64)
    source = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    margin = 2 / scale
    left, top = (int(np.floor(v)) for v in source.min(axis=0) - margin)
    right, bottom = (int(np.ceil(v)) for v in source.max(axis=0) + margin)
    # At least one column and row stay, so that a face wholly outside repeats the border.
    left, right = min(max(left, 0), width - 1), min(max(right, 1), width)
    top, bottom = min(max(top, 0), height - 1), min(max(bottom, 1), height)
    part = pixels[top:bottom, left:right]
    new_width = max(1, round(part.shape[1] * scale))
    new_height = max(1, round(part.shape[0] * scale))
    small = cv2.resize(part, (new_width, new_height), interpolation=cv2.INTER_AREA)
    fx, fy = part.shape[1] / new_width, part.shape[0] / new_height
    # Pixel centres: x_source = left + (x_small + 0.5) * fx - 0.5
    back = np.array([[fx, 0, left + 0.5 * fx - 0.5], [0, fy, top + 0.5 * fy - 0.5], [0, 0, 1]])
    return np.asarray(small, np.uint8), matrix @ back
