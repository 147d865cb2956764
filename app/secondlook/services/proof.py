"""What a search proves that found nobody: would people of the gallery have been found on a picture
like this one? Their own second photographs are made as poor as the probe, and searched."""

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.errors import ImageError, InputError
from secondlook.domain.faces import Quality, shortfalls
from secondlook.domain.matching import Templates
from secondlook.domain.photographs import Photograph
from secondlook.domain.policy import Policy
from secondlook.domain.proof import Proof
from secondlook.domain.records import Operator
from secondlook.domain.searching import findings
from secondlook.jobs.lanes import Lanes, ahead
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.images import Images
from secondlook.services.matrices import LoadedGallery, Matrices
from secondlook.services.photographs import SamePhotographs
from secondlook.services.prepare import the_face
from secondlook.services.rehearse_refuse import Refusals
from secondlook.storage import hygiene, log, searches
from secondlook.storage.database import Store
from secondlook.storage.hygiene import HeldReference
from secondlook.vision.decode import Pixels
from secondlook.vision.engine import Engine
from secondlook.vision.spoil import NOT_PUT_ON, as_poor_as

MOST = 100
"""People who are tried: enough to tell 80 from 90 %, and done within half a minute."""

AHEAD = 6


@dataclass(frozen=True, slots=True)
class _Tried:
    """One second photograph, and its row in the matrix."""

    reference: HeldReference
    row: int


class Proofs:
    def __init__(
        self, store: Store, images: Images, engines: Engines, matrices: Matrices, lanes: Lanes
    ) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._matrices = matrices
        self._lanes = lanes
        self._same = SamePhotographs(store, images)

    def of_search(
        self,
        operator: Operator,
        search_id: int,
        cancel: CancelToken,
        progress: ProgressCallback,
    ) -> Proof:
        """Call outside the lanes it feeds. It compares the gallery with itself, counts no try and
        says of nobody whether they were found.

        Raises ``InputError`` where the gallery is gone or the model is another one now,
        ``ModelMismatch``, ``ModelError`` and ``Cancelled``.
        """
        require(self._store.read(), operator, Act.LOOK)
        search = searches.get(self._store.read(), search_id)
        if search.gallery_id is None:
            raise InputError("The gallery that was searched is no longer there.")
        engine = self._lanes.inference.submit(self._engines.current).result()
        loaded = self._lanes.inference.submit(
            self._matrices.get, search.gallery_id, cancel
        ).result()
        loaded.matrix.model.require(engine.model)
        if engine.model.sha256 != search.model["sha256"]:
            raise InputError(
                "This search was made with another model than the one in use.",
                remedy="Search again, or choose that model.",
            )
        tried = self._second_photographs(loaded, cancel)
        scale = ConfidenceScale(loaded.matrix.persons, loaded.calibration, engine.reference_curve)

        def start(one: _Tried) -> "Future[Pixels | None]":
            return self._lanes.io.submit(self._spoilt, engine, one.reference, search.probe_quality)

        found = done = gone = 0
        for one, future in ahead(tried, start, AHEAD):
            cancel.poll()
            done += 1
            try:
                crop = future.result()
            except ImageError:  # its original cannot be read; said by ``audit verify``
                gone += 1
                continue
            if crop is not None:
                template = self._lanes.inference.submit(engine.templates, [crop]).result()[0]
                found += _offered(loaded, scale, one, template, search.policy)
            progress(Progress(done, len(tried)))
        counted = done - gone
        unlike = tuple(missed.component for missed in shortfalls(search.probe_quality, NOT_PUT_ON))
        proof = Proof(search_id, found, counted, unlike)
        with self._store.write() as db:
            payload = {"search": search_id, "found": found, "tried": counted}
            log.append(db, operator.username, "search weighed", f"search {search_id}", payload)
        return proof

    def _second_photographs(self, loaded: LoadedGallery, cancel: CancelToken) -> list[_Tried]:
        """Of each person with two references or more the last one, at most ``MOST`` people, the
        same ones each time: nobody asks again until it looks better. Copies of another reference
        and the probes of cases prove nothing."""
        held = hygiene.references(self._store.read(), loaded.summary.id)
        rows = {int(r): i for i, r in enumerate(loaded.matrix.reference_ids)}
        counts = np.unique([r.person_id for r in held], return_counts=True)
        several = {int(person) for person, n in zip(*counts, strict=True) if n > 1}
        last = {r.person_id: r for r in held if r.person_id in several and r.reference_id in rows}
        order = np.random.default_rng(loaded.summary.id).permutation(sorted(last))
        refusals = Refusals(self._same, loaded, held)
        kept: list[_Tried] = []
        for person in order:
            cancel.poll()
            reference = last[int(person)]
            row = rows[reference.reference_id]
            try:
                refusals.refuse_reference(
                    Photograph(reference.original_sha256, reference.face),
                    row,
                    reference.source_path,
                )
            except ImageError:
                continue
            kept.append(_Tried(reference, row))
            if len(kept) == MOST:
                break
        return kept

    def _spoilt(self, engine: Engine, reference: HeldReference, quality: Quality) -> Pixels | None:
        """The crop that the model takes of a reference as poor as that; None where no face is seen
        in it any more. Runs on the I/O lane. Raises ``ImageError`` for an original that is gone."""
        pixels = self._images.picture(reference.original_sha256).pixels
        poor = as_poor_as(pixels, reference.face, quality)
        try:
            face = the_face(engine.faces(poor), reference.source_path)
        except ImageError:
            return None
        return engine.crop(poor, face)


def _offered(
    loaded: LoadedGallery,
    scale: ConfidenceScale,
    one: _Tried,
    template: Templates,
    policy: Policy,
) -> bool:
    """Whether the search would have offered that person, by their other references."""
    matrix = loaded.matrix
    scores = matrix.scores(template, matrix.model)
    scores[one.row] = -1.0  # the lowest there is: as if it were not enrolled
    seen = findings(matrix, scale, scores)
    column = seen.column(one.reference.person_id)
    offered = seen.confidence(float(seen.best[column])).reaches(policy.lead_confidence)
    return offered and seen.rank(column) <= policy.max_candidates
