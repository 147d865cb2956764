"""Enrolment: decode on the I/O lane, find and measure on the inference lane, commit in batches.

A batch is committed whole or not at all, and its originals are on disk before it, so a process
killed at any moment leaves a list that says exactly what is still to do.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, ImageError, ImageFault, ModelMismatch
from secondlook.domain.faces import Component, Face, Quality, shortfalls
from secondlook.domain.matching import Templates
from secondlook.domain.records import EnrolmentItem, EnrolmentStatus, GallerySummary, Operator
from secondlook.jobs.lanes import Lanes
from secondlook.services.engines import Engines
from secondlook.services.images import Images
from secondlook.services.matrices import Matrices
from secondlook.storage import enrolments, galleries, log
from secondlook.storage.database import Store
from secondlook.vision.decode import Picture, Pixels, decode, read_original
from secondlook.vision.engine import Engine

BATCH = 16
AHEAD = 4
"""Pictures decoded ahead of the models: enough to keep them busy, few enough for huge scans."""

DOMINANT = 2.0
"""A face this many times wider than every other one is whose picture it is."""

FLOORS: dict[Component, float] = {
    Component.INTER_EYE: 16,
    Component.DETECTOR: 0.5,
    Component.INSIDE: 0.6,
    Component.EXPOSURE: 0.2,
}
"""Below these no template is worth keeping; policies ask for more, case by case."""


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What one run did; ``pending`` images are left after a cancel."""

    enrolled: int
    failed: int
    pending: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Opened:
    data: bytes
    picture: Picture


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One image after the models: a crop that waits for its template, or the reason it failed."""

    item: EnrolmentItem
    error: ImageError | None = None
    opened: _Opened | None = None
    face: Face | None = None
    quality: Quality | None = None
    crop: Pixels | None = None


class Enrolment:
    def __init__(
        self, store: Store, images: Images, engines: Engines, matrices: Matrices, lanes: Lanes
    ) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._matrices = matrices
        self._lanes = lanes

    def run(
        self,
        operator: Operator,
        gallery_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> EnrolmentReport:
        """Work through what is pending. Call outside the lanes it feeds.

        Cancelling is not an error: the report says what is left. Raises ``ModelMismatch`` when the
        gallery holds another model's templates, and ``ModelError``.
        """
        engine = self._lanes.inference.submit(self._engines.current).result()
        summary = self._adopt(gallery_id, engine)
        items = enrolments.items(self._store.read(), gallery_id, EnrolmentStatus.PENDING)
        self._log(operator, "enrolment started", summary.name, {"images": len(items)})
        meter = _Meter(len(items), progress)
        known = galleries.enrolled_originals(self._store.read(), gallery_id)
        committing: Future[None] | None = None
        try:
            for batch in self._batches(items, engine, known, cancel):
                if committing:
                    committing.result()
                    meter.report()
                rows = self._with_templates(batch, engine)
                meter.count(batch)
                committing = self._lanes.storage.submit(self._commit, summary, rows)
        except Cancelled:
            pass
        finally:
            if committing:
                committing.result()
                meter.report()
        return self._finish(operator, summary, meter)

    def _finish(
        self, operator: Operator, summary: GallerySummary, meter: "_Meter"
    ) -> EnrolmentReport:
        left = galleries.summary(self._store.read(), summary.id)
        report = EnrolmentReport(meter.enrolled, meter.failed, left.pending, meter.seconds)
        self._log(
            operator,
            "enrolment ended",
            summary.name,
            {"enrolled": report.enrolled, "failed": report.failed, "pending": report.pending},
        )
        if left.references:
            self._lanes.inference.submit(self._matrices.get, summary.id).result()
        return report

    def _log(self, operator: Operator, act: str, name: str, payload: dict[str, int]) -> None:
        with self._store.write() as db:
            log.append(db, operator.username, act, name, payload)

    def _adopt(self, gallery_id: int, engine: Engine) -> GallerySummary:
        """An empty gallery takes the model in use; one with references keeps to its own."""
        summary = galleries.summary(self._store.read(), gallery_id)
        if summary.model.sha256 == engine.model.sha256:
            return summary
        if summary.references:
            raise ModelMismatch(
                f"was enrolled with {summary.model.name}, but {engine.model.name} is in use.",
                subject=f"Gallery “{summary.name}”",
                remedy="Rebuild its templates first.",
            )
        with self._store.write() as db:
            galleries.set_model(db, gallery_id, engine.model)
            return galleries.summary(db, gallery_id)

    def _batches(
        self,
        items: list[EnrolmentItem],
        engine: Engine,
        known: dict[str, str],
        cancel: CancelToken,
    ) -> Iterator[list[_Prepared]]:
        batch: list[_Prepared] = []
        opened = _ahead(items, lambda item: self._lanes.io.submit(_open, item))
        for item, future in opened:
            try:
                cancel.poll()
            except Cancelled:
                if batch:
                    yield batch
                raise
            batch.append(self._prepare(item, future, engine, known))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _prepare(
        self,
        item: EnrolmentItem,
        future: "Future[_Opened]",
        engine: Engine,
        known: dict[str, str],
    ) -> _Prepared:
        try:
            opened = future.result()
            _refuse_duplicate(item, opened.picture.sha256, known)
            pixels = opened.picture.pixels
            measured = self._lanes.inference.submit(_measure, engine, pixels, item.path)
            face, quality, crop = measured.result()
        except ImageError as error:
            return _Prepared(item, error=error)
        known[opened.picture.sha256] = item.display_name
        self._images.keep(opened.data, opened.picture)
        bare = _Opened(opened.data, _without_pixels(opened.picture))
        return _Prepared(item, None, bare, face, quality, crop)

    def _with_templates(
        self, batch: list[_Prepared], engine: Engine
    ) -> list[tuple[_Prepared, Templates | None]]:
        crops = [p.crop for p in batch if p.crop is not None]
        if not crops:
            return [(p, None) for p in batch]
        found = iter(self._lanes.inference.submit(engine.templates, crops).result())
        return [(p, next(found) if p.crop is not None else None) for p in batch]

    def _commit(
        self, summary: GallerySummary, rows: list[tuple[_Prepared, Templates | None]]
    ) -> None:
        with self._store.write() as db:
            for prepared, template in rows:
                item = prepared.item
                if prepared.error:
                    enrolments.finish(db, item.id, prepared.error.fault, str(prepared.error))
                    continue
                assert prepared.opened
                assert prepared.face
                assert prepared.quality
                assert template is not None
                self._images.note(db, len(prepared.opened.data), prepared.opened.picture)
                person = galleries.person_for(
                    db, summary.id, item.person_key, item.display_name, item.metadata
                )
                reference = galleries.add_reference(
                    db,
                    person,
                    prepared.opened.picture.sha256,
                    item.path,
                    prepared.face,
                    prepared.quality,
                )
                galleries.add_template(db, reference, summary.model.sha256, template.tobytes())
                enrolments.finish(db, item.id)
            galleries.touch(db, summary.id)

    def rebuild(
        self,
        operator: Operator,
        gallery_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> int:
        """Make every template anew with the model in use, from the stored originals.

        Old templates are removed only in the transaction that adopts the complete new set; a
        cancelled rebuild keeps what it made and continues there. Raises ``Cancelled``.
        """
        engine = self._lanes.inference.submit(self._engines.current).result()
        sha256 = engine.model.sha256
        missing = galleries.references_without_template(self._store.read(), gallery_id, sha256)
        started = time.monotonic()
        for done, reference in enumerate(missing, 1):
            cancel.poll()
            picture = self._lanes.io.submit(self._images.picture, reference.original_sha256)
            pixels = picture.result().pixels
            template = self._lanes.inference.submit(engine.template, pixels, reference.face)
            with self._store.write() as db:
                galleries.add_template(db, reference.id, sha256, template.result().tobytes())
            rate = done / max(time.monotonic() - started, 1e-6)
            progress(Progress(done, len(missing), rate))
        with self._store.write() as db:
            galleries.set_model(db, gallery_id, engine.model)
            name = galleries.summary(db, gallery_id).name
            payload = {"model": engine.model.name, "sha256": sha256, "templates": len(missing)}
            log.append(db, operator.username, "templates rebuilt", name, payload)
        return len(missing)


class _Meter:
    """Counts and rate of a run; pauses count as time, so the rate is what the person waits for."""

    def __init__(self, total: int, progress: ProgressCallback) -> None:
        self.enrolled = self.failed = 0
        self._total = total
        self._progress = progress
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def count(self, batch: list[_Prepared]) -> None:
        failed = sum(p.error is not None for p in batch)
        self.failed += failed
        self.enrolled += len(batch) - failed

    def report(self) -> None:
        done = self.enrolled + self.failed
        note = f"{self.failed} with errors" if self.failed else ""
        self._progress(Progress(done, self._total, done / max(self.seconds, 1e-6), note))


def _ahead(
    items: list[EnrolmentItem], start: Callable[[EnrolmentItem], "Future[_Opened]"]
) -> Iterator[tuple[EnrolmentItem, "Future[_Opened]"]]:
    """Keep ``AHEAD`` items started; give them in order."""
    waiting: deque[tuple[EnrolmentItem, Future[_Opened]]] = deque()
    try:
        for item in items:
            waiting.append((item, start(item)))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _open(item: EnrolmentItem) -> _Opened:
    path = Path(item.path)
    data = read_original(path)
    return _Opened(data, decode(data, name=str(path)))


def _without_pixels(picture: Picture) -> Picture:
    """The facts alone: a batch must not hold on to the pixels of sixteen scans."""
    return Picture(
        picture.pixels[:0],
        picture.width,
        picture.height,
        picture.media_type,
        picture.sha256,
        picture.notes,
    )


def _refuse_duplicate(item: EnrolmentItem, sha256: str, known: dict[str, str]) -> None:
    if sha256 in known:
        raise ImageError(
            ImageFault.DUPLICATE,
            f"the same file is enrolled already, for {known[sha256]}.",
            subject=item.path,
            remedy="Remove one of the two, or correct the person.",
        )


def _measure(engine: Engine, pixels: Pixels, path: str) -> tuple[Face, Quality, Pixels]:
    faces = sorted(engine.faces(pixels, thorough=False), key=lambda f: -f.box.width)
    if not faces:
        raise ImageError(
            ImageFault.NO_FACE,
            "no face was found.",
            subject=path,
            remedy="Choose a picture in which the face is visible and at least 20 pixels wide.",
        )
    if len(faces) > 1 and faces[0].box.width < DOMINANT * faces[1].box.width:
        raise ImageError(
            ImageFault.SEVERAL_FACES,
            f"{len(faces)} faces were found, and a reference must show one person.",
            subject=path,
            remedy="Crop the picture to one person.",
        )
    face = faces[0]
    quality = engine.quality(pixels, face)
    missed = shortfalls(quality, FLOORS)
    if missed:
        small = missed[0].component is Component.INTER_EYE
        raise ImageError(
            ImageFault.TOO_SMALL if small else ImageFault.LOW_QUALITY,
            f"the face is {'; '.join(map(str, missed)).replace('policy', 'enrolment')}.",
            subject=path,
            remedy="Choose a better picture of this person.",
        )
    return face, quality, engine.crop(pixels, face)
