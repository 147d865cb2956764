"""Effective resolution on real portraits: how often a native picture loses, how often an enlarged
one keeps what it never had.

    python -m tests.bench.detail SHARED [people]

SHARED holds ``faces`` and ``models``. Native: as the file is, and reduced by area to 20, 32 and 44
px between the eyes, then saved, noisy or sharpened. Enlarged: reduced to 12 to 28 px, saved as JPEG
90, enlarged by four filters, then treated in ten ways.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from secondlook.domain.faces import Face
from secondlook.paths import cards
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.detail import effective_eye_px
from secondlook.vision.engine import open_engine
from secondlook.vision.models import ModelStore

FOLDERS = ("congress/gallery", "congress/probes/absent", "portraits/whole")
FILTERS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}
Change = Callable[[Pixels], Pixels]


def bytes_of(values: object) -> Pixels:
    return np.asarray(np.clip(np.asarray(values), 0, 255), np.uint8)


def jpeg(quality: int) -> Change:
    return lambda p: bytes_of(
        cv2.imdecode(cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)
    )


def noise(sigma: float) -> Change:
    rng = np.random.default_rng(1)
    return lambda p: bytes_of(p + rng.normal(0, sigma, (*p.shape[:2], 1)))


def sharp(sigma: float, amount: float) -> Change:
    return lambda p: bytes_of(
        p + amount * (p.astype(np.float32) - cv2.GaussianBlur(p, (0, 0), sigma))
    )


def both(first: Change, then: Change) -> Change:
    return lambda p: then(first(p))


NATIVE: dict[str, Change] = {
    "plain": lambda p: p,
    "JPEG 90": jpeg(90),
    "JPEG 75": jpeg(75),
    "noise 4": noise(4),
    "sharpened": sharp(1, 1),
}
AFTERWARDS: dict[str, Change] = {
    "plain": lambda p: p,
    "JPEG 75": jpeg(75),
    "JPEG 95": jpeg(95),
    "noise 3": noise(3),
    "noise 8": noise(8),
    "sharpened": sharp(2, 1.5),
    "sharpened finely": sharp(1, 2),
    "sharpened, noise 4": both(sharp(2, 1.5), noise(4)),
    "noise 5, JPEG 85": both(noise(5), jpeg(85)),
    "blurred, sharpened": both(lambda p: bytes_of(cv2.GaussianBlur(p, (0, 0), 0.7)), sharp(1.5, 2)),
}


def scaled(pixels: Pixels, face: Face, scale: float, how: int) -> tuple[Pixels, Face]:
    a, b, c, d, e = ((x * scale, y * scale) for x, y in face.landmarks)
    changed = bytes_of(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how))
    return changed, replace(face, landmarks=(a, b, c, d, e))


def main(shared: Path, people: int) -> None:
    engine = open_engine(ModelStore(cards(), [shared / "models"]))
    paths = [p for f in FOLDERS for p in sorted((shared / "faces" / f).glob("*.jpg"))]
    draw = random.Random(7)
    native: dict[str, list[float]] = defaultdict(list)
    enlarged: dict[tuple[int, str], list[float]] = defaultdict(list)
    passed: dict[int, list[bool]] = defaultdict(list)
    for path in draw.sample(paths, people):
        pixels = decode(read_original(path), name=path.name).pixels
        faces = engine.faces(pixels)
        if not faces:
            continue
        face = faces[0]
        native[path.parent.name].append(effective_eye_px(pixels, face) / face.inter_eye)
        for eyes in (20, 32, 44):
            if eyes > 0.8 * face.inter_eye:
                continue
            small, there = scaled(pixels, face, eyes / face.inter_eye, cv2.INTER_AREA)
            for name, change in NATIVE.items():
                share = effective_eye_px(change(small), there) / there.inter_eye
                native[f"reduced, {name}"].append(share)
        eyes = draw.choice([12, 16, 20, 24, 28])
        small, there = scaled(pixels, face, eyes / face.inter_eye, cv2.INTER_AREA)
        small = jpeg(90)(small)
        for times in (2, 3, 4):
            for how in FILTERS.values():
                big, where = scaled(small, there, times, how)
                for name, change in AFTERWARDS.items():
                    found = effective_eye_px(change(big), where)
                    enlarged[times, name].append(found / eyes)
                    if times * eyes >= 32:
                        passed[times].append(found >= 32)
    for kind, shares in native.items():
        lost, much = (np.mean(np.array(shares) < s) for s in (0.85, 0.6))
        print(f"{kind:24} n {len(shares):4}  loses > 15 %: {lost:.3f}  > 40 %: {much:.3f}")
    for (times, name), ratios in enlarged.items():
        low, middle, high = np.percentile(ratios, (5, 50, 95))
        full = np.mean(np.array(ratios) > 0.95 * times)
        print(
            f"x{times} {name:20} n {len(ratios):4}  5/50/95 %: {low:.2f} {middle:.2f} {high:.2f}"
            f"  keeps all: {full:.3f}"
        )
    for times, good in passed.items():
        print(f"x{times}, at least 32 px after: passes 32 px {np.mean(good):.3f} of {len(good)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 120)
