"""How far something can be trusted and its approval has come, with the way to approve it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from secondlook.domain.approval import Standing
from secondlook.domain.records import Operator
from secondlook.services.loosening import LetsThrough
from secondlook.ui.approval import texts
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import TONE_ICONS, Icon, Muted, Text, Tone


class StandingLine(QWidget):
    """Who approved something and whom it waits for; a button for who can still approve it."""

    approve_wanted = Signal()

    def __init__(self, operator: Operator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operator = operator
        self.icon = Icon("clock")
        self.text = Text(wrap=True)
        self.approve = Button(self.tr("Approve…"), "normal", "check")
        self.approve.clicked.connect(self.approve_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[1])
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.approve)

    def show_standing(self, standing: Standing, before: str = "") -> None:
        """``before``: a sentence that says what it is about."""
        tone: Tone = "success" if standing.granted else "warning"
        self.icon.show_icon(*TONE_ICONS[tone])
        said = f"{before} {texts.standing(standing)}".strip()
        self.text.setText(said)
        self.setAccessibleName(said)
        mine = standing.given_by(self._operator.id)
        self.approve.setVisible(not standing.granted)
        self.approve.setEnabled(self._operator.examines and not mine)
        self.approve.setToolTip(self.tr("You have approved it.") if mine else "")


class TrustCard(Card):
    """Of something that does not ship: what that means, and its approvals with their reasons."""

    approve_wanted = Signal()

    def __init__(self, says: str, standing: Standing, operator: Operator) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Trust"))
        self.body.addWidget(Text(says, wrap=True))
        self.line = StandingLine(operator)
        self.line.show_standing(standing)
        self.line.approve_wanted.connect(self.approve_wanted)
        self.body.addWidget(self.line)
        for approval in standing.approvals:
            quoted = self.tr("{}, {}: “{}”")
            said = quoted.format(approval.operator, approval.at[:10], approval.reason)
            self.body.addWidget(Muted(said))


class Consequences(QWidget):
    """What a policy lets through beside another one, before anybody approves it."""

    def __init__(self, found: LetsThrough | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # its texts wrap, and come after the form is laid out
        self.setSizePolicy(policy)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE[0])
        if found:
            self.show_found(found)

    def show_found(self, found: LetsThrough | None) -> None:
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if found is None:
            return
        lines = [texts.fields(found), texts.rehearsal(found), *map(texts.shown, found.shown)]
        for number, said in enumerate(lines):
            self._column.addWidget(Text(said, wrap=True) if number < 2 else Muted(f"•  {said}"))
        self.updateGeometry()
