"""How often two different people score at least s: counted in the gallery, or known of the model.

Counts live in a histogram over the score axis. It is exact where it matters (a count can only be
rounded upwards, by at most one bin of 0.0005), adds and subtracts, and takes 32 kB at any size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken
from secondlook.domain.matching import GalleryMatrix

BINS = 4000
LEVEL = 0.95
"""Level of every one-sided upper bound."""

ANCHOR_COUNT = 10
"""False matches of the gallery's own at which it is compared with the model's reference curve."""

Histogram = npt.NDArray[np.int64]


def upper_bound(count: float, comparisons: float) -> float:
    """One-sided upper 95 % Clopper-Pearson bound of a rate seen ``count`` times.

    Clopper & Pearson 1934; the beta quantile also accepts the fractional counts that arise when
    dependent comparisons are weighted down. 1.0 when there are no comparisons.
    """
    from scipy.special import betaincinv  # a tenth of a second that a start need not wait for

    if comparisons <= 0 or count >= comparisons:
        return 1.0
    return float(betaincinv(count + 1, comparisons - count, LEVEL))


def bins_of(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """The histogram bins of cosines in -1..1.

    One function, in one precision, for counting and for asking: rounding is monotone, so a
    comparison never lands below the bin of a score that it reaches.
    """
    bins: npt.NDArray[np.float32] = np.clip((scores + 1) * np.float32(BINS / 2), 0, BINS - 1)
    return bins.astype(np.int32)


def bin_of(score: float) -> int:
    return int(bins_of(np.array(score, dtype=np.float32)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The impostor comparisons of one state of one gallery.

    histogram: int64 (BINS,), every reference compared with every other person's best reference.
    pairs: unordered pairs of persons. The bounds count these, because A against B and B against A
    are one fact, not two.
    """

    persons: int
    histogram: Histogram

    @property
    def pairs(self) -> int:
        return self.persons * (self.persons - 1) // 2

    @property
    def comparisons(self) -> int:
        return int(self.histogram.sum())

    def count(self, score: float) -> int:
        """Comparisons scoring at least ``score``; never too few."""
        return int(self.histogram[bin_of(score) :].sum())

    def rate(self, score: float) -> float:
        return self.count(score) / self.comparisons if self.comparisons else 1.0

    def fmr_upper(self, score: float) -> float:
        """Upper 95 % bound of FMR(score)."""
        return upper_bound(self.rate(score) * self.pairs, self.pairs)

    def anchor(self) -> float | None:
        """The highest score that at least ``ANCHOR_COUNT`` pairs reach; None in a tiny gallery."""
        if not self.comparisons:
            return None
        tail = np.cumsum(self.histogram[::-1])[::-1] * (self.pairs / self.comparisons)
        reached = np.flatnonzero(tail >= ANCHOR_COUNT)
        return float(reached[-1] / (BINS / 2) - 1) if len(reached) else None


@dataclass(frozen=True, slots=True)
class ReferenceCurve:
    """A model's FMR on a cohort that its card names; one reference per person.

    counts[i] of ``comparisons`` scored at least scores[i]; scores ascend.
    """

    cohort: str
    persons: int
    comparisons: int
    scores: tuple[float, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        falling = all(a >= b for a, b in zip(self.counts, self.counts[1:], strict=False))
        rising = all(a < b for a, b in zip(self.scores, self.scores[1:], strict=False))
        if not self.scores or len(self.scores) != len(self.counts) or not (falling and rising):
            raise ValueError("a reference curve needs ascending scores and falling counts")

    def fmr_upper(self, score: float) -> float:
        """Upper 95 % bound of FMR(score): 1 below the curve, its last point beyond it.

        Between points the logarithm is interpolated linearly.
        """
        if score < self.scores[0]:
            return 1.0
        bounds = np.log([upper_bound(c, self.comparisons) for c in self.counts])
        return float(np.exp(np.interp(score, self.scores, bounds)))

    def strictness(self, calibration: Calibration | None) -> float:
        """The factor, at least 1, by which a gallery is harder than the cohort.

        Taken where the gallery's own tail is still counted (``Calibration.anchor``), so that the
        curve is never kinder than what the gallery itself shows there.
        """
        anchor = calibration.anchor() if calibration else None
        if calibration is None or anchor is None:
            return 1.0
        return max(1.0, calibration.fmr_upper(anchor) / self.fmr_upper(anchor))


def calibrate(
    matrix: GalleryMatrix,
    *,
    block_rows: int = 512,
    cancel: CancelToken | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Count all impostor comparisons of a gallery, block by block.

    Memory: ``block_rows`` x R scores at a time. Raises ``Cancelled``.
    """
    histogram = np.zeros(BINS, dtype=np.int64)
    rows = len(matrix.templates)
    person_index = np.searchsorted(matrix.person_ids, matrix.row_persons)
    for start in range(0, rows, block_rows):
        if cancel:
            cancel.poll()
        block = slice(start, min(start + block_rows, rows))
        best = matrix.per_person_maximum(matrix.templates[block] @ matrix.templates.T)
        bins = bins_of(best)
        counts = np.bincount(bins.ravel(), minlength=BINS)
        own = bins[np.arange(len(bins)), person_index[block]]
        histogram += counts - np.bincount(own, minlength=BINS)
        if progress:
            progress(block.stop, rows)
    return Calibration(matrix.persons, histogram)
