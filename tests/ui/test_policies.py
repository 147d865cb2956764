"""The policies can be read, whole."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
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


# Trust


def soft(context: Context) -> Policy:
    """High-stakes with a lower line, under its own name and version."""
    default = context.app.policies.default()
    return default.model_copy(update={"accept_confidence": 90.0, "title": "Softened"})


def reopened(qtbot: QtBot, context: Context, until: Until, policy: Policy) -> PoliciesScreen:
    """As somebody sees it while a case is under ``policy``, which two people may approve."""
    context.app.cases.open(context.operator, "soft", "Missing person", "Order 1", policy)
    screen = PoliciesScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    until(lambda: screen.list.count())
    screen.list.setCurrentRow(screen.list.count() - 1)
    return screen


def words(shown: QWidget) -> str:
    return "\n".join(label.text() for label in shown.findChildren(QLabel))


def test_what_ships_says_so_and_asks_for_nothing(screen: PoliciesScreen) -> None:
    assert view(screen).trust is None
    assert "Ships" in words(view(screen))


def test_a_policy_that_was_altered_is_approved_by_two_people(
    qtbot: QtBot, context: Context, until: Until
) -> None:
    policy = soft(context)
    screen = reopened(qtbot, context, until, policy)
    assert view(screen).policy == policy
    assert "Altered" in words(view(screen))
    assert "Two people must approve it" in words(view(screen))
    trust = view(screen).trust
    assert trust is not None
    trust.line.approve.click()
    until(lambda: screen.dialog)
    dialog = screen.dialog
    assert dialog is not None
    told = words(dialog)
    assert "asks for less than High-stakes (99 %): Search confidence to accept." in told
    assert "No rehearsal is on record" in told
    dialog.primary.click()
    assert "Give your reason" in dialog.error.text()
    dialog.reason.setPlainText("\u200b\u2060")
    dialog.primary.click()
    assert "Give your reason" in dialog.error.text()
    dialog.reason.setPlainText("our own archive")
    dialog.primary.click()
    until(lambda: "Waiting for another person" in words(view(screen)))
    shown = view(screen)
    assert "Ada Lovelace (administrator)" in words(shown)
    assert "our own archive" in words(shown)
    assert shown.trust is not None
    assert not shown.trust.line.approve.isEnabled()
    assert not context.app.approvals.of_policy(policy).trust.trusted
