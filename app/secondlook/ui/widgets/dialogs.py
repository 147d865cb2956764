"""Forms and questions, opened without blocking: ``open()`` and the signal that follows."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import ErrorText, Heading, Muted, Subheading, Text


class FormDialog(QDialog):
    """Title, introduction, fields, a line for what is wrong, the action and Cancel.

    ``submitted`` asks whoever opened it to act; they answer with ``tell`` (an error) or
    ``accept``. While ``set_busy(True)`` nothing can be submitted twice.
    """

    submitted = Signal()

    def __init__(
        self,
        title: str,
        intro: str = "",
        action: str = "",
        parent: QWidget | None = None,
        *,
        danger: bool = False,
        width: int = 480,
    ):
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(width)
        self.fields = QGridLayout()
        self.fields.setVerticalSpacing(SPACE[1])
        self.fields.setHorizontalSpacing(SPACE[2])
        self.fields.setColumnStretch(1, 1)
        self.error = ErrorText()
        self.primary = Button(action or self.tr("OK"), "danger" if danger else "primary")
        self.primary.setDefault(True)
        self.cancel = Button(self.tr("Cancel"))
        self.primary.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.reject)
        self._label = self.primary.text()
        self._first: QWidget | None = None
        self._arrange(title, intro)

    def add_field(self, label: str, field: QWidget, hint: str = "") -> None:
        """A labelled field, and a muted hint under it."""
        row = self.fields.rowCount()
        caption = Subheading(label)
        caption.setBuddy(field)
        field.setAccessibleName(field.accessibleName() or label)
        self._first = self._first or field
        top = Qt.AlignmentFlag.AlignTop
        if field.sizeHint().height() < 60:
            caption.setMinimumHeight(field.sizeHint().height())
        self.fields.addWidget(caption, row, 0, top)
        self.fields.addWidget(field, row, 1)
        self.setTabOrder(field, self.cancel)
        self.setTabOrder(self.cancel, self.primary)
        if hint:
            self.fields.addWidget(Muted(hint), row + 1, 1)
        if isinstance(field, QLineEdit):  # what was said about it is no longer true
            field.textChanged.connect(lambda: self.error.tell(""))

    def add_row(self, widget: QWidget) -> None:
        """Something that spans the whole width."""
        self.fields.addWidget(widget, self.fields.rowCount(), 0, 1, 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self._first or self.primary).setFocus()

    def problem(self) -> str:
        """What keeps the form from being submitted; override. Empty when nothing does."""
        return ""

    def submit(self) -> None:
        problem = self.problem()
        self._say(problem)
        if not problem:
            self.submitted.emit()

    def tell(self, error: object) -> None:
        """Show an error and let the person correct it."""
        self.set_busy(False)
        self._say(str(error))

    def set_action(self, text: str) -> None:
        """What the primary button says, once it is known."""
        self._label = text
        self.primary.setText(text)

    def set_busy(self, busy: bool, text: str = "") -> None:
        self.primary.setEnabled(not busy)
        self.primary.setText(text if busy and text else self._label)

    def _say(self, text: str) -> None:
        self.error.tell(text)
        if text:
            self.make_room()

    def make_room(self) -> None:
        """What came takes its room from the screen, not from the fields."""
        layout = self.layout()
        if layout and self.isVisible():
            layout.activate()
            needed = max(layout.totalHeightForWidth(self.width()), self.sizeHint().height())
            self.resize(self.width(), max(self.height(), needed))

    def _arrange(self, title: str, intro: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.primary)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addWidget(Heading(title, wrap=True))
        if intro:
            column.addWidget(Text(intro, wrap=True))
        column.addLayout(self.fields)
        column.addWidget(self.error)
        column.addStretch(1)
        column.addSpacing(SPACE[1])
        column.addLayout(buttons)


def confirm(
    parent: QWidget,
    title: str,
    text: str,
    action: str,
    then: Callable[[], None],
    *,
    danger: bool = False,
) -> FormDialog:
    """Ask before something that cannot be undone; ``then`` runs when the person agrees.

    Cancel has the focus when the act destroys something.
    """
    dialog = FormDialog(title, text, action, parent, danger=danger, width=420)
    dialog.submitted.connect(dialog.accept)
    dialog.accepted.connect(then)
    dialog.open()
    if danger:
        dialog.cancel.setFocus()
    return dialog
