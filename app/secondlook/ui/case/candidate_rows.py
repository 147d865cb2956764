"""The rows of a search's list: what is offered, and the fold over what is only recorded."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from secondlook.domain.confidence import format_expected
from secondlook.domain.records import Candidate
from secondlook.domain.review import OUTCOME_LABELS
from secondlook.services.review import CandidateState
from secondlook.texts.outcomes import with_basis
from secondlook.ui.case.case_data import SearchRow
from secondlook.ui.case.score_axis import ScoreAxis
from secondlook.ui.case.texts import confidence_source, margin, tr
from secondlook.ui.widgets.confidence import confidence_meaning
from secondlook.ui.widgets.people import person_label

Index = QModelIndex | QPersistentModelIndex


class CandidateRole(IntEnum):
    ROW = Qt.ItemDataRole.UserRole + 1
    """``Row``, or ``Fold`` for the line that opens and closes what was not offered."""


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate as the list shows it.

    blind: nothing is told of others' examinations before one's own. hidden: nor name, rank and
    score; ``place`` is then all that it is called by.
    """

    candidate: Candidate
    needed: int
    state: CandidateState
    blind: bool = False
    hidden: bool = False
    place: int = 1

    @property
    def label(self) -> str:
        return tr("Face {n}").format(n=self.place) if self.hidden else person_label(self.candidate)

    @property
    def confidence(self) -> str:
        return str(self.candidate.confidence)

    @property
    def source(self) -> str:
        return confidence_source(self.candidate)

    @property
    def numbers(self) -> str:
        score = tr("score {score}").format(score=f"{self.candidate.score:.3f}")
        return f"{score} · {margin(self.candidate)}"

    @property
    def expected(self) -> str:
        if self.candidate.confidence.value is None:
            return ""
        expected = format_expected(self.candidate.confidence.expected_false_candidates)
        return tr("false: {expected}").format(expected=expected)

    @property
    def review(self) -> str:
        if not self.candidate.offered:
            return tr("Recorded, not offered")
        if self.hidden:
            return self._own
        if self.state.outcome is not None:
            return self._outcome
        if self.blind and not self.state.examined_by_me:
            return tr("Needs somebody who decides") if self.state.adjudicates else self._own
        done = self.state.examinations
        if done > self.needed:
            return tr("Examined by {n}").format(n=done)
        return tr("{n} of {needed} examined").format(n=done, needed=self.needed)

    @property
    def _own(self) -> str:
        """Of this operator only."""
        if self.state.examined_by_me:
            return tr("Examined by you")
        return tr("Decided") if self.state.outcome else tr("Not examined by you")

    @property
    def _outcome(self) -> str:
        assert self.state.outcome is not None
        text = OUTCOME_LABELS[self.state.outcome]
        if self.state.withdrawn:
            text = tr("Lead withdrawn")
        elif self.state.contested:
            text = tr("Lead, contested since")
        return with_basis(text, unit_of_two=self.state.unit_of_two)

    @property
    def tip(self) -> str:
        """Who it is, by name and key, and what the figure means."""
        if self.hidden:
            return self.label
        lines = [
            self.label,
            self.candidate.person_key,
            confidence_meaning(self.candidate.confidence),
        ]
        return "\n".join(line for line in lines if line)

    @property
    def spoken(self) -> str:
        """All of the row in one sentence, for a screen reader."""
        if self.hidden:
            return f"{self.label}, {self.review}"
        parts = [
            tr("Rank {rank}").format(rank=self.candidate.rank),
            person_label(self.candidate),
            tr("search confidence {value}").format(value=self.confidence),
            self.source,
            self.numbers,
            self.expected,
            self.review,
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Fold:
    """Stands for the candidates below the lead line."""

    count: int
    open: bool
    more: bool = True
    """Whether others were offered above it."""

    @property
    def text(self) -> str:
        more = tr("{n} more recorded below the lead line, not offered")
        return (more if self.more else tr("{n} recorded below the lead line, not offered")).format(
            n=self.count
        )


def rows_of(result: SearchRow) -> list[Row]:
    """One row per candidate, as the operator may see them; nothing of what is below the line
    before the reveal."""
    policy, hidden = result.search.policy, not result.revealed
    shown = result.offered if hidden else result.candidates
    return [
        Row(c, policy.examiners, result.state(c), policy.blind_verification, hidden, n)
        for n, c in enumerate(shown, 1)
    ]


class CandidateRows(QAbstractListModel):
    """Offered candidates by rank, then the fold, then (when it is open) the others."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row | Fold] = []
        self._below: list[Row] = []
        self.axis: ScoreAxis | None = None

    def show(self, result: SearchRow | None) -> None:
        """Replace everything."""
        rows = rows_of(result) if result else []
        self.beginResetModel()
        offered = [row for row in rows if row.candidate.offered]
        self._below = [row for row in rows if not row.candidate.offered]
        self._rows = [
            *offered,
            *([Fold(len(self._below), False, bool(offered))] if self._below else []),
        ]
        top = max((row.candidate.score for row in rows), default=0.0)
        search = result.search if result else None
        self.axis = ScoreAxis.of(search.calibration, search.policy, top) if search else None
        self.endResetModel()

    def refresh(self, result: SearchRow) -> None:
        """The same candidates in a new state: neither selection nor fold changes."""
        fresh = {row.candidate.id: row for row in rows_of(result)}
        self._below = [fresh[row.candidate.id] for row in self._below]
        self._rows = [r if isinstance(r, Fold) else fresh[r.candidate.id] for r in self._rows]
        self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def toggle_fold(self) -> None:
        position = next((i for i, r in enumerate(self._rows) if isinstance(r, Fold)), None)
        if position is None:
            return
        fold = self._rows[position]
        assert isinstance(fold, Fold)
        first, last = position + 1, position + len(self._below)
        if fold.open:
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        else:
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = self._below
            self.endInsertRows()
        self._rows[position] = Fold(fold.count, not fold.open, fold.more)
        self.dataChanged.emit(self.index(position), self.index(position))

    def row(self, position: int) -> Row | Fold:
        return self._rows[position]

    def candidates(self) -> list[Row]:
        """Every candidate's row, also those under the closed fold."""
        return [r for r in self._rows if isinstance(r, Row) and r.candidate.offered] + self._below

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == CandidateRole.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken if isinstance(row, Row) else row.text
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, Row):
            return row.tip
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What was not offered can be looked at in the list, and nothing else."""
        row = self._rows[index.row()]
        if isinstance(row, Row) and not row.candidate.offered:
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )
