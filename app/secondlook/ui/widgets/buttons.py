"""Buttons: primary (one per view), normal, quiet, danger, link; and small ones, icon only."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from secondlook.ui.theme import ICON, SPACE, Role, Theme

Kind = Literal["primary", "normal", "quiet", "danger", "link"]

ICON_ROLES: dict[Kind, Role] = {
    "primary": Role.ON_ACCENT,
    "normal": Role.TEXT,
    "quiet": Role.TEXT,
    "danger": Role.DANGER,
    "link": Role.ACCENT,
}


class Button(QPushButton):
    """A push button with a kind and, when wanted, an icon of the theme."""

    def __init__(
        self,
        text: str,
        kind: Kind = "normal",
        icon: str | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._icon = icon
        self.setProperty("kind", kind)
        self.setAutoDefault(kind == "primary")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()
        Theme.current().changed.connect(self._draw)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._draw()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._draw()

    def _draw(self) -> None:
        if self._icon:
            gap = SPACE[0] if self.text() else 0
            self.setIconSize(QSize(ICON - 2 + gap, ICON - 2))
            role = ICON_ROLES[self._kind]
            self.setIcon(Theme.current().icon(self._icon, role, ICON - 2, gap=gap))


class IconButton(QToolButton):
    """An icon only; ``name`` is the tooltip and what a screen reader says."""

    def __init__(
        self, icon: str, name: str, *, checkable: bool = False, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._icon = icon
        self.setProperty("kind", "quiet")
        self.setCheckable(checkable)
        self.setIconSize(QSize(ICON, ICON))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_name(name)
        self._draw()
        self.toggled.connect(self._draw)
        Theme.current().changed.connect(self._draw)

    def set_name(self, name: str) -> None:
        self.setToolTip(name)
        self.setAccessibleName(name)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._draw()

    def _draw(self) -> None:
        role = Role.ACCENT if self.isChecked() else Role.TEXT
        self.setIcon(Theme.current().icon(self._icon, role))
