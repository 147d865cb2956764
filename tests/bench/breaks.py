"""In how many galleries is a confidence's promise broken, and in how many is it within reach?

    python -m tests.bench.breaks SHARED --cache FOLDER [--recogniser NAME ...] [--draws K]
        [--first N] [--no-curve]

Galleries are drawn from faces/congress, faces/portraits and the generated faces of
faces/portraits_world, and searched for everybody of the same collection who is not in them. A
gallery is *over* a line when more of its searches show somebody there than the line allows, and
*broken* when that is more than chance explains (exact 95 % interval). Generated faces repeat
themselves: their galleries are the hardest test of a fitted tail. ``--first``: number of the first
draw, for galleries that nothing was chosen on; ``--no-curve``: without the model's reference curve.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.bootstrap import open_models
from secondlook.domain.calibration import Calibration, ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import BINS, bins_of, count
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.domain.searching import findings
from secondlook.paths import cards
from secondlook.vision.engine import open_engine
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import Cache, Collection, manifest
from tests.bench.agreement_report import interval
from tests.bench.reference_curve import listed

LINES = (80.0, 90.0, 95.0, 99.0, 99.9)
MOST = 2500
"""Probes of one gallery."""

Some = npt.NDArray[np.bool_]


@dataclass
class Line:
    """Over the galleries of one size: how often the line was within reach, over, broken; shares."""

    reach: int = 0
    over: int = 0
    broken: int = 0
    shares: list[float] = field(default_factory=list)

    def add(self, shown: Some, reachable: bool, line: float) -> None:
        seen, of, promised = int(shown.sum()), len(shown), (100 - line) / 100
        self.reach += reachable
        self.over += seen > promised * of
        self.broken += interval(seen, of)[0] > promised
        self.shares.append(seen / of)

    def __str__(self) -> str:
        mean, most = 100 * float(np.mean(self.shares)), 100 * max(self.shares)
        return f"{mean:.2f} (to {most:.1f}); {self.reach}, {self.over}, {self.broken}"


def collections(shared: Path, cache: Cache) -> Iterator[tuple[str, Tensor, tuple[int, ...]]]:
    """Name, one good template a person, and the sizes of the galleries to draw."""
    folder = shared / "faces/congress"
    congress = Collection(folder, cache, manifest(folder), aligned=False)
    faces = np.flatnonzero(~np.isnan(congress.yaw)).tolist()
    good = congress.spoilt("congress", faces, "good")
    kept = [n for n, i in enumerate(faces) if congress.rows[i]["role"] == "gallery"]
    yield "Congress", good[kept], (200, 300)
    folder, out = shared / "faces/portraits", listed(cards() / "training" / "duplicates.txt")
    rows = [row for row in manifest(folder) if row["person"] not in out]
    people = Collection(folder, cache, rows, aligned=True)
    yield "portraits", people.spoilt("portraits", range(len(rows)), "good"), (300, 450)
    folder = shared / "faces/portraits_world"
    held = manifest(folder)
    world = Collection(folder, cache, [r | {"path": r["file"]} for r in held], aligned=True)
    made = [n for n, row in enumerate(held) if row["synthetic"] == "yes"]
    yield "generated", world.spoilt("world", range(len(held)), "good")[made], (300, 450)


def searched(
    gallery: Tensor, probes: Tensor, curve: ReferenceCurve | None
) -> list[tuple[Some, bool]]:
    """For each line: which probes show somebody there, and whether any score could."""
    ids = np.arange(1, len(gallery) + 1, dtype=np.int64)
    matrix = GalleryMatrix.build(ModelIdentity("bench", "1", "0" * 64), gallery, ids, ids)
    scale = ConfidenceScale(len(ids), Calibration(count(matrix)), curve)
    scores = probes @ gallery.T
    lifts = np.array([findings(matrix, scale, row).scale.lift for row in scores])
    places = np.clip(bins_of(scores.max(axis=1)) - lifts, 0, BINS - 1)
    expected = scale.persons * scale.bounds.fmr
    reached = [expected <= (100 - line) / 100 for line in LINES]
    return [(found[places], bool(found.any())) for found in reached]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--recogniser", nargs="+", default=["reid-retail-0095"], metavar="NAME")
    parser.add_argument("--draws", type=int, default=60, metavar="K")
    parser.add_argument("--first", type=int, default=0, metavar="N")
    parser.add_argument("--no-curve", action="store_true")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    print("mean share (highest) in percent; of the galleries: line within reach, over it, broken\n")
    print(f"| recogniser | gallery | {' | '.join(f'{line:g} %' for line in LINES)} |")
    print("|---" * (2 + len(LINES)) + "|")
    for name in chosen.recogniser:
        engine = open_engine(open_models(chosen.shared / "models"), None, name)
        curve = None if chosen.no_curve else engine.reference_curve
        for what, people, sizes in collections(chosen.shared, Cache(chosen.cache, engine)):
            for size in sizes:
                lines = [Line() for _ in LINES]
                for draw in range(chosen.first, chosen.first + chosen.draws):
                    order = np.random.default_rng((size, draw)).permutation(len(people))
                    probes = people[order[size : size + MOST]]
                    found = searched(people[order[:size]], probes, curve)
                    for line, percent, (shown, reachable) in zip(lines, LINES, found, strict=True):
                        line.add(shown, reachable, percent)
                cells = " | ".join(map(str, lines))
                print(f"| {name} | {what} {size:,}, {chosen.draws} draws | {cells} |", flush=True)


if __name__ == "__main__":
    main()
