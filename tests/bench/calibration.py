"""Calibrating a gallery of so many persons: time as a ratio to the bare matrix product, and memory.

python tests/bench/calibration.py [--persons 10000] [--size 256]
"""

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from secondlook.domain.calibration import Calibration
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import ImpostorCounts, count
from secondlook.domain.limits import limiting_pairs, suspects
from secondlook.domain.matching import GalleryMatrix, ModelIdentity


def measured(what: str, work: Callable[[], object], bare: float | None = None) -> float:
    """Processor seconds of ``work``, and wall time, printed."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    ratio = f", {cpu / bare:.1f} x the matrix product" if bare else ""
    print(f"{what}: {cpu:.2f} s of processor, {wall:.1f} s of wall time{ratio}", flush=True)
    return cpu


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=256, help="numbers in a template")
    chosen = parser.parse_args()
    rows = np.random.default_rng(1).normal(size=(chosen.persons, chosen.size)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = np.arange(1, chosen.persons + 1, dtype=np.int64)
    model = ModelIdentity("bench", "1", "0" * 64)
    matrix = GalleryMatrix.build(model, rows, ids, ids)
    fewer = GalleryMatrix.build(model, rows[:-10], ids[:-10], ids[:-10])
    found: list[ImpostorCounts] = []

    def product() -> None:
        for start in range(0, len(rows), 256):
            rows[start : start + 256] @ rows.T

    def curves() -> None:
        calibration = Calibration(found[0])
        print(calibration.levelled.tail and "a tail was fitted")

    bare = measured("matrix product alone", product)
    measured("count", lambda: found.append(count(matrix)), bare)
    measured("levels, bounds and tail", curves, bare)
    before = (fewer, count(fewer))
    measured("ten persons more", lambda: count(matrix, before), bare)
    twice = np.concatenate([rows[:-1], rows[:1]])
    doubled = GalleryMatrix.build(model, twice, ids, ids)
    scale = ConfidenceScale(chosen.persons, Calibration(count(doubled)), None)

    def named() -> None:
        limit = limiting_pairs(scale, suspects(scale, doubled, 0.9), (80.0, 90.0, 95.0, 99.0))
        print(limit and [pair.ids for pair in limit.pairs])

    scale.ceiling  # noqa: B018 - known before
    measured("one person twice, named", named, bare)
    measured("to storage", lambda: print(len(found[0].to_bytes()), "bytes"), bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
