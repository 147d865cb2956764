"""Long work that goes on whatever screen is shown, and whoever is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Signal

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, SecondLookError
from secondlook.ui.bridge import Bridge

if TYPE_CHECKING:
    from secondlook.services.application import Application
    from secondlook.ui.context import Context, NoticeKind, Signals


class Background(QObject):
    """Belongs to the open database: leaving a screen, or signing out, stops nothing."""

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self._bridge = Bridge(self)
        self._signals: Signals | None = None

    @classmethod
    def of(cls, context: "Context") -> Self:
        """The one of the open database, made when first asked for.

        From now on ``context``, the person who is signed in, hears what comes of the work.
        """
        made = next((work for work in background_of(context.app) if isinstance(work, cls)), None)
        work = made or cls(context.app, QCoreApplication.instance())
        work._signals = context.changed
        return work

    @property
    def asks_first(self) -> bool:
        """Whether a person is asked before the window closes on it."""
        return False

    def stop(self) -> None:
        """Cancel whatever is under way."""
        raise NotImplementedError

    def close(self) -> None:
        """Before the lanes are closed: they wait for what runs, and a paused run never ends."""
        self.stop()
        self._bridge.close()
        self.deleteLater()

    def _tell(self, text: str, kind: "NoticeKind") -> None:
        if self._signals:
            self._signals.noticed.emit(text, kind)


def background_of(app: "Application") -> list[Background]:
    """What was ever started on this database."""
    application = QCoreApplication.instance()
    made = application.findChildren(Background) if application else []
    return [work for work in made if work.app is app]


@dataclass(slots=True, eq=False)
class Run:
    """One job on a gallery, which has this ``name``. ``progress`` is None until its turn comes.

    ``doing``: what it does, in words for a person.
    """

    gallery_id: int
    name: str
    doing: str
    token: CancelToken = field(default_factory=CancelToken)
    progress: Progress | None = None

    @property
    def stopping(self) -> bool:
        return self.token.cancelled


R = TypeVar("R", bound=Run)
T = TypeVar("T")


class GalleryRunner(Background, Generic[R]):
    """Starts, pauses and cancels runs in the background lane and says how they go.

    At most one run per gallery; runs of several galleries take turns.
    """

    changed = Signal(int)
    """A run of this gallery (its id) started, got its turn, paused, went on, is stopping, ended."""
    progressed = Signal(int)

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(app, parent)
        self._runs: dict[int, R] = {}

    @property
    def active(self) -> list[R]:
        return list(self._runs.values())

    def run_of(self, gallery_id: int) -> R | None:
        return self._runs.get(gallery_id)

    def pause(self, gallery_id: int, paused: bool) -> None:
        if run := self._runs.get(gallery_id):
            (run.token.pause if paused else run.token.resume)()
            self.changed.emit(gallery_id)

    def cancel(self, gallery_id: int) -> None:
        """Stop after what is in hand. A run that still waits for its turn ends at once."""
        if run := self._runs.get(gallery_id):
            run.token.cancel()
            if run.progress is None:
                self._end(run)
            else:
                self.changed.emit(gallery_id)

    def stop(self) -> None:
        for run in self.active:
            run.token.cancel()

    def _start(
        self,
        run: R,
        act: Callable[[CancelToken, ProgressCallback], T],
        done: Callable[[R, T], None],
    ) -> None:
        """Do ``act`` in the lane; nothing while a run of this gallery is under way.

        ``done`` is not called for a run that was cancelled before ``act`` had a result.
        """
        if run.gallery_id in self._runs:
            return
        self._runs[run.gallery_id] = run
        progress = self._bridge.progress(self, partial(self._progress, run))

        def work() -> T | None:
            try:
                run.token.poll()
                progress(Progress(0, 0))  # its turn has come
                return act(run.token, progress)
            except Cancelled:
                return None

        def ended(result: T | None) -> None:
            self._end(run)
            if result is not None:
                done(run, result)

        lane, failed = self.app.lanes.background, partial(self._failed, run)
        self._bridge.run(lane, work, ended, failed, owner=self)
        self.changed.emit(run.gallery_id)

    def _progress(self, run: R, progress: Progress) -> None:
        if self._runs.get(run.gallery_id) is run:
            first, run.progress = run.progress is None, progress
            (self.changed if first else self.progressed).emit(run.gallery_id)

    def _end(self, run: R) -> None:
        """Whatever came of it, the gallery is free again."""
        if self._runs.get(run.gallery_id) is run:
            del self._runs[run.gallery_id]
            self.changed.emit(run.gallery_id)

    def _failed(self, run: R, error: SecondLookError) -> None:
        self._end(run)
        self._tell(str(error), "error")
