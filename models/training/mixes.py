"""Faces that nobody has: mixes of aligned portraits, warped and relit, for the recogniser to learn.

A mix takes two or three portraits in CIELAB, brings their colours together, joins them through a
smooth mask or a blend, bends the result (shape, expression, a turn of the head over a rough depth
of a face) and lights it anew. It is written as the crop that the teacher takes.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
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
_GRID = 33  # warps are computed on so many points a side and enlarged
_MODERN = 95  # the Congress of 1977: colour photographs become usual


@dataclass(frozen=True)
class Portraits:
    """Aligned portraits. ``lab`` uint8 (n, 192, 192, 3); ``mean`` and ``std`` of each face's L, a
    and b; ``weight`` how often it is drawn; ``colour`` the indices of the colour photographs."""

    lab: Image
    mean: Field
    std: Field
    weight: npt.NDArray[np.float64]
    colour: npt.NDArray[np.int64]


def load_portraits(folder: Path, leave_out: frozenset[str] = frozenset()) -> Portraits:
    """All aligned portraits of ``folder`` (see README.md) but the persons left out.

    Modern colour portraits are drawn six times as often as old ones: they are what a probe looks
    like today.
    """
    with (folder / "manifest.csv").open(encoding="utf-8") as table:
        rows = [r for r in csv.DictReader(table) if r["person"] not in leave_out]
    lab = np.empty((len(rows), CANVAS, CANVAS, 3), np.uint8)
    for i, row in enumerate(rows):
        pixels = cv2.imread(str(folder / row["path"]))
        if pixels is None:
            raise ValueError(f"{folder / row['path']} cannot be read")
        lab[i] = cv2.cvtColor(pixels, cv2.COLOR_BGR2LAB)
    face = lab[:, MARGIN + 24 : -MARGIN - 8 : 2, MARGIN + 24 : -MARGIN - 24 : 2]
    face = face.reshape(len(rows), -1, 3).astype(np.float32)
    mean, std = face.mean(1), face.std(1)
    coloured = std[:, 1:].sum(1) > 4
    modern = np.array([float(r["last_congress"] or 0) >= _MODERN for r in rows])
    weight = np.where(modern & coloured, 6.0, np.where(modern | coloured, 2.0, 1.0))
    return Portraits(lab, mean, std, weight / weight.sum(), np.flatnonzero(modern & coloured))


def mix(portraits: Portraits, rng: Rng) -> Image:
    """One mix: uint8 (128, 128, 3) BGR, aligned like a crop of the teacher."""
    first, second, third = rng.choice(len(portraits.weight), 3, p=portraits.weight)
    tone = rng.choice(portraits.colour) if rng.random() < 0.6 else first
    a = _toned(portraits, first, tone, rng)
    kind = rng.random()
    if kind > 0.15:
        b = _toned(portraits, second, tone, rng)
        if kind > 0.8:
            share = rng.uniform(0.35, 0.65)
            b = cv2.addWeighted(b, share, _toned(portraits, third, tone, rng), 1 - share, 0)
        if kind < 0.4:
            share = rng.uniform(0.3, 0.7)
            a = cv2.addWeighted(a, share, b, 1 - share, 0)
        else:
            mask = _mask(rng)
            a = cv2.blendLinear(a, b, mask, 1 - mask)
    where_x, where_y = _warp(rng)
    bent = cv2.remap(a, where_x, where_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _light(cv2.cvtColor(bent, cv2.COLOR_LAB2BGR), rng)


def _toned(portraits: Portraits, index: int, tone: int, rng: Rng) -> Image:
    """A portrait, mirrored half of the time, with the colour statistics of another."""
    source = portraits.lab[index]
    if rng.random() < 0.5:
        source = source[:, ::-1]
    spread = np.maximum(portraits.std[index], (8, 1.5, 1.5))
    gain = np.clip(portraits.std[tone] / spread, 0.5, 2.0)
    # A grey source has no colour to spread: it takes the mean alone.
    gain[1:] = np.where(portraits.std[index, 1:] < 1.5, 1, gain[1:])
    values = np.arange(256, dtype=np.float32)[:, None]
    table = (values - portraits.mean[index]) * gain + portraits.mean[tone]
    table = np.clip(table, 0, 255).astype(np.uint8).reshape(1, 256, 3)
    return cv2.LUT(np.ascontiguousarray(source), table)


def _smooth(rng: Rng, cells: int, size: int, scale: float) -> Field:
    noise = rng.normal(0, scale, (cells, cells)).astype(np.float32)
    return cv2.resize(noise, (size, size), interpolation=cv2.INTER_CUBIC)


def _mask(rng: Rng) -> Field:
    """A smooth mask of 0..1: random regions, or one side of a line through the face."""
    if rng.random() < 0.7:
        field = _smooth(rng, int(rng.integers(3, 8)), CANVAS, 1.0) + np.float32(rng.normal(0, 0.3))
        steep = rng.uniform(2, 8)
    else:
        angle = rng.uniform(0, 2 * np.pi)
        axis = (np.arange(CANVAS, dtype=np.float32) - CANVAS / 2) / CANVAS
        field = np.cos(angle) * axis[None] + np.sin(angle) * axis[:, None]
        field = (field + np.float32(rng.normal(0, 0.12))).astype(np.float32)
        steep = rng.uniform(10, 40)
    mask: Field = (1 / (1 + np.exp(-np.float32(steep) * field))).astype(np.float32)
    return mask


def _depth(x: Field, y: Field) -> Field:
    """A rough face: how far each point (as a share of the crop) stands out, in the same unit."""
    oval = 1 - ((x - 0.5) / 0.62) ** 2 - ((y - 0.6) / 0.78) ** 2
    nose = 0.13 * np.exp(-(((x - 0.5) / 0.09) ** 2) - ((y - 0.62) / 0.13) ** 2)
    eyes = 0.03 * np.exp(-(((np.abs(x - 0.5) - 0.18) / 0.09) ** 2) - ((y - 0.46) / 0.07) ** 2)
    return (0.5 * np.sqrt(np.clip(oval, 0, 1)) + nose - eyes).astype(np.float32)


def _turned(x: Field, y: Field, yaw: float, pitch: float) -> tuple[Field, Field]:
    """Where points of the frontal face lie after a turn of the head (radians)."""
    z = _depth(x, y) - np.float32(0.35)
    u, v = x - 0.5, y - 0.6
    turned_x = u * np.cos(yaw) + z * np.sin(yaw)
    deeper = z * np.cos(yaw) - u * np.sin(yaw)
    turned_y = v * np.cos(pitch) + deeper * np.sin(pitch)
    return (turned_x + 0.5).astype(np.float32), (turned_y + 0.6).astype(np.float32)


def fit_similarity(source: Field, target: Field) -> tuple[complex, complex]:
    """``a`` and ``b`` of the least-squares similarity ``target = a * source + b`` (complex)."""
    p, q = source[:, 0] + 1j * source[:, 1], target[:, 0] + 1j * target[:, 1]
    centred = p - p.mean()
    a = np.sum(np.conj(centred) * (q - q.mean())) / np.sum(np.abs(centred) ** 2)
    return complex(a), complex(q.mean() - a * p.mean())


def turn(x: Field, y: Field, yaw: float, pitch: float) -> tuple[Field, Field]:
    """Where places of an aligned crop lay before the head was turned (radians) and aligned anew.

    Places are shares of the crop, which its canvas exceeds by a quarter on every side.
    """
    points = POINTS.astype(np.float32)
    moved = np.stack(_turned(points[:, 0], points[:, 1], yaw, pitch), 1)
    a, b = fit_similarity(POINTS, moved)  # from the crop to the turned face
    wanted = a * (x + 1j * y) + b
    # Inverse of the turn by fixed-point steps from the place itself.
    for _ in range(4):
        got_x, got_y = _turned(x, y, yaw, pitch)
        x = np.clip(x + (wanted.real - got_x), -0.25, 1.25).astype(np.float32)
        y = np.clip(y + (wanted.imag - got_y), -0.25, 1.25).astype(np.float32)
    return x, y


def _warp(rng: Rng) -> tuple[Field, Field]:
    """For each pixel of the crop, where it comes from on the canvas (px)."""
    axis = ((np.arange(_GRID, dtype=np.float32) + 0.5) / _GRID).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    if rng.random() < 0.6:
        yaw = float(np.clip(rng.normal(0, 0.33), -0.75, 0.75))
        pitch = float(np.clip(rng.normal(0, 0.15), -0.35, 0.35))
        x, y = turn(x, y, yaw, pitch)
    stretch = np.exp(rng.normal(0, 0.04, 2))
    x, y = 0.5 + (x - 0.5) * stretch[0], 0.6 + (y - 0.6) * stretch[1]
    for cells, most in ((4, 0.022), (8, 0.008)):
        strength = abs(rng.normal(0, most))
        x = x + _smooth(rng, cells, _GRID, strength)
        y = y + _smooth(rng, cells, _GRID, strength)
    maps = (
        cv2.resize((m * CROP + MARGIN).astype(np.float32), (CROP, CROP)) - np.float32(0.5)
        for m in (x, y)
    )
    where_x, where_y = maps
    return where_x, where_y


def _light(face: Image, rng: Rng) -> Image:
    """Light from one side, or spots of it, and a change of exposure."""
    if rng.random() < 0.5:
        return face
    field = np.exp(_smooth(rng, int(rng.integers(2, 4)), CROP, abs(rng.normal(0, 0.25))))
    field *= np.float32(np.exp(rng.normal(0, 0.12)))
    return cv2.multiply(face, cv2.merge([field] * 3), dtype=cv2.CV_8U)
