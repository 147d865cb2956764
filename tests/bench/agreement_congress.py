"""The searches of ``agreement.py`` in faces/congress."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import CONDITIONS, WARPED, Collection, manifest
from tests.bench.agreement_search import GROUPS, OVER_DRAWS, UNSEEN, Bench, Some, Templates

DRAWN = (100, 300)  # persons of the galleries that are drawn, and that groups are searched in
GROUPED = 300
CAUCUSES = {"CBC": "Congressional Black Caucus", "CHC": "Congressional Hispanic Caucus"}


class Congress:
    """People photographed years apart: a gallery of one year, absent and mated probes."""

    def __init__(self, folder: Path, bench: Bench) -> None:
        self.bench = bench
        self.data = Collection(folder, bench.cache, manifest(folder), aligned=False)
        self.rows = self.data.rows
        faces = np.flatnonzero(~np.isnan(self.data.yaw)).tolist()
        self.kinds: dict[str, Templates] = {
            c: dict(zip(faces, self.data.spoilt("congress", faces, c), strict=True))
            for c in CONDITIONS
        }
        templates, places, self.warped = self.data.warped("congress", faces)
        at = [faces[i] for i in places]
        self.kinds[WARPED] = dict(zip(at, templates, strict=True))
        self.people = self.where("gallery")
        self.place = {self.rows[i]["person"]: i for i in self.people}

    def where(self, role: str) -> list[int]:
        good = self.kinds["good"]
        return [i for i, row in enumerate(self.rows) if row["role"] == role and i in good]

    def mates(self, kind: str, chosen: Sequence[int]) -> list[tuple[Tensor, int]]:
        """Probes of people of a gallery, in another photograph, and their place in it."""
        at = {person: n for n, person in enumerate(chosen)}
        found = []
        for i, template in self.kinds[kind].items():
            row = self.rows[i]
            person = self.place.get(row["person"])
            if row["role"] == "mated" and row["different_photo"] == "yes" and person in at:
                found.append((template, at[person]))
        return found

    def search(self) -> None:
        good = self.kinds["good"]
        for size in (*DRAWN, len(self.people)):
            # The same galleries as ever: places among the people, drawn by the size.
            drawn = np.random.default_rng(size).permutation(len(self.people))[:size]
            chosen = [self.people[i] for i in sorted(drawn)]
            gallery, name = self.bench.searched([good[i] for i in chosen]), f"Congress {size}"
            absent = self.where("absent")
            for kind, rows in self.kinds.items():
                found = gallery.absent(rows[i] for i in absent if i in rows)
                self.bench.absent(name, kind, found)
                self.bench.missed(name, kind, [gallery.there(self.mates(kind, chosen))])
            rest = [good[i] for i in np.setdiff1d(self.people, chosen).tolist()]
            self.bench.absent(name, "good, of the gallery's year", gallery.absent(rest))
            unseen = [good[i] for i in absent if self.rows[i]["person"] in self.bench.unseen]
            self.bench.absent(name, f"good, {UNSEEN}", gallery.absent(unseen), group=True)

    def draw(self) -> None:
        good = self.kinds["good"]
        absent = [good[i] for i in self.where("absent")]
        for size in DRAWN:
            later, same, there = [], [], []
            for turn in range(self.bench.draws):
                order = np.random.default_rng((size, turn)).permutation(self.people).tolist()
                gallery = self.bench.searched([good[i] for i in order[:size]])
                later.append(gallery.absent(absent))
                same.append(gallery.absent(good[i] for i in order[size:]))
                there.append(gallery.there(self.mates("good", order[:size])))
            name = f"Congress {size}"
            self.bench.drawn(OVER_DRAWS, name, "good, nine years later", later)
            self.bench.drawn(OVER_DRAWS, name, "good, of the gallery's year", same)
            self.bench.missed(name, "good", there)

    def groups(self) -> dict[str, Some]:
        """Women and men, as the manifest says, by year of birth, and members of two caucuses."""
        stated = np.array([row["gender"] for row in self.rows])
        born = np.array([int(row["born"] or 0) for row in self.rows])
        groups = {
            "women": stated == "F",
            "men": stated == "M",
            "born before 1950": (born > 0) & (born < 1950),
            "born 1950 to 1969": (born >= 1950) & (born < 1970),
            "born since 1970": born >= 1970,
        }
        listed = self.data.folder / "caucus.csv"
        if listed.exists():
            with listed.open(encoding="utf-8") as file:
                member = {row["person"]: row["caucus"] for row in csv.DictReader(file)}
            of = np.array([member.get(row["person"], "") for row in self.rows])
            groups |= {name: of == code for code, name in CAUCUSES.items()}
            groups["in neither caucus"] = of == ""
        return groups

    def search_groups(self) -> None:
        """People of the gallery's year and of nine later, in galleries drawn from both; and
        everybody once: each of a gallery of all among all others, and whoever is not in it."""
        everybody, groups = [*self.people, *self.where("absent")], self.groups()
        for size in (GROUPED, len(self.people)):
            drawn = []
            for turn in range(self.bench.draws):
                order = np.random.default_rng((size, turn, 7)).permutation(everybody).tolist()
                drawn.append((order[:size], order[size:]))
            self.bench.by_group(f"Congress {size}", self.kinds["good"], drawn, groups)
        good = self.kinds["good"]
        gallery = self.bench.searched([good[i] for i in self.people])
        own = gallery.each({n: good[i] for n, i in enumerate(self.people)})
        found = np.concatenate([own, gallery.absent(good[i] for i in self.where("absent"))])
        name = f"Congress {len(self.people)}, each and absent"
        for group, part in {"everybody": np.ones(len(self.rows), bool), **groups}.items():
            self.bench.drawn(GROUPS, name, f"good, {group}", [found[part[everybody]]], group=True)

    def turns(self) -> None:
        self.bench.turns("Congress", self.data.points)
        for role in ("gallery", "absent", "mated"):
            self.bench.turns(f"Congress, {role}", self.data.points[self.where(role)])
        self.bench.turns("Congress, warped by 30°", self.warped)
