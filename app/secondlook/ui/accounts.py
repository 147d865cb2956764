"""Accounts: who may sign in (administrators manage them), and everybody's own password."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import Operator, Role
from secondlook.services.accounts import PASSWORD_MINIMUM
from secondlook.ui.context import Context
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


class AccountsDialog(QDialog):
    """Every account; add one, deactivate or activate one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Accounts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 480)
        self.add = Button(self.tr("Add account…"), "primary", "add")
        self.add.clicked.connect(self.open_form)
        self.close_button = Button(self.tr("Close"))
        self.close_button.clicked.connect(self.accept)
        self.error = ErrorText()
        self.switches: dict[str, Button] = {}
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons have it
        self._arrange()
        self.refresh()

    def refresh(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.storage,
            app.accounts.operators,
            self._show,
            lambda error: self.error.tell(str(error)),
            owner=self,
            key="accounts",
        )

    def open_form(self) -> "AccountForm":
        form = AccountForm(self._context, self)
        form.accepted.connect(self.refresh)
        form.open()
        return form

    def _show(self, operators: list[Operator]) -> None:
        self.error.tell("")
        self.switches = {}
        page = QWidget()
        page.setProperty("kind", "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, SPACE[2], 0)
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        for index, operator in enumerate(operators):
            grid.addWidget(line(), index * 2, 0, 1, 4)
            self._add_row(grid, index * 2 + 1, operator)
        grid.setRowStretch(len(operators) * 2, 1)
        self._area.setWidget(page)

    def _add_row(self, grid: QGridLayout, row: int, operator: Operator) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Elided(operator.display_name, kind="subheading"))
        names.addWidget(Elided(operator.username, kind="muted"))
        grid.addLayout(names, row, 0)
        grid.addWidget(Text(ROLE_LABELS[operator.role]), row, 1)
        active = operator.active
        state = Pill(self.tr("Active") if active else self.tr("Inactive"))
        state.setProperty("tone", "success" if active else "neutral")
        grid.addWidget(state, row, 2)
        if operator.role is Role.COMMAND_LINE:
            return
        switch = Button(self.tr("Deactivate…") if active else self.tr("Activate…"))
        switch.setAccessibleName(f"{switch.text()} {operator.display_name}")
        if operator.id == self._context.operator.id:
            switch.setEnabled(False)
            switch.setToolTip(self.tr("This is the account you are signed in with."))
        switch.clicked.connect(lambda: self._ask(operator))
        self.switches[operator.username] = switch
        grid.addWidget(switch, row, 3)

    def _ask(self, operator: Operator) -> None:
        name = operator.display_name
        if operator.active:
            title = self.tr("Deactivate {}?").format(name)
            text = self.tr(
                "They can no longer sign in. Everything they examined and decided stays on record."
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

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Heading(self.tr("Accounts")), 1)
        head.addWidget(self.add)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addLayout(head)
        text = self.tr("Whoever examines has an account of their own, so that two can be counted.")
        column.addWidget(Text(text, wrap=True))
        column.addWidget(self.error)
        column.addWidget(self._area, 1)
        column.addLayout(foot)


class AccountForm(FormDialog):
    """A new account."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Add an account"),
            self.tr("Tell the password to its owner only; they can change it after signing in."),
            self.tr("Add"),
            parent,
        )
        self._context = context
        self.username = QLineEdit()
        self.display_name = QLineEdit()
        self.role = QComboBox()
        for role in (Role.EXAMINER, Role.ADMINISTRATOR):
            self.role.addItem(ROLE_LABELS[role], role)
        self.password = password_field(self.tr("Password"))
        self.again = password_field(self.tr("Password again"))
        self.add_field(self.tr("User name"), self.username)
        self.add_field(self.tr("Name"), self.display_name, self.tr("As it appears in the record."))
        self.add_field(
            self.tr("Role"), self.role, self.tr("Administrators also manage the accounts.")
        )
        minimum = self.tr("At least {} characters.").format(PASSWORD_MINIMUM)
        self.add_field(self.tr("Password"), self.password, minimum)
        self.add_field(self.tr("Password again"), self.again)
        self.submitted.connect(self._create)

    def problem(self) -> str:
        if not self.username.text().strip():
            return self.tr("Choose a user name.")
        return password_problem(self.password.text(), self.again.text(), self)

    def _create(self) -> None:
        self.set_busy(True, self.tr("Adding…"))
        app, by = self._context.app, self._context.operator
        username, name = self.username.text(), self.display_name.text()
        role, password = Role(self.role.currentData()), self.password.text()
        self._context.bridge.run(
            app.lanes.io,
            lambda: app.accounts.create(by, username, name, role, password),
            lambda _: self.accept(),
            self.tell,
            owner=self,
        )


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
