"""What came before on a question, and who has to do what next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from secondlook.domain.review import OUTCOME_LABELS
from secondlook.services.standing import Earlier, Standing
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import local_time, tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Icon, Subheading, Text


class History(Card):
    """Other searches and cases that asked the same, and how it was decided there."""

    def __init__(self) -> None:
        super().__init__(margin=12)
        self.text = Text(wrap=True)
        self.reopen = Button(tr("Reopen…"))
        self.body.addWidget(Subheading(tr("Earlier and in other cases")))
        self.body.addWidget(self.text)
        self.body.addWidget(self.reopen, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    def show_standing(self, standing: Standing, *, decided: bool) -> None:
        """``decided``: here too; the card of that decision offers to reopen it."""
        others = [one for one in standing.history if not one.own]
        self.text.setText("\n".join(map(_line, others)))
        self.setVisible(bool(others))
        self.reopen.setVisible(standing.reopens and not decided)


class NextPerson(QFrame):
    """What is missing before it can be decided: who has to do what now."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", "info")
        self.text = Text(wrap=True)
        self.switch = Button(tr("Switch person…"), "normal", "account")
        self.adjudicate = Button(tr("Decide between the examiners…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("person", Role.ACCENT), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        column.addLayout(head)
        for button in (self.switch, self.adjudicate):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    def show_dossier(self, dossier: Dossier) -> None:
        text = _next(dossier) if dossier.decision is None and not dossier.case.closed_at else ""
        standing = dossier.standing
        self.text.setText(text)
        self.setVisible(bool(text))
        self.switch.setVisible(dossier.own is not None)
        self.adjudicate.setVisible(standing.adjudicates)


def _next(dossier: Dossier) -> str:
    """Nobody is told of a contradiction who could still examine without knowing of it."""
    standing = dossier.standing
    if standing.adjudicates and not standing.known:
        return tr(
            "Enough people have examined this candidate, and they do not agree. Somebody who has "
            "not examined it reads what they found, and decides."
        )
    if not standing.known:
        return tr("Examine this candidate yourself first: step Examination.")
    if standing.conflict:
        if not standing.heard:
            return tr(
                "Examiners contradict each other: a third examiner who has seen nothing examines "
                "next, then somebody else decides."
            )
        if dossier.own is not None:
            return tr("A third has examined it. Somebody who has not decides now.")
        return tr("It is for you to decide: accept if everything is met, exclude, or unresolved.")
    if dossier.examined >= standing.needed:
        return ""
    if dossier.own is not None:
        return tr("A second person must sign in on this machine and examine independently.")
    return tr("Examine this candidate yourself first: step Examination.")


def _line(one: Earlier) -> str:
    if one.outcome is None:
        text = tr("{case}: searched {when}, not decided")
        return text.format(case=one.case, when=local_time(one.at))
    line = tr("{case}: {outcome} by {who}, {when}").format(
        case=one.case,
        outcome=tr(OUTCOME_LABELS[one.outcome]).lower(),
        who=one.decider,
        when=local_time(one.at),
    )
    line += f" ({one.reason})" if one.reason else ""
    if one.withdrawn:
        who, _, why = one.withdrawn
        line += "\n" + tr("    withdrawn by {who}: {why}").format(who=who, why=why)
    if one.reopened:
        who, _, why = one.reopened
        line += "\n" + tr("    reopened by {who}: {why}").format(who=who, why=why)
    return line
