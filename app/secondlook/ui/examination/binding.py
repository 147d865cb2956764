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
        self.setVisible(bool(standing.bound))
        if not standing.bound:
            return
        self.text.setText("\n".join(dict.fromkeys(map(bound_text, standing.bound))))
        self.setAccessibleName(self.text.text())
        under_way = [b.lifting for b in standing.bound if b.lifting.approvals]
        self.lifting.setText("\n".join(map(approved, under_way)))
        self.lifting.setVisible(bool(under_way))
        self.lift.setVisible(to_lift(standing, operator) is not None)


def to_lift(standing: Standing, operator: Operator) -> Binding | None:
    """The next that this person can lift: one at a time, each for a reason of its own."""
    return next((b for b in standing.bound if not b.lifting.given_by(operator.id)), None)


def bound_text(bound: Binding) -> str:
    if not bound.copy_in:
        text = tr("Bound by {policy} (first searched under it).")
        return text.format(policy=bound.policy.title)
    text = tr("Bound by {policy} (a copy of this photograph was first searched under it: {case}).")
    return text.format(policy=bound.policy.title, case=bound.copy_in)
