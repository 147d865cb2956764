"""Probe and reference look like one photograph: two people judge it, each by themselves."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from secondlook.domain.blank import is_blank
from secondlook.domain.photographs import Standing, Verdict
from secondlook.services.standing import PairJudged
from secondlook.storage.photographs import Judgement
from secondlook.ui.examination.texts import tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.flow import FlowLayout
from secondlook.ui.widgets.labels import Icon, Muted, Text


class PhotographCard(QFrame):
    """The question, a note and two answers. What others answered comes after one's own answer;
    whoever changes their mind answers again. Where nothing suggests a copy it is one line, for who
    sees what the program does not."""

    judged = Signal(object, str)
    """Verdict, note."""

    def __init__(self) -> None:
        super().__init__()
        self._candidate: int | None = None
        self._notes: dict[int, str] = {}
        self._seen = PairJudged()
        self._asked = False
        self.setProperty("tone", "info")
        self.text = Text(wrap=True)
        self.answers: list[Muted] = []
        self.note = QLineEdit()
        self.note.setAccessibleName(tr("What you see in the two pictures"))
        self.note.setPlaceholderText(tr("What you see: the note is part of the record"))
        self.same = Button(tr("One photograph"))
        self.different = Button(tr("Two photographs"))
        self.again = Button("", "link")
        self.form = QWidget()
        self._lay_out()
        self.note.textChanged.connect(lambda _: self._allow())
        self.same.clicked.connect(lambda: self._judge(Verdict.SAME))
        self.different.clicked.connect(lambda: self._judge(Verdict.DIFFERENT))
        self.again.clicked.connect(self._ask)
        self.hide()

    def _lay_out(self) -> None:
        self._icon = Icon("eye", Role.ACCENT)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(2)
        buttons = QWidget()
        answers = FlowLayout(buttons, 8)
        answers.addWidget(self.same)
        answers.addWidget(self.different)
        form = QVBoxLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.addWidget(self.note)
        form.addWidget(buttons)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addLayout(self._answers)
        self._column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.form)

    def begin(self, candidate_id: int) -> None:
        """Another candidate: what was typed for it comes back, nothing is known of it yet."""
        if self._candidate is not None:
            self._notes[self._candidate] = self.note.text()
        self._candidate = candidate_id
        self._asked = False
        self.note.setText(self._notes.get(candidate_id, ""))
        self.hide()

    def show_pair(self, seen: PairJudged) -> None:
        if self._seen.own != seen.own:
            self._asked = False
        self._seen = seen
        self._busy(False)
        self._update()

    def _update(self) -> None:
        seen = self._seen
        quiet = seen.standing is Standing.NONE and not seen.raised and not self._asked
        asking = self._asked or (seen.own is None and not quiet)
        self.setVisible(seen.standing is not Standing.CERTAIN)
        self.setProperty("kind", "" if quiet else "notice")
        self.style().unpolish(self)
        self.style().polish(self)
        self._column.setContentsMargins(*((0, 0, 0, 0) if quiet else (12, 8, 12, 8)))
        self.text.setText(_question(seen))
        self.text.setVisible(not quiet)
        self._icon.setVisible(not quiet)
        self._show_answers((seen.own, *seen.others) if seen.own else ())
        self.form.setVisible(asking)
        self.again.setText(tr("Is it one photograph?") if quiet else tr("Judge again"))
        self.again.setVisible(not asking)

    def _show_answers(self, given: tuple[Judgement, ...]) -> None:
        for label in self.answers:
            label.hide()
            label.deleteLater()
        self.answers = [Muted(_answer(judgement)) for judgement in given]
        for label in self.answers:
            self._answers.addWidget(label)
            label.show()

    def _ask(self) -> None:
        self._asked = True
        self._update()
        self.note.setFocus()

    def _judge(self, verdict: Verdict) -> None:
        self._busy(True)
        self.judged.emit(verdict, self.note.text().strip())

    def clear_note(self) -> None:
        """It is on record."""
        self.note.clear()
        self._asked = False

    def _busy(self, busy: bool) -> None:
        self.note.setEnabled(not busy)
        self._allow()

    def _allow(self) -> None:
        able = self.note.isEnabled() and not is_blank(self.note.text())
        for button in (self.same, self.different):
            button.setEnabled(able)


def _asked_of(standing: Standing) -> str:
    return {
        Standing.SUSPECTED: tr("They look like one photograph: two people judge it."),
        Standing.SAME: tr("One photograph, as two people judged."),
        Standing.DIFFERENT: tr("Two photographs, as two people judged."),
    }.get(standing, tr("Are they one photograph? Two people judge it."))


def _question(seen: PairJudged) -> str:
    settled = seen.standing in (Standing.SAME, Standing.DIFFERENT)
    if seen.own is None or settled:
        return _asked_of(seen.standing)
    if not seen.others:
        return tr("One photograph? Another person judges it next.")
    if {judgement.verdict for judgement in seen.others} == {seen.own.verdict}:
        return tr("Not settled: these accounts count as one person until somebody confirms them.")
    return tr("One photograph? Not settled: two people have to agree, one after the other.")


def _answer(judgement: Judgement) -> str:
    same = judgement.verdict is Verdict.SAME
    said = tr("{who}: one photograph") if same else tr("{who}: two photographs")
    return f"{said.format(who=judgement.operator)} · {judgement.note}"
