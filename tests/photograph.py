"""Made-up photographs: a face's worth of soft detail that no two numbers share."""

import numpy as np
from PIL import Image

from secondlook.domain.faces import Box, Face
from secondlook.vision.decode import Pixels


def texture(number: int, width: int = 240, height: int = 280) -> Pixels:
    """uint8 (height, width, 3) with detail of about a tenth of its width."""
    noise = np.random.default_rng(number).integers(0, 256, (height // 16, width // 16, 3))
    small = Image.fromarray(noise.astype(np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def face_at(x: float, y: float, eyes: float) -> Face:
    """Upright, ``eyes`` px between the eyes, with the middle of the face at (x, y)."""
    places = ((-0.5, -0.45), (0.5, -0.45), (0.0, 0.04), (-0.41, 0.54), (0.42, 0.54))
    a, b, c, d, e = ((x + eyes * u, y + eyes * v) for u, v in places)
    box = Box(x - eyes, y - 1.3 * eyes, 2 * eyes, 2.6 * eyes)
    return Face(box, (a, b, c, d, e), 0.9)
