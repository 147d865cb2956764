"""An act that takes a reason, which goes on record with it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from secondlook.domain.blank import is_blank
from secondlook.ui.context import Context
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import restyle


def tr(text: str) -> str:
    return QCoreApplication.translate("reason", text)


class ReasonDialog(FormDialog):
    """``act`` is done in the storage lane with the reason; ``done_`` tells that it was.

    Who asks for more than the reason overrides ``_add_fields`` and ``_job``.
    """

    done_ = Signal()

    def __init__(
        self,
        context: Context,
        title: str,
        intro: str,
        action: str,
        act: Callable[[str], Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, intro, action, parent, width=520)
        self._context, self._act = context, act
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(72)
        self._add_fields()
        self.add_field(tr("Reason"), self.reason)
        self.submitted.connect(self._send)

    def _add_fields(self) -> None:
        """What is asked besides the reason, above it."""

    def _job(self, reason: str) -> Callable[[], Any]:
        """What runs in the storage lane; fields are read here, on the UI thread."""
        act = self._act
        assert act is not None
        return lambda: act(reason)

    def problem(self) -> str:
        silent = is_blank(self.reason.toPlainText())
        restyle(self.reason, invalid=silent)
        return tr("Say why: the reason is part of the record.") if silent else ""

    def _send(self) -> None:
        job = self._job(self.reason.toPlainText().strip())
        self.set_busy(True)
        self._context.bridge.run(
            self._context.app.lanes.storage,
            job,
            lambda _: self._finish(),
            self.tell,
            owner=self,
        )

    def _finish(self) -> None:
        self.done_.emit()
        self.accept()
