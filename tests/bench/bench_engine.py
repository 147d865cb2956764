"""What the parts of the path cost on portraits, and what threads and spinning do to the models.

python tests/bench/bench_engine.py SHARED
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from secondlook.paths import cards
from secondlook.vision.decode import decode, read_original
from secondlook.vision.engine import open_engine
from secondlook.vision.models import ModelStore
from secondlook.vision.thumbs import face_thumbnail

T = TypeVar("T")
P = ParamSpec("P")


def milliseconds(action: Callable[[], object], repeats: int = 60) -> float:
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def session(path: Path, threads: int, spinning: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def threads(store: ModelStore) -> None:
    """Detector and recogniser, alone and by turns (as in enrolment)."""
    print("| threads | spinning | detector 256x288 | recogniser | by turns |")
    print("|---" * 5 + "|")
    small = {"input": np.zeros((1, 3, 288, 256), np.float32)}
    crop = {"input": np.zeros((1, 3, 128, 128), np.float32)}
    for count, spinning in ((1, False), (1, True), (2, False), (2, True)):
        detector = session(store.locate("yunet-dynamic"), count, spinning)
        recogniser = session(store.locate("reid-retail-0095"), count, spinning)
        times = (
            milliseconds(lambda d=detector: d.run(None, small)),  # type: ignore[misc]
            milliseconds(lambda r=recogniser: r.run(None, crop)),  # type: ignore[misc]
            milliseconds(lambda d=detector, r=recogniser: (d.run(None, small), r.run(None, crop))),  # type: ignore[misc]
        )
        print(f"| {count} | {spinning} | " + " | ".join(f"{ms:.2f} ms" for ms in times) + " |")


def path_through(store: ModelStore, folder: Path) -> None:
    """Median cost of each step, one portrait at a time, and the overhead over the bare models."""
    engine = open_engine(store)
    files = sorted(folder.glob("*.jpg"))[:150]
    steps: dict[str, list[float]] = {}

    def timed(step: str, action: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        start = time.perf_counter()
        value = action(*args, **named)
        steps.setdefault(step, []).append((time.perf_counter() - start) * 1000)
        return value

    crops = []
    for file in files:
        data = timed("read", read_original, file)
        pixels = timed("decode", decode, data, name=file.name).pixels
        face = timed("detect", engine.faces, pixels)[0]
        timed("quality", engine.quality, pixels, face)
        crops.append(timed("align", engine.crop, pixels, face))
        timed("thumbnail", face_thumbnail, pixels, face)
    for size in (1, 2, 4, 8, 16):
        start = time.perf_counter()
        for i in range(0, len(crops), size):
            engine.templates(crops[i : i + size])
        spent = (time.perf_counter() - start) * 1000 / len(crops)
        print(f"templates in batches of {size}: {spent:.2f} ms each")
    for name, times in steps.items():
        print(f"{name}: {statistics.median(times):.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="folder with models/ and faces/")
    chosen = parser.parse_args()
    store = ModelStore(cards(), [chosen.shared / "models"])
    threads(store)
    path_through(store, chosen.shared / "faces/congress/gallery")


if __name__ == "__main__":
    main()
