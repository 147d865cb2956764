"""Turned heads for ``agreement.py``: how far a collection's are turned, and a stand-in."""

import importlib
import sys
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.paths import cards
from secondlook.vision.decode import Pixels
from secondlook.vision.quality import NOSE_DEPTH

Points = npt.NDArray[np.float64]
"""(n, 5, 2) landmarks in px, in the order of ``Face``; NaN where no face was found."""

Degrees = npt.NDArray[np.float64]

TURNED = 25.0
"""Degrees from which a head counts as turned."""

FRONTAL, WARPED = 10.0, 30.0
"""Heads turned less than the first are warped to the second."""

STEPS = (10, 15, 20, 25, 30, 40)
MANY = 500


def yaw(points: Points) -> Degrees:
    """Degrees by which heads are turned (n,), positive where the nose points to image right.

    As ``vision.quality.pose_deg``: the nose tip lies aside of the line from eyes to mouth by
    NOSE_DEPTH * tan(yaw) eye distances. That depth (0.43) agrees with the pictures: a turn also
    draws the eyes together, (mouth drop / eye distance)^2 = c (1 + (aside / depth)^2), and least
    squares give a depth of 0.39 for the portraits and 0.45 for Congress (``narrowing``).
    """
    aside, _ = _proportions(points)
    return np.asarray(np.degrees(np.arctan(aside / NOSE_DEPTH)), np.float64)


def narrowing(points: Points) -> float:
    """The depth of the nose, in eye distances, that the narrowing of turned faces implies."""
    aside, drop = _proportions(points[~np.isnan(points[:, 0, 0])])
    rows = np.stack([np.ones(len(aside)), (aside - np.median(aside)) ** 2], 1)
    constant, slope = np.linalg.lstsq(rows, drop**2)[0]
    return float(np.sqrt(constant / slope))


def _proportions(points: Points) -> tuple[Degrees, Degrees]:
    """In eye distances (n,): how far the nose lies aside, how far the mouth is below the eyes."""
    left, right, nose, mouth_left, mouth_right = points.transpose(1, 0, 2)
    eyes = (left + right) / 2
    down, offset = (mouth_left + mouth_right) / 2 - eyes, nose - eyes
    apart, drop = np.hypot(*(right - left).T), np.hypot(*down.T)
    aside = (offset[:, 0] * down[:, 1] - offset[:, 1] * down[:, 0]) / drop
    return aside / apart, drop / apart


COLUMNS = (
    *("pictures", "n", "no face", "median"),
    *(f"{step}° or more" for step in STEPS),
    "nose depth by narrowing",
)


def spread(name: str, points: Points) -> Sequence[str]:
    """One row of the table of turned heads; the depth only where many heads tell of it."""
    turns = np.abs(yaw(points))
    known = turns[~np.isnan(turns)]
    more = [f"{int((known >= step).sum()):,}" for step in STEPS]
    depth = f"{narrowing(points):.2f}" if len(known) >= MANY else ""
    missing = str(len(turns) - len(known))
    return name, f"{len(turns):,}", missing, f"{np.median(known):.0f}°", *more, depth


def turned(canvas: Pixels, by: float) -> Pixels:
    """A frontal face, aligned with a margin as in faces/portraits, turned by degrees.

    Over the rough depth of a face that the training of the embedded recogniser uses
    (models/training/mixes.py): what a turn hides is stretched, not hidden.
    """
    folder = str(cards() / "training")
    if folder not in sys.path:
        sys.path.append(folder)
    mixes = importlib.import_module("mixes")
    axis = ((np.arange(mixes.CANVAS) + 0.5 - mixes.MARGIN) / mixes.CROP).astype(np.float32)
    x, y = mixes.turn(*np.meshgrid(axis, axis), np.radians(by), 0.0)
    x, y = (np.float32(mixes.MARGIN - 0.5) + np.float32(mixes.CROP) * m for m in (x, y))
    found = cv2.remap(canvas, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)


def to_turn(turns: Degrees) -> Degrees:
    """Degrees by which to turn each head (n,), on to ``WARPED``; NaN where it is not frontal."""
    on = np.where(turns < 0, -1.0, 1.0) * (WARPED - np.abs(turns))
    return np.where(np.abs(turns) < FRONTAL, on, np.nan)
