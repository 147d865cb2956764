"""Pairs that look like one person enrolled twice, and what they cost everybody.

Compared as two people they are the strongest false match of their gallery, and no score that they
reach can be worth much. Nobody sees that in a figure: so they are named, and what would be reached
without them is said.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from secondlook.domain.calibration import Calibration
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.curve import Curve
from secondlook.domain.fmr import FmrBounds
from secondlook.domain.impostors import ImpostorCounts, bin_of, count
from secondlook.domain.matching import GalleryMatrix
from secondlook.domain.tail import DOUBT, fit

SUSPECTS = 20
"""Pairs looked at, from the highest down: it takes no more to see what is in the way."""

NOTICED = 0.01
"""A score that is higher by less than this is nothing that a person would judge a pair for."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two gallery persons (lower id first), and the best score between their references."""

    person_id: int
    other_id: int
    score: float

    @property
    def ids(self) -> tuple[int, int]:
        return self.person_id, self.other_id


@dataclass(frozen=True, slots=True)
class Suspects:
    """Pairs that look like one person, highest first. ``without``: the bounds if the first so many
    are one person each; one more look at all rows, the first time that it is asked."""

    pairs: tuple[Alike, ...]
    without: Callable[[int], FmrBounds]


@dataclass(frozen=True, slots=True)
class Limit:
    """Pairs in the way, highest first. ``ceiling`` and ``scores_at`` (by percent): without them."""

    pairs: tuple[Alike, ...]
    ceiling: float
    scores_at: dict[float, float | None]


def suspects(
    scale: ConfidenceScale,
    matrix: GalleryMatrix,
    line: float | None,
    judged: Container[tuple[int, int]] = (),
) -> Suspects | None:
    """At most ``SUSPECTS`` pairs at ``line`` or above that are not ``judged``; None without any.

    Without a line, those which the tail of all others does not expect. Costs the comparisons of the
    few people concerned.
    """
    calibration = scale.calibration
    lowest = line if line is not None or calibration is None else calibration.anchor()
    if calibration is None or lowest is None:
        return None
    known = calibration.counts
    high = [pair for pair in _highest(matrix, known, lowest) if pair.ids not in judged]
    if line is None:
        high = _unexpected(calibration.plain, high)
    if not high:
        return None

    @cache
    def without(first: int) -> FmrBounds:
        same = known.same | {pair.ids for pair in high[:first]}
        left = Calibration(count(matrix, (matrix, known), same=same))
        return ConfidenceScale(scale.persons, left, scale.reference, scale.extrapolate).bounds

    return Suspects(tuple(high), without)


def limiting_pairs(
    scale: ConfidenceScale, found: Suspects | None, lines: Sequence[float]
) -> Limit | None:
    """The fewest of some suspects, from the highest down, that keep a line (percent) out of reach
    or its score up; None where all of them do not."""
    if found is None:
        return None
    most = scale.on(found.without(len(found.pairs)))
    if not _any_higher(scale, most, lines):
        return None
    first, without = 1, scale.on(found.without(1))
    while first < len(found.pairs) and _any_higher(without, most, lines):
        first = min(2 * first, len(found.pairs))
        without = scale.on(found.without(first))
    scores = {line: without.score_at(line) for line in lines}
    return Limit(found.pairs[:first], without.ceiling, scores)


def _any_higher(now: ConfidenceScale, without: ConfidenceScale, lines: Sequence[float]) -> bool:
    scores = ((now.score_at(line), without.score_at(line)) for line in lines)
    return any(least is not None and _higher(score, least) for score, least in scores)


def in_the_way(now: Mapping[str, float | None], without: Mapping[str, float | None]) -> list[str]:
    """The lines (percent, as text), lowest first, that take a higher score now than without."""
    found = (
        line for line, score in without.items()
        if line in now and score is not None and _higher(now[line], score)
    )  # fmt: skip
    return sorted(found, key=float)


def _higher(now: float | None, without: float) -> bool:
    return now is None or now - without >= NOTICED


def _unexpected(curve: Curve, high: Sequence[Alike]) -> list[Alike]:
    """Those of the highest pairs that the tail of all lower ones does not expect."""
    for number in range(1, len(high) + 1):
        counts = np.maximum(curve.counts - number, 0.0)  # a pair with many references has many bins
        histogram = counts - np.append(counts[1:], 0.0)
        tail = fit(histogram, curve.pairs - number, curve.effect)
        if tail is not None:
            return [p for p in high[:number] if tail.expected[bin_of(p.score)] < DOUBT]
    return []


def _highest(matrix: GalleryMatrix, counts: ImpostorCounts, lowest: float) -> list[Alike]:
    """The ``SUSPECTS`` highest pairs from a score on, but those that are left out already.

    A row that counts nothing up there need not be compared again.
    """
    above = counts.rows[:, bin_of(lowest) :]
    top = above.shape[1] - np.argmax(above[:, ::-1] > 0, axis=1)
    some = np.flatnonzero(above.any(axis=1))
    some = some[np.argsort(-top[some], kind="stable")][: 4 * SUSPECTS]
    found: dict[tuple[int, int], float] = {}
    order = np.argsort(matrix.reference_ids)  # a matrix is sorted by person
    places = np.searchsorted(matrix.reference_ids, counts.references[some], sorter=order)
    for row, owner in zip(order[places], counts.owners[some].tolist(), strict=True):
        best = matrix.per_person_maximum(matrix.templates @ matrix.templates[row])
        for place in np.flatnonzero(best >= np.float32(lowest)).tolist():
            other = int(matrix.person_ids[place])
            pair = (min(owner, other), max(owner, other))
            if other != owner and pair not in counts.same:
                found[pair] = max(found.get(pair, -1.0), min(float(best[place]), 1.0))
    highest = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:SUSPECTS]
    return [Alike(*pair, score) for pair, score in highest]
