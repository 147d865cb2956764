"""First start, sign-in, accounts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook.domain.records import Operator, Role
from secondlook.services.application import Application
from secondlook.ui.accounts import AccountsDialog, PasswordForm
from secondlook.ui.bridge import Bridge
from secondlook.ui.codes import CodeDialog
from secondlook.ui.context import Context
from secondlook.ui.sign_in import SignIn
from secondlook.ui.widgets.dialogs import FormDialog
from tests.people import account
from tests.ui.conftest import PASSWORD

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def entered() -> list[Operator]:
    return []


def make_screen(qtbot: QtBot, app: Application, entered: list[Operator], last: str = "") -> SignIn:
    screen = SignIn(app, Bridge(), last)
    qtbot.addWidget(screen)
    screen.signed_in.connect(entered.append)
    screen.show()
    return screen


def test_first_start_creates_the_administrator(
    qtbot: QtBot, application: Application, entered: list[Operator], until: Until
) -> None:
    screen = make_screen(qtbot, application, entered)
    until(screen.first.isVisible)
    form = screen.first
    form.username.setText("ada")
    for password, again, problem in (
        ("short", "short", "at least 10"),
        (PASSWORD, "other words", "not the same"),
    ):
        form.password.setText(password)
        form.again.setText(again)
        QTest.keyClick(form.again, Qt.Key.Key_Return)
        assert problem in form.error.text()
    form.again.setText(PASSWORD)
    QTest.keyClick(form.again, Qt.Key.Key_Return)
    assert not form.action.isEnabled(), "the password is hashed in a lane"
    until(lambda: entered)
    assert entered[0].role is Role.ADMINISTRATOR
    assert form.password.text() == "", "no password stays in the window"


def test_wrong_then_right_password(
    qtbot: QtBot,
    application: Application,
    administrator: Operator,
    entered: list[Operator],
    until: Until,
) -> None:
    account(application, administrator, "grace", "Grace Hopper", PASSWORD)
    gone = account(application, administrator, "carl", "Carl", PASSWORD)
    application.accounts.set_active(administrator, gone.id, active=False)
    screen = make_screen(qtbot, application, entered, last="grace")
    form = screen.sign_in
    until(form.isVisible)
    names = [form.account.itemData(row) for row in range(form.account.count())]
    assert sorted(names) == ["ada", "grace"]
    assert form.username == "grace"
    form.password.setText("not the password")
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    until(lambda: form.error.text())
    assert "wrong" in form.error.text()
    assert form.action.isEnabled()
    form.password.setText(PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    until(lambda: entered)
    assert entered[0].username == "grace"


def test_accounts_are_added_and_deactivated(qtbot: QtBot, context: Context, until: Until) -> None:
    dialog = AccountsDialog(context)
    qtbot.addWidget(dialog)
    dialog.open()
    until(lambda: "ada" in dialog.switches)
    assert not dialog.switches["ada"].isEnabled(), "nobody can lock themselves out"

    form = dialog.open_form()
    form.username.setText("grace")
    form.submit()
    until(lambda: "grace" in dialog.switches)
    shown = dialog.findChildren(CodeDialog)[-1]
    assert context.app.accounts.choose_password("grace", shown.code.text(), PASSWORD)
    shown.done_button.click()

    dialog.switches["grace"].click()
    question = dialog.findChildren(FormDialog)[-1]
    assert "grace" in question.windowTitle()
    question.submit()
    until(lambda: "Activate…" in dialog.switches["grace"].text())
    active = {o.username: o.active for o in context.app.accounts.operators()}
    assert active == {"ada": True, "grace": False}


def test_a_taken_user_name_is_told_in_the_form(
    qtbot: QtBot, context: Context, until: Until
) -> None:
    dialog = AccountsDialog(context)
    qtbot.addWidget(dialog)
    form = dialog.open_form()
    form.username.setText("ada")
    form.submit()
    until(lambda: form.error.text())
    assert "taken" in form.error.text()
    assert form.primary.isEnabled()
    form.reject()


def test_own_password(qtbot: QtBot, context: Context, until: Until) -> None:
    form = PasswordForm(context)
    closed: list[bool] = []
    form.accepted.connect(lambda: closed.append(True))
    form.open()
    form.old.setText("not the password")
    form.password.setText("a new password")
    form.again.setText("a new password")
    form.submit()
    until(lambda: form.error.text())
    form.old.setText(PASSWORD)
    form.submit()
    until(lambda: closed)
    assert context.app.accounts.sign_in("ada", "a new password").username == "ada"
