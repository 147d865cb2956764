"""What can be done about models: choose two, pick files, enrol galleries again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import GallerySummary, Operator, Role
from secondlook.services.application import Application
from secondlook.services.models import Overview
from secondlook.ui.context import Context
from secondlook.ui.models import texts
from secondlook.ui.models.again import EnrolAgain
from secondlook.ui.models.texts import tr
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.models import Pair

Told = Callable[[SecondLookError], None]


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the model screens show, read at once. ``here``: the best two that are
    installed; ``arrived``: bytes of ``fetchable`` that are here already."""

    overview: Overview
    policies: tuple[Policy, ...]
    embedded: Pair | None
    fetchable: Pair | None
    here: Pair | None
    arrived: int


def read(app: Application) -> Situation:
    """Runs in a lane: files are hashed."""
    models = app.model_choice
    fetchable = models.fetchable()
    return Situation(
        models.overview(),
        tuple(app.policies.shipped()),
        models.embedded(),
        fetchable,
        models.best_here(),
        models.arrived([card.name for card in fetchable.cards]) if fetchable else 0,
    )


def may_choose(operator: Operator) -> bool:
    return operator.role is Role.ADMINISTRATOR


def choose(
    context: Context,
    pair: Pair,
    parent: QWidget,
    done: Callable[[], None],
    failed: Told | None = None,
    *,
    owner: QObject,
) -> None:
    """Use these two; then offer to enrol again what was enrolled with another recogniser.

    ``parent`` of that offer outlives ``owner``, the screen that waits for ``done``.
    """
    models, operator = context.app.model_choice, context.operator

    def act() -> list[GallerySummary]:
        models.choose(operator, pair.detector.name, pair.recogniser.name)
        return models.out_of_date()

    def chosen(others: list[GallerySummary]) -> None:
        text = tr("In use from now on: {}.")
        if any(context.app.engines.named):
            text = tr("Chosen: {}. This start uses the models that its command line names.")
        context.notify(text.format(texts.pair(pair)), "success")
        context.changed.models_changed.emit()
        done()
        if others:
            EnrolAgain(context, pair.recogniser, others, parent).open()

    context.bridge.run(context.app.lanes.io, act, chosen, failed, owner=owner)


def pick_files(parent: QWidget, picked: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for model files or cards, without blocking."""
    dialog = QFileDialog(parent, tr("Model files, or cards beside their models"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([tr("Models and cards (*.onnx *.toml)"), tr("All files (*)")])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda files: picked([Path(file) for file in files]))
    dialog.open()
    return dialog


def install(
    context: Context,
    files: Sequence[Path],
    done: Callable[[list[ModelCard]], None],
    failed: Told,
    *,
    owner: QObject,
) -> None:
    """Check the files and copy them to the model folder; the first that is wrong ends it."""
    models = context.app.model_choice

    def act() -> list[ModelCard]:
        return [models.install(file) for file in files]

    def installed(cards: list[ModelCard]) -> None:
        context.changed.models_changed.emit()
        done(cards)

    context.bridge.run(context.app.lanes.io, act, installed, failed, owner=owner)


def completed(cards: Sequence[ModelCard], overview: Overview) -> Pair | Task:
    """A pair of what was installed and, for what is missing of it, what is in use or here.

    Gives the task for which there is no model.
    """
    found = {card.task: card for card in cards}
    for task in (Task.DETECTOR, Task.RECOGNISER):
        if task not in found:
            here = [s.card for s in overview.statuses
                    if s.card.task is task and s.state == "verified"]  # fmt: skip
            if not here:
                return task
            found[task] = next((card for card in here if overview.uses(card.name)), here[0])
    return Pair(found[Task.DETECTOR], found[Task.RECOGNISER])


def use_folder(context: Context, folder: Path) -> None:
    """Look for models in this folder too, now and at the next start."""
    from secondlook.ui.preferences import Preferences

    context.app.model_choice.look_in(folder)
    Preferences().models_folder = folder
    context.changed.models_changed.emit()


def pick_folder(context: Context, parent: QWidget) -> None:
    dialog = QFileDialog(parent, tr("Folder that holds the model files"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda folder: use_folder(context, Path(folder)))
    dialog.open()


def verify(context: Context, owner: QObject) -> None:
    """Read every file again, and say what came of it."""
    models = context.app.model_choice

    def act() -> tuple[int, int]:
        altered = models.verify(again=True)
        here = [s for s in models.overview().statuses if s.state != "missing"]
        return len(here), len(altered)

    context.bridge.run(context.app.lanes.io, act, partial(_verified, context), owner=owner)


def _verified(context: Context, counts: tuple[int, int]) -> None:
    files, altered = counts
    if altered:
        text = tr("{} of {} model files are not what their cards say.").format(altered, files)
        context.notify(text, "error")
    else:
        text = tr("All {} model files are what their cards say.").format(files)
        context.notify(text if files else tr("No model file is installed."), "success")
    context.changed.models_changed.emit()
