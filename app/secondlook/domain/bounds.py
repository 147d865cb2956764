"""Upper bounds of rates that were counted, and what dependence between counts takes from them."""

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
"""Level of every one-sided upper bound."""

Rates = npt.NDArray[np.float64]


def upper_bounds(counts: npt.ArrayLike, trials: npt.ArrayLike) -> Rates:
    """One-sided upper 95 % Clopper-Pearson bounds of rates seen ``counts`` times in ``trials``.

    Clopper & Pearson 1934; the beta quantile also accepts the fractional counts that arise when
    dependent comparisons are weighted down. 1.0 where there were no trials.
    """
    from scipy.special import betaincinv  # a tenth of a second that a start need not wait for

    seen, of = np.broadcast_arrays(np.asarray(counts, float), np.asarray(trials, float))
    open_ended = (of <= 0) | (seen >= of)
    some = np.where(open_ended, 0.0, seen)
    bounds = betaincinv(some + 1, np.where(open_ended, 1.0, of - some), LEVEL)
    return np.where(open_ended, 1.0, bounds)


def upper_bound(count: float, trials: float) -> float:
    """``upper_bounds`` of one rate."""
    return float(upper_bounds(count, trials))


def design_effect(variance: Rates, rate: Rates, persons: int, gallery: int, pairs: float) -> Rates:
    """How many times fewer independent comparisons ``pairs`` comparisons of persons amount to.

    ``variance``: between ``persons`` of the gallery's, of each one's share of comparisons with all
    of the ``gallery`` that count; ``rate`` is the share of all. A mean over pairs is a U-statistic
    of degree two, whose variance is 4/M of the variance of its projection on persons (Hoeffding
    1948) plus the variance of what is left, rate (1 - rate) / pairs; the variance between persons'
    observed shares holds that second part twice, so it is taken off once. Where only some persons
    were searched, each of the four parts has the number that it was taken over. Never below 1.
    """
    spread = rate * (1 - rate)
    parts = pairs * (1 / max(persons, 1) + 3 / max(gallery, 1)) * variance
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.where(spread > 0, parts / spread - 1, 1.0)
    return np.maximum(effect, 1.0)
