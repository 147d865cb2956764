"""What a gallery needs next: one rule for the list and for the gallery's own screen."""

from dataclasses import dataclass
from enum import StrEnum

from secondlook.domain.errors import SecondLookError
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.records import GallerySummary
from secondlook.services.application import Application
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.texts import tr
from secondlook.ui.widgets.labels import Tone


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """The recogniser, or why nothing can be enrolled."""

    identity: ModelIdentity | None
    problem: str = ""


def model_in_use(app: Application) -> ModelInUse:
    """Looks for both models without loading them; runs in a lane, since files are hashed."""
    try:
        app.models.best("detector")
        return ModelInUse(app.engines.identity())
    except SecondLookError as error:
        return ModelInUse(None, str(error))


class Need(StrEnum):
    NOTHING = "nothing"
    RESUME = "resume"
    REBUILD = "rebuild"


@dataclass(frozen=True, slots=True)
class State:
    """``pill`` in a word or two, ``sentence`` with the reason (empty when all is well)."""

    need: Need
    pill: str
    tone: Tone
    sentence: str = ""

    @property
    def action(self) -> str:
        words = {Need.RESUME: tr("Resume"), Need.REBUILD: tr("Rebuild templates")}
        return words.get(self.need, "")


def state_of(summary: GallerySummary, in_use: ModelIdentity | None) -> State:
    """``in_use`` is None while (or because) it is not known; then no other model is assumed."""
    if summary.references and in_use and in_use.sha256 != summary.model.sha256:
        sentence = tr("Templates are of {}, but {} is in use; the two are never mixed.").format(
            texts.model(summary.model), texts.model(in_use)
        )
        return State(Need.REBUILD, tr("Another model"), "warning", sentence)
    if summary.stale:
        sentence = tr("{} without a template: this gallery cannot be searched.")
        return State(
            Need.REBUILD,
            tr("Templates missing"),
            "warning",
            sentence.format(texts.references(summary.stale)),
        )
    if summary.pending:
        sentence = tr("Enrolment is unfinished: {} to go.")
        return State(
            Need.RESUME, tr("Unfinished"), "info", sentence.format(texts.images(summary.pending))
        )
    if not summary.persons:
        return State(Need.NOTHING, tr("Empty"), "neutral")
    return State(Need.NOTHING, tr("Ready"), "success")
