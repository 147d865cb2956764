"""The Decision step: facts, opinions, the policy's requirements, and the outcome."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import Candidate, Decision, Operator, Search
from secondlook.domain.requirements import Assessment
from secondlook.domain.review import LEAD_ONLY, Outcome
from secondlook.ui.approval.dialog import unbind
from secondlook.ui.context import Context
from secondlook.ui.examination.binding import BindingBar, bound_text, to_lift
from secondlook.ui.examination.candidate_step import CandidateStep
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.facts import CandidateFacts
from secondlook.ui.examination.header import CandidateHeader
from secondlook.ui.examination.history import History, NextPerson
from secondlook.ui.examination.panel import ExaminationsPanel
from secondlook.ui.examination.photographs import PhotographCard
from secondlook.ui.examination.verdict import DecisionForm, SealedCard
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.dialogs import FormDialog, confirm
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Subheading
from secondlook.ui.widgets.people import person_label
from secondlook.ui.widgets.reason import ReasonDialog
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
        self.dialog: FormDialog | None = None
        self.facts = CandidateFacts(context)
        self.second = NextPerson()
        self.history = History()
        self.photographs = PhotographCard()
        self.examinations = ExaminationsPanel(self.photographs, self.second, self.history)
        self.binding = BindingBar()
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
        middle.addWidget(self.examinations, 1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.facts)
        columns.addWidget(opinions, 6)
        policy = Card(margin=12)
        policy.body.addWidget(self.binding)
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
        self.second.adjudicate.clicked.connect(self._ask_to_adjudicate)
        self.history.reopen.clicked.connect(self._ask_to_reopen)
        self.sealed.reopen.clicked.connect(self._ask_to_reopen)
        self.sealed.withdraw.clicked.connect(self._ask_to_withdraw)
        self.photographs.judged.connect(self._judge_photograph)
        self.binding.lift.clicked.connect(self._ask_to_lift)
        self._bind({"Esc": self.form.withdraw})

    def focus_part(self) -> None:
        return None

    def _begin(self, _: Search, candidate: Candidate) -> None:
        self._assessment = None
        self.form.begin(person_label(candidate), *self._typed.get(candidate.id, ("", "")))
        self.photographs.begin(candidate.id)
        self.examinations.verticalScrollBar().setValue(0)
        self.binding.hide()
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
        self.history.show_standing(dossier.standing, decided=dossier.decision is not None)
        self.photographs.show_pair(dossier.standing.photographs)
        self.binding.show_standing(dossier.standing, dossier.operator)
        decision = dossier.decision
        if decision is not None:
            self.sealed.show_decision(decision, dossier.standing)
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
        self.form.show_state(seen, self._obstacle(dossier), dossier.standing)

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

    def _ask_to_adjudicate(self) -> None:
        self.dialog = confirm(
            self,
            self.tr("Decide between the examiners?"),
            self.tr(
                "You are shown what each of them concluded. From then on you cannot examine this "
                "candidate as somebody who has seen nothing."
            ),
            self.tr("Show the examinations"),
            lambda: self._act(self._context.app.review.adjudicate),
        )

    def _ask_to_reopen(self) -> None:
        self._ask_why(
            self.tr("Reopen this question"),
            self.tr(
                "What was decided stays on record. A lead then needs a new search, and a third "
                "examiner who agrees."
            ),
            self.tr("Reopen"),
            self._context.app.questions.reopen,
        )

    def _ask_to_withdraw(self) -> None:
        self._ask_why(
            self.tr("Withdraw this lead"),
            self.tr("It stays on record, and says wherever it appears that it was withdrawn."),
            self.tr("Withdraw the lead"),
            self._context.app.questions.withdraw,
        )

    def _ask_to_lift(self) -> None:
        dossier = self._dossier
        bound = to_lift(dossier.standing, dossier.operator) if dossier else None
        if bound is not None:
            words = bound_text(bound)
            self.dialog = unbind(self._context, bound.unknown_id, words, self, self._changed)

    def _judge_photograph(self, verdict: Verdict, note: str) -> None:
        dossier = self._dossier
        if dossier is None:
            return
        app, candidate, operator = self._context.app, dossier.candidate.id, dossier.operator

        def refused(error: SecondLookError) -> None:
            self._context.notify(str(error), "error")
            self._read()

        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.questions.judge_photograph(operator, candidate, verdict, note),
            lambda _: self._photograph_judged(candidate),
            refused,
            owner=self,
        )

    def _photograph_judged(self, candidate_id: int) -> None:
        if self._dossier is not None and self._dossier.candidate.id == candidate_id:
            self.photographs.clear_note()
        self.setFocus()  # what had it goes away
        self._changed()

    def _ask_why(
        self, title: str, intro: str, action: str, act: Callable[[Operator, int, str], None]
    ) -> None:
        dossier = self._dossier
        if dossier is None:
            return
        candidate, operator = dossier.candidate.id, dossier.operator
        dialog = ReasonDialog(
            self._context,
            title,
            intro,
            action,
            lambda reason: act(operator, candidate, reason),
            self,
        )
        dialog.done_.connect(self._changed)
        self.dialog = dialog
        dialog.open()

    def _act(self, act: Callable[[Operator, int], None]) -> None:
        dossier = self._dossier
        if dossier is not None:
            candidate, operator = dossier.candidate.id, dossier.operator
            self._context.bridge.run(
                self._context.app.lanes.storage,
                lambda: act(operator, candidate),
                lambda _: self._changed(),
                self._refused,
                owner=self,
            )

    def _changed(self) -> None:
        self.state_changed.emit()
        self._read()

    def _decided(self, decision: Decision) -> None:
        if decision.outcome is Outcome.ACCEPTED:
            self._context.notify(self.tr("Accepted. {}").format(LEAD_ONLY), "success")
        self.setFocus()  # what had it goes away
        self.state_changed.emit()
        self._read()

    def _refused(self, error: SecondLookError) -> None:
        self.form.show_error(str(error))
        self._read()
