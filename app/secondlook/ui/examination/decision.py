"""The Decision step: facts, opinions, the policy's requirements, and the outcome."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Candidate, Decision, Search
from secondlook.domain.requirements import Assessment
from secondlook.domain.review import LEAD_ONLY, Outcome
from secondlook.ui.context import Context
from secondlook.ui.examination.candidate_step import CandidateStep
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.facts import CandidateFacts
from secondlook.ui.examination.header import CandidateHeader
from secondlook.ui.examination.panel import ExaminationsPanel
from secondlook.ui.examination.verdict import DecisionForm, SealedCard
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Icon, Subheading, Text
from secondlook.ui.widgets.people import person_label
from secondlook.ui.widgets.requirements import RequirementsPanel

FACTS_SHARE, FACTS_LIMITS = 0.27, (232, 330)
"""Width of the column of facts: a share of the step, within limits in px."""
TYPING_MS = 200
"""Pause after which what is typed is assessed again."""


class DecisionStep(CandidateStep):
    """The facts, the requirements and the acts that decide."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, CandidateHeader(figures=False), parent)
        self._assessment: Assessment | None = None
        self._typed: dict[int, tuple[str, str]] = {}
        self.facts = CandidateFacts(context)
        self.examinations = ExaminationsPanel()
        self.second = _SecondPerson()
        self.requirements = RequirementsPanel()
        self.form = DecisionForm()
        self.sealed = SealedCard()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        opinions = QWidget()
        middle = QVBoxLayout(opinions)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(8)
        middle.addWidget(Subheading(self.tr("Examinations")))
        middle.addWidget(self.second)
        middle.addWidget(self.examinations, 1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.facts)
        columns.addWidget(opinions, 6)
        policy = Card(margin=12)
        policy.body.addWidget(self.requirements)
        columns.addWidget(policy, 7)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addLayout(columns, 1)
        column.addWidget(self.form)
        column.addWidget(self.sealed)
        self.sealed.hide()
        empty = EmptyState(
            "shield",
            self.tr("Nothing to decide"),
            self.tr("Search a gallery in the Probe step; its candidates are decided here."),
        )
        self._set_pages(empty, content)

    def _connect(self) -> None:
        self.form.corroborated.connect(lambda _: self._typing.start())
        self.form.decided.connect(self._decide)
        self._typing.timeout.connect(self._assess)
        self.second.switch.clicked.connect(lambda: self._context.navigate("sign-in"))
        self._bind({"Esc": self.form.withdraw})

    def focus_part(self) -> None:
        return None

    def _begin(self, _: Search, candidate: Candidate) -> None:
        self._assessment = None
        self.form.begin(person_label(candidate), *self._typed.get(candidate.id, ("", "")))
        self.second.hide()
        self.requirements.clear(self.tr("Loading…"))

    def _keep(self) -> None:
        """A statement under way waits until its candidate is shown again."""
        if self._dossier is not None:
            self._typed[self._dossier.candidate.id] = self.form.typed

    def _show_failure(self, error: SecondLookError) -> None:
        self.form.show_error(str(error))

    def _show_dossier(self, search: Search, dossier: Dossier) -> None:
        self.facts.show_dossier(search, dossier)
        self.examinations.show_dossier(dossier)
        self.second.show_dossier(dossier)
        decision = dossier.decision
        if decision is not None:
            self.sealed.show_decision(decision)
        self.sealed.setVisible(decision is not None)
        self.form.setVisible(decision is None)
        self._assess()

    def _assess(self) -> None:
        """Ask again what is met, with the corroboration as typed (or as recorded)."""
        dossier = self._dossier
        if dossier is None:
            return
        decided = dossier.decision
        text = decided.corroboration if decided else self.form.corroboration.toPlainText()
        app = self._context.app
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.review.assessment(dossier.operator, dossier.candidate.id, text),
            self._show_assessment,
            self._show_failure,
            owner=self,
            key="assessment",
        )

    def _show_assessment(self, seen: Assessment) -> None:
        dossier = self._dossier
        if dossier is None:
            return
        if seen != self._assessment:  # what has not changed keeps its place and its open rows
            self._assessment = seen
            self.requirements.show_assessment(dossier.policy, seen)
        self.form.show_state(seen, self._obstacle(dossier), self._unexamined(dossier))

    def resizeEvent(self, event: QResizeEvent) -> None:
        low, high = FACTS_LIMITS
        self.facts.setFixedWidth(max(low, min(high, round(FACTS_SHARE * self.width()))))
        super().resizeEvent(event)

    def _obstacle(self, dossier: Dossier) -> str:
        if dossier.case.closed_at is not None:
            return self.tr("The case is closed.")
        if not dossier.operator.examines:
            return self.tr("Only an examiner can decide.")
        return ""

    def _unexamined(self, dossier: Dossier) -> str:
        if dossier.policy.all_candidates_reviewed and not dossier.examined:
            return self.tr("Examine it first: nobody has.")
        return ""

    def _decide(self, outcome: Outcome, corroboration: str, reason: str) -> None:
        dossier = self._dossier
        if dossier is None:
            return
        app, operator = self._context.app, self._context.operator
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.review.decide(
                operator, dossier.candidate.id, outcome, corroboration, reason
            ),
            self._decided,
            self._refused,
            owner=self,
        )

    def _decided(self, decision: Decision) -> None:
        if decision.outcome is Outcome.ACCEPTED:
            self._context.notify(self.tr("Accepted. {}").format(LEAD_ONLY), "success")
        self.setFocus()  # what had it goes away
        self.state_changed.emit()
        self._read()

    def _refused(self, error: SecondLookError) -> None:
        self.form.show_error(str(error))
        self._read()


class _SecondPerson(QFrame):
    """What is missing before two people have looked: who has to do what now."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "info")
        self.text = Text(wrap=True)
        self.switch = Button(self.tr("Switch person…"), "normal", "account")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("person", Role.ACCENT), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        column.addLayout(head)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    def show_dossier(self, dossier: Dossier) -> None:
        missing = dossier.policy.examiners - dossier.examined
        mine = dossier.own is not None
        open_still = dossier.decision is None and dossier.case.closed_at is None
        self.setVisible(open_still and missing > 0)
        self.switch.setVisible(mine)
        if mine:
            self.text.setText(
                self.tr("A second person must sign in on this machine and examine independently.")
            )
        else:
            self.text.setText(self.tr("Examine this candidate yourself first: step Examination."))
