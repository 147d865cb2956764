"""Which passes should the detector make? Recall, accuracy and time of several schemes.

Real portraits are pasted at known face sizes into synthetic pictures of many sizes. The landmarks
that count as true are those that the detector finds in the untouched portrait, so the landmark
error says how far a scheme strays from the best view of the same face, not from a human's points.

    python tests/bench/bench_detector.py SHARED [--samples 8] [--schemes overview-640 ...]
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from secondlook.domain.faces import Face, Point
from secondlook.paths import cards
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.detect import Detector
from secondlook.vision.models import ModelStore
from secondlook.vision.passes import SCHEME, Scheme

SIZES = (20, 24, 32, 48, 64, 128, 256, 512, 1000)  # side of the face box, px
SIDES = (320, 640, 1280, 2560, 4000)  # side of the picture, px
FILLING = {
    "full frame": 1.0,
    "over-full": 0.75,
    "far over": 0.6,
}  # side of the picture as a share of the face's
FILLED_SIDES = (160, 640, 2560)
SCHEMES: dict[str, Scheme] = {
    "chosen": SCHEME,
    "overview 640": replace(SCHEME, overview=640),
    "overview 320 only": replace(SCHEME, finest=0.0),
    "overview 640 only": replace(SCHEME, overview=640, finest=0.0),
    "no bordered pass": replace(SCHEME, bordered=0),
    "border 0.2 at 160": replace(SCHEME, border=0.2, bordered=160),
    "finest 0.75": replace(SCHEME, finest=0.75),
    "finest 0.5": replace(SCHEME, finest=0.5),
    "tile 448": replace(SCHEME, tile=448),
    "tile 960": replace(SCHEME, tile=960),
    "overlap 64": replace(SCHEME, overlap=64),
    "no largest": replace(SCHEME, largest=100_000),
    "largest 180": replace(SCHEME, largest=180),
    "step 2": replace(SCHEME, step=2.0),
    "step 8": replace(SCHEME, step=8.0),
}


@dataclass(frozen=True)
class Portrait:
    pixels: Pixels
    face: Face


@dataclass(frozen=True)
class Pasted:
    kind: str
    side: float
    landmarks: tuple[Point, ...]


@dataclass
class Tally:
    faces: int = 0
    found: int = 0
    errors: tuple[float, ...] = ()


def portraits(detector: Detector, folder: Path, count: int) -> list[Portrait]:
    """Portraits with the one face that an upright, untouched view shows."""
    files = sorted((folder / "portraits/whole").glob("*.jpg"))
    files += sorted((folder / "congress/gallery").glob("*.jpg"))
    chosen = np.random.default_rng(1).permutation(len(files))
    found: list[Portrait] = []
    for index in chosen:
        pixels = decode(read_original(files[index]), name=files[index].name).pixels
        faces = detector.detect(pixels)
        if len(faces) == 1 and faces[0].score > 0.85:
            found.append(Portrait(pixels, faces[0]))
        if len(found) == count:
            break
    return found


def background(side: int, rng: np.random.Generator) -> Pixels:
    """A gradient, blurred noise, shapes and fine texture: no faces."""
    noise = rng.integers(0, 256, (max(2, side // 40),) * 2 + (3,), np.uint8)
    canvas = cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    for _ in range(30):
        centre = rng.integers(0, side, 2).tolist()
        axes = rng.integers(2, max(3, side // 8), 2).tolist()
        colour = rng.integers(0, 256, 3).tolist()
        if rng.random() < 0.5:
            cv2.ellipse(canvas, centre, axes, int(rng.integers(180)), 0, 360, colour, -1)
        else:
            corner = [centre[0] + axes[0], centre[1] + axes[1]]
            cv2.rectangle(canvas, centre, corner, colour, -1)
    grain = rng.normal(0, 6, (side, side, 1))
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def face_side(face: Face) -> float:
    return float(np.sqrt(face.box.width * face.box.height))


def scaled(
    pixels: Pixels, points: Sequence[Point], scale: float
) -> tuple[Pixels, tuple[Point, ...]]:
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=method)
    fx, fy = resized.shape[1] / pixels.shape[1], resized.shape[0] / pixels.shape[0]
    return resized.astype(np.uint8), tuple((x * fx, y * fy) for x, y in points)


def composite(
    side: int, people: list[Portrait], rng: np.random.Generator
) -> tuple[Pixels, list[Pasted]]:
    """One face of each size that fits, largest first, none on top of another."""
    canvas, pasted = background(side, rng), []
    free = np.ones((side, side), np.bool_)
    for size in sorted(SIZES, reverse=True):
        portrait = people[rng.integers(len(people))]
        scale = size / face_side(portrait.face)
        pixels, points = scaled(portrait.pixels, portrait.face.landmarks, scale)
        high, wide = pixels.shape[:2]
        for _ in range(60):
            if high >= side or wide >= side:
                break
            x, y = int(rng.integers(side - wide)), int(rng.integers(side - high))
            if free[y : y + high, x : x + wide].all():
                canvas[y : y + high, x : x + wide] = pixels
                free[y : y + high, x : x + wide] = False
                there = tuple((px + x, py + y) for px, py in points)
                pasted.append(Pasted(f"{size} px", size, there))
                break
    return canvas, pasted


def filling(side: int, share: float, kind: str, portrait: Portrait) -> tuple[Pixels, list[Pasted]]:
    """The face box (or its middle ``share``) as the whole picture of ``side`` px."""
    box, reach = portrait.face.box, face_side(portrait.face) * share
    x = round(max(0.0, box.x + (box.width - reach) / 2))
    y = round(max(0.0, box.y + (box.height - reach) / 2))
    part = portrait.pixels[y : y + round(reach), x : x + round(reach)]
    points = [(px - x, py - y) for px, py in portrait.face.landmarks]
    pixels, moved = scaled(part, points, side / part.shape[0])
    return pixels, [Pasted(kind, side / share, moved)]


def scenes(people: list[Portrait], samples: int) -> Iterator[tuple[int, Pixels, list[Pasted]]]:
    rng = np.random.default_rng(2)
    for side in SIDES:
        for _ in range(samples):
            yield side, *composite(side, people, rng)
    for kind, share in FILLING.items():
        for side in FILLED_SIDES:
            for _ in range(samples):
                yield side, *filling(side, share, kind, people[rng.integers(len(people))])


def error(face: Face, truth: Pasted) -> float:
    """Mean landmark distance as a share of the true distance between the eyes."""
    found, true = np.array(face.landmarks), np.array(truth.landmarks)
    apart = float(np.linalg.norm(true[1] - true[0]))
    return float(np.linalg.norm(found - true, axis=1).mean() / apart)


def measure_all(detectors: dict[str, Detector], people: list[Portrait], samples: int) -> None:
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    false: dict[str, int] = defaultdict(int)
    pictures = 0
    for side, pixels, pasted in scenes(people, samples):
        pictures += 1
        for name, detector in detectors.items():
            start = time.perf_counter()
            faces = detector.detect(pixels)
            if len(pasted) != 1:
                times[name, side].append((time.perf_counter() - start) * 1000)
            for truth in pasted:
                near = min(faces, key=lambda f: error(f, truth), default=None)
                tally = tallies[name, truth.kind]
                tally.faces += 1
                if near and error(near, truth) < 0.35:
                    tally.found += 1
                    tally.errors += (error(near, truth),)
                    faces.remove(near)
            false[name] += len(faces)
    report(list(detectors), tallies, times, false, pictures)


def report(
    names: list[str],
    tallies: dict[tuple[str, str], Tally],
    times: dict[tuple[str, int], list[float]],
    false: dict[str, int],
    pictures: int,
) -> None:
    kinds = [f"{size} px" for size in SIZES] + list(FILLING)
    print("| scheme | " + " | ".join(kinds) + f" | false in {pictures} | ", end="")
    print(" | ".join(f"ms at {side}" for side in SIDES) + " |")
    print("|---" * (len(kinds) + len(SIDES) + 2) + "|")
    for name in names:
        cells = []
        for kind in kinds:
            tally = tallies[name, kind]
            shift = f" ({np.mean(tally.errors):.3f})" if tally.errors else ""
            cells.append(f"{tally.found}/{tally.faces}{shift}")
        spent = [
            f"{np.median(times[name, side]):.0f}" if times[name, side] else "" for side in SIDES
        ]
        print(f"| {name} | " + " | ".join([*cells, str(false[name]), *spent]) + " |", flush=True)


def portrait_widths(detector: Detector, folder: Path) -> None:
    """How small the overview of a small portrait may be: faces found, landmark shift, time."""
    files = sorted((folder / "congress/gallery").glob("*.jpg"))[::5]
    pictures = [decode(read_original(file), name=file.name).pixels for file in files]
    detector.scheme = replace(SCHEME, overview=640, finest=0.0)
    truths = [Pasted("", 0, detector.detect(pixels)[0].landmarks) for pixels in pictures]
    print("\n| longest side | portraits with one face | landmark shift | ms |\n|---|---|---|---|")
    for side in (96, 128, 160, 192, 224, 256, 288, 320):
        detector.scheme = replace(SCHEME, overview=side, finest=0.0)
        start = time.perf_counter()
        found = [detector.detect(pixels, thorough=False) for pixels in pictures]
        spent = (time.perf_counter() - start) * 1000 / len(pictures)
        pairs = zip(found, truths, strict=True)
        shifts = [error(faces[0], truth) for faces, truth in pairs if len(faces) == 1]
        print(
            f"| {side} | {len(shifts)}/{len(found)} | {np.mean(shifts or [9]):.3f} | {spent:.1f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="folder with models/ and faces/")
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--schemes", nargs="*", default=list(SCHEMES))
    chosen = parser.parse_args()
    store = ModelStore(cards(), [chosen.shared / "models"])
    card, path = store.card("yunet-dynamic"), store.locate("yunet-dynamic")
    first = Detector(card, path, scheme=replace(SCHEME, overview=640))
    people = portraits(first, chosen.shared / "faces", 60)
    detectors = {name: Detector(card, path, scheme=SCHEMES[name]) for name in chosen.schemes}
    measure_all(detectors, people, chosen.samples)
    portrait_widths(first, chosen.shared / "faces")


if __name__ == "__main__":
    main()
