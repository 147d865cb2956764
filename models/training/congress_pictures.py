"""Portraits of members of the US Congress as a gallery and probes, also spoilt, as templates.

The folder holds ``manifest.csv`` (path, person, role, gender, born, different_photo) and the
pictures; one gallery picture for each person.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.domain.faces import Face
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.engine import Engine
from secondlook.vision.sessions import Tensor

Kind = Literal["gallery", "recent", "unsure", "older", "absent"]
Mask = npt.NDArray[np.bool_]

SMALL_FACE = 24.0  # px between the eyes
JPEG_QUALITY = 20
DARKER = 6  # each value is divided by this
BLUR = 0.06  # sigma as a share of the distance between the eyes: 2 px where that is 35 px


@dataclass(frozen=True, slots=True)
class Picture:
    """``recent`` and ``older`` probes are known to be another photograph than their gallery
    picture; ``unsure`` ones may be the same. ``gender`` and ``born`` are empty where unknown."""

    path: str
    person: str
    kind: Kind
    gender: str
    born: int | None


@dataclass(frozen=True)
class Embedded:
    """acquired: bool (conditions, pictures), a face was found. templates: one float32 (conditions,
    pictures, template size) for each model name; zero where no face was found."""

    acquired: Mask
    templates: dict[str, Tensor]


def load_pictures(folder: Path) -> list[Picture]:
    with (folder / "manifest.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return [
        Picture(
            row["path"],
            row["person"],
            _kind(row),
            row["gender"],
            int(row["born"]) if row["born"] else None,
        )
        for row in rows
    ]


def _kind(row: dict[str, str]) -> Kind:
    if row["role"] == "gallery":
        return "gallery"
    if row["role"] == "absent":
        return "absent"
    if row["different_photo"] != "yes":
        return "unsure"
    return "older" if Path(row["path"]).parent.name == "older" else "recent"


def _untouched(pixels: Pixels, _: float) -> Pixels:
    return pixels


def _blurred(pixels: Pixels, inter_eye: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), BLUR * inter_eye), np.uint8)


def _compressed(pixels: Pixels, _: float) -> Pixels:
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _small(pixels: Pixels, inter_eye: float) -> Pixels:
    scale = min(1.0, SMALL_FACE / inter_eye)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _grey(pixels: Pixels, _: float) -> Pixels:
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)


def _dark(pixels: Pixels, _: float) -> Pixels:
    return (pixels // DARKER).astype(np.uint8)


Spoil = Callable[[Pixels, float], Pixels]
CONDITIONS: dict[str, Spoil] = {
    "as they are": _untouched,
    "blurred": _blurred,
    f"JPEG {JPEG_QUALITY}": _compressed,
    f"{SMALL_FACE:.0f} px between the eyes": _small,
    "grey": _grey,
    "dark": _dark,
}
"""What is done to a probe before detection, given the distance between its eyes in px."""


def embed(engines: Sequence[Engine], folder: Path, pictures: Sequence[Picture]) -> Embedded:
    """Every picture as it is, probes also spoilt, through the first engine's detector."""
    shape = (len(CONDITIONS), len(pictures))
    acquired = np.zeros(shape, np.bool_)
    templates = {
        engine.model.name: np.zeros((*shape, engine.recogniser.card.output.template_size), "f4")
        for engine in engines
    }
    for n, picture in enumerate(pictures):
        if n % 100 == 0:
            print(f"{n} of {len(pictures)} pictures", file=sys.stderr)
        path = folder / picture.path
        pixels = decode(read_original(path), name=path.name).pixels
        found = _look(engines[0], pixels, list(CONDITIONS.values())[: _tries(picture)])
        acquired[list(found), n] = True
        for engine in engines:
            crops = [engine.crop(shot, face) for shot, face in found.values()]
            templates[engine.model.name][list(found), n] = engine.templates(crops)
    return Embedded(acquired, templates)


def _tries(picture: Picture) -> int:
    return 1 if picture.kind == "gallery" else len(CONDITIONS)


def _look(engine: Engine, pixels: Pixels, spoils: list[Spoil]) -> dict[int, tuple[Pixels, Face]]:
    """The face in each condition in which one is found; none in a picture without one."""
    clean = engine.faces(pixels)
    found: dict[int, tuple[Pixels, Face]] = {}
    for condition, spoil in enumerate(spoils if clean else []):
        shot = spoil(pixels, clean[0].inter_eye)
        faces = engine.faces(shot) if condition else clean
        if faces:
            found[condition] = shot, faces[0]
    return found
