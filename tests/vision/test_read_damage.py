"""Files that are not whole: read as far as they go, and marked where they cannot be trusted."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.errors import ImageError
from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.decode import Picture
from tests.vision.files import apart, encoded, noise, read, rgb

END = b"\xff\xd9"


def jpeg(**options: object) -> bytes:
    return encoded(noise(), "JPEG", quality=90, **options)


def top_of_damage(picture: Picture) -> int:
    """The row from which the picture is marked; it must be marked to its bottom, all across."""
    assert picture.damage is not None
    assert picture.damage.note in picture.notes
    region = picture.damage.region
    assert region is not None
    assert (region.x, region.width, region.y + region.height) == (0, 256, 256)
    return int(region.y)


def zeroed(data: bytes, at: int, size: int = 512) -> bytes:
    return data[:at] + bytes(size) + data[at + size :]


@pytest.mark.parametrize("missing", [1, 2])
def test_a_jpeg_without_its_end_is_whole(missing: int) -> None:
    data = jpeg()
    picture = read(data[:-missing])
    assert apart(picture.pixels, read(data).pixels) == 0
    assert picture.notes == (Note(NoteCode.END_MISSING),)
    assert picture.damage is None


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"\xff" * 100, b"<html>" * 50])
def test_what_follows_the_end_of_a_jpeg_says_nothing(tail: bytes) -> None:
    data = jpeg()
    picture = read(data + tail)
    assert apart(picture.pixels, read(data).pixels) == 0
    assert picture.damage is None


def test_fill_bytes_before_the_end_are_no_damage() -> None:
    data = jpeg()
    picture = read(data[:-2] + bytes(40) + END)
    assert apart(picture.pixels, read(data).pixels) == 0
    assert picture.damage is None


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_jpeg_is_right_above_the_cut(share: float) -> None:
    data = jpeg()
    picture = read(data[: int(len(data) * share)])
    top = top_of_damage(picture)
    assert apart(picture.pixels[:top], read(data).pixels[:top]) == 0
    assert (share - 0.15) * 256 < top <= share * 256 + 16


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("restart", [0, 4])
@pytest.mark.parametrize("space", ["RGB", "L"])
def test_a_block_that_was_never_written(share: float, restart: int, space: str) -> None:
    image = noise().convert(space)
    data = encoded(image, "JPEG", quality=90, restart_marker_rows=restart)
    picture = read(zeroed(data, int(len(data) * share)))
    top = top_of_damage(picture)
    assert apart(picture.pixels[:top], read(data).pixels[:top]) == 0
    assert (share - 0.15) * 256 < top <= share * 256 + 16


def test_damage_that_cannot_be_placed_is_everywhere() -> None:
    data = jpeg()
    rng = np.random.default_rng(2)
    middle = len(data) // 2
    other = rng.integers(1, 255, 700, np.uint8).tobytes()
    picture = read(data[:middle] + other + data[middle + 700 :])
    assert picture.damage is not None
    assert picture.damage.region is None
    assert Note(NoteCode.DAMAGED) in picture.notes


def test_a_cut_progressive_jpeg_lacks_detail_everywhere() -> None:
    data = jpeg(progressive=True)
    picture = read(data[: len(data) * 3 // 4])
    assert picture.damage is not None
    assert picture.damage.region is None
    assert np.abs(picture.pixels.astype(int) - read(data).pixels).mean() < 10


def test_the_region_turns_with_the_picture() -> None:
    exif = Image.Exif()
    exif[274] = (
        6  # stored lying on its side: its rows from top to bottom are columns from the right
    )
    data = jpeg(exif=exif.tobytes())
    picture = read(data[: len(data) // 2])
    assert picture.damage is not None
    region = picture.damage.region
    assert region is not None
    assert (region.x, region.y, region.height) == (0, 0, 256)
    right = int(region.width)
    assert 100 < right < 180
    assert apart(picture.pixels[:, right:], read(data).pixels[:, right:]) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("before", [7, 512, 4096])
def test_a_picture_behind_something_else(kind: str, before: int) -> None:
    """As a carver leaves it that began a sector early."""
    data = encoded(noise(), kind)
    rng = np.random.default_rng(1)
    picture = read(rng.integers(0, 256, before, np.uint8).tobytes() + data)
    assert apart(picture.pixels, read(data).pixels) == 0
    assert picture.notes[0] == Note(NoteCode.LEADING, (before,))


def test_a_text_with_the_name_of_a_kind_in_it_is_no_picture() -> None:
    with pytest.raises(ImageError, match="not an image of a known kind"):
        read(b"A file begins with GIF89a, or with %PDF-1.7, says the handbook.\n" * 3)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_png_is_right_above_the_cut(share: float) -> None:
    data = encoded(noise(), "PNG")
    picture = read(data[: int(len(data) * share)])
    top = top_of_damage(picture)
    assert apart(rgb(picture)[:top], np.asarray(noise())[:top]) == 0
    assert (share - 0.15) * 256 < top <= share * 256 + 16


def test_a_png_that_lacks_its_end_only_is_whole() -> None:
    data = encoded(noise(), "PNG")
    picture = read(data[:-12])
    assert apart(rgb(picture), np.asarray(noise())) == 0
    assert picture.notes == (Note(NoteCode.END_MISSING),)
    assert picture.damage is None


def test_a_png_with_a_block_zeroed() -> None:
    data = encoded(noise(), "PNG")
    picture = read(zeroed(data, len(data) // 2))
    top = top_of_damage(picture)
    assert top > 60
    assert apart(rgb(picture)[:top], np.asarray(noise())[:top]) == 0


def test_a_png_whose_checksum_tells_of_a_change() -> None:
    """One byte of a stored block changed: it unpacks, and only the checksum knows."""
    buffer = io.BytesIO()
    noise().save(buffer, "PNG", compress_level=0)
    data = bytearray(buffer.getvalue())
    data[len(data) // 2] ^= 0x55
    assert read(bytes(data)).damage is not None


def test_a_png_without_a_single_row_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    chunk = (
        struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    with pytest.raises(ImageError, match="damaged or cut short"):
        read(b"\x89PNG\r\n\x1a\n" + chunk)
