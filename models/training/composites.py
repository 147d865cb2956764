"""Scenes for a detector to learn from: faces of known place and size on grounds without a face.

A scene is a group, one portrait that fills the frame, a whole portrait as it is, or nothing but
what must not be found. Faces are 10 px to larger than the frame, tilted, mirrored, cut by the edge
and covered in part.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from backgrounds import colour, skin
from composites_labels import Floats, Image
from composites_sources import SIDE, Sources, ground, mirrored
from composites_spoil import exposed, lit, spoil

Rng = np.random.Generator

SMALLEST = 10.0  # px, square root of the box's area; smaller faces are neither wanted nor wrong
VISIBLE, HARDLY = 0.45, 0.05  # share of a face that shows: to be found, and neither nor
TURNED = 0.45  # share of the heads that are turned anew, to 60 degrees
NOTHING, COVERED = -1, -2  # owners of a pixel that belongs to no face


@dataclass
class Scene:
    """``picture`` uint8 (size, size, 3) BGR; ``rows`` (n, 14) box and points of each face, px;
    ``ignored`` (n,): to find the face is neither wanted nor wrong."""

    picture: Image
    rows: Floats
    ignored: npt.NDArray[np.bool_]


@dataclass
class _Canvas:
    """A scene in the making; ``owner`` tells which face each pixel shows."""

    picture: Image
    owner: npt.NDArray[np.int16] = field(init=False)
    rows: list[Floats] = field(default_factory=list)
    frames: list[Floats] = field(default_factory=list)  # 2x3, from a unit disc to the face

    def __post_init__(self) -> None:
        self.owner = np.full(self.picture.shape[:2], NOTHING, np.int16)

    def paste(self, source: Image, mask: Floats, matrix: Floats, owner: int) -> None:
        """Draw ``source`` where ``mask`` is, under the affine ``matrix`` (2, 3), in coordinates
        that count from the corners of pixels."""
        height, width = source.shape[:2]
        scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        if scale < 0.9:  # averaging before it gets small, as a camera would
            size = (max(2, round(width * scale)), max(2, round(height * scale)))
            source = np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), np.uint8)
            mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)
            matrix = matrix @ np.diag([width / size[0], height / size[1], 1])
            width, height = size
        corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
        low = np.maximum(np.floor(corners.min(1)), 0).astype(int)
        high = np.minimum(np.ceil(corners.max(1)), self.picture.shape[1::-1]).astype(int)
        if (high <= low).any():
            return
        moved = matrix.copy()
        moved[:, 2] += moved[:, :2].sum(1) / 2 - 0.5 - low  # OpenCV counts from their middles
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        drawn = cv2.warpAffine(source, moved, size, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.warpAffine(mask, moved, size)
        area = (slice(low[1], high[1]), slice(low[0], high[0]))
        under = np.ascontiguousarray(self.picture[area])
        self.picture[area] = cv2.blendLinear(drawn, under, share, 1 - share)
        self.owner[area][share > 0.5] = owner

    def add(self, row: Floats, matrix: Floats) -> int:
        """Note a face of a source that is about to be pasted; its number."""
        points = row[4:].reshape(5, 2) @ matrix[:, :2].T + matrix[:, 2]
        half = row[2:4] / 2
        frame = np.hstack([matrix[:, :2] * half, _at(matrix, row[:2] + half)[:, None]])
        # The box around the face as an ellipse, which stays close to the teacher's when tilted.
        reach = np.hypot(frame[:, 0], frame[:, 1])
        moved = np.concatenate([frame[:, 2] - reach, 2 * reach, points.reshape(10)])
        self.rows.append(moved.astype(np.float32))
        self.frames.append(frame.astype(np.float32))
        return len(self.rows) - 1


def _at(matrix: Floats, point: npt.ArrayLike) -> Floats:
    return np.asarray(matrix[:, :2] @ np.asarray(point) + matrix[:, 2], np.float32)


def placed(row: Floats, side: float, middle: tuple[float, float], turn: float, rng: Rng) -> Floats:
    """The affine matrix that brings a face to a size (px, root of the area), place and tilt
    (radians), slightly stretched."""
    scale = side / float(np.sqrt(row[2] * row[3]))
    stretch = np.exp(rng.normal(0, 0.04))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = scale * turned @ np.diag([stretch, 1 / stretch])
    shift = np.array(middle) - linear @ (row[:2] + row[2:4] / 2)
    return np.column_stack([linear, shift]).astype(np.float32)


def compose(sources: Sources, rng: Rng, size: int) -> Scene:
    """One scene of size x size px."""
    canvas = _Canvas(ground(sources, rng, size).copy())
    kind = rng.random()
    if kind < 0.5:
        _group(canvas, sources, rng, size)
    elif kind < 0.66:
        _close(canvas, sources, rng, size)
    elif kind < 0.8 and sources.whole:
        _portrait(canvas, sources, rng, size)
    if rng.random() < 0.3 or not canvas.rows:
        _decoys(canvas, sources, rng, size)
    if canvas.rows and rng.random() < 0.3:
        _cover(canvas, sources, rng)
    picture = spoil(canvas.picture, rng)
    limits = _framed(picture, rng)
    return Scene(picture, *_kept(canvas, limits))


def _tilt(rng: Rng) -> float:
    """Radians: mostly upright, up to 35 degrees, sometimes to 60."""
    if rng.random() < 0.06:
        return float(np.radians(rng.uniform(-60, 60)))
    return float(np.radians(np.clip(rng.normal(0, 14), -35, 35)))


def _person(sources: Sources, rng: Rng) -> tuple[Image, Floats]:
    number = int(np.searchsorted(sources.drawn, rng.random()))
    number = min(number, len(sources.crops) - 1)
    crop, row = sources.crops[number], sources.faces[number][None]
    if rng.random() < 0.5:
        crop, row = mirrored(crop, row)
    face = row[0]
    if sources.turns and rng.random() < TURNED:
        crop, face = sources.turns[int(rng.integers(len(sources.turns)))](crop, face)
    if rng.random() < 0.4:
        crop = exposed(crop, rng)
    if rng.random() < 0.15:
        crop = lit(crop, rng)
    return crop, face


def _group(canvas: _Canvas, sources: Sources, rng: Rng, size: int) -> None:
    count = int(np.clip(rng.geometric(0.3), 1, 12))
    largest = size * 0.85 / np.sqrt(count)
    common = np.exp(rng.uniform(np.log(SMALLEST), np.log(largest)))
    for _ in range(count):
        crop, row = _person(sources, rng)
        if rng.random() < 0.5:
            side = common * np.exp(rng.normal(0, 0.2))
        else:
            side = np.exp(rng.uniform(np.log(SMALLEST), np.log(largest)))
        middle = (float(rng.uniform(0, size)), float(rng.uniform(0, size)))
        matrix = placed(row, side, middle, _tilt(rng), rng)
        mask = sources.masks[int(rng.integers(len(sources.masks)))]
        if mask[0, 96] < 0.5 and rng.random() < 0.5:
            _body(canvas, crop, matrix, rng)
        _worn(crop := crop.copy(), row, rng)
        canvas.paste(crop, mask, matrix, canvas.add(row, matrix))


def _body(canvas: _Canvas, crop: Image, matrix: Floats, rng: Rng) -> None:
    """A neck and shoulders below the head."""
    scale = float(np.sqrt(np.linalg.det(matrix[:, :2])))
    turn = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    middle = tuple(int(v) for v in _at(matrix, (96, 285)))
    axes = (int(scale * rng.uniform(90, 150)) + 1, int(scale * rng.uniform(85, 100)) + 1)
    ends = [tuple(int(v) for v in _at(matrix, (96, y))) for y in (150, 215)]
    tone = [int(v) for v in crop[150:165, 84:108].mean((0, 1))]
    thick = max(1, int(scale * rng.uniform(45, 75)))
    cv2.line(canvas.picture, ends[0], ends[1], tone, thick)
    cv2.ellipse(canvas.picture, middle, axes, turn, 0, 360, colour(rng), -1, cv2.LINE_AA)
    cv2.ellipse(canvas.owner, middle, axes, turn, 0, 360, COVERED, -1)


def _worn(crop: Image, row: Floats, rng: Rng) -> None:
    """Sometimes dark glasses, a mask over mouth and nose, or a brim over the forehead."""
    kind, points = rng.random(), row[4:].reshape(5, 2)
    wide = float(np.linalg.norm(points[1] - points[0]))
    shade = colour(rng)
    if kind < 0.03:
        for eye in points[:2]:
            place, axes = (int(eye[0]), int(eye[1])), (int(wide * 0.38), int(wide * 0.28))
            cv2.ellipse(crop, place, axes, 0, 0, 360, (25, 25, 25), -1, cv2.LINE_AA)
        ends = [(int(p[0]), int(p[1])) for p in points[:2]]
        cv2.line(crop, ends[0], ends[1], (25, 25, 25), 3)
    elif kind < 0.06:
        low, side = int(row[1] + row[3]), int(wide * 0.95)
        x, y = int(points[2, 0]), int(points[2, 1] - wide * 0.1)
        shape = [[x - side, y + 6], [x, y - 6], [x + side, y + 6]]
        shape += [[x + side // 2, low + 2], [x - side // 2, low + 2]]
        cv2.fillPoly(crop, [np.array(shape, np.int32)], shade, cv2.LINE_AA)
    elif kind < 0.1:
        brow = int(points[:2, 1].mean() - wide * rng.uniform(0.3, 0.6))
        cv2.rectangle(crop, (0, 0), (SIDE, max(0, brow)), shade, -1)


def _close(canvas: _Canvas, sources: Sources, rng: Rng, size: int) -> None:
    """One aligned portrait, cut off square, that fills most of the frame or more."""
    crop, row = _person(sources, rng)
    _worn(crop := crop.copy(), row, rng)
    side = size * np.exp(rng.uniform(np.log(0.3), np.log(1.15)))
    middle = tuple(float(v) for v in size / 2 + rng.normal(0, size * 0.1, 2))
    turn = _tilt(rng) if rng.random() < 0.6 else 0.0
    matrix = placed(row, side, (middle[0], middle[1]), turn, rng)
    canvas.paste(crop, np.ones((SIDE, SIDE), np.float32), matrix, canvas.add(row, matrix))


def _portrait(canvas: _Canvas, sources: Sources, rng: Rng, size: int) -> None:
    """A whole portrait, as it is or cut, at any size."""
    number = int(rng.integers(len(sources.whole)))
    picture, faces = sources.whole[number], sources.whole_faces[number]
    if rng.random() < 0.5:
        picture, faces = mirrored(picture, faces)
    if not len(faces):
        return
    length = size * np.exp(rng.uniform(np.log(0.25), np.log(1.8)))
    side = length / max(picture.shape[:2]) * float(np.sqrt(faces[0, 2] * faces[0, 3]))
    middle = (float(rng.uniform(0.2, 0.8) * size), float(rng.uniform(0.2, 0.8) * size))
    turn = _tilt(rng) if rng.random() < 0.5 else 0.0
    matrix = placed(faces[0], side, middle, turn, rng)
    numbers = [canvas.add(face, matrix) for face in faces]
    canvas.paste(picture, np.ones(picture.shape[:2], np.float32), matrix, numbers[0])


def _decoys(canvas: _Canvas, sources: Sources, rng: Rng, size: int) -> None:
    """What must not be found: faces taken apart, heads without a face, pieces of other pictures."""
    for _ in range(int(rng.integers(1, 5))):
        crop, row = _person(sources, rng)
        kind = rng.random()
        if kind < 0.3:
            count = int(rng.integers(3, 6))
            step = SIDE // count
            cells = [
                crop[y * step : (y + 1) * step, x * step : (x + 1) * step]
                for y in range(count)
                for x in range(count)
            ]
            order = rng.permutation(len(cells))
            lines = [np.hstack([cells[o] for o in order[i::count]]) for i in range(count)]
            crop = np.ascontiguousarray(np.vstack(lines))
        elif kind < 0.6:
            crop = crop.copy()
            middle = (int(row[0] + row[2] / 2), int(row[1] + row[3] / 2))
            axes = (int(row[2] * 0.5), int(row[3] * 0.5))
            tone = (
                skin(rng)
                if rng.random() < 0.5
                else [int(v) for v in crop[100:140, 80:110].mean((0, 1))]
            )
            cv2.ellipse(crop, middle, axes, 0, 0, 360, tone, -1, cv2.LINE_AA)
        elif kind < 0.7:  # a corner of a face, less than a third of it
            crop = np.ascontiguousarray(crop[110:] if rng.random() < 0.5 else crop[:, :70])
        else:
            crop = ground(sources, rng, SIDE)
        mask = sources.masks[int(rng.integers(len(sources.masks)))]
        if rng.random() < 0.5 or crop.shape[:2] != mask.shape:
            mask = np.ones(crop.shape[:2], np.float32)
        side = np.exp(rng.uniform(np.log(10), np.log(size * 0.7)))
        middle_at = (float(rng.uniform(0, size)), float(rng.uniform(0, size)))
        box = np.array([48, 44, 94, 124], np.float32)
        canvas.paste(crop, mask, placed(box, side, middle_at, _tilt(rng), rng), COVERED)


def _cover(canvas: _Canvas, sources: Sources, rng: Rng) -> None:
    """Things in front of a face: shapes, or pieces of another picture."""
    for _ in range(int(rng.integers(1, 4))):
        row = canvas.rows[int(rng.integers(len(canvas.rows)))]
        side = float(np.sqrt(row[2] * row[3]))
        x, y = row[:2] + row[2:4] * rng.uniform(-0.1, 1.1, 2)
        wide, high = (max(2, int(v)) for v in side * rng.uniform(0.15, 0.7, 2))
        mask = np.zeros((64, 64), np.float32)
        if rng.random() < 0.5:
            cv2.ellipse(mask, (32, 32), (30, 30), 0, 0, 360, 1.0, -1)
        else:
            mask[2:62, 2:62] = 1
        if rng.random() < 0.5:
            thing = np.full((64, 64, 3), skin(rng) if rng.random() < 0.4 else colour(rng), np.uint8)
        else:
            thing = ground(sources, rng, 64)
        matrix = np.array([[wide / 64, 0, x - wide / 2], [0, high / 64, y - high / 2]])
        canvas.paste(thing, mask, matrix, COVERED)


def _framed(picture: Image, rng: Rng) -> Floats:
    """Sometimes the scene is smaller than the frame, as the program draws it: black to the right
    and below, or all around. Returns the limits (left, top, right, bottom) of what shows."""
    height, width = picture.shape[:2]
    limits = np.array([0, 0, width, height], np.float32)
    kind = rng.random()
    if kind < 0.15:
        limits[2:] -= rng.integers(0, 32, 2)
    elif kind < 0.27:
        across, down = rng.integers(0, width * 0.28, 2)
        limits += (across, down, -across, -down)
    left, top, right, bottom = limits.astype(int)
    picture[:top], picture[bottom:], picture[:, :left], picture[:, right:] = 0, 0, 0, 0
    return limits


def _kept(canvas: _Canvas, limits: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The faces that show, their boxes cut at the limits as the teacher's are, and which of them
    do not count."""
    axis = np.linspace(-0.8, 0.8, 9)
    disc = np.array([(x, y, 1) for x in axis for y in axis if x * x + y * y < 0.7]).T
    rows, ignored = [np.empty((0, 14), np.float32)], []
    for number, (row, frame) in enumerate(zip(canvas.rows, canvas.frames, strict=True)):
        x, y = np.floor(frame @ disc).astype(int)
        inside = (x >= limits[0]) & (y >= limits[1]) & (x < limits[2]) & (y < limits[3])
        seen = float((canvas.owner[y[inside], x[inside]] == number).sum()) / len(x)
        low = np.maximum(row[:2], limits[:2])
        high = np.minimum(row[:2] + row[2:4], limits[2:])
        if seen < HARDLY or (high - low < 4).any():
            continue
        cut = np.concatenate([low, high - low, row[4:]]).astype(np.float32)
        rows.append(cut[None])
        ignored.append(seen < VISIBLE or np.sqrt(row[2] * row[3]) < SMALLEST)
    return np.concatenate(rows), np.array(ignored, np.bool_)
