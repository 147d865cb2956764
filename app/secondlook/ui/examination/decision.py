"""The Decision step: facts, opinions, the policy's requirements, and the outcome."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.policy import Assessment
from secondlook.domain.records import Candidate, Decision, Search
from secondlook.domain.review import LEAD_ONLY, Outcome
from secondlook.ui.context import Context
from secondlook.ui.examination.dossier import Dossier, read_dossier
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


class DecisionStep(QWidget):
    """Shows one candidate of a search; see ``show_candidate``."""

    candidate_changed = Signal(int)
    """The person went to another candidate: its index."""
    state_changed = Signal()
    """A decision was recorded."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._search: Search | None = None
        self._candidates: list[Candidate] = []
        self._index = 0
        self._dossier: Dossier | None = None
        self._assessment: Assessment | None = None
        self._typed: dict[int, tuple[str, str]] = {}
        self.header = CandidateHeader(figures=False)
        self.facts = CandidateFacts(context)
        self.examinations = ExaminationsPanel()
        self.second = _SecondPerson()
        self.requirements = RequirementsPanel()
        self.form = DecisionForm()
        self.sealed = SealedCard()
        self._pages = QStackedWidget()
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
        self._empty = EmptyState(
            "shield",
            self.tr("Nothing to decide"),
            self.tr("Search a gallery in the Probe step; its candidates are decided here."),
        )
        self._pages.addWidget(self._empty)
        self._pages.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        self.header.moved.connect(self.go)
        self.form.corroborated.connect(lambda _: self._typing.start())
        self.form.decided.connect(self._decide)
        self._typing.timeout.connect(self._assess)
        self.second.switch.clicked.connect(lambda: self._context.navigate("sign-in"))
        keys: dict[str, Callable[[], None]] = {
            "J": lambda: self.go(1),
            "K": lambda: self.go(-1),
            "Esc": self.form.withdraw,
        }
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def show_candidate(self, search: Search, candidates: list[Candidate], index: int) -> None:
        """Show ``candidates[index]``, as stored now."""
        self._keep_typed()
        self._search, self._candidates = search, candidates
        if not candidates:
            self._dossier = None
            self._pages.setCurrentIndex(0)
            return
        candidate = candidates[index]
        same = self._dossier is not None and self._dossier.candidate.id == candidate.id
        self._index = index
        self._pages.setCurrentIndex(1)
        if not same:
            self._dossier, self._assessment = None, None
            self.header.show_candidate(candidate, index, len(candidates))
            self.form.begin(person_label(candidate), *self._typed.get(candidate.id, ("", "")))
            self.second.hide()
            self.requirements.clear(self.tr("Loading…"))
        self._read()

    def _keep_typed(self) -> None:
        """A statement under way waits until its candidate is shown again."""
        if self._dossier is not None:
            self._typed[self._dossier.candidate.id] = self.form.typed

    def go(self, by: int) -> None:
        """To the next (+1) or previous (-1) candidate."""
        index = self._index + by
        if self._search is not None and 0 <= index < len(self._candidates):
            self.show_candidate(self._search, self._candidates, index)
            self.candidate_changed.emit(index)

    @property
    def dossier(self) -> Dossier | None:
        """What is known of the candidate shown; None while it is read."""
        return self._dossier

    def _read(self) -> None:
        search, candidate = self._search, self._candidates[self._index]
        assert search is not None
        context = self._context
        context.bridge.run(
            context.app.lanes.storage,
            lambda: read_dossier(context.app, context.operator, search, candidate),
            self._show_dossier,
            lambda error: self.form.show_error(str(error)),
            owner=self,
            key="dossier",
        )

    def _show_dossier(self, dossier: Dossier) -> None:
        assert self._search is not None
        self._dossier = dossier
        self.header.show_dossier(dossier)
        self.facts.show_dossier(self._search, dossier)
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
            lambda error: self.form.show_error(str(error)),
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
