"""Small galleries for tests of calibration."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from secondlook.domain.impostors import BINS, ImpostorCounts
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.domain.neighbours import Neighbours

MODEL = ModelIdentity("m", "1", "a" * 64)
Vectors = npt.NDArray[np.float32]


def matrix(
    templates: Vectors, owners: Sequence[int], references: Sequence[int] | None = None
) -> GalleryMatrix:
    rows = np.array(references or range(1, len(owners) + 1), dtype=np.int64)
    return GalleryMatrix.build(MODEL, templates, np.array(owners, dtype=np.int64), rows)


def strangers(persons: int, seed: int, dimensions: int = 32, alike: float = 0.0) -> Vectors:
    """One template each. ``alike``: spread of how much of one common face each of them has."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(persons, dimensions))
    found[:, 0] += alike * dimensions**0.5 * np.abs(rng.normal(size=persons))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(np.float32)


@st.composite
def galleries(draw: st.DrawFn) -> tuple[Vectors, list[int]]:
    """Templates with entries of 1/4 in 16 dimensions: every cosine is exact in float32."""
    owners = draw(st.lists(st.integers(1, 6), min_size=1, max_size=14))
    seed = draw(st.integers(0, 2**32 - 1))
    signs = np.random.default_rng(seed).choice([-0.25, 0.25], (len(owners), 16))
    return signs.astype(np.float32), owners


def counted(persons: int, pairs_at: dict[int, int]) -> ImpostorCounts:
    """Single references with so many pairs in each bin, nobody in two if possible; the rest low.

    No crowds among them."""
    rows = np.zeros((persons, BINS), dtype=np.int32)
    turn = 0
    for place, pairs in sorted(pairs_at.items(), reverse=True):
        for _ in range(pairs):
            a = 2 * turn % persons
            b = (a + 1 + 2 * turn // persons) % persons
            rows[a, place] += 1
            rows[b, place] += 1
            turn += 1
    rows[:, 0] += persons - 1 - rows.sum(axis=1, dtype=np.int32)
    ids = np.arange(1, persons + 1, dtype=np.int64)
    return ImpostorCounts(persons, ids, ids, rows, Neighbours.none(persons))
