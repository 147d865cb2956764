"""Which parts of a picture the detector looks at, and at which scale."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

NEAR = 1.2  # a pass that is finer by less than this factor shows nothing new
GRID = 32  # the coarsest stride: network inputs are multiples of it


@dataclass(frozen=True, slots=True)
class Pass:
    """One look: the region (px of the picture, may reach past it) is drawn at ``scale``.

    Boxes longer than ``largest`` px of the picture are not believed.
    """

    x: int
    y: int
    width: int
    height: int
    scale: float
    largest: float = inf


@dataclass(frozen=True, slots=True)
class Scheme:
    """The choice of passes; the figures behind the default are in tests/bench/bench_detector.py.

    overview: longest side, px, of the pass that sees the whole picture; small enough that a face
        which fills the picture is not taken apart.
    border, bordered: share of the picture added around it for faces that fill or leave the frame,
        and the longest side of that pass (0: none).
    tile, overlap: side and overlap, px, of the parts of a finer pass.
    largest: longest side, px, of a face in a finer pass. A larger one is seen whole by a coarser
        pass; what a finer one makes of it may be a part taken for a face.
    step: factor between the scales of two finer passes.
    finest: scale of the last one; 1 looks at every pixel.
    most: about so many parts of the finest pass at the most: a larger picture is looked at less
        finely, so that none keeps the detector busy for minutes.
    """

    overview: int = 320
    border: float = 0.35
    bordered: int = 192
    tile: int = 640
    overlap: int = 128
    largest: int = 260
    step: float = 4.0
    finest: float = 1.0
    most: int = 400


SCHEME = Scheme()


def overview(width: int, height: int, scheme: Scheme) -> Pass:
    return Pass(0, 0, width, height, min(1.0, scheme.overview / max(width, height)))


def bordered(width: int, height: int, scheme: Scheme) -> Pass:
    """The picture made small within a wide border."""
    border = round(scheme.border * max(width, height))
    wide, high = width + 2 * border, height + 2 * border
    return Pass(-border, -border, wide, high, min(1.0, scheme.bordered / max(wide, high)))


def finer(width: int, height: int, scheme: Scheme) -> Iterator[Pass]:
    """Tiled passes finer than the overview, coarsest first; none for a small picture."""
    step = scheme.tile - scheme.overlap
    affordable = step * (scheme.most / (width * height)) ** 0.5
    scales, scale = [], min(scheme.finest, affordable)
    while scale > NEAR * overview(width, height, scheme).scale:
        scales.append(scale)
        scale /= scheme.step
    for scale in reversed(scales):
        yield from _tiles(width, height, scale, scheme)


def _tiles(width: int, height: int, scale: float, scheme: Scheme) -> Iterator[Pass]:
    tile, overlap = ceil(scheme.tile / scale), ceil(scheme.overlap / scale)
    for y, high in _spans(height, tile, overlap):
        for x, wide in _spans(width, tile, overlap):
            yield Pass(x, y, wide, high, scale, scheme.largest / scale)


def _spans(length: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Equal (start, length) spans of at most ``tile`` that cover ``length`` and overlap."""
    if length <= tile:
        return [(0, length)]
    count = ceil((length - overlap) / (tile - overlap))
    step = (length - tile) / (count - 1)
    return [(round(i * step), tile) for i in range(count)]
