"""Rehearsals under way. One runner per window: leaving the screen stops nothing."""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from secondlook.domain.cancel import CancelToken, Progress
from secondlook.domain.errors import Cancelled, SecondLookError
from secondlook.domain.records import Operator
from secondlook.ui.bridge import Bridge
from secondlook.ui.rehearsal import texts

if TYPE_CHECKING:
    from secondlook.services.application import Application
    from secondlook.services.rehearse import RehearsalReport
    from secondlook.ui.context import Context, Signals


@dataclass(slots=True, eq=False)
class Run:
    """One rehearsal that is searched. ``progress`` is None until its turn comes."""

    gallery_id: int
    rehearsal_id: int
    name: str
    token: CancelToken = field(default_factory=CancelToken)
    progress: Progress | None = None


class RehearsalRunner(QObject):
    """Runs, pauses and cancels rehearsals in the background lane; at most one per gallery.

    It belongs to the open database and not to who is signed in.
    """

    changed = Signal(int)
    """A run of this gallery (its id) started, got its turn, paused, is stopping, ended."""
    progressed = Signal(int)
    _over = Signal(object)

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self._bridge = Bridge(self)
        self._signals: Signals | None = None
        self._runs: dict[int, Run] = {}
        self._problems: dict[int, str] = {}
        self._over.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def tell_to(self, signals: "Signals") -> None:
        self._signals = signals

    @property
    def active(self) -> list[Run]:
        return list(self._runs.values())

    def run_of(self, gallery_id: int) -> Run | None:
        return self._runs.get(gallery_id)

    def problem_of(self, gallery_id: int) -> str:
        """Why the last run of this gallery failed; empty when it did not."""
        return self._problems.get(gallery_id, "")

    def forget_problem(self, gallery_id: int) -> None:
        self._problems.pop(gallery_id, None)

    def go_on(self, operator: Operator, gallery_id: int, rehearsal_id: int, name: str) -> None:
        """Make what is pending of a rehearsal that was started."""
        if gallery_id in self._runs:
            return
        run = self._runs[gallery_id] = Run(gallery_id, rehearsal_id, name)
        self.forget_problem(gallery_id)
        progress = self._bridge.progress(self, partial(self._progress, run))
        rehearse = self.app.rehearse

        def work() -> "RehearsalReport | None":
            try:
                run.token.poll()
                progress(Progress(0, 0))  # its turn has come
                return rehearse.run(operator, rehearsal_id, run.token, progress)
            except Cancelled:
                return None
            finally:
                if isValid(self):
                    self._over.emit(run)

        lane = self.app.lanes.background
        done, failed = partial(self._done, run), partial(self._failed, run)
        self._bridge.run(lane, work, done, failed, owner=self)
        self.changed.emit(gallery_id)

    def pause(self, gallery_id: int, paused: bool) -> None:
        if run := self._runs.get(gallery_id):
            (run.token.pause if paused else run.token.resume)()
            self.changed.emit(gallery_id)

    def cancel(self, gallery_id: int) -> None:
        """Stop after the searches in hand; what was made stays."""
        if run := self._runs.get(gallery_id):
            run.token.cancel()
            if run.progress is None:
                self._end(run)
            else:
                self.changed.emit(gallery_id)

    def close(self) -> None:
        """Before the lanes are closed: a paused run would hold its lane for ever."""
        for run in self.active:
            run.token.cancel()
        self._bridge.close()
        self.deleteLater()

    def _progress(self, run: Run, progress: Progress) -> None:
        if self._runs.get(run.gallery_id) is run:
            first, run.progress = run.progress is None, progress
            (self.changed if first else self.progressed).emit(run.gallery_id)

    @Slot(object)
    def _end(self, run: Run) -> None:
        if self._runs.get(run.gallery_id) is run:
            del self._runs[run.gallery_id]
            self.changed.emit(run.gallery_id)

    def _done(self, run: Run, report: "RehearsalReport | None") -> None:
        if report is not None and self._signals:
            kind = "info" if report.pending else "success"
            self._signals.noticed.emit(f"{run.name}: {texts.outcome(report)}", kind)

    def _failed(self, run: Run, error: SecondLookError) -> None:
        self._problems[run.gallery_id] = str(error)
        self._end(run)
        self.changed.emit(run.gallery_id)


def runner_of(context: "Context") -> RehearsalRunner:
    """The runner of the open database, made when first asked for."""
    application = QCoreApplication.instance()
    assert application is not None
    runner = existing(context.app) or RehearsalRunner(context.app, application)
    runner.tell_to(context.changed)
    return runner


def existing(app: "Application") -> RehearsalRunner | None:
    """The runner of this database, if anything was rehearsed."""
    application = QCoreApplication.instance()
    made = application.findChildren(RehearsalRunner) if application else []
    return next((runner for runner in made if runner.app is app), None)
