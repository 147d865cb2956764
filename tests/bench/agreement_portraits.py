"""The searches of ``agreement.py`` in faces/portraits."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.bench.agreement_data import CONDITIONS, WARPED, Collection, manifest
from tests.bench.agreement_report import Lines
from tests.bench.agreement_search import OVER_DRAWS, UNSEEN, Bench, Some, Templates
from tests.bench.agreement_turn import TURNED

SAMPLE = 1200  # held out as probes
DRAWN, GROUPED = 1000, 3000  # persons of the galleries that are drawn, and that groups search
SINCE_2007, RECENT = 110, "in Congress since 2007"
BORN = (0, 1850, 1900, 9999)


class Portraits:
    """People of two centuries, one picture each; a sample of them are the probes."""

    def __init__(self, folder: Path, bench: Bench, leave_out: set[str]) -> None:
        self.bench = bench
        rows = [row for row in manifest(folder) if row["person"] not in leave_out]
        self.data = Collection(folder, bench.cache, rows, aligned=True)
        everybody = list(range(len(rows)))
        self.good = self.data.spoilt("portraits", everybody, "good")
        self.sample = np.sort(np.random.default_rng(4).permutation(len(rows))[:SAMPLE]).tolist()
        self.rest = np.setdiff1d(everybody, self.sample)
        name = f"portraits {SAMPLE}"
        self.kinds: dict[str, Templates] = {"good": {i: self.good[i] for i in self.sample}}
        for c in CONDITIONS:
            if c != "good":
                found = self.data.spoilt(name, self.sample, c)
                self.kinds[c] = dict(zip(self.sample, found, strict=True))
        templates, places, self.warped = self.data.warped(name, self.sample)
        at = [self.sample[i] for i in places]
        self.kinds[WARPED] = dict(zip(at, templates, strict=True))
        self.recent = np.array([float(row["last_congress"] or 0) >= SINCE_2007 for row in rows])
        self.born = np.array([int(row["born"] or -1) for row in rows])

    def groups(self) -> dict[str, Some]:
        """By year of birth, where it is known; and those who sat in Congress lately."""
        names = ("born before 1850", "born 1850 to 1899", "born since 1900")
        bounds = zip(names, pairwise(BORN), strict=True)
        born = {name: (self.born >= a) & (self.born < b) for name, (a, b) in bounds}
        return born | {RECENT: self.recent}

    def parts(self) -> dict[str, Some]:
        """Of everybody, those whose rows are also given apart."""
        with np.errstate(invalid="ignore"):
            turned = np.abs(self.data.yaw) >= TURNED
        unseen = np.array([row["person"] in self.bench.unseen for row in self.data.rows])
        return {
            f"turned {TURNED:.0f}° or more": turned,
            f"good, {RECENT}": self.recent,
            f"good, {UNSEEN}": unseen,
        }

    def search(self) -> None:
        for size in (DRAWN, GROUPED, len(self.rest)):
            chosen = np.random.default_rng(size).permutation(self.rest)[:size]
            gallery, name = self.bench.searched(self.good[chosen]), f"portraits {size:,}"
            for kind, rows in self.kinds.items():
                found = gallery.absent(rows.values())
                self.bench.absent(name, kind, found)
                if kind == "good":
                    self._parts(name, found, self.sample)
        name = f"portraits {len(self.good):,}, each against all others"
        gallery = self.bench.searched(self.good)
        everybody = list(range(len(self.good)))
        for kind, rows in {**self.kinds, "good": dict(enumerate(self.good))}.items():
            found = gallery.each(rows)
            self.bench.absent(name, kind, found)
            if kind == "good":
                self._parts(name, found, everybody)

    def _parts(self, name: str, found: Lines, at: Sequence[int]) -> None:
        for kind, part in self.parts().items():
            self.bench.absent(name, kind, found[part[at]], group=True)

    def draw(self) -> None:
        drawn = []
        for turn in range(self.bench.draws):
            order = np.random.default_rng((DRAWN, turn)).permutation(len(self.good))
            gallery = self.bench.searched(self.good[order[:DRAWN]])
            drawn.append(gallery.absent(self.good[order[DRAWN:]]))
        self.bench.drawn(OVER_DRAWS, f"portraits {DRAWN:,}", "good", drawn)

    def turns(self) -> None:
        self.bench.turns("portraits", self.data.points)
        for name, part in self.groups().items():
            self.bench.turns(f"portraits, {name}", self.data.points[part])
        self.bench.turns("portraits, warped by 30°", self.warped)

    def search_groups(self) -> None:
        drawn = []
        for turn in range(self.bench.draws):
            seed = (GROUPED, turn) if turn else GROUPED
            chosen = np.random.default_rng(seed).permutation(self.rest)[:GROUPED].tolist()
            drawn.append((chosen, self.sample))
        self.bench.by_group(f"portraits {GROUPED:,}", list(self.good), drawn, self.groups())
