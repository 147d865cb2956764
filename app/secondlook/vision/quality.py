"""Quality of a face, by components that each name their cause."""

import cv2
import numpy as np

from secondlook.domain.faces import Face, Quality
from secondlook.vision.align import align
from secondlook.vision.decode import Pixels

SIDE = 112
# Where the five landmarks go in the crop that is measured: upright, the face filling it.
PLACES = ((38.3, 51.7), (73.5, 51.5), (56.0, 71.7), (41.5, 92.4), (70.7, 92.2))


def measure(pixels: Pixels, face: Face) -> Quality:
    crop = align(pixels, face.landmarks, PLACES, SIDE)
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return Quality(face.inter_eye, 1.0, 1.0, float(np.ptp(grey)) / 255, 0.0, 1.0, face.score)
