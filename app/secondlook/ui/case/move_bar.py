"""A move to a laxer policy that somebody proposed, over the steps of its case."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from secondlook.domain.records import Case
from secondlook.services.cases import PendingMove
from secondlook.services.loosening import LetsThrough
from secondlook.ui.approval.dialog import ApproveDialog
from secondlook.ui.approval.panel import StandingLine
from secondlook.ui.case.texts import tr
from secondlook.ui.context import Context


class MoveBar(StandingLine):
    """Hidden while nothing is proposed. Emits ``changed`` when somebody has agreed."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context.operator, parent)
        self._context = context
        self._pending: PendingMove | None = None
        self.dialog: ApproveDialog | None = None
        self.approve.setText(tr("Look at it…"))
        self.approve_wanted.connect(self._read)
        self.hide()

    def show_move(self, pending: PendingMove | None) -> None:
        self._pending = pending
        self.setVisible(pending is not None)
        if pending:
            move = pending.move
            text = tr("{name} proposes to move this case to {policy}: “{reason}”")
            said = text.format(name=move.operator, policy=move.new.title, reason=move.reason)
            self.show_standing(pending.standing, said)

    def _read(self) -> None:
        """What the other policy lets through is read first."""
        app, pending = self._context.app, self._pending
        if pending is None:
            return
        move = pending.move
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.approvals.lets_through(move.old, move.new, move.case_id),
            self._ask,
            owner=self,
        )

    def _ask(self, found: LetsThrough) -> None:
        if self._pending is None:
            return
        app, operator, move = self._context.app, self._context.operator, self._pending.move

        def act(reason: str) -> Case:
            return app.cases.approve_move(operator, move.id, move.case_id, reason)

        self.dialog = ApproveDialog(
            self._context,
            tr("Agree to the move to {policy}?").format(policy=move.new.title),
            tr("{name} proposes it: “{reason}”").format(name=move.operator, reason=move.reason),
            act,
            self,
            lets_through=found,
            action=tr("Agree"),
        )
        self.dialog.approved.connect(lambda _: self.changed.emit())
        self.dialog.open()
