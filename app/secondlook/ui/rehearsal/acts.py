"""What the rehearsal screen does with a rehearsal, each act in its lane."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import Mark
from secondlook.services.files import write_file
from secondlook.services.rehearse_results import FalsePair
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.bridge import Failed
from secondlook.ui.context import Context
from secondlook.ui.rehearsal import texts
from secondlook.ui.rehearsal.page import Gathered, draw_plot, gather, write
from secondlook.ui.rehearsal.texts import tr
from secondlook.ui.widgets.dialogs import FormDialog, confirm


def give_up(
    context: Context,
    unfinished: RehearsalSummary,
    owner: QWidget,
    done: Callable[[], None],
    failed: Failed,
) -> FormDialog:
    """Ask first: what was searched is lost."""
    app, operator, rehearsal_id = context.app, context.operator, unfinished.id

    def act() -> None:
        context.bridge.run(
            app.lanes.storage,
            lambda: app.rehearse.give_up(operator, rehearsal_id),
            lambda _: done(),
            failed,
            owner=owner,
        )

    text = tr(
        "What was searched so far ({}) is removed; that it was given up is on record."
    ).format(texts.searches(unfinished.total - unfinished.pending))
    title = tr("Give this rehearsal up?")
    return confirm(owner, title, text, tr("Give it up"), act, danger=True)


def mark(
    context: Context,
    pair: FalsePair,
    found: Mark,
    owner: QWidget,
    done: Callable[[], None],
    failed: Failed,
) -> None:
    app, operator = context.app, context.operator
    search_id, person_id = pair.search.id, pair.found.person_id
    context.bridge.run(
        app.lanes.storage,
        lambda: app.rehearsal_results.mark(operator, search_id, person_id, found),
        lambda _: done(),
        failed,
        owner=owner,
    )


def choose_file(
    parent: QWidget, title: str, kind: str, name: str, chosen: Callable[[Path], None]
) -> QFileDialog:
    """Where to write to. ``kind``: "CSV tables (*.csv)"; ``name``: what is proposed."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.open()
    return dialog


def proposed(gallery: str, rehearsal_id: int, suffix: str) -> str:
    """A name that every file system takes."""
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", gallery).strip(" .")[:80]
    return tr("{}, rehearsal {}").format(safe, rehearsal_id) + suffix


def export(context: Context, rehearsal_id: int, path: Path, owner: QWidget, failed: Failed) -> None:
    results = context.app.rehearsal_results

    def told(count: int) -> None:
        text = tr("{} written to {}").format(texts.searches(count), path)
        context.notify(text, "success")

    lane = context.app.lanes.io
    context.bridge.run(lane, lambda: results.export(rehearsal_id, path), told, failed, owner=owner)


def export_page(
    context: Context,
    rehearsal_id: int,
    policy: Policy,
    path: Path,
    owner: QWidget,
    done: Callable[[], None],
    failed: Failed,
) -> None:
    """Read in a lane, the plot drawn here, then set and written in a lane."""
    app, who = context.app, context.operator.display_name

    def written(gathered: Gathered) -> None:
        plot, now = draw_plot(gathered), f"{datetime.now():%Y-%m-%d %H:%M}"  # noqa: DTZ005 - local
        context.bridge.run(
            app.lanes.io,
            lambda: write_file(path, write(gathered, plot, who, now).pdf()),
            lambda _: told(),
            failed,
            owner=owner,
        )

    def told() -> None:
        context.notify(tr("The page was written to {}").format(path), "success")
        done()

    context.bridge.run(
        app.lanes.io,
        lambda: gather(app, context.operator, rehearsal_id, policy),
        written,
        failed,
        owner=owner,
    )
