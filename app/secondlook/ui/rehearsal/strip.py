"""What a rehearsal that is not finished needs: its progress, or to be gone on with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.rehearsal import texts
from secondlook.ui.rehearsal.runner import RehearsalRunner
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import IconLabel
from secondlook.ui.widgets.run_progress import RunProgress


class RunStrip(QWidget):
    """The progress while a run is under way; the two ways on while none is; else nothing."""

    go_on_wanted = Signal()
    give_up_wanted = Signal()

    def __init__(self, runner: RehearsalRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._gallery_id = 0
        self._unfinished: RehearsalSummary | None = None
        self.progress = RunProgress(runner)
        self.text = IconLabel("clock", "", Role.ACCENT, wrap=True)
        self.problem = IconLabel("warning", "", Role.DANGER, wrap=True)
        self.go_on = Button(self.tr("Go on"), icon="play")
        self.give_up = Button(self.tr("Give it up…"), icon="trash")
        self.go_on.clicked.connect(self.go_on_wanted)
        self.give_up.clicked.connect(self.give_up_wanted)
        self.card = Card()
        words = QVBoxLayout()
        words.addWidget(self.text)
        words.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(SPACE[1])
        row.addLayout(words, 1)
        row.addWidget(self.go_on)
        row.addWidget(self.give_up)
        self.card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.progress)
        column.addWidget(self.card)
        runner.changed.connect(self._changed)

    def show_gallery(self, gallery_id: int, unfinished: RehearsalSummary | None) -> None:
        self._gallery_id, self._unfinished = gallery_id, unfinished
        self.progress.show_gallery(gallery_id)
        self._changed(gallery_id)

    def _changed(self, gallery_id: int) -> None:
        if gallery_id != self._gallery_id:
            return
        run = self._runner.run_of(gallery_id)
        problem = self._runner.problem_of(gallery_id)
        self.card.setVisible(run is None and (self._unfinished is not None or bool(problem)))
        self.setVisible(run is not None or not self.card.isHidden())
        if run:
            return
        unfinished = self._unfinished
        for part in (self.text, self.go_on, self.give_up):
            part.setVisible(unfinished is not None)
        if unfinished:
            text = self.tr("Unfinished: {} of {} are still to do. The figures are what was counted "
                           "so far.")  # fmt: skip
            left = f"{unfinished.pending:,}"
            self.text.label.setText(text.format(left, texts.searches(unfinished.total)))
            self.go_on.setEnabled(unfinished.pending > 0)
        self.problem.label.setText(problem)
        self.problem.setVisible(bool(problem))
