"""What a gallery needs next: one rule for the list and for the gallery's own screen."""

from dataclasses import dataclass
from enum import StrEnum

from secondlook.domain.errors import SecondLookError
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.records import GallerySummary
from secondlook.services.application import Application
from secondlook.texts.planning import waiting_for_a_pick
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
    problem = app.model_choice.overview().problem
    try:
        return ModelInUse(None, problem) if problem else ModelInUse(app.engines.identity())
    except SecondLookError as error:
        return ModelInUse(None, str(error))


class Need(StrEnum):
    NOTHING = "nothing"
    RESUME = "resume"
    REBUILD = "rebuild"
    MEASURE = "measure"
    PICK = "pick"


@dataclass(frozen=True, slots=True)
class State:
    """``pill`` in a word or two, ``sentence`` with the reason (empty when all is well)."""

    need: Need
    pill: str
    tone: Tone
    sentence: str = ""
    action: str = ""


def state_of(
    summary: GallerySummary,
    in_use: ModelIdentity | None,
    unmeasured: int = 0,
    waiting: int = 0,
) -> State:
    """``in_use`` is None while (or because) it is not known; then no other model is assumed.
    ``unmeasured``: references of which a component of quality was not measured. ``waiting``:
    pictures that show several faces, of which somebody has to pick one."""
    if summary.references and in_use and in_use.sha256 != summary.model.sha256:
        sentence = tr(
            "Enrolled with {}, but {} is in use: it cannot be searched until it is enrolled again."
        ).format(texts.model(summary.model), texts.model(in_use))
        action = tr("Enrol again with {}").format(in_use.name)
        return State(Need.REBUILD, tr("Another model"), "warning", sentence, action)
    if summary.stale:
        sentence = tr("{} without a template: this gallery cannot be searched.").format(
            texts.references(summary.stale)
        )
        pill, action = tr("Templates missing"), tr("Make templates")
        return State(Need.REBUILD, pill, "warning", sentence, action)
    if summary.pending:
        sentence = tr("Enrolment is unfinished: {} to go.").format(texts.images(summary.pending))
        return State(Need.RESUME, tr("Unfinished"), "info", sentence, tr("Resume"))
    if waiting:
        sentence = waiting_for_a_pick(waiting)
        return State(Need.PICK, tr("Faces to pick"), "info", sentence, tr("Pick faces"))
    if not summary.persons:
        return State(Need.NOTHING, tr("Empty"), "neutral")
    if unmeasured:
        sentence = tr(
            "The quality of {} was measured by an earlier version, without everything that a "
            "policy can ask: a lead on one is not accepted until it is measured again."
        ).format(texts.references(unmeasured))
        return State(Need.MEASURE, tr("Ready"), "success", sentence, tr("Measure again"))
    return State(Need.NOTHING, tr("Ready"), "success")


def while_enrolled_again() -> str:
    """What a run that makes templates anew means for searching."""
    return tr("It cannot be searched until this has ended.")
