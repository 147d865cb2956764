"""Galleries: create, look into, correct, remove."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import ImageFault, InputError
from secondlook.domain.records import (
    EnrolmentItem,
    EnrolmentStatus,
    GallerySummary,
    Operator,
    PersonRow,
    ReferenceRow,
)
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.images import Images
from secondlook.services.planning import Plan, Spellings, decided, plan
from secondlook.services.planning_notes import not_planned
from secondlook.storage import enrolments, galleries, log, seals
from secondlook.storage.database import Connection, Store


class Galleries:
    def __init__(self, store: Store, images: Images, engines: Engines) -> None:
        self._store = store
        self._images = images
        self._engines = engines

    def summaries(self) -> list[GallerySummary]:
        return galleries.summaries(self._store.read())

    def summary(self, gallery_id: int) -> GallerySummary:
        return galleries.summary(self._store.read(), gallery_id)

    def by_name(self, name: str) -> GallerySummary:
        """Raises ``InputError`` listing the galleries there are."""
        return galleries.by_name(self._store.read(), name)

    def planned(self, source: Path, gallery_id: int | None = None) -> Plan:
        """What a folder or CSV would enrol, in a new gallery or this one. Raises ``InputError``."""
        held = enrolments.keys(self._store.read(), gallery_id) if gallery_id is not None else ()
        return plan(source, held)

    def create(
        self,
        operator: Operator,
        name: str,
        source: Path,
        one_person: Collection[Spellings] | None = None,
    ) -> GallerySummary:
        """Plan a gallery from a folder or CSV; ``Enrolment.run`` does the work.

        ``one_person``: see ``planning.decided``. Raises ``InputError`` (name taken, nothing to
        enrol, keys to decide on) and ``ModelError`` (no model).
        """
        require(self._store.read(), operator, Act.ENROL)
        name = _free_name(self._store.read(), name)
        model = self._engines.identity()
        planned = decided(self.planned(source), one_person)
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            _free_name(db, name)  # planning took its time
            gallery_id = galleries.add(db, name, str(source.resolve()), model)
            count = self._list(db, gallery_id, planned)
            log.append(
                db,
                operator.username,
                "gallery created",
                name,
                {"source": str(source), "images": count, "persons": planned.persons},
                states={"gallery": [gallery_id]},
            )
            return galleries.summary(db, gallery_id)

    def extend(
        self,
        operator: Operator,
        gallery_id: int,
        source: Path,
        one_person: Collection[Spellings] | None = None,
    ) -> int:
        """Add the images of another folder or CSV to the enrolment list. Returns how many."""
        require(self._store.read(), operator, Act.ENROL)
        planned = decided(self.planned(source, gallery_id), one_person)
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            count = self._list(db, gallery_id, planned)
            self._log(db, operator, "gallery extended", gallery_id, {"images": count})
        return count

    @staticmethod
    def _list(db: Connection, gallery_id: int, planned: Plan) -> int:
        enrolments.leave_out(db, gallery_id, not_planned(planned))
        return enrolments.plan(db, gallery_id, planned.images)

    def persons(self, gallery_id: int, containing: str = "") -> list[PersonRow]:
        return galleries.persons(self._store.read(), gallery_id, containing)

    def references(self, person_id: int) -> list[ReferenceRow]:
        return galleries.references(self._store.read(), person_id)

    def reference(self, reference_id: int) -> ReferenceRow:
        return galleries.reference(self._store.read(), reference_id)

    def items(
        self, gallery_id: int, status: EnrolmentStatus, fault: ImageFault | None = None
    ) -> list[EnrolmentItem]:
        return enrolments.items(self._store.read(), gallery_id, status, fault)

    def fault_counts(self, gallery_id: int) -> dict[ImageFault, int]:
        return enrolments.fault_counts(self._store.read(), gallery_id)

    def retry(
        self, operator: Operator, gallery_id: int, item_ids: Sequence[int] | None = None
    ) -> int:
        """Put failed images (all for None) back on the list. Returns how many."""
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            count = enrolments.retry(db, gallery_id, item_ids)
            self._log(db, operator, "enrolment retried", gallery_id, {"images": count})
        return count

    def remove_person(self, operator: Operator, person_id: int) -> None:
        """References and templates go; originals that are on record stay with their search."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            row = galleries.person(db, person_id)
            removed = {"reference": [r.id for r in galleries.references(db, person_id)]}
            galleries.remove_person(db, person_id)
            gallery, who = row["gallery_id"], {"name": row["key"]}
            payload = {"person": person_id}
            self._log(db, operator, "person removed", gallery, payload, who, removed)

    def rename(self, operator: Operator, gallery_id: int, name: str) -> None:
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            name = _free_name(db, name, gallery_id)
            before = galleries.summary(db, gallery_id).name
            seals.require(db, "gallery", gallery_id)
            galleries.rename(db, gallery_id, name)
            payload, states = {"gallery": gallery_id, "to": name}, {"gallery": [gallery_id]}
            log.append(db, operator.username, "gallery renamed", before, payload, states=states)

    def remove(self, operator: Operator, gallery_id: int) -> None:
        """Removes persons, references and templates; searches on record keep their copies."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            name = galleries.summary(db, gallery_id).name
            removed = {
                "gallery": [gallery_id],
                "reference": galleries.reference_ids(db, gallery_id),
                "calibration": [gallery_id],
            }
            galleries.remove(db, gallery_id)
            payload = {"gallery": gallery_id}
            log.append(db, operator.username, "gallery removed", name, payload, states=removed)

    def reference_thumbnail(self, reference_id: int, size: int = 160) -> bytes:
        """JPEG bytes."""
        reference = galleries.reference(self._store.read(), reference_id)
        return self._images.face_thumbnail(reference.original_sha256, reference.face, size)

    @staticmethod
    def _log(
        db: Connection,
        operator: Operator,
        act: str,
        gallery_id: int,
        payload: dict[str, Any],
        personal: dict[str, str] | None = None,
        states: log.States | None = None,
    ) -> None:
        name = galleries.summary(db, gallery_id).name
        payload = {"gallery": gallery_id, **payload}
        log.append(db, operator.username, act, name, payload, personal, states)


def _free_name(db: Connection, name: str, own: int | None = None) -> str:
    """The name without blanks around it. Raises ``InputError``: none, or taken by another one."""
    name = name.strip()
    if is_blank(name):
        raise InputError("The gallery needs a name.")
    if any(g.name.casefold() == name.casefold() and g.id != own for g in galleries.summaries(db)):
        raise InputError(
            f"There is a gallery named “{name}” already.",
            remedy="Choose another name, or resume the enrolment of that one.",
        )
    return name
