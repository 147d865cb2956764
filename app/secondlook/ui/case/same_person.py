"""Two probes of a case show one unknown, or do not: what people say of it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from secondlook.domain.records import Probe
from secondlook.ui.case.texts import tr
from secondlook.ui.context import Context
from secondlook.ui.widgets.reason import ReasonDialog


class _TwoProbes(ReasonDialog):
    """One probe, another one of its case, and what is said of the two."""

    def __init__(
        self,
        context: Context,
        probe: Probe,
        others: list[Probe],
        texts: tuple[str, str, str],
        parent: QWidget | None,
    ) -> None:
        self._probe, self._others = probe, others
        title, intro, action = texts
        intro = intro.format(name=probe.source_name)
        super().__init__(context, title, intro, action, parent=parent)

    def _add_fields(self) -> None:
        self.other = QComboBox()
        self.other.setPlaceholderText(tr("Choose a probe"))
        for probe in self._others:
            self.other.addItem(probe.source_name, probe.id)
        self.other.setCurrentIndex(0 if len(self._others) == 1 else -1)
        self.add_field(tr("The other probe"), self.other)

    def problem(self) -> str:
        if self.other.currentIndex() < 0:
            return tr("Choose the other probe.")
        return super().problem()


class SamePersonDialog(_TwoProbes):
    """From now on the two share N: every comparison of one counts for the other."""

    def __init__(
        self, context: Context, probe: Probe, others: list[Probe], parent: QWidget | None = None
    ) -> None:
        texts = (
            tr("Same person as another probe"),
            tr(
                "{name} and the other probe then count as one unknown: what either was compared "
                "with counts for both."
            ),
            tr("Declare"),
        )
        super().__init__(context, probe, others, texts, parent)

    def _job(self, reason: str) -> Callable[[], Any]:
        app, operator = self._context.app, self._context.operator
        one, other = self._probe.id, int(self.other.currentData())
        return lambda: app.questions.same_person(operator, one, other, reason)


class TellApartDialog(_TwoProbes):
    """Takes two people to undo what was declared or is suspected."""

    def __init__(
        self, context: Context, probe: Probe, others: list[Probe], parent: QWidget | None = None
    ) -> None:
        texts = (
            tr("Tell two probes apart"),
            tr(
                "What was declared or suspected of {name} and the other probe falls once two "
                "people have said so."
            ),
            tr("Tell apart"),
        )
        super().__init__(context, probe, others, texts, parent)

    def _job(self, reason: str) -> Callable[[], Any]:
        app, operator = self._context.app, self._context.operator
        one, other = self._probe.id, int(self.other.currentData())
        return lambda: app.questions.tell_apart(operator, one, other, reason)
