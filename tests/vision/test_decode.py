"""Every kind of file that a person may drop, good and bad."""

import hashlib
import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.decode import MAX_BYTES, decode, read_original
from secondlook.vision.reading import pillow as module


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """Red at the left, blue at the right, darker towards the bottom."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 200
    pixels[:, width // 2 :, 2] = 200
    pixels[height // 2 :] //= 2
    return Image.fromarray(pixels)


def refused(data: bytes, page: int = 0) -> ImageError:
    with pytest.raises(ImageError) as caught:
        decode(data, name="probe.jpg", page=page)
    assert caught.value.subject == "probe.jpg"
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    start = b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    )
    return start + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("AVIF", "image/avif"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_the_common_kinds(kind: str, media_type: str) -> None:
    data = encoded(picture(), kind)
    result = decode(data, name="x")
    assert (result.width, result.height, result.media_type) == (60, 40, media_type)
    assert result.pixels.shape == (40, 60, 3)
    assert result.pixels.dtype == np.uint8
    assert result.pixels.flags.c_contiguous
    assert result.sha256 == hashlib.sha256(data).hexdigest()
    assert result.notes == ()
    blue, _, red = result.pixels[5, 10]  # BGR: the left is red
    assert red > 150 > 80 > blue


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_exif_orientation(orientation: int, kind: str) -> None:
    """The stored pixels are turned the inverse way, so upright must give the same picture."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture()
    if orientation in back:
        stored = stored.transpose(back[orientation])
    exif = Image.Exif()
    exif[274] = orientation
    result = decode(encoded(stored, kind, exif=exif.tobytes()), name="x")
    want = np.asarray(picture())[:, :, ::-1].astype(int)
    assert result.pixels.shape == want.shape
    assert np.abs(result.pixels[8:-8:16, 8:-8:8].astype(int) - want[8:-8:16, 8:-8:8]).max() < 40


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(kind: str) -> None:
    ramp = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    pixels = decode(encoded(Image.fromarray(ramp), kind), name="x").pixels
    assert pixels[0, 0, 0] == 0
    assert pixels[-1, -1, 0] == 255
    assert abs(int(pixels[32, 0, 0]) - 128) <= 1
    assert np.all(np.diff(pixels[:, :, 1].reshape(-1).astype(int)) >= 0)


def test_float_and_wide_integers() -> None:
    ramp = np.linspace(0, 1, 4096, dtype=np.float32).reshape(64, 64)
    unit = decode(encoded(Image.fromarray(ramp), "TIFF"), name="x")
    assert (int(unit.pixels.min()), int(unit.pixels.max()), unit.notes) == (0, 255, ())
    broken = np.where(ramp > 0.5, np.nan, ramp * 1e6).astype(np.float32)
    scaled = decode(encoded(Image.fromarray(broken), "TIFF"), name="x")
    assert scaled.pixels.max() == 255
    assert scaled.notes[0].code is NoteCode.RANGE


def test_cmyk_both_ways_round() -> None:
    """Adobe's JPEGs store CMYK inverted; either way red must come out red."""
    red = Image.new("CMYK", (32, 32), (0, 255, 255, 0))
    for kind in ("JPEG", "TIFF"):
        result = decode(encoded(red, kind), name="x")
        assert tuple(result.pixels[16, 16] > 128) == (False, False, True)
        assert result.notes == (Note(NoteCode.CMYK),)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "La", "RGBa", "YCbCr", "LAB"])
def test_other_modes(mode: str) -> None:
    grey = Image.new("L", (32, 32), 255)
    image = Image.new("LAB", (32, 32), (255, 128, 128)) if mode == "LAB" else None
    data = encoded(image or grey.convert(mode if mode[-1] != "a" else mode[:-1] + "A"), "TIFF")
    pixels = decode(data, name="x").pixels
    assert pixels.shape == (32, 32, 3)
    assert pixels.min() > 245


def test_transparency_is_laid_over_grey() -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    result = decode(encoded(clear, "PNG"), name="x")
    assert result.pixels[0, 0].tolist() == [128, 128, 128]
    assert result.notes == (Note(NoteCode.TRANSPARENT),)
    palette = Image.new("P", (32, 32), 0)
    data = encoded(palette, "PNG", transparency=0)
    assert decode(data, name="x").pixels[0, 0].tolist() == [128, 128, 128]
    opaque = decode(encoded(Image.new("RGBA", (32, 32), (255, 0, 0, 255)), "PNG"), name="x")
    assert opaque.notes == ()
    assert opaque.pixels[0, 0].tolist() == [0, 0, 255]


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "PNG"])
def test_first_frame_of_several(kind: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    result = decode(data, name="x")
    assert result.pixels[16, 16, 2] > 200 > 60 > result.pixels[16, 16, 1]
    assert result.notes == (Note(NoteCode.PAGE, (1, 3)),)
    assert (result.page, result.pages) == (0, 3)
    last = decode(data, name="x", page=2)
    assert last.pixels[16, 16, 0] > 200 > 60 > last.pixels[16, 16, 1]
    assert "no number 4" in refused(data, 3).message


def test_a_header_that_promises_too_much_is_refused_before_decoding() -> None:
    error = refused(png_header(20_000, 20_000))
    assert error.fault is ImageFault.TOO_LARGE
    assert "400 megapixels" in error.message


def test_too_many_bytes(tmp_path: Path) -> None:
    assert refused(bytes(MAX_BYTES + 1)).fault is ImageFault.TOO_LARGE
    path = tmp_path / "big.tif"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: refused by its size, never read
    with pytest.raises(ImageError, match="300 MB is the most") as caught:
        read_original(path)
    assert caught.value.fault is ImageFault.TOO_LARGE


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "AVIF", "JPEG2000", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_kinds_that_tell_nothing_of_a_cut_are_refused(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    error = refused(data[: int(len(data) * share)])
    assert error.fault is ImageFault.UNREADABLE


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"just some text\n", "not an image"),
        (bytes(4096), "not an image"),
        (b"GIF89a" + bytes(64), "GIF picture is damaged"),
        (b"\0\0\0\x18ftypheic" + bytes(64), "HEIC picture is damaged"),
        (b"\0\0\0\x18ftypavif" + bytes(64), "AVIF picture is damaged"),
        (b"%PDF-1.7\n", "PDF document is damaged"),
        (b"\0\0\0\x18ftypisom" + bytes(64), "video cannot be opened"),
        (b"\xff\x0a" + bytes(64), "JPEG XL data is damaged"),
        (b"\xff\xd8\xff\xe0", "JPEG picture is damaged"),
        (b"8BPS\0\1" + bytes(64), "a Photoshop document, which is not read"),
        (b"PK\3\4" + bytes(64), "an archive, which is not read"),
    ],
)
def test_not_an_image(data: bytes, says: str) -> None:
    error = refused(data)
    assert error.fault is ImageFault.UNREADABLE
    assert says in error.message


def test_random_damage_is_a_picture_or_a_known_error() -> None:
    rng = np.random.default_rng(3)
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "JPEG2000"):
        whole = np.frombuffer(encoded(picture(), kind), np.uint8)
        for _ in range(40):
            damaged = whole.copy()
            damaged[rng.integers(0, len(whole), 8)] = rng.integers(0, 256, 8)
            with suppress(ImageError):  # anything else fails the test
                decode(damaged.tobytes(), name="x")


def test_memory_running_out_is_an_error_of_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "of_image", out_of_memory)
    assert refused(encoded(picture(), "PNG")).fault is ImageFault.UNREADABLE


def test_originals_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match="not there") as caught:
        read_original(tmp_path / "gone.jpg")
    assert "gone.jpg" in str(caught.value)
    with pytest.raises(ImageError, match="folder"):
        read_original(tmp_path)
    path = tmp_path / "locked.jpg"
    path.write_bytes(b"x")

    def forbidden(_: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(ImageError, match="may not be read"):
        read_original(path)


def test_many_threads_agree() -> None:
    data = encoded(picture(), "JPEG")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: decode(data, name="x").pixels.tobytes(), range(40)))
    assert len(set(results)) == 1
