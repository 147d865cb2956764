"""The progress strip of one gallery's run; hidden while there is none."""

from PySide6.QtWidgets import QWidget

from secondlook.ui.gallery.runner import EnrolmentRunner, Run
from secondlook.ui.widgets.progress import ProgressStrip


class RunStrip(ProgressStrip):
    """Follows the runner, wherever the run was started."""

    def __init__(
        self,
        runner: EnrolmentRunner,
        gallery_id: int,
        *,
        framed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        layout = self.layout()
        if not framed and layout is not None:
            self.setProperty("kind", None)
            layout.setContentsMargins(0, 8, 0, 0)
        self._runner = runner
        self._gallery_id = gallery_id
        self._run: Run | None = None
        self.paused.connect(lambda paused: runner.pause(gallery_id, paused))
        self.cancelled.connect(lambda: runner.cancel(gallery_id))
        runner.changed.connect(self._changed)
        runner.progressed.connect(self._progressed)
        self.hide()
        self._changed(gallery_id)

    def _changed(self, gallery_id: int) -> None:
        if gallery_id != self._gallery_id:
            return
        run = self._runner.run_of(gallery_id)
        if run is not None and run is not self._run:
            self.reset(self.tr("Enrolling again") if run.rebuilding else self.tr("Enrolling"))
        self._run = run
        self.setVisible(run is not None)
        if run is None:
            return
        if run.progress is None:
            self.text.setText(self.tr("Waiting for another gallery to finish…"))
        else:
            self._progressed(gallery_id)
        if run.stopping:
            self.pause.setEnabled(False)
            self.cancel.setEnabled(False)
            self.text.setText(self.tr("Stopping…"))
        elif run.token.paused:
            self.pause.setChecked(True)

    def _progressed(self, gallery_id: int) -> None:
        if gallery_id == self._gallery_id and self._run and self._run.progress:
            if self._run.progress.total:
                self.set_progress(self._run.progress)
            elif not self._run.stopping:
                self.text.setText(self.tr("Starting…"))
