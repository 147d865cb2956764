"""TIFF of every kind, made by tifffile and by Pillow, which write what they do not read alike."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tifffile
from PIL import Image

from secondlook.domain.errors import ImageError
from secondlook.domain.faces import Box
from secondlook.domain.pictures import Damage, Note, NoteCode
from tests.vision.files import apart, encoded, grey, noise, read, rgb, scene

WHITE_IS_ZERO, PALETTE = 0, 3


def tiff(values: npt.NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, metadata=None, **options)
    return buffer.getvalue()


def as_rgb(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.repeat(values[:, :, None], 3, axis=2)


@pytest.mark.parametrize("packing", [None, "deflate"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [None, (32, 48)])
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_sixteen_bits_a_channel(
    packing: str | None, order: str, tile: tuple[int, int] | None, planar: str
) -> None:
    deep = scene().astype(np.uint16) * 257
    stored = deep.transpose(2, 0, 1) if planar == "separate" else deep
    data = tiff(
        stored, photometric="rgb", planarconfig=planar, byteorder=order, tile=tile,
        compression=packing,
    )  # fmt: skip
    picture = read(data)
    assert apart(rgb(picture), scene()) == 0
    assert picture.notes == ()


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_white_is_zero_is_no_negative(depth: type) -> None:
    full = np.iinfo(depth).max
    stored: Any = full - grey().astype(depth) * (full // 255)
    picture = read(tiff(stored.astype(depth), photometric="miniswhite"))
    assert apart(rgb(picture), as_rgb(grey())) == 0
    assert picture.notes == (Note(NoteCode.NEGATIVE),)


def test_wide_integers_and_floats() -> None:
    whole = grey().astype(np.uint32) * 16_843_009  # 255 is full scale
    assert apart(rgb(read(tiff(whole))), as_rgb(grey())) == 0
    unit = (scene() / 255).astype(np.float32)
    for kind in (np.float16, np.float32, np.float64):
        picture = read(tiff(unit.astype(kind), photometric="rgb"))
        assert apart(rgb(picture), scene()) <= 1
        assert picture.notes == ()
    signed = read(tiff(grey().astype(np.int16) - 128))
    assert apart(rgb(signed), as_rgb(grey())) <= 1
    assert signed.notes[0].code is NoteCode.RANGE


@pytest.mark.parametrize("bits", [10, 12])
def test_values_that_use_few_of_sixteen_bits(bits: int) -> None:
    stored = np.rint(grey() * ((2**bits - 1) / 255)).astype(np.uint16)
    picture = read(tiff(stored))
    assert apart(rgb(picture), as_rgb(grey())) <= 1
    assert picture.notes == (Note(NoteCode.BITS, (bits,)),)


def test_white_that_the_file_names() -> None:
    stored = (grey().astype(np.uint16) * 64).astype(np.uint16)  # 14 bits: nothing tells but the tag
    picture = read(tiff(stored, extratags=[(281, 3, 1, 16383, True)]))
    assert apart(rgb(picture), as_rgb(grey())) <= 1
    assert picture.notes == (Note(NoteCode.BITS, (14,)),)


@pytest.mark.parametrize("scale", [1, 257])
def test_colour_tables_of_8_and_of_16_bits(scale: int) -> None:
    table = np.stack([np.arange(256), np.arange(256)[::-1], np.arange(256) // 2])
    data = tiff(grey(), photometric="palette", colormap=(table * scale).astype(np.uint16))
    picture = read(data)
    assert apart(rgb(picture), table.T.astype(np.uint8)[grey()]) == 0
    assert picture.notes == ((Note(NoteCode.COLOUR_MAP),) if scale == 1 else ())


@pytest.mark.parametrize("packing", ["tiff_lzw", "packbits", "tiff_adobe_deflate", "raw"])
@pytest.mark.parametrize("mode", ["RGB", "L", "I;16", "RGBA", "CMYK"])
def test_what_pillow_packs(packing: str, mode: str) -> None:
    """LZW of 16 bits too, which tifffile alone cannot undo."""
    source = Image.fromarray(scene())
    if mode == "I;16":
        image = Image.fromarray(grey().astype(np.uint16) * 257)
    else:
        image = source.convert(mode)
    picture = read(encoded(image, "TIFF", compression=packing))
    want = as_rgb(grey()) if mode == "I;16" else np.asarray(image.convert("RGB"))
    assert apart(rgb(picture), want) <= 1


@pytest.mark.parametrize("predictor", [2, 3])
def test_predictors(predictor: int) -> None:
    if predictor == 2:
        values: npt.NDArray[Any] = scene().astype(np.uint16) * 257
        steps = np.diff(values, axis=1, prepend=np.zeros_like(values[:, :1]))
        stored = tiff(steps.astype(np.uint16), photometric="rgb", compression="deflate")
    else:
        values = (scene() / 255).astype(np.float32)
        big = values.astype(">f4").reshape(len(values), -1)
        planes = np.ascontiguousarray(big).view(np.uint8).reshape(*big.shape, 4)
        flat = planes.transpose(0, 2, 1).reshape(len(values), -1, 3)
        steps = np.diff(flat, axis=1, prepend=np.zeros_like(flat[:, :1]))
        raw = steps.astype(np.uint8).reshape(len(values), -1)
        as_floats = np.ascontiguousarray(raw).view("<f4").reshape(values.shape)
        stored = tiff(as_floats, photometric="rgb", compression="deflate")
    data = with_tag(stored, 317, predictor)
    assert apart(rgb(read(data)), scene()) <= 1


def with_tag(data: bytes, code: int, value: int) -> bytes:
    """With one more short number: in place of the tag Software, which nothing reads."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        software = file.pages.first.tags[305]
        at = software.offset
    entry = code.to_bytes(2, "little") + b"\3\0\1\0\0\0" + value.to_bytes(4, "little")
    return data[:at] + entry + data[at + 12 :]


@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw", "tiff_adobe_deflate", "group4"])
def test_8_bits_and_less_in_every_packing(compression: str) -> None:
    image = Image.fromarray(scene()).convert("1" if compression == "group4" else "RGB")
    picture = read(encoded(image, "TIFF", compression=compression))
    want = np.asarray(image.convert("RGB"))
    assert apart(rgb(picture), want) <= (40 if compression == "jpeg" else 0)


def test_webp_in_tiff() -> None:
    """Made by hand: neither writer here can."""
    packed = encoded(Image.fromarray(scene()), "WEBP", lossless=True)
    plain = tiff(scene(), photometric="rgb", rowsperstrip=scene().shape[0])
    with tifffile.TiffFile(io.BytesIO(plain)) as file:
        tags = {code: file.pages.first.tags[code] for code in (259, 273, 279)}
        order = file.byteorder
    made = bytearray(plain)
    for code, value in ((259, 50001), (273, len(plain)), (279, len(packed))):
        tag = tags[code]
        made[tag.valueoffset : tag.valueoffset + 2] = np.array(value, f"{order}u2").tobytes()
        if int(tag.dtype) == 4:
            made[tag.valueoffset : tag.valueoffset + 4] = np.array(value, f"{order}u4").tobytes()
    assert apart(rgb(read(bytes(made) + packed)), scene()) == 0


def test_pages_can_be_chosen_and_previews_are_none() -> None:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(np.full((32, 32), 10, np.uint8), metadata=None)
        writer.write(np.full((8, 8), 99, np.uint8), metadata=None, subfiletype=1)
        writer.write(np.full((40, 48), 200, np.uint16) * 257, metadata=None)
    data = buffer.getvalue()
    first, second = read(data), read(data, 1)
    assert (first.pages, first.pixels[0, 0, 0]) == (2, 10)
    assert (second.pages, second.pixels.shape, second.pixels[0, 0, 0]) == (2, (40, 48, 3), 200)
    assert second.notes == (Note(NoteCode.PAGE, (2, 2)),)
    with pytest.raises(ImageError, match="there is no number 3"):
        read(data, 2)


def test_a_cut_or_damaged_file_is_read_as_far_as_its_strips_go() -> None:
    image = noise()
    data = tiff(np.asarray(image), photometric="rgb", rowsperstrip=16)
    cut = read(data[: len(data) * 3 // 4])
    assert cut.damage is not None
    region = cut.damage.region
    assert region is not None
    assert (region.x, region.width, region.y + region.height) == (0, 256, 256)
    assert 180 < region.y < 200
    above = int(region.y)
    assert apart(rgb(cut)[:above], np.asarray(image)[:above]) == 0
    packed = tiff(np.asarray(image), photometric="rgb", rowsperstrip=16, compression="deflate")
    with tifffile.TiffFile(io.BytesIO(packed)) as file:
        strip = file.pages.first.dataoffsets[4]
    broken = packed[:strip] + bytes(40) + packed[strip + 40 :]
    assert read(broken).damage == Damage(Box(0, 64, 256, 16))


def test_what_is_not_read_says_why() -> None:
    with pytest.raises(ImageError, match="holds no picture"):
        read(b"II*\0" + bytes(64))
    lots = tiff(np.zeros((8, 8, 40), np.uint8), photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageError, match="40 channels"):
        read(lots)
    huge = tiff(np.zeros((64, 64), np.complex64))
    with pytest.raises(ImageError, match="of a kind that is not read"):
        read(huge)


def test_a_chain_of_pages_that_leads_back_ends() -> None:
    data = bytearray(tiff(grey()))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        page = file.pages.first
        after = page.offset + 2 + 12 * len(page.tags)
    data[after : after + 4] = page.offset.to_bytes(4, "little")
    assert read(bytes(data)).pages == 1
