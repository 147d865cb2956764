"""TIFF of every kind: which of its directories are pictures, and what their samples mean."""

import io
import logging
from collections.abc import Iterator

import numpy as np
import tifffile
from PIL import Image

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading import pillow, raw, segments
from secondlook.vision.reading.colour import array_to_bgr
from secondlook.vision.reading.content import (
    Content,
    File,
    Pixels,
    Refused,
    check_size,
    choose,
    page_notes,
)
from secondlook.vision.reading.depth import Values, to_8_bits
from secondlook.vision.reading.turning import upright, upright_damage

PLUGINS = ("TIFF",)
MAX_DIRECTORIES = 4096
_WHITE_IS_ZERO, _GREY, _RGB, _PALETTE, _CMYK = 0, 1, 2, 3, 5
_CFA, _LINEAR_RAW = 32803, 34892
_CHANNELS = {_WHITE_IS_ZERO: 1, _GREY: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4}
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_SUBFILE, _EXTRA, _MAX_VALUE, _PROFILE = 254, 338, 281, 34675

logging.getLogger("tifffile").addHandler(logging.NullHandler())
logging.getLogger("tifffile").propagate = False  # what it finds odd is told as a note, or refused


def read(file: File) -> Content:
    try:
        tiff = tifffile.TiffFile(io.BytesIO(file.data))
        with tiff:
            directories = _directories(tiff)
            if any(_is_raw(page) for page in directories):
                return raw.read(file)
            pages = _pictures(directories)
            page = pages[choose(file.page, len(pages))]
            check_size(page.imagewidth, page.imagelength)
            notes = page_notes(file.page, len(pages))
            return _page(file, page, len(pages), notes)
    except tifffile.TiffFileError as error:
        raise Refused(f"the TIFF data is damaged or cut short ({error}).") from error


def _directories(tiff: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    """Those in a row, as far as they can be read; the file may be cut before the last."""
    pages: list[tifffile.TiffPage] = []
    seen: set[int] = set()
    for number in range(MAX_DIRECTORIES):
        try:
            page = tiff.pages[number]
        except IndexError:
            break
        except Exception:
            if not pages:
                raise
            break
        if not isinstance(page, tifffile.TiffPage) or page.offset in seen:
            break  # a chain that leads back into itself has no more pages than it has links
        seen.add(page.offset)
        pages.append(page)
    if not pages:
        raise Refused("the TIFF file holds no picture.")
    return pages


def _is_raw(page: tifffile.TiffPage) -> bool:
    return any(part.photometric in (_CFA, _LINEAR_RAW) for part in _with_inner(page))


def _with_inner(page: tifffile.TiffPage) -> Iterator[tifffile.TiffPage]:
    yield page
    try:
        yield from (inner for inner in page.pages or () if isinstance(inner, tifffile.TiffPage))
    except Exception:  # noqa: BLE001 - a damaged directory within holds nothing that is looked for
        return


def _pictures(pages: list[tifffile.TiffPage]) -> list[tifffile.TiffPage]:
    """Neither previews nor masks of another, where there is anything else."""
    return [p for p in pages if not _tag(p, _SUBFILE) & (_REDUCED | _MASK)] or pages


def _page(file: File, page: tifffile.TiffPage, pages: int, notes: list[Note]) -> Content:
    colours = _CHANNELS.get(int(page.photometric), 0)
    if not colours or not segments.can_unpack(page) or page.samplesperpixel < colours:
        return _by_pillow(file, page, pages, notes)
    values, damage = segments.samples(file.data, page)
    alpha = _alpha(page, values, colours)
    pixels = _bgr(page, values[:, :, :colours], notes)
    if alpha is not None and alpha.min() != 255:
        pillow.over_grey(pixels, alpha, notes)
    turn = _tag(page, pillow.ORIENTATION)
    height, width = pixels.shape[:2]
    damage = upright_damage(damage, turn, width, height)
    return Content(upright(pixels, turn), pages, notes, damage)


def _by_pillow(file: File, page: tifffile.TiffPage, pages: int, notes: list[Note]) -> Content:
    """JPEG and fax in TIFF, YCbCr, Lab: 8 bits or less, which Pillow has modes for."""
    if page.bitspersample > 8 or page.sampleformat != 1:
        raise Refused(
            f"the TIFF is of a kind that is not read: {page.bitspersample} bits a channel, "
            f"compression {int(page.compression)}, colours {int(page.photometric)}.",
            "Save it without compression, or as PNG.",
        )
    with Image.open(io.BytesIO(file.data), formats=PLUGINS) as image:
        image.seek(page.index)
        check_size(*image.size)
        image.load()
        return Content(pillow.of_image(image, notes), pages, notes)


def _bgr(page: tifffile.TiffPage, values: Values, notes: list[Note]) -> Pixels:
    kind = page.photometric
    if kind == _PALETTE:
        return _of_palette(page, values[:, :, 0], notes)
    bits = page.bitspersample
    top = _tag(page, _MAX_VALUE)
    narrow = bits not in (8, 16, 32, 64) and page.sampleformat == 1
    shades = to_8_bits(values, notes, white=2**bits - 1 if narrow else top)
    if kind == _WHITE_IS_ZERO:
        notes.append(Note(NoteCode.NEGATIVE))
        shades = np.subtract(255, shades)
    shades = shades[:, :, 0] if shades.shape[2] == 1 else shades
    mode = {_RGB: "RGB", _CMYK: "CMYK"}.get(int(kind), "L")
    return array_to_bgr(shades, pillow.convert(_profile(page), mode, notes))


def _of_palette(page: tifffile.TiffPage, indices: Values, notes: list[Note]) -> Pixels:
    """Colour tables have 16 bits; some writers fill them with 8."""
    table = np.asarray(page.colormap)
    if table.max() < 256:
        notes.append(Note(NoteCode.COLOUR_MAP))
        colours = table.astype(np.uint8)
    else:
        colours = (table >> 8).astype(np.uint8)
    colours = np.ascontiguousarray(colours.T)  # (entries, 3)
    shades = colours[np.minimum(indices, len(colours) - 1)]
    return array_to_bgr(shades, pillow.convert(_profile(page), "RGB", notes))


def _alpha(page: tifffile.TiffPage, values: Values, colours: int) -> Pixels | None:
    """The first further channel, where the file says that it is one of transparency."""
    extra = page.extrasamples
    if not extra or int(extra[0]) not in (1, 2) or values.shape[2] <= colours:
        return None
    return to_8_bits(values[:, :, colours], [])


def _profile(page: tifffile.TiffPage) -> bytes:
    tag = page.tags.get(_PROFILE)
    return bytes(tag.value) if tag and isinstance(tag.value, bytes) else b""


def _tag(page: tifffile.TiffPage, code: int) -> int:
    """The first of its numbers; 0 where there is none."""
    tag = page.tags.get(code)
    value = tag.value if tag else 0
    value = value[0] if isinstance(value, tuple) and value else value
    return int(value) if isinstance(value, int) else 0
