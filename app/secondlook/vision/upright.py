"""Faces right side up: each in the turn of the picture in which the detector is surest of it, with
level eyes.

A detector that learned upright faces also finds turned ones, and puts the five points where they
would be on an upright face: on nostrils and brow. Asked about the same place in four turns, it is
surest of the right one. A tilted face's points lag behind its tilt, so it is turned until they read
level. Upright pictures cost what they did: only doubtful places are looked at again.

Decision 0031 has the figures, and how often it is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from secondlook.domain.cancel import CancelToken
from secondlook.domain.faces import Face, Point, wrapped
from secondlook.domain.plausible import plausible
from secondlook.vision.align import Matrix, warp
from secondlook.vision.decode import Pixels
from secondlook.vision.detect import Detector, Rows, faces_of, suppress
from secondlook.vision.likeness import likeness

SURE = 0.91
"""Detector score that a face the wrong way up does not reach together with LIKENESS; three or four
of a hundred upright portraits do not either, and are looked at again."""

LIKENESS = 0.3

ENOUGH = 0.85
"""Where no face has this score, the whole picture is asked in the other three turns."""

LEVEL = 6.0
"""Degrees of roll, as read off the eyes, up to which a face is not looked at again."""

LAGGING = 0.35
"""Share of the tilt that levelled points may still read; where they read more, the tilt may be much
more than it reads, and is tried ``STEP`` to either side: tilted by 35 to 45, a face reads as 6 to
24 with YuNet."""

ROUNDS = 3
LEAST_GAIN = 0.45
"""Share of a tilt that the points show at least: the embedded detector shows nearly all up to 25
degrees, YuNet about half."""

SIDE = 160
"""px of a close look; the face's box takes up ``SHARE`` of it."""
SHARE = 0.6

FAINTER = 0.15
"""How much less sure a close look may be than the one before it: it has not the same pixels."""

QUARTERS = (0, 90, 180, 270)
STEP = 30
BETWEEN = tuple(by for by in range(0, 360, STEP) if by not in QUARTERS)
"""Further turns that are tried where no quarter shows points that look like a face."""


class Upright:
    """A detector that finds faces in any turn of the picture. Rows have a sixteenth column: degrees
    by which the picture was turned, clockwise, in the look that they come from."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector

    def faces(
        self,
        pixels: Pixels,
        *,
        cancel: CancelToken | None = None,
        thorough: bool = True,
        turn: int | None = None,
    ) -> list[Face]:
        """Faces of a BGR picture in its own pixels, as ``Detector.detect``, each with its turn.

        ``turn``: look with the picture turned by so many degrees (a quarter) and no other. Points
        that are no face's are left out. Raises as ``Detector.detect``.
        """
        found = [self._in_turn(pixels, turn or 0, cancel, thorough, fixed=turn is not None)]
        if turn is None:
            further = _further(found[0])
            found.extend(self._in_turn(pixels, turn, cancel, thorough) for turn in further)
        faces = faces_of(suppress(np.concatenate(found)))
        return [face for face in faces if plausible(face.landmarks, face.box)]

    def roll(self, pixels: Pixels, face: Face) -> float:
        """0..180: degrees by which the eyes of a face are off level in the turn of the picture in
        which the detector is surest of it; 180 where it sees no face there in any."""
        turned = face.seen.turned
        if turned is None or face.seen.placement:  # nobody's word for it
            turned = self._turn_of(pixels, face.seen)
        roll = replace(face, turned=turned).roll
        return 180.0 if roll is None else abs(roll)

    def _turn_of(self, pixels: Pixels, face: Face) -> float | None:
        """For a face that was found before turns were looked for, or where none was."""
        row = row_of(face)
        turns = [-_rise(row) + by for by in (*QUARTERS, *BETWEEN)]
        best = self._surest(pixels, row, turns)
        return None if best is None else float(self._levelled(pixels, best)[15])

    def inversion(self, pixels: Pixels, face: Face) -> float:
        """0..1: how much surer the detector is of the face in the picture's negative."""
        row = row_of(face)
        if not _doubtful(pixels, row):
            return 0.0
        turn = -_rise(row)
        shown = self._close(pixels, row, turn)
        # In a negative the face may have been taken the wrong way up.
        negative = [self._close(pixels, row, turn + by, inverted=True) for by in QUARTERS]
        return max(0.0, max(map(_score, negative)) - _score(shown))

    def _in_turn(
        self,
        pixels: Pixels,
        turn: int,
        cancel: CancelToken | None,
        thorough: bool,
        fixed: bool = False,
    ) -> Rows:
        """Faces with the whole picture turned, each levelled; if not ``fixed``, turned on where
        that makes the detector surer."""
        height, width = pixels.shape[:2]
        shown = np.ascontiguousarray(np.rot90(pixels, -turn // 90)) if turn else pixels
        rows = self.detector.rows(shown, cancel=cancel, thorough=thorough)
        rows = moved(rows, _back(turn, width, height), turn)
        quarters = (0,) if fixed else QUARTERS
        righted = [self._righted(pixels, row, quarters) for row in rows]
        return suppress(np.array(righted, np.float32).reshape(-1, 16))

    def _righted(self, pixels: Pixels, row: Rows, quarters: Sequence[int]) -> Rows:
        """The row, or what a closer look finds with the eyes level."""
        doubtful = len(quarters) > 1 and _doubtful(pixels, row)
        tilt = abs(_off_level(row))
        if not doubtful and tilt <= LEVEL:
            return row
        turn = -_rise(row)
        best = self._surest(pixels, row, [turn + by for by in (quarters if doubtful else (0,))])
        if doubtful and (best is None or _unlike(pixels, best)):
            best = self._surest(pixels, row, [turn + by for by in BETWEEN], best)
        elif best is not None and abs(_off_level(best)) > max(LEVEL, LAGGING * tilt):
            best = self._surest(pixels, best, [best[15] - STEP, best[15] + STEP], best)
        if best is None or best[14] < row[14] - FAINTER:
            return row
        if tilt <= LEVEL and abs(wrapped(best[15] - row[15])) < STEP / 2:
            return row  # it was right, and wide looks place the points as well
        return self._levelled(pixels, best)

    def _surest(
        self, pixels: Pixels, row: Rows, turns: Sequence[float], before: Rows | None = None
    ) -> Rows | None:
        """Of close looks in some turns the surest, if it is surer than one before them."""
        best = before
        for turn in turns:
            look = self._close(pixels, row, float(turn))
            if _score(look) > _score(best):
                best = look
        return best

    def _levelled(self, pixels: Pixels, row: Rows) -> Rows:
        """Turned further until the points read level. Each further look shows what share of a turn
        the points follow."""
        gain = 1.0
        for _ in range(ROUNDS - 1):
            off = _off_level(row)
            if abs(off) <= LEVEL:
                break
            by = off / gain
            again = self._close(pixels, row, float(row[15]) - by)
            if again is None or again[14] < row[14] - FAINTER:
                break
            gain = float(np.clip((off - _off_level(again)) / by, LEAST_GAIN, 1.0))
            row = again
        return row

    def _close(self, pixels: Pixels, row: Rows, turn: float, inverted: bool = False) -> Rows | None:
        """The face at the place of a row, in a look at it alone with the picture turned so far."""
        x, y, width, height = (float(v) for v in row[:4])
        factor = SIDE * SHARE / max(width, height, 1.0) * np.exp(1j * np.radians(turn))
        shift = (1 + 1j) * SIDE / 2 - factor * complex(x + width / 2, y + height / 2)
        canvas = warp(pixels, _matrix(factor, shift), SIDE)
        found = self.detector.once(255 - canvas if inverted else canvas)
        middles = found[:, :2] + found[:, 2:4] / 2 - SIDE / 2
        found = found[np.abs(middles).max(axis=1, initial=0) < SIDE * SHARE / 2]
        if not len(found):
            return None
        one: Rows = moved(found[:1], _matrix(1 / factor, -shift / factor), turn)[0]
        return one


def _further(rows: Rows) -> Iterator[int]:
    """In which other turns to ask the whole picture: all, where no face is sure enough; otherwise
    those in which a face was found, for its neighbours may be turned as it is."""
    if not (rows[:, 14] >= ENOUGH).any():
        yield from QUARTERS[1:]
    else:
        yield from sorted({round(float(turn) / 90) % 4 * 90 for turn in rows[:, 15]} - {0})


def _doubtful(pixels: Pixels, row: Rows) -> bool:
    return bool(row[14] < SURE) or _unlike(pixels, row)


def _unlike(pixels: Pixels, row: Rows) -> bool:
    return likeness(pixels, _points(row)) < LIKENESS


def _points(row: Rows) -> list[Point]:
    return [(float(row[i]), float(row[i + 1])) for i in range(4, 14, 2)]


def _rise(row: Rows) -> float:
    """Degrees by which the line of the eyes is turned clockwise in the picture."""
    return float(np.degrees(np.arctan2(row[7] - row[5], row[6] - row[4])))


def _off_level(row: Rows) -> float:
    """The same in the look that the points come from, -180..180."""
    return wrapped(_rise(row) + float(row[15]))


def moved(rows: Rows, matrix: Matrix, turn: float) -> Rows:
    """Rows (n, 15) of a look at a picture turned by ``turn``, laid on the picture by ``matrix``
    (2x3, a similarity). A box keeps its sides, up to the nearest quarter turn."""
    middles = (rows[:, :2] + rows[:, 2:4] / 2) @ matrix[:, :2].T + matrix[:, 2]
    size = rows[:, 2:4] * np.hypot(matrix[0, 0], matrix[1, 0])
    if round(turn / 90) % 2:
        size = size[:, ::-1]
    points = rows[:, 4:14].reshape(-1, 5, 2) @ matrix[:, :2].T + matrix[:, 2]
    turns = np.full((len(rows), 1), turn % 360)
    parts = [middles - size / 2, size, points.reshape(-1, 10), rows[:, 14:15], turns]
    return np.hstack(parts).astype(np.float32)


def row_of(face: Face) -> Rows:
    box = face.box
    turn = face.turned or 0.0
    values = [box.x, box.y, box.width, box.height, *np.ravel(face.landmarks), face.score, turn]
    return np.array(values, np.float32)


def _back(turn: int, width: int, height: int) -> Matrix:
    """From a picture turned clockwise to the same one unturned, ``width`` x ``height``."""
    factor = {0: 1 + 0j, 90: -1j, 180: -1 + 0j, 270: 1j}[turn]
    corner = {0: 0j, 90: height * 1j, 180: complex(width, height), 270: complex(width)}[turn]
    return _matrix(factor, corner)


def _matrix(factor: complex, shift: complex) -> Matrix:
    a, b = factor.real, factor.imag
    return np.array([[a, -b, shift.real], [b, a, shift.imag]])


def _score(row: Rows | None) -> float:
    return 0.0 if row is None else float(row[14])
