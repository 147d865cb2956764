"""How far detectors see heads turn: portraits of people whom no training saw, turned over a relief.

    python models/training/measure_turns.py PORTRAITS WORK WEIGHTS [--model FILE ...]

WORK has detector.py's labels, WEIGHTS YuNet's file. Yaw is what the program makes of five points
(``vision.quality.pose_deg``); the truth is YuNet's points of the frontal portrait, turned with it.
The reliefs are of the kind that the training draws from: this measures that a turn is read at all,
and favours whoever learned from it. YuNet stands beside it, which did not. The last line is of the
portraits as they are, heads that YuNet sees turned by 15 degrees or more: real turns, and its eye.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from composites_labels import Floats, Labels
from composites_sources import TurnedPicture, aligned_picture
from measure_detector import found, landmark_error, match
from secondlook.vision.cards import load_card
from secondlook.vision.detect import Detector
from secondlook.vision.quality import NOSE_DEPTH
from turns import Relief, Turn

STEPS = ((0, 15), (15, 30), (30, 45), (45, 60))  # degrees
REAL = 15.0
SEED = 77


def yaw(row: Floats) -> float:
    """Degrees, of a row's five points; positive where the nose points to image right."""
    left, right, nose, mouth_left, mouth_right = row[4:14].reshape(5, 2).astype(float)
    eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
    down, apart = mouth - eyes, float(np.hypot(*(right - left)))
    aside = float(np.cross([*down, 0], [*(nose - eyes), 0])[2]) / float(np.hypot(*down))
    return float(np.degrees(np.arctan2(-aside / NOSE_DEPTH, apart)))


@dataclass
class Read:
    """Of one step of turns: true and read yaw (degrees) and landmark error of the faces found."""

    tried: int = 0
    true: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)

    def add(self, truth: Floats, rows: Floats) -> None:
        self.tried += 1
        at = match(truth, rows)
        if at is not None:
            self.true.append(yaw(truth))
            self.seen.append(yaw(rows[at]))
            self.errors.append(landmark_error(truth, rows[at]))

    def __str__(self) -> str:
        if not self.true:
            return f"none of {self.tried}"
        true, seen = np.array(self.true), np.array(self.seen)
        off = np.abs(seen - true)
        slope = float((true * seen).sum() / (true * true).sum())
        return (
            f"{100 * len(true) / self.tried:.1f} % of {self.tried} found; yaw off by "
            f"{off.mean():.1f} degrees, {100 * (off <= 10).mean():.0f} % within 10, "
            f"{slope:.2f} of the true; landmarks {100 * np.mean(self.errors):.1f} / "
            f"{100 * np.quantile(self.errors, 0.95):.1f} %"
        )


def measure(
    detectors: list[Detector], portraits: Path, labels: Labels, chosen: list[int]
) -> list[dict[str, Read]]:
    """For each detector: every person once in each step, and as they are."""
    rng = np.random.default_rng(SEED)
    steps = [f"{low} to {high} degrees" for low, high in STEPS]
    reads = [{step: Read() for step in [*steps, "turned as they are"]} for _ in detectors]
    for i in chosen:
        row, picture = labels.rows[i], aligned_picture(portraits, str(labels.names[i]))
        shown = [(picture, row)] if abs(yaw(row)) >= REAL else []
        kinds = ["turned as they are"] * len(shown) + steps
        for low, high in STEPS:
            angle = float(np.radians(rng.uniform(low, high)) * rng.choice([-1, 1]))
            turn = Turn(Relief.drawn(rng), angle, float(np.radians(rng.normal(0, 5))))
            shown.append(TurnedPicture.of(turn)(picture, row))
        for detector, read in zip(detectors, reads, strict=True):
            for kind, (pixels, truth) in zip(kinds, shown, strict=True):
                read[kind].add(truth, found(detector, pixels))
    return reads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("portraits", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--model", type=Path, nargs="*", default=[], help="for the embedded card")
    parser.add_argument("--every", type=int, default=1, help="take every so many-th person")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    here = Path(__file__).parent
    names = frozenset(
        name
        for file in ("held-out.txt", "held-out-world.txt")
        for name in (here / file).read_text("utf-8").split()
    )
    labels = Labels.load(given.work / "aligned.npz")
    card = load_card(here.parent / "secondlook-mini-detector.toml")
    yunet = load_card(here.parent / "yunet-dynamic.toml")
    detectors = [Detector(yunet, given.weights / yunet.file)]
    detectors += [Detector(card, file) for file in given.model or [here.parent / card.file]]
    print("landmark error, mean / 95th percentile, of the distance of the eyes in the picture")
    chosen = [i for i, n in enumerate(labels.names) if n in names and labels.found[i]]
    found_by = measure(detectors, given.portraits, labels, chosen[:: given.every])
    for number, (detector, reads) in enumerate(zip(detectors, found_by, strict=True)):
        for step, read in reads.items():
            print(f"{detector.card.name} {number}, {step}: {read}", flush=True)


if __name__ == "__main__":
    main()
