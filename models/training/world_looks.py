"""Looks of people whom no training saw, made of one picture each: lit, turned, dressed up, shrunk.

One picture and its own warps are easier than two photographs, so what is measured on them is
counted apart, and says how much a spoilt look costs, not how often somebody is recognised.
"""

from pathlib import Path

import cv2
import numpy as np

from aligned import CROP, MARGIN, Image, Rng
from augment import compressed, exposed, sidelit
from mixes import SPARE
from turns import Relief, Turn
from worn import wear

SEED = 77
TURNS = ((15, 30), (30, 45), (45, 60))  # degrees
SAME = 0.55  # of the teacher: two files that score more may show one person


def looks(folder: Path, names: list[str]) -> dict[str, Image]:
    """For each kind of look, and for the pictures as they are (``plain``), uint8 (n, 128, 128, 3)
    BGR crops, in the order of ``names``; the same at every call."""
    rng = np.random.default_rng(SEED)
    wide = [_read(folder / "aligned" / f"{name}.jpg") for name in names]
    some = MARGIN - SPARE
    stored = [w[some:-some, some:-some] for w in wide]
    plain = [w[MARGIN:-MARGIN, MARGIN:-MARGIN] for w in wide]
    made = {"plain": plain, "lit": [_lit(p, rng) for p in plain]}
    for low, high in TURNS:
        made[f"turned {low} to {high} degrees"] = [_turned(w, low, high, rng) for w in wide]
    made["worn"] = [wear(s, SPARE, rng)[SPARE:-SPARE, SPARE:-SPARE] for s in stored]
    made["small"] = [_small(p, rng) for p in plain]
    return {kind: np.stack(pictures) for kind, pictures in made.items()}


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path}: not a picture")
    return picture


def _lit(face: Image, rng: Rng) -> Image:
    return exposed(sidelit(face, rng), rng)


def _turned(wide: Image, low: float, high: float, rng: Rng) -> Image:
    yaw = float(np.radians(rng.uniform(low, high)) * rng.choice([-1, 1]))
    pitch = float(np.radians(rng.normal(0, 6)))
    where = Turn(Relief.drawn(rng), yaw, pitch).map(CROP) * np.float32(CROP) + (MARGIN - 0.5)
    there = where.astype(np.float32)
    face = cv2.remap(
        wide, there[..., 0], there[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return _lit(face, rng) if rng.random() < 0.5 else face


def _small(face: Image, rng: Rng) -> Image:
    """28 to 48 px of a crop, 10 to 18 between the eyes, and JPEG 30."""
    side = int(rng.integers(28, 49))
    small = cv2.resize(_lit(face, rng), (side, side), interpolation=cv2.INTER_AREA)
    return compressed(cv2.resize(small, (CROP, CROP), interpolation=cv2.INTER_CUBIC), 30)
