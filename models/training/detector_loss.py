"""Which cell is asked for which face, and how far the network is from it.

A face belongs to the strides that its size suits (two of them near a border) and there to the
cells near its middle. Cells further out in a face, and faces that do not count, are left alone;
all other cells must stay silent.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from composites import Scene
from detector_net import STRIDES

Floats = npt.NDArray[np.float32]

# Root of the box's area, px: the sizes that a stride answers for, and (times LOOSE) may answer for.
RANGES = {8: (0.0, 60.0), 16: (36.0, 150.0), 32: (90.0, float("inf"))}
LOOSE = 1.5
NEAR, MOST = 0.22, 1.6  # half-width of the asked middle: a share of the size, at most in strides
INNER = 0.4  # of the box's half: the part where an unasked cell is left alone
NEGATIVE, POSITIVE, SKIPPED = 0, 1, 2
BOX_WEIGHT, POINTS_WEIGHT, FOCUS = 2.0, 8.0, 2.0


@dataclass(frozen=True)
class Targets:
    """For every cell of a batch, strides one after another: ``state`` (n, cells) and ``rows``
    (n, cells, 14), the face asked for (middle, size, points; px)."""

    state: torch.Tensor
    rows: torch.Tensor


def cells(height: int, width: int) -> Floats:
    """(cells, 3): x, y (px of the corner, as YuNet counts) and stride of each cell."""
    parts = []
    for stride in STRIDES:
        y, x = np.mgrid[0 : height // stride, 0 : width // stride]
        parts.append(np.stack([x * stride, y * stride, np.full_like(x, stride)], -1).reshape(-1, 3))
    return np.concatenate(parts).astype(np.float32)


def assign(scene: Scene, grid: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """State (cells,) and rows (cells, 14) of one scene."""
    state = np.full(len(grid), NEGATIVE)
    wanted = np.zeros((len(grid), 14), np.float32)
    stride = grid[:, 2]
    middle = grid[:, :2] + stride[:, None] / 2
    low = np.array([RANGES[int(s)][0] for s in STRIDES])[np.log2(stride / 8).astype(int)]
    high = np.array([RANGES[int(s)][1] for s in STRIDES])[np.log2(stride / 8).astype(int)]
    order = np.argsort(-scene.rows[:, 2] * scene.rows[:, 3])  # small faces have the last word
    for number in order:
        row = scene.rows[number].copy()
        row[:2] += row[2:4] / 2
        size = float(np.sqrt(row[2] * row[3]))
        away = np.abs(middle - row[:2])
        inside = (away / row[2:4]).max(1)
        if scene.ignored[number]:
            state[inside < 0.5] = SKIPPED
            continue
        loosely = (size > low / LOOSE) & (size < high * LOOSE)
        state[loosely & (inside < INNER)] = SKIPPED
        radius = np.clip(NEAR * size, stride * 0.51, stride * MOST)
        asked = (size >= low) & (size <= high) & (away.max(1) < radius)
        state[asked] = POSITIVE
        wanted[asked] = row
    return state, wanted


def targets(scenes: list[Scene]) -> Targets:
    """The targets of a batch of scenes of one size."""
    grid = cells(*scenes[0].picture.shape[:2])
    states, rows = zip(*(assign(scene, grid) for scene in scenes), strict=True)
    return Targets(torch.from_numpy(np.stack(states)), torch.from_numpy(np.stack(rows)))


def loss_of(
    maps: tuple[torch.Tensor, ...], wanted: Targets, grid: torch.Tensor
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch and its parts. ``grid`` as ``cells`` gives it.

    Class: focal loss. Objectness: the box's overlap with the face, with the quality focal loss of
    Li et al. 2020, so that of several cells the best placed is the surest. Box: generalised IoU
    (Rezatofighi et al. 2019). Points: smooth L1 as a share of the face's size.
    """
    flat = torch.cat([m.flatten(2).transpose(1, 2) for m in maps], 1).float()
    positive, counted = wanted.state == POSITIVE, wanted.state != SKIPPED
    count = positive.sum().clamp(min=1)
    place = grid.expand(len(flat), -1, -1)[positive]
    found, rows = flat[positive], wanted.rows[positive]
    middle = place[:, :2] + found[:, 2:4] * place[:, 2:]
    sides = found[:, 4:6].clamp(max=6).exp() * place[:, 2:]
    overlap, generalised = _overlaps(middle, sides, rows[:, :2], rows[:, 2:4])
    size = (rows[:, 2] * rows[:, 3]).sqrt()[:, None]
    points = place[:, :2].repeat(1, 5) + found[:, 6:] * place[:, 2:]
    off = functional.smooth_l1_loss(points / size, rows[:, 4:] / size, beta=0.03, reduction="none")
    truth = torch.zeros_like(flat[..., 0])
    truth[positive] = 1.0
    quality = torch.zeros_like(truth)
    quality[positive] = overlap.detach().clamp(0, 1)
    parts = {
        "class": _focal(flat[..., 0], truth, counted) / count,
        "object": _focal(flat[..., 1], quality, counted) / count,
        "box": BOX_WEIGHT * (1 - generalised).sum() / count,
        "points": POINTS_WEIGHT * off.mean(1).sum() / count,
    }
    return torch.stack(list(parts.values())).sum(), {k: v.item() for k, v in parts.items()}


def _focal(logit: torch.Tensor, truth: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    distance = (logit.sigmoid() - truth).abs() ** FOCUS
    each = functional.binary_cross_entropy_with_logits(logit, truth, reduction="none")
    return (each * distance * counted).sum()


def _overlaps(
    middle: torch.Tensor, sides: torch.Tensor, true_middle: torch.Tensor, true_sides: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """IoU and generalised IoU of boxes, row by row."""
    low, high = middle - sides / 2, middle + sides / 2
    true_low, true_high = true_middle - true_sides / 2, true_middle + true_sides / 2
    shared = (torch.minimum(high, true_high) - torch.maximum(low, true_low)).clamp(min=0).prod(1)
    union = sides.prod(1) + true_sides.prod(1) - shared
    hull = (torch.maximum(high, true_high) - torch.minimum(low, true_low)).prod(1)
    overlap = shared / union.clamp(min=1e-6)
    return overlap, overlap - (hull - union) / hull.clamp(min=1e-6)
