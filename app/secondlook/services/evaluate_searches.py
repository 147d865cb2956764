"""Searches of one gallery with one recogniser, counted: ranks, and what reaches each line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondlook.domain.calibration import Calibration
from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback, ignore_progress
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.limits import suspects
from secondlook.domain.matching import GalleryMatrix, ModelIdentity, Templates
from secondlook.domain.measures import Integers, Share, cmc
from secondlook.domain.records import LimitNote, ScoresAt
from secondlook.domain.searching import Findings, findings
from secondlook.services.limits import limit_note, named_from
from secondlook.vision.engine import Engine

LINES = (80.0, 90.0, 95.0, 99.0, 99.9)
LONGEST = 20
"""Ranks of the CMC."""

_CELLS = 8_000_000
"""Scores in memory at once."""

_STEP = 50
"""Searches between two looks at the cancel token."""

Confidences = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One confidence line, in percent. ``score``: what reaches it with a usual probe (one that
    resembles many people needs more), None if no score can; then nothing is counted. fpir, fnir:
    None also without probes of that kind.

    fnir counts the own person below the line, at whatever rank.
    """

    percent: float
    score: float | None
    fpir: Share | None
    fnir: Share | None


@dataclass(frozen=True, slots=True)
class Identification:
    """One recogniser. ``cmc``: how many mated probes have rank 1, at most 2, … ``limit``: people
    who look enrolled twice, where that lowers what can be reached."""

    model: ModelIdentity
    provider: str
    ceiling: float
    cmc: tuple[Share, ...]
    lines: tuple[Line, ...]
    limit: LimitNote | None = None

    @property
    def scores_at(self) -> ScoresAt:
        return {f"{line.percent:g}": line.score for line in self.lines}


@dataclass(frozen=True, slots=True)
class MatedProbes:
    """templates (n, D) and own (n,), the column of each one's person; ``used`` counts those
    without a template or a person too."""

    templates: Templates
    own: Integers
    used: int


class Searches:
    """A gallery in memory, and what comes of searching it with one recogniser."""

    def __init__(
        self,
        engine: Engine,
        references: Templates,
        persons: Integers,
        names: Sequence[str],
        cancel: CancelToken,
        progress: ProgressCallback = ignore_progress,
    ) -> None:
        """``persons`` (R,) number the people of ``names``."""
        rows = np.arange(len(persons), dtype=np.int64)
        self.matrix = GalleryMatrix.build(engine.model, references, persons, rows)
        calibration = Calibration(count(self.matrix, cancel=cancel))
        self.scale = ConfidenceScale(self.matrix.persons, calibration, engine.reference_curve)
        self._names = names
        self._engine = engine
        self._cancel = cancel
        self._progress = progress

    def measured(self, mated: MatedProbes | None, absent: Templates | None) -> Identification:
        """Raises ``Cancelled``."""
        rank, own = self._own(mated) if mated else (None, None)
        top = None if absent is None else self._top(absent)
        used = mated.used if mated else 0
        longest = min(LONGEST, self.matrix.persons)
        return Identification(
            self._engine.model,
            self._engine.provider,
            self.scale.ceiling,
            () if rank is None else tuple(Share(int(n), used) for n in cmc(rank, longest)),
            tuple(self._line(percent, own, used, top) for percent in LINES),
            self._limit(),
        )

    def _limit(self) -> LimitNote | None:
        line = named_from(self._engine.reference_curve, self.matrix.persons)
        found = suspects(self.scale, self.matrix, line)
        return limit_note(self.scale, found, LINES, self._names.__getitem__)

    def _line(
        self, percent: float, own: Confidences | None, used: int, top: Confidences | None
    ) -> Line:
        score = self.scale.score_at(percent)
        if score is None:
            return Line(percent, None, None, None)
        fpir = None if top is None else Share(int(np.sum(top >= percent)), len(top))
        fnir = None if own is None else Share(used - int(np.sum(own >= percent)), used)
        return Line(percent, score, fpir, fnir)

    def _top(self, probes: Templates) -> Confidences:
        """The confidence of the best candidate of each search."""
        return np.array([_confidence(found, found.best.max()) for _, found in self._rows(probes)])

    def _own(self, mated: MatedProbes) -> tuple[Integers, Confidences]:
        """Of each probe's own person the rank and the confidence."""
        ranked, confidences = np.empty(len(mated.own), np.int64), np.empty(len(mated.own))
        for row, found in self._rows(mated.templates):
            column = int(mated.own[row])
            ranked[row] = found.rank(column)
            confidences[row] = _confidence(found, found.best[column])
        return ranked, confidences

    def _rows(self, probes: Templates) -> Iterator[tuple[int, Findings]]:
        """(probe, what a search of it finds), computed block by block."""
        rows = max(1, _CELLS // len(self.matrix.templates))
        for start in range(0, len(probes), rows):
            self._cancel.poll()
            scores = probes[start : start + rows] @ self.matrix.templates.T
            for row, scored in enumerate(scores, start):
                if row % _STEP == 0:
                    self._cancel.poll()
                    note = f"searches, {self._engine.model.name}"
                    self._progress(Progress(row, len(probes), 0.0, note))
                yield row, findings(self.matrix, self.scale, scored)


def _confidence(found: Findings, score: np.float32) -> float:
    """In percent. Asked for no line, none is withheld as not measurable: what cannot be measured
    lies below every line that ``score_at`` knows."""
    return found.confidence(float(score)).value or 0.0
