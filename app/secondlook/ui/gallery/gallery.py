"""The screen "gallery": one gallery with its people, its errors and what runs on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from secondlook.domain.errors import ImageFault, SecondLookError
from secondlook.domain.records import (
    EnrolmentItem,
    EnrolmentStatus,
    GallerySummary,
    PersonRow,
)
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.commands import GalleryCommands
from secondlook.ui.gallery.correct import CorrectionCommands
from secondlook.ui.gallery.errors import ErrorsPanel
from secondlook.ui.gallery.header import GalleryHeader
from secondlook.ui.gallery.notice import StateNotice
from secondlook.ui.gallery.people import PeoplePanel
from secondlook.ui.gallery.pick import PickPanel
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.gallery.state import (
    ModelInUse,
    Need,
    State,
    model_in_use,
    state_of,
    while_enrolled_again,
)
from secondlook.ui.hygiene.page import HygienePage
from secondlook.ui.widgets.notice import NoticeBar
from secondlook.ui.widgets.run_progress import RunProgress
from secondlook.ui.widgets.screen import Screen

REFRESH_S = 0.8
"""At least this long between two readings while an enrolment runs."""
SHARE = 0.1
"""Of a lane's time that reading for the screen may take while an enrolment runs."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The gallery as read at once; ``waiting``: pictures to pick a face of; ``unmeasured``:
    references to measure again; ``seconds``: how long reading took."""

    summary: GallerySummary
    people: list[PersonRow]
    errors: list[EnrolmentItem]
    waiting: list[EnrolmentItem]
    unmeasured: int
    seconds: float


def read(app: Application, gallery_id: int, containing: str) -> Snapshot:
    """Runs in the storage lane. Raises ``InputError`` when the gallery is gone."""
    started, galleries = time.monotonic(), app.galleries
    summary = galleries.summary(gallery_id)
    people = galleries.persons(gallery_id, containing)
    errors = galleries.items(gallery_id, EnrolmentStatus.FAILED)
    unmeasured = app.measurements.unmeasured(gallery_id)
    waiting = [item for item in errors if item.fault is ImageFault.SEVERAL_FACES]
    return Snapshot(summary, people, errors, waiting, unmeasured, time.monotonic() - started)


class GalleryScreen(Screen):
    """Shows one gallery and keeps up with its run without ever loading anything anew."""

    def __init__(self, context: Context, gallery_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._id = gallery_id
        self._runner = runner_of(context)
        self._model = ModelInUse(None)
        self._wanted: int | None = None
        self.summary: GallerySummary | None = None
        self._unmeasured = self._waiting = 0
        self.header = GalleryHeader(context)
        self.notice = StateNotice()
        self.corrected = NoticeBar()
        self.strip = RunProgress(self._runner, gallery_id)
        self.people = PeoplePanel(context)
        self.errors = ErrorsPanel(context)
        self.pick = PickPanel(context)
        self.corrections = CorrectionCommands(context, self, self.corrected)
        self.commands = GalleryCommands(context, self._runner, self)
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._context.bridge.run(
            self._context.app.lanes.io,
            lambda: model_in_use(self._context.app),
            self._model_known,
            owner=self,
            key="model",
        )
        self.refresh()

    def focus_part(self) -> QWidget:
        return self.people.grid if self.pages.currentIndex() == 0 else self.check

    @cached_property
    def check(self) -> HygienePage:
        """Made when somebody goes there: the gallery opens sooner."""
        page = HygienePage(self._context, self._id)
        page.closed.connect(self.close_check)
        page.person_wanted.connect(self.open_person)
        page.gone.connect(self._gone)
        self.pages.addWidget(page)
        return page

    def open_check(self) -> None:
        self.pages.setCurrentWidget(self.check)
        self.check.setFocus()

    def close_check(self) -> None:
        self.pages.setCurrentIndex(0)
        self.header.check.setFocus()
        self.refresh()  # a run may have ended in the meantime

    def open_person(self, person_id: int) -> None:
        """Choose somebody of this gallery, whatever was searched for before."""
        self._wanted = person_id
        self.people.search.clear()
        self.tabs.setCurrentIndex(0)
        self.close_check()

    def refresh(self) -> None:
        app, containing = self._context.app, self.people.containing
        self._context.bridge.run(
            app.lanes.storage,
            lambda: read(app, self._id, containing),
            self._show,
            self._gone,
            owner=self,
            key="read",
        )

    def _show(self, snapshot: Snapshot) -> None:
        self.summary, self._unmeasured = snapshot.summary, snapshot.unmeasured
        self._pace.setInterval(round(1000 * max(REFRESH_S, snapshot.seconds / SHARE)))
        self.people.show_people(snapshot.people, snapshot.summary)
        self._choose_wanted(snapshot.people)
        self.errors.show_items(snapshot.errors)
        self.tabs.setTabText(
            0, self.tr("People  {}").format(texts.number(snapshot.summary.persons))
        )
        self.tabs.setTabText(1, self.tr("Errors  {}").format(texts.number(len(snapshot.errors))))
        self._waiting = len(snapshot.waiting)
        self.pick.show_waiting(snapshot.waiting)
        self.tabs.setTabText(2, self.tr("Pick faces  {}").format(texts.number(self._waiting)))
        self.tabs.setTabVisible(2, bool(self._waiting) or self.tabs.currentIndex() == 2)
        self._show_state()

    def _choose_wanted(self, people: list[PersonRow]) -> None:
        rows = [row for row, person in enumerate(people) if person.id == self._wanted]
        self._wanted = None
        for row in rows:
            self.people.grid.setCurrentIndex(self.people.model.index(row, 0))
            self.people.grid.setFocus()

    def _gone(self, error: SecondLookError) -> None:
        self._context.notify(str(error), "error")
        self._context.navigate("galleries")

    def _show_state(self) -> None:
        """What depends on the run and on the model in use."""
        if self.summary is None:
            return
        run = self._runner.run_of(self._id)
        busy = self.tr("Wait for the run to end, or cancel it first.") if run else ""
        state = self._state(self.summary)
        obstacle = self._model.problem
        if state.need is Need.REBUILD:
            obstacle = self.tr("Enrol it again first: {}").format(state.sentence)
        self.header.show_summary(
            self.summary,
            state,
            busy=busy,
            no_model=self._model.problem,
            obstacle=obstacle,
            measured="" if self._unmeasured else self.tr("Everything is measured."),
        )
        self.errors.block_retry(busy or obstacle)
        self.people.block_removal(busy)
        self.pick.block(busy or obstacle)
        if run or self._model.problem:  # the strip says it, or the window
            again = run is not None and run.rebuilding
            self.notice.tell(while_enrolled_again() if again else "")
        else:
            icon = {Need.RESUME: "play", Need.PICK: "face"}.get(state.need, "retry")
            self.notice.tell(state.sentence, state.tone, state.action, icon)

    def _state(self, summary: GallerySummary) -> State:
        return state_of(summary, self._model.identity, self._unmeasured, self._waiting)

    def _model_known(self, model: ModelInUse) -> None:
        self._model = model
        self._show_state()

    def _run_changed(self, gallery_id: int) -> None:
        if gallery_id == self._id:
            self._show_state()
            self.refresh()

    def _run_progressed(self, gallery_id: int) -> None:
        """Progress comes twenty times a second; reading follows at its own pace."""
        if gallery_id == self._id and not self._pace.isActive() and self.isVisible():
            self._pace.start()

    def _meet(self) -> None:
        if self.summary is None:
            return
        need, runner = self._state(self.summary).need, self._runner
        if need is Need.PICK:
            self.tabs.setCurrentIndex(2)
            self.pick.canvas.setFocus()
            return
        acts = {Need.REBUILD: runner.rebuild, Need.MEASURE: runner.measure}
        act = acts.get(need, runner.enrol)
        act(self._context.operator, self._id, self.summary.name)

    def _connect(self) -> None:
        self._pace = QTimer(self, singleShot=True, interval=round(REFRESH_S * 1000))
        self._pace.timeout.connect(self.refresh)
        self._runner.changed.connect(self._run_changed)
        self._runner.progressed.connect(self._run_progressed)
        self._context.changed.galleries_changed.connect(self._changed_elsewhere)
        self.notice.action.clicked.connect(self._meet)
        self.header.check.clicked.connect(self.open_check)
        self.people.searched.connect(self.refresh)
        commands = self.commands
        self.people.remove_wanted.connect(partial(self._with_summary, commands.remove_person))
        corrections, person = self.corrections, self.people.person
        for signal, correct in (
            (person.rename_wanted, corrections.rename),
            (person.merge_wanted, corrections.merge),
            (person.move_picture_wanted, corrections.move),
            (person.remove_picture_wanted, corrections.remove_picture),
        ):
            signal.connect(partial(self._with_summary, correct))
        self.pick.picked.connect(self._context.changed.galleries_changed)
        self.errors.retry_wanted.connect(partial(self._with_summary, commands.retry))
        for action, command in (
            (self.header.add, commands.add_images),
            (self.header.rename, commands.rename),
            (self.header.rebuild, commands.rebuild),
            (self.header.measure, commands.measure),
            (self.header.remove, commands.remove),
        ):
            action.triggered.connect(lambda _=False, act=command: self._with_summary(act))

    def _with_summary(self, act: Callable[..., None], *args: Any) -> None:
        """Commands need the gallery; before it has been read there is nothing to act on."""
        if self.summary is not None:
            act(self.summary, *args)

    def _changed_elsewhere(self) -> None:
        if self.isVisible():
            self.refresh()

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.people, self.tr("People"))
        self.tabs.addTab(self.errors, self.tr("Errors"))
        self.tabs.addTab(self.pick, self.tr("Pick faces"))
        self.tabs.setTabVisible(2, False)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.corrected)
        column.addWidget(self.strip)
        column.addWidget(self.tabs, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
