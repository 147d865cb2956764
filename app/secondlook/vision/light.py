"""Light that comes from one side (ISO/IEC 29794-5: illumination uniformity)."""

import numpy as np

from secondlook.vision.decode import Pixels

# Left halves of pairs of places in the upright crop of 112 px, x and y of their middles: forehead,
# cheek, jaw. Where hair or a beard covers one pair the other two outvote it.
PLACES = ((41, 34), (36, 70), (35, 85))
REACH = 6  # px from the middle of a place to its border
STRAY = 0.004  # of full light, added to both: in the black there is no telling

_OFFSETS = np.arange(-REACH, REACH)
_X, _Y = np.array(PLACES).T
_ROWS = np.stack([_Y, _Y])[..., None, None] + _OFFSETS[:, None]
_COLUMNS = np.stack([_X, 112 - _X])[..., None, None] + _OFFSETS

_LINEAR = np.where(
    np.arange(256) <= 0.04045 * 255,
    np.arange(256) / 255 / 12.92,
    ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
)
"""Light of an sRGB value (IEC 61966-2-1)."""
_LUMINANCE = np.array([0.0722, 0.7152, 0.2126])  # of B, G and R


def uniformity(crop: Pixels) -> float:
    """0..1: light on the darker half of a face relative to the other, of a BGR crop of 112 px.

    A ratio of light, not a difference of values: how light the skin is cancels out.
    """
    light = (_LINEAR[crop[_ROWS, _COLUMNS]] @ _LUMINANCE).mean(axis=(2, 3)) + STRAY
    _, middle, _ = sorted(np.log(light[0] / light[1]))
    return float(np.exp(-abs(middle)))
