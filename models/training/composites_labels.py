"""Boxes and points of the portraits as the teacher (YuNet) sees them: the mean of what it finds at
several sizes and mirrored, which is steadier than one look."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

STRIDES = (8, 16, 32)
GRID = 32
SURE = 0.6  # the score that the program asks for
SAME = 0.5  # boxes that share so much (intersection over union) are one face
# Columns of a mirrored face's fourteen numbers: the eyes and the mouth corners change places.
MIRRORED = [0, 1, 2, 3, 6, 7, 4, 5, 8, 9, 12, 13, 10, 11]


def decode(outputs: dict[str, Floats], width: int, least: float = SURE) -> Floats:
    """One picture's outputs (each without its batch axis) to rows of x, y, width, height, five
    points (x, y) and score, in px; one row for each face, surest first, as the mean of its cells.

    Formulas: libfacedetection.train, YuNet 2023.
    """
    parts = [np.empty((0, 15), np.float32)]
    for stride in STRIDES:
        score = np.sqrt(outputs[f"cls_{stride}"] * outputs[f"obj_{stride}"])[:, 0]
        keep = np.flatnonzero(score >= least)
        row, column = np.divmod(keep, width // stride)
        cell = np.stack([column, row], 1).astype(np.float32)
        box = outputs[f"bbox_{stride}"][keep]
        size = np.exp(box[:, 2:]) * stride
        corner = (cell + box[:, :2]) * stride - size / 2
        points = (np.tile(cell, 5) + outputs[f"kps_{stride}"][keep]) * stride
        parts.append(np.hstack([corner, size, points, score[keep, None]]))
    rows = np.concatenate(parts)
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    kept = [np.empty((0, 15), np.float32)]
    while len(rows):
        shared = overlap(rows[0], rows)
        votes = rows[shared > 0.65]
        best = rows[:1].copy()
        best[0, :14] = np.average(votes[:, :14], axis=0, weights=votes[:, 14] ** 2)
        kept.append(best)
        rows = rows[(shared <= 0.4) & (np.arange(len(rows)) > 0)]
    return np.concatenate(kept).astype(np.float32)


def overlap(one: Floats, many: Floats) -> Floats:
    """Intersection over union of a row's box with the boxes of rows."""
    low = np.maximum(one[:2], many[:, :2])
    high = np.minimum(one[:2] + one[2:4], many[:, :2] + many[:, 2:4])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    union = one[2] * one[3] + many[:, 2] * many[:, 3] - shared
    return np.asarray(shared / np.maximum(union, 1e-6), np.float32)


class Detecting:
    """A detector with YuNet's outputs, of free size."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._names = [output.name for output in self._session.get_outputs()]

    def find(
        self, picture: Image, longest: int, *, mirrored: bool = False, least: float = SURE
    ) -> Floats:
        """Faces (see ``decode``), in px of the picture, seen at ``longest`` px at most."""
        scale = min(1.0, longest / max(picture.shape[:2]))
        drawn = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        drawn = drawn[:, ::-1] if mirrored else drawn
        height, width = drawn.shape[:2]
        canvas = np.zeros((-(-height // GRID) * GRID, -(-width // GRID) * GRID, 3), np.float32)
        canvas[:height, :width] = drawn
        values = self._session.run(
            self._names, {"input": np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])}
        )
        outputs = {name: value[0] for name, value in zip(self._names, values, strict=True)}
        rows = decode(outputs, canvas.shape[1], least)
        if mirrored:
            rows[:, 0] = width - rows[:, 0] - rows[:, 2]
            rows[:, 4:14:2] = width - rows[:, 4:14:2]
            rows[:, :14] = rows[:, MIRRORED]
        rows[:, :14] /= scale
        return rows


@dataclass(frozen=True)
class Labels:
    """Pictures by name, and for each face the number of its picture, and its box and five points
    (14 numbers, px of the picture). ``found``: the teacher saw it."""

    names: npt.NDArray[np.str_]
    picture: npt.NDArray[np.int64]
    rows: Floats
    found: npt.NDArray[np.bool_]

    def save(self, path: Path) -> None:
        np.savez(path, names=self.names, picture=self.picture, rows=self.rows, found=self.found)

    @classmethod
    def load(cls, path: Path) -> "Labels":
        with np.load(path) as file:
            return cls(file["names"], file["picture"], file["rows"], file["found"])


def label(teacher: Detecting, picture: Image, sizes: tuple[int, ...]) -> Floats:
    """Faces that the teacher sees at the first size, as the mean over all looks that agree."""
    looks = [teacher.find(picture, size, mirrored=m) for size in sizes for m in (False, True)]
    faces = []
    for row in looks[0]:
        agreed = [row]
        for look in looks[1:]:
            shared = overlap(row, look)
            if len(look) and shared.max() > SAME:
                agreed.append(look[shared.argmax()])
        faces.append(np.mean(agreed, axis=0)[:14])
    return np.array(faces, np.float32).reshape(-1, 14)


def label_folder(
    teacher: Detecting, paths: list[Path], sizes: tuple[int, ...], template: Floats | None = None
) -> Labels:
    """Labels of whole pictures; or, with ``template`` (the five points where alignment put them,
    px), of aligned crops, each of which shows one face.

    A crop whose face the teacher misses keeps the template's points and gets the mean box.
    """
    picture, rows, found = [], [], []
    for number, path in enumerate(paths):
        faces = label(teacher, _read(path), sizes)
        if template is not None:
            off = np.abs(faces[:, 4:] - template.reshape(1, 10)).mean(1)
            faces = faces[off < 8][:1]
            found.append(len(faces) > 0)
            faces = faces if len(faces) else np.full((1, 14), np.nan, np.float32)
        else:
            found += [True] * len(faces)
        picture += [number] * len(faces)
        rows.append(faces)
    all_rows, seen = np.concatenate(rows), np.array(found, np.bool_)
    if template is not None:
        all_rows[~seen, :4] = all_rows[seen, :4].mean(0)
        all_rows[~seen, 4:] = template.reshape(10)
    names = np.array([path.stem for path in paths])
    return Labels(names, np.array(picture, np.int64), all_rows, seen)


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path}: not a picture")
    return np.asarray(picture, np.uint8)
