"""Turned heads: where each pixel of a turned and newly aligned face comes from.

A rough relief of a face, seen from the front, is turned in space and projected; what a nearer part
hides is gone, and the five points of the turned face are laid on the crop's places again, as a
detector's would be. The maps do not depend on the picture, so a bank of them serves a whole epoch.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from aligned import CANVAS, CROP, POINTS, Field, Rng

_REACH = CANVAS / CROP / 2 - 0.5  # a canvas exceeds the crop by so much on every side
_FINE = 289  # points a side that are projected: closer together than the pixels they fill


def fit_similarity(source: Field, target: Field) -> tuple[complex, complex]:
    """``a`` and ``b`` of the least-squares similarity ``target = a * source + b`` (complex)."""
    p, q = source[:, 0] + 1j * source[:, 1], target[:, 0] + 1j * target[:, 1]
    centred = p - p.mean()
    a = np.sum(np.conj(centred) * (q - q.mean())) / np.sum(np.abs(centred) ** 2)
    return complex(a), complex(q.mean() - a * p.mean())


@dataclass(frozen=True)
class Relief:
    """How far each place of a frontal face (shares of the crop) stands out, in the same unit.

    People differ: the half width of the head, its depth and the nose vary a little.
    """

    width: float = 0.5
    depth: float = 0.5
    nose: float = 0.13

    @classmethod
    def drawn(cls, rng: Rng) -> "Relief":
        width = float(rng.uniform(0.46, 0.58))
        return cls(width, float(rng.uniform(0.42, 0.55)), float(rng.uniform(0.1, 0.17)))

    def __call__(self, x: Field, y: Field) -> Field:
        oval = 1 - ((x - 0.5) / self.width) ** 2 - ((y - 0.6) / 0.78) ** 2
        nose = np.exp(-(((x - 0.5) / 0.09) ** 2) - ((y - 0.62) / 0.13) ** 2)
        eyes = np.exp(-(((np.abs(x - 0.5) - 0.18) / 0.09) ** 2) - ((y - 0.46) / 0.07) ** 2)
        face = self.depth * np.sqrt(np.clip(oval, 0, 1)) + self.nose * nose - 0.03 * eyes
        return np.asarray(face, np.float32)

    def turned(self, x: Field, y: Field, yaw: float, pitch: float) -> tuple[Field, Field, Field]:
        """Places and nearness after a turn of the head (radians), not aligned."""
        z = self(x, y) - np.float32(0.35)
        u, v = x - 0.5, y - 0.6
        across = u * np.cos(yaw) + z * np.sin(yaw)
        near = z * np.cos(yaw) - u * np.sin(yaw)
        down = v * np.cos(pitch) + near * np.sin(pitch)
        near = near * np.cos(pitch) - v * np.sin(pitch)
        return across + 0.5, down + 0.6, near


@dataclass(frozen=True)
class Turn:
    """One turn of one head (radians), and the similarity that aligns it anew."""

    relief: Relief
    yaw: float
    pitch: float

    @classmethod
    def drawn(cls, rng: Rng) -> "Turn":
        """Yaw to 60 degrees either way and pitch to 25, more of the small ones."""
        yaw = float(np.clip(rng.normal(0, np.radians(32)), -np.radians(60), np.radians(60)))
        pitch = float(np.clip(rng.normal(0, np.radians(9)), -np.radians(25), np.radians(25)))
        return cls(Relief.drawn(rng), yaw, pitch)

    @cached_property
    def _aligning(self) -> tuple[complex, complex]:
        x, y, _ = self.relief.turned(POINTS[:, 0], POINTS[:, 1], self.yaw, self.pitch)
        return fit_similarity(POINTS, np.stack([x, y], 1))

    def places(self, x: Field, y: Field) -> tuple[Field, Field, Field]:
        """Where places of the frontal crop come to lie in the aligned crop of the turned head
        (shares of the crop), and how near they are."""
        across, down, near = self.relief.turned(x, y, self.yaw, self.pitch)
        a, b = self._aligning
        place = (across + 1j * down - b) / a
        return place.real, place.imag, near

    def map(self, size: int, reach: float = 0.0) -> Field:
        """float32 (size, size, 2): for each pixel of the turned, aligned picture, its place (shares
        of the crop) in the frontal one. The picture exceeds the crop by ``reach`` (a share of it)
        on every side. What no point reaches is filled from beside it."""
        axis = np.linspace(-_REACH, 1 + _REACH, _FINE, dtype=np.float32)
        x, y = (grid.ravel() for grid in np.meshgrid(axis, axis))
        across, down, near = self.places(x, y)
        scale = size / (1 + 2 * reach)
        column = np.rint((across + reach) * scale - 0.5).astype(int)
        row = np.rint((down + reach) * scale - 0.5).astype(int)
        inside = (column >= 0) & (column < size) & (row >= 0) & (row < size)
        chosen = np.flatnonzero(inside)[np.argsort(near[inside], kind="stable")]
        found = np.zeros((size, size, 2), np.float32)
        there = np.zeros((size, size), np.float32)
        found[row[chosen], column[chosen], 0] = x[chosen]  # the nearest comes last and stays
        found[row[chosen], column[chosen], 1] = y[chosen]
        there[row[chosen], column[chosen]] = 1
        for _ in range(size):
            if there.all():
                break
            wide = cv2.blur(there, (3, 3), borderType=cv2.BORDER_CONSTANT)
            spread = cv2.blur(found * there[..., None], (3, 3), borderType=cv2.BORDER_CONSTANT)
            new = (there == 0) & (wide > 1e-6)
            found[new] = spread[new] / wide[new, None]
            there[new] = 1
        return np.asarray(cv2.GaussianBlur(found, (0, 0), 0.7), np.float32)


def bank(rng: Rng, count: int, size: int) -> Field:
    """``count`` maps of turns, float32 (count, size, size, 2)."""
    return np.stack([Turn.drawn(rng).map(size) for _ in range(count)])
