"""Colours to sRGB: by the picture's own profile where it has one."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageCms

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading.content import Pixels, strips

NEAR = 3
"""A profile that moves no colour by more levels of 255 is sRGB under one of its many names."""

MAX_PROFILE = 4_000_000
NAME_LENGTH = 60
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """``transform``: None where nothing has to be done."""

    transform: ImageCms.ImageCmsTransform | None
    notes: tuple[Note, ...] = ()


@lru_cache(maxsize=32)
def conversion(profile: bytes, mode: str) -> Conversion:
    """From pixels of a Pillow mode with an ICC profile. A broken profile costs the profile and not
    the picture; one for another kind of pixels says nothing about these."""
    if not profile or mode not in _SPACES:
        return Conversion(None)
    broken = Conversion(None, (Note(NoteCode.PROFILE_BROKEN),))
    if len(profile) > MAX_PROFILE:
        return broken
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if own.profile.xcolor_space != _SPACES[mode]:
            return Conversion(None)
        transform = ImageCms.buildTransform(
            own, ImageCms.createProfile("sRGB"), mode, "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC, _FLAGS,
        )  # fmt: skip
        if mode != "CMYK" and _is_srgb(transform, mode):
            return Conversion(None)
    except Exception:  # noqa: BLE001 - ImageCms raises several kinds on broken bytes
        return broken
    return Conversion(transform, (Note(NoteCode.PROFILE, (_name(own),)),))


def to_bgr(image: Image.Image, found: Conversion) -> Pixels:
    """uint8 (height, width, 3), strip by strip. ``image``: of the conversion's mode, or any that
    Pillow makes RGB of."""
    if image.mode == "L" and not found.transform:
        return array_to_bgr(np.asarray(image), found)
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    for top, bottom in strips(width, height):
        pixels[top:bottom] = _bgr(image.crop((0, top, width, bottom)), found)
    return pixels


def array_to_bgr(values: Pixels, found: Conversion) -> Pixels:
    """Of an array (height, width) or (height, width, 3 or 4): grey, RGB or CMYK."""
    height, width = values.shape[:2]
    if found.transform is None and values.ndim == 3 and values.shape[2] == 3:
        return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2BGR), np.uint8)
    if found.transform is None and values.ndim == 2:
        return np.asarray(cv2.cvtColor(values, cv2.COLOR_GRAY2BGR), np.uint8)
    mode = None if values.ndim == 2 or values.shape[2] == 3 else "CMYK"
    pixels = np.empty((height, width, 3), np.uint8)
    for top, bottom in strips(width, height):
        strip = np.ascontiguousarray(values[top:bottom])
        image = Image.frombytes("CMYK", (width, bottom - top), strip.tobytes()) if mode else None
        pixels[top:bottom] = _bgr(image or Image.fromarray(strip), found)
    return pixels


def _bgr(strip: Image.Image, found: Conversion) -> Pixels:
    if found.transform:
        strip = cast(Image.Image, ImageCms.applyTransform(strip, found.transform))
    elif strip.mode == "LAB":
        strip = strip if (turned := _from_lab(strip)) is None else turned
    rgb = strip if strip.mode == "RGB" else strip.convert("RGB")
    return np.asarray(rgb)[:, :, ::-1]


def _from_lab(image: Image.Image) -> Image.Image | None:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")


def _is_srgb(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    levels = np.arange(0, 256, 51, dtype=np.uint8)
    if mode == "L":
        before = levels[None, :]
    else:
        before = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    after = ImageCms.applyTransform(Image.fromarray(before), transform)
    assert after is not None  # only None when done in place
    same = before if mode != "L" else np.repeat(before[:, :, None], 3, axis=2)
    return int(np.abs(np.asarray(after).astype(int) - same.astype(int)).max()) <= NEAR


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    """As it calls itself, in one line of characters that can be shown."""
    try:
        name = ImageCms.getProfileDescription(profile)
    except Exception:  # noqa: BLE001 - as above
        name = ""
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return shown[:NAME_LENGTH] or "ICC"
