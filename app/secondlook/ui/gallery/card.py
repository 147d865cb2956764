"""One gallery in the list of galleries."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.matching import ModelIdentity
from secondlook.domain.records import GallerySummary
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.runner import EnrolmentRunner
from secondlook.ui.gallery.state import Need, state_of, while_enrolled_again
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Muted, Pill, Text
from secondlook.ui.widgets.run_progress import RunProgress

TEXT_WIDTH = 720
"""In a wide window the figures stay near the name that they belong to."""


class Figure(QWidget):
    """A number over what it counts."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = Text()
        self.value.setProperty("kind", "figure")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.value, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(Muted(label, wrap=False), 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(84)
        self._label = label

    def show_number(self, value: int) -> None:
        self.value.setText(texts.number(value))
        self.setAccessibleName(f"{self._label}: {value}")


class GalleryCard(Card):
    """Name, facts, figures, what it needs next; a click anywhere opens it."""

    opened = Signal(int)
    need_wanted = Signal(int)

    def __init__(
        self, runner: EnrolmentRunner, summary: GallerySummary, parent: QWidget | None = None
    ) -> None:
        super().__init__(margin=16, parent=parent)
        self.summary = summary
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.name = Elided(kind="heading")
        self.pill = Pill()
        self.facts = Muted(wrap=False)
        self.source = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        self.sentence = Text(wrap=True)
        self.persons = Figure(self.tr("Persons"))
        self.references = Figure(self.tr("References"))
        self.errors = Figure(self.tr("Errors"))
        self.action = Button(self.tr("Resume"))
        self.open = Button(self.tr("Open"), icon="arrow-right")
        self.action.clicked.connect(lambda: self.need_wanted.emit(self.summary.id))
        self.open.clicked.connect(lambda: self.opened.emit(self.summary.id))
        self.strip = RunProgress(runner, summary.id, framed=False)
        self._lay_out()

    def show_summary(
        self, summary: GallerySummary, in_use: ModelIdentity | None, can: bool
    ) -> None:
        """``can``: a model is there, so that what the gallery needs can be done."""
        self.summary = summary
        state = state_of(summary, in_use)
        running = not self.strip.isHidden()
        self.setAccessibleName(summary.name)
        self.open.setAccessibleName(self.tr("Open {}").format(summary.name))
        self.name.setText(summary.name)
        created = self.tr("created {}").format(texts.day(summary.created_at))
        enrolled = self.tr("enrolled with {}").format(texts.model(summary.model))
        self.facts.setText(f"{enrolled} · {created} ·")
        self.source.setText(summary.source)
        self.persons.show_number(summary.persons)
        self.references.show_number(summary.references)
        self.errors.show_number(summary.failed)
        if running:
            self.pill.show_state(self.tr("In progress"), "info")
        else:
            self.pill.show_state(state.pill, state.tone)
        again = running and state.need is Need.REBUILD
        sentence = while_enrolled_again() if again else "" if running else state.sentence
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.action.setText(state.action)
        self.action.set_icon("play" if state.need is Need.RESUME else "retry")
        self.action.setVisible(state.need is not Need.NOTHING and not running)
        self.action.setEnabled(can)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.opened.emit(self.summary.id)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.name)
        head.addWidget(self.pill)
        head.addStretch(1)
        text = QWidget()
        text.setMaximumWidth(TEXT_WIDTH)
        words = QVBoxLayout(text)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(4)
        words.addLayout(head)
        facts = QHBoxLayout()
        facts.setSpacing(4)
        facts.addWidget(self.facts)
        facts.addWidget(self.source, 1)
        words.addLayout(facts)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(text, 1)
        for figure in (self.persons, self.references, self.errors):
            row.addWidget(figure, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(0)
        row.addSpacing(8)
        row.addWidget(self.open)
        need = QHBoxLayout()  # a line of its own: the figures of all cards stay in columns
        need.setSpacing(12)
        need.addWidget(self.sentence, 1)
        need.addWidget(self.action)
        self.body.addLayout(row)
        self.body.addLayout(need)
        self.body.addWidget(self.strip)
