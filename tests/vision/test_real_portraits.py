"""The whole path on real models and portraits: found, aligned, told apart."""

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled, ModelError
from secondlook.domain.faces import Component, Face, Point, shortfalls
from secondlook.domain.placing import placed
from secondlook.domain.policy import Policy, parse_policy
from secondlook.paths import cards, resources
from secondlook.vision.decode import Pixels, decode, read_original
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.models import ModelStore
from secondlook.vision.sessions import Tensor
from tests.vision.measured import measured

pytestmark = pytest.mark.shared

Found = tuple[Pixels, Face]


@pytest.fixture(scope="module")
def store(shared_models: Path) -> ModelStore:
    return ModelStore(cards(), [shared_models])


@pytest.fixture(scope="module")
def engine(store: ModelStore) -> Engine:
    return open_engine(store)


@pytest.fixture(scope="module")
def congress(shared_faces: Path) -> Path:
    return shared_faces / "congress"


def pixels_of(path: Path) -> Pixels:
    return decode(read_original(path), name=path.name).pixels


@pytest.fixture(scope="module")
def portraits(congress: Path) -> dict[str, Pixels]:
    return {path.stem: pixels_of(path) for path in sorted((congress / "gallery").glob("*.jpg"))}


@pytest.fixture(scope="module")
def found(engine: Engine, portraits: dict[str, Pixels]) -> dict[str, list[Face]]:
    return {person: engine.faces(pixels) for person, pixels in portraits.items()}


@pytest.fixture(scope="module")
def pairs(
    congress: Path, engine: Engine, portraits: dict[str, Pixels], found: dict[str, list[Face]]
) -> list[tuple[Found, Found]]:
    """Reference and probe of 60 people, in pictures verified to be different photographs."""
    with (congress / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["different_photo"] == "yes"][:60]
    both = []
    for row in rows:
        probe = pixels_of(congress / row["path"])
        reference = portraits[row["person"]]
        both.append(((reference, found[row["person"]][0]), (probe, engine.faces(probe)[0])))
    return both


def distance(a: Face, b: Face) -> float:
    """Mean distance of the landmarks as a share of the distance between the eyes."""
    gap = np.linalg.norm(np.array(a.landmarks) - np.array(b.landmarks), axis=1).mean()
    return float(gap / b.inter_eye)


def test_one_usable_face_in_a_portrait(found: dict[str, list[Face]]) -> None:
    single = [faces for faces in found.values() if len(faces) == 1 and faces[0].score > 0.8]
    assert len(single) >= 0.99 * len(found)


def test_landmarks_are_where_a_face_has_them(found: dict[str, list[Face]]) -> None:
    for faces in found.values():
        face = faces[0]
        left, right, nose, mouth_left, mouth_right = face.landmarks
        assert left[0] < nose[0] < right[0]
        assert mouth_left[0] < mouth_right[0]
        assert max(left[1], right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])
        assert 0.25 * face.box.width < face.inter_eye < 0.7 * face.box.width
        for x, y in face.landmarks:
            assert face.box.x < x < face.box.x + face.box.width
            assert face.box.y < y < face.box.y + face.box.height


def test_the_two_detectors_agree(
    store: ModelStore, portraits: dict[str, Pixels], found: dict[str, list[Face]]
) -> None:
    fixed = open_engine(store, "yunet-2023mar")
    for person in list(portraits)[::15]:
        (face,) = fixed.faces(portraits[person])
        assert distance(face, found[person][0]) < 0.03
        assert face.score == pytest.approx(found[person][0].score, abs=0.02)


def test_faces_from_twenty_pixels_to_beyond_the_frame(
    engine: Engine, portraits: dict[str, Pixels], found: dict[str, list[Face]]
) -> None:
    person = next(iter(portraits))
    pixels, face = portraits[person], found[person][0]
    scene = np.full((1500, 2000, 3), 90, np.uint8)
    places = {20: (40, 60), 40: (1000, 200), 100: (1200, 900), 400: (100, 300)}
    for side, (x, y) in places.items():
        scale = side / face.box.width
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        scene[y : y + small.shape[0], x : x + small.shape[1]] = small
    widths = sorted(face.box.width for face in engine.faces(scene))
    assert widths == pytest.approx(sorted(places), rel=0.25)
    box = face.box
    x, y, side = round(box.x + 0.15 * box.width), round(box.y + 0.2 * box.height), round(box.width)
    for size in (150, 900):
        middle = cv2.resize(pixels[y : y + side, x : x + round(0.7 * side)], (size, size))
        filling = engine.faces(middle.astype(np.uint8))
        assert len(filling) == 1
        assert measured(engine.quality(middle.astype(np.uint8), filling[0]), Component.INSIDE) < 1


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (16, 16), (700, 2)])
def test_pictures_of_odd_sizes_have_no_face(engine: Engine, shape: tuple[int, int]) -> None:
    assert engine.faces(np.full((*shape, 3), 128, np.uint8)) == []


def test_detection_can_be_cancelled(engine: Engine) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        engine.faces(np.zeros((2000, 2000, 3), np.uint8), cancel=cancel)


def templates(engine: Engine, faces: Sequence[Found]) -> Tensor:
    return engine.templates([engine.crop(pixels, face) for pixels, face in faces])


@pytest.mark.parametrize("name", ["reid-retail-0095", "mobilefacenet-foamliu"])
def test_mated_scores_exceed_impostors(
    store: ModelStore, pairs: list[tuple[Found, Found]], name: str
) -> None:
    recogniser = open_engine(store, None, name)
    references = templates(recogniser, [reference for reference, _ in pairs])
    probes = templates(recogniser, [probe for _, probe in pairs])
    assert references.dtype == np.float32
    assert references.flags.c_contiguous
    assert np.linalg.norm(references, axis=1) == pytest.approx(np.ones(len(pairs)), abs=1e-5)
    scores = probes @ references.T
    mated = scores.diagonal()
    assert mated.min() > 0.3
    assert (scores.argmax(axis=1) == np.arange(len(pairs))).mean() >= 0.98
    impostors = scores[~np.eye(len(pairs), dtype=bool)]
    assert np.quantile(mated, 0.05) > np.quantile(impostors, 0.999)


@pytest.mark.parametrize("name", ["reid-retail-0095", "mobilefacenet-foamliu"])
def test_a_batch_equals_single_templates(
    store: ModelStore, pairs: list[tuple[Found, Found]], name: str
) -> None:
    recogniser = open_engine(store, None, name)
    faces = [reference for reference, _ in pairs[:19]]
    single = np.stack([recogniser.template(pixels, face) for pixels, face in faces])
    assert templates(recogniser, faces) == pytest.approx(single, abs=1e-5)
    assert recogniser.templates([]).shape == (0, single.shape[1])


def test_what_an_engine_says_of_itself(store: ModelStore, engine: Engine) -> None:
    card = store.card("reid-retail-0095")
    assert (engine.model.name, engine.model.sha256) == (card.name, card.sha256)
    assert engine.detector_identity.name == "yunet-dynamic"
    assert engine.provider == "CPUExecutionProvider"
    assert engine.notices == ()
    assert engine.reference_curve == card.reference_curve


def test_models_in_each_others_place_are_refused(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="is a recogniser, not a detector"):
        open_engine(store, "reid-retail-0095")


def test_quality_of_official_portraits(
    engine: Engine, portraits: dict[str, Pixels], found: dict[str, list[Face]]
) -> None:
    for person in list(portraits)[::9]:
        pixels, face = portraits[person], found[person][0]
        quality = engine.quality(pixels, face)
        assert measured(quality, Component.SHARPNESS) > 0.5
        assert measured(quality, Component.EXPOSURE) > 0.9
        assert measured(quality, Component.CONTRAST) > 0.15
        assert quality.inside == 1
        sigma = 3 * face.inter_eye / 35.2  # 3 px in a crop of 112 px
        soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)
        assert measured(engine.quality(soft, face), Component.SHARPNESS) < 0.2


# Quality cannot be made up


SMALL = 20.0
"""px between the eyes, below every floor of size but the lowest."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    path = resources() / "policies" / "high-stakes.toml"
    return parse_policy(path.read_text(encoding="utf-8"), source=path.name)


def resized(pixels: Pixels, scale: float, how: int = cv2.INTER_AREA) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def reduced(pixels: Pixels, face: Face) -> Pixels:
    """The portrait with ``SMALL`` px between the eyes, saved as JPEG."""
    data = cv2.imencode(".jpg", resized(pixels, SMALL / face.inter_eye))[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def effective(engine: Engine, pixels: Pixels, face: Face) -> float:
    return measured(engine.quality(pixels, face), Component.EFFECTIVE)


def test_portraits_have_the_detail_that_their_size_promises(
    engine: Engine, portraits: dict[str, Pixels], found: dict[str, list[Face]]
) -> None:
    shares = []
    for person in portraits:
        face = found[person][0]
        shares.append(effective(engine, portraits[person], face) / face.inter_eye)
    assert np.mean(np.array(shares) < 0.85) < 0.08
    assert np.mean(np.array(shares) < 0.6) < 0.02


@pytest.mark.parametrize("how", [cv2.INTER_NEAREST, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
def test_a_portrait_that_was_enlarged_three_times_stays_below_the_floor(
    engine: Engine,
    portraits: dict[str, Pixels],
    found: dict[str, list[Face]],
    policy: Policy,
    how: int,
) -> None:
    for person in list(portraits)[::30]:
        big = resized(reduced(portraits[person], found[person][0]), 3, how)
        quality = engine.quality(big, engine.faces(big)[0])
        assert measured(quality, Component.INTER_EYE) > 50
        missed = {s.component for s in shortfalls(quality, policy.probe_limits)}
        assert Component.EFFECTIVE in missed


def wider(face: Face, times: float) -> list[Point]:
    middle = np.mean(face.landmarks, axis=0)
    moved = middle + times * (np.array(face.landmarks) - middle)
    return [(float(x), float(y)) for x, y in moved]


@pytest.mark.parametrize("times", [0.7, 1.0, 1.4, 1.7, 2.5])
def test_points_placed_too_wide_do_not_make_a_face_larger(
    engine: Engine,
    portraits: dict[str, Pixels],
    found: dict[str, list[Face]],
    policy: Policy,
    times: float,
) -> None:
    for person in list(portraits)[::60]:
        pixels = reduced(portraits[person], found[person][0])
        (seen,) = engine.faces(pixels)
        size = pixels.shape[1], pixels.shape[0]
        face = placed(wider(seen, times), "ana", [seen], size)
        quality = engine.quality(pixels, face)
        assert measured(quality, Component.INTER_EYE) <= seen.inter_eye
        assert measured(quality, Component.EFFECTIVE) <= seen.inter_eye
        assert measured(quality, Component.DETECTOR) <= seen.score
        missed = {s.component for s in shortfalls(quality, policy.probe_limits)}
        assert Component.INTER_EYE in missed


def test_points_on_noise_are_no_face(
    engine: Engine, found: dict[str, list[Face]], policy: Policy
) -> None:
    grain = np.random.default_rng(0).integers(0, 256, (275, 225, 1), np.uint8)
    pixels = np.asarray(grain.repeat(3, axis=2), np.uint8)
    points = next(iter(found.values()))[0].landmarks
    face = placed(points, "ana", engine.faces(pixels), (225, 275))
    quality = engine.quality(pixels, face)
    assert quality.detector_score == 0
    missed = {s.component for s in shortfalls(quality, policy.probe_limits)}
    assert Component.DETECTOR in missed
