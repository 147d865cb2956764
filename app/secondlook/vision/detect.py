"""Face detection with a YuNet-type network, in pictures of any size."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken
from secondlook.domain.faces import Box, Face
from secondlook.vision.cards import ModelCard
from secondlook.vision.decode import Pixels
from secondlook.vision.passes import GRID, SCHEME, Pass, Scheme, bordered, finer, overview
from secondlook.vision.sessions import Session, open_session
from secondlook.vision.tensors import to_tensor

STRIDES = (8, 16, 32)
MIN_SCORE = 0.6
OVERLAP = 0.4  # two boxes that share more (intersection over union) are one face,
WITHIN = 0.7  # and so are two of which one lies to this share inside the other
VOTE = 0.65  # neighbours of one pass that share at least this average their boxes and points

# Found faces, one a row: x, y, width, height, five landmarks (x, y), score.
Rows = npt.NDArray[np.float32]


class Detector:
    """A detector that was loaded from a hash-checked file."""

    def __init__(self, card: ModelCard, path: Path, *, scheme: Scheme = SCHEME) -> None:
        self.card = card
        # A network of fixed size costs the same however little of it is used.
        self.scheme = replace(scheme, overview=card.input.width) if card.input.width else scheme
        self.session: Session = open_session(path)

    def detect(
        self, pixels: Pixels, *, cancel: CancelToken | None = None, thorough: bool = True
    ) -> list[Face]:
        """Faces of a BGR picture as it stands, largest and surest first (side of the box times
        score).

        See ``rows``.
        """
        return faces_of(self.rows(pixels, cancel=cancel, thorough=thorough))

    def rows(
        self, pixels: Pixels, *, cancel: CancelToken | None = None, thorough: bool = True
    ) -> Rows:
        """The same as rows (n, 15), surest first.

        ``thorough`` also looks for small faces in large pictures, and for a face larger than the
        picture where none was found; without it only the overview is searched. Raises
        ``Cancelled`` between two passes, ``ModelError`` when the model fails.
        """
        height, width = pixels.shape[:2]
        found = [self._look(pixels, overview(width, height, self.scheme))]
        if thorough:
            for part in self._further(pixels, found[0]):
                if cancel:
                    cancel.poll()
                found.append(self._look(pixels, part))
        return suppress(np.concatenate(found))

    def once(self, canvas: Pixels) -> Rows:
        """Faces of a BGR picture in one look at every pixel, as rows (n, 15)."""
        height, width = canvas.shape[:2]
        return self._look(canvas, Pass(0, 0, width, height, 1.0))

    def _further(self, pixels: Pixels, seen: Rows) -> Iterator[Pass]:
        height, width = pixels.shape[:2]
        if not len(seen) and self.scheme.bordered:
            yield bordered(width, height, self.scheme)
        yield from finer(width, height, self.scheme)

    def _look(self, pixels: Pixels, part: Pass) -> Rows:
        """Faces of one pass, in px of the picture."""
        canvas, fx, fy = self._draw(pixels, part)
        names = self.card.output.names
        values = self.session.run(to_tensor(canvas[None], self.card.input), names)
        outputs = {name: value[0] for name, value in zip(names, values, strict=True)}
        rows = self._decode(outputs, canvas.shape[1])
        rows[:, 0:14:2] = rows[:, 0:14:2] / fx
        rows[:, 1:14:2] = rows[:, 1:14:2] / fy
        rows = rows[_believed(rows, part, pixels.shape)]
        rows[:, [0, 4, 6, 8, 10, 12]] += part.x
        rows[:, [1, 5, 7, 9, 11, 13]] += part.y
        return rows

    def _draw(self, pixels: Pixels, part: Pass) -> tuple[Pixels, float, float]:
        """The network's canvas with the region at its top left, and the exact scales x and y."""
        wide, high = max(1, round(part.width * part.scale)), max(1, round(part.height * part.scale))
        fx, fy = wide / part.width, high / part.height
        spec = self.card.input
        size = (spec.height or _on_grid(high), spec.width or _on_grid(wide))
        canvas = np.zeros((*size, 3), np.uint8)
        height, width = pixels.shape[:2]
        left, right = max(part.x, 0), min(part.x + part.width, width)
        top, bottom = max(part.y, 0), min(part.y + part.height, height)
        x0, x1 = round((left - part.x) * fx), round((right - part.x) * fx)
        y0, y1 = round((top - part.y) * fy), round((bottom - part.y) * fy)
        inside = pixels[top:bottom, left:right]
        if inside.shape[:2] != (y1 - y0, x1 - x0):
            area = max(1, x1 - x0), max(1, y1 - y0)
            inside = cv2.resize(inside, area, interpolation=cv2.INTER_AREA).astype(np.uint8)
        canvas[y0 : y0 + inside.shape[0], x0 : x0 + inside.shape[1]] = inside
        return canvas, fx, fy

    @staticmethod
    def _decode(outputs: dict[str, Rows], width: int) -> Rows:
        """Network outputs to rows in px of the canvas (libfacedetection.train, YuNet 2023)."""
        parts = [np.empty((0, 15), np.float32)]
        for stride in STRIDES:
            cls, obj = (outputs[f"{n}_{stride}"].reshape(-1) for n in ("cls", "obj"))
            both = cls * obj  # compared squared: most strides hold no face, and end here
            keep = np.flatnonzero((both >= MIN_SCORE**2) & (cls > 0))
            if not len(keep):
                continue
            score = np.sqrt(np.minimum(cls[keep], 1) * np.minimum(obj[keep], 1))
            row, column = np.divmod(keep, width // stride)
            cell = np.stack([column, row], axis=1).astype(np.float32)
            box = outputs[f"bbox_{stride}"][keep]
            size = np.exp(box[:, 2:]) * stride
            corner = (cell + box[:, :2]) * stride - size / 2
            points = (np.tile(cell, 5) + outputs[f"kps_{stride}"][keep]) * stride
            parts.append(np.hstack([corner, size, points, score[:, None]]))
        return suppress(np.concatenate(parts).astype(np.float32, copy=False), vote=True)


def suppress(rows: Rows, *, vote: bool = False) -> Rows:
    """Non-maximum suppression: one row for every face, surest first.

    ``vote``: the row is the mean of its close neighbours, weighted by score squared. The five
    points of a single cell wobble by some percent of the eye distance; the mean of the cells that
    see one face costs nothing and raised mated scores (Congress: mean 0.767 to 0.773).
    """
    order = rows[np.argsort(-rows[:, 14], kind="stable")]
    kept = []
    while len(order):
        best, order = order[0].copy(), order[1:]
        low = np.maximum(order[:, :2], best[:2])
        high = np.minimum(order[:, :2] + order[:, 2:4], best[:2] + best[2:4])
        shared = np.prod(np.clip(high - low, 0, None), axis=1)
        areas, area = np.prod(order[:, 2:4], axis=1), np.prod(best[2:4])
        union = areas + area - shared
        same = (shared > OVERLAP * union) | (shared > WITHIN * np.minimum(areas, area))
        if vote:
            voters = np.vstack([best, order[shared > VOTE * union]])
            best[:14] = np.average(voters[:, :14], axis=0, weights=voters[:, 14] ** 2)
        kept.append(best)
        order = order[~same]
    return np.array(kept, np.float32).reshape(-1, rows.shape[1])


def _on_grid(length: int) -> int:
    return -(-length // GRID) * GRID


def _believed(rows: Rows, part: Pass, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Rows small enough for the pass, and not cut by an edge of it that the picture goes on beyond.

    A coarser pass, or a neighbouring tile, sees the others whole. ``rows``: px from the corner of
    the region.
    """
    edge = 1.0 / part.scale
    right, bottom = rows[:, 0] + rows[:, 2], rows[:, 1] + rows[:, 3]
    believed: npt.NDArray[np.bool_] = (
        (rows[:, 2:4].max(axis=1, initial=0) <= part.largest)
        & ((rows[:, 0] > edge) | (part.x <= 0))
        & ((rows[:, 1] > edge) | (part.y <= 0))
        & ((right < part.width - edge) | (part.x + part.width >= shape[1]))
        & ((bottom < part.height - edge) | (part.y + part.height >= shape[0]))
    )
    return believed


def faces_of(rows: Rows) -> list[Face]:
    """Largest and surest first."""
    faces = [_face(row) for row in rows]
    return sorted(faces, key=lambda f: -f.score * (f.box.width * f.box.height) ** 0.5)


def _face(row: Rows) -> Face:
    x, y, width, height, *rest = (float(v) for v in row)
    p = [(rest[i], rest[i + 1]) for i in range(0, 10, 2)]
    turned = round(rest[11], 2) if len(rest) > 11 else None
    return Face(Box(x, y, width, height), (p[0], p[1], p[2], p[3], p[4]), rest[10], turned=turned)
