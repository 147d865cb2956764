"""Codes, ties, units of two and the lock, as people meet them in the window."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from secondlook.domain.records import Operator, Role
from secondlook.services.application import Application
from secondlook.storage.people import independent
from secondlook.ui.accounts import AccountsDialog
from secondlook.ui.bridge import Bridge
from secondlook.ui.codes import CodeDialog, RecoveryForm
from secondlook.ui.context import Context
from secondlook.ui.shell import MainWindow
from secondlook.ui.sign_in import SignIn
from secondlook.ui.theme import Theme
from secondlook.ui.widgets.dialogs import FormDialog
from tests.people import account
from tests.ui.conftest import PASSWORD

Until = Callable[[Callable[[], object]], None]
Opened = Callable[[Operator], AccountsDialog]


@pytest.fixture
def opened(
    qtbot: QtBot, application: Application, context: Context, until: Until
) -> Iterator[Opened]:
    """The dialog as somebody sees it."""
    contexts: list[Context] = []

    def show(who: Operator) -> AccountsDialog:
        contexts.append(Context(application, who, Theme.current(), Bridge()))
        dialog = AccountsDialog(contexts[-1])
        qtbot.addWidget(dialog)
        dialog.open()
        until(lambda: dialog.unit.text.text())  # the last thing that is shown
        return dialog

    yield show
    for each in contexts:
        each.close()


def test_a_list_shows_all_it_holds(qtbot: QtBot, light: Theme) -> None:
    """With a style sheet on it Fusion pops up a list that hides some of its rows."""
    box = QComboBox()
    qtbot.addWidget(box)
    box.ensurePolished()
    assert not box.style().styleHint(
        QStyle.StyleHint.SH_ComboBox_Popup, QStyleOptionComboBox(), box
    )


def told(label: QLabel, text: str) -> bool:
    return text in label.text()


def test_the_first_sign_in_is_with_the_code(
    qtbot: QtBot, application: Application, administrator: Operator, until: Until
) -> None:
    made = application.accounts.create(administrator, "grace", "Grace Hopper", Role.EXAMINER)
    entered: list[Operator] = []
    screen = SignIn(application, Bridge(), "grace")
    qtbot.addWidget(screen)
    screen.signed_in.connect(entered.append)
    screen.show()
    form = screen.code
    until(form.isVisible)
    assert form.username == "grace"
    QTest.keyClick(form.again, Qt.Key.Key_Return)
    assert "code" in form.error.text()
    form.code.setText(made.code.lower())
    for password, problem in (("short", "at least 10"), ("grace hopper", "little more")):
        form.password.setText(password)
        form.again.setText(password)
        QTest.keyClick(form.again, Qt.Key.Key_Return)
        until(partial(told, form.error, problem))
        until(form.action.isEnabled)
    form.password.setText(PASSWORD)
    form.again.setText(PASSWORD)
    QTest.keyClick(form.again, Qt.Key.Key_Return)
    until(lambda: entered)
    assert entered[0].username == "grace"
    assert not form.code.text()
    assert not form.password.text()


def test_somebody_with_a_password_can_use_a_code_too(
    qtbot: QtBot, application: Application, administrator: Operator, until: Until
) -> None:
    code = application.accounts.new_recovery_code(administrator, PASSWORD).code
    screen = SignIn(application, Bridge(), "ada")
    qtbot.addWidget(screen)
    screen.show()
    until(screen.sign_in.isVisible)
    screen.sign_in.other_way.click()
    assert screen.code.isVisible()
    assert not screen.sign_in.isVisible()
    screen.code.other_way.click()
    assert screen.sign_in.isVisible()
    assert application.accounts.choose_password("ada", code, "a new beginning")


def test_the_wait_after_wrong_passwords_is_told(
    qtbot: QtBot, application: Application, administrator: Operator, until: Until
) -> None:
    screen = SignIn(application, Bridge(), "ada")
    qtbot.addWidget(screen)
    screen.show()
    form = screen.sign_in
    until(form.isVisible)
    for _ in range(4):
        form.error.tell("")
        form.password.setText("not it")
        QTest.keyClick(form.password, Qt.Key.Key_Return)
        until(lambda: form.error.text())
    assert "Try again in" in form.error.text()
    assert "seconds" in form.error.text()


def test_a_third_person_confirms_and_the_two_cannot(
    application: Application, administrator: Operator, opened: Opened, until: Until
) -> None:
    ben = account(application, administrator, "ben", "Ben", PASSWORD)
    cid = account(application, administrator, "cid", "Cid", PASSWORD)
    new = application.accounts.create(administrator, "new", "Somebody New", Role.EXAMINER).operator
    tie = {s.tie.account_id: s.tie.id for s in application.people.ties()}
    for who in (administrator, ben):
        dialog = opened(who)
        assert dialog.ties[tie[ben.id]].confirm.isHidden()
    dialog = opened(cid)
    until(lambda: tie[ben.id] in dialog.ties)
    assert dialog.ties[tie[new.id]].confirm.isHidden(), "nobody holds it yet"
    row = dialog.ties[tie[ben.id]]
    assert "count as one person" in row.text.text()
    form = row.open_form()
    form.submit()
    assert form.error.text()
    form.reason.setText("We share an office.")
    form.submit()
    until(lambda: "Two people, says Cid" in dialog.ties[tie[ben.id]].text.text())
    assert dialog.ties[tie[ben.id]].confirm.isHidden()
    assert independent(application.store.read(), {administrator.id, ben.id}) == 2
    assert dialog.add.isHidden()
    assert not dialog.switches
    assert dialog.idle.isHidden()


def test_a_unit_of_two_needs_both(
    application: Application, administrator: Operator, opened: Opened, until: Until
) -> None:
    ben = account(application, administrator, "ben", "Ben", PASSWORD)
    first = opened(administrator)
    until(lambda: not first.unit.declare.isHidden())
    form = first.unit.open_form()
    assert "Ben" in "".join(label.text() for label in form.findChildren(type(first.unit.text)))
    form.reason.setText("There are two of us.")
    form.submit()
    until(lambda: "has not signed yet" in first.unit.text.text())
    assert first.unit.sign.isHidden()
    second = opened(ben)
    until(lambda: not second.unit.sign.isHidden())
    second.unit.sign.click()
    until(lambda: "have declared themselves" in second.unit.text.text())
    assert independent(application.store.read(), {administrator.id, ben.id}) == 2
    second.unit.revoke.click()
    until(lambda: not second.unit.declare.isHidden())
    assert independent(application.store.read(), {administrator.id, ben.id}) == 1


def test_a_reset_shows_a_code_once_and_a_recovery_code_asks_for_the_password(
    application: Application, administrator: Operator, opened: Opened, until: Until
) -> None:
    account(application, administrator, "ben", "Ben", PASSWORD)
    dialog = opened(administrator)
    until(lambda: "ben" in dialog.resets)
    dialog.resets["ben"].click()
    question = dialog.findChildren(FormDialog)[-1]
    question.submit()
    until(lambda: dialog.findChildren(CodeDialog))
    code = dialog.findChildren(CodeDialog)[-1].code.text()
    assert application.accounts.choose_password("ben", code, "another good one")
    form = RecoveryForm(dialog._context, dialog)
    form.open()
    form.password.setText("not it at all")
    form.submit()
    until(lambda: "wrong" in form.error.text())


@pytest.fixture
def window(
    qtbot: QtBot, application: Application, administrator: Operator, until: Until
) -> Iterator[MainWindow]:
    made = MainWindow(application)
    made.asks_for_models = False
    qtbot.addWidget(made)
    made.show()
    made.enter(administrator)
    yield made
    made.close_now()


def test_a_window_that_nobody_touches_locks_and_keeps_the_work(
    window: MainWindow, application: Application, until: Until
) -> None:
    workspace = window.workspace
    assert workspace
    workspace.go("audit")
    dialog = AccountsDialog(workspace.context, workspace)
    dialog.open()
    until(lambda: window.idle.minutes == 10)
    window.idle.start(0.0005)
    until(window.sign_in.isVisible)
    assert not workspace.isVisible()
    assert dialog.isHidden()
    until(lambda: window.sign_in.sign_in.isVisible())
    assert window.sign_in.sign_in.username == "ada"
    until(lambda: "window locked" in [e.act for e in application.record.latest(5)])
    window.idle.start(10)  # or it would lock again at once
    form = window.sign_in.sign_in
    form.password.setText(PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    until(workspace.isVisible)
    assert window.workspace is workspace
    assert workspace.place == "audit"
    assert dialog.isVisible()
    dialog.close()


def test_behind_a_locked_window_another_finds_nothing(
    window: MainWindow, application: Application, administrator: Operator, until: Until
) -> None:
    account(application, administrator, "ben", "Ben", PASSWORD)
    locked = window.workspace
    window.lock()
    form = window.sign_in.sign_in
    until(lambda: form.isVisible() and form.account.count() == 2)
    form.choose("ben")
    form.password.setText(PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    until(lambda: window.workspace is not locked)
    assert window.context
    assert window.context.operator.username == "ben"
    assert not [d for d in window.findChildren(QDialog) if d.isVisible()]


def test_a_hand_on_the_window_keeps_it_open(window: MainWindow, qtbot: QtBot, until: Until) -> None:
    until(lambda: window.idle.minutes == 10)
    window.idle.start(0.01)  # 600 ms
    for _ in range(4):
        qtbot.wait(250)
        QTest.keyClick(window, Qt.Key.Key_Shift)
    assert window.workspace
    assert window.workspace.isVisible()
