"""How far a long job is, how fast, how long still; pause and cancel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from secondlook.domain.cancel import Progress
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Elided, Text


def duration(seconds: float) -> str:
    """ "14 s", "3 min 20 s", "1 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


class ProgressStrip(QFrame):
    """A bar, "312 of 1,000 · 48/s · 14 s left", Pause and Cancel.

    It only asks: whoever runs the job answers ``paused`` and ``cancelled`` with its token.
    """

    paused = Signal(bool)
    cancelled = Signal()

    def __init__(self, title: str = "", *, pausable: bool = True, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.title = Elided(title, kind="subheading")
        self.text = Text()
        self.note = Elided(kind="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.pause = Button(self.tr("Pause"), icon="pause")
        self.pause.setCheckable(True)
        if not pausable:
            self.pause.hide()
        self.cancel = Button(self.tr("Cancel"), icon="stop")
        self.pause.toggled.connect(self._show_paused)
        self.pause.clicked.connect(self.paused)
        self.cancel.clicked.connect(self._cancel)
        self._arrange()
        self.reset()

    def reset(self, title: str | None = None) -> None:
        """Before a new job: an indeterminate bar and both buttons ready."""
        if title is not None:
            self.title.setText(title)
        self.title.setVisible(bool(self.title.text()))
        self._done = ""
        self.bar.setRange(0, 0)
        self.pause.setChecked(False)
        self.text.setText(self.tr("Starting…"))
        self.note.setText("")
        self.pause.setEnabled(True)
        self.cancel.setEnabled(True)

    def set_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, max(progress.total, 1))
        self.bar.setValue(progress.done)
        self.note.setText(progress.note)
        self._done = self.tr("{} of {}").format(f"{progress.done:,}", f"{progress.total:,}")
        if self.cancel.isEnabled():
            paused = self.pause.isChecked()
            self.text.setText(self._paused() if paused else self._sentence(progress))

    def _paused(self) -> str:
        return " · ".join(filter(None, (self.tr("Paused"), self._done)))

    def _sentence(self, progress: Progress) -> str:
        parts = [self._done]
        if progress.rate > 0:
            digits = 1 if progress.rate < 10 else 0
            parts.append(self.tr("{}/s").format(f"{progress.rate:.{digits}f}"))
        left = progress.seconds_left
        if left is not None and progress.done < progress.total:
            parts.append(self.tr("{} left").format(duration(left)))
        return " · ".join(parts)

    def _show_paused(self, paused: bool) -> None:
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self.pause.set_icon("play" if paused else "pause")
        self.text.setText(self._paused() if paused else self.tr("Resuming…"))

    def _cancel(self) -> None:
        self.pause.setEnabled(False)
        self.cancel.setEnabled(False)
        self.text.setText(self.tr("Stopping…"))
        self.cancelled.emit()

    def _arrange(self) -> None:
        words = QHBoxLayout()
        words.setSpacing(SPACE[2])
        words.addWidget(self.title)
        words.addWidget(self.text)
        words.addWidget(self.note, 1)
        column = QVBoxLayout()
        column.setSpacing(SPACE[1])
        column.addLayout(words)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        row.setSpacing(SPACE[1])
        row.addLayout(column, 1)
        row.addSpacing(SPACE[1])
        row.addWidget(self.pause)
        row.addWidget(self.cancel)
