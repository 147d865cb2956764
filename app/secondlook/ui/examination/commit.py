"""Committing an examination: why not yet, one confirmation, and what it became."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Icon, Muted, Subheading, Text


class ConfirmStrip(QFrame):
    """A question in its place, not a dialog: what will happen, back, and the act itself."""

    agreed = Signal()
    withdrawn = Signal()

    def __init__(self, text: str = "", action: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "warning")
        self.title = Subheading()
        self.title.hide()
        self.text = Text(text, wrap=True)
        self.back = Button(self.tr("Go back"))
        self.agree = Button(action, "primary")
        self.back.clicked.connect(self.withdrawn)
        self.agree.clicked.connect(self.agreed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(Icon("warning", Role.WARNING, name=self.tr("Cannot be undone")))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.text)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self.back)
        row.addWidget(self.agree)

    def ask(self, title: str, text: str, action: str) -> None:
        """Another question in the same place."""
        self.title.setText(title)
        self.title.show()
        self.text.setText(text)
        self.agree.setText(action)


class CommitBar(QStackedWidget):
    """``confirmed`` asks to commit; ``asked`` tells that the question is open."""

    confirmed = Signal()
    answered = Signal(bool)
    """What was answered to the doubt."""
    lowering = Signal()
    """What was committed is to be lowered."""

    def __init__(self) -> None:
        super().__init__()
        self._doubt = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hint, self.saved = Muted(), Muted(wrap=False)
        self.button = Button(self.tr("Commit examination"), "primary")
        self.button.setToolTip(self.tr("Ctrl+Enter"))
        self.button.clicked.connect(self.ask)
        self.confirm = ConfirmStrip(
            self.tr(
                "Commit this examination? It becomes part of the record, "
                "and nobody can change or withdraw it."
            ),
            self.tr("Commit for good"),
        )
        self.confirm.agreed.connect(self.confirmed)
        self.confirm.withdrawn.connect(self.withdraw)
        self.doubt = ConfirmStrip("", self.tr("Yes, that is what I see"))
        self.doubt.agreed.connect(lambda: self._answer(True))
        self.doubt.withdrawn.connect(lambda: self._answer(False))
        self.sealed = Text(wrap=True)
        self.revise = Button(self.tr("Lower this opinion…"))
        self.revise.clicked.connect(self.lowering)
        self.addWidget(self._ready())
        self.addWidget(self.confirm)
        self.addWidget(self.doubt)
        self._seal = self._sealed()
        self.addWidget(self._seal)

    def _ready(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.hint, 1)
        row.addWidget(self.saved)
        row.addWidget(self.button)
        return page

    def _sealed(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon("lock", Role.MUTED))
        row.addWidget(self.sealed, 1)
        row.addWidget(self.revise)
        return page

    def show_reason(self, reason: str, advice: str = "", doubt: str = "") -> None:
        """Why it cannot be committed yet; empty when it can.

        ``advice``: what it would not count for; ``doubt``: what is asked before it is committed.
        """
        self._doubt = doubt
        self.hint.setText(reason or advice or self.tr("Ready to commit"))
        self.button.setEnabled(not reason)
        self.setCurrentIndex(0)

    def show_sealed(self, text: str, *, can_lower: bool) -> None:
        self.sealed.setText(text)
        self.revise.setVisible(can_lower)
        self.setCurrentWidget(self._seal)

    def ask(self) -> None:
        """Open the question, or answer it when it is open."""
        if self.currentWidget() is self.confirm:
            self.confirm.agree.click()
        elif self.currentIndex() == 0 and self.button.isEnabled():
            if self._doubt:
                self.doubt.text.setText(self._doubt)
                self.setCurrentWidget(self.doubt)
                self.doubt.back.setFocus()  # it takes a look, not a second Ctrl+Enter
            else:
                self._confirm()

    def _confirm(self) -> None:
        self.setCurrentWidget(self.confirm)
        self.confirm.agree.setFocus()

    def _answer(self, yes: bool) -> None:
        self._doubt = "" if yes else self._doubt
        self.answered.emit(yes)
        if yes:
            self._confirm()
        else:
            self.withdraw()

    def withdraw(self) -> None:
        if self.asking:
            self.setCurrentIndex(0)
            self.button.setFocus()

    @property
    def asking(self) -> bool:
        return self.currentWidget() in (self.confirm, self.doubt)

    def showEvent(self, event: QShowEvent) -> None:
        self.withdraw()
        super().showEvent(event)
