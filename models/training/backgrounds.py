"""Pictures without a face, made by procedure: smooth colours, noise, stripes, checks, bricks,
leaves, text, shapes, and things that look a little like a face or a hand."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Rng = np.random.Generator

_TEXT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;!?&%"
_FONTS = (0, 1, 2, 3, 4, 6, 7)  # OpenCV's Hershey fonts


def colour(rng: Rng, spread: float = 60.0) -> tuple[int, int, int]:
    """A random BGR colour, often a greyish one."""
    base = rng.uniform(10, 245)
    blue, green, red = np.clip(base + rng.normal(0, spread * rng.random(), 3), 0, 255)
    return int(blue), int(green), int(red)


def skin(rng: Rng) -> tuple[int, int, int]:
    """A random skin colour, BGR, from dark to light."""
    lightness = rng.uniform(0.2, 1.0)
    red, green, blue = 255 * lightness, 205 * lightness**1.15, 170 * lightness**1.3
    return int(blue), int(green), int(red)


def noise(rng: Rng, size: int, cells: int, octaves: int = 4) -> npt.NDArray[np.float32]:
    """Value noise (size, size) of about 0..1: smooth at ``cells`` a side, finer by octaves."""
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        count = min(size, cells << octave)
        grid = rng.random((count, count), dtype=np.float32)
        total += cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC) / (1 << octave)
    return total / np.float32(2 - 2.0 ** (1 - octaves))


def _between(field: npt.NDArray[np.float32], rng: Rng) -> Image:
    """A field of 0..1 as a blend of two or three colours."""
    count = int(rng.integers(2, 5))
    stops = np.array([colour(rng) for _ in range(count)], np.float32)
    at = np.linspace(0, 1, 256)
    table = np.stack([np.interp(at, np.linspace(0, 1, count), stops[:, c]) for c in range(3)], 1)
    index = np.clip(field * 255, 0, 255).astype(np.uint8)
    return np.asarray(table.astype(np.uint8)[index], np.uint8)


def gradient(rng: Rng, size: int) -> Image:
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    if rng.random() < 0.5:
        angle = rng.uniform(0, 2 * np.pi)
        field = (x * np.cos(angle) + y * np.sin(angle)) / 2.8 + 0.5
    else:
        field = np.hypot(x - rng.uniform(-1, 1), y - rng.uniform(-1, 1)) / 2
    return _between(field.astype(np.float32), rng)


def clouds(rng: Rng, size: int) -> Image:
    return _between(noise(rng, size, int(rng.integers(1, 24)), int(rng.integers(1, 6))), rng)


def stripes(rng: Rng, size: int) -> Image:
    axis = np.arange(size, dtype=np.float32)
    angle, period = rng.uniform(0, np.pi), np.exp(rng.uniform(np.log(4), np.log(80)))
    phase = (axis[None] * np.cos(angle) + axis[:, None] * np.sin(angle)) / period
    if rng.random() < 0.5:
        phase = phase + noise(rng, size, 4) * np.float32(rng.uniform(0, 3))
    field = 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    return _between((field > 0.5 if rng.random() < 0.5 else field).astype(np.float32), rng)


def checks(rng: Rng, size: int) -> Image:
    cell = int(np.exp(rng.uniform(np.log(4), np.log(64))))
    count = size // cell + 1
    if rng.random() < 0.5:
        grid = (np.indices((count, count)).sum(0) % 2).astype(np.float32)
    else:
        grid = rng.random((count, count), dtype=np.float32)
    field = np.kron(grid, np.ones((cell, cell), np.float32))[:size, :size]
    return _between(field, rng)


def bricks(rng: Rng, size: int) -> Image:
    picture = np.full((size, size, 3), colour(rng, 20), np.uint8)
    height = int(rng.integers(6, 40))
    width, joint = int(height * rng.uniform(1, 3)), max(1, height // 8)
    base = np.array(colour(rng), np.float32)
    for row in range(size // height + 1):
        for column in range(-1, size // width + 1):
            x, y = column * width + (row % 2) * width // 2, row * height
            shade = np.clip(base + rng.normal(0, 18), 0, 255).astype(int).tolist()
            cv2.rectangle(picture, (x, y), (x + width - joint, y + height - joint), shade, -1)
    return picture


def leaves(rng: Rng, size: int) -> Image:
    picture = clouds(rng, size)
    base, length = np.array(colour(rng), np.float32), rng.uniform(4, 24)
    for _ in range(int(rng.integers(150, 600))):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        long = length * rng.uniform(0.5, 1.6)
        shade = np.clip(base + rng.normal(0, 30) + rng.normal(0, 8, 3), 0, 255).astype(int)
        axes = (int(long) + 1, int(long * rng.uniform(0.2, 0.6)) + 1)
        turn = float(rng.uniform(0, 360))
        cv2.ellipse(picture, (x, y), axes, turn, 0, 360, shade.tolist(), -1, cv2.LINE_AA)
    return picture


def branches(rng: Rng, size: int) -> Image:
    picture = gradient(rng, size)
    shade = colour(rng)
    todo = [(rng.uniform(0, size), float(size), -np.pi / 2, size / 5) for _ in range(3)]
    while todo:
        x, y, angle, length = todo.pop()
        if length < 4:
            continue
        end_x, end_y = x + length * np.cos(angle), y + length * np.sin(angle)
        ends = ((int(x), int(y)), (int(end_x), int(end_y)))
        cv2.line(picture, *ends, shade, max(1, int(length / 7)), cv2.LINE_AA)
        todo += [
            (end_x, end_y, angle + rng.normal(0, 0.5), length * rng.uniform(0.6, 0.8))
            for _ in range(2)
        ]
    return picture


def text(rng: Rng, size: int) -> Image:
    picture = gradient(rng, size) if rng.random() < 0.5 else np.full((size, size, 3), 245, np.uint8)
    shade, scale = colour(rng), float(np.exp(rng.uniform(np.log(0.25), np.log(3))))
    font, thick = int(rng.choice(_FONTS)), int(rng.integers(1, 4))
    for y in range(int(10 * scale), size, max(6, int(rng.uniform(26, 40) * scale))):
        line = "".join(rng.choice(list(_TEXT), int(size / (12 * scale)) + 2))
        cv2.putText(picture, line, (2, y), font, scale, shade, thick, cv2.LINE_AA)
    return picture


def shapes(rng: Rng, size: int) -> Image:
    picture = gradient(rng, size) if rng.random() < 0.5 else clouds(rng, size)
    pick = skin if rng.random() < 0.3 else colour
    for _ in range(int(rng.integers(3, 40))):
        shade, thick = pick(rng), int(rng.choice([-1, -1, 1, 2, 5]))
        x, y = (int(v) for v in rng.integers(0, size, 2))
        long = int(np.exp(rng.uniform(np.log(4), np.log(size / 2))))
        kind = rng.random()
        if kind < 0.4:
            axes, turn = (long, int(long * rng.uniform(0.2, 1)) + 1), float(rng.uniform(0, 360))
            cv2.ellipse(picture, (x, y), axes, turn, 0, 360, shade, thick, cv2.LINE_AA)
        elif kind < 0.7:
            cv2.rectangle(picture, (x, y), (x + long, y + int(long * rng.random())), shade, thick)
        else:
            spread = rng.normal(0, long, (int(rng.integers(3, 7)), 2))
            corners = (spread + np.array([x, y])).astype(np.int32)
            cv2.fillPoly(picture, [corners], shade, cv2.LINE_AA)
    return picture


def _soft(picture: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def near_faces(rng: Rng, size: int) -> Image:
    """Ovals with dots and strokes that are not arranged as a face is."""
    picture = KINDS[int(rng.integers(0, 5))](rng, size)
    for _ in range(int(rng.integers(1, 9))):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        long = int(np.exp(rng.uniform(np.log(7), np.log(size / 2.5))))
        shade = skin(rng) if rng.random() < 0.8 else colour(rng)
        axes, turn = (long, int(long * rng.uniform(0.6, 1)) + 1), float(rng.uniform(0, 360))
        cv2.ellipse(picture, (x, y), axes, turn, 0, 360, shade, -1, cv2.LINE_AA)
        for _ in range(int(rng.integers(0, 6))):
            dx, dy = rng.uniform(-0.6, 0.6, 2) * long
            dot, mark = max(1, int(long * rng.uniform(0.05, 0.2))), colour(rng)
            place = (int(x + dx), int(y + dy))
            if rng.random() < 0.6:
                cv2.circle(picture, place, dot, mark, -1, cv2.LINE_AA)
            else:
                sides = (dot * 3, max(1, dot // 2))
                slant = float(rng.uniform(0, 180))
                cv2.ellipse(picture, place, sides, slant, 0, 360, mark, -1, cv2.LINE_AA)
    return _soft(picture, rng.uniform(0.3, 2))


def hands(rng: Rng, size: int) -> Image:
    """Palms with fingers, roughly, shaded."""
    picture = KINDS[int(rng.integers(0, 5))](rng, size)
    for _ in range(int(rng.integers(1, 6))):
        x, y = rng.uniform(0, size, 2)
        palm = float(np.exp(rng.uniform(np.log(6), np.log(size / 5))))
        shade, turn = skin(rng), float(rng.uniform(0, 2 * np.pi))
        darker = tuple(int(v * 0.8) for v in shade)
        for finger in range(5):
            angle = turn + (finger - 2) * 0.33 + rng.normal(0, 0.08) - (finger == 0) * 0.5
            reach = palm * rng.uniform(1.6, 2.5) * (0.75 if finger == 0 else 1)
            tip = (int(x + reach * np.cos(angle)), int(y + reach * np.sin(angle)))
            for edge, tone in ((1.2, darker), (1.0, shade)):
                thick = max(1, int(palm * 0.42 * edge))
                cv2.line(picture, (int(x), int(y)), tip, tone, thick, cv2.LINE_AA)
        cv2.circle(picture, (int(x), int(y)), max(2, int(palm)), shade, -1, cv2.LINE_AA)
    return _soft(picture, rng.uniform(0.3, 2.5))


def animals(rng: Rng, size: int) -> Image:
    """Furry blobs with ears, eyes at the sides and a snout: what a face is not."""
    picture = KINDS[int(rng.integers(0, 5))](rng, size)
    fur = noise(rng, size, size // 4, 2)
    for _ in range(int(rng.integers(1, 5))):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        head = float(np.exp(rng.uniform(np.log(8), np.log(size / 3))))
        drawn, mask = np.zeros_like(picture), np.zeros((size, size), np.uint8)
        drawn[:] = np.clip((0.6 + 0.7 * fur[..., None]) * np.array(colour(rng, 30)), 0, 255)
        body = (int(x + rng.normal(0, head)), int(y + 1.8 * head))
        cv2.ellipse(mask, body, (int(head * 1.7), int(head * 1.2)), 0, 0, 360, 255, -1)
        cv2.circle(mask, (x, y), int(head), 255, -1)
        for side in (-1, 1):
            ear = np.array([[0.3, -0.8], [0.95, -0.4], [0.9, -rng.uniform(1.1, 1.9)]]) * head
            points = (ear * (side, 1) + (x, y)).astype(np.int32)
            cv2.fillPoly(mask, [points], 255)
            eye = (int(x + side * head * rng.uniform(0.3, 0.6)), int(y - head * 0.15))
            cv2.circle(drawn, eye, max(1, int(head * 0.14)), (20, 20, 20), -1, cv2.LINE_AA)
        snout = (int(x), int(y + head * 0.5))
        axes = (int(head * 0.5) + 1, int(head * 0.4) + 1)
        cv2.ellipse(drawn, snout, axes, 0, 0, 360, colour(rng, 30), -1, cv2.LINE_AA)
        cv2.circle(drawn, snout, max(1, int(head * 0.16)), (15, 15, 25), -1, cv2.LINE_AA)
        picture[mask > 0] = drawn[mask > 0]
    return _soft(picture, rng.uniform(0.3, 2))


# The first five are plain grounds for the last three.
KINDS: tuple[Callable[[Rng, int], Image], ...] = (
    *(gradient, clouds, stripes, checks, leaves),
    *(bricks, branches, text, shapes, near_faces, hands, animals),
)


def background(rng: Rng, size: int) -> Image:
    """One procedural picture (size, size, 3) BGR: one kind, or two of them mixed."""
    picture = KINDS[int(rng.integers(len(KINDS)))](rng, size)
    if rng.random() < 0.35:
        other = KINDS[int(rng.integers(len(KINDS)))](rng, size)
        mask = np.clip((noise(rng, size, int(rng.integers(1, 6))) - 0.5) * 8 + 0.5, 0, 1)
        picture = np.asarray(cv2.blendLinear(picture, other, mask, 1 - mask), np.uint8)
    if rng.random() < 0.5:
        grain = rng.normal(0, rng.uniform(2, 14), picture.shape).astype(np.float32)
        picture = np.asarray(cv2.add(picture, grain, dtype=cv2.CV_8U), np.uint8)
    return picture
