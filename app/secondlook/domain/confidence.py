"""Search confidence: what a score means in a gallery of N persons.

confidence(s) = 100 * (1 - min(1, N * FMR(s))): one hundred less the false candidates expected in a
hundred searches. By the union bound FPIR(N, s) <= N * FMR(s), so if the person is not in this
gallery, at most (100 - c) searches in 100 show any candidate this strong. It takes nothing but
arithmetic, and the database can test it (``reached``).
"""

import math
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from secondlook.domain.calibration import NO_LIFT, Calibration, Lift, ReferenceCurve
from secondlook.domain.fmr import Basis, FmrBounds, fmr_bounds
from secondlook.domain.impostors import BINS, bin_of
from secondlook.domain.neighbours import Ids


class ConfidenceStatus(StrEnum):
    """What a confidence rests on."""

    MEASURED = "measured"
    """Counted among the gallery's own impostor comparisons."""
    EXTRAPOLATED = "extrapolated"
    """Beyond what was counted, from the tail fitted to the gallery's own comparisons."""
    REFERENCE = "reference"
    """Read from the reference curve in the model's card: beyond what the gallery can resolve."""
    NOT_MEASURABLE = "not_measurable"
    """Nothing at hand can resolve the false match rate that the policy needs."""


STATUS_OF = {
    Basis.COUNTED: ConfidenceStatus.MEASURED,
    Basis.FITTED: ConfidenceStatus.EXTRAPOLATED,
    Basis.REFERENCE: ConfidenceStatus.REFERENCE,
}


@dataclass(frozen=True, slots=True)
class Confidence:
    """``value`` in percent, None when not measurable. ``expected_false_candidates`` per search."""

    value: float | None
    status: ConfidenceStatus
    fmr_upper: float
    expected_false_candidates: float

    def reaches(self, needed: float) -> bool:
        return self.value is not None and self.value >= needed

    def __str__(self) -> str:
        return "not measurable" if self.value is None else f"{format_percent(self.value)} %"


def format_percent(value: float) -> str:
    """Two decimals above 99, one elsewhere, always cut off: a display must not promise more."""
    digits = 2 if value >= 99 else 1
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_FLOOR))


def format_expected(expected: float) -> str:
    """Expected false candidates in words: "about 1 in 120 searches"."""
    if expected <= 0:
        return "none expected"
    if expected > 0.5:
        return f"about {expected:.1f} in every search"
    return f"about 1 in {math.floor(1 / expected):,} searches"


def search_confidence(fmr: float, persons: int) -> float:
    """100 * (1 - min(1, N * FMR)) in percent."""
    return 100.0 * (1.0 - min(1.0, persons * fmr))


def reached(persons: int, fmr_upper: float, percent: float) -> bool:
    """Whether a rate of at most ``fmr_upper`` in ``persons`` comparisons allows ``percent``.

    In SQL ``persons * fmr_upper <= 1.0 - percent / 100.0``: the same operations on the same 64-bit
    floats in the same order, so that both give one verdict to the last bit. A count of persons is
    an integer and becomes a float by the product in both; 1.0 and 100.0 are written as such, since
    SQL divides integers without a remainder.
    """
    return persons * fmr_upper <= 1.0 - percent / 100.0


@dataclass(frozen=True)
class ConfidenceScale:
    """Turns scores into confidences for one gallery of ``persons`` and one model.

    ``extrapolate``: whether a fitted tail may speak where little or nothing was counted.
    ``lifted``: by how much this probe's scores lie too high, or too low, and what says so.
    """

    persons: int
    calibration: Calibration | None
    reference: ReferenceCurve | None
    extrapolate: bool = True
    lifted: Lift = NO_LIFT

    @property
    def lift(self) -> int:
        """In bins."""
        return self.lifted.bins

    def for_probe(self, scores: npt.NDArray[np.float32], neighbours: Ids) -> "ConfidenceScale":
        """For a probe whose scores are these, one for each person of the gallery (M,), and which
        resembles these references most (``neighbours.nearest``)."""
        if self.calibration is None:
            return self
        bounds = self._bounds  # the same for every probe, and costly
        return replace(self, lifted=self.calibration.lift(scores, neighbours)).on(bounds)

    def among(self, persons: int) -> "ConfidenceScale":
        """The same calibration for an unknown that was compared with so many persons in all."""
        return replace(self, persons=persons).on(self._bounds)

    def on(self, bounds: FmrBounds) -> "ConfidenceScale":
        """The same gallery and probe, on bounds that were worked out before."""
        found = replace(self)
        vars(found)["_bounds"] = bounds
        return found

    @property
    def bounds(self) -> FmrBounds:
        return self._bounds

    @cached_property
    def _bounds(self) -> FmrBounds:
        curve = self.calibration.levelled if self.calibration else None
        if self.reference is None:
            return fmr_bounds(curve, None, self.extrapolate)
        reference = self.reference.over_bins() * self.reference.strictness(self.calibration)
        return fmr_bounds(curve, reference, self.extrapolate)

    def _bin(self, score: float) -> int:
        return min(max(bin_of(score) - self.lift, 0), BINS - 1)

    def fmr_upper(self, score: float) -> tuple[float, ConfidenceStatus]:
        """The bound that counts, and what it rests on (``domain.fmr``)."""
        place = self._bin(score)
        basis = Basis(int(self._bounds.basis[place]))
        return float(self._bounds.fmr[place]), STATUS_OF[basis]

    @property
    def ceiling(self) -> float:
        """The highest confidence, in percent, that any score could get here."""
        return search_confidence(self.fmr_upper(1.0)[0], self.persons)

    def confidence(self, score: float, needed: float) -> Confidence:
        """For a policy that needs ``needed`` percent.

        A score above every false match counted is "not measurable" when even the best score could
        not reach ``needed``: the number would describe the calibration, not the candidate.
        """
        fmr, status = self.fmr_upper(score)
        value: float | None = search_confidence(fmr, self.persons)
        if not self._bounds.counted[self._bin(score)] and self.ceiling < needed:
            value, status = None, ConfidenceStatus.NOT_MEASURABLE
        return Confidence(value, status, fmr, fmr * self.persons)

    def score_at(self, percent: float) -> float | None:
        """The lowest score (to 0.001) with at least ``percent`` confidence; None if none has."""
        confidences = 100.0 * (1.0 - np.minimum(1.0, self.persons * self._bounds.fmr))
        enough = np.flatnonzero(confidences >= percent)
        if not len(enough):
            return None
        place = max(int(enough[0]) + self.lift, 0) if enough[0] else 0
        return place / (BINS / 2) - 1 if place < BINS else None

    def steps(self) -> list[tuple[float, float]]:
        """(score, FMR): from that score on, the upper bound of FMR is at most so much.

        In steps of a twentieth, each rounded against the candidate, so that a later search can ask
        what this calibration says of a score.
        """
        taken, last = [], 1.0
        for place, fmr in enumerate(self._bounds.fmr):
            if fmr < last / 1.05:
                last = float(fmr)
                taken.append(((place + self.lift) / (BINS / 2) - 1, last))
        return taken
