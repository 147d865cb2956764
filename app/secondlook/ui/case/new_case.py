"""Beginning a case: reference, policy, purpose, authorisation, notes."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.records import Case
from secondlook.ui.case.policy_cards import PolicyCards
from secondlook.ui.case.texts import tr
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Muted, restyle


class NewCaseDialog(FormDialog):
    """Emits ``opened`` with the case; every error stays beside what was typed."""

    opened = Signal(object)  # Case

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(tr("New case"), action=tr("Open case"), parent=parent, width=780)
        self._context = context
        self.reference = QLineEdit()
        self.cards = PolicyCards()
        self.purpose = QComboBox()
        self.prohibited = Muted()
        self.authorisation = QLineEdit()
        self.deadline = Muted()
        self.notes = QPlainTextEdit()
        self._arrange_fields()
        self.submitted.connect(self._send)
        self.cards.chosen.connect(self._show_policy)
        app = context.app
        context.bridge.run(
            app.lanes.storage,
            lambda: (app.policies.shipped(), app.policies.default()),
            lambda found: self._show_policies(*found),
            self.tell,
            owner=self,
        )

    def problem(self) -> str:
        policy = self.cards.policy
        checks = [
            (self.reference, not self.reference.text().strip(), self.tr("Enter a reference.")),
            (self.purpose, self.purpose.currentIndex() < 0, self.tr("Choose the purpose.")),
            (
                self.authorisation,
                policy is not None
                and policy.authorisation_required
                and policy.authorisation_deadline_hours == 0
                and not self.authorisation.text().strip(),
                self.tr("This policy needs the authorisation before the case is opened."),
            ),
        ]
        for field, wrong, _ in checks:
            restyle(field, invalid=wrong)
        wrong_ones = [(field, text) for field, wrong, text in checks if wrong]
        if wrong_ones:
            wrong_ones[0][0].setFocus()
        return " ".join(text for _, text in wrong_ones)

    def _show_policies(self, policies: list[Policy], default: Policy) -> None:
        order = sorted(policies, key=lambda p: (p.id != default.id, -p.accept_confidence))
        self.cards.show_policies(order, default.id)
        QTimer.singleShot(0, self, self.adjustSize)  # once the cards know how tall they are

    def _show_policy(self, policy: Policy) -> None:
        before = self.purpose.currentText()
        self.purpose.clear()
        self.purpose.addItems(list(policy.permitted_purposes))
        self.purpose.setCurrentIndex(self.purpose.findText(before))
        listed = "; ".join(policy.prohibited_purposes)
        self.prohibited.setText(self.tr("Prohibited: {purposes}.").format(purposes=listed))
        self.deadline.setText(self._deadline_text(policy))

    def _deadline_text(self, policy: Policy) -> str:
        if not policy.authorisation_required:
            return self.tr("This policy does not ask for one.")
        hours = policy.authorisation_deadline_hours
        if not hours:
            return self.tr("Required before the case is opened.")
        return self.tr(
            "Required for an acceptance. It may follow within {hours} h of opening the case."
        ).format(hours=hours)

    def _send(self) -> None:
        policy = self.cards.policy
        if policy is None:
            return
        app, operator = self._context.app, self._context.operator
        values = (
            self.reference.text(),
            self.purpose.currentText(),
            self.authorisation.text(),
            policy,
            self.notes.toPlainText().strip(),
        )
        self.set_busy(True, self.tr("Opening…"))
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.cases.open(operator, *values),
            self._finish,
            self.tell,
            owner=self,
        )

    def _finish(self, case: Case) -> None:
        self.opened.emit(case)
        self.accept()

    def _arrange_fields(self) -> None:
        self.reference.setPlaceholderText(self.tr("For example 2026-0417"))
        self.reference.setMaxLength(120)
        self.purpose.setPlaceholderText(self.tr("Choose a purpose"))
        self.authorisation.setPlaceholderText(self.tr("Reference of the order, warrant or consent"))
        self.notes.setFixedHeight(64)
        self.notes.setTabChangesFocus(True)
        self.add_field(self.tr("Reference"), self.reference)
        self.add_field(self.tr("Policy"), self.cards)
        self.add_field(self.tr("Purpose"), _with_note(self.purpose, self.prohibited))
        self.add_field(self.tr("Authorisation"), _with_note(self.authorisation, self.deadline))
        self.add_field(self.tr("Notes"), self.notes)
        self.reference.setFocus(Qt.FocusReason.OtherFocusReason)


def _with_note(field: QWidget, note: QWidget) -> QWidget:
    """A field, and under it a note that changes with the policy."""
    group = QWidget()
    column = QVBoxLayout(group)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE[0])
    column.addWidget(field)
    column.addWidget(note)
    group.setFocusProxy(field)
    return group
