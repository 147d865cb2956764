"""Rehearsal: people known to be absent are searched, to count how often somebody is shown for them.

Planned first, then searched in batches that are committed whole, so that a rehearsal which was
cancelled or killed goes on where it stopped. Nobody is enrolled and nothing is offered to anyone.
"""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, ImageError, InputError
from secondlook.domain.matching import Templates
from secondlook.domain.records import Operator
from secondlook.domain.rehearsal import LINES, Kind, RehearsalSearch, SearchStatus
from secondlook.jobs.lanes import Lanes, ahead
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines, on_record
from secondlook.services.images import Images
from secondlook.services.matrices import Matrices
from secondlook.services.photographs import SamePhotographs
from secondlook.services.rehearse_plan import RehearsalPlan, leave_one_out, plan_source
from secondlook.services.rehearse_refuse import Refusals
from secondlook.services.rehearse_search import Looked, Searcher, look
from secondlook.storage import hygiene, log, looks, rehearsals, seals
from secondlook.storage.database import Connection, Store
from secondlook.storage.rehearsals import RehearsalNote, RehearsalSummary

BATCH = 8
"""Probes searched and committed together."""

BATCH_LEFT_OUT = 64
"""The same for references, which have their templates already."""

AHEAD = 6
"""Pictures looked at ahead of the search, as in enrolment."""

SEARCH = "rehearsal search"
"""The kind of what is sealed (``storage.seals``)."""

Made = tuple[RehearsalSearch, Looked | None]


@dataclass(frozen=True, slots=True)
class RehearsalReport:
    """What one run did; ``pending`` searches are left after a cancel."""

    rehearsal_id: int
    searched: int
    failed: int
    pending: int
    seconds: float


class Rehearsals:
    def __init__(
        self, store: Store, images: Images, engines: Engines, matrices: Matrices, lanes: Lanes
    ) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._matrices = matrices
        self._lanes = lanes
        self._same = SamePhotographs(store, images)

    def unfinished(self, gallery_id: int) -> RehearsalSummary | None:
        """The one to go on with, or to give up before another is started."""
        found = rehearsals.of_gallery(self._store.read(), gallery_id)
        return next((r for r in found if r.finished_at is None), None)

    def start(
        self,
        operator: Operator,
        gallery_id: int,
        source: Path | None = None,
        cancel: CancelToken | None = None,
    ) -> RehearsalSummary:
        """Plan one; ``run`` does the work. Call outside the lanes, as ``run``.

        ``source``: a folder or CSV of probes (see ``rehearse_plan``); None leaves every reference
        of the gallery out in turn. Raises ``InputError`` (one is unfinished, nothing to search),
        ``ModelMismatch``, ``ModelError`` and ``Cancelled``.
        """
        require(self._store.read(), operator, Act.REHEARSE)
        self._require_none_unfinished(gallery_id)
        searcher = self._searcher(gallery_id, cancel)
        held = hygiene.references(self._store.read(), gallery_id)
        keys = {reference.person_key: reference.person_id for reference in held}
        planned = plan_source(source, keys) if source else leave_one_out(held)
        if source is None and len(keys) < 2:
            raise InputError("Nobody can be left out: this gallery has one person.")
        persons = searcher.loaded.matrix.persons - (source is None)
        note = searcher.note(self._store.read(), persons)
        with self._store.write() as db:
            require(db, operator, Act.REHEARSE)
            self._require_none_unfinished(gallery_id)
            rehearsal_id = self._add(db, operator, searcher, note, planned, source)
            return rehearsals.get(db, rehearsal_id)

    def _require_none_unfinished(self, gallery_id: int) -> None:
        unfinished = self.unfinished(gallery_id)
        if unfinished:
            done = unfinished.total - unfinished.pending
            raise InputError(
                f"A rehearsal of this gallery is unfinished: {done} of {unfinished.total} done.",
                remedy="Go on with it, or give it up first.",
            )

    def _add(
        self,
        db: Connection,
        operator: Operator,
        searcher: Searcher,
        note: RehearsalNote,
        planned: RehearsalPlan,
        source: Path | None,
    ) -> int:
        loaded = searcher.loaded
        summary, persons = loaded.summary, loaded.matrix.persons
        rehearsal_id = rehearsals.add(
            db,
            kind=Kind.ABSENT_PEOPLE if source else Kind.LEAVE_ONE_OUT,
            source=str(source.resolve()) if source else "",
            group_columns=planned.group_columns,
            gallery=(summary.id, summary.name, persons, loaded.state),
            model=searcher.model,
            provider=searcher.engine.provider,
            calibration=note,
            operator_id=operator.id,
        )
        rehearsals.plan(db, rehearsal_id, planned.searches)
        payload = {"rehearsal": rehearsal_id, "searches": len(planned.searches)}
        states = {SEARCH: rehearsals.search_ids(db, rehearsal_id)}
        log.append(db, operator.username, "rehearsal started", summary.name, payload, states=states)
        return rehearsal_id

    def give_up(self, operator: Operator, rehearsal_id: int) -> None:
        """Remove an unfinished rehearsal. Raises ``InputError`` for a finished one, which stays."""
        with self._store.write() as db:
            require(db, operator, Act.REHEARSE)
            found = rehearsals.get(db, rehearsal_id)
            if found.finished_at:
                raise InputError("This rehearsal is finished; it stays on record.")
            states = {SEARCH: rehearsals.search_ids(db, rehearsal_id)}
            rehearsals.give_up(db, rehearsal_id)
            done = {"rehearsal": rehearsal_id, "searched": found.searched, "of": found.total}
            name = found.gallery_name
            log.append(db, operator.username, "rehearsal given up", name, done, states=states)

    def run(
        self,
        operator: Operator,
        rehearsal_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> RehearsalReport:
        """Make the searches that are pending, and finish it after the last one. Call outside the
        lanes that it feeds.

        Cancelling is not an error: the report says what is left. Raises ``InputError`` where the
        gallery, the model or the calibration changed since it was started, ``ModelMismatch``,
        ``ModelError`` and ``StorageError``.
        """
        require(self._store.read(), operator, Act.REHEARSE)
        started = time.monotonic()
        summary = rehearsals.get(self._store.read(), rehearsal_id)
        counts = {SearchStatus.SEARCHED: 0, SearchStatus.FAILED: 0}
        try:
            searcher = self._searcher(summary.gallery_id, cancel)
            _require_unchanged(self._store.read(), summary, searcher)
            pending = rehearsals.searches(self._store.read(), rehearsal_id, SearchStatus.PENDING)
            for batch in self._batches(summary, searcher, pending, cancel):
                commit = self._lanes.storage.submit
                commit(self._commit, operator, summary, searcher, batch).result()
                for made, _ in batch:
                    counts[made.status] += 1
                done, seconds = sum(counts.values()), max(time.monotonic() - started, 1e-6)
                failed = counts[SearchStatus.FAILED]
                note = f"{failed} could not be searched" if failed else ""
                progress(Progress(done, len(pending), done / seconds, note))
        except Cancelled:
            pass
        left = self._finish(operator, rehearsal_id)
        return RehearsalReport(
            rehearsal_id,
            counts[SearchStatus.SEARCHED],
            counts[SearchStatus.FAILED],
            left.pending,
            time.monotonic() - started,
        )

    def _searcher(self, gallery_id: int, cancel: CancelToken | None) -> Searcher:
        engine = self._lanes.inference.submit(self._engines.current).result()
        loaded = self._lanes.inference.submit(self._matrices.get, gallery_id, cancel).result()
        db = self._store.read()
        return Searcher(loaded, engine, hygiene.references(db, gallery_id), on_record(db, engine))

    def _batches(
        self,
        summary: RehearsalSummary,
        searcher: Searcher,
        pending: list[RehearsalSearch],
        cancel: CancelToken,
    ) -> Iterator[list[Made]]:
        """Searches as they ended, in the order of the plan. Raises ``Cancelled``."""
        held = hygiene.references(self._store.read(), summary.gallery_id)
        refusals = Refusals(self._same, searcher.loaded, held)
        if summary.kind is Kind.LEAVE_ONE_OUT:
            for first in range(0, len(pending), BATCH_LEFT_OUT):
                cancel.poll()
                some = pending[first : first + BATCH_LEFT_OUT]
                yield self._lanes.inference.submit(_leave_out, searcher, refusals, some).result()
            return

        def start(planned: RehearsalSearch) -> "Future[Looked]":
            return self._lanes.io.submit(look, planned.probe, searcher.engine, self._images, cancel)

        outcomes = self._looked(ahead(pending, start, AHEAD), refusals, cancel)
        while batch := list(itertools.islice(outcomes, BATCH)):
            yield self._lanes.inference.submit(_search, searcher, refusals, batch).result()

    @staticmethod
    def _looked(
        looks: Iterator[tuple[RehearsalSearch, "Future[Looked]"]],
        refusals: Refusals,
        cancel: CancelToken,
    ) -> Iterator[tuple[RehearsalSearch, Looked | ImageError]]:
        for planned, future in looks:
            cancel.poll()
            try:
                looked = future.result()
                refusals.refuse_file(looked.picture.sha256, planned.probe)
            except ImageError as error:
                yield planned, error
            else:
                yield planned, looked

    def _commit(
        self,
        operator: Operator,
        summary: RehearsalSummary,
        searcher: Searcher,
        batch: list[Made],
    ) -> None:
        """The picture of a false pair is kept, for a human to look at; no other one is. That each
        was compared is kept for good, also where the rehearsal is given up."""
        loaded = searcher.loaded
        searched = [made.id for made, _ in batch]
        with self._store.write() as db:
            require(db, operator, Act.REHEARSE)
            seals.require(db, SEARCH, *searched)
            people = loaded.matrix.person_ids.tolist()
            look_id = looks.note(db, loaded.summary.id, searcher.engine.model, people)
            for made, looked in batch:
                if looked and any(c.reaches(LINES[0]) for c in made.candidates):
                    self._images.keep(looked.data, looked.picture)
                    self._images.note(db, len(looked.data), looked.picture)
                if looked and made.status is SearchStatus.SEARCHED:
                    looks.add_picture(db, look_id, looked.photograph)
                    assert looked.template is not None
                    model = searcher.engine.model
                    looks.keep_template(db, looked.photograph, model.sha256, looked.template)
                rehearsals.finish_search(db, made)
            payload = {"rehearsal": summary.id, "searches": len(batch)}
            name, states = summary.gallery_name, {SEARCH: searched}
            log.append(db, operator.username, "rehearsed", name, payload, states=states)

    def _finish(self, operator: Operator, rehearsal_id: int) -> RehearsalSummary:
        """Finish it if nothing is pending and something was searched."""
        with self._store.write() as db:
            require(db, operator, Act.REHEARSE)
            summary = rehearsals.get(db, rehearsal_id)
            if summary.pending or not summary.searched or summary.finished_at:
                return summary
            seals.require(db, SEARCH, *rehearsals.search_ids(db, rehearsal_id))
            rehearsals.finish(db, rehearsal_id)
            payload = {
                "gallery": summary.gallery_name,
                "kind": summary.kind.value,
                "searched": summary.searched,
                "failed": summary.failed,
            }
            log.record(db, operator.username, "rehearsal", rehearsal_id, payload)
            return rehearsals.get(db, rehearsal_id)


def _leave_out(
    searcher: Searcher, refusals: Refusals, planned: list[RehearsalSearch]
) -> list[Made]:
    made: list[Made] = []
    for one in planned:
        try:
            refusals.refuse_reference(searcher.photograph(one), searcher.row(one), one.probe)
        except ImageError as error:
            made.append((_failed(one, error), None))
        else:
            made.append((searcher.left_out(one), None))
    return made


def _search(
    searcher: Searcher,
    refusals: Refusals,
    batch: list[tuple[RehearsalSearch, Looked | ImageError]],
) -> list[Made]:
    """Templates of a whole batch, then its searches. Runs on the inference lane."""
    crops = [looked.crop for _, looked in batch if isinstance(looked, Looked)]
    templates = iter(searcher.engine.templates(crops) if crops else ())
    made: list[Made] = []
    for planned, looked in batch:
        if isinstance(looked, ImageError):
            made.append((_failed(planned, looked), None))
            continue
        template: Templates = next(templates)
        try:
            refusals.refuse_probe(looked, template, planned.probe)
        except ImageError as error:
            made.append((_failed(planned, error), None))
        else:
            looked = replace(looked, template=template)
            made.append((searcher.probe(planned, looked, template), looked))
    return made


def _failed(planned: RehearsalSearch, error: ImageError) -> RehearsalSearch:
    return replace(planned, status=SearchStatus.FAILED, fault=error.fault, detail=str(error))


def _require_unchanged(db: Connection, summary: RehearsalSummary, searcher: Searcher) -> None:
    """A rehearsal is of one state of the gallery, one model and one calibration."""
    if summary.finished_at:
        raise InputError("This rehearsal is finished.", remedy="Start another one.")
    left_out = summary.kind is Kind.LEAVE_ONE_OUT
    note = searcher.note(db, searcher.loaded.matrix.persons - left_out)
    note = replace(note, limit=summary.calibration.limit)  # a pair found different changes no score
    same_state = summary.gallery_state == searcher.loaded.state
    same_model = summary.model == searcher.model
    if not (same_state and same_model and asdict(note) == asdict(summary.calibration)):
        raise InputError(
            "The gallery, the model or the calibration has changed since it was started.",
            subject=f"Rehearsal of “{summary.gallery_name}”",
            remedy="Give it up and start another one.",
        )
