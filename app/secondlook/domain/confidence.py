"""Search confidence: what a score means in a gallery of N persons.

search_confidence(s) = 100 * (1 - FPIR(N, s)), FPIR(N, s) = 1 - (1 - FMR(s))**N: if the person is
not in this gallery, at most (100 - c) searches in 100 would show any candidate this strong.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from secondlook.domain.calibration import Calibration, ReferenceCurve


class ConfidenceStatus(StrEnum):
    """What a confidence rests on."""

    MEASURED = "measured"
    """Counted among the gallery's own impostor comparisons."""
    REFERENCE = "reference"
    """Read from the reference curve in the model's card: beyond what the gallery can resolve."""
    NOT_MEASURABLE = "not_measurable"
    """Nothing at hand can resolve the false match rate that the policy needs."""


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
    """100 * (1 - FMR)**N in percent."""
    return 100.0 * (1.0 - fmr) ** persons


@dataclass(frozen=True, slots=True)
class ConfidenceScale:
    """Turns scores into confidences for one gallery of ``persons`` and one model."""

    persons: int
    calibration: Calibration | None
    reference: ReferenceCurve | None

    def fmr_upper(self, score: float) -> tuple[float, ConfidenceStatus]:
        """The bound that counts, and what it rests on.

        The gallery's own counts decide as long as they hold any false match at this score. Where
        they hold none they only say "fewer than about 3 in n"; there the model's curve, made
        stricter where this gallery is harder than its cohort, may say more, and never less.
        """
        own = self.calibration.fmr_upper(score) if self.calibration else 1.0
        if self.reference is None or (self.calibration and self.calibration.count(score) > 0):
            return own, ConfidenceStatus.MEASURED
        curve = self.reference.fmr_upper(score) * self.reference.strictness(self.calibration)
        if curve < own or self.calibration is None:
            return curve, ConfidenceStatus.REFERENCE
        return own, ConfidenceStatus.MEASURED

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
        beyond = self.calibration is None or self.calibration.count(score) == 0
        if beyond and self.ceiling < needed:
            value, status = None, ConfidenceStatus.NOT_MEASURABLE
        return Confidence(value, status, fmr, fmr * self.persons)

    def score_at(self, percent: float) -> float | None:
        """The lowest score (to 0.0005) with at least ``percent`` confidence; None if none has."""
        low, high = 0, 4000
        if self.ceiling < percent:
            return None
        while low < high:
            middle = (low + high) // 2
            reached = search_confidence(self.fmr_upper(middle / 2000 - 1)[0], self.persons)
            low, high = (low, middle) if reached >= percent else (middle + 1, high)
        return low / 2000 - 1
