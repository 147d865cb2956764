"""Kinds beside JPEG, PNG and TIFF, and what colours and sizes they bring."""

import io
import pickle
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pylibjxl
import pytest
import tifffile
from PIL import Image, ImageCms

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.formats import FORMATS, READ, is_known, patterns, recognise
from secondlook.domain.pictures import Note, NoteCode
from secondlook.texts.pictures import note_texts
from secondlook.vision.decode import Pixels
from secondlook.vision.reading import content, pillow
from tests.vision.files import apart, encoded, noise, read, rgb, scene

Pixels16 = npt.NDArray[np.uint16]


def test_every_suffix_has_one_kind_and_every_kind_read_a_media_type() -> None:
    suffixes = [suffix for kind in FORMATS for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(s == s.lower() and s.startswith(".") for s in suffixes)
    assert all(kind.media_type and kind.magic for kind in READ)
    assert is_known("Jane Doe.JFIF")
    assert is_known(Path("IMG_1.HEIC"))
    assert not is_known("Thumbs.db")
    assert patterns().startswith("*.jpg *.jpeg ")


def test_a_jpeg_xl() -> None:
    picture = read(pylibjxl.encode(scene(), lossless=True))
    assert apart(rgb(picture), scene()) == 0
    assert picture.media_type == "image/jxl"
    grey = read(pylibjxl.encode(np.ascontiguousarray(scene()[:, :, :1]), lossless=True))
    assert apart(rgb(grey), np.repeat(scene()[:, :, :1], 3, axis=2)) == 0
    clear = np.dstack([scene(), np.zeros(scene().shape[:2], np.uint8)])
    over = read(pylibjxl.encode(clear, lossless=True))
    assert set(over.pixels.reshape(-1)) == {128}
    assert over.notes == (Note(NoteCode.TRANSPARENT),)


def test_a_jpeg_xl_keeps_the_profile_of_the_jpeg_it_was_made_of() -> None:
    data = encoded(noise(), "JPEG", icc_profile=swapped_profile())
    assert apart(read(pylibjxl.jpeg_to_jxl(data)).pixels, read(data).pixels) <= 12


@pytest.mark.parametrize("lossy", ["JPEG2000", "AVIF", "WEBP"])
def test_kinds_that_lose_a_little(lossy: str) -> None:
    options = {"WEBP": {"quality": 95}, "AVIF": {"quality": 95}}.get(lossy, {})
    picture = read(encoded(Image.fromarray(scene()), lossy, **options))
    assert np.abs(rgb(picture).astype(int) - scene()).mean() < 4


def test_a_gif_of_several_pictures() -> None:
    frames = [Image.new("P", (16, 16), k) for k in (0, 1, 2)]
    for frame, colour in zip(frames, (b"\xff\0\0", b"\0\xff\0", b"\0\0\xff"), strict=True):
        frame.putpalette(colour * 3)
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read(data, 1).pixels[4, 4].tolist() == [0, 255, 0]
    assert read(data, 1).pages == 3


def pdf(*pages: Image.Image, resolution: float = 300) -> bytes:
    return encoded(
        pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=resolution, quality=95
    )


def test_a_page_of_a_document_at_the_resolution_of_its_scan() -> None:
    blank = Image.new("RGB", (300, 200), "white")
    data = pdf(blank, noise(300, 200), resolution=150)
    picture = read(data, 1)
    assert (picture.pages, picture.media_type) == (2, "application/pdf")
    assert picture.pixels.shape == (200, 300, 3)
    assert np.abs(rgb(picture).astype(int) - np.asarray(noise(300, 200))).mean() < 8
    assert Note(NoteCode.RENDERED, (150,)) in picture.notes
    assert read(data).pixels.min() > 250
    with pytest.raises(ImageError, match="2 pages"):
        read(data, 2)


def test_a_still_of_a_video(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    made = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for level in range(0, 200, 10):
        made.write(np.full((48, 64, 3), level, np.uint8))
    made.release()
    data = path.read_bytes()
    picture = read(data, 12)
    assert (picture.pages, picture.pixels.shape) == (20, (48, 64, 3))
    assert abs(float(picture.pixels.mean()) - 120) < 4
    assert picture.notes == (Note(NoteCode.MOMENT, (1.2, 13, 20)),)
    with pytest.raises(ImageError, match="no number 21"):
        read(data, 20)
    with pytest.raises(ImageError, match="video"):
        read(data[:400])


def dng(mosaic: Pixels16, preview: Pixels, packing: str | None = None) -> bytes:
    buffer = io.BytesIO()
    tags = [(50706, 1, 4, b"\1\4\0\0", True), (271, 2, 0, "Maker", True), (272, 2, 0, "A", True)]
    pattern = [(33421, 3, 2, (2, 2), True), (33422, 1, 4, b"\0\1\1\2", True)]
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(
            preview, photometric="rgb", subfiletype=1, subifds=1, metadata=None, extratags=tags
        )
        writer.write(
            mosaic, photometric="cfa", metadata=None, extratags=pattern, compression=packing
        )
    return buffer.getvalue()


@pytest.mark.parametrize("packing", [None, "deflate"])
def test_a_raw_file_is_developed_and_its_preview_is_not_taken(packing: str | None) -> None:
    """Deflate too, which LibRaw takes for damage in a file of whole numbers."""
    light = np.zeros((240, 320), np.uint16)
    light[:, 160:] = 40_000
    data = dng(light, np.full((30, 40, 3), 77, np.uint8), packing)
    picture = read(data)
    assert picture.pixels.shape == (240, 320, 3)
    assert picture.pixels[:, :140].mean() < 20 < 150 < picture.pixels[:, 180:].mean()
    assert picture.notes == (Note(NoteCode.DEVELOPED),)


def test_a_raw_file_that_cannot_be_developed_says_so() -> None:
    data = dng(np.zeros((64, 64), np.uint16), np.full((30, 40, 3), 77, np.uint8))
    with pytest.raises(ImageError, match="raw data cannot be read") as caught:
        read(data[: len(data) // 2])
    assert "preview is not taken" in caught.value.message
    assert "Export it" in caught.value.remedy


def swapped_profile() -> bytes:
    """sRGB with the primaries of red and green exchanged: a conversion that nobody overlooks."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.find(b"rXYZ", 128), data.find(b"gXYZ", 128)
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"])
def test_colours_are_brought_to_srgb_and_said(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(
        Image.new("RGB", (64, 64), "red"), kind, icc_profile=swapped_profile(), **options
    )
    picture = read(data)
    blue, green, red = picture.pixels[32, 32]
    assert green > 240 > 20 > max(red, blue)
    assert [note.code for note in picture.notes] == [NoteCode.PROFILE]
    assert "sRGB from" in note_texts(picture.notes)[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_srgb_by_any_name_says_nothing_and_a_broken_profile_costs_itself_only(kind: str) -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = read(encoded(noise(), kind))
    same = read(encoded(noise(), kind, icc_profile=own))
    assert (apart(same.pixels, plain.pixels), same.notes) == (0, ())
    broken = read(encoded(noise(), kind, icc_profile=own[:200] + b"\xff" * 300))
    assert apart(broken.pixels, plain.pixels) == 0
    assert broken.notes == (Note(NoteCode.PROFILE_BROKEN),)


def test_pictures_go_between_processes() -> None:
    picture = read(encoded(noise(), "JPEG")[:-2])
    again = pickle.loads(pickle.dumps(picture))  # made above
    assert again.notes == picture.notes
    assert apart(again.pixels, picture.pixels) == 0


def test_a_strip_is_refused_before_it_keeps_the_detector_busy() -> None:
    strip = encoded(Image.new("1", (20, 60_000)), "PNG")
    with pytest.raises(ImageError, match="3000 times") as caught:
        read(strip)
    assert caught.value.fault is ImageFault.TOO_LARGE
    panorama = read(encoded(Image.new("1", (9000, 300)), "PNG"))
    assert panorama.width == 9000


def test_deep_pictures_are_scaled_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    ramp = (np.arange(200 * 300).reshape(200, 300) * 65535 // 59_999).astype(np.uint16)
    data = encoded(Image.fromarray(ramp), "PNG")
    whole = read(data).pixels
    monkeypatch.setattr(content, "STRIP_PIXELS", 1000)
    assert apart(read(data).pixels, whole) == 0


def test_what_is_known_and_not_read_has_a_cure() -> None:
    unread = [kind for kind in FORMATS if not kind.reader]
    for kind in unread:
        for offset, magic in kind.magic:
            with pytest.raises(ImageError, match="which is not read") as caught:
                read(bytes(offset) + magic + bytes(200))
            assert "Save it as JPEG" in caught.value.remedy
    assert recognise(b"BM") is not None


class Burst:
    """As Pillow opens a HEIC file that shows its third picture first."""

    format = "HEIF"
    at = 2

    def tell(self) -> int:
        return self.at

    def seek(self, page: int) -> None:
        self.at = page


def test_the_picture_that_a_burst_shows_is_its_first() -> None:
    order = []
    for page in range(4):
        burst = Burst()
        pillow.seek(burst, page, 4)  # type: ignore[arg-type]
        order.append(burst.at)
    assert order == [2, 0, 1, 3]
