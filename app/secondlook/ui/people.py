"""Who counts as one person with whom, as a person reads it, and what they can do about it."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from secondlook.domain.people import TieCause, UnitOfTwo
from secondlook.domain.records import Operator
from secondlook.services.people import TieState
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import ErrorText, Muted, Subheading, Text

People = Mapping[int, Operator]


class TieRow(QWidget):
    """One tie, and the button of whoever can confirm that its two accounts are two people."""

    def __init__(
        self,
        context: Context,
        state: TieState,
        people: People,
        changed: Callable[[], None],
        *,
        held: bool,
    ) -> None:
        """``held``: its holder has chosen the password; before, anybody could be meant."""
        super().__init__()
        self._context, self._changed = context, changed
        self._tie = tie = state.tie
        self._names = [people[tie.account_id].display_name, people[tie.other_id].display_name]
        self.text = Muted(self._told(state, people))
        self.confirm = Button(self.tr("Confirm…"))
        self.confirm.setAccessibleName(
            self.tr("Confirm that {} and {} are two people").format(*self._names)
        )
        self.confirm.clicked.connect(self.open_form)
        me = context.operator.id
        done = any(c.operator_id == me for c in state.confirmations)
        third = context.operator.examines and me not in (tie.account_id, tie.other_id)
        self.confirm.setVisible(held and third and not done)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[2], 0, 0, 0)
        row.setSpacing(SPACE[2])
        row.addWidget(self.text, 1)
        row.addWidget(self.confirm)

    def open_form(self) -> "ReasonForm":
        form = ReasonForm(
            self.tr("Are they two people?"),
            self.tr(
                "You say that {} and {} are two people, and put your name to it. It does not count "
                "where you examine yourself."
            ).format(*self._names),
            self.tr("How you know"),
            self.tr("They are two people"),
            self.window(),
        )
        context, tie = self._context, self._tie
        form.run(
            context,
            lambda reason: context.app.people.confirm(context.operator, tie.id, reason),
            self._changed,
        )
        return form

    def _told(self, state: TieState, people: People) -> str:
        _, other = self._names
        causes = {
            TieCause.CREATED: self.tr("{} made this account.").format(other),
            TieCause.RESET: self.tr("{} reset its password.").format(other),
            TieCause.ALIKE: self.tr("Its name looks like that of {}.").format(other),
        }
        cause = causes[state.tie.cause]
        if not state.confirmations:
            return self.tr("{cause} The two count as one person until a third confirms.").format(
                cause=cause
            )
        said = "; ".join(
            f"{people[c.operator_id].display_name} (“{c.reason}”)" for c in state.confirmations
        )
        return self.tr("{cause} Two people, says {said}.").format(cause=cause, said=said)


class ReasonForm(FormDialog):
    """A statement with a reason that goes on record."""

    def __init__(
        self, title: str, intro: str, label: str, action: str, parent: QWidget | None
    ) -> None:
        super().__init__(title, intro, action, parent)
        self.reason = QLineEdit()
        self.add_field(label, self.reason, self.tr("It is part of the record."))

    def problem(self) -> str:
        return "" if self.reason.text().strip() else self.tr("The reason is part of the record.")

    def run(self, context: Context, act: Callable[[str], object], then: Callable[[], None]) -> None:
        """Do ``act`` with the reason when the person agrees, and open the form."""

        def done(_: object) -> None:
            self.accept()
            then()

        def start() -> None:
            self.set_busy(True)
            reason = self.reason.text()
            context.bridge.run(
                context.app.lanes.storage, lambda: act(reason), done, self.tell, owner=self
            )

        self.submitted.connect(start)
        self.open()


class UnitPanel(QWidget):
    """The declaration of two who have no third, and the next thing that one of them can do."""

    def __init__(self, context: Context, changed: Callable[[], None]) -> None:
        super().__init__()
        self._context, self._changed = context, changed
        self.text = Text(wrap=True)
        self.error = ErrorText()
        self.others = QComboBox()
        self.others.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.others.setAccessibleName(self.tr("The other one of the unit"))
        self.declare = Button(self.tr("Declare a unit of two…"))
        self.sign = Button(self.tr("Sign"), "primary")
        self.revoke = Button(self.tr("Revoke"))
        self.declare.clicked.connect(self.open_form)
        self.sign.clicked.connect(lambda: self._answer(sign=True))
        self.revoke.clicked.connect(lambda: self._answer(sign=False))
        self._unit: UnitOfTwo | None = None
        row = QHBoxLayout()
        row.setSpacing(SPACE[1])
        for part in (self.others, self.declare, self.sign, self.revoke):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addWidget(Subheading(self.tr("Only two of you?")))
        column.addWidget(self.text)
        column.addWidget(self.error)
        column.addLayout(row)

    def show_units(self, units: list[UnitOfTwo], people: People, unset: set[int]) -> None:
        me = self._context.operator.id
        standing = [u for u in units if not u.over]
        mine = next((u for u in standing if me in (u.declared_by, u.other_id)), None)
        taken = {i for u in standing for i in (u.declared_by, u.other_id)}
        free = [
            o for o in people.values() if o.examines and o.id not in unset | taken and o.id != me
        ]
        self._unit = mine
        self.others.clear()
        for other in free:
            self.others.addItem(other.display_name, other.id)
        self.error.tell("")
        self.text.setText(self._told(mine, people, bool(free)))
        self.others.setVisible(mine is None and len(free) > 1)
        self.declare.setVisible(mine is None and bool(free))
        self.sign.setVisible(bool(mine and not mine.in_force and mine.other_id == me))
        self.revoke.setVisible(mine is not None)

    def open_form(self) -> ReasonForm:
        form = ReasonForm(
            self.tr("Declare a unit of two"),
            self.tr(
                "You and {} are all the examiners there are, and nobody else could know you. Once "
                "they have signed too, the two of you count as two people, and every lead that "
                "rests on it says so."
            ).format(self.others.currentText()),
            self.tr("Why nobody else can"),
            self.tr("Sign it"),
            self.window(),
        )
        context, other = self._context, int(self.others.currentData())
        form.run(
            context,
            lambda reason: context.app.people.declare_unit(context.operator, other, reason),
            self._changed,
        )
        return form

    def _told(self, unit: UnitOfTwo | None, people: People, free: bool) -> str:
        if unit is None:
            can = self.tr(
                "Where there is no third person, two can declare themselves a unit of two. They "
                "count as two then, and every lead of theirs says so."
            )
            return can if free else self.tr("There is nobody with whom you could be a unit of two.")
        first, second = (people[i].display_name for i in (unit.declared_by, unit.other_id))
        if unit.in_force:
            text = self.tr("{} and {} have declared themselves a unit of two: “{}”.")
        else:
            text = self.tr("{} declares a unit of two with {}, who has not signed yet: “{}”.")
        return text.format(first, second, unit.reason)

    def _answer(self, *, sign: bool) -> None:
        context, unit = self._context, self._unit
        if unit is None:
            return
        act = context.app.people.sign_unit if sign else context.app.people.revoke_unit
        context.bridge.run(
            context.app.lanes.storage,
            lambda: act(context.operator, unit.id),
            lambda _: self._changed(),
            lambda error: self.error.tell(str(error)),
            owner=self,
        )
