"""Where a confidence and a rate stand in the plot, and the curves read at a confidence."""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, log, log10, sqrt

from secondlook.domain.rehearsal import Curves

LOW, HIGH = 50.0, 99.95
"""The part of the confidences that is drawn, in percent."""
X_TICKS = (50.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9)
Y_TICKS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)


def across(percent: float) -> float:
    """0..1: equal steps for 90, 99, 99.9, where policies draw their lines."""
    clipped = min(max(percent, LOW), HIGH)
    return log10((100 - LOW) / (100 - clipped)) / log10((100 - LOW) / (100 - HIGH))


def confidence(share: float) -> float:
    """The other way round."""
    span = (100 - LOW) / (100 - HIGH)
    return 100 - (100 - LOW) * exp(-log(span) * min(max(share, 0.0), 1.0))


def up(rate: float) -> float:
    """0..1; the root gives rates of one in a hundred a height, and 0 its place."""
    return sqrt(min(max(rate, 0.0), 1.0))


def at(curves: Curves, rates: Sequence[float], percent: float) -> float | None:
    """The rate at the last point of the grid up to ``percent``; None without a curve."""
    if not rates:
        return None
    return rates[max(0, bisect_right(curves.confidence, percent + 1e-9) - 1)]


def snapped(percent: float) -> float:
    """To where the curves are counted: tenths, and hundredths from 99 on."""
    return min(max(round(percent, 2 if percent >= 99 else 1), LOW), HIGH)


def path(curves: Curves, rates: Sequence[float], ceiling: float) -> tuple[list[float], list[float]]:
    """Across and up of a curve, as far as it is drawn."""
    drawn = [
        (across(percent), up(rate))
        for percent, rate in zip(curves.confidence, rates, strict=False)
        if LOW <= percent <= min(HIGH, ceiling)
    ]
    return [x for x, _ in drawn], [y for _, y in drawn]
