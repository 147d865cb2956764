"""Portraits joined to the face of nobody: common shape by dense flow, shared colours, plain ground.

Everything happens on one canvas, where the five points of a face lie at known places. The first
parent lends what is around the face (hair, ears, outline); the face itself is made of all parents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from aligned import POINTS, Field, Image
from turns import fit_similarity

WIDTH, HEIGHT = 384, 480  # px of the canvas
SIDE = 250  # px of the teacher's crop on the canvas
CORNER = np.array([(WIDTH - SIDE) / 2, 92])
FIVE = (POINTS * SIDE + CORNER).astype(np.float32)
FACE = ((WIDTH / 2, 232), (86, 122))  # px: centre and half axes of what all parents make
_DETAIL = 2.2  # px (sigma): finer than this comes mostly from one parent, or skin turns to wax
_REACH = np.float32(4.5)  # px, at half size, that one round moves at most
_Y, _X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
CHIN = 356  # px from the top
_WIDE = 112  # px on either side of the canvas that the search for the head sees too
_Y_WIDE, _X_WIDE = np.mgrid[:HEIGHT, -_WIDE : WIDTH + _WIDE].astype(np.float32)


@dataclass(frozen=True)
class Parent:
    """A portrait on the canvas: CIELAB float32 (480, 384, 3) in 0..255, and its five points."""

    lab: Field
    points: Field


@dataclass(frozen=True)
class Blend:
    """How much of each parent (each sums to 1): its colours, its shape, its finest detail."""

    colour: Field
    shape: Field
    detail: Field


def on_canvas(picture: Image, five: Field) -> Parent:
    """A BGR picture whose face has the points ``five`` (px), laid on the canvas."""
    a, b = fit_similarity(five, FIVE)
    points = a * (five[:, 0] + 1j * five[:, 1]) + b
    return Parent(
        cv2.cvtColor(_laid(picture, five, WIDTH), cv2.COLOR_BGR2LAB).astype(np.float32),
        np.stack([points.real, points.imag], 1).astype(np.float32),
    )


def _laid(picture: Image, five: Field, width: int) -> Image:
    a, b = fit_similarity(five, FIVE)
    b += (width - WIDTH) / 2
    scale = abs(a)
    if scale < 0.7:  # shrink by area first, or fine detail folds back
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        a /= scale
    matrix = np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
    return cv2.warpAffine(
        picture, matrix, (width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def oval(centre: tuple[float, float], axes: tuple[float, float], soft: float) -> Field:
    """1 inside an ellipse, 0 outside; the edge is a ramp of ``soft`` (share of the radius)."""
    radius = np.hypot((_X - centre[0]) / axes[0], (_Y - centre[1]) / axes[1])
    ramp = np.clip((1 + soft / 2 - radius) / soft, 0, 1)
    eased: Field = (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)
    return eased


def sample(picture: Field, flow: Field) -> Field:
    """``picture`` at each pixel's own place plus ``flow`` (px)."""
    height, width = flow.shape[:2]
    x, y = _X[:height, :width] + flow[..., 0], _Y[:height, :width] + flow[..., 1]
    return cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def spline(source: Field, target: Field) -> Field:
    """The smoothest flow (thin plate) that leads the places ``source`` to ``target`` (px).

    Eight places on the border stay where they are. Duchon 1977: r^2 log r and an affine part.
    """
    edge = [(x, y) for x in (0, WIDTH / 2, WIDTH) for y in (0, HEIGHT / 2, HEIGHT)]
    fixed = np.array([p for p in edge if p != (WIDTH / 2, HEIGHT / 2)], np.float32)
    knots, ends = np.concatenate([source, fixed]), np.concatenate([target, fixed])
    n = len(knots)
    affine = np.concatenate([np.ones((n, 1)), knots], 1)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = _bend(knots[:, None] - knots[None])
    system[:n, n:], system[n:, :n] = affine, affine.T
    factors = np.linalg.solve(system, np.concatenate([ends - knots, np.zeros((3, 2))]))
    step = 8
    places = np.stack([_X[::step, ::step], _Y[::step, ::step]], -1).reshape(-1, 2)
    bent = _bend(places[:, None] - knots[None]) @ factors[:n]
    bent += np.concatenate([np.ones((len(places), 1)), places], 1) @ factors[n:]
    coarse = bent.reshape(HEIGHT // step, WIDTH // step, 2).astype(np.float32)
    # Sample k of the coarse field lies at pixel k * step.
    return cv2.remap(
        coarse, _X / step, _Y / step, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _bend(difference: Field) -> Field:
    square: Field = np.sum(difference.astype(np.float64) ** 2, -1)
    return square * np.log(np.maximum(square, 1e-9)) / 2


def tone(lab: Field) -> tuple[Field, Field]:
    """Mean and spread of the face's L, a and b."""
    skin = lab[150:340:2, 120:264:2].reshape(-1, 3)
    return skin.mean(0), np.maximum(skin.std(0), (8, 1.5, 1.5)).astype(np.float32)


def toned(lab: Field, mean: Field, spread: Field) -> Field:
    """``lab`` with the face's statistics brought to ``mean`` and ``spread``."""
    own_mean, own_spread = tone(lab)
    gain = np.clip(spread / own_spread, 0.6, 1.6)
    return (lab - own_mean) * gain + mean


def _grey(lab: Field) -> Image:
    """Lightness without its slow changes: what the flow compares."""
    light = lab[..., 0]
    local = light - cv2.GaussianBlur(light, (0, 0), 12)
    even: Image = np.clip(128 + 1.6 * local, 0, 255).astype(np.uint8)
    return even


def common_shape(parents: Sequence[Field], shape: Field) -> list[Field]:
    """For each parent the flow that brings it to the shape that is their weighted mean.

    The mean of the parents is compared with each of them (DIS, Kroeger et al. 2016), all go towards
    it, and so again, at half size. Flows are smoothed: a face bends, it does not tear.
    """
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    finder.setFinestScale(0)
    # Hair has no fixed place: above the brows and outside the face nothing moves by flow.
    inside = oval((WIDTH / 2, 248), (92, 118), 0.9)[::2, ::2, None]
    small = [cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in parents]
    flows = [np.zeros((*inside.shape[:2], 2), np.float32) for _ in parents]
    for smooth in (6.0, 4.0, 2.5):
        there = [sample(p, f) for p, f in zip(small, flows, strict=True)]
        middle = np.tensordot(shape, np.stack(there), 1).astype(np.float32)
        blurred = cv2.GaussianBlur(middle, (0, 0), 1.5)
        steps = []
        for one in there:
            step = finder.calc(_grey(middle), _grey(one), None)  # type: ignore[call-overload]
            trust = _agreement(cv2.GaussianBlur(one, (0, 0), 1.5), blurred)[..., None]
            over = cv2.GaussianBlur(trust, (0, 0), smooth)[..., None] + np.float32(0.02)
            step = cv2.GaussianBlur(step * trust, (0, 0), smooth) / over
            steps.append(inside * _REACH * np.tanh(step / _REACH))
        mean = np.tensordot(shape, np.stack(steps), 1).astype(np.float32)
        flows = [sample(f, s - mean) + s - mean for f, s in zip(flows, steps, strict=True)]
    return [2 * cv2.resize(f, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) for f in flows]


def joined(parents: Sequence[Parent], blend: Blend, head: Field, own: Field) -> tuple[Field, Field]:
    """The face of all parents in the surroundings of the first: CIELAB float32 on the canvas.

    ``own`` is how far the five points lie from the parents' mean (px). Also ``head``, the outline
    of the first parent, bent as that parent is.
    """
    points = np.tensordot(blend.shape, np.stack([p.points for p in parents]), 1) + own
    points = points.astype(np.float32)
    mean, spread = tone(parents[0].lab)
    even = [toned(sample(p.lab, spline(points, p.points)), mean, spread) for p in parents]
    flows = common_shape(even, blend.shape)
    there = [toned(sample(e, f), mean, spread) for e, f in zip(even, flows, strict=True)]
    blurred = [cv2.GaussianBlur(t, (0, 0), _DETAIL) for t in there]
    agreed = [_agreement(b, blurred[0])[..., None] for b in blurred]
    low = sum(w * c * b for w, c, b in zip(blend.colour, agreed, blurred, strict=True))
    fine = sum(
        w * c * (t - b) for w, c, t, b in zip(blend.detail, agreed, there, blurred, strict=True)
    )
    low /= sum(w * c for w, c in zip(blend.colour, agreed, strict=True))
    fine /= sum(w * c for w, c in zip(blend.detail, agreed, strict=True))
    mask = oval(*FACE, 0.45)[..., None]
    bent = sample(sample(head, spline(points, parents[0].points)), flows[0])
    return there[0] * (1 - mask) + (low + fine) * mask, bent


def _agreement(lab: Field, first: Field) -> Field:
    """Near 1 where a parent shows what the first one shows, near 0 where it has hair on skin."""
    apart = np.linalg.norm(lab - first, axis=2)
    y = np.linspace(0, HEIGHT, len(lab), endpoint=False, dtype=np.float32)[:, None]
    patient = 20 + 22 * np.clip((y - 150) / 40, 0, 1)  # features may differ, foreheads may not
    near = cv2.GaussianBlur(apart, (0, 0), 4 * len(lab) / HEIGHT) / patient
    share: Field = (np.exp(-(near**2)) + 1e-3).astype(np.float32)
    return share


def outline(picture: Image, five: Field, *, long_hair: bool) -> Field:
    """Where the head is, on the canvas: float32 (480, 384), 1 inside.

    GrabCut (Rother et al. 2004) twice, at half size on a wider canvas: the head without what lies
    below the chin, where clothes would pass for background; then the jaw and neck, where short hair
    leaves them free, against the collar.
    """
    laid = _laid(picture, five, _WIDE + WIDTH + _WIDE)[::2, ::2]
    x, y = _X_WIDE[::2, ::2], _Y_WIDE[::2, ::2]

    def within(centre: float, a: float, b: float) -> npt.NDArray[np.bool_]:
        return np.asarray(np.hypot((x - WIDTH / 2) / a, (y - centre) / b) < 1)

    seeds = np.full(x.shape, cv2.GC_PR_BGD, np.uint8)
    seeds[~within(215, 200, 212) & (y < 300)] = cv2.GC_BGD
    seeds[within(204, 135, 172) if long_hair else within(200, 112, 162)] = cv2.GC_PR_FGD
    seeds[within(238, 84, 118)] = cv2.GC_FGD
    chin = (CHIN - 10) // 2
    inside = np.zeros(x.shape, np.uint8)
    inside[:chin] = _grabbed(laid[:chin], seeds[:chin])
    inside[chin:] = inside[chin - 1]
    if not long_hair:
        ear, neck = 270 // 2, 420 // 2
        seeds[(y > 392) | (np.abs(x - WIDTH / 2) > 104)] = cv2.GC_BGD
        part = slice(ear, neck), slice((_WIDE + 32) // 2, -(_WIDE + 32) // 2)
        lower = np.zeros_like(inside)
        lower[part] = _grabbed(np.ascontiguousarray(laid[part]), seeds[part].copy())
        inside[ear:] &= lower[ear:]
    inside = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    inside = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    whole = cv2.resize(inside.astype(np.float32), None, fx=2, fy=2)
    return _rounded(whole[:, _WIDE:-_WIDE], 1.2 if long_hair else 1.07)


def _rounded(head: Field, most: float) -> Field:
    """The outline without spurs and notches: a smooth radius by angle, much alike on both sides.

    A piece of a flag that passed for hair sticks out on one side only: a side has at ``most`` so
    many times the radius of the other.
    """
    centre = np.array([WIDTH / 2, 225], np.float32)
    # Row k of the picture by angle is k degrees, from the right downwards.
    flags = cv2.INTER_LINEAR + cv2.WARP_FILL_OUTLIERS
    rays = cv2.warpPolar(head, (260, 360), centre.tolist(), 260, flags)
    radius = rays.sum(1)
    mirrored = radius[(180 - np.arange(360)) % 360]
    radius = np.minimum(radius, most * mirrored)
    around = np.stack([np.roll(radius, k) for k in range(-9, 10)])
    radius = np.minimum(np.median(around, 0), radius + 4).astype(np.float32) - 2
    thrice = cv2.GaussianBlur(np.tile(radius, 3)[None], (0, 0), 3.5)[0, 360:720]
    angle = np.degrees(np.arctan2(_Y - centre[1], _X - centre[0])) % 360
    limit = np.interp(angle, np.arange(361), np.append(thrice, thrice[0]))
    distance = np.hypot(_X - centre[0], _Y - centre[1])
    inside: Field = np.clip((limit - distance) / 5 + 0.5, 0, 1).astype(np.float32)
    return inside


def _grabbed(picture: Image, seeds: Image) -> Image:
    cv2.setRNGSeed(7)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    whole = 0, 0, 0, 0  # no rectangle: the seeds say it
    cv2.grabCut(picture, seeds, whole, *models, 4, cv2.GC_INIT_WITH_MASK)
    inside: Image = np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    return inside


def faded(head: Field, *, long_hair: bool) -> Field:
    """The outline, fading out at the neck before clothes begin: how much of the head is shown."""
    fade = oval((WIDTH / 2, 201), (172, 181), 0.14)
    if not long_hair:  # beside the jaw there is only background and collar
        lower = np.clip((_Y - 250) / 45, 0, 1)
        fade *= 1 - lower + lower * oval((WIDTH / 2, 225), (118, 170), 0.12)
    shown: Field = (np.clip(head * 1.4 - 0.4, 0, 1) * fade).astype(np.float32)
    return shown


def bgr(lab: Field) -> Image:
    """Float32 CIELAB in OpenCV's 0..255 to uint8 BGR."""
    return cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2BGR)
