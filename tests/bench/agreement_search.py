"""What the two collections of ``agreement.py`` have in common: a gallery, and where results go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from secondlook.domain.calibration import Calibration, ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import Cache
from tests.bench.agreement_report import LINES, Lines, Probes, Report
from tests.bench.agreement_turn import COLUMNS, Points, spread

OVER_DRAWS = "Several galleries of one size, percent of searches"
UNSEEN = "unseen in its training"

Templates = dict[int, Tensor]
"""One for each picture, by its place in the manifest."""


@dataclass
class Searched:
    """A gallery with one reference for each person, and what its confidences are."""

    templates: Tensor
    reference: ReferenceCurve | None
    extrapolate: bool

    def __post_init__(self) -> None:
        ids = np.arange(1, len(self.templates) + 1, dtype=np.int64)
        matrix = GalleryMatrix.build(
            ModelIdentity("bench", "1", "0" * 64), self.templates, ids, ids
        )
        self.scale = ConfidenceScale(
            len(ids), Calibration(count(matrix)), self.reference, self.extrapolate
        )

    def shown(self, probe: Tensor, own: int | None = None) -> list[tuple[int, int]]:
        """Persons who reach the first of ``LINES``, best first, and how many lines each reaches.

        ``own``: the person to leave out because the probe shows them.
        """
        scores = self.templates @ probe
        scale = self.scale.for_probe(scores if own is None else np.delete(scores, own))
        found: list[tuple[int, int]] = []
        for person in np.argsort(-scores):
            lines = _lines(scale, float(scores[person]))
            if not lines and person != own:
                break
            if person != own:
                found.append((int(person), lines))
        return found

    def absent(self, probes: Iterable[Tensor]) -> Lines:
        """For each probe of somebody who is not there, the lines that the best person reaches."""
        return best([self.shown(probe) for probe in probes])

    def each(self, probes: Templates) -> Lines:
        """The same for probes of the gallery's own persons, each searched among all others."""
        return best([self.shown(probe, own) for own, probe in probes.items()])

    def there(self, probes: Iterable[tuple[Tensor, int]]) -> Lines:
        """For each probe of a person of the gallery, the lines that this person reaches."""
        found = []
        for probe, person in probes:
            scores = self.templates @ probe
            found.append(_lines(self.scale.for_probe(scores), float(scores[person])))
        return np.array(found, np.int64)


def best(searches: Sequence[Sequence[tuple[int, int]]]) -> Lines:
    """Of the persons that each of some searches shows, the lines that the best one reaches."""
    return np.array([found[0][1] if found else 0 for found in searches], np.int64)


def _lines(scale: ConfidenceScale, score: float) -> int:
    return sum(scale.confidence(score, line).reaches(line) for line in LINES)


@dataclass
class Bench:
    """One recogniser on one report. ``unseen``: persons that its training did not see, if known."""

    cache: Cache
    report: Report
    draws: int
    extrapolate: bool
    unseen: set[str] = field(default_factory=set)

    @cached_property
    def name(self) -> str:
        return self.cache.engine.model.name

    def searched(self, templates: Sequence[Tensor] | Tensor) -> Searched:
        return Searched(np.asarray(templates), self.cache.engine.reference_curve, self.extrapolate)

    def absent(self, gallery: str, kind: str, lines: Lines, group: bool = False) -> None:
        if len(lines):
            probes = Probes(self.name, gallery, kind, kind.startswith("good"), group)
            self.report.searches("False candidates, percent of searches", probes, lines)

    def drawn(
        self, title: str, gallery: str, kind: str, lines: Sequence[Lines], group: bool = False
    ) -> None:
        gallery += f", {len(lines)} draws" if len(lines) > 1 else ""
        self.report.draws(title, Probes(self.name, gallery, kind, True, group), lines)

    def missed(self, gallery: str, kind: str, lines: Sequence[Lines]) -> None:
        over = len(lines) > 1
        title = "Misses over draws, percent" if over else "Misses"
        gallery += f", {len(lines)} draws" if over else ""
        self.report.misses(title, Probes(self.name, gallery, kind), lines)

    def turns(self, name: str, points: Points) -> None:
        self.report.row("Turned heads, by their landmarks", COLUMNS, spread(name, points))
