"""Copies of one photograph that a search comes upon, before it goes on record."""

from dataclasses import dataclass

from secondlook.domain.matching import GalleryMatrix, ModelIdentity, Templates
from secondlook.domain.photographs import Photograph, Suspect, suspects
from secondlook.domain.records import Probe
from secondlook.services.photographs import SamePhotographs
from secondlook.storage import looks, questions
from secondlook.storage.database import Store
from secondlook.vision.decode import Pixels


@dataclass(frozen=True, slots=True)
class CopyPair:
    """Two photographs that look like one; ``model``: whose score was asked, if any."""

    one: Photograph
    other: Photograph
    found: Suspect
    model: ModelIdentity | None = None


@dataclass(frozen=True, slots=True)
class Copies:
    """references: of the gallery, copies of the probe. probes: of any case, copies of it too.
    persons: references that were examined with the unknown before, copies of those shown now.
    looked_at: copies of the probe that were compared with others outside any case."""

    references: tuple[CopyPair, ...] = ()
    probes: tuple[CopyPair, ...] = ()
    persons: tuple[CopyPair, ...] = ()
    looked_at: tuple[Photograph, ...] = ()


class CopyFinder:
    """Reads, and keeps fingerprints that were missing. Runs on the inference lane."""

    def __init__(self, store: Store, same: SamePhotographs) -> None:
        self._store = store
        self._same = same

    def find(
        self,
        probe: Probe,
        pixels: Pixels,
        template: Templates,
        model: ModelIdentity,
        matrix: GalleryMatrix,
        limit: int,
    ) -> Copies:
        """``model``: whose template it is. ``limit``: how many candidates the search will show.

        Raises ``ModelMismatch`` if the gallery is another model's.
        """
        assert probe.face is not None
        scores = matrix.scores(template, model)
        copies = self._same.copies(probe, pixels, matrix, scores)
        mine = self._same.fingerprinted(Photograph(probe.original_sha256, probe.face), pixels)
        others = [p for p in self._same.of_probes() if p.sha256 != mine.sha256]
        before = [p for p in looks.pictures(self._store.read()) if p.sha256 != mine.sha256]
        return Copies(
            tuple(CopyPair(mine, c.reference, c.found, matrix.model) for c in copies),
            tuple(CopyPair(mine, others[s.row], s) for s in suspects(mine, others)),
            tuple(self._persons(mine, [c.reference_id for c in matrix.best(scores, limit)])),
            tuple(before[s.row] for s in suspects(mine, before)),
        )

    def _persons(self, probe: Photograph, shown: list[int]) -> list[CopyPair]:
        """So that enrolling a person again from a copy is no way around what was concluded."""
        examined = questions.references_examined(self._store.read(), probe.sha256)
        if not examined:
            return []
        now = [self._same.reference(reference_id) for reference_id in shown]
        known = {one.sha256 for one in now}  # the very file says by itself who it is
        earlier = [
            self._same.fingerprinted(Photograph(sha256, face))
            for sha256, face in examined
            if sha256 not in known
        ]
        return [CopyPair(one, earlier[s.row], s) for one in now for s in suspects(one, earlier)]
