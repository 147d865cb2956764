"""One answer to the question which models to use, as a card that can be selected."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Muted, Pill, Subheading, Text, Tone, restyle

Fact = tuple[str, str]
"""What it is about, and what there is to say."""
_ADDRESS = re.compile(r"(?<=\w[._/])(?=[A-Za-z])")
"""Where a file's name or an address may go on in the next line."""


class Offer(Card):
    """A click anywhere selects it. ``action`` is what the dialog's button then says."""

    def __init__(
        self,
        name: str,
        title: str,
        facts: Sequence[Fact],
        action: str,
        pill: tuple[str, Tone] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.action = action
        self.radio = QRadioButton(name)
        self.radio.setAccessibleName(f"{name}. {title}. {'. '.join(map(': '.join, facts))}")
        self.radio.toggled.connect(self._select)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.body.addWidget(self.radio)
        heading = Subheading(title, wrap=True)
        heading.setMinimumHeight(2 * heading.fontMetrics().lineSpacing())  # or cards get uneven
        heading.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(heading)
        if pill:
            self.body.addWidget(Pill(*pill), 0, Qt.AlignmentFlag.AlignLeft)
        for label, value in facts:
            group = QVBoxLayout()
            group.setSpacing(0)
            group.addWidget(Muted(label))
            group.addWidget(Text(_ADDRESS.sub("\u200b", value), wrap=True))
            self.body.addLayout(group)
        self.body.addStretch(1)
        self.body.setSpacing(SPACE[2])

    def _select(self, on: bool) -> None:
        """The border grows by a pixel; what is inside stays where it was."""
        restyle(self, selected=on)
        margin = SPACE[3] - int(on)
        self.body.setContentsMargins(margin, margin, margin, margin)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.radio.isEnabled():
            self.radio.setChecked(True)
            self.radio.setFocus()
