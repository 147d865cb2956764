"""What a picture was declared to be before, and the way for a second person to correct it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, Operator, Probe
from secondlook.domain.review import ORIGIN_LABELS, ProbeOrigin
from secondlook.storage.acts import Declared
from secondlook.ui.case.origin_box import OriginBox
from secondlook.ui.case.texts import day_and_time, tr
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Muted
from secondlook.ui.widgets.reason import ReasonDialog


class OriginHistory(QWidget):
    """Shown where something blocked was declared, or anything was corrected; both stay."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = Muted()
        self.button = Button(tr("Correct the origin…"))
        self.button.clicked.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[0])
        column.addWidget(self.text)
        column.addWidget(self.button)
        self.hide()

    def show_declared(self, declared: list[Declared], policy: Policy, operator: Operator) -> None:
        blocked = [d for d in declared if d.stands and d.origin in policy.blocked_origins]
        corrected = any(d.corrects for d in declared)
        mine = [d for d in declared if d.operator_id == operator.id]
        by_me = any(d in mine or _corrected(d, mine) for d in blocked)
        lines = [_line(d) for d in declared]
        if any(d.by_nobody for d in blocked):
            lines.append(tr("What the command line declared is corrected by two people."))
        if by_me:
            lines.append(tr("If that is wrong, another person corrects it."))
        self.text.setText("\n".join(lines))
        self.button.setVisible(bool(blocked) and not by_me and operator.examines)
        self.setVisible(bool(blocked) or corrected)


def _corrected(declared: Declared, by: list[Declared]) -> bool:
    return any(one.corrects is declared.origin and one.at >= declared.at for one in by)


def _line(declared: Declared) -> str:
    label = tr(ORIGIN_LABELS[declared.origin])
    when = day_and_time(declared.at)
    if declared.corrects is None:
        text = tr("{origin}, declared by {who}, {when}")
        return text.format(origin=label, who=declared.operator, when=when)
    return tr("Corrected to {origin} by {who}, {when}: {why}").format(
        origin=label.lower(), who=declared.operator, when=when, why=declared.reason
    )


class CorrectOriginDialog(ReasonDialog):
    """A second person, who sees the picture, says what it is, and why the other was wrong."""

    def __init__(self, context: Context, case: Case, probe: Probe, parent: QWidget) -> None:
        self._case, self._probe = case, probe
        super().__init__(
            context,
            tr("Correct the origin"),
            tr(
                "Look at the picture. What was declared stays on record beside your correction; "
                "a search made from now on goes by yours. What was declared on the command line "
                "stands until another person has corrected it too."
            ),
            tr("Correct it"),
            parent=parent,
        )

    def _add_fields(self) -> None:
        self.origin = OriginBox()
        self.origin.show_origin(self._case.policy, ProbeOrigin.UNDECLARED)
        self.add_field(tr("It is"), self.origin)

    def problem(self) -> str:
        if self.origin.origin is ProbeOrigin.UNDECLARED:
            return tr("Choose what the picture is.")
        return super().problem()

    def _job(self, reason: str) -> Callable[[], Any]:
        app, operator = self._context.app, self._context.operator
        origin, probe = self.origin.origin, self._probe.id
        return lambda: app.questions.correct_origin(operator, probe, origin, reason)
