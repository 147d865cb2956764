"""Enrolment: images are prepared ahead of the models, templates made and committed in batches.

A batch is committed whole or not at all, and its originals are on disk before it, so a process
killed at any moment leaves a list that says exactly what is still to do.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, ImageError, ImageFault, ModelMismatch
from secondlook.domain.matching import ModelIdentity, Templates
from secondlook.domain.photographs import Photograph, overlap
from secondlook.domain.records import (
    EnrolmentItem,
    EnrolmentStatus,
    GallerySummary,
    Operator,
    ReferenceRow,
)
from secondlook.jobs.lanes import Lanes, ahead
from secondlook.services import references
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.images import Images
from secondlook.services.matrices import Matrices
from secondlook.services.naming import by_name
from secondlook.services.prepare import Choose, Prepared, Several, choice, prepare
from secondlook.storage import cases, derived, enrolments, galleries, log, photographs, seals
from secondlook.storage.database import Connection, Store
from secondlook.vision.engine import Engine

BATCH = 8
AHEAD = 6
"""Images under way at once: enough to keep the models busy, few enough for huge scans."""

Outcome = tuple[EnrolmentItem, Prepared | ImageError]


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What one run did; ``pending`` images are left after a cancel. ``nothing_of``: names of those
    on the list of whom nothing is enrolled. ``waiting``: pictures of the list, of this and earlier
    runs, of which somebody has to pick a face (``picking``)."""

    enrolled: int
    failed: int
    pending: int
    seconds: float
    nothing_of: tuple[str, ...] = ()
    waiting: int = 0


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
        several: Several = Several.REFUSE,
    ) -> EnrolmentReport:
        """Work through what is pending. Call outside the lanes it feeds. What shows ``several``
        faces, and is refused, waits until somebody picks one (``picking``).

        Cancelling is not an error: the report says what is left. Raises ``ModelMismatch`` when the
        gallery holds another model's templates, ``ModelError`` and ``StorageError``.
        """
        require(self._store.read(), operator, Act.ENROL)
        engine = self._lanes.inference.submit(self._engines.current).result()
        summary = self.adopt(operator, gallery_id, engine)
        items = enrolments.items(self._store.read(), gallery_id, EnrolmentStatus.PENDING)
        chosen = {} if several is Several.REFUSE else {"several_faces": several.value}
        self._log(operator, "enrolment started", summary.name, {"images": len(items)} | chosen)
        meter = _Meter(len(items), progress)
        known = galleries.enrolled_originals(self._store.read(), gallery_id)
        outcomes = self._outcomes(items, engine, known, cancel, choice(several))
        under_way: deque[Callable[[], None]] = deque()
        for batch in _batches(outcomes):
            under_way.append(self._commit_later(operator, summary, engine, batch, meter))
            if len(under_way) > 1:
                under_way.popleft()()
        for finish in under_way:
            finish()
        return self._finish(operator, summary, meter)

    def _finish(
        self, operator: Operator, summary: GallerySummary, meter: "_Meter"
    ) -> EnrolmentReport:
        with self._store.write() as db:
            derived.refresh(db)  # who shares a photograph with somebody enrolled before
        left = galleries.summary(self._store.read(), summary.id)
        db = self._store.read()
        nothing_of = tuple(enrolments.without_reference(db, summary.id))
        waiting = enrolments.fault_counts(db, summary.id).get(ImageFault.SEVERAL_FACES, 0)
        report = EnrolmentReport(
            meter.enrolled, meter.failed, left.pending, meter.seconds, nothing_of, waiting
        )
        self._log(
            operator,
            "enrolment ended",
            summary.name,
            {"enrolled": report.enrolled, "failed": report.failed, "pending": report.pending},
        )
        if left.references and not left.pending:  # the first search need not wait for it
            self._lanes.inference.submit(self._matrices.get, summary.id).result()
        return report

    def _log(self, operator: Operator, act: str, name: str, payload: dict[str, Any]) -> None:
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            log.append(db, operator.username, act, name, payload)

    def adopt(self, operator: Operator, gallery_id: int, engine: Engine) -> GallerySummary:
        """An empty gallery takes the model in use; one with references keeps to its own."""
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            summary = galleries.summary(db, gallery_id)
            if summary.references:
                require_model(summary.name, summary.model, engine.model)
            if summary.model.sha256 == engine.model.sha256:
                return summary
            seals.require(db, "gallery", gallery_id)
            galleries.set_model(db, gallery_id, engine.model)
            payload, states = {"model": engine.model.name}, {"gallery": [gallery_id]}
            log.append(db, operator.username, "model taken", summary.name, payload, states=states)
            return galleries.summary(db, gallery_id)

    def _outcomes(
        self,
        items: list[EnrolmentItem],
        engine: Engine,
        known: galleries.Enrolled,
        cancel: CancelToken,
        choose: Choose,
    ) -> Iterator[Outcome]:
        """What became of each image, in the order of the list; ends early when cancelled."""

        def start(item: EnrolmentItem) -> "Future[Prepared]":
            chosen = by_name(item, choose)
            return self._lanes.io.submit(prepare, item, engine, self._images, cancel, chosen)

        for item, future in ahead(items, start, AHEAD):
            try:
                cancel.poll()
                prepared = future.result()
                _refuse_duplicate(item, prepared, known)
            except Cancelled:
                return
            except ImageError as error:
                yield item, error
            else:
                held = known.setdefault(prepared.sha256, [])
                held.append((prepared.face.box, item.display_name))
                yield item, prepared

    def _commit_later(
        self,
        operator: Operator,
        summary: GallerySummary,
        engine: Engine,
        batch: list[Outcome],
        meter: "_Meter",
    ) -> Callable[[], None]:
        """Start making the batch's templates; the call that is returned waits and commits."""
        crops = [made.crop for _, made in batch if isinstance(made, Prepared)]
        templates = self._lanes.inference.submit(engine.templates, crops)

        def finish() -> None:
            made = templates.result()
            committed = self._lanes.storage.submit(self._commit, operator, summary, batch, made)
            meter.count(committed.result(), len(batch))

        return finish

    def _commit(
        self,
        operator: Operator,
        summary: GallerySummary,
        batch: list[Outcome],
        templates: Templates,
    ) -> list[Outcome]:
        """What this run finished: not what another program did, or a person removed, meanwhile."""
        rows, ours = iter(templates), []
        states: dict[str, list[int]] = {"reference": [], "fingerprint": []}
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            require_model(summary.name, galleries.model_of(db, summary.id), summary.model)
            for item, made in batch:
                if isinstance(made, ImageError):
                    finished = enrolments.finish(db, item.id, made.fault, str(made))
                else:
                    template = next(rows)
                    finished = enrolments.finish(db, item.id)
                    if finished:
                        fingerprints, reference = add_reference(db, summary, item, made, template)
                        states["fingerprint"] += fingerprints
                        states["reference"].append(reference)
                if finished:
                    ours.append((item, made))
            galleries.touch(db, summary.id)
            if states["reference"]:
                payload = {"gallery": summary.id, "images": len(states["reference"])}
                log.append(db, operator.username, "enrolled", summary.name, payload, states=states)
        return ours

    def rebuild(
        self,
        operator: Operator,
        gallery_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> int:
        """Make every template anew with the model in use, from the stored originals.

        Old templates are removed only in the transaction that adopts the complete new set; a
        cancelled rebuild keeps what it made and continues there. It ends as if cancelled when
        another model is chosen meanwhile. Raises ``Cancelled``.
        """
        require(self._store.read(), operator, Act.ENROL)
        engine = self._lanes.inference.submit(self._engines.current).result()
        sha256 = engine.model.sha256
        missing = galleries.references_without_template(self._store.read(), gallery_id, sha256)
        made: list[tuple[ReferenceRow, bytes]] = []
        started = time.monotonic()
        try:
            for done, reference in enumerate(missing, 1):
                cancel.poll()
                self._require_in_use(engine.model)
                made.append((reference, self._template(engine, reference, cancel)))
                if len(made) == BATCH:
                    self._keep_templates(operator, gallery_id, engine.model, made)
                rate = done / max(time.monotonic() - started, 1e-6)
                progress(Progress(done, len(missing), rate))
        finally:
            if made:
                self._keep_templates(operator, gallery_id, engine.model, made)
        self._require_in_use(engine.model)
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            states = {"gallery": [gallery_id], "reference": galleries.reference_ids(db, gallery_id)}
            for kind, subjects in states.items():
                seals.require(db, kind, *subjects)
            galleries.set_model(db, gallery_id, engine.model)
            name = galleries.summary(db, gallery_id).name
            payload = {"model": engine.model.name, "sha256": sha256, "templates": len(missing)}
            log.append(db, operator.username, "templates rebuilt", name, payload, states=states)
        return len(missing)

    def _template(self, engine: Engine, reference: ReferenceRow, cancel: CancelToken) -> bytes:
        picture = self._lanes.io.submit(self._images.picture, reference.original_sha256, cancel)
        pixels = picture.result().pixels
        template = self._lanes.inference.submit(engine.template, pixels, reference.face)
        return template.result().tobytes()

    def _keep_templates(
        self,
        operator: Operator,
        gallery_id: int,
        model: ModelIdentity,
        made: list[tuple[ReferenceRow, bytes]],
    ) -> None:
        """Those of references that were not removed since; ``made`` is empty afterwards."""
        with self._store.write() as db:
            references.change(
                db, operator, gallery_id, "templates made", "templates",
                {reference.id: vector for reference, vector in made},
                lambda reference, vector: galleries.add_template(
                    db, reference, model.sha256, vector
                ),
            )  # fmt: skip
        made.clear()

    def _require_in_use(self, model: ModelIdentity) -> None:
        if self._engines.identity().sha256 != model.sha256:
            raise Cancelled


class _Meter:
    """Counts and rate of a run; pauses count as time, so the rate is what the person waits for."""

    def __init__(self, total: int, progress: ProgressCallback) -> None:
        self.enrolled = self.failed = self._worked = 0
        self._total = total
        self._progress = progress
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def count(self, ours: list[Outcome], worked: int) -> None:
        """``ours`` of the ``worked`` images were finished by this run, not by another program."""
        failed = sum(isinstance(made, ImageError) for _, made in ours)
        self.failed += failed
        self.enrolled += len(ours) - failed
        self._worked += worked
        done = self._worked
        note = f"{self.failed} with errors" if self.failed else ""
        self._progress(Progress(done, self._total, done / max(self.seconds, 1e-6), note))


def require_model(gallery: str, enrolled: ModelIdentity, model: ModelIdentity) -> None:
    if enrolled.sha256 != model.sha256:
        raise ModelMismatch(
            f"was enrolled with {enrolled.name}, but {model.name} is in use.",
            subject=f"Gallery “{gallery}”",
            remedy="Rebuild its templates first.",
        )


def _batches(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    while batch := list(itertools.islice(outcomes, BATCH)):
        yield batch


def _refuse_duplicate(item: EnrolmentItem, made: Prepared, known: galleries.Enrolled) -> None:
    """One face of one file stands for one person; another face of it may stand for another."""
    for box, name in known.get(made.sha256, ()):
        if overlap(box, made.face.box):
            raise ImageError(
                ImageFault.DUPLICATE,
                f"the same file is enrolled already, for {name}.",
                subject=item.path,
                remedy="Remove one of the two, or correct the person.",
            )


def add_reference(
    db: Connection,
    summary: GallerySummary,
    item: EnrolmentItem,
    made: Prepared,
    template: Templates,
) -> tuple[list[int], int]:
    """The numbers of what was made: its fingerprint unless there was one, the reference."""
    cases.keep_original(db, made.sha256, made.size, made.media_type, made.width, made.height)
    kept = photographs.keep(db, Photograph(made.sha256, made.face, made.fingerprint))
    person = galleries.person_for(db, summary.id, item.person_key, item.display_name, item.metadata)
    reference = galleries.add_reference(db, person, made.sha256, item.path, made.face, made.quality)
    galleries.add_template(db, reference, summary.model.sha256, template.tobytes())
    return kept, reference
