"""That a made face is nobody's: its scores against every portrait, by the teacher."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from aligned import CANVAS, CROP, MARGIN, POINTS, Field, Image
from teacher import Teacher
from turns import fit_similarity

STRANGER = 0.431  # FMR 1e-4 of the teacher: a made face scores less against any portrait,
PARENT = 0.75  # but for those that it was made of, against which it scores less than this
SAME = 0.6  # portraits that score more with a parent are other pictures of that parent
_SUFFIXES = {".jpg", ".jpeg", ".png"}


class Finder:
    """The largest face of a picture, by YuNet."""

    def __init__(self, model: Path) -> None:
        self._network = cv2.FaceDetectorYN.create(str(model), "", (320, 320), 0.6, 0.4)

    def all(self, picture: Image) -> list[Field]:
        """The five points (px, float32 (5, 2)) of each face, largest first."""
        self._network.setInputSize(picture.shape[1::-1])
        rows: Field | None = self._network.detect(picture)[1]
        if rows is None:
            return []
        order = np.argsort(-rows[:, 2] * rows[:, 3])
        return [rows[i, 4:14].reshape(5, 2).astype(np.float32) for i in order]

    def largest(self, picture: Image) -> Field | None:
        return next(iter(self.all(picture)), None)


def read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"{path}: cannot be read as a picture.")
    return picture


def packed(picture: Image, quality: int) -> bytes:
    """As JPEG, of a quality of 0..100."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def unpacked(data: bytes) -> Image:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise SystemExit("A picture that was just made cannot be read.")
    return picture


def crop(picture: Image, five: Field) -> Image:
    """The crop that the teacher takes: uint8 (128, 128, 3) BGR."""
    a, b = fit_similarity(five, POINTS * CROP)
    scale = abs(a)
    if scale < 0.7:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        a /= scale
    matrix = np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
    return cv2.warpAffine(picture, matrix, (CROP, CROP), borderMode=cv2.BORDER_REPLICATE)


@dataclass(frozen=True)
class Known:
    """Portraits of real people: ``names`` (file names without suffix), ``templates`` (n, 256)."""

    names: npt.NDArray[np.str_]
    templates: Field

    def of(self, parents: set[str]) -> npt.NDArray[np.bool_]:
        """Which portraits show one of the ``parents``, by name or because they score alike."""
        named = np.isin(self.names, list(parents))
        return np.asarray(named | ((self.templates @ self.templates[named].T) > SAME).any(1))


def known(folders: list[Path], finder: Finder, teacher: Teacher) -> Known:
    """Every portrait below ``folders``; pictures of 192 x 192 are aligned already."""
    names, crops = [], []
    for path in _pictures(folders):
        picture = read(path)
        if picture.shape[:2] == (CANVAS, CANVAS):
            face = picture[MARGIN:-MARGIN, MARGIN:-MARGIN]
        else:
            five = finder.largest(picture)
            if five is None:
                continue
            face = crop(picture, five)
        names.append(path.stem)
        crops.append(face)
    return Known(np.array(names), teacher.templates(np.stack(crops)))


def _pictures(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in _SUFFIXES)


@dataclass(frozen=True)
class Scores:
    """The highest score of a made face against strangers, and against its parents."""

    stranger: float
    parent: float

    @property
    def allowed(self) -> bool:
        return self.stranger < STRANGER and self.parent < PARENT


def scores(template: Field, parents: set[str], people: Known) -> Scores:
    against = people.templates @ template
    own = people.of(parents)
    return Scores(float(against[~own].max()), float(against[own].max()))
