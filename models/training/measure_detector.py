"""The embedded detector and YuNet side by side, through the program's own ``Detector``: faces found
and landmark error on portraits and on composites by face size, false faces on pictures without a
face, and time. Prints a table.

Run with the program's Python. The work folder is the one of ``detector.py`` (its ``label`` and
``natural``); its held-out half is used, and persons of held-out.txt, unless said otherwise.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

import backgrounds
from aligned import CROP, MARGIN, POINTS
from composites import Scene, compose
from composites_labels import Floats, Image, Labels, overlap
from composites_sources import Sources, load_sources
from secondlook.vision.cards import load_card
from secondlook.vision.detect import Detector

Rng = np.random.Generator

SIZES = (12, 16, 24, 40, 80, 160, 640)  # px, root of the box's area: the limits of the classes
SCENE, SCENES, EMPTY = 480, 600, 400  # side of a composite; how many; procedural pictures
SEED = 77
HIT = 0.4  # overlap (IoU) of a found face with the true one
CLOSE = 0.3  # or mean landmark distance, as a share of the distance of the eyes


@dataclass
class Count:
    """Faces to be found, those found, and the landmark error of these (share of the eyes'
    distance, mean over the five points)."""

    wanted: int = 0
    errors: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.wanted:
            return "-"
        share = 100 * len(self.errors) / self.wanted
        if not self.errors:
            return f"{share:.1f} % of {self.wanted}"
        mean, high = np.mean(self.errors), np.quantile(self.errors, 0.95)
        return f"{share:.1f} % of {self.wanted}; {100 * mean:.1f} / {100 * high:.1f} %"


def found(detector: Detector, picture: Image) -> Floats:
    """Rows (n, 14) of the faces that the program would find."""
    faces = detector.detect(picture)
    rows = [(f.box.x, f.box.y, f.box.width, f.box.height, *np.ravel(f.landmarks)) for f in faces]
    return np.array(rows, np.float32).reshape(-1, 14)


def landmark_error(one: Floats, other: Floats) -> float:
    """Mean distance of the points of two rows, as a share of the distance of the first's eyes."""
    a, b = one[4:14].reshape(5, 2), other[4:14].reshape(5, 2)
    eyes = float(np.linalg.norm(a[1] - a[0]))
    return float(np.linalg.norm(a - b, axis=1).mean()) / max(eyes, 1e-6)


def match(truth: Floats, rows: Floats) -> int | None:
    """Which of the found rows is the true face."""
    if not len(rows):
        return None
    errors = np.array([landmark_error(truth, row) for row in rows])
    shared = overlap(truth, rows)
    good = (errors < CLOSE) | (shared > HIT)
    return int(np.argmin(np.where(good, errors, np.inf))) if good.any() else None


def tally(count: Count, truth: Floats, rows: Floats) -> int | None:
    """Count one true face; returns which row it was."""
    count.wanted += 1
    at = match(truth, rows)
    if at is not None:
        count.errors.append(landmark_error(truth, rows[at]))
    return at


def aligned(
    detector: Detector, portraits: Path, labels: Labels, names: list[str]
) -> tuple[Count, Count]:
    """Aligned portraits, counted twice: against the places where the alignment put the five points
    (the same for all faces, so that the best error is not 0), and against YuNet's mean over
    several looks, where it saw the face."""
    points = (POINTS * CROP + MARGIN).astype(np.float32).reshape(10)
    template = np.concatenate([np.array([48, 44, 94, 124], np.float32), points])
    number = {str(name): i for i, name in enumerate(labels.names)}
    counts = Count(), Count()
    for name in names:
        rows = found(detector, read(portraits / "aligned" / f"{name}.jpg"))
        tally(counts[0], template, rows)
        if labels.found[number[name]]:
            tally(counts[1], labels.rows[number[name]], rows)
    return counts


def whole(detector: Detector, portraits: Path, labels: Labels) -> Count:
    """Whole portraits; the truth is YuNet's mean over several looks."""
    count = Count()
    for number, name in enumerate(labels.names):
        rows = found(detector, read(portraits / "whole" / f"{name}.jpg"))
        for truth in labels.rows[labels.picture == number]:
            tally(count, truth, rows)
    return count


def congress(detector: Detector, yardstick: Detector, folder: Path) -> Count:
    """Portraits of Congress, gallery and probes: the face that YuNet finds largest."""
    count = Count()
    for path in sorted(folder.rglob("*.jpg")):
        picture = read(path)
        truth = found(yardstick, picture)
        if len(truth):
            tally(count, truth[0], found(detector, picture))
        else:
            count.wanted += 1
    return count


def composites(detector: Detector, scenes: list[Scene]) -> tuple[dict[str, Count], float]:
    """By size of the face; and false faces per 100 scenes."""
    counts = {f"{a}-{b} px": Count() for a, b in pairwise(SIZES)}
    false = 0
    for scene in scenes:
        rows = found(detector, scene.picture)
        spare = set(range(len(rows)))
        for truth, ignored in zip(scene.rows, scene.ignored, strict=True):
            size = float(np.sqrt(truth[2] * truth[3]))
            place = int(np.searchsorted(SIZES, size, side="right")) - 1
            if ignored or not 0 <= place < len(counts):
                at = match(truth, rows)
            else:
                at = tally(list(counts.values())[place], truth, rows)
            spare.discard(-1 if at is None else at)
        false += len(spare)
    return counts, 100 * false / len(scenes)


def false_faces(detector: Detector, pictures: list[Image]) -> float:
    """Faces found per 100 pictures that have none."""
    return 100 * sum(len(found(detector, picture)) for picture in pictures) / len(pictures)


def ratio(one: Detector, other: Detector, side: int, rounds: int = 60) -> tuple[float, float]:
    """Median milliseconds of one run of each network at side x side px, taking turns: processor
    time of this thread, which is all that a session uses."""
    tensor = np.random.default_rng(SEED).random((1, 3, side, side), np.float32)
    times: list[list[float]] = [[], []]
    for _ in range(rounds):
        for detector, taken in zip((one, other), times, strict=True):
            start = time.thread_time()
            detector.session.run(tensor, detector.card.output.names)
            taken.append(1000 * (time.thread_time() - start))
    return float(np.median(times[0])), float(np.median(times[1]))


def read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path}: not a picture")
    return np.asarray(picture, np.uint8)


def lines(
    detector: Detector, yardstick: Detector, given: argparse.Namespace, sources: Sources
) -> Iterator[tuple[str, str]]:
    """What is measured, and the figure of one detector."""
    out = frozenset(given.held_out.read_text().split())
    labels = Labels.load(given.work / "aligned.npz")
    names = [str(name) for name in labels.names]
    groups = {"all": names[:: given.every], "held out": [n for n in names if n in out]}
    for group, some in groups.items():
        placed, seen = aligned(detector, given.portraits, labels, some)
        yield f"aligned portraits, {group}, by the template", str(placed)
        yield f"aligned portraits, {group}, by YuNet's labels", str(seen)
    labels = Labels.load(given.work / "whole.npz")
    yield "whole portraits, by YuNet's labels", str(whole(detector, given.portraits, labels))
    yield "Congress, by YuNet", str(congress(detector, yardstick, given.congress))
    rng = np.random.default_rng(SEED)
    scenes = [compose(sources, rng, SCENE) for _ in range(SCENES)]
    counts, false = composites(detector, scenes)
    for name, count in counts.items():
        yield f"composites, faces of {name}", str(count)
    yield "composites, false faces per 100", f"{false:.1f}"
    made = [backgrounds.background(rng, SCENE) for _ in range(EMPTY)]
    yield f"false faces per 100, {len(made)} procedural", f"{false_faces(detector, made):.2f}"
    natural = sources.natural
    yield f"false faces per 100, {len(natural)} natural", f"{false_faces(detector, natural):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--congress", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="the folder with YuNet's file")
    parser.add_argument("--model", type=Path, help="another file for the embedded detector's card")
    parser.add_argument("--held-out", type=Path, default=Path(__file__).with_name("held-out.txt"))
    parser.add_argument("--every", type=int, default=1, help="take every so many-th portrait")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    cards = Path(__file__).parents[1]
    yunet_card = load_card(cards / "yunet-dynamic.toml")
    mini_card = load_card(cards / "secondlook-mini-detector.toml")
    yunet = Detector(yunet_card, given.weights / yunet_card.file)
    mini = Detector(mini_card, given.model or cards / mini_card.file)
    out = frozenset(given.held_out.read_text().split())
    sources = load_sources(
        given.portraits, given.work, out, held_out=True, seed=SEED, grounds=EMPTY
    )
    sides = (lines(d, yunet, given, sources) for d in (yunet, mini))
    print("found; landmark error, mean / 95th percentile, of the distance of the eyes")
    print(f"{'':46s} {yunet_card.name:32s} {mini_card.name}")
    for (name, theirs), (_, ours) in zip(*sides, strict=True):
        print(f"{name:46s} {theirs:32s} {ours}", flush=True)
    for side in (320, 640):
        theirs_ms, ours_ms = ratio(yunet, mini, side)
        times = f"{theirs_ms:.2f} ms against {ours_ms:.2f} ms: {ours_ms / theirs_ms:.2f}"
        print(f"{f'one run at {side} x {side} px':46s} {times}")


if __name__ == "__main__":
    main()
