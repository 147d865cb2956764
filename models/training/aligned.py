"""Aligned pictures of faces: what they are, and where the five points lie in them."""

from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[Any]  # uint8; OpenCV's stubs do not say which
Field = npt.NDArray[Any]  # float32
Rng = np.random.Generator

CANVAS = 192  # px of an aligned portrait; its middle CROP px are the teacher's crop
CROP = 128
MARGIN = (CANVAS - CROP) // 2
# The five points of the teacher's alignment, as a share of the crop (see models/reid-retail-0095).
POINTS = np.array(
    [
        (0.31557, 0.46157),
        (0.68262, 0.45983),
        (0.50026, 0.64050),
        (0.34947, 0.82469),
        (0.65343, 0.82325),
    ]
)
