"""Upright, as an EXIF orientation (1 to 8) asks."""

import numpy as np

from secondlook.domain.faces import Box
from secondlook.domain.pictures import Damage
from secondlook.vision.reading.content import Pixels

# Rows become columns, then mirrored left to right, then top to bottom.
_TURNS = {
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}


def upright(pixels: Pixels, orientation: object) -> Pixels:
    swap, mirror, flip = _turn(orientation)
    turned = pixels.transpose(1, 0, 2) if swap else pixels
    turned = turned[:, ::-1] if mirror else turned
    return np.ascontiguousarray(turned[::-1] if flip else turned)


def upright_damage(
    damage: Damage | None, orientation: object, width: int, height: int
) -> Damage | None:
    """``width``, ``height``: px as stored."""
    if damage is None or damage.region is None:
        return damage
    swap, mirror, flip = _turn(orientation)
    box = damage.region
    x, y, wide, high = box.x, box.y, box.width, box.height
    if swap:
        x, y, wide, high, width, height = y, x, high, wide, height, width
    x = width - x - wide if mirror else x
    y = height - y - high if flip else y
    return Damage(Box(x, y, wide, high))


def _turn(orientation: object) -> tuple[bool, bool, bool]:
    known = orientation if isinstance(orientation, int) else 1
    return _TURNS.get(known, (False, False, False))
