"""Quality of a face, by components that each name their cause.

Each falls (pose rises) as the picture is degraded in the way that it is named after. None is a
prediction of the matcher's errors; they tell a person what is wrong with a picture.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import atan, degrees, exp

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.domain.faces import Box, Face, Point, Quality
from secondlook.vision.blocks import unblocked
from secondlook.vision.decode import Pixels
from secondlook.vision.detail import effective_eye_px
from secondlook.vision.heads import LEFT, TOP, Heads, around
from secondlook.vision.light import uniformity

Grey = npt.NDArray[np.float32]

SIDE = 112
_SKIN = cv2.ellipse(np.zeros((SIDE, SIDE), np.uint8), (56, 68), (34, 42), 0, 0, 360, 1, -1) > 0

# Energy of detail finer than this sigma, px of the crop, as a share of all variation. The scale
# puts every official portrait of the measured 450 above 0.5 and each blurred by sigma 3 below 0.2.
FINE_SIGMA = 1.0
FINE_SCALE = 0.011

# Luminance that counts in full, and where it stops counting: below BLACK[0] nothing is left to
# see, above WHITE[1] it is blown. Low on purpose: dark skin is not bad exposure.
BLACK = (6.0, 20.0)
WHITE = (240.0, 254.0)

# A head seen by a distant camera, in units of the distance between the eyes: how far the nose tip
# stands before the plane of eyes and mouth, and how far the mouth lies below the eyes (generic
# head proportions). NOSE_LEVEL: where the tip lies between eyes (0) and mouth (1) when frontal;
# the median of near-frontal official portraits.
NOSE_DEPTH = 0.43
MOUTH_DROP = 1.0
NOSE_LEVEL = 0.58


def measure(pixels: Pixels, face: Face, heads: Heads | None = None) -> Quality:
    """The components of one face in a BGR picture; see ``Quality`` for units. Without ``heads``
    what it sees is not measured, but for the pose, which the points show roughly. Roll and
    inversion are the detector's to say (``upright``), and not measured here.

    Points placed by hand say where a face is, not how good it is: where the detector sees one too,
    the worse of both counts, component by component. Raises ``ImageError`` where the landmarks
    coincide.
    """
    quality = _of(pixels, face, heads)
    if face.seen is face:
        return quality
    return quality.worse(replace(_of(pixels, face.seen, heads), detector_score=face.score))


def _of(pixels: Pixels, face: Face, heads: Heads | None) -> Quality:
    wide = around(pixels, face)
    crop = wide[TOP : TOP + SIDE, LEFT : LEFT + SIDE]
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.float32)
    skin = grey[_SKIN]
    low, high = np.percentile(skin, (5, 95))
    height, width = pixels.shape[:2]
    head = heads.read(wide) if heads else None
    return Quality(
        inter_eye_px=face.inter_eye,
        sharpness=_sharpness(grey),
        exposure=_exposure(skin),
        contrast=float(high - low) / 255,
        pose_deg=max(head.yaw, head.pitch) if head else pose_deg(face.landmarks),
        inside=inside(face.box, width, height),
        detector_score=face.score,
        effective_eye_px=effective_eye_px(pixels, face),
        yaw_deg=head.yaw if head else None,
        pitch_deg=head.pitch if head else None,
        eyes_visible=head.eyes if head else None,
        mouth_visible=head.mouth if head else None,
        illumination_uniformity=uniformity(crop),
        compression=unblocked(pixels, face),
    )


def pose_deg(landmarks: Sequence[Point]) -> float:
    """The larger of |yaw| and |pitch|, degrees, estimated from where the nose tip lies.

    The head is taken as rigid and seen from afar. Turning it by yaw moves the tip sideways by
    ``NOSE_DEPTH * sin(yaw)`` while the eyes draw together by ``cos(yaw)``, so their ratio is
    ``NOSE_DEPTH * tan(yaw)``; pitch likewise along the line from eyes to mouth. An approximation:
    noses differ, and a difference of some degrees between two people means nothing.
    """
    left, right, nose, mouth_left, mouth_right = (np.array(p) for p in landmarks)
    eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
    down, across = mouth - eyes, right - left
    length, apart = float(np.hypot(*down)), float(np.hypot(*across))
    if length < 1e-6 or apart < 1e-6:
        return 90.0
    offset = nose - eyes
    aside = float(down[0] * offset[1] - down[1] * offset[0]) / length
    level = float(down @ offset) / length**2
    yaw = atan(aside / apart / NOSE_DEPTH)
    pitch = atan((NOSE_LEVEL - level) * MOUTH_DROP / NOSE_DEPTH)
    return degrees(max(abs(yaw), abs(pitch)))


def inside(box: Box, width: int, height: int) -> float:
    """Share of the face box that lies inside a picture of ``width`` x ``height`` px."""
    wide = min(box.x + box.width, width) - max(box.x, 0.0)
    high = min(box.y + box.height, height) - max(box.y, 0.0)
    area = box.width * box.height
    return max(0.0, wide) * max(0.0, high) / area if area > 0 else 0.0


def _sharpness(grey: Grey) -> float:
    """0..1: energy of fine detail relative to all variation, so that contrast does not count."""
    fine = grey - cv2.GaussianBlur(grey, (0, 0), FINE_SIGMA)
    share = float(fine[_SKIN].var() / max(float(grey[_SKIN].var()), 4.0))
    return 1 - exp(-share / FINE_SCALE)


def _exposure(skin: Grey) -> float:
    above = np.clip((skin - BLACK[0]) / (BLACK[1] - BLACK[0]), 0, 1)
    below = np.clip((WHITE[1] - skin) / (WHITE[1] - WHITE[0]), 0, 1)
    return float(np.minimum(above, below).mean())
