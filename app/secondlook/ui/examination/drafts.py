"""Keeps an examination under way on disk, half a second behind the hand."""

from PySide6.QtCore import QObject, QTimer, Signal

from secondlook.domain.records import ExaminationDraft
from secondlook.ui.context import Context

DELAY_MS = 500


class DraftKeeper(QObject):
    """``edit`` often; what was edited is saved after a pause, or at once by ``flush``."""

    saving = Signal()
    saved = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._pending: tuple[int, ExaminationDraft] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.flush)

    def edit(self, candidate_id: int, draft: ExaminationDraft) -> None:
        self._pending = (candidate_id, draft)
        self._timer.start()
        self.saving.emit()

    def flush(self) -> None:
        """Save what is pending. The storage lane keeps its order: what follows reads it."""
        self._timer.stop()
        if self._pending is None:
            return
        (candidate_id, draft), self._pending = self._pending, None
        app, operator = self._context.app, self._context.operator
        lane = app.lanes.storage
        # Not over the bridge: what was typed is saved also while the person is signed out.
        entry = lane.submit(app.review.save_draft, operator, candidate_id, draft)
        self._context.bridge.run(lane, entry.result, lambda _: self.saved.emit(), owner=self)

    def drop(self) -> None:
        """Forget what is pending: it has been committed."""
        self._timer.stop()
        self._pending = None
