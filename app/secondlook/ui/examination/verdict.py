"""The acts of the Decision step, and the sealed card that takes their place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.blank import is_blank
from secondlook.domain.records import Decision
from secondlook.domain.requirements import Assessment
from secondlook.domain.review import LEAD_ONLY, OUTCOME_LABELS, Outcome
from secondlook.services.standing import ENDINGS, Standing
from secondlook.texts.outcomes import refusal_text
from secondlook.texts.requirements import requirement_text
from secondlook.ui.examination.commit import ConfirmStrip
from secondlook.ui.examination.header import outcome_state
from secondlook.ui.examination.texts import local_time, tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Icon, IconLabel, Muted, Pill, Subheading, Text
from secondlook.ui.widgets.notice import NoticeBar


class DecisionForm(QWidget):
    """Accept (when every requirement is met), or another outcome that is open, with a reason.

    No act has a key of its own, and each asks once more in its place.
    """

    corroborated = Signal(str)
    """The corroboration as it is typed."""
    decided = Signal(object, str, str)
    """Outcome, corroboration, reason."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._name, self._obstacle = "", ""
        self._standing = Standing()
        self._assessment: Assessment | None = None
        self._asked = Outcome.INCONCLUSIVE
        self.problem = NoticeBar()
        self.corroboration = QPlainTextEdit()
        self.accept = Button(tr("Accept as lead"), "primary", "check")
        self.accept_hint = Muted()
        self.reason = QLineEdit()
        self.reason_hint = Muted()
        self.outcome = QComboBox()
        self.record = Button(tr("Record…"), "normal", "note")
        self.confirm = ConfirmStrip()
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.corroboration.setTabChangesFocus(True)
        self.corroboration.setFixedHeight(60)
        self.corroboration.setAccessibleName(tr("Corroboration"))
        self.corroboration.setPlaceholderText(
            tr("The evidence other than the face that points to the same person")
        )
        self.outcome.setAccessibleName(tr("Outcome"))
        self.outcome.setPlaceholderText(tr("Choose an outcome"))
        for outcome in ENDINGS:
            self.outcome.addItem(tr(OUTCOME_LABELS[outcome]), outcome)
        self.outcome.setCurrentIndex(-1)
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setPlaceholderText(tr("Why: the reason is part of the record"))
        acts = QWidget()
        halves = QHBoxLayout(acts)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(16)
        halves.addWidget(self._accept_card(), 3)
        halves.addWidget(self._other_card(), 2)
        self._pages.addWidget(acts)
        self._pages.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.problem)
        column.addWidget(self._pages)

    def _accept_card(self) -> Card:
        card = Card(margin=12)
        card.body.addWidget(Subheading(tr("Corroboration")))
        card.body.addWidget(self.corroboration)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.accept_hint, 1)
        row.addWidget(self.accept)
        card.body.addLayout(row)
        return card

    def _other_card(self) -> Card:
        card = Card(margin=12)
        card.body.addWidget(Subheading(tr("Not a lead")))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.outcome, 1)
        row.addWidget(self.record)
        card.body.addLayout(row)
        card.body.addWidget(self.reason)
        card.body.addWidget(self.reason_hint)
        card.body.addStretch(1)
        return card

    def _connect(self) -> None:
        self.corroboration.textChanged.connect(
            lambda: self.corroborated.emit(self.corroboration.toPlainText())
        )
        self.reason.textChanged.connect(self._judge)
        self.accept.clicked.connect(lambda: self._ask(Outcome.ACCEPTED))
        self.outcome.currentIndexChanged.connect(self._judge)
        self.record.clicked.connect(self._ask_chosen)
        self.confirm.withdrawn.connect(self.withdraw)
        self.confirm.agreed.connect(self._agree)

    @property
    def typed(self) -> tuple[str, str]:
        """Corroboration and reason as they stand."""
        return self.corroboration.toPlainText(), self.reason.text()

    def begin(self, name: str, corroboration: str = "", reason: str = "") -> None:
        """A new candidate, with what was typed for it before; nothing is known yet."""
        self._name = name
        self.corroboration.setPlainText(corroboration)
        self.reason.setText(reason)
        self.problem.hide()
        self._assessment, self._standing = None, Standing()
        self.outcome.setCurrentIndex(-1)
        self.withdraw()
        self._judge()

    def show_state(self, assessment: Assessment, obstacle: str, standing: Standing) -> None:
        """``obstacle``: why nobody can decide now (the case is closed); empty otherwise."""
        self._assessment, self._obstacle = assessment, obstacle
        self._standing = standing
        for row, outcome in enumerate(ENDINGS):
            label, why = tr(OUTCOME_LABELS[outcome]), self._closed(outcome)
            text = tr("{outcome} · not open").format(outcome=label) if why else label
            self.outcome.setItemText(row, text)
            self.outcome.setItemData(row, why, Qt.ItemDataRole.ToolTipRole)
        self._judge()

    def choose(self, outcome: Outcome) -> None:
        """As if the person had chosen it."""
        self.outcome.setCurrentIndex(ENDINGS.index(outcome))

    def _closed(self, outcome: Outcome) -> str:
        """Why an outcome is not open; empty where it is."""
        standing = self._standing
        if standing.refusals is None:
            return tr("Examine it yourself first: what others found is hidden until then.")
        refusal = standing.refusals[outcome]
        if refusal is None:
            return ""
        return refusal_text(refusal, standing.excluding, standing.needed)

    def _chosen(self) -> Outcome | None:
        row = self.outcome.currentIndex()
        return ENDINGS[row] if row >= 0 else None

    def _ask_chosen(self) -> None:
        if outcome := self._chosen():
            self._ask(outcome)

    def show_error(self, text: str) -> None:
        """A refusal, in full, where the act was."""
        self.withdraw()
        self._set_busy(False)
        self.problem.tell(text, "error")

    def withdraw(self) -> None:
        self._pages.setCurrentIndex(0)

    @property
    def asking(self) -> bool:
        return self._pages.currentWidget() is self.confirm

    def _judge(self) -> None:
        assessment = self._assessment
        able = assessment is not None and not self._obstacle
        acceptable = able and assessment is not None and assessment.acceptable
        self.accept.setEnabled(acceptable)
        chosen = self._chosen()
        why = self._closed(chosen) if able and chosen else ""
        written = not is_blank(self.reason.text())
        self.record.setEnabled(able and chosen is not None and not why and written)
        self.outcome.setEnabled(able)
        self.reason.setEnabled(able and not why)
        self.reason_hint.setText("" if self._obstacle else why or self._so_far(chosen))
        self.corroboration.setEnabled(able)
        if self._obstacle:
            self.accept_hint.setText(self._obstacle)
        elif assessment is None:
            self.accept_hint.setText("")
        else:
            self.accept_hint.setText(
                _unmet_text([requirement_text(r).title for r in assessment.unmet])
            )
        if self.asking and self._asked is Outcome.ACCEPTED and not acceptable:
            self.withdraw()

    def _so_far(self, chosen: Outcome | None) -> str:
        if chosen is not Outcome.EXCLUDED or self._standing.needed < 2:
            return ""
        return tr("{n} of {needed} people exclude.").format(
            n=self._standing.excluding, needed=self._standing.needed
        )

    def _ask(self, outcome: Outcome) -> None:
        self._asked = outcome
        self.problem.hide()
        title, words, action = _question(outcome)
        self.confirm.ask(title.format(name=self._name), words, action)
        self._set_busy(False)
        self._pages.setCurrentWidget(self.confirm)
        self.confirm.back.setFocus()  # Enter must not accept

    def _agree(self) -> None:
        self._set_busy(True)
        accepted = self._asked is Outcome.ACCEPTED
        reason = "" if accepted else self.reason.text().strip()
        self.decided.emit(self._asked, self.corroboration.toPlainText().strip(), reason)

    def _set_busy(self, busy: bool) -> None:
        self.confirm.agree.setEnabled(not busy)
        self.confirm.back.setEnabled(not busy)


class SealedCard(Card):
    """The decision, as recorded; there is nothing left to do here."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.outcome, self.who = Pill(), Text()
        self.lead = QFrame()
        self.lead.setProperty("kind", "notice")
        self.lead.setProperty("tone", "info")
        self.lead_text = Text(LEAD_ONLY)
        row = QHBoxLayout(self.lead)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(Icon("info", Role.ACCENT))
        row.addWidget(self.lead_text, 1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("lock", Role.MUTED))
        head.addWidget(self.outcome)
        head.addWidget(self.who, 1)
        self.words = Text(wrap=True)
        self.withdraw = Button(tr("Withdraw this lead…"))
        self.reopen = Button(tr("Reopen…"))
        self.changed = IconLabel("warning", "", Role.WARNING, wrap=True)
        head.addWidget(self.withdraw)
        head.addWidget(self.reopen)
        self.body.addLayout(head)
        self.body.addWidget(self.changed)
        self.body.addWidget(self.lead)
        self.body.addWidget(self.words)
        self.body.addWidget(
            IconLabel("audit", tr("In the record for good; it cannot be changed."), Role.MUTED)
        )

    def show_decision(self, decision: Decision, standing: Standing) -> None:
        label, tone = outcome_state(decision, standing)
        self.setAccessibleName(f"{label}, {decision.operator}")
        self.outcome.show_state(label, tone)
        self.withdraw.setVisible(standing.withdraws)
        self.reopen.setVisible(standing.reopens)
        since = came_since(standing)
        self.changed.label.setText(since)
        self.changed.setVisible(bool(since))
        self.who.setText(
            tr("by {who} on {when}").format(
                who=decision.operator, when=local_time(decision.decided_at)
            )
        )
        self.lead.setVisible(decision.outcome is Outcome.ACCEPTED)
        parts = [
            (tr("Reason"), decision.reason),
            (tr("Corroboration"), decision.corroboration),
        ]
        self.words.setText("\n".join(f"{name}: {text}" for name, text in parts if text))
        self.words.setVisible(bool(self.words.text()))


def came_since(standing: Standing) -> str:
    """What happened to the decision that is shown, after it."""
    lines = []
    for one in standing.history:
        if one.own and one.withdrawn:
            who, at, why = one.withdrawn
            text = tr("Withdrawn: {why} ({who}, {when})")
            lines.append(text.format(why=why, who=who, when=local_time(at)))
        if one.own and one.reopened:
            who, at, why = one.reopened
            text = tr("Reopened: {why} ({who}, {when}). Search the probe again to decide it anew.")
            lines.append(text.format(why=why, who=who, when=local_time(at)))
    if standing.contested_since:
        text = tr("Contested since {when}: somebody concluded otherwise after this decision.")
        lines.append(text.format(when=local_time(standing.contested_since)))
    return "\n".join(lines)


QUESTIONS: dict[Outcome, tuple[str, str]] = {
    Outcome.ACCEPTED: ("Accept {name} as a lead?", "Accept as lead"),
    Outcome.EXCLUDED: ("Exclude {name}?", "Record as excluded"),
    Outcome.INCONCLUSIVE: ("Leave {name} inconclusive?", "Record as inconclusive"),
    Outcome.UNRESOLVED: ("Leave {name} unresolved in this case?", "Record as unresolved"),
    Outcome.SAME_PHOTOGRAPH: (
        "Record that the probe and the picture of {name} are one photograph?",
        "Record as same photograph",
    ),
    Outcome.NOT_EXAMINED: ("Leave {name} unexamined?", "Record as not examined"),
}
assert set(QUESTIONS) == set(Outcome)


def _question(outcome: Outcome) -> tuple[str, str, str]:
    """Title (with a place for the name), text and the act."""
    title, act = QUESTIONS[outcome]
    final = tr("The decision becomes part of the record and cannot be changed.")
    if outcome is Outcome.ACCEPTED:
        final = f"{LEAD_ONLY}\n{final}"
    return tr(title), final, tr(act)


def _unmet_text(titles: list[str]) -> str:
    """Which requirements stand in the way, beside the button that they hold back."""
    if not titles:
        return tr("Every requirement is met. {}").format(LEAD_ONLY)
    one = tr("1 requirement is not met: {titles}.")
    more = tr("{n} requirements are not met: {titles}.")
    return (one if len(titles) == 1 else more).format(n=len(titles), titles=", ".join(titles))
