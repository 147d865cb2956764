"""A line that says what stands in the way, with the one act that mends it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import TONE_ICONS, Icon, Text, Tone, restyle


class StateNotice(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._icon = Icon("info", Role.ACCENT)
        self.text = Text(wrap=True)
        self.action = Button(self.tr("Resume"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        self.hide()

    def tell(self, text: str, tone: Tone = "info", action: str = "", icon: str = "") -> None:
        self.text.setText(text)
        self._icon.show_icon(*TONE_ICONS[tone])
        self.action.setText(action)
        self.action.set_icon(icon)
        self.action.setVisible(bool(action))
        restyle(self, tone=tone)
        self.setVisible(bool(text))
