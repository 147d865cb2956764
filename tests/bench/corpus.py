"""Reads every picture of a folder, each in a process of its own, and compares with other decoders.

    python -m tests.bench.corpus FOLDER [--seconds 5] [--gigabytes 1.5]

Made for the test pictures that libraries ship in their sources: ``pip download --no-deps
--no-binary pillow pillow``, likewise pi-heif; unpack, and name the folder. Prints every file that
took longer or more memory than allowed, that felled its process, or whose pixels are not what
OpenCV, tifffile or Pillow make of it; and at the end how many were read, alike, and refused why.
"""

import argparse
import io
import multiprocessing
import resource
import time
from collections import Counter
from multiprocessing.connection import Connection
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

PATIENCE = 30.0

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


def one(path: Path, told: Connection) -> None:
    """In a process of its own: what came of it, seconds, and gigabytes more than before."""
    data = path.read_bytes()
    before, started = _gigabytes(), time.monotonic()
    picture, said = None, ""
    try:
        picture = decode(data, name=path.name)
    except ImageError as error:
        said = f"refused: {error.message}"
    seconds, memory = time.monotonic() - started, _gigabytes() - before
    told.send((said, seconds, memory))
    if picture:
        told.send((verdict(picture, data), seconds, memory))


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def attempt(path: Path) -> tuple[str, float, float]:
    """A fork of this process, which has everything loaded."""
    context = multiprocessing.get_context("fork")
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=one, args=(path, tell))
    process.start()
    tell.close()
    try:
        if not hear.poll(PATIENCE):
            process.kill()
            return "HUNG", PATIENCE, 0.0
        answer: tuple[str, float, float] = hear.recv()
        if not answer[0]:
            if not hear.poll(PATIENCE):
                process.kill()
                return "read, and another decoder hangs", *answer[1:]
            answer = hear.recv()
        return answer
    except EOFError:
        process.join()
        return f"FELLED ITS PROCESS ({process.exitcode})", 0.0, 0.0
    finally:
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--gigabytes", type=float, default=1.5)
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    for path in sorted(p for p in arguments.folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            if not is_known(path) and not recognise(file.read(4096)):
                continue
        said, seconds, memory = attempt(path)
        counts[said.partition(" by ")[0][:70]] += 1
        slow = seconds > arguments.seconds or memory > arguments.gigabytes
        if slow or said.startswith(("DIFFERS", "FELLED", "HUNG")):
            print(f"{path}: {said}, {seconds:.1f} s, {memory:.2f} GB", flush=True)
    for said, number in counts.most_common():
        print(f"{number:5}  {said}")


if __name__ == "__main__":
    main()
