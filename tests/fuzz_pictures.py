"""Broken pictures through the box: nothing hangs, nothing swells, nothing is told as a traceback.

    python -m tests.fuzz_pictures [--files 100000] [--minutes 15] [--seed 0] [--keep FOLDER]

Each file is one of the pictures that Pillow writes, or of the shared cases where they are there,
with a few bytes, numbers or stretches of it changed. The same seed makes the same files. What is
against the rules is kept in FOLDER and told; a decoder that crashed, or was stopped by a ceiling,
is no such thing, but is counted.
"""

import argparse
import io
import math
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, features

from secondlook.domain.errors import ImageError
from secondlook.vision.box.pool import WORKERS, Box
from tests.conftest import SHARED

SECONDS = 5.0
"""Of computing, for any file."""
MEMORY = 1_500_000_000
LARGEST = 150_000
"""Bytes of a shared case: what is larger takes long without a fault in it as well."""

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def seeds(cases: Path | None) -> list[bytes]:
    """Whole pictures of every kind at hand."""
    made = list(_by_pillow())
    if cases is not None and cases.is_dir():
        files = sorted(p for p in cases.iterdir() if p.is_file() and p.stat().st_size < LARGEST)
        made += [path.read_bytes() for path in files]
    return made


def _by_pillow() -> Iterator[bytes]:
    noise = np.random.default_rng(5).integers(0, 255, (48, 64, 4), np.uint8)
    smooth = np.full((48, 64, 4), 90, np.uint8)
    smooth[10:30, 20:50] = noise[10:30, 20:50]
    rgba = Image.fromarray(smooth)
    deep = Image.fromarray(noise[:, :, 0].astype(np.uint16) * 257)
    rgb = rgba.convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds: list[tuple[Image.Image, str, dict[str, object]]] = [
        (rgb, "JPEG", {"exif": exif}), (rgb, "JPEG", {"progressive": True}),
        (rgb.convert("L"), "JPEG", {}), (rgb.convert("CMYK"), "JPEG", {}),
        (rgba, "PNG", {}), (rgb, "PNG", {"optimize": True}), (rgb.convert("P"), "PNG", {}),
        (rgb.convert("1"), "PNG", {}), (deep, "PNG", {}), (rgba, "WEBP", {}),
        (rgb, "WEBP", {"lossless": True}), (rgb, "BMP", {}), (rgb.convert("P"), "BMP", {}),
        (rgb.convert("P"), "GIF", {}), (rgb, "TIFF", {}), (deep, "TIFF", {}),
        (rgb.convert("LAB"), "TIFF", {}), (rgb.convert("F"), "TIFF", {}),
        (rgb, "TIFF", {"compression": "tiff_lzw"}), (rgb, "TIFF", {"compression": "jpeg"}),
        (rgb, "TIFF", {"compression": "tiff_adobe_deflate"}),
        (rgb.convert("1"), "TIFF", {"compression": "group4"}),
        (rgb, "TIFF", {"save_all": True, "append_images": [rgb.convert("L")]}),
    ]  # fmt: skip
    if features.check("jpg_2000"):
        kinds.append((rgb, "JPEG2000", {}))
    if features.check("avif"):
        kinds.append((rgb, "AVIF", {}))
    for image, format_, options in kinds:
        stream = io.BytesIO()
        image.save(stream, format_, **options)
        yield stream.getvalue()


def mutated(pictures: list[bytes], number: int, seed: int = 0) -> bytes:
    """File ``number`` of a run."""
    chance = random.Random(f"{seed} {number}")
    data = bytearray(chance.choice(pictures))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        chance.choice(_MUTATIONS)(chance, data, pictures)
        if not data:
            break
    return bytes(data)


def _place(chance: random.Random, data: bytearray) -> int:
    """Headers are where the numbers stand that a decoder believes."""
    return chance.randrange(min(len(data), chance.choice((64, 512, *[len(data)] * 4))) or 1)


def _flip(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _number(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    width = chance.choice((1, 2, 4))
    value = chance.choice((*EXTREMES, chance.getrandbits(32))) & ((1 << 8 * width) - 1)
    at = _place(chance, data)
    data[at : at + width] = value.to_bytes(width, "big" if chance.random() < 0.5 else "little")


def _cut(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    del data[_place(chance, data) :]


def _without(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    at = _place(chance, data)
    del data[at : at + chance.choice((1, 2, 16, 1024))]


def _twice(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    at = _place(chance, data)
    data[at:at] = data[at : at + chance.choice((1, 8, 128, 4096))] * chance.choice((1, 1, 40))


def _zeroed(chance: random.Random, data: bytearray, _: list[bytes]) -> None:
    at, length = _place(chance, data), chance.choice((4, 64, 1024))
    data[at : at + length] = bytes(len(data[at : at + length]))


def _spliced(chance: random.Random, data: bytearray, pictures: list[bytes]) -> None:
    other = chance.choice(pictures)
    data[_place(chance, data) :] = other[chance.randrange(len(other)) :]


_MUTATIONS = (_flip, _flip, _number, _number, _number, _cut, _without, _twice, _zeroed, _spliced)


@dataclass
class Findings:
    """What a run showed. ``against``: one line for each file that broke a rule."""

    ended: Counter[str] = field(default_factory=Counter)
    against: list[str] = field(default_factory=list)
    computing: float = 0.0
    passing: float = 0.0
    memory: int = 0

    def add(self, other: "Findings") -> None:
        self.ended += other.ended
        self.against += other.against
        self.computing = max(self.computing, other.computing)
        self.passing = max(self.passing, other.passing)
        self.memory = max(self.memory, other.memory)

    def __str__(self) -> str:
        lines = [f"{count:8}  {how}" for how, count in self.ended.most_common()]
        most = f"at most {self.computing:.2f} s of computing ({self.passing:.2f} s on the clock)"
        lines.append(f"{self.ended.total()} files; {most}, {self.memory / 1e6:.0f} MB in a worker")
        return "\n".join([*lines, *self.against])


def fuzz(
    pictures: list[bytes], numbers: range, seed: int = 0, keep: Path | None = None,
    until: float = math.inf,
) -> Findings:  # fmt: skip
    """One file after the other, through a worker of their own; ends at ``until`` (monotonic)
    whatever is left."""
    found = Findings()
    with closing(Box(1)) as box:
        for number in numbers:
            if time.monotonic() > until:
                break
            data = mutated(pictures, number, seed)
            if wrong := _one(box, data, f"file {number}", found):
                found.against.append(f"{seed}-{number}: {wrong}")
                if keep is not None:
                    (keep / f"{seed}-{number}").write_bytes(data)
    return found


def _one(box: Box, data: bytes, name: str, found: Findings) -> str:
    """What was wrong in how it ended, if anything was."""
    before, started, wrong = _computed(box), time.monotonic(), ""
    try:
        how = f"a picture: {box.decode(data, name=name).media_type}"
    except ImageError as error:
        how = re.sub(r"[\d.]+", "n", error.message)[:90]
        bad = ("decoder failed", "what is no picture", "more than n s", "stood still")
        if (
            any(words in how for words in bad)
            or not error.remedy
            or not str(error).startswith(f"{name}: ")
        ):
            wrong = str(error)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        how = wrong = repr(error)
    found.ended[how] += 1
    found.passing = max(found.passing, time.monotonic() - started)
    computing, memory = max(0.0, _computed(box) - before), _peak(box)
    found.computing, found.memory = max(found.computing, computing), max(found.memory, memory)
    if computing > SECONDS or memory > MEMORY:
        wrong = wrong or f"{computing:.1f} s of computing, {memory / 1e6:.0f} MB: {how}"
    return wrong


def _computed(box: Box) -> float:
    """Seconds that the worker there is has computed; 0 for one that is gone."""
    ticks = [_read(pid, "stat").rpartition(")")[2].split()[11:13] for pid in box.pids]
    return sum(int(n) for pair in ticks for n in pair) / os.sysconf("SC_CLK_TCK")


def _peak(box: Box) -> int:
    """Bytes that it ever had in memory."""
    peaks = [re.search(r"VmHWM:\s+(\d+) kB", _read(pid, "status")) for pid in box.pids]
    return max((int(peak[1]) * 1024 for peak in peaks if peak), default=0)


def _read(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_text()
    except OSError:
        return ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    pictures = seeds(SHARED / "cases")
    until = time.monotonic() + 60 * arguments.minutes
    with ThreadPoolExecutor(WORKERS) as threads:
        parts = [
            threads.submit(
                fuzz, pictures, range(part, arguments.files, WORKERS), arguments.seed,
                arguments.keep, until,
            )
            for part in range(WORKERS)
        ]  # fmt: skip
        total = Findings()
        for part in parts:
            total.add(part.result())
    print(total)
    return 1 if total.against else 0


if __name__ == "__main__":
    sys.exit(main())
