"""Blocks that compression leaves (ISO/IEC 29794-5: compression artefacts).

JPEG at a low quality keeps little of each block of 8 x 8 px: neighbouring pixels are alike within
a block and differ at its edges, at a steady distance across and down. That is a comb in the
spectrum of the differences, and stays one when the picture is resized and saved again, at another
distance. Faces have none: hair and cloth repeat in one direction, or not as strictly.

Measured where the face is, reduced to what a matcher sees of it: blocks that vanish then do no
harm.
"""

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.domain.faces import Face
from secondlook.vision.decode import Pixels
from secondlook.vision.detail import grey_around

Line = npt.NDArray[np.float64]

LARGEST = 64.0  # px between the eyes to which a larger face is reduced
PERIODS = np.geomspace(3.2, 24, 120)  # px: blocks of 8, reduced to 0.4 and enlarged to three times
HARMONICS = (1, 2, 3)
NEARBY = 25  # px over which the mean difference is levelled, so that an eye is no edge
BINS = 2048
_PLACES = np.rint(BINS * np.outer(HARMONICS, 1 / PERIODS)).astype(int)
_THERE = _PLACES <= BINS // 2  # a period of less than four pixels has one harmonic
_PLACES = np.minimum(_PLACES, BINS // 2)
WORST = 0.35
"""The comb of JPEG 5 in a face of 56 px (median 0.30, of 18 portraits 0.24 to 0.41); of JPEG 75 and
of uncompressed ones it is 0.02 to 0.05, with 32 px up to 0.09 by chance."""


def unblocked(pixels: Pixels, face: Face) -> float:
    """0..1: 1 where no blocks show around the face in a BGR picture, 0 where little else does."""
    grey = grey_around(pixels, face, LARGEST)
    if min(grey.shape) < 2 * PERIODS[0]:
        return 0.0
    down, across = (_comb(_differences(grey, axis)) for axis in (0, 1))
    return 1 - min(1.0, float(np.sqrt(down * across).max()) / WORST)


def _differences(grey: npt.NDArray[np.float32], axis: int) -> Line:
    """Of neighbours along an axis, the mean at each place relative to that nearby."""
    if axis:
        grey = np.ascontiguousarray(grey.T)
    steps = cv2.absdiff(grey[1:], grey[:-1])
    largest = float(np.percentile(steps[::3, ::3], 97))  # an edge shall not outweigh all
    line = np.minimum(steps, largest).mean(axis=1, dtype=np.float64)
    nearby = cv2.blur(line[:, None], (1, NEARBY), borderType=cv2.BORDER_REFLECT_101)[:, 0]
    return np.asarray(line / np.maximum(nearby, 0.05), np.float64)


def _comb(line: Line) -> Line:
    """How strong the harmonics of each of ``PERIODS`` are, in the mean."""
    window = np.hanning(len(line) + 2)[1:-1]
    window /= window.sum()
    spectrum = np.abs(np.fft.rfft(window * (line - window @ line), BINS))
    strengths: Line = (spectrum[_PLACES] * _THERE).sum(axis=0) / _THERE.sum(axis=0)
    return strengths
