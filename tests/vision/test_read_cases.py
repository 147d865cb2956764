"""Files as people brought them, each read with the right pixels or refused for the true reason."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.pictures import NoteCode
from secondlook.vision.decode import Picture, Pixels, decode, read_original
from tests.conftest import SHARED

CASES = SHARED / "cases"
pytestmark = pytest.mark.shared


def case(name: str, page: int = 0) -> Picture:
    path = CASES / name
    return decode(read_original(path), name=name, page=page)


def control() -> Pixels:
    return np.asarray(cv2.imread(str(CASES / "c00_control.jpg")), np.uint8)


def distance(picture: Picture, other: Pixels) -> float:
    """Mean difference, in levels."""
    assert picture.pixels.shape == other.shape
    return float(np.abs(picture.pixels.astype(int) - other.astype(int)).mean())


def small(width: int, height: int, *, grey: bool) -> Pixels:
    made = np.asarray(cv2.resize(control(), (width, height), interpolation=cv2.INTER_AREA))
    if grey:
        made = cv2.cvtColor(cv2.cvtColor(made, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return np.asarray(made, np.uint8)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("c05_no_end_marker.jpg", [NoteCode.END_MISSING]),
        ("c14_colormap_in_8bit.tif", [NoteCode.COLOUR_MAP]),
        ("c15_phone.heic", []),
        ("c16.avif", []),
        ("c17_chip.jp2", []),
        ("c20.gif", []),
        ("c21_scan.pdf", [NoteCode.RENDERED]),
        ("c22_display_p3.jpg", [NoteCode.PROFILE]),
        ("c24b_prophoto.jpg", [NoteCode.PROFILE]),
        ("c31_webp_in.tif", []),
        ("d1_iphone_folder/Anna/IMG_1.HEIC", []),
    ],
)
def test_the_portrait_in_another_kind(name: str, codes: list[NoteCode]) -> None:
    picture = case(name)
    assert distance(picture, control()) < 2.5
    assert [note.code for note in picture.notes] == codes
    assert picture.damage is None


@pytest.mark.parametrize(
    ("name", "grey"),
    [
        ("c09_minwhite16.tif", True),
        ("c11_uint32.tif", True),
        ("c12_12bit_in_16.tif", True),
        ("c29_float_rgb.tif", False),
    ],
)
def test_the_portrait_made_smaller(name: str, grey: bool) -> None:
    picture = case(name)
    assert distance(picture, small(picture.width, picture.height, grey=grey)) < 8


def test_a_public_file_of_planar_16_bit() -> None:
    data = read_original(CASES / "c10b_planar16_public.tif")
    want = tifffile.imread(io.BytesIO(data)).transpose(1, 2, 0) // 257
    assert distance(case("c10b_planar16_public.tif"), want[:, :, ::-1].astype(np.uint8)) < 1


def test_the_page_that_holds_the_photograph() -> None:
    first, second = (case("c25_scan_two_pages.tif", page) for page in (0, 1))
    assert (first.pages, first.pixels.min()) == (2, 255)
    with Image.open(CASES / "c25_scan_two_pages.tif") as image:
        image.seek(1)
        want = np.asarray(image.convert("RGB"))[:, :, ::-1]
    assert distance(second, want) == 0


def test_a_raw_file_and_not_its_preview() -> None:
    picture = case("c27_raw.dng")
    assert picture.pixels.shape == (756, 1008, 3)
    assert [note.code for note in picture.notes] == [NoteCode.DEVELOPED]


@pytest.mark.parametrize("name", ["c03_zeroed_1k.jpg", "c07_progressive_cut.jpg", "c08b_cut.png"])
def test_damage_is_marked_and_what_is_above_it_is_right(name: str) -> None:
    picture = case(name)
    assert picture.damage is not None
    region = picture.damage.region
    top = int(region.y) if region else 0
    if top:  # the PNG was made of the same scan, not of the JPEG
        assert np.abs(picture.pixels[:top].astype(int) - control()[:top]).mean() < 1
    assert (region is None) == name.startswith("c07")


def test_a_clip_that_is_a_header_only() -> None:
    with pytest.raises(ImageError, match="the video cannot be opened: it is cut short"):
        case("c32_clip.mp4")


def test_a_strip_that_hung_the_detector() -> None:
    with pytest.raises(ImageError, match="times the shorter") as caught:
        case("tall-14KB.png")
    assert caught.value.fault is ImageFault.TOO_LARGE


def test_a_folder_from_a_phone(tmp_path: Path) -> None:
    folder = CASES / "d1_iphone_folder"
    sizes = {path.parent.name: decode(read_original(path), name=path.name).width
             for path in folder.rglob("*.*")}  # fmt: skip
    assert sizes.keys() == {"Anna", "Ben", "Cleo"}
