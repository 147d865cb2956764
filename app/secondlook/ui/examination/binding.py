"""By which earlier policy a face is bound, and the way for two people to lift it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from secondlook.domain.records import Operator
from secondlook.services.standing import Binding, Standing
from secondlook.ui.approval.texts import standing as approved
from secondlook.ui.examination.texts import tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Icon, Muted, Text


class BindingBar(QFrame):
    """Told only to who may know that there was a search before; hidden where nothing binds."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "info")
        self.text = Text(wrap=True)
        self.lifting = Muted()
        self.lift = Button(tr("Lift…"))
        self.lift.setAccessibleName(tr("Lift what this face is bound by…"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.text)
        words.addWidget(self.lifting)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(Icon("lock", Role.ACCENT))
        row.addLayout(words, 1)
        row.addWidget(self.lift)
        self.hide()

    def show_standing(self, standing: Standing, operator: Operator) -> None:
        bound = standing.bound
        self.setVisible(bound is not None)
        if bound is None:
            return
        self.text.setText(bound_text(bound))
        self.setAccessibleName(self.text.text())
        self.lifting.setText(approved(bound.lifting) if bound.lifting.approvals else "")
        self.lifting.setVisible(bool(bound.lifting.approvals))
        self.lift.setVisible(not bound.lifting.given_by(operator.id))


def bound_text(bound: Binding) -> str:
    text = tr("Bound by {policy} (first searched under it).")
    return text.format(policy=bound.policy.title)
