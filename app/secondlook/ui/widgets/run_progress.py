"""The progress of one gallery's run, wherever it was started."""

from typing import Any

from PySide6.QtWidgets import QWidget

from secondlook.ui.background import GalleryRunner, Run
from secondlook.ui.widgets.progress import ProgressStrip


class RunProgress(ProgressStrip):
    """Hidden while there is no run of the gallery."""

    def __init__(
        self,
        runner: GalleryRunner[Any],
        gallery_id: int = 0,
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
        self.paused.connect(lambda paused: runner.pause(self._gallery_id, paused))
        self.cancelled.connect(lambda: runner.cancel(self._gallery_id))
        runner.changed.connect(self._changed)
        runner.progressed.connect(self._progressed)
        self.hide()
        self._changed(gallery_id)

    def show_gallery(self, gallery_id: int) -> None:
        """Follow another gallery's runs."""
        self._gallery_id = gallery_id
        self._changed(gallery_id)

    def _changed(self, gallery_id: int) -> None:
        if gallery_id != self._gallery_id:
            return
        run: Run | None = self._runner.run_of(gallery_id)
        if run is not None and run is not self._run:
            self.reset(run.doing)
        self._run = run
        self.setVisible(run is not None)
        if run is None:
            return
        if run.progress is None:
            self.text.setText(self.tr("Waiting for another job to finish…"))
        else:
            self._progressed(gallery_id)
        if run.stopping:
            self.pause.setEnabled(False)
            self.cancel.setEnabled(False)
            self.text.setText(self.tr("Stopping…"))
        else:
            self.pause.setChecked(run.token.paused)

    def _progressed(self, gallery_id: int) -> None:
        run = self._run
        if gallery_id == self._gallery_id and run and run.progress:
            if run.progress.total:
                self.set_progress(run.progress)
            elif not run.stopping:
                self.text.setText(self.tr("Starting…"))
