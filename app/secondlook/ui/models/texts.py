"""Words and figures of the model screens. What is known of a model comes from its card."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from secondlook.services.models import Overview
from secondlook.ui.widgets.labels import Tone
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.models import ModelStatus, Pair

if TYPE_CHECKING:
    from secondlook.ui.models.actions import Situation


def tr(text: str) -> str:
    return QCoreApplication.translate("models", text)


def size(count: int) -> str:
    """ "38.9 MB", "233 kB"; powers of ten, as upstream states them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def task(value: Task) -> str:
    return {Task.DETECTOR: tr("Detector"), Task.RECOGNISER: tr("Recogniser")}.get(
        value, tr("Quality")
    )


def pair(value: Pair) -> str:
    return tr("{} with {}").format(value.recogniser.title, value.detector.title)


def bytes_of(cards: Iterable[ModelCard]) -> int:
    return sum(card.bytes for card in cards)


def licences(cards: Sequence[ModelCard]) -> str:
    """ "Apache-2.0"; with the models' names where they differ."""
    if len({card.licence for card in cards}) == 1:
        return cards[0].licence
    return ", ".join(f"{card.licence} ({card.title})" for card in cards)


def trusted(cards: Iterable[ModelCard], overview: Overview) -> bool:
    """Whether acceptances may rest on all of them."""
    return all(overview.trusted[card.name].trust.trusted for card in cards)


def standing(cards: Sequence[ModelCard], situation: "Situation") -> str:
    """What the policies make of these models; a card that cannot be trusted is not asked."""
    if not trusted(cards, situation.overview):
        return tr("Neither shipped nor approved: no acceptance under any policy.")
    policies = situation.policies
    if all(card.status == "full" for card in cards):
        return tr("Full: no policy refuses to accept on it.")
    refusing = [p.title for p in policies if p.accepts and p.minimum_model is not None]
    if not refusing:
        return tr("For evaluation.")
    return tr("For evaluation: no acceptance under {}.").format(listed(refusing))


def listed(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return tr("{} and {}").format(", ".join(names[:-1]), names[-1])


def state(status: ModelStatus) -> tuple[str, Tone]:
    """In a word, with its tone."""
    words: dict[str, tuple[str, Tone]] = {
        "verified": (tr("Verified"), "success"),
        "missing": (tr("Not installed"), "neutral"),
        "altered": (tr("Altered"), "error"),
    }
    return words[status.state]
