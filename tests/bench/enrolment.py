"""Enrolment against the bare time of its models, in pairs within one run.

    python tests/bench/enrolment.py FOLDER [--pairs 7]

The bare time replays the very tensors of an enrolment through the same two onnxruntime sessions,
one after the other and with nothing else going on. Prints every pair and the median ratio.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.vision.sessions import Session

Calls = list[tuple[Session, Any, Any]]


def recording(calls: Calls) -> Any:
    """A stand-in for ``Session.run`` that notes what it was given."""
    real = Session.run

    def run(self: Session, tensor: Any, names: Any) -> Any:
        calls.append((self, tensor.copy(), names))
        return real(self, tensor, names)

    return run


def enrol(folder: Path, home: Path) -> tuple[float, int]:
    """Seconds and images of one enrolment into a new database, models loaded beforehand."""
    app = open_application(home / "bench.db")
    operator = app.accounts.create_first("bench", "Bench", "bench bench bench")
    gallery = app.galleries.create(operator, "bench", folder)
    app.lanes.inference.submit(app.engines.current).result()
    report = app.enrolment.run(operator, gallery.id, CancelToken(), ignore_progress)
    app.close()
    return report.seconds, report.enrolled + report.failed


def replay(calls: Calls) -> float:
    started = time.perf_counter()
    for session, tensor, names in calls:
        session.run(tensor, names)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=7)
    arguments = parser.parse_args()
    calls: Calls = []
    real = Session.run
    with tempfile.TemporaryDirectory() as home:
        Session.run = recording(calls)  # type: ignore[method-assign]
        enrol(arguments.folder, Path(home) / "warm")
        Session.run = real  # type: ignore[method-assign]
        replay(calls)
        ratios, rates = [], []
        for number in range(arguments.pairs):
            bare = replay(calls)
            seconds, images = enrol(arguments.folder, Path(home) / str(number))
            ratios.append(seconds / bare)
            rates.append(images / seconds)
            print(
                f"{images} images: bare {bare:.2f} s, enrolment {seconds:.2f} s "
                f"({images / seconds:.0f}/s), ratio {seconds / bare:.2f}"
            )
    print(
        f"median ratio {statistics.median(ratios):.2f} (min {min(ratios):.2f}, max "
        f"{max(ratios):.2f}), median {statistics.median(rates):.0f} images a second"
    )


if __name__ == "__main__":
    main()
