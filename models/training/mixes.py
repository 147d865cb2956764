"""Faces that nobody has: mixes of aligned portraits, warped and relit, for the recogniser to learn.

A mix takes two or three portraits in CIELAB, brings their colours together, joins them through a
smooth mask or a blend, bends the result (shape, expression, a slight turn of the head over a rough
depth of a face) and lights it anew. It is written as the crop that the teacher takes, with some
margin.
"""

import cv2
import numpy as np

from aligned import CANVAS, CROP, MARGIN, POINTS, Field, Image, Rng
from portraits import Portraits
from turns import fit_similarity

SPARE = 16  # px kept around the crop: the turns that the student sees need them
STORED = CROP + 2 * SPARE
_GRID = 33  # warps are computed on so many points a side and enlarged


def mix(portraits: Portraits, rng: Rng) -> Image:
    """One mix: uint8 (160, 160, 3) BGR; the middle 128 px are aligned like a crop of the teacher.

    Half of the parents resemble each other: such a mix is a likely face of its own kind, with that
    kind's colours, and the next mix of the same people is a look-alike to be told from it.
    """
    first, second, third = rng.choice(len(portraits.weight), 3, p=portraits.weight)
    tone = first
    if rng.random() < 0.55:
        second, third = rng.choice(portraits.alike[first], 2)
        if rng.random() < 0.3:
            tone = second
    elif rng.random() < 0.6:
        tone = rng.choice(portraits.colour, p=portraits.colour_weight)
    a = _toned(portraits, first, tone, rng)
    kind = rng.random()
    if kind > 0.15:
        b = _toned(portraits, second, tone, rng)
        if kind > 0.85:
            share = rng.uniform(0.35, 0.65)
            b = cv2.addWeighted(b, share, _toned(portraits, third, tone, rng), 1 - share, 0)
        if kind < 0.4:
            share = rng.uniform(0.25, 0.75)
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
    """For each stored pixel, where it comes from on the canvas (px)."""
    axis = (np.arange(_GRID, dtype=np.float32) + 0.5) / _GRID * (STORED / CROP) - SPARE / CROP
    axis = axis.astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    if rng.random() < 0.4:
        yaw = float(np.clip(rng.normal(0, 0.25), -0.6, 0.6))
        pitch = float(np.clip(rng.normal(0, 0.15), -0.35, 0.35))
        x, y = turn(x, y, yaw, pitch)
    stretch = np.exp(rng.normal(0, 0.04, 2))
    x, y = 0.5 + (x - 0.5) * stretch[0], 0.6 + (y - 0.6) * stretch[1]
    for cells, most in ((4, 0.022), (8, 0.008)):
        strength = abs(rng.normal(0, most))
        x = x + _smooth(rng, cells, _GRID, strength)
        y = y + _smooth(rng, cells, _GRID, strength)
    maps = (
        cv2.resize((m * CROP + MARGIN).astype(np.float32), (STORED, STORED)) - np.float32(0.5)
        for m in (x, y)
    )
    where_x, where_y = maps
    return where_x, where_y


def _light(face: Image, rng: Rng) -> Image:
    """Light from one side, or spots of it, and a change of exposure."""
    if rng.random() < 0.5:
        return face
    field = np.exp(_smooth(rng, int(rng.integers(2, 4)), STORED, abs(rng.normal(0, 0.25))))
    field *= np.float32(np.exp(rng.normal(0, 0.12)))
    return cv2.multiply(face, cv2.merge([field] * 3), dtype=cv2.CV_8U)
