"""Asking whom to search in a rehearsal."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import GallerySummary
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.context import Context
from secondlook.ui.gallery.source import SourcePicker, dropped_path, takes_source
from secondlook.ui.rehearsal.runner import RehearsalRunner
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Muted


class StartDialog(FormDialog):
    """Plans the rehearsal, so that what is wrong with a source is said here, and sets it going."""

    def __init__(
        self, context: Context, runner: RehearsalRunner, gallery: GallerySummary, parent: QWidget
    ) -> None:
        super().__init__(
            parent.tr("Rehearse with {}").format(gallery.name),
            parent.tr(
                "People who are not in the gallery are searched in it, as in a case. Whoever is "
                "shown for them is shown by mistake, and counted. Nobody is enrolled."
            ),
            parent.tr("Start"),
            parent,
            width=600,
        )
        self._context, self._runner, self._gallery = context, runner, gallery
        self._token = CancelToken()
        self.absent = QRadioButton(self.tr("People known to be absent"))
        self.left_out = QRadioButton(self.tr("Everybody in the gallery, left out in turn"))
        self.source = SourcePicker()
        self.absent.setChecked(True)
        self.source.changed.connect(lambda _: self.error.tell(""))
        self.absent.toggled.connect(self.source.setEnabled)
        self.rejected.connect(self._token.cancel)  # nobody waits for it any longer
        self.setAcceptDrops(True)
        self.source.path.setAcceptDrops(False)  # the whole dialog takes what is dropped
        self.add_row(self._choices())

    def _choices(self) -> QWidget:
        hint = Muted(self.tr(
            "The independent test. A folder: each sub-folder is one person, and so is each picture "
            "beside them. Or a CSV with the columns path and person: person is empty for absent "
            "people, and a key of the gallery for people to be found, so that misses are counted "
            "too. Further columns are groups."
        ))  # fmt: skip
        other = Muted(self.tr(
            "Needs no further pictures: each reference is searched against everybody else."
        ))  # fmt: skip
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        for part in (self.absent, hint, self.source, self.left_out, other):
            if part in (hint, self.source, other):
                part.setContentsMargins(SPACE[4], 0, 0, 0)
            column.addWidget(part)
        return choices

    @property
    def chosen(self) -> Path | None:
        """None leaves everybody out in turn."""
        return self.source.source if self.absent.isChecked() else None

    def problem(self) -> str:
        if self.absent.isChecked() and self.source.source is None:
            return self.tr("Choose a folder or a CSV of people who are not in this gallery.")
        return ""

    def submit(self) -> None:
        super().submit()
        if self.problem():
            return
        self.set_busy(True, self.tr("Reading…"))
        app, operator, gallery = self._context.app, self._context.operator, self._gallery
        source, token = self.chosen, self._token
        self._context.bridge.run(
            app.lanes.background,
            lambda: app.rehearse.start(operator, gallery.id, source, token),
            self._started,
            self._refused,
            owner=self,
        )

    def _started(self, summary: RehearsalSummary) -> None:
        operator, gallery = self._context.operator, self._gallery
        self._runner.go_on(operator, gallery.id, summary.id, gallery.name)
        self.accept()

    def _refused(self, error: SecondLookError) -> None:
        self.tell(error)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        takes_source(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path, problem = dropped_path(event)
        if path:
            self.absent.setChecked(True)
            self.source.path.setText(path)
        else:
            self.error.tell(problem)
