"""The shipped policies as cards to choose one from."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.policy import Policy
from secondlook.ui.case.texts import policy_line
from secondlook.ui.widgets.labels import Muted, restyle


class PolicyCards(QWidget):
    """One card per policy, two abreast; the arrow keys move between them."""

    chosen = Signal(object)  # Policy

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._policies: list[Policy] = []
        self._cards: list[_PolicyCard] = []
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._toggled)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)

    def show_policies(self, policies: list[Policy], chosen: str) -> None:
        """``chosen``: the id of the policy to begin with."""
        self._policies = policies
        for index, policy in enumerate(policies):
            card = _PolicyCard(policy)
            self._cards.append(card)
            self._group.addButton(card.radio, index)
            self._grid.addWidget(card, index // 2, index % 2)
            card.radio.setChecked(policy.id == chosen)

    @property
    def policy(self) -> Policy | None:
        index = self._group.checkedId()
        return self._policies[index] if index >= 0 else None

    def choose(self, policy_id: str) -> None:
        for policy, card in zip(self._policies, self._cards, strict=True):
            if policy.id == policy_id:
                card.radio.setChecked(True)

    def _toggled(self, index: int, on: bool) -> None:
        self._cards[index].mark(on)
        if on:
            self.chosen.emit(self._policies[index])


class _PolicyCard(QFrame):
    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.radio = QRadioButton(policy.title)
        self.radio.setAccessibleDescription(f"{policy.summary} {policy_line(policy)}")
        font = self.radio.font()
        font.setBold(True)
        self.radio.setFont(font)
        summary = Muted(policy.summary)
        summary.setWordWrap(True)
        line = QLabel(policy_line(policy))
        self._texts = (summary, line)
        line.setWordWrap(True)
        font = line.font()
        font.setPointSizeF(9)
        font.setBold(True)
        line.setFont(font)
        self._box = box = QVBoxLayout(self)
        box.setSpacing(4)
        box.addWidget(self.radio)
        summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        box.addWidget(summary)
        box.addSpacing(4)
        box.addStretch(1)
        box.addWidget(line)
        for label in (summary, line):
            label.installEventFilter(self)
        self.mark(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrapped texts get the height of their lines also in a grid of cards."""
        super().resizeEvent(event)
        for label in self._texts:
            room = QRect(0, 0, event.size().width() - 28, 1000)
            lines = label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text())
            label.setMinimumHeight(lines.height() + 4)

    def mark(self, on: bool) -> None:
        restyle(self, selected=on)
        edge = 2 if on else 1  # the thicker edge does not move what it surrounds
        self._box.setContentsMargins(13 - edge, 9 - edge, 13 - edge, 13 - edge)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress:
            self.radio.setChecked(True)
            self.radio.setFocus()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()
        super().mousePressEvent(event)
