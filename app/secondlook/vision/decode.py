"""From the bytes of a file to upright pixels, or to an error that names the file and the cure."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin, WebPImagePlugin

from secondlook.domain.errors import ImageError, ImageFault

Pixels = npt.NDArray[np.uint8]

MAX_BYTES = 50_000_000
MAX_PIXELS = 100_000_000
STRIP_PIXELS = 500_000
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further pictures behind the first
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
}
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
_OTHER_KINDS = (  # (offset, bytes there, what it is): known, and not read
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftyphev", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypmsf1", "a HEIC picture"),
    (4, b"ftypavi", "an AVIF picture"),
    (0, b"GIF8", "a GIF"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
)
_SAVE_AS = "Save it as JPEG, PNG, WebP, TIFF or BMP and try again."
_BACKDROP = (128, 128, 128)  # behind transparent parts: mid-grey biases neither dark nor bright

# The limits above replace Pillow's own, which is a process-wide warning. Loading the plugins now
# keeps Image.open from importing them later on several threads at once.
Image.MAX_IMAGE_PIXELS = None
Image.preinit()
_PLUGINS = (TiffImagePlugin, WebPImagePlugin)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image: ``pixels`` uint8 (height, width, 3), BGR, upright.

    ``sha256`` is of the original bytes; ``notes`` tell a person what decoding had to decide.
    """

    pixels: Pixels
    width: int
    height: int
    media_type: str
    sha256: str
    notes: tuple[str, ...]


def read_original(path: Path) -> bytes:
    """The bytes of an image file. Refuses from its size on disk, before reading.

    Raises ``ImageError`` (too large, or unreadable: missing, a folder, no permission).
    """
    subject = str(path)
    try:
        if path.is_dir():
            raise _unreadable(subject, "this is a folder, not an image.", "Choose a file in it.")
        _check_bytes(path.stat().st_size, subject)
        return path.read_bytes()
    except FileNotFoundError:
        message, remedy = "the file is not there.", "Check the path, or whether it was moved."
    except PermissionError:
        message, remedy = "the file may not be read.", "Ask for permission to read it."
    except (OSError, ValueError) as error:
        message, remedy = f"the file cannot be read ({error}).", "Check the disk or the share."
    raise _unreadable(subject, message, remedy)


def decode(data: bytes, *, name: str) -> Picture:
    """Decode JPEG, PNG, WebP, TIFF or BMP bytes; ``name`` is used in errors only.

    The first frame of a file with several is taken, EXIF orientation is applied, transparency is
    laid over grey, and deeper channels are scaled to 8 bits. Raises ``ImageError``: too large
    (decided from the header, before any pixel is decoded) or unreadable.
    """
    _check_bytes(len(data), name)
    if not data:
        raise _unreadable(name, "the file is empty.", "Copy it again from its source.")
    notes: list[str] = []
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_pixels(image.size, name)
            media_type = MEDIA_TYPES[str(image.format)]
            frames = int(getattr(image, "n_frames", 1))
            if frames > 1:
                notes.append(f"first of {frames} pictures in the file")
            image.load()
            pixels = _to_bgr(_upright(image, notes), notes)
    except ImageError:
        raise
    except Exception as error:  # Pillow's plugins raise anything on broken bytes
        raise _explain(data, name) from error
    height, width = pixels.shape[:2]
    sha256 = hashlib.sha256(data).hexdigest()
    return Picture(pixels, width, height, media_type, sha256, tuple(notes))


def _check_bytes(size: int, name: str) -> None:
    if size > MAX_BYTES:
        message = f"the file has {size / 1e6:.0f} MB; {MAX_BYTES // 1_000_000} MB is the most."
        remedy = "Save a smaller copy (a higher JPEG compression keeps the face)."
        raise ImageError(ImageFault.TOO_LARGE, message, subject=name, remedy=remedy)


def _check_pixels(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        message = (
            f"the picture is {width} x {height} ({width * height / 1e6:.0f} megapixels); "
            f"{MAX_PIXELS // 1_000_000} megapixels is the most."
        )
        remedy = "Crop it to the person, or save a smaller copy."
        raise ImageError(ImageFault.TOO_LARGE, message, subject=name, remedy=remedy)


def _unreadable(name: str, message: str, remedy: str) -> ImageError:
    return ImageError(ImageFault.UNREADABLE, message, subject=name, remedy=remedy)


def _explain(data: bytes, name: str) -> ImageError:
    """Why Pillow could not make pixels of ``data``, as far as its first bytes tell."""
    for offset, signature, kind in _OTHER_KINDS:
        if data[offset:].startswith(signature):
            return _unreadable(name, f"this is {kind}, which is not read.", _SAVE_AS)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            kind = str(image.format)
    except Exception:  # noqa: BLE001 - as above
        return _unreadable(name, "this is not an image of a known kind.", _SAVE_AS)
    message = f"the {kind} data is damaged or cut short."
    return _unreadable(name, message, "Copy the file again from its source, or export it anew.")


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    """Turned as its EXIF orientation asks. Damaged EXIF data costs the turn, not the picture."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - EXIF parsing raises anything too
        notes.append("its orientation could not be read")
        return image


def _to_bgr(image: Image.Image, notes: list[str]) -> Pixels:
    """uint8 (height, width, 3) of any mode that Pillow opens."""
    if convert := _DEEP.get(image.mode.split(";")[0]):
        grey = convert(np.asarray(image), notes)
        return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
    if image.mode == "LAB":
        image = _from_lab(image)
    elif image.mode == "CMYK":
        notes.append("CMYK colours were converted without a profile")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        if rgba.getchannel("A").getextrema()[0] != 255:
            notes.append("transparent parts are shown grey")
            image = Image.new("RGB", rgba.size, _BACKDROP)
            image.paste(rgba, mask=rgba.getchannel("A"))
        else:
            image = rgba
    return _in_strips(image if image.mode == "RGB" else image.convert("RGB"))


def _in_strips(image: Image.Image) -> Pixels:
    """RGB to BGR array. Pillow hands pixels over without letting other threads run, which would
    freeze the window for as long as a large scan takes; between strips they get their turn."""
    width, height = image.size
    rows = max(1, STRIP_PIXELS // max(width, 1))
    pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, width, bottom)))[:, :, ::-1]
    return pixels


def _from_lab(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    turned = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert turned is not None  # only None when done in place
    return turned


def _from_16_bit(values: npt.NDArray[np.generic], _: list[str]) -> Pixels:
    """Full scale to full scale (65535 = 255 * 257), so nothing is clipped."""
    rounded: Pixels = ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return rounded


def _from_wide(values: npt.NDArray[np.generic], notes: list[str]) -> Pixels:
    """32-bit integers and floats have no agreed full scale.

    Floats within 0..1 and integers within 16 bits are read as such; all else by its own range.
    """
    wide = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(wide.min()), float(wide.max())
    whole = np.issubdtype(values.dtype, np.integer)
    if low >= 0 and high <= (65535 if whole else 1):
        low, high = 0.0, 65535.0 if whole else 1.0
    else:
        notes.append(f"brightness was scaled from the range {low:g} to {high:g}")
    scaled = (wide - low) * (255.0 / max(high - low, 1e-12))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


_Deep = Callable[[npt.NDArray[np.generic], list[str]], Pixels]
_DEEP: dict[str, _Deep] = {"I": _from_wide, "F": _from_wide}
for _mode in ("I;16", "I;16L", "I;16B", "I;16N"):
    _DEEP[_mode] = _from_16_bit
