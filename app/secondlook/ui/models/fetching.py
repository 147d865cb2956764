"""The download under way: one for the window, whichever screen shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from secondlook.domain.cancel import CancelToken, Progress
from secondlook.domain.errors import Cancelled, SecondLookError
from secondlook.ui.background import Background
from secondlook.ui.models import texts
from secondlook.ui.widgets.progress import ProgressStrip, duration

if TYPE_CHECKING:
    from secondlook.services.application import Application


class Fetching(Background):
    changed = Signal()
    """It started, or ended; ``problem`` says why it failed."""
    progressed = Signal()
    done = Signal(tuple)
    """Names of the models that are here now."""

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(app, parent)
        self.names: tuple[str, ...] = ()
        self.progress: Progress | None = None
        self.problem = ""
        self._token = CancelToken()
        self._report = self._bridge.progress(self, self._progress)

    def start(self, names: Sequence[str]) -> None:
        """Does nothing while a download is under way."""
        if self.names:
            return
        self.names, self.progress, self.problem = tuple(names), None, ""
        self._token = token = CancelToken()
        models, wanted, report = self.app.model_choice, self.names, self._report

        def work() -> bool:
            try:
                models.fetch(wanted, report, token)
            except Cancelled:
                return False
            return True

        self._bridge.run(self.app.lanes.io, work, self._end, self._fail, owner=self)
        self.changed.emit()

    def stop(self) -> None:
        """After the piece in hand. What arrived is kept."""
        self._token.cancel()

    def _progress(self, progress: Progress) -> None:
        if self.names:
            self.progress = progress
            self.progressed.emit()

    def _end(self, whole: bool) -> None:
        names, self.names = self.names, ()
        self.changed.emit()
        if whole:
            self.done.emit(names)
        if self._signals:
            self._signals.models_changed.emit()

    def _fail(self, error: SecondLookError) -> None:
        self.problem = str(error)
        self._end(whole=False)


class FetchStrip(ProgressStrip):
    """Follows the download; hidden while there is none. ``names``: only where it is of these."""

    def __init__(self, fetching: Fetching, names: Sequence[str]) -> None:
        super().__init__(pausable=False)
        self._fetching, self._names = fetching, set(names)
        self.cancelled.connect(fetching.stop)
        fetching.changed.connect(self._changed)
        fetching.progressed.connect(self._progressed)
        self.hide()
        self._changed()

    def _changed(self) -> None:
        mine = bool(self._names & set(self._fetching.names))
        if mine and not self.isVisible():
            self.reset(self.tr("Fetching"))
        self.setVisible(mine)
        self._progressed()

    def _progressed(self) -> None:
        if self._fetching.progress and self._names & set(self._fetching.names):
            self.set_progress(self._fetching.progress)

    def _sentence(self, progress: Progress) -> str:
        """In megabytes: a count of bytes says nothing to anybody."""
        done, total = progress.done / 1e6, progress.total / 1e6
        parts = [self.tr("{} of {} MB").format(f"{done:.1f}", f"{total:.1f}")]
        if progress.rate > 0:
            parts.append(self.tr("{}/s").format(texts.size(round(progress.rate))))
        left = progress.seconds_left
        if left is not None and progress.done < progress.total:
            parts.append(self.tr("{} left").format(duration(left)))
        return " · ".join(parts)
