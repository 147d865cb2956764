"""Templates for ``agreement.py``: good and degraded crops, made once and kept in a cache folder.

Degradations are made on the crop that the recogniser takes, with the landmarks of the good picture:
they show what a poor picture does to the scores, not what it does to the detector.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from secondlook.domain.faces import Box, Face
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.engine import Engine
from secondlook.vision.sessions import Tensor

# Where the landmarks of the pictures in portraits/aligned are: the crop of reid-0095 (see its
# card) in the middle of 192 x 192.
ALIGNED = tuple(
    (x + 32, y + 32)
    for x, y in (
        (40.3930, 59.0810),
        (87.3754, 58.8582),
        (64.0333, 81.9840),
        (44.7322, 105.5603),
        (83.6390, 105.3734),
    )
)
MODERN = 1900  # people born since then were photographed rather than painted


def _blur(crop: Pixels, eyes: float) -> Pixels:
    """Out of focus: a Gaussian of a twentieth of the distance between the eyes."""
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), eyes / 20), np.uint8)


def _jpeg(crop: Pixels, _: float) -> Pixels:
    _, data = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 20])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _small(crop: Pixels, eyes: float) -> Pixels:
    """As if the eyes had been 24 px apart."""
    size = crop.shape[1], crop.shape[0]
    scale = 24 / eyes
    small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _dark(crop: Pixels, _: float) -> Pixels:
    """An eighth of the light, with a sensor's noise (sigma 3 of 255), brightened four times."""
    noise = np.random.default_rng(7).normal(0, 3, crop.shape)
    return np.asarray(np.clip((crop / 8 + noise) * 4, 0, 255), np.uint8)


def _grey(crop: Pixels, _: float) -> Pixels:
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


CONDITIONS: dict[str, Callable[[Pixels, float], Pixels]] = {
    "good": lambda crop, _: crop,
    "blur": _blur,
    "JPEG 20": _jpeg,
    "24 px": _small,
    "dark": _dark,
    "grey": _grey,
}


@dataclass(frozen=True, slots=True)
class Congress:
    """``templates`` by condition, one row for each of ``rows`` (path, person, role)."""

    rows: list[dict[str, str]]
    templates: dict[str, Tensor]

    def where(self, role: str) -> list[int]:
        return [i for i, row in enumerate(self.rows) if row["role"] == role]


@dataclass(frozen=True, slots=True)
class Portraits:
    """``gallery``: one template for each person; ``probes``: of a ``sample``, by condition."""

    modern: list[bool]
    gallery: Tensor
    sample: list[int]
    probes: dict[str, Tensor]


class Cache:
    """Templates by name, computed when they are not there yet."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine = engine
        self.folder = folder / engine.model.name
        self.folder.mkdir(parents=True, exist_ok=True)
        points = engine.recogniser.card.alignment
        assert points is not None
        (ax, ay), (bx, by) = points.points[0], points.points[1]
        self.eyes = float(np.hypot(bx - ax, by - ay))

    def templates(self, name: str, crops: Callable[[], Sequence[Pixels]], condition: str) -> Tensor:
        path = self.folder / f"{name} {condition}.npy"
        if not path.exists():
            change = CONDITIONS[condition]
            found = self.engine.templates([change(crop, self.eyes) for crop in crops()])
            np.save(path, found)
        return np.asarray(np.load(path), np.float32)


def congress(folder: Path, cache: Cache) -> Congress:
    """Gallery and probes of a folder with manifest.csv; pictures without a face are left out."""
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kept = cache.folder / "congress crops.npz"
    if not kept.exists():
        indices, crops = [], []
        for index, row in enumerate(rows):
            pixels = decode(read_original(folder / row["path"]), name=row["path"]).pixels
            if faces := cache.engine.faces(pixels):
                indices.append(index)
                crops.append(cache.engine.crop(pixels, faces[0]))
        np.savez(kept, indices=indices, crops=np.stack(crops))
    with np.load(kept) as stored:
        indices, all_crops = stored["indices"].tolist(), stored["crops"]
    made = {c: cache.templates("congress", lambda: list(all_crops), c) for c in CONDITIONS}
    return Congress([rows[i] for i in indices], made)


def portraits(folder: Path, cache: Cache, exclude: Sequence[str], sample: int) -> Portraits:
    """People of ``folder``/aligned, less ``exclude``; a seeded ``sample`` of them as probes."""
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        people = [row for row in csv.DictReader(file) if row["person"] not in set(exclude)]

    def crops(rows: Sequence[dict[str, str]]) -> list[Pixels]:
        face = Face(Box(0, 0, 192, 192), ALIGNED, 1.0)  # type: ignore[arg-type]
        pictures = (decode(read_original(folder / r["path"]), name=r["path"]) for r in rows)
        return [cache.engine.crop(picture.pixels, face) for picture in pictures]

    chosen = sorted(np.random.default_rng(4).permutation(len(people))[:sample].tolist())
    rows = [people[i] for i in chosen]
    worse = [condition for condition in CONDITIONS if condition != "good"]
    name = f"portraits {sample}"
    probes = {c: cache.templates(name, lambda: crops(rows), c) for c in worse}
    gallery = cache.templates("portraits", lambda: crops(people), "good")
    modern = [int(row["born"] or 0) >= MODERN for row in people]
    return Portraits(modern, gallery, chosen, {"good": gallery[chosen], **probes})
