"""Who is at the machine: the first administrator, then everybody's sign-in."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Operator
from secondlook.services.accounts import PASSWORD_MINIMUM
from secondlook.services.application import Application
from secondlook.ui.bridge import Bridge
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import (
    ErrorText,
    Heading,
    Icon,
    IconLabel,
    Muted,
    Subheading,
    Text,
    Title,
    restyle,
)

WIDTH = 440


def password_field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    field.textEdited.connect(lambda: restyle(field, invalid=False))
    return field


def password_problem(password: str, again: str, parent: QWidget) -> str:
    """Why a new password cannot be taken; empty when it can."""
    if len(password) < PASSWORD_MINIMUM:
        return parent.tr("The password needs at least {} characters.").format(PASSWORD_MINIMUM)
    if password != again:
        return parent.tr("The two passwords are not the same.")
    return ""


class _Form(Card):
    """Fields, an error line and one action. Enter submits from any field."""

    submitted = Signal()

    def __init__(self, title: str, action: str) -> None:
        super().__init__(margin=SPACE[4])
        self.body.setSpacing(SPACE[0])
        self.body.addWidget(Heading(title))
        self.body.addSpacing(SPACE[1])
        self.error = ErrorText()
        self.action = Button(action, "primary")
        self._label = action
        self.action.clicked.connect(self.submitted)

    def add(self, label: str, field: QWidget, hint: str = "") -> None:
        caption = Subheading(label)
        caption.setBuddy(field)
        field.setAccessibleName(label)
        self.body.addWidget(caption)
        self.body.addWidget(field)
        if hint:
            self.body.addWidget(Muted(hint))
        self.body.addSpacing(SPACE[1])

    def finish(self) -> None:
        self.body.addWidget(self.error)
        self.body.addSpacing(SPACE[1])
        self.body.addWidget(self.action)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.action.isEnabled():
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def set_busy(self, text: str) -> None:
        """While a password is checked, which takes a moment by design; empty ends it."""
        self.action.setEnabled(not text)
        self.action.setText(text or self._label)


class FirstForm(_Form):
    """Makes the administrator of a new database."""

    def __init__(self) -> None:
        super().__init__(
            self.tr("Create the first account"), self.tr("Create the administrator and sign in")
        )
        why = self.tr(
            "An acceptance can need two different people, and the record names who did what: so "
            "everybody has an account of their own. Yours, the first, manages the others."
        )
        self.body.addWidget(Text(why, wrap=True))
        self.body.addSpacing(SPACE[2])
        self.username = QLineEdit()
        self.display_name = QLineEdit()
        self.password = password_field(self.tr("Password"))
        self.again = password_field(self.tr("Password again"))
        self.add(self.tr("User name"), self.username)
        self.add(
            self.tr("Name as it appears in the record"),
            self.display_name,
            self.tr("Left empty, the user name is used."),
        )
        self.add(
            self.tr("Password"),
            self.password,
            self.tr("At least {} characters. Nobody can look it up.").format(PASSWORD_MINIMUM),
        )
        self.add(self.tr("Password again"), self.again)
        self.finish()

    def problem(self) -> str:
        if not self.username.text().strip():
            return self.tr("Choose a user name.")
        return password_problem(self.password.text(), self.again.text(), self)


class _AccountForm(_Form):
    """Asks first which account it is."""

    def __init__(self, title: str, action: str) -> None:
        super().__init__(title, action)
        self.account = QComboBox()
        self.account.setMaxVisibleItems(20)
        self.other_way = Button("", "link")
        self.add(self.tr("Account"), self.account)

    def finish(self) -> None:
        super().finish()
        self.body.addWidget(self.other_way)

    def show_accounts(self, operators: list[Operator], last: str) -> None:
        """``last`` is chosen, unless somebody has chosen already: the list is read again now and
        then."""
        chosen = self.username or last
        self.account.clear()
        for operator in operators:
            if operator.examines:
                same = operator.display_name == operator.username
                text = operator.display_name + ("" if same else f"  ({operator.username})")
                self.account.addItem(text, operator.username)
        self.choose(chosen)

    def choose(self, username: str) -> None:
        self.account.setCurrentIndex(max(0, self.account.findData(username)))

    @property
    def username(self) -> str:
        return str(self.account.currentData() or "")


class SignInForm(_AccountForm):
    """Chooses an account and asks for its password."""

    def __init__(self) -> None:
        super().__init__(self.tr("Sign in"), self.tr("Sign in"))
        self.password = password_field(self.tr("Password"))
        self.add(self.tr("Password"), self.password)
        self.other_way.setText(self.tr("I have a code"))
        self.finish()
        self.account.activated.connect(lambda: self.password.setFocus())


class CodeForm(_AccountForm):
    """A one-time or recovery code, and the password that its holder chooses with it."""

    def __init__(self) -> None:
        super().__init__(
            self.tr("Choose your password"), self.tr("Choose this password and sign in")
        )
        self.code = QLineEdit()
        self.code.setPlaceholderText("XXXX-XXXX-XXXX")
        self.password = password_field(self.tr("Your password"))
        self.again = password_field(self.tr("Password again"))
        self.add(
            self.tr("Code"),
            self.code,
            self.tr("The one-time code from an administrator, or your recovery code."),
        )
        self.add(
            self.tr("Your password"),
            self.password,
            self.tr("At least {} characters. Nobody else ever knows it.").format(PASSWORD_MINIMUM),
        )
        self.add(self.tr("Password again"), self.again)
        self.other_way.setText(self.tr("I have a password"))
        self.finish()
        self.account.activated.connect(lambda: self.code.setFocus())

    def problem(self) -> str:
        if not self.code.text().strip():
            return self.tr("Type the code.")
        return password_problem(self.password.text(), self.again.text(), self)


class SignIn(QWidget):
    """The screen before everything else. Emits ``signed_in`` with the ``Operator``."""

    signed_in = Signal(object)

    def __init__(
        self, app: Application, bridge: Bridge, last_user: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._app, self._bridge, self._last_user = app, bridge, last_user
        self.first = FirstForm()
        self.sign_in = SignInForm()
        self.code = CodeForm()
        self._without_password: set[str] = set()
        self.welcome = Text(
            self.tr(
                "Do two photographs show the same person? Second Look helps trained people to "
                "decide, with a confidence that can be checked and a policy that cannot be "
                "gone around."
            ),
            wrap=True,
        )
        self.failure = ErrorText()
        self.first.submitted.connect(self._create)
        self.sign_in.submitted.connect(self._check)
        self.code.submitted.connect(self._choose)
        self.sign_in.account.activated.connect(lambda: self._turn_to_account())
        self.sign_in.other_way.clicked.connect(lambda: self._turn_to(self.code))
        self.code.other_way.clicked.connect(lambda: self._turn_to(self.sign_in))
        self._arrange()
        self.refresh()

    def refresh(self) -> None:
        """Ask the database who there is."""
        accounts = self._app.accounts
        self._bridge.run(
            self._app.lanes.storage,
            lambda: (accounts.needs_first(), accounts.operators(), accounts.without_password()),
            self._show,
            lambda error: self.failure.tell(str(error)),
            owner=self,
        )

    def _show(self, found: tuple[bool, list[Operator], set[int]]) -> None:
        needs_first, operators, unset = found
        if needs_first:
            self._turn_to(self.first)
            return
        self._without_password = {o.username for o in operators if o.id in unset}
        self.sign_in.show_accounts(operators, self._last_user)
        self.code.show_accounts(operators, self._last_user)
        self._turn_to_account()

    def _turn_to_account(self) -> None:
        """Who has no password yet has a code."""
        awaited = self.sign_in.username in self._without_password
        self._turn_to(self.code if awaited else self.sign_in)

    def _turn_to(self, form: "FirstForm | SignInForm | CodeForm") -> None:
        if form is self.code and not self.code.isVisible():
            self.code.choose(self.sign_in.username)
        for each in (self.first, self.sign_in, self.code):
            each.setVisible(each is form)
        self.welcome.setVisible(form is self.first)
        starts = {self.first: self.first.username, self.code: self.code.code}
        starts.get(form, form.password).setFocus()

    def show_locked(self, username: str) -> None:
        """Somebody's work waits behind this screen."""
        self._last_user = username
        self.sign_in.choose(username)
        self.refresh()

    def _create(self) -> None:
        form = self.first
        problem = form.problem()
        form.error.tell(problem)
        if problem:
            (form.password if form.username.text().strip() else form.username).setFocus()
            return
        form.set_busy(self.tr("Creating…"))
        values = (form.username.text(), form.display_name.text(), form.password.text())
        self._bridge.run(
            self._app.lanes.io,
            lambda: self._app.accounts.create_first(*values),
            self._enter,
            lambda error: self._refuse(form, error),
            owner=self,
        )

    def _check(self) -> None:
        form = self.sign_in
        form.error.tell("")
        form.set_busy(self.tr("Checking…"))
        username, password = form.username, form.password.text()
        self._bridge.run(
            self._app.lanes.io,
            lambda: self._app.accounts.sign_in(username, password),
            self._enter,
            lambda error: self._refuse(form, error),
            owner=self,
        )

    def _choose(self) -> None:
        form = self.code
        problem = form.problem()
        form.error.tell(problem)
        if problem:
            (form.password if form.code.text().strip() else form.code).setFocus()
            return
        form.set_busy(self.tr("Checking…"))
        values = (form.username, form.code.text(), form.password.text())
        self._bridge.run(
            self._app.lanes.io,
            lambda: self._app.accounts.choose_password(*values),
            self._enter,
            lambda error: self._refuse(form, error),
            owner=self,
        )

    def _enter(self, operator: Operator) -> None:
        for form in (self.first, self.sign_in, self.code):
            form.set_busy("")
            form.password.clear()
            form.error.tell("")
            restyle(form.password, invalid=False)
        for field in (self.first.again, self.code.again, self.code.code):
            field.clear()
        self.signed_in.emit(operator)

    def _refuse(self, form: FirstForm | SignInForm | CodeForm, error: SecondLookError) -> None:
        form.set_busy("")
        form.error.tell(str(error))
        restyle(form.password, invalid=True)
        form.password.selectAll()
        form.password.setFocus()

    def _arrange(self) -> None:
        page = QWidget()
        page.setProperty("kind", "page")
        middle = Qt.AlignmentFlag.AlignHCenter
        name = QHBoxLayout()
        name.setSpacing(SPACE[2])
        name.addStretch(1)
        name.addWidget(Icon("secondlook", Role.ACCENT, 40))
        name.addWidget(Title(self.tr("Second Look")))
        name.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[3])
        column.addStretch(2)
        column.addLayout(name)
        self.welcome.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for part in (self.welcome, self.first, self.sign_in, self.code, self.failure):
            part.setFixedWidth(WIDTH)
            part.hide()
            row = QHBoxLayout()  # an alignment would keep texts from the height they need
            row.addStretch(1)
            row.addWidget(part)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(IconLabel("shield", self.tr("Nothing leaves this machine.")), 0, middle)
        column.addStretch(3)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
