"""A gallery ready to be searched: its matrix, its state, and what a score means in it."""

import hashlib
import threading
from dataclasses import dataclass, field, replace

import numpy as np

from secondlook.domain.audit import canonical_json, sha256_text
from secondlook.domain.calibration import Calibration
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import InputError, ModelMismatch
from secondlook.domain.impostors import ImpostorCounts, as_counted, count
from secondlook.domain.limits import Suspects
from secondlook.domain.marks import PEOPLE, SamePeople
from secondlook.domain.matching import GalleryMatrix
from secondlook.domain.records import GallerySummary
from secondlook.storage import galleries, log, marks, seals
from secondlook.storage.database import Store


@dataclass(frozen=True, slots=True)
class LoadedGallery:
    """``state``: SHA-256 over every person, reference, original, template and the model. ``same``:
    the pairs that its calibration leaves out."""

    summary: GallerySummary
    matrix: GalleryMatrix
    state: str
    calibration: Calibration
    same: SamePeople
    suspects: dict[object, Suspects | None] = field(default_factory=dict, compare=False)
    """What looks like one person in it, once that was asked (``services.limits``)."""

    @property
    def persons(self) -> set[int]:
        return set(self.matrix.person_ids.tolist())


class Matrices:
    """Keeps the last gallery searched in memory for as long as it does not change.

    What is stored leaves out the pairs that two people call one person. What one person's word
    leaves out besides is counted on from there and only kept in memory, so that neither can be
    taken for the other.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: LoadedGallery | None = None
        self._by_one: LoadedGallery | None = None
        self._loading = threading.Lock()

    def get(
        self, gallery_id: int, cancel: CancelToken | None = None, people: int = PEOPLE
    ) -> LoadedGallery:
        """``people``: how many must call a pair one person for its calibration to leave it out.

        Raises ``InputError`` for an empty gallery, ``ModelMismatch`` for a stale one.
        """
        with self._loading:
            summary = galleries.summary(self._store.read(), gallery_id)
            same = marks.same_people(self._store.read(), gallery_id)
            kept = self._loaded
            if kept is None or not _current(kept, summary, same.left_out(PEOPLE)):
                kept = self._loaded = self._load(summary, same.left_out(PEOPLE), cancel)
                self._by_one = None
            if people < PEOPLE:
                if self._by_one is None or not _current(self._by_one, summary, same):
                    self._by_one = self._on_one_word(kept, same, cancel)
                kept = self._by_one
            return kept if kept.summary == summary else replace(kept, summary=summary)  # its name

    @staticmethod
    def _on_one_word(
        kept: LoadedGallery, same: SamePeople, cancel: CancelToken | None
    ) -> LoadedGallery:
        """The same gallery without the pairs, too, that one person calls one."""
        same = same.among(kept.persons)
        if same.pairs == kept.same.pairs:
            return kept
        before = kept.matrix, kept.calibration.counts
        counts = count(kept.matrix, before, same=same.pairs, cancel=cancel)
        return replace(kept, calibration=Calibration(counts), same=same, suspects={})

    def _load(
        self, summary: GallerySummary, same: SamePeople, cancel: CancelToken | None
    ) -> LoadedGallery:
        rows = galleries.template_rows(self._store.read(), summary.id, summary.model.sha256)
        _require_searchable(summary, len(rows))
        seals.require(self._store.read(), "gallery", summary.id)
        seals.require(self._store.read(), "reference", *(r[1] for r in rows))
        templates = np.frombuffer(b"".join(r[3] for r in rows), dtype=np.float32)
        matrix = GalleryMatrix.build(
            summary.model,
            templates.reshape(len(rows), -1),
            np.array([r[0] for r in rows], dtype=np.int64),
            np.array([r[1] for r in rows], dtype=np.int64),
        )
        digest = hashlib.sha256(summary.model.sha256.encode())
        for person, reference, original, vector in rows:
            digest.update(f"{person}:{reference}:{original};".encode() + vector)
        state = digest.hexdigest()
        same = same.among(set(matrix.person_ids.tolist()))
        calibration = self._calibration(summary, matrix, state, same, cancel)
        return LoadedGallery(summary, matrix, state, calibration, same)

    def _calibration(
        self,
        summary: GallerySummary,
        matrix: GalleryMatrix,
        state: str,
        left_out: SamePeople,
        cancel: CancelToken | None,
    ) -> Calibration:
        """As stored for this state of the gallery, else counted now and stored; counts that were
        changed around the program are none.

        What is known of an earlier state saves all but the comparisons that changed.
        """
        same = left_out.pairs
        if same:  # what people found to be one person enrolled twice is no comparison of two
            state = sha256_text(canonical_json([state, sorted(same)]))
        key = (summary.id, summary.model.sha256)
        altered = seals.changed(self._store.read(), "calibration", [summary.id])
        stored = None if altered else galleries.calibration(self._store.read(), *key)
        known = ImpostorCounts.from_bytes(stored[1]) if stored else None
        if stored and known and stored[0] == state:
            return Calibration(known)
        before, kept = None, self._loaded
        if kept and kept.summary.id == summary.id:
            before = kept.matrix, kept.calibration.counts
        elif known:
            before = as_counted(matrix, known)
        counts = count(matrix, before, same=same, cancel=cancel)
        with self._store.write() as db:
            galleries.save_calibration(db, *key, state, counts.persons, counts.to_bytes())
            payload, states = {"gallery": summary.id}, {"calibration": [summary.id]}
            log.append(db, log.PROGRAM, "impostors counted", summary.name, payload, states=states)
        return Calibration(counts)


def _current(kept: LoadedGallery, now: GallerySummary, same: SamePeople) -> bool:
    """An id is never given twice, and every change of content counts the revision on. Whether a
    pair is called one person also changes with who counts as one person: no mark is made then."""
    before = kept.summary
    key = (before.id, before.revision, before.model)
    return key == (now.id, now.revision, now.model) and same.among(kept.persons) == kept.same


def _require_searchable(summary: GallerySummary, templates: int) -> None:
    if summary.stale:
        raise ModelMismatch(
            f"{summary.stale} references have no template of {summary.model.name}.",
            subject=f"Gallery “{summary.name}”",
            remedy="Rebuild the gallery's templates.",
        )
    if not templates:
        raise InputError(
            "has nobody enrolled yet.",
            subject=f"Gallery “{summary.name}”",
            remedy="Enrol its images first.",
        )
