"""What was looked through before the probe came here: a person says how many people that were."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget

from secondlook.domain.facts import MOST_ELSEWHERE
from secondlook.domain.records import Probe
from secondlook.ui.case.texts import count, tr
from secondlook.ui.context import Context
from secondlook.ui.widgets.reason import ReasonDialog


class ElsewhereDialog(ReasonDialog):
    """Asks for a number of people and where they were looked through; N is never less then."""

    def __init__(
        self, context: Context, probe: Probe, declared: int, parent: QWidget | None = None
    ) -> None:
        """``declared``: what N is never less than so far, by what somebody said."""
        self._probe, self._declared = probe, declared
        super().__init__(
            context,
            tr("People looked through elsewhere"),
            tr(
                "A person or another program may have compared this face before it came here. The "
                "more people, the more of them look like it by chance: N is never less than this "
                "number from now on. It goes on record, and only another person can lower it."
            ),
            tr("Declare"),
            parent=parent,
        )
        self.reason.setPlaceholderText(tr("Where, by whom, with what"))

    def _add_fields(self) -> None:
        self.people = QSpinBox()
        self.people.setRange(0, MOST_ELSEWHERE)
        self.people.setGroupSeparatorShown(True)
        self.people.setSpecialValueText(" ")
        self.people.valueChanged.connect(lambda _: self.error.tell(""))
        self.add_field(tr("People"), self.people)
        wrong = tr("The {n} that were declared before were a mistake")
        self.corrects = QCheckBox(wrong.format(n=count(self._declared)))
        if self._declared:
            self.add_field(tr("Correction"), self.corrects)

    def problem(self) -> str:
        if not self.people.value():
            return tr("Give the number of people.")
        return super().problem()

    def _job(self, reason: str) -> Callable[[], Any]:
        app, operator = self._context.app, self._context.operator
        probe, people = self._probe.id, self.people.value()
        if self.corrects.isChecked():
            return lambda: app.questions.correct_tries(operator, probe, people, reason)
        return lambda: app.questions.declare_tries(operator, probe, people, reason)
