"""Does a confidence keep its promise? Searches of absent people, counted against (100 - c) %.

    python -m tests.bench.agreement SHARED --cache FOLDER [--recogniser NAME] [--counted-only]

SHARED holds models/ and faces/. Galleries: 100, 300 and 450 of
faces/congress, searched with people photographed nine years later who are not in them; 1,000,
3,000 and all of faces/portraits but the probes, and all of them, each searched against all others.
Prints markdown: false positive searches in percent with 95 % intervals (Clopper-Pearson), and
misses where the probe's person is in the gallery.
"""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from secondlook.domain.calibration import Calibration, ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.paths import cards
from secondlook.vision.engine import open_engine
from secondlook.vision.models import ModelStore
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import CONDITIONS, Cache, Portraits, congress, portraits

LINES = (80.0, 90.0, 95.0, 99.0, 99.9)
PROBES = 1200
Ids = npt.NDArray[np.int64]


@dataclass
class Searched:
    """A gallery with one reference for each person, and what its confidences are."""

    templates: Tensor
    reference: ReferenceCurve | None
    extrapolate: bool

    def __post_init__(self) -> None:
        ids = np.arange(1, len(self.templates) + 1, dtype=np.int64)
        model = ModelIdentity("bench", "1", "0" * 64)
        matrix = GalleryMatrix.build(model, self.templates, ids, ids)
        self.scale = ConfidenceScale(
            len(ids), Calibration(count(matrix)), self.reference, self.extrapolate
        )

    def reached(self, probe: Tensor, own: int | None = None, mate: int | None = None) -> list[bool]:
        """At each line: whether the best other person reaches it, or ``mate`` where one is given.

        ``own``: the person to leave out because the probe shows them.
        """
        scores = self.templates @ probe
        asked = scores[mate] if mate is not None else -2.0
        if own is not None:
            scores = np.delete(scores, own)
        scale = self.scale.for_probe(scores)
        best = float(asked if mate is not None else scores.max())
        return [scale.confidence(best, line).reaches(line) for line in LINES]


def shares(reached: Sequence[Sequence[bool]], good: bool) -> str:
    """Percent of searches at each line, with interval; ! above the promise, ~ below a quarter."""
    cells = []
    for line, column in zip(LINES, zip(*reached, strict=True), strict=True):
        seen, of, promised = sum(column), len(column), (100 - line) / 100
        interval = binomtest(seen, of).proportion_ci()
        mark = " !" if interval.low > promised else ""
        mark += " ~" if good and interval.high < promised / 4 else ""
        low, high = 100 * interval.low, 100 * interval.high
        cells.append(f"{100 * seen / of:.2f} ({low:.1f} to {high:.1f}){mark}")
    return " | ".join(cells)


def head() -> None:
    lines = " | ".join(f"{line:g} %: {100 - line:.3g}" for line in LINES)
    print(f"\n| gallery | probes | n | {lines} |\n|---|---|---|" + "---|" * len(LINES))


def row(name: str, probes: str, reached: Sequence[Sequence[bool]]) -> None:
    good = probes.startswith("good")
    print(f"| {name} | {probes} | {len(reached)} | {shares(reached, good)} |", flush=True)


def missed(name: str, probes: str, reached: Sequence[Sequence[bool]]) -> None:
    misses = [f"{len(c) - sum(c)}" for c in zip(*reached, strict=True)]
    print(f"| {name} | {probes} | {len(reached)} | {' | '.join(misses)} |", flush=True)


def search_congress(folder: Path, cache: Cache, extrapolate: bool) -> None:
    data = congress(folder, cache)
    people = data.where("gallery")
    place = {data.rows[i]["person"]: n for n, i in enumerate(people)}
    mated = [i for i in data.where("mated") if data.rows[i]["different_photo"] == "yes"]
    absent = data.where("absent")
    misses = []
    for size in (100, 300, len(people)):
        chosen = np.sort(np.random.default_rng(size).permutation(len(people))[:size])
        good = data.templates["good"]
        gallery = Searched(
            good[[people[i] for i in chosen]], cache.engine.reference_curve, extrapolate
        )
        at = {int(p): n for n, p in enumerate(chosen)}
        name = f"Congress {size}"
        for condition, rows in data.templates.items():
            row(name, condition, [gallery.reached(rows[i]) for i in absent])
            mates = [(i, at.get(place[data.rows[i]["person"]])) for i in mated]
            found = [gallery.reached(rows[i], mate=m) for i, m in mates if m is not None]
            misses.append((name, condition, found))
        if rest := [people[i] for i in range(len(people)) if i not in at]:
            row(name, "good, of the gallery's year", [gallery.reached(good[i]) for i in rest])
    print("\nMisses (of n searches for a person who is there, in another photograph):")
    head()
    for name, condition, found in misses:
        missed(name, condition, found)


def search_portraits(data: Portraits, reference: ReferenceCurve | None, extrapolate: bool) -> None:
    rest = np.setdiff1d(np.arange(len(data.gallery)), data.sample)
    modern = [data.modern[i] for i in data.sample]
    for size in (1000, 3000, len(rest)):
        chosen = np.random.default_rng(size).permutation(rest)[:size]
        gallery = Searched(data.gallery[chosen], reference, extrapolate)
        name = f"portraits {size:,}"
        for condition in CONDITIONS:
            found = [gallery.reached(probe) for probe in data.probes[condition]]
            row(name, condition, found)
            if condition == "good":
                by_year(name, found, modern)
    gallery = Searched(data.gallery, reference, extrapolate)
    name = f"portraits {len(data.gallery):,}, each against all others"
    for condition in CONDITIONS:
        everybody = range(len(data.gallery)) if condition == "good" else data.sample
        rows = data.gallery if condition == "good" else data.probes[condition]
        found = [gallery.reached(probe, own=i) for probe, i in zip(rows, everybody, strict=True)]
        row(name, condition, found)
        if condition == "good":
            by_year(name, found, data.modern)


def by_year(name: str, found: Sequence[Sequence[bool]], modern: Sequence[bool]) -> None:
    """The two halves of the collection: painted and early photographs, and modern ones."""
    for since, text in ((False, "of people born before 1900"), (True, "of people born since")):
        part = [one for one, new in zip(found, modern, strict=True) if new == since]
        row(name, text, part)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--recogniser", default="reid-retail-0095")
    parser.add_argument("--counted-only", action="store_true", help="no fitted tail")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    store = ModelStore(cards(), [chosen.shared / "models"])
    cache = Cache(chosen.cache, open_engine(store, None, chosen.recogniser))
    card = (cards() / f"{chosen.recogniser}.toml").read_text(encoding="utf-8")
    exclude = re.findall(r"\b\d{6}\b", "".join(x for x in card.splitlines(True) if x[0] == "#"))
    print(f"# {chosen.recogniser}{', counted only' if chosen.counted_only else ''}")
    head()
    search_congress(chosen.shared / "faces/congress", cache, not chosen.counted_only)
    head()
    data = portraits(chosen.shared / "faces/portraits", cache, exclude, PROBES)
    search_portraits(data, cache.engine.reference_curve, not chosen.counted_only)


if __name__ == "__main__":
    main()
