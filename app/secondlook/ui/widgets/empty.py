"""What a screen says when there is nothing yet: what belongs here, and what to do next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Heading, Icon, Text


class EmptyState(QWidget):
    """Icon, title, a sentence, and what can be done, in the middle of the space there is."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        *actions: Button,
        role: Role = Role.MUTED,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setAccessibleName(title)
        self.title = Heading(title)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = Text(text, wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.text.setMinimumWidth(400)
        self.text.setMaximumWidth(400)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[2])
        column.addStretch(2)
        column.addWidget(Icon(icon, role, 40), 0, middle)
        column.addWidget(self.title, 0, middle)
        column.addLayout(_centred(self.text))
        if actions:
            column.addSpacing(SPACE[0])
            column.addLayout(_centred(*actions))
        column.addStretch(3)

    def tell(self, title: str, text: str) -> None:
        """Say something else, for example while a filter hides everything."""
        self.setAccessibleName(title)
        self.title.setText(title)
        self.text.setText(text)


def _centred(*widgets: QWidget) -> QHBoxLayout:
    """In the middle, at the height that lines need: an alignment would cut them off."""
    row = QHBoxLayout()
    row.setSpacing(SPACE[1])
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
