"""One message on top of the content, until it is read."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.labels import TONE_ICONS, Icon, Text, Tone, restyle

SHOWN_MS = 7000
"""How long good news stays; what needs attention stays until it is closed."""


class NoticeBar(QFrame):
    """Icon, text, at most one action, and a way to close it. The newest message replaces."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self.icon = Icon("info")
        self.text = Text(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action = Button("", "link")
        self.close_button = IconButton("cross", self.tr("Close this message"))
        self._then: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        self.action.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[2], SPACE[0], SPACE[0], SPACE[0])
        row.setSpacing(SPACE[1])
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.hide()

    def tell(
        self,
        message: str,
        kind: Tone = "info",
        action: str = "",
        then: Callable[[], None] | None = None,
        *,
        stay: bool = False,
    ) -> None:
        """Show a message, with a button ``action`` that calls ``then``; ``stay`` until closed."""
        self.text.setText(message)
        self.setAccessibleName(message)
        self.icon.show_icon(*TONE_ICONS[kind])
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._then = then
        restyle(self, tone=kind)
        self.show()
        self._timer.stop()
        if kind in ("info", "success") and not stay:
            self._timer.start(SHOWN_MS)

    def _act(self) -> None:
        self.hide()
        if self._then:
            self._then()
