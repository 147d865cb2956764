"""The aligned portraits that mixes are made of, and how often each is drawn.

Most of them are legislators, most legislators were white men, and a network that sees them as often
as they come learns to tell *them* apart. So the draw is levelled three ways, without a record of
anybody's sex or race: over clusters of faces that the teacher finds alike (a crowded kind of face
counts little more than a rare one), over the lightness of the skin in the crop, and between the two
collections. Where a manifest itself states that somebody is a woman, she is drawn twice as often.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from aligned import CANVAS, CROP, MARGIN, Field, Image

if TYPE_CHECKING:
    from teacher import Teacher

WORLD = "portraits_world"  # the folder of people beyond the legislators, beside theirs
LEGISLATORS = 0.4  # of all draws; four fifths of them are men
MODERN = 95  # the Congress of 1977: colour photographs become usual
_KINDS = 96  # clusters of faces
_ALIKE = 48  # look-alikes that are kept for each portrait
_LEVELS = 12  # of lightness


@dataclass(frozen=True)
class Portraits:
    """Aligned portraits. ``lab`` uint8 (n, 192, 192, 3); ``mean`` and ``std`` of each face's L, a
    and b; ``weight`` how often it is drawn; ``colour`` the indices of the colour photographs and
    ``colour_weight`` their weights; ``alike`` (n, 48) the indices of each one's look-alikes."""

    lab: Image
    mean: Field
    std: Field
    weight: npt.NDArray[np.float64]
    colour: npt.NDArray[np.int64]
    colour_weight: npt.NDArray[np.float64]
    alike: npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Row:
    path: Path
    world: bool
    modern: bool
    woman: bool


def _rows(folder: Path, leave_out: frozenset[str]) -> list[_Row]:
    rows = []
    with (folder / "manifest.csv").open(encoding="utf-8") as table:
        for r in csv.DictReader(table):
            if r["person"] not in leave_out:
                modern = float(r["last_congress"] or 0) >= MODERN
                rows.append(_Row(folder / r["path"], False, modern, False))
    world = folder.with_name(WORLD)
    with (world / "manifest.csv").open(encoding="utf-8") as table:
        rows += [
            _Row(world / r["file"], True, True, r["sex"] == "female")
            for r in csv.DictReader(table)
            if Path(r["file"]).stem not in leave_out
        ]
    return rows


def load_portraits(folder: Path, leave_out: frozenset[str], teacher: "Teacher") -> Portraits:
    """All aligned portraits of ``folder`` and of ``portraits_world`` beside it, but those left out.

    Modern colour portraits are drawn twelve times as often as old ones: they are what a probe
    looks like today.
    """
    rows = _rows(folder, leave_out)
    lab = np.empty((len(rows), CANVAS, CANVAS, 3), np.uint8)
    crops = np.empty((len(rows), CROP, CROP, 3), np.uint8)
    for i, row in enumerate(rows):
        pixels = cv2.imread(str(row.path))
        if pixels is None:
            raise ValueError(f"{row.path} cannot be read")
        crops[i] = pixels[MARGIN:-MARGIN, MARGIN:-MARGIN]
        lab[i] = cv2.cvtColor(pixels, cv2.COLOR_BGR2LAB)
    face = lab[:, MARGIN + 24 : -MARGIN - 8 : 2, MARGIN + 24 : -MARGIN - 24 : 2]
    face = face.reshape(len(rows), -1, 3).astype(np.float32)
    mean, std = face.mean(1), face.std(1)
    coloured = std[:, 1:].sum(1) > 4
    templates = teacher.templates(crops)
    world = np.array([row.world for row in rows])
    modern = np.array([row.modern for row in rows]) & coloured
    weight = np.where(modern, 12.0, np.where(coloured, 2.0, 1.0))
    weight *= np.where([row.woman for row in rows], 2.0, 1.0)
    weight *= _levelled(_kinds(templates, weight), weight, 0.6)
    weight *= _levelled(_lightness(lab, weight), weight, 0.7)
    for side, share in ((world, 1 - LEGISLATORS), (~world, LEGISLATORS)):
        if side.any():
            weight[side] *= share / weight[side].sum()
    weight /= weight.sum()
    colour = np.flatnonzero(modern)
    return Portraits(
        lab,
        mean,
        std,
        weight,
        colour,
        weight[colour] / weight[colour].sum(),
        _alike(templates),
    )


def _levelled(kind: npt.NDArray[np.int64], weight: Field, how_far: float) -> Field:
    """Factors that bring the total weight of each kind nearer to the same (1: all the way)."""
    totals = np.bincount(kind, weight)
    factors: Field = (totals / totals.mean()) ** -how_far
    return np.asarray(np.clip(factors, 0.2, 5.0)[kind])


def _kinds(templates: Field, weight: Field) -> npt.NDArray[np.int64]:
    """Clusters of alike faces (spherical k-means, the modern ones count most)."""
    rng = np.random.default_rng(2026)
    centres = templates[rng.choice(len(templates), _KINDS, False, weight / weight.sum())]
    for _ in range(12):
        kind = np.argmax(templates @ centres.T, 1)
        for k in range(_KINDS):
            some = kind == k
            if some.any():
                centre = (templates[some] * weight[some, None]).sum(0)
                centres[k] = centre / np.linalg.norm(centre)
    return np.asarray(kind, np.int64)


def _lightness(lab: Image, weight: Field) -> npt.NDArray[np.int64]:
    """The level, 0 to 11, of the middle of the face: equal steps between the weighted ends."""
    cheeks = lab[:, MARGIN + 66 : MARGIN + 92 : 2, MARGIN + 36 : MARGIN + 92 : 2, 0]
    light = np.median(cheeks.reshape(len(lab), -1), 1)
    order = np.argsort(light)
    share = np.cumsum(weight[order]) / weight.sum()
    low, high = light[order][np.searchsorted(share, (0.03, 0.97))]
    level = (light - low) / (high - low) * _LEVELS
    return np.asarray(np.clip(level, 0, _LEVELS - 1), np.int64)


def _alike(templates: Field) -> npt.NDArray[np.int64]:
    """For each face the ones that resemble it most, itself left out."""
    found = np.empty((len(templates), _ALIKE), np.int64)
    for start in range(0, len(templates), 1024):
        scores = templates[start : start + 1024] @ templates.T
        # The same person under two files is no second parent.
        scores[scores > 0.8] = -1
        found[start : start + 1024] = np.argpartition(-scores, _ALIKE, 1)[:, :_ALIKE]
    return found
