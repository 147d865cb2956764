"""Evaluation for people who know who is on their pictures: images to templates, nothing recorded.

Every image is decoded and searched for faces once, whatever number of recognisers is compared and
however often it is named. What stays in memory is one template for each image and recogniser.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.faces import Face
from secondlook.domain.matching import Templates
from secondlook.domain.photographs import Photograph
from secondlook.domain.pictures import as_damaged
from secondlook.jobs.lanes import Lanes
from secondlook.services.case_probes import CaseProbes
from secondlook.services.prepare import central, require_quality, the_face
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.decode import Picture, Pixels, read_original
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.fingerprint import fingerprint
from secondlook.vision.models import ModelStore

BATCH = 8
AHEAD = 6
"""Images under way at once, as in enrolment."""


class FaceChoice(StrEnum):
    """Which of several faces is compared."""

    CENTRAL = "central"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Failure:
    """An image that gave no template: a failure to acquire, or in a gallery to enrol."""

    path: str
    fault: ImageFault
    reason: str


@dataclass(frozen=True, slots=True)
class Acquired:
    """What became of n images, in their order.

    templates: for each recogniser float32 (n, size), rows of unit length, zeros for a failure.
    usable: bool (n,). photographs: with fingerprints, None for a failure. several: images that show
    more than one face, of which one was taken.
    """

    templates: tuple[Templates, ...]
    usable: npt.NDArray[np.bool_]
    photographs: tuple[Photograph | None, ...]
    several: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """One usable image: a crop for each recogniser, and how many faces it shows."""

    photograph: Photograph
    faces: int
    crops: tuple[Pixels, ...]


NO_CASES = CaseProbes()

Look = Callable[[Engine, Picture, str], tuple[Face, int]]
"""(engine, picture, path) to the face that counts and how many there are; ``ImageError`` if none
does."""


def open_engines(
    models: ModelStore, detector: str | None, recognisers: Sequence[str]
) -> list[Engine]:
    """One engine for each recogniser, all with one detector; without names the best present.

    Raises ``ModelError``.
    """
    names: list[str | None] = [*dict.fromkeys(recognisers)] or [None]
    return [open_engine(models, detector, name) for name in names]


def as_probe(choice: FaceChoice) -> Look:
    """Searched for faces as a probe is; no floor of quality, since it is the policy that has one.
    Central: see ``prepare.central``."""

    def look(engine: Engine, picture: Picture, path: str) -> tuple[Face, int]:
        faces = engine.faces(picture.pixels)
        if not faces:
            raise ImageError(ImageFault.NO_FACE, "no face was found.", subject=path)
        if choice is FaceChoice.CENTRAL:
            return central(faces, picture), len(faces)
        return max(faces, key=lambda face: face.inter_eye), len(faces)

    return look


def as_reference(engine: Engine, picture: Picture, path: str) -> tuple[Face, int]:
    """With the rules of enrolment: one face, above its floors of quality."""
    face = the_face(engine.faces(picture.pixels, thorough=False), path)
    quality = engine.quality(picture.pixels, face)
    require_quality(as_damaged(quality, face, picture.damage), path)
    return face, 1


def acquire(
    images: Sequence[Path],
    engines: Sequence[Engine],
    look: Look,
    lanes: Lanes,
    decoder: Decoder,
    cancel: CancelToken,
    progress: ProgressCallback,
    *,
    what: str = "images",
    cases: CaseProbes = NO_CASES,
) -> Acquired:
    """Templates of all ``images`` by all recognisers. Call outside the lanes it feeds.

    ``cases``: whose probes are refused. An image that cannot be used is a failure in the result.
    Raises ``ModelError``, ``DecoderError``, ``Cancelled``.
    """
    templates: list[Templates] = []
    usable = np.zeros(len(images), dtype=np.bool_)
    photographs: list[Photograph | None] = [None] * len(images)
    failures: list[Failure] = []
    several, started = 0, time.monotonic()

    def start(path: Path) -> "Future[Sight | Failure]":
        return lanes.io.submit(_sight, path, engines, look, cases, decoder, cancel)

    outcomes = enumerate(_ahead(images, start))
    while batch := list(itertools.islice(outcomes, BATCH)):
        rows, crops = [], []
        for row, future in batch:
            cancel.poll()
            made = future.result()
            if isinstance(made, Failure):
                failures.append(made)
                continue
            usable[row], photographs[row] = True, made.photograph
            several += made.faces > 1
            rows.append(row)
            crops.append(made.crops)
        for k, engine in enumerate(engines):
            found = lanes.inference.submit(engine.templates, [c[k] for c in crops]).result()
            if len(templates) == k:
                templates.append(np.zeros((len(images), found.shape[1]), dtype=np.float32))
            templates[k][rows] = found
        done = batch[-1][0] + 1
        rate = done / max(time.monotonic() - started, 1e-6)
        note = f"{what}, {len(failures)} failed" if failures else what
        progress(Progress(done, len(images), rate, note))
    return Acquired(tuple(templates), usable, tuple(photographs), several, tuple(failures))


def _sight(
    path: Path,
    engines: Sequence[Engine],
    look: Look,
    cases: CaseProbes,
    decoder: Decoder,
    cancel: CancelToken,
) -> Sight | Failure:
    """Runs on the I/O lane; the detector takes its turn among the runs of all models."""
    try:
        picture = decoder.decode(read_original(path), name=str(path), cancel=cancel)
        cases.refuse_file(picture.sha256, str(path))
        face, faces = look(engines[0], picture, str(path))
        photograph = Photograph(picture.sha256, face, fingerprint(picture.pixels, face))
        cases.refuse(photograph, str(path))
        crops = tuple(engine.crop(picture.pixels, face) for engine in engines)
    except ImageError as error:
        return Failure(str(path), error.fault, error.message)
    return Sight(photograph, faces, crops)


def _ahead(
    images: Sequence[Path], start: "Callable[[Path], Future[Sight | Failure]]"
) -> "Iterator[Future[Sight | Failure]]":
    """Keep ``AHEAD`` images started; give them in order."""
    waiting: deque[Future[Sight | Failure]] = deque()
    try:
        for image in images:
            waiting.append(start(image))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for future in waiting:
            future.cancel()
