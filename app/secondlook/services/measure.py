"""Measuring again: what was measured before a component existed is not measured, and meets no
limit, until this has been done."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, DecoderError, SecondLookError
from secondlook.domain.faces import Quality
from secondlook.domain.pictures import as_damaged
from secondlook.domain.placing import seen_by
from secondlook.domain.records import Operator, Probe, ReferenceRow
from secondlook.jobs.lanes import Lanes, ahead
from secondlook.services import references
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.images import Images
from secondlook.services.open_cases import log_probe, untouched_probe
from secondlook.storage import cases, galleries, log
from secondlook.storage.database import Connection, Store
from secondlook.vision.engine import Engine

BATCH = 16
AHEAD = 6

Measured = tuple[ReferenceRow, Quality | None]
"""None where the original cannot be read any more."""


@dataclass(frozen=True, slots=True)
class MeasureReport:
    """References of one run; ``unreadable``: their original is missing or changed. ``left``: not
    measured after it, those included."""

    measured: int
    unreadable: int
    left: int


class Measurements:
    def __init__(self, store: Store, images: Images, engines: Engines, lanes: Lanes) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._lanes = lanes

    def unmeasured(self, gallery_id: int) -> int:
        """References of which a component was not measured."""
        return galleries.unmeasured_count(self._store.read(), gallery_id)

    def gallery(
        self,
        operator: Operator,
        gallery_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> MeasureReport:
        """Measure the references of which a component was not measured. Call outside the lanes it
        feeds.

        What is measured is stored as it goes: cancelling is not an error, and the next run goes on
        where this one ended. Candidates on record keep what they were found with. Raises
        ``ModelError`` and ``StorageError``.
        """
        require(self._store.read(), operator, Act.ENROL)
        engine = self._lanes.inference.submit(self._engines.current).result()
        todo = galleries.unmeasured(self._store.read(), gallery_id)
        measured = unreadable = 0
        started = time.monotonic()
        found = self._measured(engine, todo, cancel)
        while batch := list(islice(found, BATCH)):
            self._lanes.storage.submit(self._keep, operator, gallery_id, batch).result()
            failed = sum(quality is None for _, quality in batch)
            measured, unreadable = measured + len(batch) - failed, unreadable + failed
            done = measured + unreadable
            rate = done / max(time.monotonic() - started, 1e-6)
            progress(Progress(done, len(todo), rate))
        report = MeasureReport(measured, unreadable, self.unmeasured(gallery_id))
        with self._store.write() as db:
            name = galleries.summary(db, gallery_id).name
            counts = {"measured": measured, "unreadable": unreadable, "left": report.left}
            log.append(db, operator.username, "gallery measured", name, counts)
        return report

    def _measured(
        self, engine: Engine, todo: list[ReferenceRow], cancel: CancelToken
    ) -> Iterator[Measured]:
        """Pictures are read ahead of the lane that measures; ends early when cancelled."""
        decoded = ahead(
            todo,
            lambda r: self._lanes.io.submit(self._images.picture, r.original_sha256, cancel),
            AHEAD,
        )
        for reference, picture in decoded:
            try:
                cancel.poll()
                seen, face = picture.result(), reference.face
                quality = self._lanes.inference.submit(engine.quality, seen.pixels, face).result()
                yield reference, as_damaged(quality, face, seen.damage)
            except Cancelled:
                return
            except DecoderError:  # it is not the original that fails
                raise
            except SecondLookError:  # said by ``audit verify``, with the file
                yield reference, None

    def _keep(self, operator: Operator, gallery_id: int, batch: list[Measured]) -> None:
        with self._store.write() as db:
            references.change(
                db, operator, gallery_id, "measured", "references",
                {reference.id: quality for reference, quality in batch if quality},
                lambda reference, quality: galleries.set_quality(db, reference, quality),
            )  # fmt: skip

    def probe(self, operator: Operator, probe_id: int) -> Probe:
        """The probe, measured again where a component of any of its faces was not measured, or
        points were placed by hand before the record said so. Runs on the inference lane.

        A closed case stays as it is. Raises as ``Identify.add_probe``.
        """
        db = self._store.read()
        require(db, operator, Act.PREPARE_PROBE)
        probe = cases.probe(db, probe_id)
        if not looks_old(probe) or cases.get(db, probe.case_id).closed_at:
            return probe
        placed = _placed_before(db, probe)
        if not placed and not _unmeasured(probe):  # the detector may be certain of a face
            return probe
        engine = self._engines.current()
        picture = self._images.picture(probe.original_sha256)
        pixels = picture.pixels
        detected = engine.faces(pixels) if placed else []
        faces = [
            seen_by(face, placed[index], detected) if index in placed else face
            for index, face in enumerate(probe.faces)
        ]
        qualities = [as_damaged(engine.quality(pixels, f), f, picture.damage) for f in faces]
        with self._store.write() as tx:
            now = untouched_probe(tx, probe_id)
            if now.faces != probe.faces:  # somebody placed another one meanwhile
                return now
            cases.set_faces(tx, probe_id, faces, qualities)
            log_probe(tx, operator, "probe measured", probe_id, {"faces": len(faces)})
            return cases.probe(tx, probe_id)


def looks_old(probe: Probe) -> bool:
    """Whether there may be something to measure again. Points placed by hand once read as a
    detector that is certain."""
    certain = any(face.score == 1 and face.placement is None for face in probe.faces)
    return certain or _unmeasured(probe)


def _unmeasured(probe: Probe) -> bool:
    return any(quality.unmeasured for quality in probe.qualities)


def _placed_before(db: Connection, probe: Probe) -> dict[int, str]:
    """Faces that the log says were placed by hand, and by whom, of which the probe does not."""
    acts = {
        json.dumps(json.loads(entry.payload)["landmarks"]): entry.actor
        for entry in log.of(db, "face placed", f"probe {probe.id}")
    }
    return {
        index: acts[points]
        for index, face in enumerate(probe.faces)
        if face.placement is None and (points := json.dumps(face.landmarks)) in acts
    }
