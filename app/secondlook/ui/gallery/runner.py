"""Enrolments under way."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from secondlook.domain.records import Operator
from secondlook.texts.planning import nothing_enrolled, waiting_for_a_pick
from secondlook.ui import background
from secondlook.ui.gallery import texts

if TYPE_CHECKING:
    from secondlook.services.enrol import EnrolmentReport
    from secondlook.services.measure import MeasureReport
    from secondlook.ui.context import NoticeKind


@dataclass(slots=True, eq=False)
class Run(background.Run):
    """One enrolment, rebuilding of templates, or measuring of references."""

    rebuilding: bool = False


class EnrolmentRunner(background.GalleryRunner[Run]):
    @property
    def asks_first(self) -> bool:
        return bool(self._runs)

    def enrol(self, operator: Operator, gallery_id: int, name: str) -> None:
        """Enrol what is pending; does nothing while a run of this gallery is under way."""
        act = partial(self.app.enrolment.run, operator, gallery_id)
        self._start(Run(gallery_id, name, self.tr("Enrolling")), act, self._enrolled)

    def rebuild(self, operator: Operator, gallery_id: int, name: str) -> None:
        """Make the templates anew with the model in use."""
        act = partial(self.app.enrolment.rebuild, operator, gallery_id)
        run = Run(gallery_id, name, self.tr("Enrolling again"), rebuilding=True)
        self._start(run, act, self._rebuilt)

    def measure(self, operator: Operator, gallery_id: int, name: str) -> None:
        """Measure the references of which a component was not measured."""
        act = partial(self.app.measurements.gallery, operator, gallery_id)
        self._start(Run(gallery_id, name, self.tr("Measuring")), act, self._measured)

    def _end(self, run: Run) -> None:
        super()._end(run)
        if self._signals:
            self._signals.galleries_changed.emit()

    def _enrolled(self, run: Run, report: "EnrolmentReport") -> None:
        wrong = report.failed or report.nothing_of
        kind: NoticeKind = "warning" if wrong else "info" if report.pending else "success"
        text = texts.outcome(report.enrolled, report.failed, report.pending)
        if report.nothing_of:
            text = f"{text}. {nothing_enrolled(report.nothing_of)}"
        if report.waiting:
            text = f"{text.removesuffix('.')}. {waiting_for_a_pick(report.waiting)}"
        self._tell(f"{run.name}: {text}", kind)

    def _rebuilt(self, run: Run, templates: int) -> None:
        text = self.tr("{}: enrolled again, {} made")
        self._tell(text.format(run.name, texts.templates(templates)), "success")

    def _measured(self, run: Run, report: "MeasureReport") -> None:
        text = self.tr("{}: {} measured").format(run.name, texts.references(report.measured))
        if report.unreadable:
            gone = self.tr("{} cannot be read any more: verify the record to see which")
            text += f"; {gone.format(texts.originals(report.unreadable))}"
        self._tell(text, "warning" if report.unreadable else "info" if report.left else "success")


runner_of = EnrolmentRunner.of
