"""Which candidate this is, how far it is, and the way to the next one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from secondlook.domain.records import Decision
from secondlook.domain.review import OUTCOME_LABELS, Outcome
from secondlook.services.standing import Standing
from secondlook.texts.outcomes import with_basis
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import local_time, tr
from secondlook.ui.widgets.buttons import IconButton
from secondlook.ui.widgets.confidence import confidence_meaning
from secondlook.ui.widgets.labels import Elided, Muted, Pill, Tone

OUTCOME_TONES: dict[Outcome, Tone] = {
    Outcome.ACCEPTED: "success",
    Outcome.EXCLUDED: "neutral",
    Outcome.INCONCLUSIVE: "warning",
    Outcome.UNRESOLVED: "warning",
    Outcome.SAME_PHOTOGRAPH: "info",
    Outcome.NOT_EXAMINED: "neutral",
}
assert set(OUTCOME_TONES) == set(Outcome)


class CandidateHeader(QWidget):
    """Emits ``moved`` with -1 or +1."""

    moved = Signal(int)

    def __init__(self, *, figures: bool = True) -> None:
        """``figures``: also what the machine found, where nothing else on the step says it."""
        super().__init__()
        self._title = Elided("", kind="heading")
        self._machine = Muted(wrap=False)
        self.state = Pill()
        self.outcome = Pill()
        self.previous = IconButton("arrow-left", self.tr("Previous candidate (K)"))
        self.next = IconButton("arrow-right", self.tr("Next candidate (J)"))
        self.previous.clicked.connect(lambda: self.moved.emit(-1))
        self.next.clicked.connect(lambda: self.moved.emit(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addWidget(self._title)
        row.addWidget(self.state)
        row.addWidget(self.outcome)
        row.addStretch(1)
        row.addWidget(self._machine)
        self._machine.setVisible(figures)
        self.state.hide()
        self.outcome.hide()

    def show_place(self, index: int, total: int, name: str) -> None:
        """``name``: empty while it may not be known."""
        text = (
            self.tr("Candidate {n} of {total} · {name}") if name else self.tr("Face {n} of {total}")
        )
        self._title.setText(text.format(n=index + 1, total=total, name=name))
        self.previous.setEnabled(index > 0)
        self.next.setEnabled(index + 1 < total)

    def show_loading(self, index: int, total: int) -> None:
        """The place of a candidate at once; who it is, if that may be told, comes with the
        dossier."""
        self.show_place(index, total, "")
        self._machine.setText("")
        self._machine.setToolTip("")
        self.state.hide()
        self.outcome.hide()

    def show_dossier(self, dossier: Dossier, *, named: bool) -> None:
        text, tone = self._examined(dossier)
        self.state.show_state(text, tone)
        self.state.show()
        decision = dossier.decision
        if decision:
            self.outcome.show_state(*outcome_state(decision, dossier.standing))
        self.outcome.setVisible(decision is not None)
        self._machine.setText(self._found(dossier, named=named))

    def _examined(self, dossier: Dossier) -> tuple[str, Tone]:
        needed = dossier.policy.examiners
        if dossier.own is None:
            return self.tr("Not examined by you"), "neutral"
        done = self.tr("Examined by you")
        if dossier.standing.conflict:
            return self.tr("{done} · contradiction").format(done=done), "warning"
        if dossier.examined < needed:
            return self.tr("{done} · {n} of {needed}").format(
                done=done, n=dossier.examined, needed=needed
            ), "info"
        return done, "info"

    def _found(self, dossier: Dossier, *, named: bool) -> str:
        if not named:
            self._machine.setToolTip("")
            return self.tr("Score hidden until your last candidate")
        candidate = dossier.candidate
        self._machine.setToolTip(confidence_meaning(candidate.confidence))
        return self.tr("Search confidence {confidence} · rank {rank}").format(
            confidence=candidate.confidence, rank=candidate.rank
        )


def outcome_state(decision: Decision, standing: Standing) -> tuple[str, Tone]:
    """A lead says wherever it appears whether it still stands, and whether two people were two only
    by their own word."""
    tone: Tone = OUTCOME_TONES[decision.outcome]
    text = tr(OUTCOME_LABELS[decision.outcome])
    if decision.withdrawn is not None:
        text, tone = tr("Lead withdrawn"), "error"
    elif standing.contested_since:
        when = local_time(standing.contested_since)
        text, tone = tr("Lead, contested since {when}").format(when=when), "warning"
    return with_basis(text, unit_of_two=decision.unit_of_two), tone
