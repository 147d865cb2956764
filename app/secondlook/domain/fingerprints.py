"""Fingerprints of faces as they were photographed, and how alike two of them are.

A fingerprint is the luminance of a small aligned crop of a face: ``SIDE`` x ``SIDE`` bytes, 0 where
the crop reaches beyond the picture, else 1 to 255. Aligned by the face, it does not move when the
picture is cropped, resized or turned. What is left of landmarks that shifted by a pixel is taken
out by registering one onto the other (an affine transform by Gauss-Newton; Lucas & Kanade 1981,
Baker & Matthews 2004). The likeness is the correlation of gradients then, 1 for the same: it does
not see brightness, contrast and colour, and sees every eyelid, hair and shadow. Only the face
counts, inside an ellipse, so that another background put behind it makes no difference.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SIDE = 28
"""Pixels of a fingerprint in each direction; the eyes are 10.5 of them apart."""

BYTES = SIDE * SIDE

METHOD = "aligned-28-1"
"""Kept beside each fingerprint: those of another method cannot be compared with these."""

FLATTEST = 2.0
"""Mean gradient (grey levels a pixel, of 255) below which a crop shows nothing that could be
recognised: a grey field is like every other one."""

LEAST_SHARED = 0.5
"""Share of the face that both pictures must show."""

Stack = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_STEPS = 6
_FARTHEST = 0.15 * SIDE
"""Pixels by which landmarks of one photograph can be apart: beyond lies another alignment."""
_CHUNK = 64
"""Pairs registered at once: what fits into a processor's cache is faster than all at once."""
_SCREEN = 14
"""Pixels in each direction of what is compared before anything is registered."""


class Likeness(NamedTuple):
    """``value``: -1..1, 0 where too little can be compared; ``mirrored``: likest when flipped."""

    value: float
    mirrored: bool


def unpack(fingerprints: list[bytes | None]) -> Bytes:
    """uint8 (n, SIDE, SIDE); zeros for one that is missing or of another size, like nothing."""
    empty = bytes(BYTES)
    whole = (f if f is not None and len(f) == BYTES else empty for f in fingerprints)
    return np.frombuffer(b"".join(whole), np.uint8).reshape(-1, SIDE, SIDE)


def likenesses(fingerprint: Bytes, others: Bytes) -> list[Likeness]:
    """One (SIDE, SIDE) beside each of (n, SIDE, SIDE), also flipped left to right."""
    straight, flipped = _likenesses(fingerprint, others), _likenesses(fingerprint[:, ::-1], others)
    return [Likeness(float(max(a, b)), bool(b > a)) for a, b in zip(straight, flipped, strict=True)]


def closest(fingerprint: Bytes, others: Bytes, limit: int) -> npt.NDArray[np.int64]:
    """Rows of the ``limit`` others that are most alike at first sight, without registering: what
    can be told of 10,000 in milliseconds where no templates can be compared."""
    coarse = _coarse(others)
    seen = _coarse(np.stack([fingerprint, fingerprint[:, ::-1]]))
    best = (coarse @ seen.T).max(axis=1)
    order: npt.NDArray[np.int64] = np.argsort(-best, kind="stable")[:limit]
    return order


def _coarse(fingerprints: Bytes) -> Stack:
    """float32 (n, _SCREEN ** 2) of zero mean and length 1 (0 for a flat one)."""
    n, step = len(fingerprints), SIDE // _SCREEN
    blocks = fingerprints.reshape(n, _SCREEN, step, _SCREEN, step)
    small = np.zeros((n, _SCREEN, _SCREEN), np.float32)
    for row, column in np.ndindex(step, step):  # five times as fast as a mean over two axes
        small += blocks[:, :, row, :, column]
    flat = small.reshape(n, -1)[:, _ellipse(_SCREEN)]
    flat -= flat.mean(axis=1, keepdims=True)
    made: Stack = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return made


def _ellipse(side: int) -> npt.NDArray[np.int64]:
    """Flat indexes of the pixels that belong to the face rather than to what is behind it."""
    y, x = np.mgrid[0:side, 0:side] / (side - 1) * 2 - 1
    return np.flatnonzero((x / 0.95) ** 2 + y**2 <= 1)


_FACE = _ellipse(SIDE)
_CENTRE = (SIDE - 1) / 2
_Y, _X = (c.ravel()[_FACE].astype(np.float32) for c in np.mgrid[0:SIDE, 0:SIDE])
_BASIS = np.stack([np.ones_like(_X), (_X - _CENTRE) / _CENTRE, (_Y - _CENTRE) / _CENTRE], axis=1)
"""(pixels, 3): how far each pixel moves with the three numbers of one direction of an affine
transform, so that all of them are in pixels at the border."""


def _likenesses(fingerprint: Bytes, others: Bytes) -> Stack:
    one = _Fixed(fingerprint.astype(np.float32))
    parts = [one.likenesses(others[i : i + _CHUNK]) for i in range(0, len(others), _CHUNK)]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


class _Fixed:
    """The fingerprint that stays where it is while others are registered onto it."""

    def __init__(self, image: Stack) -> None:
        (vertical,), (horizontal,) = _slopes(image[None])
        self._image = image.ravel()[_FACE]
        self._known = _inner(image[None] > 0)[0].ravel()[_FACE].astype(np.float32)
        self._slope = np.stack([horizontal.ravel()[_FACE], vertical.ravel()[_FACE]], axis=1)
        self._jacobian = (self._slope[:, :, None] * _BASIS[:, None, :]).reshape(-1, 6)

    def likenesses(self, others: Bytes) -> Stack:
        """float32 (n,)."""
        images = others.astype(np.float32)
        known = _inner(others > 0).astype(np.float32)
        moved = np.zeros((len(images), 6), np.float32)
        for _ in range(_STEPS):
            x, y, weight = self._where(moved, known)
            moved = self._improved(moved, _sample(images, x, y), weight)
        x, y, weight = self._where(moved, known)
        return self._correlation(images, moved, x, y, weight)

    def _where(self, moved: Stack, known: Stack) -> tuple[Stack, Stack, Stack]:
        """Where each pixel of the face lies in the others, and whether both show it (0 or 1)."""
        x, y = _X + moved[:, :3] @ _BASIS.T, _Y + moved[:, 3:] @ _BASIS.T
        inside = (x >= 0) & (x <= SIDE - 1) & (y >= 0) & (y <= SIDE - 1)
        x, y = np.clip(x, 0, SIDE - 1), np.clip(y, 0, SIDE - 1)
        shown = inside & (_sample(known, x, y) > 0.99)
        return x, y, self._known * shown.astype(np.float32)

    def _improved(self, moved: Stack, seen: Stack, weight: Stack) -> Stack:
        """One step of Gauss-Newton, each picture taken at its own brightness and contrast."""
        mine, contrast = _standardised(self._image, weight)
        theirs, _ = _standardised(seen, weight)
        jacobian = self._jacobian * (weight / contrast)[:, :, None]
        normal = jacobian.transpose(0, 2, 1) @ jacobian
        normal += np.eye(6, dtype=np.float32) * (1e-3 * SIDE)  # a flat face moves nowhere
        towards = ((mine - theirs)[:, None, :] @ jacobian)[:, 0, :]
        step = np.linalg.solve(normal, towards[:, :, None])[:, :, 0]
        better: Stack = np.clip(moved + step, -_FARTHEST, _FARTHEST).astype(np.float32)
        return better

    def _correlation(self, images: Stack, moved: Stack, x: Stack, y: Stack, weight: Stack) -> Stack:
        vertical, horizontal = _slopes(images)
        across, down = _sample(horizontal, x, y), _sample(vertical, x, y)
        turn = moved / _CENTRE  # by the chain rule, gradients turn with the transform
        theirs_x = (1 + turn[:, 1:2]) * across + turn[:, 4:5] * down
        theirs_y = turn[:, 2:3] * across + (1 + turn[:, 5:6]) * down
        mine_x, mine_y = self._slope[:, 0], self._slope[:, 1]
        shared = weight.sum(axis=1)
        product = ((mine_x * theirs_x + mine_y * theirs_y) * weight).sum(axis=1)
        mine = ((mine_x**2 + mine_y**2) * weight).sum(axis=1)
        theirs = ((theirs_x**2 + theirs_y**2) * weight).sum(axis=1)
        flat = np.minimum(mine, theirs) < FLATTEST**2 * np.maximum(shared, 1)
        enough = (shared >= LEAST_SHARED * len(_FACE)) & ~flat
        value: Stack = np.where(enough, product / np.sqrt(mine * theirs + 1e-6), 0)
        return np.clip(value, -1, 1).astype(np.float32)


def _standardised(values: Stack, weight: Stack) -> tuple[Stack, Stack]:
    """Of mean 0 and spread 1 where ``weight`` is 1; and the spread it had (n, 1)."""
    count = weight.sum(axis=1, keepdims=True) + 1e-6
    centred = values - (values * weight).sum(axis=1, keepdims=True) / count
    spread = np.sqrt((centred**2 * weight).sum(axis=1, keepdims=True) / count) + 1e-3
    return centred / spread, spread


def _slopes(images: Stack) -> tuple[Stack, Stack]:
    """Downwards and to the right, in grey levels a pixel: float32 (n, SIDE, SIDE) each."""
    down: Stack = np.asarray(np.gradient(images, axis=1), np.float32)
    right: Stack = np.asarray(np.gradient(images, axis=2), np.float32)
    return down, right


def _inner(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Pixels (n, SIDE, SIDE) whose neighbours are known too: elsewhere a gradient is an edge of
    the picture, not of the face."""
    inner = known.copy()
    inner[:, 1:-1, 1:-1] &= (
        known[:, :-2, 1:-1] & known[:, 2:, 1:-1] & known[:, 1:-1, :-2] & known[:, 1:-1, 2:]
    )
    return inner


def _sample(images: Stack, x: Stack, y: Stack) -> Stack:
    """Bilinear: images (n, SIDE, SIDE) at x, y (n, pixels) within them."""
    left = np.minimum(x.astype(np.int64), SIDE - 2)
    top = np.minimum(y.astype(np.int64), SIDE - 2)
    right_part, lower_part = x - left, y - top
    flat, corner = images.reshape(len(images), -1), top * SIDE + left

    def row(start: npt.NDArray[np.int64]) -> Stack:
        one, other = (np.take_along_axis(flat, start + i, axis=1) for i in (0, 1))
        return one + (other - one) * right_part

    upper = row(corner)
    made: Stack = upper + (row(corner + SIDE) - upper) * lower_part
    return made.astype(np.float32, copy=False)
