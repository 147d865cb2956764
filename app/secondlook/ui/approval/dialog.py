"""One person's approval, with the reason that goes on record."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from secondlook.domain.blank import is_blank
from secondlook.services.loosening import LetsThrough
from secondlook.ui.approval.panel import Consequences
from secondlook.ui.approval.texts import tr
from secondlook.ui.context import Context
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import restyle


class ApproveDialog(FormDialog):
    """Shows the consequences first. ``act`` gets the reason and runs in the storage lane; what it
    gives comes with ``approved``."""

    approved = Signal(object)

    def __init__(
        self,
        context: Context,
        title: str,
        intro: str,
        act: Callable[[str], object],
        parent: QWidget | None = None,
        *,
        lets_through: LetsThrough | None = None,
        action: str = "",
    ) -> None:
        super().__init__(title, intro, action or tr("Approve"), parent, width=560)
        self._context, self._act = context, act
        self.consequences = Consequences(lets_through)
        if lets_through:
            self.fields.addWidget(self.consequences, self.fields.rowCount(), 0, 1, 2)
        self.reason = QPlainTextEdit()
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.add_field(tr("Your reason"), self.reason)
        self.submitted.connect(self._send)

    def problem(self) -> str:
        silent = is_blank(self.reason.toPlainText())
        restyle(self.reason, invalid=silent)
        return tr("Give your reason: it is part of the record.") if silent else ""

    def _send(self) -> None:
        reason, act = self.reason.toPlainText(), self._act
        self.set_busy(True)
        lane = self._context.app.lanes.storage
        self._context.bridge.run(lane, lambda: act(reason), self._done, self.tell, owner=self)

    def _done(self, result: object) -> None:
        self.approved.emit(result)
        self.accept()


def unbind(
    context: Context, unknown_id: int, bound_by: str, parent: QWidget, done: Callable[[], None]
) -> ApproveDialog:
    """Ask for one of the two approvals that lift what an unknown is bound by; ``bound_by`` says
    what that is."""
    app, operator = context.app, context.operator
    dialog = ApproveDialog(
        context,
        tr("Lift what this face is bound by?"),
        bound_by + "\n\n" + tr(
            "It was asked when this face was first searched. Two people lift it for every later "
            "search of the face, one of them an administrator, each for a reason of their own."
        ),
        lambda reason: app.approvals.unbind(operator, unknown_id, reason),
        parent,
    )  # fmt: skip
    dialog.approved.connect(lambda _: done())
    dialog.open()
    return dialog
