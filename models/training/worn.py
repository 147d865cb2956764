"""What people wear or hold before their faces, drawn flat on an aligned face: glasses, sunglasses,
masks, hands, hair and hats. Rough, but they hide what such things hide."""

from collections.abc import Callable

import cv2
import numpy as np

from aligned import Image, Rng

Place = tuple[float, float]  # shares of the crop


class Sheet:
    """A picture whose crop begins ``spare`` px from its border, to be drawn on."""

    def __init__(self, face: Image, spare: int, rng: Rng) -> None:
        self.face, self.spare, self.rng = face, spare, rng
        self.crop = face.shape[0] - 2 * spare

    def at(self, place: Place) -> tuple[int, int]:
        x, y = (round(float(v) * self.crop + self.spare) for v in place)
        return x, y

    def wobbly(self, places: list[Place], by: float = 0.02) -> Image:
        noise = self.rng.normal(0, by, (len(places), 2))
        return np.array(
            [self.at((x + dx, y + dy)) for (x, y), (dx, dy) in zip(places, noise, strict=True)]
        )

    def lay(self, mask: Image, colour: Image, opacity: float) -> None:
        """Colour the mask (uint8, 0..255), a little uneven as cloth and skin are."""
        rng = self.rng
        soft = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.6, 1.6)))
        share = (soft.astype(np.float32) * np.float32(opacity / 255))[..., None]
        shade = cv2.resize(
            rng.normal(0, rng.uniform(4, 18), (5, 5)).astype(np.float32),
            mask.shape[::-1],
            interpolation=cv2.INTER_CUBIC,
        )[..., None]
        paint = np.clip(colour.astype(np.float32) + shade, 0, 255)
        self.face = np.asarray(self.face * (1 - share) + paint * share, np.uint8)

    @property
    def blank(self) -> Image:
        return np.zeros(self.face.shape[:2], np.uint8)

    def skin(self) -> Image:
        """The colour of the cheeks, for hands."""
        x, y = self.at((0.5, 0.55))
        return np.asarray(np.median(self.face[y : y + 20, x - 20 : x + 20], (0, 1)))


def _lenses(sheet: Sheet) -> tuple[Image, int]:
    rng, mask = sheet.rng, sheet.blank
    wide, high = rng.uniform(0.11, 0.17), rng.uniform(0.07, 0.14)
    drop = rng.uniform(0, 0.04)
    for x in (0.316, 0.683):
        axes = (int(wide * sheet.crop), int(high * sheet.crop))
        cv2.ellipse(mask, sheet.at((x, 0.46 + drop)), axes, 0, 0, 360, 255, -1)
    return mask, int(rng.integers(1, 5))


def _rims(sheet: Sheet) -> None:
    """Clear glasses: rims, a bridge, sides, sometimes a reflection."""
    mask, thick = _lenses(sheet)
    rims = sheet.blank
    lines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(rims, lines, -1, 255, thick)
    cv2.line(rims, sheet.at((0.45, 0.46)), sheet.at((0.55, 0.46)), 255, thick)
    for inner, outer in ((0.17, 0.0), (0.83, 1.0)):
        cv2.line(rims, sheet.at((inner, 0.46)), sheet.at((outer, 0.45)), 255, thick)
    rng = sheet.rng
    if rng.random() < 0.4:
        sheet.lay(mask, np.full(3, 235.0), float(rng.uniform(0.05, 0.35)))
    sheet.lay(rims, rng.integers(0, 140, 3), float(rng.uniform(0.6, 1)))


def _sunglasses(sheet: Sheet) -> None:
    mask, thick = _lenses(sheet)
    cv2.line(mask, sheet.at((0.4, 0.46)), sheet.at((0.6, 0.46)), 255, thick + 1)
    colour = np.full(3, sheet.rng.uniform(5, 70)) + sheet.rng.normal(0, 8, 3)
    sheet.lay(mask, np.clip(colour, 0, 255), float(sheet.rng.uniform(0.7, 1)))


def _mask(sheet: Sheet) -> None:
    """A mask over nose and mouth, or below the nose."""
    rng, mask = sheet.rng, sheet.blank
    top = rng.uniform(0.56, 0.62) if rng.random() < 0.8 else rng.uniform(0.68, 0.72)
    places = [(-0.02, top), (0.3, top + 0.02), (0.5, top - 0.03), (0.7, top + 0.02), (1.02, top)]
    places += [(0.95, 0.9), (0.7, 1.12), (0.5, 1.18), (0.3, 1.12), (0.05, 0.9)]
    cv2.fillPoly(mask, [sheet.wobbly(places).astype(np.int32)], 255)
    light = rng.random() < 0.6
    colour = rng.uniform(150, 250, 3) if light else rng.uniform(5, 160, 3)
    sheet.lay(mask, colour, float(rng.uniform(0.9, 1)))


def _hand(sheet: Sheet) -> None:
    """A few thick fingers from one side."""
    rng, mask = sheet.rng, sheet.blank
    side = -0.15 if rng.random() < 0.5 else 1.15
    start, step = rng.uniform(0.3, 1.1), rng.uniform(0.07, 0.1)
    far, slope = rng.uniform(0.25, 0.6), rng.normal(0, 0.25)
    thick = max(3, int(step * sheet.crop * 0.9))
    for k in range(int(rng.integers(2, 5))):
        tip = side + (far + rng.normal(0, 0.04)) * (1 if side < 0 else -1)
        y = start + k * step
        cv2.line(mask, sheet.at((side, y)), sheet.at((tip, y + slope)), 255, thick)
    colour = np.clip(sheet.skin() * rng.uniform(0.8, 1.15), 0, 255)
    sheet.lay(mask, colour, 1.0)


def _hair(sheet: Sheet) -> None:
    """Strands over forehead, eyes or cheeks."""
    rng, mask = sheet.rng, sheet.blank
    middle, lean = rng.uniform(-0.1, 1.1), rng.normal(0, 0.3)
    for _ in range(int(rng.integers(10, 50))):
        x = middle + rng.normal(0, 0.15)
        end = (x + lean + rng.normal(0, 0.06), rng.uniform(0.3, 1.2))
        cv2.line(mask, sheet.at((x, -0.15)), sheet.at(end), 255, int(rng.integers(1, 4)))
    colour = rng.uniform(0.2, 1.2) * np.array([40, 60, 80]) * rng.uniform(0.2, 2)
    sheet.lay(mask, np.clip(colour, 0, 235), float(rng.uniform(0.7, 1)))


def _hat(sheet: Sheet) -> None:
    """A brim or a scarf: everything above a line over the brows."""
    rng, mask = sheet.rng, sheet.blank
    left, right = rng.uniform(0.1, 0.34, 2)
    bow = rng.uniform(-0.08, 0.08)
    places = [
        (-0.3, -0.3),
        (1.3, -0.3),
        (1.3, right),
        (0.5, (left + right) / 2 + bow),
        (-0.3, left),
    ]
    cv2.fillPoly(mask, [sheet.wobbly(places, 0.005).astype(np.int32)], 255)
    sheet.lay(mask, rng.uniform(0, 255, 3), 1.0)


_KINDS: list[Callable[[Sheet], None]] = [_rims, _sunglasses, _mask, _hand, _hair, _hat]
_OFTEN = [0.4, 0.12, 0.13, 0.1, 0.15, 0.1]


def wear(face: Image, spare: int, rng: Rng) -> Image:
    """The face, uint8 (n, n, 3) BGR with its crop ``spare`` px from the border, with one thing."""
    sheet = Sheet(face, spare, rng)
    _KINDS[int(rng.choice(len(_KINDS), p=_OFTEN))](sheet)
    return sheet.face
