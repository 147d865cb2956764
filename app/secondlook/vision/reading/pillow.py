"""What Pillow reads right: WebP, AVIF, HEIC (by libheif), GIF, BMP, JPEG 2000, and the rest."""

import io

import numpy as np
import pi_heif
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    MpoImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading.colour import Conversion, conversion, to_bgr
from secondlook.vision.reading.content import (
    Content,
    File,
    Pixels,
    check_size,
    choose,
    page_notes,
    strips,
)
from secondlook.vision.reading.depth import Values, to_8_bits
from secondlook.vision.reading.turning import upright

BACKDROP = 128  # behind transparent parts: mid-grey biases neither dark nor bright
ORIENTATION = 274  # EXIF, and TIFF
_DEEP = ("I", "F")  # and I;16 in all its orders

# The limits of ``content`` replace Pillow's own, which is a process-wide warning. Loading the
# plugins now keeps Image.open from importing them later on several threads at once.
Image.MAX_IMAGE_PIXELS = None
Image.preinit()
_PLUGINS = (
    AvifImagePlugin, GifImagePlugin, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin,
    WebPImagePlugin,
)  # fmt: skip
pi_heif.register_heif_opener()


def read(file: File, plugins: tuple[str, ...]) -> Content:
    with Image.open(io.BytesIO(file.data), formats=plugins) as image:
        check_size(*image.size)
        pages = int(getattr(image, "n_frames", 1))
        notes = page_notes(choose(file.page, pages), pages)
        seek(image, file.page, pages)
        check_size(*image.size)
        image.load()
        return Content(of_image(image, notes), pages, notes)


def seek(image: Image.Image, page: int, pages: int) -> None:
    """HEIC files say which of their pictures is the one to show, and are opened there: that is
    their first here."""
    first = image.tell() if image.format == "HEIF" else 0
    if pages > 1:
        image.seek(first if page == 0 else page - (page <= first))


def of_image(image: Image.Image, notes: list[Note]) -> Pixels:
    """BGR, upright, sRGB of a loaded image of any mode."""
    pixels, turn = _bgr(image, notes), orientation(image, notes)
    return upright(pixels, turn)


def orientation(image: Image.Image, notes: list[Note]) -> object:
    """Damaged EXIF data costs the turn, not the picture."""
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 - EXIF parsing raises anything
        notes.append(Note(NoteCode.ORIENTATION_BROKEN))
        return None


def profile_of(image: Image.Image) -> bytes:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) else b""


def convert(profile: bytes, mode: str, notes: list[Note]) -> Conversion:
    found = conversion(profile, mode)
    notes.extend(found.notes)
    if mode == "CMYK" and not found.transform:
        notes.append(Note(NoteCode.CMYK))
    return found


def _bgr(image: Image.Image, notes: list[Note]) -> Pixels:
    mode = image.mode.split(";")[0]
    profile = profile_of(image)
    if mode in _DEEP:
        image = Image.fromarray(_grey(image, notes))
    if image.mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.has_transparency_data and image.mode != "RGBA":
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        return _without_alpha(image, convert(profile, "RGB", notes), notes)
    if image.mode in ("1", "YCbCr", "RGBX"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return to_bgr(image, convert(profile, image.mode, notes))


def _without_alpha(image: Image.Image, found: Conversion, notes: list[Note]) -> Pixels:
    pixels = to_bgr(image.convert("RGB"), found)
    alpha = image.getchannel("A")
    if alpha.getextrema()[0] != 255:
        over_grey(pixels, np.asarray(alpha), notes)
    return pixels


def over_grey(pixels: Pixels, alpha: Pixels, notes: list[Note]) -> None:
    """In place. ``alpha`` (height, width): 255 where the picture covers what is behind."""
    notes.append(Note(NoteCode.TRANSPARENT))
    height, width = alpha.shape
    for top, bottom in strips(width, height):
        share = alpha[top:bottom, :, None].astype(np.float32) / 255
        part = pixels[top:bottom]
        pixels[top:bottom] = np.rint(part * share + BACKDROP * (1 - share))


def _grey(image: Image.Image, notes: list[Note]) -> Pixels:
    """Of 16-bit, 32-bit and float images; in strips, since Pillow copies what it hands over."""
    width, height = image.size
    values: Values | None = None
    for top, bottom in strips(width, height):
        part = np.asarray(image.crop((0, top, width, bottom)))
        if values is None:
            values = np.empty((height, width), part.dtype)
        values[top:bottom] = part
    assert values is not None  # a picture has pixels
    return to_8_bits(values, notes)
