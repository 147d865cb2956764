"""The window: places, keys, notices, changing persons, closing."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
)
from pytestqt.qtbot import QtBot

from secondlook import paths
from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.ui.context import Place
from secondlook.ui.models.actions import use_folder
from secondlook.ui.preferences import Preferences
from secondlook.ui.rail import PLACES
from secondlook.ui.run import run_window
from secondlook.ui.screens import FACTORIES
from secondlook.ui.shell import MainWindow
from secondlook.ui.shortcuts import ShortcutsSheet
from secondlook.ui.workspace import Workspace
from tests.people import account
from tests.services.fake import people
from tests.ui.conftest import PASSWORD

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def window(qtbot: QtBot, application: Application, administrator: Operator) -> Iterator[MainWindow]:
    window = MainWindow(application)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.sign_in.sign_in.isVisible)
    yield window
    window.close()
    application.lanes.close()


@pytest.fixture
def workspace(window: MainWindow, administrator: Operator) -> Workspace:
    window.enter(administrator)
    assert window.workspace
    return window.workspace


def test_screens_are_made_when_they_are_visited(workspace: Workspace) -> None:
    assert workspace.stack.count() == 1
    workspace.go("policies")
    first = workspace.stack.currentWidget()
    workspace.go("audit")
    workspace.go("policies")
    assert workspace.stack.currentWidget() is first
    assert workspace.stack.count() == 3


def test_keys_lead_to_places(qtbot: QtBot, window: MainWindow, workspace: Workspace) -> None:
    window.activateWindow()
    for key, place in (
        (Qt.Key.Key_3, "policies"),
        (Qt.Key.Key_4, "rehearsal"),
        (Qt.Key.Key_5, "audit"),
        (Qt.Key.Key_6, "models"),
        (Qt.Key.Key_2, "galleries"),
        (Qt.Key.Key_1, "cases"),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert workspace.place == place
        assert workspace.rail.buttons[workspace.place].isChecked()
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.findChildren(ShortcutsSheet)


@pytest.fixture
def gallery(application: Application, administrator: Operator, tmp_path: Path) -> int:
    """Made while there was a model."""
    folders, shipped = application.models.folders, paths.install_root() / "models"
    folders.append(shipped)
    source = people(tmp_path / "people", 2)
    made = application.galleries.create(administrator, "Portraits", source)
    folders.remove(shipped)
    return made.id


def test_every_place_opens_without_a_model(
    gallery: int,
    workspace: Workspace,
    until: Until,
    notices_of: Callable[[Workspace], list[str]],
) -> None:
    told = notices_of(workspace)
    app, operator = workspace.context.app, workspace.context.operator
    policy = app.policies.default()
    case = app.cases.open(operator, "2026/1", "Missing person", "A-1", policy).id
    about: dict[Place, int] = {"case": case, "gallery": gallery, "gallery-check": gallery}
    for place in FACTORIES:
        workspace.context.navigate(place, *([about[place]] if place in about else []))
        assert workspace.place == place
    until(workspace.models_notice.isVisible)
    assert "secondlook models fetch" in workspace.models_notice.text.text()
    assert workspace.status.model.text() == "No model"
    assert told == []


@pytest.fixture
def notices_of() -> Callable[[Workspace], list[str]]:
    def listen(workspace: Workspace) -> list[str]:
        told: list[str] = []
        workspace.context.changed.noticed.connect(lambda text, _: told.append(text))
        return told

    return listen


@pytest.mark.shared
def test_a_folder_of_models_can_be_chosen(
    workspace: Workspace, until: Until, shared_models: Path
) -> None:
    until(workspace.models_notice.isVisible)
    use_folder(workspace.context, shared_models)
    until(lambda: not workspace.models_notice.isVisible())
    assert "loads when needed" in workspace.status.model.text()
    assert Preferences().models_folder == shared_models


def test_another_person_finds_nothing_of_the_one_before(
    qtbot: QtBot, window: MainWindow, workspace: Workspace, application: Application, until: Until
) -> None:
    context = workspace.context
    account(application, context.operator, "grace", "Grace Hopper", PASSWORD)
    workspace.go("audit")
    gone: list[bool] = []
    workspace.destroyed.connect(lambda: gone.append(True))
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(lambda: gone)
    assert window.context is None
    late: list[object] = []
    context.bridge.run(application.lanes.io, lambda: 1, late.append, owner=window)

    form = window.sign_in.sign_in
    until(lambda: form.isVisible() and form.account.count() == 2)
    form.account.setCurrentIndex(form.account.findData("grace"))
    form.password.setText(PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    until(lambda: window.workspace)
    fresh = window.workspace
    assert fresh is not None
    assert fresh.context.operator.username == "grace"
    assert late == []
    actions = [a.text() for a in fresh.rail.operator.menu().actions()]
    assert "Accounts…" not in actions, "only administrators manage accounts"
    acts = [entry.act for entry in application.record.latest()]
    assert acts[:2] == ["signed in", "signed out"]


def test_messages_are_shown_as_plain_text(workspace: Workspace) -> None:
    workspace.context.notify("<b>x</b>.jpg: no face.", "error")
    assert workspace.notice.isVisible()
    assert workspace.notice.text.text() == "<b>x</b>.jpg: no face."
    assert workspace.notice.text.textFormat() is Qt.TextFormat.PlainText
    workspace.notice.close_button.click()
    assert not workspace.notice.isVisible()


def test_the_look_is_remembered(workspace: Workspace) -> None:
    workspace.rail.operator.appearance_wanted.emit("dark")
    assert workspace.context.theme.dark
    assert Preferences().appearance == "dark"
    workspace.context.theme.set_mode("light")


def test_closing_signs_out(
    window: MainWindow, workspace: Workspace, application: Application
) -> None:
    assert window.close()
    application.lanes.close()
    assert application.record.latest(1)[0].act == "signed out"


def test_the_window_runs_and_ends(qtbot: QtBot, application: Application) -> None:
    started: list[MainWindow] = []
    sys.setswitchinterval(0.005)

    def after_start(window: MainWindow) -> None:
        started.append(window)
        QTimer.singleShot(50, window.close)

    assert run_window(application, after_start=after_start) == 0
    assert not started[0].isVisible()
    assert sys.getswitchinterval() < 0.001  # or the workers keep the window waiting
    application.lanes.close()


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_cleanly(
    qtbot: QtBot, application: Application, administrator: Operator, number: signal.Signals
) -> None:
    before = signal.getsignal(number)

    def after_start(window: MainWindow) -> None:
        window.enter(administrator)
        QTimer.singleShot(50, lambda: os.kill(os.getpid(), number))

    assert run_window(application, after_start=after_start) == 0
    assert signal.getsignal(number) is before
    application.lanes.close()
    assert application.record.latest(1)[0].act == "signed out"


def test_an_uncaught_exception_is_told_and_logged(
    application: Application, administrator: Operator, own_home: Path, qtbot: QtBot
) -> None:
    told: list[str] = []

    def after_start(window: MainWindow) -> None:
        window.enter(administrator)
        assert window.context
        window.context.changed.noticed.connect(lambda text, _: told.append(text))
        sys.excepthook(ValueError, ValueError("a bug"), None)
        QTimer.singleShot(0, window.close)

    run_window(application, after_start=after_start)
    application.lanes.close()
    assert told == ["Something went wrong in Second Look (a bug). Details are in the log."]
    assert "ValueError: a bug" in (own_home / "secondlook.log").read_text()


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_everything(qtbot: QtBot, workspace: Workspace, place: Place) -> None:
    workspace.activateWindow()
    qtbot.waitUntil(workspace.isActiveWindow)
    workspace.go(place)
    wanted = {
        widget
        for kind in (QAbstractButton, QLineEdit, QAbstractItemView)
        for widget in workspace.findChildren(kind)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus.value
    }
    reached = set()
    for _ in range(len(wanted) + 5):
        widget = QApplication.focusWidget()
        if widget is not None:
            reached.add(widget)
        QTest.keyClick(widget or workspace, Qt.Key.Key_Tab)
    assert wanted - reached == set()


def test_everything_reachable_has_a_name(workspace: Workspace) -> None:
    for place in PLACES:
        workspace.go(place)
        unnamed = [
            widget
            for kind in (QAbstractButton, QLineEdit, QAbstractItemView)
            for widget in workspace.findChildren(kind)
            if widget.isVisibleTo(workspace)
            and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
            and not (widget.accessibleName() or getattr(widget, "text", str)())
        ]
        assert unnamed == [], place
