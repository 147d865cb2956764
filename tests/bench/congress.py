"""Rank-1, misses, and false candidates of absent people, on a gallery with mated and absent probes.

    python tests/bench/congress.py FOLDER [--recogniser NAME]

FOLDER holds gallery/, probes/ and manifest.csv (path, person, role, different_photo). Every probe
goes through the real services: file, detection, search, record.
"""

import argparse
import csv
import tempfile
from collections import Counter
from pathlib import Path

from scipy.stats import binomtest

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Candidate
from secondlook.domain.review import ProbeOrigin
from secondlook.services.application import Application

LINES = (80, 90, 95, 99)


class Searcher:
    """A database of its own with the gallery enrolled."""

    def __init__(self, app: Application, folder: Path) -> None:
        self.app = app
        self.operator = app.accounts.create_first("bench", "Bench", "bench bench bench")
        gallery = app.galleries.create(self.operator, "bench", folder / "gallery")
        self.gallery = gallery.id
        print(app.enrolment.run(self.operator, gallery.id, CancelToken(), ignore_progress))
        policy = app.policies.get("demonstration")
        self.case = app.cases.open(self.operator, "bench", "Demonstration", "", policy)

    def __call__(self, path: Path) -> list[Candidate]:
        """Candidates of the largest face; raises when there is none."""
        app, who = self.app, self.operator
        probe = app.identify.add_probe(who, self.case.id, path)
        if probe.faces:
            sizes = [face.inter_eye for face in probe.faces]
            app.identify.choose_face(who, probe.id, sizes.index(max(sizes)))
        app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "bench")
        return app.identify.search(who, probe.id, self.gallery).candidates


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recogniser")
    arguments = parser.parse_args()
    with (arguments.folder / "manifest.csv").open(encoding="utf-8") as file:
        probes = [row for row in csv.DictReader(file) if row["role"] != "gallery"]
    with tempfile.TemporaryDirectory() as home:
        app = open_application(Path(home) / "bench.db", recogniser=arguments.recogniser)
        search = Searcher(app, arguments.folder)
        report(search, arguments.folder, probes)
        print(app.record.verify())
        app.close()


def report(search: Searcher, folder: Path, probes: list[dict[str, str]]) -> None:
    ranks: dict[str, Counter[str]] = {}
    absent: list[float] = []
    misses: Counter[tuple[str, int]] = Counter()
    for row in probes:
        path = folder / row["path"]
        kind = (
            "absent" if row["role"] == "absent" else f"{path.parent.name}:{row['different_photo']}"
        )
        tally = ranks.setdefault(kind, Counter())
        tally["probes"] += 1
        try:
            candidates = search(path)
        except SecondLookError as error:
            tally["no face"] += 1
            print(f"  {error}")
            continue
        if kind == "absent":
            absent.append(candidates[0].confidence.value or 0.0)
            continue
        found = next((c for c in candidates if c.person_key == row["person"]), None)
        tally["rank 1" if found and found.rank == 1 else "not rank 1"] += 1
        if not found or found.rank != 1:
            print(f"  {row['path']}: rank {found.rank if found else '-'}")
        for line in LINES:
            misses[kind, line] += not (found and (found.confidence.value or 0) >= line)
    for kind, tally in ranks.items():
        at = {line: misses[kind, line] for line in LINES} if kind != "absent" else ""
        print(f"{kind:<16} {dict(tally)}  missed at {at}")
    print(f"absent probes searched: {len(absent)}")
    for line in LINES:
        seen = sum(c >= line for c in absent)
        interval = binomtest(seen, len(absent)).proportion_ci()
        print(
            f"  at or above {line}: {seen} ({seen / len(absent):.1%}, 95 % interval "
            f"{interval.low:.1%} to {interval.high:.1%}); promised at most "
            f"{(100 - line) / 100:.0%} = {len(absent) * (100 - line) / 100:.1f}"
        )


if __name__ == "__main__":
    main()
