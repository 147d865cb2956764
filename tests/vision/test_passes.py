"""The plan of passes, and what joins their findings."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from secondlook.vision.detect import suppress
from secondlook.vision.passes import SCHEME, bordered, finer, overview


def test_a_small_portrait_needs_one_pass_at_its_own_size() -> None:
    assert overview(225, 275, SCHEME).scale == 1
    assert list(finer(225, 275, SCHEME)) == []


@pytest.mark.parametrize(("width", "height"), [(640, 480), (4000, 3000), (321, 9000), (1, 2000)])
def test_every_pixel_is_looked_at_in_full_size(width: int, height: int) -> None:
    seen = np.zeros((height, width), np.uint8)
    for part in finer(width, height, SCHEME):
        assert max(part.width, part.height) * part.scale <= SCHEME.tile + 1
        assert part.x >= 0
        assert part.y >= 0
        if part.scale == 1:
            seen[part.y : part.y + part.height, part.x : part.x + part.width] = 1
    assert seen.all()


def test_tiles_overlap_and_scales_rise() -> None:
    parts = list(finer(4000, 600, SCHEME))
    scales = [part.scale for part in parts]
    assert scales == sorted(scales)
    tiles = [part for part in parts if part.scale == 1]
    for a, b in pairwise(tiles):
        assert a.x + a.width - b.x >= SCHEME.overlap


def test_the_bordered_pass_surrounds_the_picture() -> None:
    part = bordered(1000, 500, SCHEME)
    assert part.x < 0
    assert part.x + part.width > 1000
    assert part.y + part.height > 500
    assert max(part.width, part.height) * part.scale <= SCHEME.bordered + 1
    assert list(finer(5000, 5000, replace(SCHEME, finest=0.0))) == []


def row(x: float, side: float, score: float) -> list[float]:
    return [x, x, side, side, *([x] * 10), score]


def test_suppression() -> None:
    rows = np.array(
        [
            row(0, 100, 0.8),  # the same face as the next
            row(4, 100, 0.9),
            row(30, 30, 0.85),  # inside it
            row(300, 50, 0.7),  # another
        ],
        np.float32,
    )
    kept = suppress(rows)
    assert kept[:, 14] == pytest.approx([0.9, 0.7])
    assert kept[0, 0] == 4
    voted = suppress(rows, vote=True)
    assert voted[:, 14] == pytest.approx([0.9, 0.7])
    assert voted[0, 0] == pytest.approx((0.64 * 0 + 0.81 * 4) / 1.45)
    assert suppress(np.empty((0, 15), np.float32)).shape == (0, 15)


def test_the_largest_picture_takes_a_bounded_number_of_looks() -> None:
    for width, height in ((15_800, 15_800), (111_800, 2_236), (2_236, 111_800)):
        parts = list(finer(width, height, SCHEME))
        assert len(parts) < 600
    finest = list(finer(12_000, 8_000, SCHEME))[-1]
    assert finest.scale == 1  # 96 megapixels are looked at pixel by pixel
