"""What a search confidence says, in words, wherever its figure stands."""

from PySide6.QtCore import QCoreApplication

from secondlook.domain.confidence import Confidence


def confidence_caption() -> str:
    """Beside every figure, so that nobody reads it as a probability of identity."""
    return QCoreApplication.translate("confidence", "search confidence")


def confidence_meaning(confidence: Confidence) -> str:
    """The definition with this figure in it; empty where there is none."""
    if confidence.value is None or confidence.value >= 100:
        return ""
    one_in = int(100 / (100 - confidence.value) + 1e-6)
    return QCoreApplication.translate(
        "confidence",
        "Search confidence {value}: if this person is not among the people compared, at most 1 "
        "search in {n} shows a candidate this strong.",
    ).format(value=confidence, n=f"{one_in:,}")
