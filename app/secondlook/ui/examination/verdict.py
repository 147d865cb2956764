"""The acts of the Decision step, and the sealed card that takes their place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import Decision
from secondlook.domain.requirements import Assessment
from secondlook.domain.review import LEAD_ONLY, OUTCOME_LABELS, Outcome
from secondlook.texts.requirements import requirement_text
from secondlook.ui.examination.commit import ConfirmStrip
from secondlook.ui.examination.header import OUTCOME_TONES
from secondlook.ui.examination.texts import local_time, tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Icon, IconLabel, Muted, Pill, Subheading, Text
from secondlook.ui.widgets.notice import NoticeBar


class DecisionForm(QWidget):
    """Accept (when every requirement is met), exclude, or leave inconclusive with a reason.

    No act has a key of its own, and each asks once more in its place.
    """

    corroborated = Signal(str)
    """The corroboration as it is typed."""
    decided = Signal(object, str, str)
    """Outcome, corroboration, reason."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._name, self._obstacle, self._unexamined = "", "", ""
        self._assessment: Assessment | None = None
        self._outcome = Outcome.INCONCLUSIVE
        self.problem = NoticeBar()
        self.corroboration = QPlainTextEdit()
        self.accept = Button(tr("Accept as lead"), "primary", "check")
        self.accept_hint = Muted()
        self.reason = QLineEdit()
        self.reason_hint = Muted()
        self.exclude = Button(tr("Exclude"), "normal", "cross")
        self.inconclusive = Button(tr("Inconclusive"), "normal", "minus")
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
        card.body.addWidget(self.reason)
        card.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reason_hint, 1)
        row.addWidget(self.inconclusive)
        row.addWidget(self.exclude)
        card.body.addLayout(row)
        return card

    def _connect(self) -> None:
        self.corroboration.textChanged.connect(
            lambda: self.corroborated.emit(self.corroboration.toPlainText())
        )
        self.reason.textChanged.connect(self._judge)
        self.accept.clicked.connect(lambda: self._ask(Outcome.ACCEPTED))
        self.exclude.clicked.connect(lambda: self._ask(Outcome.EXCLUDED))
        self.inconclusive.clicked.connect(lambda: self._ask(Outcome.INCONCLUSIVE))
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
        self._assessment = None
        self.withdraw()
        self._judge()

    def show_state(self, assessment: Assessment, obstacle: str, unexamined: str = "") -> None:
        """``obstacle``: why nobody can decide now (the case is closed); empty otherwise.

        ``unexamined``: why it cannot be excluded or left inconclusive either.
        """
        self._assessment, self._obstacle = assessment, obstacle
        self._unexamined = unexamined
        self._judge()

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
        free = able and not self._unexamined
        said = free and bool(self.reason.text().strip())
        self.exclude.setEnabled(said)
        self.inconclusive.setEnabled(said)
        self.reason.setEnabled(free)
        self.reason_hint.setText("" if self._obstacle else self._unexamined)
        self.corroboration.setEnabled(able)
        if self._obstacle:
            self.accept_hint.setText(self._obstacle)
        elif assessment is None:
            self.accept_hint.setText("")
        else:
            self.accept_hint.setText(
                _unmet_text([requirement_text(r).title for r in assessment.unmet])
            )
        if self.asking and self._outcome is Outcome.ACCEPTED and not acceptable:
            self.withdraw()

    def _ask(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.problem.hide()
        title, words, action = _question(outcome)
        self.confirm.ask(title.format(name=self._name), words, action)
        self._set_busy(False)
        self._pages.setCurrentWidget(self.confirm)
        self.confirm.back.setFocus()  # Enter must not accept

    def _agree(self) -> None:
        self._set_busy(True)
        accepted = self._outcome is Outcome.ACCEPTED
        reason = "" if accepted else self.reason.text().strip()
        self.decided.emit(self._outcome, self.corroboration.toPlainText().strip(), reason)

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
        self.body.addLayout(head)
        self.body.addWidget(self.lead)
        self.body.addWidget(self.words)
        self.body.addWidget(
            IconLabel("audit", tr("In the record for good; it cannot be changed."), Role.MUTED)
        )

    def show_decision(self, decision: Decision) -> None:
        label = OUTCOME_LABELS[decision.outcome]
        self.setAccessibleName(f"{label}, {decision.operator}")
        self.outcome.show_state(label, OUTCOME_TONES[decision.outcome])
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


def _question(outcome: Outcome) -> tuple[str, str, str]:
    """Title (with a place for the name), text and the act."""
    final = tr("The decision becomes part of the record and cannot be changed.")
    if outcome is Outcome.ACCEPTED:
        return tr("Accept {name} as a lead?"), f"{LEAD_ONLY}\n{final}", tr("Accept as lead")
    if outcome is Outcome.EXCLUDED:
        return tr("Exclude {name}?"), final, tr("Record as excluded")
    return tr("Leave {name} inconclusive?"), final, tr("Record as inconclusive")


def _unmet_text(titles: list[str]) -> str:
    """Which requirements stand in the way, beside the button that they hold back."""
    if not titles:
        return tr("Every requirement is met. {}").format(LEAD_ONLY)
    one = tr("1 requirement is not met: {titles}.")
    more = tr("{n} requirements are not met: {titles}.")
    return (one if len(titles) == 1 else more).format(n=len(titles), titles=", ".join(titles))
