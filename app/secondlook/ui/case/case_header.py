"""The head of a case: reference, purpose, policy, authorisation, and what can be done to it."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from secondlook.domain.records import Case
from secondlook.services.approvals import Trusted
from secondlook.ui.approval import texts as approval
from secondlook.ui.case.texts import day_and_time, moment, policy_line, tr
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.labels import Elided, Pill, Tone


def authorisation_state(case: Case, now: datetime) -> tuple[str, Tone]:
    """What the policy's demand for an authorisation has come to, and how urgent it is."""
    policy = case.policy
    if not policy.authorisation_required:
        given = tr("Authorised: {reference}").format(reference=case.authorisation)
        return (given, "success") if case.authorisation else ("", "neutral")
    hours = policy.authorisation_deadline_hours
    opened = moment(case.opened_at)
    if case.authorisation:
        late = case.authorised_at is not None and _hours(opened, moment(case.authorised_at)) > hours
        if late:
            return tr("Authorised late"), "error"
        return tr("Authorised: {reference}").format(reference=case.authorisation), "success"
    left = hours - _hours(opened, now)
    if left <= 0:
        return tr("Authorisation overdue"), "error"
    return tr("Authorisation due in {hours} h").format(hours=max(1, int(left))), "warning"


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


NARROW = 880
"""px below which the reference needs the room more than a second way to the authorisation."""


class CaseHeader(QWidget):
    back = Signal()
    authorise_wanted = Signal()
    move_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._authorise_now = False
        self.back_button = IconButton("arrow-left", self.tr("All cases"))
        self.back_button.clicked.connect(self.back)
        self.reference = Elided(kind="title")
        self.purpose = Elided(kind="muted")
        self.policy = Pill()
        self.trust = Pill()
        self.trust.hide()
        self.authorisation = Pill()
        self.closed = Pill(self.tr("Closed"))
        self.authorise_button = Button(self.tr("Record authorisation…"))
        self.authorise_button.clicked.connect(self.authorise_wanted)
        self.more = self._menu()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        row.addWidget(self.back_button)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.reference)
        names.addWidget(self.purpose)
        row.addLayout(names, 1)
        for pill in (self.closed, self.policy, self.trust, self.authorisation):
            row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.authorise_button)
        row.addWidget(self.more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where it is narrow the menu alone offers the authorisation."""
        self.authorise_button.setVisible(self._authorise_now and self.width() >= NARROW)

    def show_trust(self, trusted: Trusted | None) -> None:
        """A policy that neither ships nor was approved is named as that."""
        untrusted = trusted is not None and not trusted.trust.trusted
        self.trust.setVisible(untrusted)
        if trusted and untrusted:
            self.trust.show_state(*approval.trust_word(trusted.trust))
            self.trust.setToolTip(approval.policy_trust(trusted.trust))

    def show_case(self, case: Case) -> None:
        self.reference.setText(case.reference)
        opened = self.tr("{purpose} · opened {at} by {name}").format(
            purpose=case.purpose or self.tr("no purpose stated"),
            at=day_and_time(case.opened_at),
            name=case.opened_by,
        )
        self.purpose.setText(opened)
        self.policy.show_state(case.policy.title, "info" if case.policy.accepts else "warning")
        self.policy.setToolTip(f"{case.policy.summary}\n{policy_line(case.policy)}")
        text, tone = authorisation_state(case, datetime.now(UTC))
        whole, short = text, text if len(text) <= 40 else text[:38] + "…"
        self.authorisation.show_state(short, tone)
        self.authorisation.setToolTip(whole)
        self.authorisation.setVisible(bool(text))
        open_ = case.closed_at is None
        self.closed.setVisible(not open_)
        missing = case.policy.authorisation_required and not case.authorisation
        self._authorise_now = open_ and missing
        self._make_room()
        for action in (self.authorise_action, self.move_action, self.close_action):
            action.setEnabled(open_)

    def _menu(self) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("Case"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setStyleSheet("padding-right: 24px;")  # the menu's arrow stands there
        menu = QMenu(button)
        self.authorise_action = QAction(self.tr("Record authorisation…"), menu)
        self.authorise_action.triggered.connect(self.authorise_wanted)
        self.move_action = QAction(self.tr("Move to another policy…"), menu)
        self.move_action.triggered.connect(self.move_wanted)
        self.close_action = QAction(self.tr("Close case…"), menu)
        self.close_action.triggered.connect(self.close_wanted)
        menu.addActions([self.authorise_action, self.move_action])
        menu.addSeparator()
        menu.addAction(self.close_action)
        button.setMenu(menu)
        return button
