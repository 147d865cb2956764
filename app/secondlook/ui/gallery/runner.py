"""Enrolments under way. One runner per window: leaving a screen stops nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled
from secondlook.domain.records import Operator
from secondlook.ui.bridge import Bridge
from secondlook.ui.gallery import texts

if TYPE_CHECKING:
    from secondlook.services.application import Application
    from secondlook.services.enrol import EnrolmentReport
    from secondlook.ui.context import Context, Signals


@dataclass(slots=True, eq=False)
class Run:
    """One enrolment (or rebuilding of templates). ``progress`` is None until its turn comes."""

    gallery_id: int
    name: str
    rebuilding: bool = False
    token: CancelToken = field(default_factory=CancelToken)
    progress: Progress | None = None

    @property
    def stopping(self) -> bool:
        return self.token.cancelled


class EnrolmentRunner(QObject):
    """Starts, pauses and cancels runs in the background lane and says how they go.

    At most one run per gallery; runs of several galleries take turns. It belongs to the open
    database and not to who is signed in, so a run goes on while another person takes over.
    """

    changed = Signal(int)
    """A run of this gallery (its id) started, got its turn, paused, went on, is stopping, ended."""
    progressed = Signal(int)
    _over = Signal(object)

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self._bridge = Bridge(self)
        self._bridge.complained.connect(lambda text: self._tell(text, "error"))
        self._signals: Signals | None = None
        self._runs: dict[int, Run] = {}
        self._over.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def tell_to(self, signals: "Signals") -> None:
        """Who hears how a run ended: the person who is signed in now."""
        self._signals = signals

    @property
    def active(self) -> list[Run]:
        return list(self._runs.values())

    def run_of(self, gallery_id: int) -> Run | None:
        return self._runs.get(gallery_id)

    def enrol(self, operator: Operator, gallery_id: int, name: str) -> None:
        """Enrol what is pending; does nothing while a run of this gallery is under way."""
        self._start(Run(gallery_id, name), operator, self.app.enrolment.run, self._enrolled)

    def rebuild(self, operator: Operator, gallery_id: int, name: str) -> None:
        """Make the templates anew with the model in use."""
        run = Run(gallery_id, name, rebuilding=True)
        self._start(run, operator, self.app.enrolment.rebuild, self._rebuilt)

    def pause(self, gallery_id: int, paused: bool) -> None:
        if run := self._runs.get(gallery_id):
            (run.token.pause if paused else run.token.resume)()
            self.changed.emit(gallery_id)

    def cancel(self, gallery_id: int) -> None:
        """Stop after the images in hand. A run that still waits for its turn ends at once."""
        run = self._runs.get(gallery_id)
        if run is None:
            return
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

    def _start(
        self,
        run: Run,
        operator: Operator,
        act: Callable[[Operator, int, CancelToken, ProgressCallback], Any],
        done: Callable[[Run, Any], None],
    ) -> None:
        if run.gallery_id in self._runs:
            return
        self._runs[run.gallery_id] = run
        progress = self._bridge.progress(self, partial(self._progress, run))

        def work() -> Any:
            try:
                run.token.poll()
                progress(Progress(0, 0))  # its turn has come
                return act(operator, run.gallery_id, run.token, progress)
            except Cancelled:
                return None
            finally:  # whatever came of it, the gallery is free again
                if isValid(self):
                    self._over.emit(run)

        lane = self.app.lanes.background
        self._bridge.run(lane, work, partial(done, run), owner=self)
        self.changed.emit(run.gallery_id)

    def _progress(self, run: Run, progress: Progress) -> None:
        if self._runs.get(run.gallery_id) is run:
            first, run.progress = run.progress is None, progress
            (self.changed if first else self.progressed).emit(run.gallery_id)

    @Slot(object)
    def _end(self, run: Run) -> None:
        if self._runs.get(run.gallery_id) is run:
            del self._runs[run.gallery_id]
            self.changed.emit(run.gallery_id)
            if self._signals:
                self._signals.galleries_changed.emit()

    def _enrolled(self, run: Run, report: "EnrolmentReport | None") -> None:
        if report is not None:
            kind = "warning" if report.failed else "info" if report.pending else "success"
            text = texts.outcome(report.enrolled, report.failed, report.pending)
            self._tell(f"{run.name}: {text}", kind)

    def _rebuilt(self, run: Run, templates: int | None) -> None:
        if templates is not None:
            text = self.tr("{}: enrolled again, {} made").format(
                run.name, texts.templates(templates)
            )
            self._tell(text, "success")

    def _tell(self, text: str, kind: str) -> None:
        if self._signals:
            self._signals.noticed.emit(text, kind)


def runner_of(context: "Context") -> EnrolmentRunner:
    """The runner of the open database, made when first asked for."""
    application = QCoreApplication.instance()
    assert application is not None
    made = application.findChildren(EnrolmentRunner)
    runner: EnrolmentRunner | None = next((r for r in made if r.app is context.app), None)
    runner = runner or EnrolmentRunner(context.app, application)
    runner.tell_to(context.changed)
    return runner
