"""What can be done to a case as a whole: authorise, move to another policy."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from secondlook.domain.blank import is_blank
from secondlook.domain.laxer import laxer_for_case
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case
from secondlook.services.loosening import LetsThrough
from secondlook.ui.approval.panel import Consequences
from secondlook.ui.case.texts import policy_line, short_title, tr
from secondlook.ui.context import Context
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Muted, restyle


class AuthoriseDialog(FormDialog):
    """Emits ``changed`` with the case once the authorisation is recorded."""

    changed = Signal(object)  # Case

    def __init__(self, context: Context, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Record the authorisation"),
            tr("The reference of the order, warrant or consent that allows this search."),
            tr("Record"),
            parent,
        )
        self._context, self._case = context, case
        self.reference = QLineEdit(case.authorisation)
        self.reference.setMaxLength(200)
        hours = case.policy.authorisation_deadline_hours
        hint = (
            tr("{policy} asks for it within {hours} h of opening the case.").format(
                policy=short_title(case.policy), hours=hours
            )
            if case.policy.authorisation_required
            else tr("{policy} does not ask for one.").format(policy=short_title(case.policy))
        )
        self.add_field(tr("Reference"), self.reference, hint)
        self.submitted.connect(self._send)
        self.reference.setFocus()

    def problem(self) -> str:
        wrong = not self.reference.text().strip()
        restyle(self.reference, invalid=wrong)
        return tr("Enter the reference.") if wrong else ""

    def _send(self) -> None:
        app, operator, case = self._context.app, self._context.operator, self._case
        text = self.reference.text()
        self.set_busy(True)
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.cases.authorise(operator, case.id, text),
            self._finish,
            self.tell,
            owner=self,
        )

    def _finish(self, case: Case) -> None:
        self.changed.emit(case)
        self.accept()


class MovePolicyDialog(FormDialog):
    """Another policy, with a reason that goes into the record. Emits ``changed`` with the case."""

    changed = Signal(object)  # Case

    def __init__(self, context: Context, case: Case, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Move to another policy"),
            tr(
                "The move and its reason are recorded. Searches stay under the policy they were "
                "made with: a lead under the new one needs a new search. A policy that asks for "
                "less in anything takes two people, one of them an administrator."
            ),
            tr("Move the case"),
            parent,
            width=560,
        )
        self._context, self._case = context, case
        self._policies: list[Policy] = []
        self.policy = QComboBox()
        self.policy.setPlaceholderText(tr("Choose a policy"))
        self.line = Muted()
        self.reason = QPlainTextEdit()
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.add_field(tr("Policy"), self.policy)
        self.fields.addWidget(self.line, self.fields.rowCount(), 1)
        self.consequences = Consequences()
        self.fields.addWidget(self.consequences, self.fields.rowCount(), 1)
        self.add_field(tr("Reason"), self.reason)
        self.policy.currentIndexChanged.connect(self._show_line)
        self.submitted.connect(self._send)
        app = context.app
        context.bridge.run(
            app.lanes.storage, app.policies.shipped, self._show_policies, self.tell, owner=self
        )

    def problem(self) -> str:
        nothing = self.policy.currentIndex() < 0
        silent = is_blank(self.reason.toPlainText())
        restyle(self.policy, invalid=nothing)
        restyle(self.reason, invalid=silent)
        texts = [tr("Choose a policy.")] * nothing + [tr("Give the reason.")] * silent
        return " ".join(texts)

    def _show_policies(self, policies: list[Policy]) -> None:
        self._policies = [p for p in policies if p.sha256 != self._case.policy.sha256]
        self.policy.clear()
        self.policy.addItems([p.title for p in self._policies])
        self.policy.setCurrentIndex(-1)

    def _show_line(self, index: int) -> None:
        if index < 0:
            return
        policy = self._policies[index]
        text = policy_line(policy)
        if self._case.purpose not in policy.permitted_purposes:
            text += "\n" + tr("It does not permit the purpose “{purpose}”.").format(
                purpose=self._case.purpose
            )
        self.line.setText(text)
        app, case = self._context.app, self._case
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.approvals.lets_through(case.policy, policy, case.id),
            self._show_consequences,
            self.tell,
            owner=self,
            key="consequences",
        )

    def _show_consequences(self, found: LetsThrough) -> None:
        """Of a tightening there is nothing to show, and one person makes it."""
        laxer = bool(laxer_for_case(found.old, found.new))
        self.consequences.show_found(found if laxer else None)
        self.set_action(tr("Propose the move") if laxer else tr("Move the case"))
        QTimer.singleShot(0, self, self.make_room)  # what was added is shown from then on

    def _send(self) -> None:
        app, operator, case = self._context.app, self._context.operator, self._case
        policy, reason = self._policies[self.policy.currentIndex()], self.reason.toPlainText()
        self.set_busy(True)
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.cases.move_policy(operator, case.id, policy, reason),
            self._finish,
            self.tell,
            owner=self,
        )

    def _finish(self, case: Case) -> None:
        if case.policy.sha256 == self._case.policy.sha256:
            text = tr("Proposed: the case moves when another person has agreed.")
            self._context.notify(text, "info")
        self.changed.emit(case)
        self.accept()
