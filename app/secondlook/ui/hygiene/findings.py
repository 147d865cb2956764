"""What a check found of single references, as rows: who, what is wrong, which file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, Qt

from secondlook.domain.faces import COMPONENTS, Bound, Shortfall
from secondlook.domain.policy import Policy
from secondlook.services.hygiene import BelowLimits, Expiry
from secondlook.storage.hygiene import HeldReference
from secondlook.ui.gallery.texts import file_name
from secondlook.ui.hygiene import texts
from secondlook.ui.hygiene.texts import date_text, tr
from secondlook.ui.widgets.rows import Index, RowModel

PERSON, WHAT, FILE = range(3)
LAST = 1e9
"""Behind every date."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``lines``: what is wrong, one thing a line. ``rank``: the lowest is to be seen to first."""

    reference: HeldReference
    lines: tuple[str, ...]
    rank: float

    @property
    def who(self) -> str:
        """The name, and the key where it is another."""
        name, key = self.reference.display_name, self.reference.person_key
        return name if name == key else f"{name}\n{key}"

    @property
    def file(self) -> str:
        return file_name(self.reference.source_path)


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a panel shows; made off the UI thread. ``none``: title and text of what it means
    that there are no rows."""

    rows: list[Finding]
    heading: str
    hint: str
    none: tuple[str, str]


class FindingModel(RowModel[Finding]):
    """Sorted here and not by a proxy, which would ask for every row many times over."""

    def __init__(self, what: str, parent: QObject | None = None) -> None:
        """``what`` is the heading of the middle column."""
        super().__init__(lambda finding: finding.reference.reference_id, parent)
        self._headings = (self.tr("Person"), what, self.tr("File"))
        self._order = (WHAT, False)

    def show(self, rows: Sequence[Finding]) -> None:
        column, backwards = self._order
        super().show(sorted(rows, key=KEYS[column], reverse=backwards))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order is Qt.SortOrder.DescendingOrder)
        self.show(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        finding, column = self.rows[index.row()], index.column()
        cells = (finding.who, "\n".join(finding.lines), finding.file)
        if role == Qt.ItemDataRole.DisplayRole:
            return cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return finding.reference.source_path if column == FILE else cells[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return cells[column].replace("\n", ", ")
        return finding if role == self.RowRole else None


KEYS: dict[int, Callable[[Finding], tuple[float, str]]] = {
    PERSON: lambda finding: (0, finding.who.casefold()),
    WHAT: lambda finding: (finding.rank, finding.who.casefold()),
    FILE: lambda finding: (0, finding.file.casefold()),
}


def expired(found: Expiry) -> Listing:
    """The oldest first, what is no date last; a reference with two dates once."""
    past = [
        (each.reference, tr("Expired on {}").format(date_text(each.on)), float(each.on.toordinal()))
        for each in found.expired
    ]
    unclear = [
        (each.reference, tr("“{}” is not a date such as 2030-12-31").format(each.text), LAST)
        for each in found.unreadable
    ]
    rows: dict[int, Finding] = {}
    for reference, line, rank in [*past, *unclear]:
        known = rows.get(reference.reference_id)
        lines, least = (known.lines, known.rank) if known else ((), LAST)
        rows[reference.reference_id] = Finding(reference, (*lines, line), min(least, rank))
    hint, none = texts.expiry_hint(), texts.nothing_expired(found)
    return Listing(list(rows.values()), texts.expiry_heading(found), hint, none)


def below_limits(found: tuple[BelowLimits, ...], policy: Policy, total: int) -> Listing:
    """The farthest below first. ``total`` references were looked at."""
    rows = [
        Finding(
            each.reference,
            tuple(_sentence(missed) for missed in each.shortfalls),
            min(map(_share, each.shortfalls)),
        )
        for each in found
    ]
    heading, none = texts.limits_heading(found, total), texts.none_below(policy, total)
    return Listing(rows, heading, texts.limits_counts(found), none)


def _sentence(missed: Shortfall) -> str:
    text = str(missed)
    return text[:1].upper() + text[1:]


def _share(missed: Shortfall) -> float:
    """How much there is of what is needed, 0..1; nothing of what was not measured."""
    if missed.found is None:
        return 0.0
    if COMPONENTS[missed.component].bound is Bound.FLOOR:
        return missed.found / missed.needed
    return missed.needed / missed.found
