"""The page in a window of its own, and the link that stands beside a confidence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from secondlook.paths import resources
from secondlook.ui.explanation.document import Page
from secondlook.ui.theme import SPACE, Theme
from secondlook.ui.widgets.buttons import Button, IconButton

PAGE = "explanation/what-99-means.md"
"""Under the resources; ``docs/`` points at the same file."""
WIDTH, HEIGHT = 780, 700


class ExplanationDialog(QDialog):
    """What 99 % means, to be read; Esc closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What “99 %” means here"))
        room = parent.window().height() - SPACE[5] if parent else HEIGHT
        self.resize(WIDTH, min(HEIGHT, room))
        self.text = QTextBrowser()
        self.text.setProperty("kind", "page")
        self.text.setOpenLinks(False)  # it has none, and nothing here goes anywhere else
        self.text.setAccessibleName(self.windowTitle())
        close = Button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE[4], 0, SPACE[4], 0)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE[2])
        column.setSpacing(SPACE[2])
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        Theme.current().changed.connect(self._show)
        self._show()
        self.text.setFocus()

    def _show(self) -> None:
        """Again from the start of the file, at the place where it was being read."""
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self.text.setDocument(Page(resources() / PAGE, Theme.current(), self.text))
        bar.setValue(place)


class MeaningLink(Button):
    """Leads to the page, where there is room for words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What 99 % means"), "link", parent=parent)
        self.setToolTip(self.tr("F1"))
        self.clicked.connect(lambda: open_explanation(self))


class MeaningIcon(IconButton):
    """The same right beside a figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("info", self.tr("What does this mean? (F1)"), parent=parent)
        self.clicked.connect(lambda: open_explanation(self))


def open_explanation(parent: QWidget) -> ExplanationDialog:
    """Belongs to ``parent``: it closes when the person signs out."""
    dialog = ExplanationDialog(parent)
    dialog.open()
    return dialog
