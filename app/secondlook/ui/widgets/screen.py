"""A page that hands the keyboard on to the part of it where there is something to do."""

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class Screen(QWidget):
    """``focus_part`` gets the focus that the page is given. A focus proxy would do the same, and
    keep Tab from everything else on the page."""

    def focus_part(self) -> QWidget | None:
        """Where the keyboard goes; None leaves it with the page."""
        raise NotImplementedError

    def focusInEvent(self, event: QFocusEvent) -> None:
        part = self.focus_part()
        if part is not None:
            part.setFocus()
        else:
            super().focusInEvent(event)
