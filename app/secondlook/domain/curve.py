"""How often two different people of a gallery reach a score, along one score axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from secondlook.domain.bounds import Rates, design_effect, upper_bounds
from secondlook.domain.impostors import BINS, ImpostorCounts, Rows
from secondlook.domain.tail import Tail, fit

_RESOLVED = 25
"""Pairs that it takes to see how much they depend on one another; above, the last effect stays."""

_BLOCK = 512


@dataclass(frozen=True)
class Curve:
    """What was counted at or above each bin; everything of shape (BINS,).

    pairs: unordered pairs of persons compared: A against B and B against A are one fact.
    counts: of these, at or above each bin. effect: how many of them are worth one independent one.
    """

    pairs: float
    counts: Rates
    effect: Rates

    @cached_property
    def fmr_counted(self) -> Rates:
        """Upper 95 % bounds of FMR: Clopper-Pearson on the number of independent comparisons."""
        return _falling(upper_bounds(self.counts / self.effect, self.pairs / self.effect))

    @cached_property
    def tail(self) -> Tail | None:
        histogram = self.counts - np.append(self.counts[1:], 0.0)
        return fit(histogram, self.pairs, self.effect)

    @property
    def resolved(self) -> int:
        """The last bin whose count is large enough to show dependence."""
        enough = np.flatnonzero(self.counts >= _RESOLVED)
        return int(enough[-1]) if len(enough) else 0


def curve(counted: ImpostorCounts, shifts: npt.NDArray[np.int64] | None = None) -> Curve:
    """From the rows of a gallery, each moved down by ``shifts`` (R,) bins."""
    persons = np.unique(counted.owners)
    totals, squares, products = np.zeros((3, BINS))
    size = 0.0
    for rows, starts in _blocks(counted, shifts):
        tails = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]
        own = np.add.reduceat(tails, starts, axis=0).astype(float)
        totals += own.sum(axis=0)
        squares += (own**2).sum(axis=0)
        products += (own * own[:, :1]).sum(axis=0)
        size += float((own[:, 0] ** 2).sum())
    comparisons, k, m = float(totals[0]), len(persons), counted.persons
    if not comparisons:
        return Curve(0.0, np.zeros(BINS), np.ones(BINS))
    pairs = k * (m - k) + k * (k - 1) / 2 - len(counted.same)
    rate = totals / comparisons
    # Influence of a person on the mean: their excess of false matches, in mean searches.
    variance = (squares - 2 * rate * products + rate**2 * size) / k / (comparisons / k) ** 2
    effect = design_effect(variance, rate, k, m, pairs)
    made = Curve(pairs, rate * pairs, effect)
    effect[made.resolved :] = effect[made.resolved]
    return made


def _blocks(
    counted: ImpostorCounts, shifts: npt.NDArray[np.int64] | None
) -> Iterator[tuple[Rows, npt.NDArray[np.int64]]]:
    """Rows of some persons at a time, shifted, and where each person's begin."""
    _, starts = np.unique(counted.owners, return_index=True)
    for first in range(0, len(starts), _BLOCK):
        own = starts[first : first + _BLOCK]
        stop = starts[first + _BLOCK] if first + _BLOCK < len(starts) else len(counted.owners)
        rows = counted.rows[own[0] : stop]
        if shifts is not None:
            rows = _shifted(rows, shifts[own[0] : stop])
        yield rows, own - own[0]


def _shifted(rows: Rows, shifts: npt.NDArray[np.int64]) -> Rows:
    """Each row moved down by so many bins; what leaves the axis stays in its last bin."""
    moved = np.zeros_like(rows)
    for row, (counts, by) in enumerate(zip(rows, shifts.tolist(), strict=True)):
        if by >= 0:
            moved[row, : BINS - by] = counts[by:]
            moved[row, 0] += counts[:by].sum()
        else:
            moved[row, -by:] = counts[:by]
            moved[row, -1] += counts[by:].sum()
    return moved


def _falling(bounds: Rates) -> Rates:
    """A rate never rises with the score, so a bound at a lower score holds at a higher one."""
    return np.minimum.accumulate(bounds)
