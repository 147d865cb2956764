"""Copies of one photograph that a search comes upon, before it goes on record."""

from collections.abc import Iterable
from dataclasses import dataclass

from secondlook.domain.fingerprints import closest, unpack
from secondlook.domain.matching import GalleryMatrix, ModelIdentity, Templates
from secondlook.domain.photographs import COMPARED, Photograph, Suspect, suspects
from secondlook.domain.records import Probe
from secondlook.services.photographs import SamePhotographs
from secondlook.storage import identities, looks, questions
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
    persons: pictures of the people shown now, copies of those of anybody who was examined with the
    unknown before.
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
        scores = matrix.scores(template, model)
        copies = self._same.copies(probe, pixels, matrix, scores)
        placings = self._same.placings(probe, pixels)
        mine = placings[0]
        others = [p for p in self._same.of_probes() if p.sha256 != mine.sha256]
        compared = looks.pictures(self._store.read())
        probes = tuple(
            CopyPair(place, others[s.row], s) for place in placings for s in suspects(place, others)
        )
        shown = [c.person_id for c in matrix.best(scores, limit)]
        asked = {mine.sha256, *(pair.other.sha256 for pair in probes)}
        return Copies(
            tuple(CopyPair(mine, c.reference, c.found, matrix.model) for c in copies),
            probes,
            tuple(self._persons(asked, shown)),
            tuple(looked_at(placings, compared)),
        )

    def _persons(self, probes: set[str], shown: list[int]) -> list[CopyPair]:
        """So that enrolling a person again from a copy is no way around what was concluded:
        whichever picture of them it is a copy of, and whichever a search has shown."""
        db = self._store.read()
        examined = questions.people_examined(db, probes)
        if not examined:
            return []
        now, earlier = (
            [self._same.fingerprinted(one) for one in identities.photographs(db, people)]
            for people in (shown, examined)
        )
        return [CopyPair(one, earlier[s.row], s) for one in now for s in suspects(one, earlier)]


def looked_at(
    places: Iterable[Photograph], compared: Iterable[looks.Compared]
) -> Iterable[Photograph]:
    """Copies of a face, wherever in its picture it was seen (``places``), that were compared with
    others outside any case."""
    mine = list(places)
    files = {place.sha256 for place in mine}
    others = [one for one in compared if one.sha256 not in files]
    return dict.fromkeys(copy for place in mine for copy in _alike(place, others))


def _alike(place: Photograph, compared: list[looks.Compared]) -> list[Photograph]:
    """Of many pictures, those of which this one may be a copy."""
    if place.fingerprint is None or not compared:
        return []
    (mine,) = unpack([place.fingerprint])
    rows = closest(mine, unpack([one.fingerprint for one in compared]), COMPARED)
    near = [compared[row].photograph() for row in rows]
    return [near[s.row] for s in suspects(place, near)]
