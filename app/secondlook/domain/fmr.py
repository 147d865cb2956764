"""The false match rates that count in a gallery, and what each of them rests on."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from secondlook.domain.bounds import Rates
from secondlook.domain.curve import Curve
from secondlook.domain.impostors import BINS

AT_MOST = 2.5
"""How many times less than the count alone a fitted tail may give, however well it fits: the best
fit to hundreds of pairs knows nothing of a few that are unlike all of them, as faces of one
generator or one family are (decision 0019)."""


class Basis(IntEnum):
    """What a rate rests on."""

    COUNTED = 0
    FITTED = 1
    REFERENCE = 2


@dataclass(frozen=True, slots=True)
class FmrBounds:
    """Upper 95 % bounds of FMR by bin (BINS,), falling. ``counted``: was any pair seen there."""

    fmr: Rates
    basis: npt.NDArray[np.int8]
    counted: npt.NDArray[np.bool_]


def fmr_bounds(curve: Curve | None, reference: Rates | None, extrapolate: bool) -> FmrBounds:
    """``reference``: the bounds of the model's curve (BINS,).

    The gallery's own counts decide for as long as there are any. Beyond them the fitted tail may
    say more, as far as it reaches; where nothing of the gallery's own reaches, the model's curve.
    """
    own = curve is not None and curve.pairs > 0
    fmr, counts, reach = np.ones(BINS), np.zeros(BINS), -1
    basis = np.full(BINS, Basis.COUNTED if own or reference is None else Basis.REFERENCE, np.int8)
    if curve is not None and own:
        fmr, counts = curve.fmr_counted.copy(), curve.counts
        reach = int(np.flatnonzero(counts > 0)[-1])
        tail = curve.tail if extrapolate else None
        if tail:
            reach = max(reach, tail.last)
            fitted = np.where(np.arange(BINS) < tail.start, 1.0, tail.upper)
            fitted[tail.last :] = tail.upper[tail.last]
            fitted = np.maximum(fitted, curve.fmr_counted / AT_MOST)
            better = (counts < 1) & (fitted < fmr)
            fmr[better], basis[better] = fitted[better], Basis.FITTED
    if reference is not None:
        better = (np.arange(BINS) > reach) & (reference < fmr)
        fmr[better], basis[better] = reference[better], Basis.REFERENCE
    return FmrBounds(fmr, basis, counts > 0)
