"""The policies can be read, whole."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from secondlook.domain.policy import Policy
from secondlook.ui.context import Context
from secondlook.ui.policies import PoliciesScreen, PolicyView
from secondlook.ui.policy_rules import rules

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def screen(qtbot: QtBot, context: Context, until: Until) -> PoliciesScreen:
    screen = PoliciesScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    until(lambda: screen.list.count())
    return screen


def view(screen: PoliciesScreen) -> PolicyView:
    shown = screen.area.widget()
    assert isinstance(shown, PolicyView)
    return shown


def test_the_default_is_shown_first(screen: PoliciesScreen, context: Context) -> None:
    assert screen.list.count() == len(context.app.policies.shipped())
    assert view(screen).policy == context.app.policies.default()


def test_every_reason_is_on_screen(screen: PoliciesScreen) -> None:
    for row in range(screen.list.count()):
        screen.list.setCurrentRow(row)
        shown = view(screen)
        texts = {label.text() for label in shown.findChildren(QLabel)}
        missing = set(shown.policy.rationale.values()) - texts
        assert not missing - set(_folded(shown.policy)), "a rationale is not shown"
        assert shown.policy.sha256 in texts


def _folded(policy: Policy) -> list[str]:
    """Reasons of fields that a screen states elsewhere in words."""
    return [policy.rationale.get("accepts", ""), policy.rationale.get("permitted_purposes", "")]


def test_the_digest_can_be_copied(screen: PoliciesScreen) -> None:
    view(screen).digest.copy.click()
    assert QGuiApplication.clipboard().text() == view(screen).policy.sha256


def test_a_policy_that_never_accepts_says_so(context: Context) -> None:
    never = next(p for p in context.app.policies.shipped() if not p.accepts)
    assert rules(never)[0].value == "Never accepts"
