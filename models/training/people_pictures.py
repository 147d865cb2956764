"""Pictures of made people: the reference, and probes that differ from it by more than a filter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from aligned import Field, Image, Rng
from people_check import Finder, packed, read, unpacked
from people_morph import (
    FIVE,
    HEIGHT,
    WIDTH,
    Blend,
    Parent,
    bgr,
    faded,
    joined,
    on_canvas,
    outline,
    oval,
    sample,
    spline,
)

MIRRORED = "m"  # at the end of a parent's name: the portrait is taken as in a mirror
# How far the five points stand out of the face, as a share of the distance between the eyes.
_DEPTH = np.array([0.0, 0.0, 0.45, 0.12, 0.12])


@dataclass(frozen=True)
class Person:
    """One made person: ``parents`` are names of portraits, the first lends hair and outline."""

    name: str
    parents: tuple[str, ...]
    seed: int
    long_hair: bool = False
    absent: bool = False

    @property
    def portraits(self) -> set[str]:
        return {parent.removesuffix(MIRRORED) for parent in self.parents}


class Portraits:
    """Portraits by name: whole ones if there are, else the aligned crops."""

    def __init__(self, folder: Path, finder: Finder) -> None:
        self._folder, self._finder = folder, finder

    @lru_cache(maxsize=256)  # noqa: B019 - lives as long as the run
    def parent(self, name: str) -> Parent:
        return on_canvas(*self._read(name))

    @lru_cache(maxsize=256)  # noqa: B019
    def outline(self, name: str, *, long_hair: bool) -> Field:
        head = outline(*self._read(name.removesuffix(MIRRORED)), long_hair=long_hair)
        return np.ascontiguousarray(head[:, ::-1]) if name.endswith(MIRRORED) else head

    def _read(self, name: str) -> tuple[Image, Field]:
        file = f"{name.removesuffix(MIRRORED)}.jpg"
        whole = self._folder / "whole" / file
        if whole.exists():
            picture = read(whole)
        else:
            crop = read(self._folder / "aligned" / file)
            picture = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        five = self._finder.largest(picture)
        if five is None:
            raise SystemExit(f"{file}: no face is found in it.")
        if name.endswith(MIRRORED):  # eyes and corners of the mouth change places
            picture = np.ascontiguousarray(picture[:, ::-1])
            five = five[[1, 0, 2, 4, 3]] * (-1, 1) + (picture.shape[1] - 1, 0)
        return picture, five


def reference(person: Person, portraits: Portraits) -> Field:
    """The person on plain ground: CIELAB float32 (480, 384, 3)."""
    rng = np.random.default_rng(person.seed)
    return _composed(person, _blend(len(person.parents), rng), portraits, rng)


def probe(person: Person, seed: int, portraits: Portraits) -> Field:
    """The same person in another photograph: other weights, pose, expression, light and ground."""
    own = np.random.default_rng(person.seed)
    base = _blend(len(person.parents), own)
    rng = np.random.default_rng(seed)
    other = _blend(len(person.parents), rng)
    blend = Blend(
        0.72 * base.colour + 0.28 * other.colour,
        0.72 * base.shape + 0.28 * other.shape,
        0.5 * base.detail + 0.5 * other.detail,
    )
    picture = _composed(person, blend, portraits, own, turn=rng)
    return _lit(picture, rng)


def _blend(parents: int, rng: Rng) -> Blend:
    """Random shares; the first parent, whose hair is seen, gets little of the face."""

    def shares(least: float, most: float, even: float) -> Field:
        first = rng.uniform(least, most)
        rest = rng.dirichlet(np.full(parents - 1, even)) * (1 - first)
        return np.array([first, *rest], np.float32)

    return Blend(shares(0.12, 0.26, 5), shares(0.08, 0.25, 4), shares(0.12, 0.3, 1.5))


def _composed(
    person: Person, blend: Blend, portraits: Portraits, rng: Rng, turn: Rng | None = None
) -> Field:
    parents = [portraits.parent(name) for name in person.parents]
    head = portraits.outline(person.parents[0], long_hair=person.long_hair)
    lab, head = joined(parents, blend, head, _own_proportions(rng))
    width, height = np.exp(rng.normal(0, 0.03, 2))
    ground = np.array([rng.uniform(135, 215), 128, 128], np.float32)
    ground[1:] += rng.normal(0, 2.5, 2).astype(np.float32)
    both = np.dstack([lab, faded(head, long_hair=person.long_hair)])
    if turn is not None:
        both = _turned(both, turn)
        ground += turn.normal(0, (25, 3, 3)).astype(np.float32)
    both = _placed(both, width, height, turn)
    shown = np.clip(both[..., 3:], 0, 1)
    picture = both[..., :3] * shown + ground * (1 - shown)
    sharp: Field = picture + 0.35 * (picture - cv2.GaussianBlur(picture, (0, 0), 1.3))
    return sharp.astype(np.float32)


def _own_proportions(rng: Rng) -> Field:
    """What no parent has: eyes nearer, a longer nose, a wider mouth (px from their mean)."""
    eyes, nose, wide, low = rng.normal(0, (2.0, 2.5, 2.5, 2.5))
    return np.array([(-eyes, 0), (eyes, 0), (0, nose), (-wide, low), (wide, low)], np.float32)


def _turned(picture: Field, rng: Rng) -> Field:
    """The head turned a little, the mouth a little wider or narrower."""
    yaw = rng.uniform(0.1, 0.22) * rng.choice([-1, 1])
    pitch = rng.uniform(-0.1, 0.1)
    points = FIVE.astype(np.float64)
    centre = points.mean(0)
    depth = _DEPTH * (points[1, 0] - points[0, 0])
    moved = centre + (points - centre) * (np.cos(yaw), np.cos(pitch))
    moved += np.outer(depth, (np.sin(yaw), np.sin(pitch)))
    smile = rng.uniform(-2.5, 2.5)  # px
    moved[3] += (-smile, -smile / 2)
    moved[4] += (smile, -smile / 2)
    return sample(picture, spline(moved.astype(np.float32), FIVE))


def _placed(picture: Field, width: float, height: float, turn: Rng | None) -> Field:
    """Stretched by two factors; a probe is also rolled and shifted."""
    middle = np.array([WIDTH / 2, HEIGHT / 2 - 20])
    scale = np.diag([width, height])
    shift = np.array([0.0, 14.0])
    if turn is not None:
        roll = np.deg2rad(turn.uniform(-5, 5))
        size = turn.uniform(0.8, 0.97)
        scale = (
            size * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]]) @ scale
        )
        shift = shift + turn.uniform(-14, 14, 2)
    matrix = np.concatenate([scale, (middle + shift - scale @ middle)[:, None]], 1)
    return cv2.warpAffine(
        picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _lit(lab: Field, rng: Rng) -> Field:
    """Light from one side, another exposure, contrast and colour of the light."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32) / HEIGHT - 0.5
    slope = np.float32(rng.uniform(0.25, 0.5)) * (np.cos(angle) * x + np.sin(angle) * y)
    lit = lab.copy()
    gamma = np.float32(np.exp(rng.normal(0, 0.12)))
    lit[..., 0] = 255 * np.clip(lab[..., 0] / 255 * np.exp(slope), 0, 1) ** gamma
    lit[..., 1:] += rng.normal(0, (1.5, 3.5)).astype(np.float32)
    return lit.astype(np.float32)


def _small(picture: Image, rng: Rng) -> Image:
    little = cv2.resize(picture, None, fx=0.42, fy=0.42, interpolation=cv2.INTER_AREA)
    height, width = HEIGHT - little.shape[0], WIDTH - little.shape[1]
    top, left = int(rng.integers(60, 200)), int(rng.integers(30, 180))
    sides = top, height - top, left, width - left
    return cv2.copyMakeBorder(little, *sides, cv2.BORDER_REPLICATE)


def _dark(picture: Image, rng: Rng) -> Image:
    noise = rng.normal(0, 5, picture.shape)
    return np.clip(picture * 0.3 + noise, 0, 255).astype(np.uint8)


def _blurred(picture: Image, rng: Rng) -> Image:
    kernel = np.zeros((15, 15), np.float32)
    kernel[7, 3:12] = 1 / 9
    return cv2.filter2D(cv2.GaussianBlur(picture, (0, 0), rng.uniform(1.8, 2.4)), -1, kernel)


def _compressed(picture: Image, rng: Rng) -> Image:
    little = cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    poor = unpacked(packed(little, int(rng.integers(10, 16))))
    return cv2.resize(poor, picture.shape[1::-1])


# What a degraded probe went through, by its name in the recipe.
DAMAGE: dict[str, Callable[[Image, Rng], Image]] = {
    "small": _small,
    "dark": _dark,
    "blurred": _blurred,
    "compressed": _compressed,
}


def group(persons: list[Field], rng: Rng) -> Image:
    """Several people side by side on one ground: uint8 (480, 240 a person, 3) BGR."""
    ground = np.array([178, 127, 130], np.float32)
    out = np.tile(ground, (HEIGHT, 240 * len(persons), 1)).astype(np.float32)
    near = oval((WIDTH / 2, 225), (180, 215), 0.15)[..., None]
    for k, lab in enumerate(persons):
        alone = (lab - _ground(lab)) * near  # their own ground gives way to the common one
        little = cv2.resize(alone, None, fx=0.62, fy=0.62, interpolation=cv2.INTER_AREA)
        y = int(rng.integers(60, 150))
        out[y : y + little.shape[0], 240 * k + 1 : 240 * k + 1 + little.shape[1]] += little
    return bgr(out)


def _ground(lab: Field) -> Field:
    """The plane of colours through the border of a picture: its ground under the light."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] / HEIGHT
    plane = np.stack([np.ones_like(x), x, y], -1)
    border = np.ones((HEIGHT, WIDTH), bool)
    border[10:-10, 10:-10] = False
    factors = np.linalg.lstsq(plane[border], lab[border], rcond=None)[0]
    ground: Field = (plane @ factors).astype(np.float32)
    return ground


def no_face(rng: Rng) -> Image:
    """Hills under a sky: a picture with nobody in it."""
    height, width = 420, 560
    y, x = np.mgrid[:height, :width].astype(np.float32)
    picture = np.stack([235 - y * 0.12, 215 - y * 0.05, 175 + y * 0.1], -1)
    for depth in range(5):
        waves = sum(
            rng.uniform(8, 26) / k * np.sin(x[0] * k / rng.uniform(60, 110) + rng.uniform(0, 6))
            for k in (1, 2, 4)
        )
        edge = 190 + 45 * depth + waves
        colour = np.array([150, 160, 140]) * (1 - 0.17 * depth)
        picture = np.where((y > edge)[..., None], colour, picture)
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.2)
    return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
