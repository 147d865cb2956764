"""A matcher without models: pictures say in their first pixels whom they show.

Pixel (row 0, column 0) holds the number of faces and the exposure; the pixels after it hold one
face each: person, variation, width in px. What a face looks like to the "model" follows from these.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from secondlook import paths
from secondlook.domain.calibration import ReferenceCurve
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import ModelError
from secondlook.domain.faces import Box, Face, Point, Quality
from secondlook.domain.matching import ModelIdentity, Templates
from secondlook.services.engines import Engines
from secondlook.vision.cards import load_cards
from secondlook.vision.decode import Pixels
from secondlook.vision.engine import Engine
from secondlook.vision.models import ModelStore, Pair

CARDS = load_cards(paths.cards())
STANDS_FOR = {1: "reid-retail-0095", 2: "mobilefacenet-foamliu"}
"""By seed: the recogniser that ships, and whose hashes a fake has."""

SIZE = 64
"""Numbers in a template: strangers score around 0 with a spread of 0.125."""

SLOT = 100
"""Faces lie side by side in columns of so many pixels."""

CURVE = ReferenceCurve("made up", 40_000, 10**9, (0.0, 0.3, 0.6, 0.9), (10**9, 2 * 10**7, 10**3, 0))

Shown = tuple[int, int, int]
"""A face in a picture: person, variation (0: as enrolled; more: less alike), width in px."""


def picture(path: Path, *faces: Shown, exposure: int = 95, hidden: int = 0) -> Path:
    """Write a PNG that shows ``faces``. ``hidden``: who it is where points are placed by hand."""
    pixels = np.full((120, SLOT * 3, 3), 128, dtype=np.uint8)
    pixels[0, 0] = len(faces), exposure, hidden
    for column, face in enumerate(faces, 1):
        pixels[0, column] = face
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")  # lossless, whatever its suffix
    return path


def people(folder: Path, count: int, first: int = 1) -> Path:
    """A folder of ``count`` pictures, one person each, named p001.png …"""
    for person in range(first, first + count):
        picture(folder / f"p{person:03}.png", (person, 0, 80))
    return folder


class FakeEngine(Engine):
    """Deterministic; ``seed`` makes it another model. ``on_faces`` is called before each look."""

    def __init__(
        self, name: str = "fake-one", seed: int = 1, curve: ReferenceCurve | None = CURVE
    ) -> None:
        self.stands_for = Pair(CARDS["yunet-2023mar"], CARDS[STANDS_FOR.get(seed, STANDS_FOR[1])])
        self.model = ModelIdentity(name, "1", self.stands_for.recogniser.sha256)
        self.detector_identity = ModelIdentity(
            "fake-detector", "1", self.stands_for.detector.sha256
        )
        self.curve = curve
        self.on_faces: Callable[[], None] = lambda: None
        self._seed = seed

    @property
    def cards(self) -> Pair:
        """Of models that ship: a card of its own would have to be approved first."""
        return self.stands_for

    @property
    def provider(self) -> str:
        return "FakeExecutionProvider"

    @property
    def notices(self) -> tuple[str, ...]:
        return ()

    @property
    def reference_curve(self) -> ReferenceCurve | None:
        return self.curve

    def faces(
        self,
        pixels: Pixels,
        thorough: bool = True,
        *,
        cancel: CancelToken | None = None,
        turn: int | None = None,
    ) -> list[Face]:
        self.on_faces()
        widths = [int(pixels[0, 1 + i, 0]) for i in range(int(pixels[0, 0, 2]))]  # BGR
        faces = [_face(i, width) for i, width in enumerate(widths)]
        return faces if turn is None else [replace(f, turned=float(turn)) for f in faces]

    def quality(self, pixels: Pixels, face: Face) -> Quality:
        eyes, score = face.inter_eye, 0.97
        if face.placement:
            score = face.score
            eyes = min(eyes, face.placement.seen.inter_eye) if face.placement.seen else eyes
        exposure = int(pixels[0, 0, 1]) / 100
        seen = (4.0, 2.0, 0.99, 0.98, 0.9, 0.85, 2.0, 0.0)
        return Quality(eyes, 0.9, exposure, 0.6, 4.0, 1.0, score, eyes, *seen)

    def crop(self, pixels: Pixels, face: Face) -> Pixels:
        if face.placement:
            return np.array([[[0, 0, pixels[0, 0, 0]]]], dtype=np.uint8)
        column = 1 + int(face.box.x // SLOT)
        return pixels[0:1, column : column + 1].copy()

    def templates(self, crops: Sequence[Pixels]) -> Templates:
        made = [self._template(int(crop[0, 0, 2]), int(crop[0, 0, 1])) for crop in crops]
        return np.array(made, dtype=np.float32).reshape(len(made), SIZE)

    def _template(self, person: int, variation: int) -> Templates:
        own = np.random.default_rng([self._seed, person]).standard_normal(SIZE)
        noise = np.random.default_rng([self._seed, person, variation]).standard_normal(SIZE)
        vector = own + noise * variation / 20
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def _face(index: int, width: int) -> Face:
    x, y = float(SLOT * index), 10.0

    def at(right: float, down: float) -> Point:
        return x + right * width, y + down * width

    marks = (at(0.2, 0.4), at(0.8, 0.4), at(0.5, 0.6), at(0.3, 0.8), at(0.7, 0.8))
    return Face(Box(x, y, width, width * 1.2), marks, 0.97)


MODELS = {"fake-one": 1, "fake-two": 2}


class FakeEngines(Engines):
    """Stands where ``services.engines.Engines`` does; the recogniser is chosen by its name."""

    curve: ReferenceCurve | None = CURVE

    def __init__(
        self, models: ModelStore, detector: str | None = None, recogniser: str | None = None
    ) -> None:
        super().__init__(models, detector, recogniser)
        name = recogniser or "fake-one"
        if name not in MODELS:
            raise ModelError(f"no model has the name {name}.")
        self.fake = FakeEngine(name, MODELS[name], self.curve)

    def current(self) -> FakeEngine:
        self._engine = self.fake
        return self.fake

    def identity(self) -> ModelIdentity:
        return self.fake.model
