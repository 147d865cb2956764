"""Does a confidence keep its promise? Searches of absent people, counted against (100 - c) %.

    python -m tests.bench.agreement SHARED --cache FOLDER [--recogniser NAME ...] [--draws K]
        [--groups] [--planted] [--only-groups] [--counted-only]

SHARED holds models/ and faces/. Galleries: 100, 300 and 450 of faces/congress, searched with people
photographed nine years later who are not in them; 1,000, 3,000 and all of faces/portraits but the
probes, and all of them, each searched against all others. Prints markdown: false positive searches
in percent with 95 % intervals (Clopper-Pearson) and a verdict where one lies above the promise or,
for good probes, below a quarter of it; misses where the probe's person is in the gallery. Exits
with 1 when anything lies above its promise.
"""

import argparse
import sys
from pathlib import Path

import cv2

from secondlook.bootstrap import open_models
from secondlook.paths import cards
from secondlook.vision.engine import open_engine
from tests.bench.agreement_congress import Congress
from tests.bench.agreement_data import Cache
from tests.bench.agreement_planted import Planted
from tests.bench.agreement_portraits import Portraits
from tests.bench.agreement_report import Report
from tests.bench.agreement_search import Bench
from tests.bench.reference_curve import listed

TRAINED_HERE = "secondlook-mini"
TRAINING = cards() / "training"


def measure(name: str, chosen: argparse.Namespace, report: Report) -> None:
    engine = open_engine(open_models(chosen.shared / "models"), None, name)
    held_out = ("held-out.txt", "held-out-congress.txt") if name == TRAINED_HERE else ()
    unseen = {person for file in held_out for person in listed(TRAINING / file)}
    cache = Cache(chosen.cache, engine)
    bench = Bench(cache, report, chosen.draws, not chosen.counted_only, unseen)
    congress = Congress(chosen.shared / "faces/congress", bench)
    people = Portraits(
        chosen.shared / "faces/portraits", bench, listed(TRAINING / "duplicates.txt")
    )
    for collection in (congress, people):
        print(f"{name}: {type(collection).__name__}", file=sys.stderr, flush=True)
        if not chosen.only_groups:
            collection.turns()
            collection.search()
            if chosen.draws > 1:
                collection.draw()
        if chosen.groups or chosen.only_groups:
            collection.search_groups()
    if chosen.planted:
        Planted(congress, bench).search()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--recogniser", nargs="+", default=["reid-retail-0095"], metavar="NAME")
    parser.add_argument("--draws", type=int, default=1, metavar="K", help="galleries of each size")
    parser.add_argument("--groups", action="store_true", help="by birth, sex and caucus")
    parser.add_argument("--planted", action="store_true", help="crowds in a gallery")
    parser.add_argument("--only-groups", action="store_true", help="nothing else, but for crowds")
    parser.add_argument("--counted-only", action="store_true", help="no fitted tail")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    report = Report()
    for name in chosen.recogniser:
        measure(name, chosen, report)
    print(f"# Agreement with reality{', counted only' if chosen.counted_only else ''}\n")
    if TRAINED_HERE in chosen.recogniser:
        print(
            f"Most of the people in both collections were parts of the mixes that {TRAINED_HERE} "
            "was trained on;\nrows of people whom it has not seen are given apart.\n"
        )
    print(report)
    return 1 if report.above else 0


if __name__ == "__main__":
    sys.exit(main())
