"""What the scores of one gallery, or of the model's card, say about false positives.

A face that looks like everybody, or a bad picture of one, has all its scores raised; one threshold
for all is too low for it, and its many false matches are not independent of one another. The same
goes for whoever resembles a few references that are closer to one another than the rest. So every
search is first moved to the level of the gallery's typical one (decisions 0015, 0032).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from secondlook.domain.bounds import Rates, upper_bounds
from secondlook.domain.curve import Curve, curve
from secondlook.domain.impostors import BINS, ImpostorCounts, Rows, bin_of, bins_of
from secondlook.domain.neighbours import NOBODY, Ids

ANCHOR_COUNT = 10
"""False matches of the gallery's own at which it is compared with the model's reference curve."""

LEVEL_SHARE = 0.1
"""The share of a search's best scores whose mean is its level (decision 0015)."""

LEVEL_PERSONS = 30
"""In a smaller gallery a level would rest on fewer than three scores."""

LOWEST_LEVEL = 0.25
"""Of the gallery's own searches: a probe below three in four of them is held at their edge. At 0.1
the promise was broken for people of a kind of which the gallery has few (decision 0015)."""

CROWD = 1.5
"""A search is moved down by so many times the bins by which its neighbours have somebody closer
than usual (decision 0032)."""


class Moved(StrEnum):
    """What a search's scores were moved by: the larger of two."""

    NOTHING = "nothing"
    """A gallery of too few people."""
    LEVEL = "level"
    """How much the probe resembles everybody."""
    CROWD = "crowd"
    """How much those whom it resembles most resemble somebody else."""


@dataclass(frozen=True, slots=True)
class Lift:
    """Bins by which a probe's scores lie above those of the gallery's typical search; negative for
    one that resembles fewer people than usual."""

    bins: int = 0
    by: Moved = Moved.NOTHING


NO_LIFT = Lift()


@dataclass(frozen=True)
class Calibration:
    """The impostor comparisons of one state of one gallery, and what follows from them."""

    counts: ImpostorCounts

    @property
    def persons(self) -> int:
        return self.counts.persons

    @cached_property
    def plain(self) -> Curve:
        return curve(self.counts)

    @cached_property
    def histogram(self) -> npt.NDArray[np.int64]:
        """All comparisons by score, int64 (BINS,)."""
        total: npt.NDArray[np.int64] = self.counts.rows.sum(axis=0, dtype=np.int64)
        return total

    @property
    def pairs(self) -> int:
        return int(self.plain.pairs)

    @property
    def comparisons(self) -> int:
        return int(self.histogram.sum())

    def count(self, score: float) -> float:
        """Pairs of persons scoring at least ``score``; never too few."""
        return float(self.plain.counts[bin_of(score)])

    def rate(self, score: float) -> float:
        return self.count(score) / self.plain.pairs if self.plain.pairs else 1.0

    def fmr_upper(self, score: float) -> float:
        """Upper 95 % bound of FMR(score), from what was counted."""
        return float(self.plain.fmr_counted[bin_of(score)])

    def anchor(self) -> float | None:
        """The highest score that at least ``ANCHOR_COUNT`` pairs reach; None in a tiny gallery."""
        reached = np.flatnonzero(self.plain.counts >= ANCHOR_COUNT)
        return float(reached[-1] / (BINS / 2) - 1) if len(reached) else None

    # Levels

    @cached_property
    def _levels(self) -> Rates:
        return levels(self.counts.rows)

    @cached_property
    def _typical(self) -> float:
        return float(np.median(self._levels))

    @cached_property
    def _lowest(self) -> float:
        return float(np.quantile(self._levels, LOWEST_LEVEL))

    @property
    def level_bounds(self) -> tuple[float, float]:
        """The level of the typical search, and the lowest one that a probe is held at, in bins."""
        return self._typical, self._lowest

    # Crowds

    @cached_property
    def _closest(self) -> dict[int, int]:
        """By reference, the bin of its best score with another person."""
        seen = self.counts.rows[:, ::-1] > 0
        best = np.where(seen.any(axis=1), BINS - 1 - np.argmax(seen, axis=1), 0)
        return dict(zip(self.counts.references.tolist(), best.tolist(), strict=True))

    @cached_property
    def _crowds(self) -> Rates:
        near = self.counts.neighbours.references[:, 1:]
        return np.array([self._crowd(references[references != NOBODY]) for references in near])

    @cached_property
    def _usual_crowd(self) -> float:
        return float(np.median(self._crowds))

    def _crowd(self, neighbours: Ids) -> float:
        """How much a search's neighbours resemble somebody else: the mean bin of their best."""
        closest = [self._closest[reference] for reference in neighbours.tolist()]
        return sum(closest) / max(len(closest), 1)

    # Both

    @cached_property
    def levelled(self) -> Curve:
        """Of scores moved to the level of the gallery's typical search; plain in a tiny gallery."""
        if self.persons < LEVEL_PERSONS:
            return self.plain
        return curve(self.counts, np.floor(self.moved).astype(np.int64))

    @cached_property
    def moved(self) -> Rates:
        """Bins (R,) by which the gallery's own searches are moved down: the larger of the two."""
        crowded = CROWD * (self._crowds - self._usual_crowd)
        return np.maximum(self._levels - self._typical, crowded)

    def lift(self, scores: npt.NDArray[np.float32], neighbours: Ids) -> Lift:
        """Of a probe, rounded upwards. ``scores``: one for each person (M,). ``neighbours``: the
        references of those whom it resembles most (``neighbours.nearest``).

        Never further below than the gallery's own searches show (``LOWEST_LEVEL``): there the probe
        and they disagree, and the more cautious one counts.
        """
        if self.persons < LEVEL_PERSONS:
            return NO_LIFT
        row = np.bincount(bins_of(scores), minlength=BINS)[None, :].astype(np.int32)
        level = max(float(levels(row)[0]), self._lowest) - self._typical
        crowded = CROWD * (self._crowd(neighbours) - self._usual_crowd)
        by = Moved.CROWD if crowded > level else Moved.LEVEL
        return Lift(int(np.ceil(max(level, crowded))), by)


def levels(rows: Rows) -> Rates:
    """The mean bin (n,) of the best tenth of each search's scores, without the very best.

    The best one is left out because it may be the person. With T(b) the scores at or above bin b,
    the sum of the bins of ranks 2 to k + 1 is the sum of min(max(T(b) - 1, 0), k) over b >= 1.
    """
    found = np.zeros(len(rows))
    for start in range(0, len(rows), 512):
        tails = np.cumsum(rows[start : start + 512, ::-1], axis=1)[:, ::-1]
        k = np.maximum(np.ceil(tails[:, 0] * LEVEL_SHARE), 1.0)
        reached = np.clip(tails[:, 1:] - 1, 0, k[:, None])
        found[start : start + 512] = reached.sum(axis=1) / k
    return found


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
        return float(self.fmr_uppers(np.array([score]))[0])

    def fmr_uppers(self, scores: Rates) -> Rates:
        """The same of many scores."""
        bounds = np.log(upper_bounds(self.counts, self.comparisons))
        found = np.exp(np.interp(scores, self.scores, bounds))
        return np.where(scores < self.scores[0], 1.0, found)

    def over_bins(self) -> Rates:
        """``fmr_upper`` at the lower edge of every bin (BINS,)."""
        return self.fmr_uppers(np.arange(BINS) / (BINS / 2) - 1)

    def strictness(self, calibration: Calibration | None) -> float:
        """The factor, at least 1, by which a gallery is harder than the cohort.

        Taken where the gallery's own tail is still counted (``Calibration.anchor``), so that the
        curve is never kinder than what the gallery itself shows there.
        """
        anchor = calibration.anchor() if calibration else None
        if calibration is None or anchor is None:
            return 1.0
        return max(1.0, calibration.fmr_upper(anchor) / self.fmr_upper(anchor))
