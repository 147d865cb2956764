"""What hides eyes, nose and mouth, drawn flat on an aligned face, and how much of them it hides.

More kinds than ``worn`` has, since here it is the thing itself that is learned: lenses of many
forms, masks and scarves, hands, hair, bars, cups, whatever comes between a face and a camera. What
covers only the forehead, the chin or the ground beside is among them: it hides nothing.
"""

from collections.abc import Callable

import cv2
import numpy as np

from aligned import Field, Image, Rng
from worn import Place, Sheet, _hair, _hand, _hat, _mask, _rims, _sunglasses

EYES: tuple[Place, ...] = ((0.316, 0.461), (0.683, 0.46))
NOSE, MOUTH = (0.5, 0.63), (0.5, 0.823)
EYE_AXES, NOSE_AXES, MOUTH_AXES = (0.09, 0.045), (0.08, 0.07), (0.16, 0.06)  # shares of the crop


class Watched(Sheet):
    """A sheet that keeps how much of each pixel is hidden, 0..1."""

    def __init__(self, face: Image, spare: int, rng: Rng) -> None:
        super().__init__(face, spare, rng)
        self.hidden: Field = np.zeros(face.shape[:2], np.float32)

    def lay(self, mask: Image, colour: Image, opacity: float) -> None:
        super().lay(mask, colour, opacity)
        share = mask.astype(np.float32) * np.float32(opacity / 255)
        self.hidden = 1 - (1 - self.hidden) * (1 - share)

    def paste(self, mask: Image, picture: Image) -> None:
        """Another picture's pixels (the size of the sheet) where the mask is."""
        soft = (cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32) / 255)[..., None]
        self.face = np.asarray(self.face * (1 - soft) + picture * soft, np.uint8)
        self.hidden = np.maximum(self.hidden, mask.astype(np.float32) / 255)

    def share(self, place: Place, axes: Place) -> float:
        """How much of an ellipse is hidden."""
        area = self.blank
        size = (max(1, int(axes[0] * self.crop)), max(1, int(axes[1] * self.crop)))
        cv2.ellipse(area, self.at(place), size, 0, 0, 360, 255, -1)
        return float(self.hidden[area > 0].mean())

    @property
    def eyes(self) -> float:
        """Of the eye of which less is to be seen."""
        return max(self.share(eye, EYE_AXES) for eye in EYES)

    @property
    def mouth(self) -> float:
        """Of nose or mouth, whichever is hidden more."""
        return max(self.share(NOSE, NOSE_AXES), self.share(MOUTH, MOUTH_AXES))


def _outline(sheet: Watched, middle: Place, wide: float, high: float, power: float) -> Image:
    """A superellipse (2: an ellipse, more: a rectangle with round corners), px."""
    angle = np.linspace(0, 2 * np.pi, 40)
    c, s = np.cos(angle), np.sin(angle)
    x = np.sign(c) * np.abs(c) ** (2 / power) * wide + middle[0]
    y = np.sign(s) * np.abs(s) ** (2 / power) * high + middle[1]
    return np.array([sheet.at((a, b)) for a, b in zip(x, y, strict=True)], np.int32)


def _shades(sheet: Watched) -> None:
    """Dark or tinted lenses of many forms, one piece or two, with frame and reflections."""
    rng, mask = sheet.rng, sheet.blank
    wide, high = rng.uniform(0.13, 0.2), rng.uniform(0.075, 0.15)
    power, drop = rng.uniform(1.8, 5), rng.uniform(-0.01, 0.05)
    if rng.random() < 0.12:
        cv2.fillPoly(
            mask, [_outline(sheet, (0.5, 0.46 + drop), rng.uniform(0.36, 0.44), high, 4)], 255
        )
    else:
        for x, _ in EYES:
            cv2.fillPoly(
                mask,
                [_outline(sheet, (x + rng.normal(0, 0.005), 0.46 + drop), wide, high, power)],
                255,
            )
    lens = mask.copy()
    thick = int(rng.integers(1, 5))
    cv2.line(mask, sheet.at((0.42, 0.45)), sheet.at((0.58, 0.45)), 255, thick)
    for inner, outer in ((0.17, -0.03), (0.83, 1.03)):
        cv2.line(mask, sheet.at((inner, 0.45)), sheet.at((outer, 0.44)), 255, thick)
    frame = cv2.subtract(mask, cv2.erode(lens, np.ones((3, 3), np.uint8)))
    tint = rng.uniform(3, 75) + rng.normal(0, 12, 3)
    sheet.lay(lens, np.clip(tint, 0, 255), float(rng.uniform(0.72, 1)))
    if rng.random() < 0.5:  # what a lens mirrors: brighter above, or a band
        height = np.linspace(1, 0, len(lens), dtype=np.float32)[:, None] * rng.uniform(0, 0.5)
        shine = (lens * height).astype(np.uint8)
        hidden = sheet.hidden
        sheet.lay(shine, rng.uniform(120, 255, 3), 1.0)
        sheet.hidden = np.maximum(hidden, sheet.hidden * (hidden > 0.3))
    sheet.lay(frame, rng.uniform(0, 200, 3), float(rng.uniform(0.6, 1)))


def _cloth(sheet: Watched) -> None:
    """A mask with folds and loops, or a patterned scarf."""
    rng, mask = sheet.rng, sheet.blank
    top = rng.uniform(0.52, 0.64) if rng.random() < 0.75 else rng.uniform(0.66, 0.73)
    peak, width = rng.uniform(0, 0.06), rng.uniform(0.36, 0.56)
    places = [(0.5 - width, top + 0.03), (0.32, top + 0.01), (0.5, top - peak), (0.68, top + 0.01)]
    places += [
        (0.5 + width, top + 0.03),
        (0.5 + width * 0.9, 0.92),
        (0.68, 1.1 + rng.uniform(0, 0.1)),
    ]
    places += [(0.5, 1.16 + rng.uniform(0, 0.2)), (0.32, 1.12), (0.5 - width * 0.9, 0.92)]
    cv2.fillPoly(mask, [sheet.wobbly(places, 0.012).astype(np.int32)], 255)
    shade = np.full(sheet.face.shape, 0, np.float32)
    shade += rng.uniform(140, 250, 3) if rng.random() < 0.55 else rng.uniform(5, 170, 3)
    if rng.random() < 0.35:  # a pattern
        spots = rng.normal(0, rng.uniform(15, 60), (12, 12, 3)).astype(np.float32)
        shade += cv2.resize(spots, shade.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    rows = np.arange(len(mask), dtype=np.float32)[:, None, None]
    shade += np.sin(rows / rng.uniform(2, 8)) * rng.uniform(0, 12)
    columns = np.linspace(-1, 1, mask.shape[1], dtype=np.float32)[None, :, None]
    shade -= (columns - rng.normal(0, 0.4)) ** 2 * rng.uniform(0, 70)
    sheet.paste(mask, np.clip(shade, 0, 255))
    if rng.random() < 0.5:
        loops = sheet.blank
        for a, b in ((0.5 - width, -0.1), (0.5 + width, 1.1)):
            cv2.line(loops, sheet.at((a, top + 0.05)), sheet.at((b, 0.5)), 255, 1)
        sheet.lay(loops, rng.uniform(0, 255, 3), 0.9)


def _palm(sheet: Watched) -> None:
    """A hand that lies on the face: palm and fingers, in the colour of its skin."""
    rng, mask = sheet.rng, sheet.blank
    over = rng.choice([0.45, 0.65, 0.8, 0.9, 1.05])
    middle, angle = (rng.uniform(0.2, 0.8), over), rng.uniform(-1.2, 1.2)
    reach, thick = rng.uniform(0.2, 0.42), rng.uniform(0.06, 0.1)
    side = rng.choice([-1.0, 1.0])
    along = np.array([np.cos(angle) * side, np.sin(angle)])
    across = np.array([-along[1], along[0]])
    shade = np.zeros(sheet.face.shape, np.float32) + np.clip(
        sheet.skin() * rng.uniform(0.7, 1.2), 0, 255
    )
    for k in range(int(rng.integers(3, 6))):
        start = np.array(middle) + across * (k - 1.5) * thick * 1.05
        tip = start - along * reach * rng.uniform(0.7, 1.1)
        width = max(2, int(thick * sheet.crop * 0.9))
        cv2.line(mask, sheet.at(tuple(start)), sheet.at(tuple(tip)), 255, width)
        cv2.line(
            shade,
            sheet.at(tuple(start)),
            sheet.at(tuple(tip)),
            (shade[0, 0] * rng.uniform(0.85, 1.1)).tolist(),
            max(1, width - 3),
        )
    palm = np.array(middle) + along * 0.12
    cv2.ellipse(
        mask,
        sheet.at(tuple(palm)),
        (int(0.2 * sheet.crop), int(0.17 * sheet.crop)),
        0,
        0,
        360,
        255,
        -1,
    )
    cv2.line(
        mask,
        sheet.at(tuple(palm)),
        sheet.at(tuple(palm + along * 0.8)),
        255,
        int(0.24 * sheet.crop),
    )
    sheet.paste(mask, cv2.GaussianBlur(shade, (0, 0), 1.2))


def _lock(sheet: Watched) -> None:
    """Hair that falls over one eye or beside the face."""
    rng, mask = sheet.rng, sheet.blank
    edge = rng.uniform(-0.05, 0.75)
    left = rng.random() < 0.5
    xs = [edge + rng.normal(0, 0.05) for _ in range(4)]
    line = [(x if left else 1 - x, y) for x, y in zip(xs, (-0.3, 0.2, 0.55, 1.2), strict=True)]
    away = -0.4 if left else 1.4
    cv2.fillPoly(mask, [sheet.wobbly([(away, -0.3), *line, (away, 1.2)]).astype(np.int32)], 255)
    colour = rng.uniform(10, 200) * np.array([0.6, 0.8, 1.0]) * rng.uniform(0.5, 1)
    strands = rng.normal(0, 18, (1, mask.shape[1], 1)).astype(np.float32)
    bent = np.tile(strands, (len(mask), 1, 3)) + colour.astype(np.float32)
    sheet.paste(mask, np.clip(bent, 0, 255))


def _thing(sheet: Watched) -> None:
    """A cup, a microphone, a bar, a sheet of paper: any form of any colour, anywhere."""
    rng, mask = sheet.rng, sheet.blank
    middle = (rng.uniform(0, 1), rng.choice([rng.uniform(-0.1, 1.2), 0.46, 0.78]))
    wide, high = rng.uniform(0.06, 0.5), rng.uniform(0.04, 0.35)
    cv2.fillPoly(mask, [_outline(sheet, middle, wide, high, rng.choice([2.0, 3.0, 20.0]))], 255)
    fill = np.zeros(sheet.face.shape, np.float32) + rng.uniform(0, 255, 3)
    if rng.random() < 0.5:
        coarse = rng.normal(0, 50, (*rng.integers(3, 20, 2), 3)).astype(np.float32)
        fill += cv2.resize(coarse, fill.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    sheet.paste(mask, np.clip(fill, 0, 255))


def _band(sheet: Watched) -> None:
    """A bar over the eyes, as the press draws it, or the eyes in a few large blocks."""
    rng, mask = sheet.rng, sheet.blank
    cv2.fillPoly(
        mask,
        [_outline(sheet, (0.5, 0.46), rng.uniform(0.3, 0.6), rng.uniform(0.06, 0.14), 30)],
        255,
    )
    if rng.random() < 0.6:
        sheet.lay(mask, np.full(3, rng.choice([0.0, 0.0, 20.0, 255.0])), 1.0)
    else:
        blocks = cv2.resize(sheet.face, (12, 12), interpolation=cv2.INTER_AREA)
        sheet.paste(
            mask,
            cv2.resize(blocks, mask.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(
                np.float32
            ),
        )


KINDS: dict[Callable[[Watched], None], float] = {
    _shades: 0.17, _sunglasses: 0.05, _rims: 0.16, _cloth: 0.16, _mask: 0.04, _palm: 0.12,
    _hand: 0.05, _lock: 0.06, _hair: 0.05, _hat: 0.05, _thing: 0.07, _band: 0.02,
}  # fmt: skip


def hide(face: Image, spare: int, rng: Rng) -> Watched:
    """The face (uint8 BGR, its crop ``spare`` px from the border) with one thing or two."""
    sheet = Watched(face, spare, rng)
    shares = np.array(list(KINDS.values()))
    for kind in rng.choice(len(KINDS), 1 + (rng.random() < 0.15), p=shares / shares.sum()):
        list(KINDS)[int(kind)](sheet)
    return sheet
