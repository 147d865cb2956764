"""Texts in the steps of the type scale. All are plain text: names from data are never markup."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from secondlook.ui.theme import ICON, SPACE, Role, Theme

Tone = Literal["neutral", "info", "success", "warning", "error"]

TONE_ICONS: dict[Tone, tuple[str, Role]] = {
    "neutral": ("info", Role.MUTED),
    "info": ("info", Role.ACCENT),
    "success": ("check", Role.SUCCESS),
    "warning": ("warning", Role.WARNING),
    "error": ("warning", Role.DANGER),
}
"""Each tone has a shape too: colour is never the only sign."""


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet looks at, and have it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Text(QLabel):
    """Body text; wraps when asked."""

    kind = "body"

    def __init__(self, text: str = "", *, wrap: bool = False, parent: QWidget | None = None):
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", self.kind)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)


class Title(Text):
    """16 pt: one per screen."""

    kind = "title"


class Heading(Text):
    """13 pt: a part of a screen."""

    kind = "heading"


class Subheading(Text):
    """10 pt semibold: a group."""

    kind = "subheading"


class Muted(Text):
    """9 pt, muted; wraps unless told otherwise."""

    kind = "muted"

    def __init__(self, text: str = "", *, wrap: bool = True, parent: QWidget | None = None):
        super().__init__(text, wrap=wrap, parent=parent)


class Small(Muted):
    """9 pt in the colour of text."""

    kind = "small"


class ErrorText(Text):
    """What is wrong with an input; hidden while it is empty."""

    kind = "error"

    def __init__(self, text: str = "", *, parent: QWidget | None = None):
        super().__init__(text, wrap=True, parent=parent)
        self.setVisible(bool(text))

    def tell(self, text: str) -> None:
        self.setText(text)
        self.setVisible(bool(text))


class Elided(Text):
    """One line, shortened to the space there is; the whole text is then the tooltip."""

    def __init__(
        self,
        text: str = "",
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        kind: str = "body",
        parent: QWidget | None = None,
    ):
        super().__init__(text, parent=parent)
        self._mode = mode
        self.setProperty("kind", kind)
        self.setMinimumWidth(24)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self._update_tip()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def shown_text(self) -> str:
        """What fits."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tip()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment().value) | int(Qt.TextFlag.TextSingleLine.value),
            self.palette(),
            self.isEnabled(),
            self.shown_text(),
            QPalette.ColorRole.WindowText,
        )

    def _update_tip(self) -> None:
        self.setToolTip(self.text() if self.shown_text() != self.text() else "")


class Pill(Text):
    """A state in a word or two."""

    kind = "pill"

    def __init__(self, text: str = "", kind: Tone = "neutral", parent: QWidget | None = None):
        super().__init__(text, parent=parent)
        self.setProperty("tone", kind)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_state(self, text: str, kind: Tone) -> None:
        self.setText(text)
        restyle(self, tone=kind)


class Icon(QLabel):
    """A picture of the theme; give it a ``name`` for screen readers where it says something."""

    def __init__(
        self,
        icon: str,
        role: Role = Role.TEXT,
        size: int = ICON,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._icon, self._role, self._size = icon, role, size
        self.setAccessibleName(name)
        self.setFixedSize(size, size)
        self._draw()
        Theme.current().changed.connect(self._draw)

    def show_icon(self, icon: str, role: Role, name: str = "") -> None:
        self._icon, self._role = icon, role
        self.setAccessibleName(name)
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(Theme.current().pixmap(self._icon, self._role, self._size))


class IconLabel(QWidget):
    """An icon and a text beside it."""

    def __init__(
        self,
        icon: str,
        text: str,
        role: Role = Role.MUTED,
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.icon = Icon(icon, role)
        self.label = Text(text, wrap=wrap)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)


def line(parent: QWidget | None = None) -> QWidget:
    """A thin rule between groups."""
    rule = QFrame(parent)
    rule.setProperty("kind", "line")
    return rule
