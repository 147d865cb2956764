"""Accounts: who may sign in (administrators manage them), who counts as one person with whom, and
everybody's own password."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.people import UnitOfTwo
from secondlook.domain.records import Operator, Role
from secondlook.services.accounts import IDLE_RANGE, PASSWORD_MINIMUM, Issued
from secondlook.services.application import Application
from secondlook.services.people import TieState
from secondlook.ui.codes import CodeDialog, RecoveryForm
from secondlook.ui.context import Context
from secondlook.ui.people import TieRow, UnitPanel
from secondlook.ui.sign_in import password_field, password_problem
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.dialogs import FormDialog, confirm
from secondlook.ui.widgets.labels import Elided, ErrorText, Heading, Pill, Text, line

ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.EXAMINER: "Examiner",
    Role.COMMAND_LINE: "Command line",
}
assert set(ROLE_LABELS) == set(Role)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the dialog shows, read at once."""

    operators: list[Operator]
    without_password: set[int]
    ties: list[TieState]
    units: list[UnitOfTwo]
    idle_minutes: int


def read(app: Application) -> Situation:
    accounts, people = app.accounts, app.people
    return Situation(
        accounts.operators(),
        accounts.without_password(),
        people.ties(),
        people.units(),
        accounts.idle_minutes(),
    )


class AccountsDialog(QDialog):
    """Every account and what it counts as. Administrators add, deactivate and reset; whoever
    examines confirms that two are two people."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.manages = context.operator.role is Role.ADMINISTRATOR
        self.setWindowTitle(self.tr("Accounts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 600)
        self.add = Button(self.tr("Add account…"), "primary", "add")
        self.add.clicked.connect(self.open_form)
        self.recovery = Button(self.tr("Recovery code…"))
        self.recovery.clicked.connect(lambda: RecoveryForm(context, self).open())
        self.close_button = Button(self.tr("Close"))
        self.close_button.clicked.connect(self.accept)
        self.idle = QSpinBox()
        self.idle.setRange(*IDLE_RANGE)
        self.idle.setSuffix(self.tr(" minutes"))
        self.idle.setAccessibleName(self.tr("Minutes without a hand on it until it locks"))
        self.idle.editingFinished.connect(self._set_idle)
        self.error = ErrorText()
        self.switches: dict[str, Button] = {}
        self.resets: dict[str, Button] = {}
        self.ties: dict[int, TieRow] = {}
        self.unit = UnitPanel(context, self.refresh)
        self._idle_now = 0
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons have it
        self._arrange()
        self.refresh()

    def refresh(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.storage,
            lambda: read(app),
            self._show,
            lambda error: self.error.tell(str(error)),
            owner=self,
            key="accounts",
        )

    def open_form(self) -> "AccountForm":
        form = AccountForm(self._context, self)
        form.made.connect(self._tell_code)
        form.open()
        return form

    def _tell_code(self, issued: Issued) -> None:
        self.refresh()
        CodeDialog(issued, self).open()

    def _show(self, found: Situation) -> None:
        self.error.tell("")
        self.switches, self.resets, self.ties = {}, {}, {}
        page = QWidget()
        page.setProperty("kind", "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, SPACE[2], 0)
        grid.setHorizontalSpacing(SPACE[2])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        by_id = {operator.id: operator for operator in found.operators}
        for operator in found.operators:
            grid.addWidget(line(), grid.rowCount(), 0, 1, 4)
            held = operator.id not in found.without_password
            self._add_row(grid, operator, held)
            for state in found.ties:
                if state.tie.account_id == operator.id:
                    row = self.ties[state.tie.id] = TieRow(
                        self._context, state, by_id, self.refresh, held=held
                    )
                    grid.addWidget(row, grid.rowCount(), 0, 1, 4)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(page)
        self.unit.show_units(found.units, by_id, found.without_password)
        self._idle_now = found.idle_minutes
        self.idle.setValue(found.idle_minutes)

    def _add_row(self, grid: QGridLayout, operator: Operator, whole: bool) -> None:
        row = grid.rowCount()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Elided(operator.display_name, kind="subheading"))
        names.addWidget(Elided(operator.username, kind="muted"))
        grid.addLayout(names, row, 0)
        grid.addWidget(Text(ROLE_LABELS[operator.role]), row, 1)
        grid.addWidget(self._state(operator, whole), row, 2)
        if operator.role is not Role.COMMAND_LINE and self.manages:
            grid.addWidget(self._buttons(operator), row, 3)

    def _state(self, operator: Operator, whole: bool) -> Pill:
        if not operator.active:
            return Pill(self.tr("Inactive"))
        if whole:
            return Pill(self.tr("Active"), "success")
        state = Pill(self.tr("No password yet"), "warning")
        state.setToolTip(self.tr("It can do nothing until its holder has used the one-time code."))
        return state

    def _buttons(self, operator: Operator) -> QWidget:
        own = operator.id == self._context.operator.id
        switch = Button(self.tr("Deactivate…") if operator.active else self.tr("Activate…"))
        reset = Button(self.tr("New code…"))
        for button, said in ((switch, switch.text()), (reset, reset.text())):
            button.setAccessibleName(f"{said} {operator.display_name}")
            button.setEnabled(not own)
            if own:
                button.setToolTip(self.tr("This is the account you are signed in with."))
        switch.clicked.connect(lambda: self._ask(operator))
        reset.clicked.connect(lambda: self._ask_reset(operator))
        self.switches[operator.username] = switch
        self.resets[operator.username] = reset
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        row.addWidget(reset)
        row.addWidget(switch)
        return both

    def _ask(self, operator: Operator) -> None:
        name = operator.display_name
        if operator.active:
            title = self.tr("Deactivate {}?").format(name)
            text = self.tr(
                "They can do nothing any more, also where they are signed in now. Everything they "
                "examined and decided stays on record."
            )
            action = self.tr("Deactivate")
        else:
            title = self.tr("Activate {}?").format(name)
            text = self.tr("They can sign in again with the password they had.")
            action = self.tr("Activate")
        confirm(self, title, text, action, lambda: self._switch(operator), danger=operator.active)

    def _switch(self, operator: Operator) -> None:
        context = self._context
        context.bridge.run(
            context.app.lanes.storage,
            lambda: context.app.accounts.set_active(
                context.operator, operator.id, not operator.active
            ),
            lambda _: self.refresh(),
            lambda error: self.error.tell(str(error)),
            owner=self,
        )

    def _ask_reset(self, operator: Operator) -> None:
        title = self.tr("Take the password of {} away?").format(operator.display_name)
        text = self.tr(
            "You get a one-time code for them, with which they choose another. Until somebody else "
            "confirms that it was them, the two of you count as one person."
        )
        action = self.tr("Give a new code")
        confirm(self, title, text, action, lambda: self._reset(operator), danger=True)

    def _reset(self, operator: Operator) -> None:
        context = self._context
        context.bridge.run(
            context.app.lanes.io,
            lambda: context.app.accounts.reset(context.operator, operator.id),
            self._tell_code,
            lambda error: self.error.tell(str(error)),
            owner=self,
        )

    def _set_idle(self) -> None:
        minutes, context = self.idle.value(), self._context
        if minutes == self._idle_now:
            return
        context.bridge.run(
            context.app.lanes.storage,
            lambda: context.app.accounts.set_idle_minutes(context.operator, minutes),
            lambda _: self._idle_set(minutes),
            lambda error: self.error.tell(str(error)),
            owner=self,
        )

    def _idle_set(self, minutes: int) -> None:
        self._idle_now = minutes
        self._context.changed.idle_minutes_changed.emit(minutes)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Heading(self.tr("Accounts")), 1)
        head.addWidget(self.add)
        idle = QHBoxLayout()
        idle.setSpacing(SPACE[1])
        said = Text(self.tr("The window locks after"))
        idle.addWidget(said)
        idle.addWidget(self.idle)
        idle.addStretch(1)
        idle.addWidget(self.recovery)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addLayout(head)
        text = self.tr(
            "Two accounts are two people only where somebody else knows it: whoever makes or "
            "resets an account counts as one person with it until a third confirms the two."
        )
        column.addWidget(Text(text, wrap=True))
        column.addWidget(self.error)
        column.addWidget(self._area, 1)
        column.addWidget(line())
        column.addWidget(self.unit)
        column.addLayout(idle)
        column.addLayout(foot)
        for part in (self.add, self.recovery, self.idle, said):
            part.setVisible(self.manages)


class AccountForm(FormDialog):
    """A new account. Emits ``made`` with what was issued, code included."""

    made = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Add an account"),
            self.tr(
                "You get a one-time code for whoever will hold it. With it they choose their own "
                "password, which nobody else ever knows."
            ),
            self.tr("Add"),
            parent,
        )
        self._context = context
        self.username = QLineEdit()
        self.display_name = QLineEdit()
        self.role = QComboBox()
        for role in (Role.EXAMINER, Role.ADMINISTRATOR):
            self.role.addItem(ROLE_LABELS[role], role)
        self.add_field(self.tr("User name"), self.username)
        self.add_field(
            self.tr("Name"),
            self.display_name,
            self.tr("As it appears in the record. It must not look like another account's."),
        )
        self.add_field(
            self.tr("Role"), self.role, self.tr("Administrators also manage the accounts.")
        )
        self.submitted.connect(self._create)

    def problem(self) -> str:
        return "" if self.username.text().strip() else self.tr("Choose a user name.")

    def _create(self) -> None:
        self.set_busy(True, self.tr("Adding…"))
        app, by = self._context.app, self._context.operator
        username, name = self.username.text(), self.display_name.text()
        role = Role(self.role.currentData())
        self._context.bridge.run(
            app.lanes.io,
            lambda: app.accounts.create(by, username, name, role),
            self._created,
            self.tell,
            owner=self,
        )

    def _created(self, issued: Issued) -> None:
        self.accept()
        self.made.emit(issued)


class PasswordForm(FormDialog):
    """Change one's own password."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Change password"), action=self.tr("Change password"), parent=parent
        )
        self._context = context
        self.old = password_field(self.tr("Present password"))
        self.password = password_field(self.tr("New password"))
        self.again = password_field(self.tr("New password again"))
        self.add_field(self.tr("Present password"), self.old)
        minimum = self.tr("At least {} characters.").format(PASSWORD_MINIMUM)
        self.add_field(self.tr("New password"), self.password, minimum)
        self.add_field(self.tr("New password again"), self.again)
        self.submitted.connect(self._change)

    def problem(self) -> str:
        return password_problem(self.password.text(), self.again.text(), self)

    def _change(self) -> None:
        self.set_busy(True, self.tr("Changing…"))
        context = self._context
        old, new = self.old.text(), self.password.text()
        context.bridge.run(
            context.app.lanes.io,
            lambda: context.app.accounts.change_password(context.operator, old, new),
            lambda _: self._changed(),
            self.tell,
            owner=self,
        )

    def _changed(self) -> None:
        self._context.notify(self.tr("Your password is changed."), "success")
        self.accept()
