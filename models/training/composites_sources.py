"""What composites are made of: faces that are cut out and turned, whole portraits, and grounds."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

import backgrounds
import backgrounds_natural
from aligned import CROP, MARGIN
from composites_labels import MIRRORED, Floats, Image, Labels
from portraits import WORLD
from turns import Turn

Rng = np.random.Generator

SIDE = 192  # px of an aligned portrait
GROUND = 384  # px of a procedural ground
COVERINGS = 3  # grounds that are made of one whole portrait
_MODERN = 95  # the Congress of 1977: colour photographs become usual


@dataclass(frozen=True)
class Sources:
    """Aligned portraits uint8 (n, 192, 192, 3) with the face of each (n, 14) and the share of draws
    that end at it or before; whole portraits with theirs; grounds without a face (natural ones,
    procedural ones, portraits whose face is covered); masks float32 (192, 192)."""

    crops: Image
    faces: Floats
    drawn: npt.NDArray[np.float64]
    whole: list[Image]
    whole_faces: list[Floats]
    natural: list[Image]
    procedural: list[Image]
    faceless: list[Image]
    masks: list[Floats]
    turns: list["TurnedPicture"]


@dataclass(frozen=True)
class TurnedPicture:
    """A turn of a head and where each pixel of the turned portrait comes from (px)."""

    turn: Turn
    where: Floats

    @classmethod
    def of(cls, turn: Turn) -> "TurnedPicture":
        where = turn.map(SIDE, MARGIN / CROP) * np.float32(CROP) + np.float32(MARGIN - 0.5)
        return cls(turn, np.asarray(where, np.float32))

    def __call__(self, picture: Image, row: Floats) -> tuple[Image, Floats]:
        """The portrait turned, and its face (14,): the points move as the relief does, the box
        holds what of the old one's oval is still in sight."""
        drawn = cv2.remap(
            picture,
            self.where[..., 0],
            self.where[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        points = self._moved(row[4:].reshape(5, 2))
        angle = np.linspace(0, 2 * np.pi, 33)[:-1]
        around = [np.stack([np.cos(angle), np.sin(angle)], 1) * r for r in (0.3, 0.6, 0.8, 1.0)]
        oval = self._moved(row[:2] + row[2:4] / 2 * (1 + np.concatenate(around)))
        low, high = oval.min(0), oval.max(0)
        return np.asarray(drawn, np.uint8), np.concatenate(
            [low, high - low, points.reshape(10)]
        ).astype(np.float32)

    def _moved(self, points: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        share = (points - MARGIN) / CROP
        x, y, _ = self.turn.places(share[:, 0], share[:, 1])
        return np.stack([x, y], 1) * CROP + MARGIN


def load_sources(
    portraits: Path,
    work: Path,
    persons: frozenset[str],
    *,
    held_out: bool,
    seed: int,
    grounds: int,
    turns: int = 200,
) -> Sources:
    """Everything for scenes of the persons that are held out, or of all others.

    ``work`` has the teacher's labels and the natural pictures; ``grounds`` procedural pictures and
    ``turns`` are made from ``seed``. People beyond the legislators weigh as the modern ones.
    """
    rng = np.random.default_rng(seed)
    with (portraits / "manifest.csv").open(encoding="utf-8") as table:
        modern = {
            r["person"]: float(r["last_congress"] or 0) >= _MODERN for r in csv.DictReader(table)
        }
    aligned, labels = Labels.load(work / "aligned.npz"), Labels.load(work / "whole.npz")
    chosen = [i for i, n in enumerate(aligned.names) if (str(n) in persons) == held_out]
    weight = np.array([2.5 if modern.get(str(aligned.names[i]), True) else 1.0 for i in chosen])
    some = [i for i, n in enumerate(labels.names) if (str(n) in persons) == held_out]
    whole = [_read(portraits / "whole" / f"{labels.names[i]}.jpg") for i in some]
    whole_faces = [labels.rows[labels.picture == i] for i in some]
    procedural = [backgrounds.background(rng, GROUND) for _ in range(grounds)]
    return Sources(
        crops=np.stack([aligned_picture(portraits, str(aligned.names[i])) for i in chosen]),
        faces=aligned.rows[chosen],
        drawn=np.cumsum(weight / weight.sum()),
        whole=whole,
        whole_faces=whole_faces,
        natural=backgrounds_natural.load(work / "natural" / ("test" if held_out else "train")),
        procedural=procedural,
        faceless=[
            _faceless(picture, faces, procedural, rng)
            for picture, faces in zip(whole, whole_faces, strict=True)
            for _ in range(COVERINGS)
        ],
        masks=[_mask(rng) for _ in range(64)],
        turns=[TurnedPicture.of(Turn.drawn(rng)) for _ in range(turns)],
    )


def aligned_picture(portraits: Path, name: str) -> Image:
    """Of either collection; no name is in both."""
    path = portraits / "aligned" / f"{name}.jpg"
    return _read(path if path.exists() else portraits.with_name(WORLD) / "aligned" / path.name)


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path}: not a picture")
    return np.asarray(picture, np.uint8)


def _mask(rng: Rng) -> Floats:
    """What of an aligned portrait is kept: an oval around the head, uneven and more or less soft,
    or a rectangle. It never cuts into the face itself."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    if rng.random() < 0.3:
        mask = np.zeros((SIDE, SIDE), np.float32)
        left, right, top, bottom = (int(v) for v in rng.integers(0, (44, 46, 40, 22)))
        mask[top : SIDE - bottom, left : SIDE - right] = 1
        if rng.random() < 0.3:
            return np.asarray(cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(1, 6))), np.float32)
        return mask
    wide, high = rng.uniform(56, 84), rng.uniform(76, 96)
    middle = 98 + (96 - high) * 0.3
    far = np.hypot((x - 96) / wide, (y - middle) / high)
    far = far + (backgrounds.noise(rng, SIDE, 5, 2) - 0.5) * np.float32(rng.uniform(0, 0.35))
    softness = np.float32(rng.uniform(0.01, 0.2))
    return np.asarray(np.clip((1 - far) / softness + 0.5, 0, 1), np.float32)


def ground(sources: Sources, rng: Rng, size: int) -> Image:
    """A square (size, size, 3) without a face: from a natural picture, a procedural one, or a
    whole portrait whose face is covered."""
    kind = rng.random()
    if kind < 0.52 and sources.natural:
        picture = sources.natural[int(rng.integers(len(sources.natural)))]
    elif kind < 0.88 or not sources.faceless:
        picture = sources.procedural[int(rng.integers(len(sources.procedural)))]
    else:
        picture = sources.faceless[int(rng.integers(len(sources.faceless)))]
    height, width = picture.shape[:2]
    side = int(min(height, width) * rng.uniform(0.35, 1.0))
    y, x = (int(rng.integers(0, limit - side + 1)) for limit in (height, width))
    part = picture[y : y + side, x : x + side]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    if rng.random() < 0.2:
        part = np.rot90(part, int(rng.integers(4)))
    how = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (size, size), interpolation=how), np.uint8)


def _faceless(picture: Image, faces: Floats, others: list[Image], rng: Rng) -> Image:
    """A whole portrait with an oval of something else over the face, at half its size."""
    picture = picture.copy()
    for x, y, width, height in faces[:, :4]:
        mask = np.zeros(picture.shape[:2], np.uint8)
        axes = (int(width * rng.uniform(0.6, 0.85)), int(height * rng.uniform(0.6, 0.8)))
        middle = (int(x + width / 2), int(y + height / 2))
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 255, -1)
        kind = rng.random()
        if kind < 0.4:
            cover = np.full_like(picture, backgrounds.skin(rng))
        elif kind < 0.7:
            other = others[int(rng.integers(len(others)))]
            cover = _sized(other, picture)
        else:
            cover = _sized(cv2.resize(picture, (6, 8), interpolation=cv2.INTER_AREA), picture)
        picture[mask > 0] = cover[mask > 0]
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


def _sized(picture: npt.NDArray[Any], like: Image) -> Image:
    return np.asarray(
        cv2.resize(picture, like.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.uint8
    )


def mirrored(picture: Image, faces: Floats) -> tuple[Image, Floats]:
    """Left and right exchanged; the eyes and mouth corners keep their order in the picture."""
    turned, width = faces.copy(), picture.shape[1]
    turned[:, 0] = width - faces[:, 0] - faces[:, 2]
    turned[:, 4::2] = width - faces[:, 4::2]
    return np.ascontiguousarray(picture[:, ::-1]), turned[:, MIRRORED]
