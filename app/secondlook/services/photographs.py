"""The same photograph: fingerprints made once, copies found, suspicions judged by two people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, IntegrityError
from secondlook.domain.matching import GalleryMatrix
from secondlook.domain.photographs import (
    Photograph,
    Standing,
    Suspect,
    Verdict,
    likely,
    suspects,
)
from secondlook.domain.records import Operator, Probe
from secondlook.services.authority import Act, require
from secondlook.services.images import Images
from secondlook.storage import derived, galleries, log, photographs
from secondlook.storage.database import Connection, Store
from secondlook.storage.photographs import Judgement, PhotographPair
from secondlook.vision.decode import Pixels
from secondlook.vision.fingerprint import fingerprint


@dataclass(frozen=True, slots=True)
class Copy:
    """A reference that shows the same photograph as a probe, or seems to."""

    reference_id: int
    reference: Photograph
    found: Suspect


class SamePhotographs:
    """Reads and keeps; only ``judge`` is an act of a person."""

    def __init__(self, store: Store, images: Images) -> None:
        self._store = store
        self._images = images

    def fingerprinted(self, photograph: Photograph, pixels: Pixels | None = None) -> Photograph:
        """With its fingerprint: as kept, else made of ``pixels`` or the kept original, and kept.

        Galleries enrolled before there were fingerprints get them so, as they are needed. Without
        one where the original is gone or altered.
        """
        (known,) = photographs.kept(self._store.read(), [photograph])
        if known.fingerprint is not None:
            return known
        try:
            if pixels is None:
                pixels = self._images.picture(photograph.sha256).pixels
        except IntegrityError:
            return photograph
        made = replace(photograph, fingerprint=fingerprint(pixels, photograph.face))
        with self._store.write() as db:
            states = {"fingerprint": photographs.keep(db, made)}
            if states["fingerprint"]:
                log.append(db, log.PROGRAM, "fingerprint made", made.sha256, {}, states=states)
        return made

    def copies(
        self, probe: Probe, pixels: Pixels, matrix: GalleryMatrix, scores: npt.NDArray[np.float32]
    ) -> list[Copy]:
        """The references that the chosen face of a probe is a copy of; ``scores`` are its own.

        Other faces that were found at its place count as well: points can be placed by hand so far
        off that their crop is not recognised, while the score still is.
        """
        found = dict[int, Copy]()
        for seen in self.placings(probe, pixels):
            for copy in self.of_references(seen, matrix, scores):
                found.setdefault(copy.reference_id, copy)
        return list(found.values())

    def placings(self, probe: Probe, pixels: Pixels) -> list[Photograph]:
        """The chosen face of a probe, and whatever else is at its place, with fingerprints."""
        places = (Photograph(probe.original_sha256, face) for face in probe.placings)
        return [self.fingerprinted(place, pixels) for place in places]

    def of_references(
        self, probe: Photograph, matrix: GalleryMatrix, scores: npt.NDArray[np.float32]
    ) -> list[Copy]:
        """The references of a gallery that ``probe`` (with its fingerprint) is a copy of.

        scores: float32 (R,), of the probe with each row of ``matrix``; a row of -1 is left out.
        """
        rows = set(likely(scores).tolist()) | self._same_file(probe, matrix)
        chosen = np.array(sorted(row for row in rows if scores[row] > -1), np.int64)
        ids = matrix.reference_ids[chosen].tolist()
        held = [self.reference(reference_id) for reference_id in ids]
        found = suspects(probe, held, scores[chosen])
        return [Copy(ids[one.row], held[one.row], one) for one in found]

    def _same_file(self, probe: Photograph, matrix: GalleryMatrix) -> set[int]:
        """Rows of the very file: certain at whatever score."""
        ids = galleries.references_of_original(self._store.read(), probe.sha256)
        return set(np.flatnonzero(np.isin(matrix.reference_ids, ids)).tolist())

    def reference(self, reference_id: int) -> Photograph:
        row = galleries.reference(self._store.read(), reference_id)
        return self.fingerprinted(Photograph(row.original_sha256, row.face))

    def of_probes(self) -> list[Photograph]:
        """The faces of all cases' probes, with fingerprints."""
        every = photographs.of_probes(self._store.read())
        return [p if p.fingerprint else self.fingerprinted(p) for p in every]

    def standing(self, one: Photograph, other: Photograph) -> Standing:
        """Where a pair stands by what is on record."""
        return photographs.standing(self._store.read(), one, other)

    def judgements(self, one: Photograph, other: Photograph) -> list[Judgement]:
        """Everything that people said of a pair, oldest first."""
        return photographs.judgements(self._store.read(), PhotographPair.of(one, other))

    def judge(
        self,
        operator: Operator,
        one: Photograph,
        other: Photograph,
        verdict: Verdict,
        note: str,
    ) -> Verdict | None:
        """Record what a person says of a pair; what two agree on by now, or None.

        Nothing is ever taken back: whoever changes their mind judges again. Raises ``NotPermitted``
        unless signed in, ``InputError`` without a note, and for two faces of one file.
        """
        if is_blank(note):
            raise InputError("Say why: the reason is part of the record.")
        pair = PhotographPair.of(one, other)
        with self._store.write() as db:
            judge(db, operator, [pair], verdict, note)
            return photographs.settled(db, pair)


def judge(
    db: Connection,
    operator: Operator,
    pairs: Iterable[PhotographPair],
    verdict: Verdict,
    note: str,
) -> None:
    """Record what a person says of pairs. Call inside the transaction of their act."""
    require(db, operator, Act.JUDGE_PHOTOGRAPHS)
    for pair in pairs:
        key = photographs.judge(db, pair, verdict, note.strip(), operator.id)
        log.record(db, operator.username, "photograph judgement", key, {})
    derived.refresh(db)
