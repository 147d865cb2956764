"""What the two collections of ``agreement.py`` have in common: a gallery, and where results go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import log

import numpy as np
import numpy.typing as npt

from secondlook.domain.calibration import Calibration, ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.domain.searching import findings
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import Cache
from tests.bench.agreement_report import LINES, Lines, Probes, Report
from tests.bench.agreement_turn import COLUMNS, Points, spread

GROUPS = "Groups of people, percent of their searches"
SHOWN = (
    "Shown by mistake: how many of 100,000 searches of absent people show one person of a group "
    "(promised, if everybody were as likely)"
)
SHOWN_COLUMNS = (
    *("recogniser", "gallery", "people", "share of the gallery"),
    *(f"{line:g} %" for line in LINES),
)
OVER_DRAWS = "Several galleries of one size, percent of searches"
UNSEEN = "unseen in its training"

Some = npt.NDArray[np.bool_]
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
        self.matrix = GalleryMatrix.build(
            ModelIdentity("bench", "1", "0" * 64), self.templates, ids, ids
        )
        self.scale = ConfidenceScale(
            len(ids), Calibration(count(self.matrix)), self.reference, self.extrapolate
        )

    def shown(self, probe: Tensor, own: int | None = None) -> list[tuple[int, int]]:
        """Persons who reach the first of ``LINES``, best first, and how many lines each reaches.

        ``own``: the person to leave out because the probe shows them.
        """
        without = None if own is None else own + 1
        scores = self.templates @ probe
        scale = findings(self.matrix, self.scale, scores, without).scale
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
            scale = findings(self.matrix, self.scale, scores).scale
            found.append(_lines(scale, float(scores[person])))
        return np.array(found, np.int64)


def best(searches: Sequence[Sequence[tuple[int, int]]]) -> Lines:
    """Of the persons that each of some searches shows, the lines that the best one reaches."""
    return np.array([found[0][1] if found else 0 for found in searches], np.int64)


def even(line: float, persons: int) -> float:
    """Of 100,000 searches, how many may show one person where all are as likely to be shown."""
    return -100_000 * log(line / 100) / persons


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

    def by_group(
        self,
        name: str,
        templates: Mapping[int, Tensor] | Sequence[Tensor],
        drawn: Sequence[tuple[Sequence[int], Sequence[int]]],
        groups: Mapping[str, Some],
    ) -> None:
        """Who finds somebody, and who is shown. ``drawn``: the gallery and the probes of each draw;
        they and ``groups`` (n,) go by the place of a picture."""
        found: list[Lines] = []
        places = len(next(iter(groups.values())))
        shown, asked = np.zeros((places, len(LINES))), np.zeros(places)
        for chosen, probes in drawn:
            gallery = self.searched([templates[i] for i in chosen])
            candidates = [gallery.shown(templates[i]) for i in probes]
            found.append(best(candidates))
            asked[chosen] += len(probes)
            for person, lines in chain.from_iterable(candidates):
                shown[chosen[person], :lines] += 1
        size = len(drawn[0][0])
        self.drawn(GROUPS, name, "good", found)
        for group, part in groups.items():
            parts = [lines[part[probes]] for lines, (_, probes) in zip(found, drawn, strict=True)]
            self.drawn(GROUPS, name, f"good, {group}", parts, group=True)
            rates = 100_000 * shown[part].sum(axis=0) / asked[part].sum()
            share = f"{asked[part].sum() / asked.sum():.0%}"
            cells = [
                f"{rate:.2f} ({even(line, size):.2g})"
                for line, rate in zip(LINES, rates, strict=True)
            ]
            self.report.row(SHOWN, SHOWN_COLUMNS, (self.name, name, group, share, *cells))

    def missed(self, gallery: str, kind: str, lines: Sequence[Lines]) -> None:
        over = len(lines) > 1
        title = "Misses over draws, percent" if over else "Misses"
        gallery += f", {len(lines)} draws" if over else ""
        self.report.misses(title, Probes(self.name, gallery, kind), lines)

    def turns(self, name: str, points: Points) -> None:
        self.report.row("Turned heads, by their landmarks", COLUMNS, spread(name, points))
