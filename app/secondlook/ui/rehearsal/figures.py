"""The figures of a rehearsal: sentences with intervals, groups, and the rehearsal before."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import Line, Rate
from secondlook.services.rehearse_results import RehearsalResult
from secondlook.ui.gallery.texts import counted
from secondlook.ui.rehearsal import texts
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import IconLabel, Muted, Pill, Small, Subheading, Text, line

TOP = Qt.AlignmentFlag.AlignVCenter


def tr(text: str) -> str:
    return texts.tr(text)


def sentence(found: Line) -> str:
    if not found.measurable:  # none would read as if all were well
        return tr("No score in this gallery reaches this confidence")
    shown, all_of_them = f"{found.people_matched:,}", texts.people(found.people)
    return tr("{} of {} matched someone they are not").format(shown, all_of_them)


def share(rate: Rate) -> str:
    return f"{texts.percent(rate.value)}  ({texts.interval(rate)})"


def _grid(headings: tuple[str, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE[2])
    grid.setVerticalSpacing(SPACE[1])
    for column, text in enumerate(headings):
        grid.addWidget(Muted(text, wrap=False), 0, column)
    return grid


def _rate(found: Line, rate: Rate | None) -> QVBoxLayout:
    """The share, and its 95 % interval below."""
    cell = QVBoxLayout()
    cell.setSpacing(0)
    if rate is None or not found.measurable:
        text = tr("not known") if found.measurable else "–"
        cell.addWidget(Muted(text, wrap=False), 0, TOP)
        return cell
    cell.addStretch(1)
    cell.addWidget(Text(texts.percent(rate.value)))
    cell.addWidget(Muted(texts.interval(rate), wrap=False))
    cell.addStretch(1)
    return cell


class LinesCard(Card):
    """The sentences, one for each confidence, and the policy's own among them."""

    def __init__(self, result: RehearsalResult, policy: Policy) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("What was counted"))
        headings = (
            self.tr("At"), "", self.tr("of the searches"), self.tr("at most promised"),
            self.tr("missed (FNIR)"),
        )  # fmt: skip
        grid = _grid(headings)
        grid.setColumnStretch(1, 1)
        for number, found in enumerate(result.lines):
            row = 2 * number + 1
            grid.addWidget(line(), row, 0, 1, len(headings))
            self._add(grid, row + 1, found, policy)
        self.body.addLayout(grid)
        ranges = self.tr("Below each share: its 95 % interval. Searches of one person are not "
                         "independent, so people are counted.")  # fmt: skip
        self.body.addWidget(line())
        self.body.addWidget(Muted(ranges))

    def _add(self, grid: QGridLayout, row: int, found: Line, policy: Policy) -> None:
        at = Subheading(f"{found.percent:g} %")
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(Text(sentence(found), wrap=True))
        pill = Pill(texts.verdict(found.verdict), texts.VERDICT_TONES[found.verdict])
        said.addWidget(pill, 0, Qt.AlignmentFlag.AlignLeft)
        asides = []
        if found.percent == policy.accept_confidence:
            asides.append(self.tr("the line of {}").format(policy.title))
        if found.same:
            asides.append(self.tr("{} not counted: the same person").format(found.same))
        if found.unsure:
            asides.append(self.tr("{} counted although unsure").format(found.unsure))
        if asides:
            said.addWidget(Muted(" · ".join(asides)))
        grid.addWidget(at, row, 0, TOP)
        grid.addLayout(said, row, 1)
        grid.addLayout(_rate(found, found.false_matches), row, 2)
        grid.addWidget(Text(f"{100 - found.percent:.4g} %"), row, 3, TOP)
        grid.addLayout(_rate(found, found.misses), row, 4)


class NotesCard(Card):
    """What a reader must know to read the figures right."""

    def __init__(self, result: RehearsalResult) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("To be read with the figures"))
        few = texts.too_few(result.summary)
        if few:
            self.body.addWidget(IconLabel("warning", few, Role.WARNING, wrap=True))
        for note in result.notes:
            self.body.addWidget(IconLabel("info", note, wrap=True))
        for fault, count in result.failures.items():
            text = self.tr("{} could not be searched: {}").format(
                counted(count, self.tr("picture"), self.tr("pictures")),
                fault.value.replace("_", " "),
            )
            self.body.addWidget(IconLabel("warning", text, wrap=True))
        self.setHidden(not (few or result.notes or result.failures))


class GroupsCard(Card):
    """Groups that the operator's own table names, or why one has no figure."""

    def __init__(self, result: RehearsalResult) -> None:
        super().__init__(f"{texts.tr('Groups of your table')}, {result.group_line:g} %")
        grid = _grid((
            self.tr("Group"), self.tr("People"), self.tr("of searches (95 % interval)"), "",
        ))  # fmt: skip
        grid.setColumnStretch(2, 1)
        for row, group in enumerate(result.groups, 1):
            grid.addWidget(Text(f"{group.column}: {group.value}"), row, 0)
            grid.addWidget(Text(f"{group.people:,}"), row, 1)
            if group.line:
                found = group.line
                grid.addWidget(Text(f"{sentence(found)}: {share(found.false_matches)}"), row, 2)
                tone = texts.VERDICT_TONES[found.verdict]
                grid.addWidget(Pill(texts.verdict(found.verdict), tone), row, 3)
            else:
                refusal = group.refusal[:1].upper() + group.refusal[1:] + "."
                grid.addWidget(Muted(refusal), row, 2)
                grid.addWidget(Pill(self.tr("No rate")), row, 3)
        if result.groups:
            self.body.addLayout(grid)
        else:
            none = self.tr(
                "None. A table of probes may have columns of its own; each is a group here. "
                "Groups are never inferred from a picture."
            )
            self.body.addWidget(Muted(none))


class ChangesCard(Card):
    """Against the rehearsal before of the same kind."""

    def __init__(self, result: RehearsalResult) -> None:
        super().__init__(texts.tr("Compared with the rehearsal before"))
        if result.previous is None:
            self.body.addWidget(Muted(self.tr("There is none of this gallery and this kind yet.")))
            return
        when = f"{texts.when(result.previous)} · {texts.about(result.previous)}"
        self.body.addWidget(Muted(when))
        for change in result.changes:
            icon, role = "minus", Role.MUTED
            if change.low > 0:
                icon, role = "warning", Role.DANGER
            elif change.high < 0:
                icon, role = "check", Role.SUCCESS
            said = str(change)
            row = QHBoxLayout()
            row.addWidget(IconLabel(icon, said[:1].upper() + said[1:], role, wrap=True), 1)
            low, high = 100 * change.low, 100 * change.high
            points = self.tr("{:+.1f} points ({:+.1f} to {:+.1f})")
            row.addWidget(Small(points.format(100 * change.difference, low, high), wrap=False))
            self.body.addLayout(row)


def page(*parts: QWidget, fill: bool = False) -> QWidget:
    """One under another, from the top down; ``fill`` gives the last all the room there is."""
    made = QWidget()
    made.setProperty("kind", "page")
    column = QVBoxLayout(made)
    column.setContentsMargins(0, SPACE[2], SPACE[1], SPACE[2])
    column.setSpacing(SPACE[2])
    for part in parts:
        column.addWidget(part)
    if not fill:
        column.addStretch(1)
    return made
