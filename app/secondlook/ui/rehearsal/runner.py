"""Rehearsals under way."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Operator
from secondlook.ui.background import GalleryRunner, Run
from secondlook.ui.rehearsal import texts

if TYPE_CHECKING:
    from secondlook.services.application import Application
    from secondlook.services.rehearse import RehearsalReport
    from secondlook.ui.context import NoticeKind


class RehearsalRunner(GalleryRunner[Run]):
    """The window closes without a question: what is left to do can be gone on with."""

    def __init__(self, app: "Application", parent: QObject | None = None) -> None:
        super().__init__(app, parent)
        self._problems: dict[int, str] = {}

    def problem_of(self, gallery_id: int) -> str:
        """Why the last run of this gallery failed; empty when it did not."""
        return self._problems.get(gallery_id, "")

    def forget_problem(self, gallery_id: int) -> None:
        self._problems.pop(gallery_id, None)

    def go_on(self, operator: Operator, gallery_id: int, rehearsal_id: int, name: str) -> None:
        """Make what is pending of a rehearsal that was started."""
        self.forget_problem(gallery_id)
        act = partial(self.app.rehearse.run, operator, rehearsal_id)
        self._start(Run(gallery_id, name, self.tr("Rehearsing")), act, self._done)

    def _done(self, run: Run, report: "RehearsalReport") -> None:
        kind: NoticeKind = "info" if report.pending else "success"
        self._tell(f"{run.name}: {texts.outcome(report)}", kind)

    def _failed(self, run: Run, error: SecondLookError) -> None:
        """It is told on the screen, where the rehearsal can be gone on with."""
        self._problems[run.gallery_id] = str(error)
        self._end(run)


runner_of = RehearsalRunner.of
