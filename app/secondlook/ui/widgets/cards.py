"""A surface with a border that groups what belongs together."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.labels import Subheading


class Card(QFrame):
    """Add content to ``body``, a vertical layout."""

    def __init__(self, title: str = "", *, margin: int = SPACE[3], parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(SPACE[1])
        if title:
            self.setAccessibleName(title)
            self.body.addWidget(Subheading(title))
