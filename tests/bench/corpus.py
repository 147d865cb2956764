"""Reads every picture of a folder, each in a process of its own, and compares with other decoders.

    python -m tests.bench.corpus FOLDER [--seconds 5] [--gigabytes 1.5]

Made for the test pictures that libraries ship in their sources: ``pip download --no-deps
--no-binary pillow pillow``, likewise pi-heif; unpack, and name the folder. Prints every file that
took longer or more memory than allowed, that felled its process, or whose pixels are not what
OpenCV, tifffile or Pillow make of it; and at the end how many were read, alike, and refused why.
"""

import argparse
import io
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import tifffile
from PIL import Image

from secondlook.domain.errors import ImageError
from secondlook.domain.formats import is_known, recognise
from secondlook.domain.pictures import NoteCode
from secondlook.vision.decode import Picture, Pixels, decode

JUDGED = {
    NoteCode.TRANSPARENT,
    NoteCode.PROFILE,
    NoteCode.RANGE,
    NoteCode.BITS,
    NoteCode.COLOUR_MAP,
}
"""What the others do not do, or do otherwise."""

NEAR = 3.0
"""Mean difference, in levels, of two decoders that agree."""


def others(data: bytes) -> "list[tuple[str, Pixels]]":
    """What other decoders make of it, BGR; none that cannot."""
    found = []
    made = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if made is not None:
        found.append(("OpenCV", np.asarray(made, np.uint8)))
    try:
        values = tifffile.imread(io.BytesIO(data), key=0)
        if values.dtype == np.uint8 and values.ndim == 3 and values.shape[2] == 3:
            found.append(("tifffile", np.ascontiguousarray(values[:, :, ::-1])))
    except Exception:  # noqa: BLE001 - it cannot
        pass
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.mode[0] not in "IF":  # it clips those
                rgb = np.asarray(image.convert("RGB"))
                found.append(("Pillow", np.ascontiguousarray(rgb[:, :, ::-1])))
    except Exception:  # noqa: BLE001 - it cannot
        pass
    return found


def verdict(picture: Picture, data: bytes) -> str:
    """Alike when any other decoder agrees: each has pictures that it gets wrong."""
    distances = []
    for name, pixels in others(data):
        if pixels.shape == picture.pixels.shape:
            apart = np.abs(pixels.astype(np.int16) - picture.pixels).mean()
            distances.append((float(apart), name))
        else:
            distances.append((255.0, f"{name} {pixels.shape[1]}x{pixels.shape[0]}"))
    if not distances:
        return "read, and by nobody else"
    nearest, name = min(distances)
    if any(note.code in JUDGED for note in picture.notes):
        return "read, and changed on purpose"
    notes = ", ".join(note.code.value for note in picture.notes)
    if nearest <= NEAR:
        return "read alike"
    return f"DIFFERS by {nearest:.1f} from {name}: {picture.width}x{picture.height} [{notes}]"


def one(path: Path) -> None:
    """In a process of its own: a line on what came of it, seconds, gigabytes."""
    data = path.read_bytes()
    started = time.monotonic()
    try:
        picture = decode(data, name=path.name)
    except ImageError as error:
        seconds, memory = time.monotonic() - started, _gigabytes()
        print(f"refused: {error.message}", seconds, memory, sep="\t")
        return
    seconds, memory = time.monotonic() - started, _gigabytes()
    print(verdict(picture, data), seconds, memory, sep="\t")


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--gigabytes", type=float, default=1.5)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.folder)
        return
    counts: Counter[str] = Counter()
    for path in sorted(p for p in arguments.folder.rglob("*") if p.is_file()):
        if not is_known(path) and not recognise(path.read_bytes()[:4096]):
            continue
        command = [sys.executable, "-m", "tests.bench.corpus", "--one", str(path)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        lines = run.stdout.strip().splitlines()
        if run.returncode or not lines:
            counts["FELLED ITS PROCESS"] += 1
            print(f"{path}: ended with {run.returncode}: {run.stderr.strip()[-200:]}")
            continue
        said, seconds, memory = lines[-1].split("\t")
        counts[said.split(" by ")[0].split("[")[0] if "DIFFERS" in said else said[:70]] += 1
        slow = float(seconds) > arguments.seconds or float(memory) > arguments.gigabytes
        if slow or "DIFFERS" in said:
            print(f"{path}: {said}, {float(seconds):.1f} s, {float(memory):.2f} GB")
    for said, number in counts.most_common():
        print(f"{number:5}  {said}")


if __name__ == "__main__":
    main()
