"""What the detector makes of its passes, with a network that sees bright rectangles."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from secondlook import paths
from secondlook.domain.faces import Face
from secondlook.vision import detect
from secondlook.vision.cards import load_cards
from secondlook.vision.decode import Pixels
from secondlook.vision.detect import STRIDES, Detector
from secondlook.vision.sessions import Tensor

CARD = load_cards(paths.cards())["yunet-2023mar"]
CARD = CARD.model_copy(
    update={"input": CARD.input.model_copy(update={"width": 0, "height": 0, "scale": 1.0})}
)
STRIDE = 8
SHORT = 0.4
"""px by which a box ends before the edge that cuts it, as boxes of a network do."""


class Network:
    """Sees every rectangle in its canvas, as sure as it is bright, and surest of one that an edge
    of the canvas cuts: what is left of it looks like a whole one."""

    def run(self, tensor: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        grey = tensor[0].max(axis=0)
        height, width = grey.shape
        made = {name: self._empty(name, height, width) for name in names}
        _, _, stats, _ = cv2.connectedComponentsWithStats((grey > 99).astype(np.uint8))
        for x, y, w, h, _ in stats[1:]:
            self._see(made, grey, (float(x), float(y), float(w), float(h)))
        return [made[name][None] for name in names]

    @staticmethod
    def _empty(name: str, height: int, width: int) -> Tensor:
        kind, stride = name.rsplit("_", 1)
        cells = (height // int(stride)) * (width // int(stride))
        return np.zeros((cells, {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}[kind]), np.float32)

    @staticmethod
    def _see(made: dict[str, Tensor], grey: Tensor, box: tuple[float, float, float, float]) -> None:
        x, y, w, h = box
        height, width = grey.shape
        score = float(grey[int(y + h / 2), int(x + w / 2)]) / 255
        if x == 0 or y == 0 or x + w == width or y + h == height:
            score = 1.0
            x, y = x + SHORT * (x == 0), y + SHORT * (y == 0)
            w, h = w - SHORT, h - SHORT
        column, row = int((x + w / 2) // STRIDE), int((y + h / 2) // STRIDE)
        cell = row * (width // STRIDE) + column
        made[f"cls_{STRIDE}"][cell] = made[f"obj_{STRIDE}"][cell] = score
        corner = [(x + w / 2) / STRIDE - column, (y + h / 2) / STRIDE - row]
        made[f"bbox_{STRIDE}"][cell] = [*corner, np.log(w / STRIDE), np.log(h / STRIDE)]


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Detector:
    monkeypatch.setattr(detect, "open_session", lambda _: Network())
    return Detector(CARD, Path("none"))


def scene(width: int, height: int, *faces: tuple[int, int, int, int]) -> Pixels:
    """(x, y, side, brightness) of each; brightness / 255 is the score."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for x, y, side, brightness in faces:
        pixels[y : y + side, x : x + side] = brightness
    return pixels


def places(faces: list[Face]) -> list[tuple[float, float, float, float]]:
    return [(f.box.x, f.box.y, f.box.width, f.box.height) for f in faces]


def test_the_network_is_as_the_detector_expects_it() -> None:
    assert STRIDE in STRIDES
    assert {name.rsplit("_", 1)[0] for name in CARD.output.names} == {"cls", "obj", "bbox", "kps"}


@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("at", [600, 890], ids=["the end of a tile", "the start of one"])
def test_what_the_edge_of_a_tile_cuts_is_not_believed(
    detector: Detector, across: bool, at: int
) -> None:
    """Tiles of 640 px begin at 0, 280 and 560 here; the neighbour sees the face whole."""
    face = (at, 150, 100, 200) if across else (150, at, 100, 200)
    size = (1200, 400) if across else (400, 1200)
    found = places(detector.detect(scene(*size, face)))
    assert found == [pytest.approx((*face[:2], 100, 100), abs=4)]


@pytest.mark.parametrize("place", [(0, 150), (1100, 150), (600, 0), (600, 300)])
def test_what_the_picture_itself_cuts_is_believed(
    detector: Detector, place: tuple[int, int]
) -> None:
    faces = [(*place, 100, 200), (300, 150, 100, 250)]
    found = places(detector.detect(scene(1200, 400, *faces)))
    assert sorted(found) == [pytest.approx((x, y, 100, 100), abs=4) for x, y, *_ in sorted(faces)]


def test_a_face_too_large_for_a_tile_is_left_to_the_overview(detector: Detector) -> None:
    (found,) = detector.detect(scene(1200, 700, (200, 100, 400, 200)))
    assert found.score == pytest.approx(200 / 255, abs=0.02), "of a cut it would be 1"
    assert places([found]) == [pytest.approx((200, 100, 400, 400), abs=4)]


def test_the_largest_and_surest_face_comes_first(detector: Detector) -> None:
    """Side times score: neither the largest nor the surest alone."""
    large, small = (20, 20, 110, 200), (200, 20, 90, 255)
    found = detector.detect(scene(320, 160, small, large))
    assert [round(f.box.width) for f in found] == [90, 110], "90 and 86.3"
    large = (20, 20, 110, 230)
    found = detector.detect(scene(320, 160, small, large))
    assert [round(f.box.width) for f in found] == [110, 90], "99.2 and 90"


def test_faces_of_one_size_come_by_their_score(detector: Detector) -> None:
    found = detector.detect(scene(320, 160, (20, 20, 80, 180), (200, 20, 80, 250)))
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
