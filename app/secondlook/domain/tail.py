"""A generalised Pareto tail over a high quantile, where nothing was counted any more.

Above a high threshold u, excesses of almost any distribution follow approximately
SF(x) = (1 + xi (x - u) / sigma)^(-1/xi) (Pickands 1975; Coles 2001, chapter 4). It is fitted to the
binned scores by maximum likelihood on a grid, and what is used of it is the upper 95 % bound by
profile likelihood, which is not symmetric and needs no second derivatives.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondlook.domain.bounds import upper_bound

Array = npt.NDArray[np.float64]

REACH = 10.0
"""How far the fit is followed: to a tenth of one false match in all comparisons (decision 0015)."""

MOST, FEWEST = 1000, 40
"""Pairs above the threshold: the first try, and the last one before giving up."""

_SHARE = 0.1  # of all pairs: further down it is no tail, and fewer know too little (decision 0015)
_SHAPES = np.linspace(-0.6, 0.2, 41)  # scores end at 1, so a heavier tail is a mixture of two
_SCALES = np.geomspace(0.4, 2.5, 56)  # times what the mean excess says
_LIKELY = 5.4119 / 2
"""Half the 98 % quantile of chi-square with one degree of freedom: a nominal 99 %, one-sided.
At a nominal 95 % the bound held the truth in 84 % of galleries only; this one does in 95 %
(decision 0015)."""

_CELLS = 10
DOUBT = 0.01
"""A fit less likely than this is not used, nor one that expects fewer pairs where one was seen."""


@dataclass(frozen=True, slots=True)
class Tail:
    """``start``: the first bin above the threshold; ``last``: the last one that may be asked.

    upper: float64 (BINS,), upper bounds of FMR, of use from ``start`` to ``last``.
    expected: float64 (BINS,), pairs that the best fit expects at or above each bin, from ``start``.
    shape: xi of the best fit. doubt: the probability of a worse fit if the tail is of this kind.
    """

    start: int
    last: int
    upper: Array
    expected: Array
    shape: float
    doubt: float


def fit(histogram: Array, pairs: float, effect: Array) -> Tail | None:
    """From pairs per bin (BINS,), ``pairs`` in all; ``effect`` of them are worth one alone.

    Tried from ever higher thresholds until the fit is not in doubt; None if none is good enough,
    and where the highest pairs do not belong to the tail, as one person enrolled twice.
    """
    above = np.cumsum(histogram[::-1])[::-1]
    wanted = min(MOST, _SHARE * pairs)
    while wanted >= FEWEST:
        start = int(np.argmax(above <= wanted))
        if above[start] >= FEWEST / 2:
            tail = _fit_above(histogram, start, float(above[start]), pairs, float(effect[start]))
            if tail is None or tail.doubt >= DOUBT:
                return tail
        wanted /= 2
    return None  # a tail in doubt at every threshold, or too few pairs for any


def _fit_above(
    histogram: Array, start: int, count: float, pairs: float, effect: float
) -> Tail | None:
    """None where the highest pairs do not belong to the others."""
    from scipy.stats import chi2

    bins = len(histogram)
    edges = np.arange(bins - start + 1, dtype=float)  # in bins above the threshold
    seen = histogram[start:]
    mean = float(seen @ (edges[:-1] + 0.5)) / count
    shapes, scales = (g.ravel() for g in np.meshgrid(_SHAPES, mean * _SCALES, indexing="ij"))
    scales = scales * (1 - shapes)  # the mean excess of the distribution is sigma / (1 - xi)
    used = np.flatnonzero(seen)
    chance = _survival(shapes, scales, edges[used]) - _survival(shapes, scales, edges[used + 1])
    with np.errstate(divide="ignore"):
        likelihood = np.log(np.maximum(chance, 0)) @ seen[used] / effect
    best = int(np.argmax(likelihood))
    fitted = _survival(shapes[best : best + 1], scales[best : best + 1], edges)[0]
    doubt = float(chi2.sf(*_misfit(seen, fitted, count, effect)))
    heavier = shapes[best] == _SHAPES[-1]
    if not np.isfinite(likelihood[best]) or heavier or _outlier(seen, fitted, count):
        return None
    likely = likelihood >= likelihood[best] - _LIKELY
    worst = _survival(shapes[likely], scales[likely], edges[:-1]).max(axis=0)
    upper = np.ones(bins)
    upper[start:] = worst * upper_bound(count / effect, pairs / effect)
    expected = np.full(bins, count)
    expected[start:] = fitted[:-1] * count
    last = int(np.flatnonzero(expected >= 1 / REACH)[-1])
    return Tail(start, last, upper, expected, float(shapes[best]), doubt)


def _survival(shapes: Array, scales: Array, excess: Array) -> Array:
    """SF (n, k) of n distributions at k excesses; the limit xi -> 0 is the exponential."""
    xi, ratio = shapes[:, None], excess[None, :] / scales[:, None]
    small = np.abs(xi) < 1e-6
    safe = np.where(small, 1.0, xi)
    inside = np.maximum(1 + safe * ratio, 0)
    with np.errstate(divide="ignore"):
        power = np.where(inside > 0, np.exp(-np.log(inside) / safe), 0.0)
    found: Array = np.where(small, np.exp(-ratio), power)
    return found


def _misfit(seen: Array, fitted: Array, count: float, effect: float) -> tuple[float, float]:
    """Pearson's chi-square over cells of equal expected count, and its degrees of freedom.

    Divided by the design effect, since dependent pairs come in lumps (Rao and Scott 1984).
    """
    cells = int(np.clip(count / 5, 4, _CELLS))
    cell = np.clip(((1 - fitted[:-1]) * cells).astype(int), 0, cells - 1)
    got = np.bincount(cell, weights=seen, minlength=cells)
    expected = np.bincount(cell, weights=-np.diff(fitted), minlength=cells) * count
    some = expected > 0
    statistic = float(np.sum((got[some] - expected[some]) ** 2 / expected[some]))
    return statistic / effect, max(int(some.sum()) - 3, 1)


def _outlier(seen: Array, fitted: Array, count: float) -> bool:
    """Whether the highest pair lies where the fit expects none: as one person enrolled twice."""
    top = int(np.flatnonzero(seen)[-1])
    return float(fitted[top]) * count < DOUBT
