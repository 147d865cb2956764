"""Input fields with the theme's icons."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from secondlook.ui.theme import Role, Theme


class SearchField(QLineEdit):
    """A magnifier, the hint, and a cross that empties it; Escape does too."""

    def __init__(self, hint: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        self._lens = QAction(self)
        self._lens.setEnabled(False)
        self._cross = QAction(self.tr("Empty this field"), self)
        self._cross.setShortcut("Esc")
        self._cross.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._cross.setVisible(False)
        self._cross.triggered.connect(self.clear)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._cross, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(lambda text: self._cross.setVisible(bool(text)))
        Theme.current().changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        theme = Theme.current()
        self._lens.setIcon(theme.icon("search", Role.MUTED, 16))
        self._cross.setIcon(theme.icon("cross", Role.MUTED, 16))
