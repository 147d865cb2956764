"""Enrolment against the bare time of its models, in pairs within one run.

    python tests/bench/enrolment.py FOLDER [--pairs 7]

Every round enrols once with decoders in processes, as the program does, and once without.
The bare time replays the very tensors of an enrolment through the same two onnxruntime sessions,
one after the other and with nothing else going on. Prints every pair and the median ratio.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from secondlook import bootstrap
from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.box.pool import Box
from secondlook.vision.sessions import Session
from tests.in_process import InProcess

Calls = list[tuple[Session, Any, Any]]


def recording(calls: Calls) -> Any:
    """A stand-in for ``Session.run`` that notes what it was given."""
    real = Session.run

    def run(self: Session, tensor: Any, names: Any) -> Any:
        calls.append((self, tensor.copy(), names))
        return real(self, tensor, names)

    return run


def enrol(folder: Path, home: Path, box: Callable[[], Decoder] = Box) -> tuple[float, int]:
    """Seconds and images of one enrolment into a new database, models loaded beforehand."""
    bootstrap.open_decoder = box
    app = open_application(home / "bench.db")
    operator = app.accounts.create_first("bench", "Bench", "seven gulls over a harbour")
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
        ratios: dict[str, list[float]] = {"boxed": [], "in process": []}
        for number in range(arguments.pairs):
            bare = replay(calls)
            for name, box in (("boxed", Box), ("in process", InProcess)):
                seconds, images = enrol(arguments.folder, Path(home) / f"{name} {number}", box)
                ratios[name].append(seconds / bare)
                print(
                    f"{images} images: bare {bare:.2f} s, {name} {seconds:.2f} s "
                    f"({images / seconds:.0f}/s), ratio {seconds / bare:.2f}, rate of the bare "
                    f"models' {bare / seconds:.2f}",
                    flush=True,
                )
    for name, found in ratios.items():
        median = statistics.median(found)
        print(
            f"{name}: median ratio {median:.2f} (min {min(found):.2f}, max {max(found):.2f}), "
            f"rate {1 / median:.2f} of the bare models'"
        )


if __name__ == "__main__":
    main()
