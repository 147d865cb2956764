"""Templates for ``agreement.py``: good and degraded crops, made once and kept in a cache folder.

Degradations are made on the crop that the recogniser takes, with the landmarks of the good picture:
they show what a poor picture does to the scores, not what it does to the detector. In warped ones
the face is found anew.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from secondlook.domain.faces import Box, Face
from secondlook.vision.align import align
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.engine import Engine
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_turn import Degrees, Points, to_turn, turned, yaw

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
CANVAS = 192  # px
WARPED = "turned 30° (warped)"

Row = dict[str, str]


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


class Cache:
    """Templates and landmarks by name, computed when they are not there yet."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine = engine
        self.folder = folder / engine.model.name
        self.folder.mkdir(parents=True, exist_ok=True)
        points = engine.recogniser.card.alignment
        assert points is not None
        (ax, ay), (bx, by) = points.points[0], points.points[1]
        self.eyes = float(np.hypot(bx - ax, by - ay))

    def templates(self, name: str, crops: Callable[[], Iterator[Pixels]]) -> Tensor:
        path = self.folder / f"{name}.npy"
        if not path.exists():
            np.save(path, self.engine.templates(list(crops())))
        return np.asarray(np.load(path), np.float32)

    def spoilt(self, name: str, crops: Callable[[], Iterator[Pixels]], condition: str) -> Tensor:
        change = CONDITIONS[condition]
        return self.templates(
            f"{name} {condition}", lambda: (change(crop, self.eyes) for crop in crops())
        )

    def points(self, name: str, pictures: Callable[[], Iterator[Pixels]]) -> Points:
        """Where the detector finds the first face of each picture; the same for all recognisers."""
        path = self.folder.parent / f"{name} {self.engine.detector_identity.name}.npy"
        if not path.exists():
            found = [self.engine.faces(picture) for picture in pictures()]
            points = np.full((len(found), 5, 2), np.nan)
            for row, faces in zip(points, found, strict=True):
                row[:] = faces[0].landmarks if faces else np.nan
            np.save(path, points)
        return np.asarray(np.load(path), np.float64)

    def crop(self, pixels: Pixels, points: Points) -> Pixels:
        """``points``: (5, 2) of one face."""
        landmarks = tuple((float(x), float(y)) for x, y in points)
        face = Face(Box(0, 0, CANVAS, CANVAS), landmarks, 1.0)  # type: ignore[arg-type]
        return self.engine.crop(pixels, face)


@dataclass(frozen=True)
class Collection:
    """Pictures of a folder. ``aligned``: whether their landmarks lie at ``ALIGNED`` already."""

    folder: Path
    cache: Cache
    rows: list[Row]
    aligned: bool

    def pictures(self, rows: Sequence[Row]) -> Iterator[Pixels]:
        for row in rows:
            yield decode(read_original(self.folder / row["path"]), name=row["path"]).pixels

    @cached_property
    def points(self) -> Points:
        return self.cache.points(f"{self.folder.name} points", lambda: self.pictures(self.rows))

    @cached_property
    def yaw(self) -> Degrees:
        return yaw(self.points)

    def spoilt(self, name: str, at: Sequence[int], condition: str) -> Tensor:
        """Templates of some of the pictures, in one of ``CONDITIONS``."""
        rows = [self.rows[i] for i in at]
        where = np.array([ALIGNED] * len(rows)) if self.aligned else self.points[at]
        return self.cache.spoilt(
            name, lambda: map(self.cache.crop, self.pictures(rows), where), condition
        )

    def warped(self, name: str, at: Sequence[int]) -> tuple[Tensor, list[int], Points]:
        """Templates of the frontal ones, their places in ``at``, and the landmarks found now."""
        turns = to_turn(self.yaw[at])
        places = np.flatnonzero(~np.isnan(turns)).tolist()
        chosen = [at[i] for i in places]

        def canvases() -> Iterator[Pixels]:
            pictures = self.pictures([self.rows[i] for i in chosen])
            for i, place, picture in zip(chosen, places, pictures, strict=True):
                points = [(float(x), float(y)) for x, y in self.points[i]]
                canvas = picture if self.aligned else align(picture, points, ALIGNED, CANVAS)
                yield turned(canvas, float(turns[place]))

        points = self.cache.points(f"{name} warped points", canvases)
        found = np.flatnonzero(~np.isnan(points[:, 0, 0]))

        def crops() -> Iterator[Pixels]:
            for canvas, place in zip(canvases(), points, strict=True):
                if not np.isnan(place[0, 0]):
                    yield self.cache.crop(canvas, place)

        templates = self.cache.templates(f"{name} warped", crops)
        return templates, [places[i] for i in found], points


def manifest(folder: Path) -> list[Row]:
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
