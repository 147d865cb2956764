"""How often copies of a photograph are recognised, and other photographs suspected (decision 0020).

    python -m tests.bench.photographs --shared ../shared [--every 8]

Reads the portraits of Congress and ``portraits/whole``; nothing derived from them is written.
Suspected pairs are named, to be looked at: labels are not perfect, and ``portraits/whole`` has ids
of its own, so that its copies of Congress's portraits are named as other people's.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from secondlook import bootstrap
from secondlook.domain.faces import Face
from secondlook.domain.fingerprints import likenesses, unpack
from secondlook.domain.photographs import ALIKE, TEMPLATE_LINE
from secondlook.vision.decode import Pixels, decode
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.fingerprint import fingerprint

RECOGNISERS = ("reid-retail-0095", "mobilefacenet-foamliu", "secondlook-mini")
ALONE = 60
"""Pictures that are compared with all others by their fingerprints alone."""

Copier = Callable[[Pixels], bytes]


@dataclass(frozen=True)
class Seen:
    """``templates``: (recognisers, D) as a list, since their lengths differ."""

    face: Face
    fingerprint: bytes
    templates: list[npt.NDArray[np.float32]]


def see(data: bytes, engines: list[Engine]) -> Seen | None:
    pixels = decode(data, name="picture").pixels
    faces = engines[0].faces(pixels)
    if not faces:
        return None
    face = max(faces, key=lambda f: f.box.width)
    made = [engine.template(pixels, face) for engine in engines]
    return Seen(face, fingerprint(pixels, face), made)


def jpeg(pixels: Pixels, quality: int = 85) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def resized(pixels: Pixels, across: float, down: float) -> Pixels:
    method = cv2.INTER_AREA if across < 1 else cv2.INTER_CUBIC
    made = cv2.resize(pixels, None, fx=across, fy=down, interpolation=method)
    return np.asarray(made, np.uint8)


def cropped(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels:
    height, width = pixels.shape[:2]
    rows = slice(int(height * top), height - int(height * bottom))
    return pixels[rows, int(width * left) : width - int(width * right)].copy()


def turned(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    made = cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255))
    return np.asarray(made, np.uint8)


def grey(pixels: Pixels) -> Pixels:
    one = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(one, cv2.COLOR_GRAY2BGR), np.uint8)


def toned(pixels: Pixels, shift: float = 0, contrast: float = 1, gamma: float = 1) -> Pixels:
    made = 255 * (pixels / 255) ** gamma
    return np.clip((made - 128) * contrast + 128 + shift, 0, 255).astype(np.uint8)


def at(edit: Callable[[Pixels, float], Pixels], value: float, quality: int = 85) -> Copier:
    return lambda pixels: jpeg(edit(pixels, value), quality)


def several(pixels: Pixels) -> bytes:
    small = resized(cropped(pixels, 0.1, 0.05, 0.1, 0.1), 0.7, 0.7)
    return jpeg(toned(grey(small), 20, 1.15), 50)


def harsh(pixels: Pixels) -> bytes:
    small = resized(turned(cropped(pixels, 0.1, 0.08, 0.15, 0.1), 2), 0.5, 0.5)
    return jpeg(toned(small, gamma=0.8), 30)


def webp(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, 60])[1])


COPIES: dict[str, Copier] = {
    **{f"JPEG {q}": at(lambda p, _: p, 0, q) for q in (95, 75, 50, 30)},
    "WebP 60": webp,
    **{f"size x {f}": at(lambda p, f: resized(p, f, f), f) for f in (0.5, 0.7, 1.5, 3.0)},
    **{
        f"cropped by {100 * c:g} %": at(lambda p, c: cropped(p, c, c, c, c), c, 90)
        for c in (0.05, 0.1, 0.15, 0.2)
    },
    "cropped unevenly": lambda p: jpeg(cropped(p, 0.2, 0.05, 0.1, 0.25), 90),
    "grey": lambda p: jpeg(grey(p)),
    **{f"brighter by {b}": at(toned, b) for b in (40, -40)},
    **{f"contrast {c}": at(lambda p, c: toned(p, 0, c), c) for c in (1.4, 0.6)},
    **{f"gamma {g}": at(lambda p, g: toned(p, 0, 1, g), g) for g in (0.6, 1.6)},
    **{f"turned by {d}": at(turned, d) for d in (3, -7)},
    "mirrored": lambda p: jpeg(p[:, ::-1].copy(), 90),
    "stretched": lambda p: jpeg(resized(p, 1.05, 1)),
    "several at once": several,
    "harsh": harsh,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--every", type=int, default=8, help="copies of every so many pictures")
    arguments = parser.parse_args()
    models = bootstrap.open_models(arguments.shared / "models")
    engines = [open_engine(models, None, name) for name in RECOGNISERS]
    faces = arguments.shared / "faces"
    paths = sorted((faces / "congress").rglob("*.jpg")) + sorted(
        (faces / "portraits/whole").glob("*.jpg")
    )
    seen = {path: found for path in paths if (found := see(path.read_bytes(), engines))}
    print(f"{len(seen)} of {len(paths)} pictures with a face")
    report_copies(dict(list(seen.items())[:: arguments.every]), engines)
    report_others(seen, labels(faces / "congress"))


def report_copies(seen: dict[Path, Seen], engines: list[Engine]) -> None:
    for name, copier in COPIES.items():
        alike, lines, lowest = 0, np.zeros(len(engines), np.int64), 1.0
        for path, original in seen.items():
            copy = see(copier(decode(path.read_bytes(), name=path.name).pixels), engines)
            if copy is None:
                continue
            (mine,) = unpack([original.fingerprint])
            value = likenesses(mine, unpack([copy.fingerprint]))[0].value
            pairs = zip(original.templates, copy.templates, strict=True)
            scores = np.array([float(a @ b) for a, b in pairs])
            alike += value >= ALIKE
            lines += (value >= ALIKE) & (scores >= TEMPLATE_LINE)
            lowest = min(lowest, value)
        of = " ".join(map(str, lines))
        print(f"{name}: {alike} of {len(seen)}, lowest {lowest:.2f}; by each model {of}")


def labels(congress: Path) -> dict[Path, str]:
    """ "yes" where a mated probe was verified to be another photograph, "unsure", or empty."""
    with (congress / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {congress / row["path"]: row["different_photo"] for row in csv.DictReader(file)}


def report_others(seen: dict[Path, Seen], labelled: dict[Path, str]) -> None:
    paths, every = list(seen), list(seen.values())
    prints = unpack([s.fingerprint for s in every])
    stacks = [np.stack([s.templates[k] for s in every]) for k in range(len(RECOGNISERS))]
    scores = np.max([stack @ stack.T for stack in stacks], axis=0)
    counted: dict[str, list[float]] = {}
    for row, path in enumerate(paths):
        columns = np.flatnonzero(scores[row, row + 1 :] >= TEMPLATE_LINE) + row + 1
        found = likenesses(prints[row], prints[columns])
        for column, like in zip(columns.tolist(), found, strict=True):
            kind = _kind(path, paths[column], labelled, float(scores[row, column]))
            counted.setdefault(kind, []).append(like.value)
            if like.value >= ALIKE:
                print(f"suspected, {kind}: {path} {paths[column]} {like.value:.3f}")
    for kind, values in counted.items():
        print(f"{kind}: {sum(v >= ALIKE for v in values)} of {len(values)} suspected")
    alone = list(_alone(prints, scores))
    print(f"different people, fingerprints alone: {sum(v >= ALIKE for v in alone)} of {len(alone)}")
    print(f"  highest {max(alone):.3f}")


def _kind(path: Path, other: Path, labelled: dict[Path, str], score: float) -> str:
    if path.stem == other.stem:
        unsure = "unsure" in (labelled.get(path), labelled.get(other))
        return "one person, perhaps one photograph" if unsure else "one person, other photographs"
    return "other names, 0.6 or more" if score >= 0.6 else "other names, less than 0.6"


def _alone(prints: npt.NDArray[np.uint8], scores: npt.NDArray[np.float32]) -> Iterator[float]:
    for row in np.random.default_rng(1).integers(0, len(prints), ALONE).tolist():
        for column, like in enumerate(likenesses(prints[row], prints)):
            if scores[row, column] < TEMPLATE_LINE:
                yield like.value


if __name__ == "__main__":
    main()
