"""What the network of heads says, on portraits and on what is drawn before them."""

import csv
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from secondlook.domain.errors import ModelError
from secondlook.domain.faces import Face
from secondlook.paths import cards
from secondlook.vision.decode import Pixels
from secondlook.vision.detect import Detector
from secondlook.vision.heads import HEADS, Heads, around
from secondlook.vision.models import ModelStore
from secondlook.vision.quality import measure
from secondlook.vision.spoil import LENS
from tests.vision.test_quality import FACE, drawn

STORE = ModelStore(cards(), [])


@pytest.fixture(scope="module")
def heads() -> Heads:
    return Heads(STORE.card(HEADS), STORE.beside(HEADS))


@pytest.fixture(scope="module")
def portraits(shared_faces: Path) -> list[tuple[Pixels, Face]]:
    """As the embedded detector sees them."""
    card = STORE.card("secondlook-mini-detector")
    detector = Detector(card, STORE.beside(card.name))
    found = []
    for path in sorted((shared_faces / "congress/gallery").glob("*.jpg"))[::45]:
        pixels = np.asarray(cv2.imread(str(path)), np.uint8)
        found.append((pixels, detector.detect(pixels, thorough=False)[0]))
    return found


def test_a_face_and_its_mirror_image_read_alike(heads: Heads) -> None:
    width = drawn().shape[1] - 1
    a, b, c, d, e = ((width - x, y) for x, y in FACE.landmarks)
    mirrored = Face(FACE.box, (b, a, c, e, d), FACE.score)
    one = heads.read(around(drawn(), FACE))
    other = heads.read(around(np.ascontiguousarray(drawn()[:, ::-1]), mirrored))
    assert one.yaw == pytest.approx(other.yaw, abs=6)
    assert one.eyes == pytest.approx(other.eyes, abs=0.1)
    assert 0 <= one.mouth <= 1


def test_without_the_network_only_the_pose_is_guessed() -> None:
    quality = measure(drawn(), FACE)
    assert quality.pose_deg is not None
    assert quality.yaw_deg is quality.eyes_visible is quality.mouth_visible is None


def test_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    for name in (f"{HEADS}.toml", f"{HEADS}.onnx"):
        shutil.copy(cards() / name, tmp_path / name)
    store = ModelStore(tmp_path, [])
    assert store.beside(HEADS) == tmp_path / f"{HEADS}.onnx"
    (tmp_path / f"{HEADS}.onnx").write_bytes(b"another")
    with pytest.raises(ModelError, match="not the file of the card"):
        store.beside(HEADS)
    (tmp_path / f"{HEADS}.onnx").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        store.beside(HEADS)


@pytest.mark.shared
def test_official_portraits_hide_nothing(
    heads: Heads, portraits: list[tuple[Pixels, Face]]
) -> None:
    for pixels, face in portraits:
        head = heads.read(around(pixels, face))
        assert head.yaw < 35
        assert head.pitch < 25
        assert head.eyes > 0.8
        assert head.mouth > 0.8


def covered(pixels: Pixels, face: Face, marks: slice, wide: float) -> Pixels:
    """Something dark over some of the points, as wide as so many eye distances."""
    spoilt = pixels.copy()
    for x, y in list(face.landmarks)[marks]:
        size = round(wide * face.inter_eye), round(0.3 * face.inter_eye)
        cv2.ellipse(spoilt, (round(x), round(y)), size, 0, 0, 360, LENS, -1)
    return spoilt


@pytest.mark.shared
def test_dark_lenses_hide_the_eyes_and_a_cloth_nose_and_mouth(
    heads: Heads, portraits: list[tuple[Pixels, Face]]
) -> None:
    for pixels, face in portraits:
        lenses = heads.read(around(covered(pixels, face, slice(0, 2), 0.4), face))
        assert lenses.eyes < 0.5
        assert lenses.mouth > 0.5
        cloth = heads.read(around(covered(pixels, face, slice(2, 5), 0.8), face))
        assert cloth.mouth < 0.5


@pytest.mark.shared
def test_real_heads_that_are_turned_read_so(heads: Heads, shared_faces: Path) -> None:
    """People whom no training saw; how far they are turned is the word of another detector."""
    folder = shared_faces / "portraits_world"
    kept = set((cards() / "training/held-out-world.txt").read_text("utf-8").split())
    with (folder / "manifest.csv").open(encoding="utf-8") as table:
        turns = {
            row["file"]: abs(float(row["yaw_proxy"]))
            for row in csv.DictReader(table)
            if Path(row["file"]).stem in kept and row["synthetic"] == "no"
        }
    card = STORE.card("secondlook-mini-detector")
    detector = Detector(card, STORE.beside(card.name))
    order = sorted(turns, key=lambda name: turns[name])
    read: list[float] = []
    for name in [*order[:8], *order[-12:]]:
        tight = cv2.imread(str(folder / name))
        assert tight is not None
        pixels = cv2.copyMakeBorder(tight, 48, 48, 48, 48, cv2.BORDER_REPLICATE).astype(np.uint8)
        faces = detector.detect(pixels, thorough=False)
        read += [heads.read(around(pixels, face)).yaw for face in faces[:1]]
    assert max(read[:8]) < 15
    assert min(read[8:]) > 15
    assert np.mean(read[8:]) > 25
