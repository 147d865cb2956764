"""How well a recogniser tells people apart: the measures of ISO/IEC 19795-1 over comparison scores.

``mated`` are scores of two pictures of one person, ``impostors`` of two people. A pair is accepted
when its score is at least the threshold, so FMR(t) is the share of impostors >= t and FNMR(t) the
share of mated < t. Both are rates of comparisons: failures to acquire have no score and are counted
beside them, by the caller.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of`` trials."""

    count: int
    of: int

    @property
    def rate(self) -> float | None:
        """None without trials."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """See ``binomial_interval``."""
        return binomial_interval(self.count, self.of)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What one threshold accepts, with the counts behind both rates."""

    threshold: float
    false_matches: int
    impostors: int
    true_matches: int
    mated: int

    @property
    def fmr(self) -> float:
        return self.false_matches / self.impostors

    @property
    def tar(self) -> float:
        """The true accept rate, 1 - FNMR."""
        return self.true_matches / self.mated


@dataclass(frozen=True, slots=True)
class DetPoints:
    """The detection error trade-off: three float64 arrays of one length.

    ``thresholds`` ascend strictly; ``fmr`` falls from 1 to 0 and ``fnmr`` rises from 0 to 1.
    """

    thresholds: npt.NDArray[np.float64]
    fmr: npt.NDArray[np.float64]
    fnmr: npt.NDArray[np.float64]


def binomial_interval(count: float, trials: float, level: float = 0.95) -> tuple[float, float]:
    """The exact two-sided interval of a rate seen ``count`` times in independent ``trials``.

    Clopper & Pearson 1934. Without trials anything is possible: (0, 1). Counts are fractions where
    trials that depend on each other were weighted down.
    """
    from scipy.special import betaincinv  # a tenth of a second that a start need not wait for

    outside = (1 - level) / 2
    low = betaincinv(count, trials - count + 1, outside) if count else 0.0
    high = betaincinv(count + 1, trials - count, 1 - outside) if count < trials else 1.0
    return float(low), float(high)


def point_at(mated: Scores, impostors: Scores, threshold: float) -> OperatingPoint:
    """What ``threshold`` accepts. Raises ``ValueError`` unless there are scores of both kinds."""
    _require(mated, impostors)
    exact = np.float64(threshold)  # a Python float would be rounded to float32 scores
    return OperatingPoint(
        threshold,
        int(np.count_nonzero(impostors >= exact)),
        len(impostors),
        int(np.count_nonzero(mated >= exact)),
        len(mated),
    )


def tar_at_fmr(mated: Scores, impostors: Scores, fmr: float) -> OperatingPoint:
    """The lowest threshold whose FMR is at most ``fmr`` (0..1), and what it accepts.

    Fewer than ``1 / fmr`` impostors cannot show such a rate: the threshold then lies just above
    the highest of them. Raises ``ValueError`` unless there are scores of both kinds.
    """
    _require(mated, impostors)
    count = len(impostors)
    allowed = round(fmr * count)
    allowed -= allowed / count > fmr
    if allowed >= count:
        return point_at(mated, impostors, -np.inf)
    first_refused = float(np.partition(impostors, count - 1 - allowed)[count - 1 - allowed])
    return point_at(mated, impostors, float(np.nextafter(first_refused, np.inf)))


def det_points(mated: Scores, impostors: Scores) -> DetPoints:
    """Both error rates at every score that occurs, and at one threshold that refuses all.

    As many points as distinct scores: thin them before drawing. Raises ``ValueError`` unless there
    are scores of both kinds.
    """
    _require(mated, impostors)
    scores = np.unique(np.concatenate([mated, impostors]).astype(np.float64))
    thresholds = np.append(scores, np.nextafter(scores[-1], np.inf))
    return DetPoints(
        thresholds,
        1 - _share_below(impostors, thresholds),
        _share_below(mated, thresholds),
    )


def thinned(points: DetPoints, per_decade: int = 10) -> DetPoints:
    """Few enough points to draw: both ends, and where a rate first passes each step of a grid.

    The grid is even in the logarithm of each rate, down to one in a million, as a DET plot needs.
    """
    grid = np.logspace(-6, 0, 6 * per_decade + 1)
    last = len(points.thresholds) - 1
    falling = np.searchsorted(-points.fmr, -grid)
    rising = np.searchsorted(points.fnmr, grid)
    kept = np.unique(np.clip([*falling, *rising, 0, last], 0, last))
    return DetPoints(points.thresholds[kept], points.fmr[kept], points.fnmr[kept])


def equal_error_rate(mated: Scores, impostors: Scores) -> float:
    """The rate at which FMR and FNMR are equal, on straight lines between the DET points.

    Raises ``ValueError`` unless there are scores of both kinds.
    """
    points = det_points(mated, impostors)
    gap = points.fnmr - points.fmr  # rises from -1 to 1
    after = int(np.argmax(gap >= 0))
    before = after - 1
    share = -gap[before] / (gap[after] - gap[before])
    return float(points.fmr[before] + share * (points.fmr[after] - points.fmr[before]))


def best_threshold_accuracy(
    mated: Scores, impostors: Scores, folds: int = 10
) -> tuple[float, float]:
    """``accuracy_over_folds`` of ``folds`` runs of neighbours.

    On the pairs file of Labeled Faces in the Wild (Huang and others 2007) these are its own ten
    sets. Pairs in no meant order have to be shuffled first.
    """
    if folds < 2 or min(len(mated), len(impostors)) < folds:
        raise ValueError("there are too few scores for the folds")
    return accuracy_over_folds(
        mated, impostors, runs_of(len(mated), folds), runs_of(len(impostors), folds)
    )


def runs_of(count: int, folds: int) -> Integers:
    """``count`` neighbours cut into ``folds`` runs as equal as can be: the number of each one's."""
    parts = np.array_split(np.arange(count), folds)
    return np.repeat(np.arange(folds, dtype=np.int64), [len(part) for part in parts])


def accuracy_over_folds(
    mated: Scores, impostors: Scores, mated_folds: Integers, impostor_folds: Integers
) -> tuple[float, float]:
    """Mean accuracy over the folds, and its standard error; each judged by the others' threshold.

    The folds say of each score where it belongs; one that lacks either kind is not judged. A score
    may be -inf: a pair that no threshold accepts. Raises ``ValueError`` when fewer than two folds
    can be judged.
    """
    folds = np.intersect1d(mated_folds, impostor_folds)
    if len(folds) < 2:
        raise ValueError("there are too few scores for the folds")
    accuracies = []
    for fold in folds:
        same, other = mated_folds == fold, impostor_folds == fold
        learnt = best_threshold(mated[~same], impostors[~other])
        point = point_at(mated[same], impostors[other], learnt)
        wrong = point.false_matches + point.mated - point.true_matches
        accuracies.append(1 - wrong / (point.mated + point.impostors))
    return float(np.mean(accuracies)), float(np.std(accuracies, ddof=1) / np.sqrt(len(folds)))


def best_threshold(mated: Scores, impostors: Scores) -> float:
    """The threshold with the fewest wrong pairs, midway between the scores that it parts.

    Of several that are as good, the middle one.
    """
    points = det_points(mated, impostors)
    wrong = np.rint(points.fmr * len(impostors) + points.fnmr * len(mated))
    ties = np.flatnonzero(wrong == wrong.min())
    best = int(ties[len(ties) // 2])
    below, above = points.thresholds[max(best - 1, 0)], points.thresholds[best]
    middle = (below + above) / 2
    return float(middle if middle > below else above)


def cmc(ranks: Integers, longest: int) -> Integers:
    """Cumulative match characteristic as counts: how many have rank 1, at most 2, ... ``longest``.

    Divide by all searches, those without a face included, for identification rates.
    """
    within = ranks[ranks <= longest]
    return np.cumsum(np.bincount(within, minlength=longest + 1)[1:], dtype=np.int64)


def _share_below(scores: Scores, thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    ordered = np.sort(scores.astype(np.float64))
    below: npt.NDArray[np.float64] = np.searchsorted(ordered, thresholds) / len(scores)
    return below


def _require(mated: Scores, impostors: Scores) -> None:
    if not len(mated) or not len(impostors):
        raise ValueError("there must be scores of both kinds")
