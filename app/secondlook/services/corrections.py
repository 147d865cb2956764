"""Correcting a gallery: pictures move or go, people become one or get another name, and the last of
these can be undone.

A picture that moves is enrolled anew for the other person, and what was known of it stays known for
the first one (``person_photographs``). So opinions stay with the person that they were given on and
are heard on the other one, and nothing that was compared is forgotten (decision 0033).
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError
from secondlook.domain.names import comparable, fault, tidy
from secondlook.domain.records import Operator, ReferenceRow
from secondlook.services.authority import Act, require
from secondlook.storage import corrections as storage
from secondlook.storage import derived, enrolments, galleries, log, seals
from secondlook.storage.corrections import OpenUse
from secondlook.storage.database import Connection, Store

Undo = Callable[[Connection, Operator], None]


class Moves(NamedTuple):
    """Pictures by their numbers, before and since: each was enrolled anew."""

    person_id: int
    to_id: int
    references: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Last:
    """The last correction of a gallery, and how it is undone."""

    act: str
    undo: Undo


class Corrections:
    """What can be undone is the last correction of each gallery since the program was started."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, _Last] = {}
        self._lock = threading.Lock()

    def open_uses(self, person_ids: Iterable[int]) -> list[OpenUse]:
        """Open cases in which one of these people is a candidate: a correction is allowed there,
        but whoever makes it should know."""
        return storage.open_uses(self._store.read(), person_ids)

    def move(self, operator: Operator, reference_ids: Sequence[int], to_id: int) -> None:
        """Pictures of one gallery become another person's of it. Raises ``InputError``."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            self._move(db, operator, reference_ids, to_id)

    def move_to_new(self, operator: Operator, reference_ids: Sequence[int], name: str) -> int:
        """The same, for somebody who is not in the gallery yet. Returns the person's number: where
        all pictures of somebody move it is that person, by another name and key."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            gallery_id = _gallery_of(db, reference_ids)
            name = _name(name)
            from_id = galleries.reference(db, reference_ids[0]).person_id
            if {r.id for r in galleries.references(db, from_id)} == set(reference_ids):
                _refuse_known(db, gallery_id, name)
                self._change_name(db, operator, from_id, (name, name))
                return from_id
            to_id = _new_person(db, gallery_id, name)
            self._move(db, operator, reference_ids, to_id)
        return to_id

    def merge(self, operator: Operator, into_id: int, other_ids: Sequence[int]) -> None:
        """All pictures of the others become this person's; what is still to enrol, too."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            into = galleries.person(db, into_id)
            gallery_id, moves, lines = into["gallery_id"], [], []
            for other_id in other_ids:
                other = galleries.person(db, other_id)
                if other["gallery_id"] != gallery_id or other_id == into_id:
                    raise InputError("Only different people of one gallery can be merged.")
                ids = [r.id for r in galleries.references(db, other_id)]
                moves.append(Moves(other_id, into_id, _enrol_for(db, ids, into_id)))
                lines.append((storage.give_lines(db, other, into), other))
            if not moves:
                raise InputError("Choose somebody to merge with.")
            names = {"into": into["key"], "others": ", ".join(o["key"] for _, o in lines)}
            self._log(db, operator, "people merged", gallery_id, moves, names)

            def undo(db: Connection, operator: Operator) -> None:
                back = [_back(db, one) for one in moves]
                for ids, other in lines:
                    storage.give_lines_back(db, ids, other)
                self._log(db, operator, "merge undone", gallery_id, back, names)

            self._remember(gallery_id, "people merged", undo)

    def rename(self, operator: Operator, person_id: int, name: str) -> None:
        """Another name to read; the key, by which a table or a folder names the person, stays."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            key = galleries.person(db, person_id)["key"]
            self._change_name(db, operator, person_id, (key, _name(name)))

    def remove_picture(self, operator: Operator, reference_id: int) -> None:
        """Its template goes; an original that is on record with a search stays there."""
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            seals.require(db, "reference", reference_id)
            held = galleries.reference(db, reference_id)
            person = galleries.person(db, held.person_id)
            vectors = storage.templates(db, reference_id)
            line = storage.remove_line(db, person, held.source_path)
            gallery_id = self._remove(db, operator, held, person["key"])

            def undo(db: Connection, operator: Operator) -> None:
                galleries.person(db, held.person_id)
                if galleries.references_of_file(db, gallery_id, held.original_sha256):
                    raise _changed_since()
                new = storage.enrol_again(db, held, held.person_id, vectors)
                storage.put_line_back(db, line)
                payload = {"gallery": gallery_id, "person": held.person_id, "reference": new}
                self._finish(db, operator, "removal undone", gallery_id, payload, {},
                             {"reference": [new]})  # fmt: skip

            self._remember(gallery_id, "picture removed", undo)

    def can_undo(self, gallery_id: int) -> bool:
        return gallery_id in self._last

    def undo(self, operator: Operator, gallery_id: int) -> None:
        """Take the last correction of a gallery back; that can be done once. Raises
        ``InputError`` where there is none, or what it changed was changed again since."""
        with self._lock, self._store.write() as db:
            require(db, operator, Act.CORRECT_GALLERY)
            last = self._last.pop(gallery_id, None)
            if last is None:
                raise InputError("There is nothing to undo.")
            last.undo(db, operator)

    def _move(
        self, db: Connection, operator: Operator, reference_ids: Sequence[int], to_id: int
    ) -> None:
        gallery_id = _gallery_of(db, reference_ids)
        held = [galleries.reference(db, one) for one in reference_ids]
        from_ids = {reference.person_id for reference in held}
        to = galleries.person(db, to_id)
        if to["gallery_id"] != gallery_id or len(from_ids) != 1 or to_id in from_ids:
            raise InputError("Pictures of one person move to another person of the same gallery.")
        from_id = from_ids.pop()
        names = {"from": galleries.person(db, from_id)["key"], "to": to["key"]}
        moves = [Moves(from_id, to_id, _enrol_for(db, reference_ids, to_id))]
        self._log(db, operator, "pictures moved", gallery_id, moves, names)

        def undo(db: Connection, operator: Operator) -> None:
            back = [_back(db, one) for one in moves]
            self._log(db, operator, "move undone", gallery_id, back, names)

        self._remember(gallery_id, "pictures moved", undo)

    def _change_name(
        self, db: Connection, operator: Operator, person_id: int, names: tuple[str, str]
    ) -> None:
        """``names``: the key, and what is read."""
        row = galleries.person(db, person_id)
        before: tuple[str, str] = row["key"], row["display_name"]
        if names == before:
            return
        self._rename(db, operator, person_id, before, names)

        def undo(db: Connection, operator: Operator) -> None:
            now = galleries.person(db, person_id)
            if (now["key"], now["display_name"]) != names:
                raise _changed_since()
            self._rename(db, operator, person_id, names, before)

        self._remember(row["gallery_id"], "person renamed", undo)

    def _rename(
        self,
        db: Connection,
        operator: Operator,
        person_id: int,
        before: tuple[str, str],
        names: tuple[str, str],
    ) -> None:
        gallery_id = galleries.person(db, person_id)["gallery_id"]
        ids = [r.id for r in galleries.references(db, person_id)]
        seals.require(db, "reference", *ids)
        storage.rename_person(db, person_id, *names)
        payload = {"gallery": gallery_id, "person": person_id}
        told = {"key_before": before[0], "before": before[1], "key": names[0], "name": names[1]}
        self._finish(db, operator, "person renamed", gallery_id, payload, told,
                     {"reference": ids})  # fmt: skip

    def _remove(self, db: Connection, operator: Operator, held: ReferenceRow, key: str) -> int:
        gallery_id: int = galleries.person(db, held.person_id)["gallery_id"]
        storage.remove_reference(db, held.id)
        payload = {"gallery": gallery_id, "person": held.person_id, "reference": held.id}
        self._finish(db, operator, "picture removed", gallery_id, payload, {"name": key},
                     {"reference": [held.id]})  # fmt: skip
        return gallery_id

    def _log(
        self,
        db: Connection,
        operator: Operator,
        act: str,
        gallery_id: int,
        moves: Sequence[Moves],
        names: dict[str, str],
    ) -> None:
        told = [
            {"person": m.person_id, "to": m.to_id, "references": list(m.references.items())}
            for m in moves
        ]
        changed = [one for m in moves for pair in m.references.items() for one in pair]
        payload = {"gallery": gallery_id, "moves": told}
        self._finish(db, operator, act, gallery_id, payload, names, {"reference": changed})

    @staticmethod
    def _finish(
        db: Connection,
        operator: Operator,
        act: str,
        gallery_id: int,
        payload: dict[str, Any],
        names: dict[str, str],
        states: dict[str, list[int]],
    ) -> None:
        """One entry of the log seals what changed; who is one person is worked out anew."""
        galleries.touch(db, gallery_id)
        name = galleries.summary(db, gallery_id).name
        log.append(db, operator.username, act, name, payload, names, states)
        derived.refresh(db)

    def _remember(self, gallery_id: int, act: str, undo: Undo) -> None:
        self._last[gallery_id] = _Last(act, undo)


def _gallery_of(db: Connection, reference_ids: Sequence[int]) -> int:
    if not reference_ids:
        raise InputError("Choose a picture first.")
    person_id = galleries.reference(db, reference_ids[0]).person_id
    gallery_id: int = galleries.person(db, person_id)["gallery_id"]
    return gallery_id


def _new_person(db: Connection, gallery_id: int, name: str) -> int:
    """Whoever lost all their pictures is there again."""
    wanted = comparable(name)
    key = next((k for k in enrolments.keys(db, gallery_id) if comparable(k) == wanted), name)
    person_id = galleries.person_for(db, gallery_id, key, name, {})
    if galleries.references(db, person_id):
        raise _known(key)
    return person_id


def _refuse_known(db: Connection, gallery_id: int, name: str) -> None:
    for key in enrolments.keys(db, gallery_id):
        if comparable(key) == comparable(name):
            raise _known(key)


def _known(key: str) -> InputError:
    return InputError(
        f"There is “{key}” in this gallery already.",
        remedy="Move the picture to that person, or give another name.",
    )


def _enrol_for(db: Connection, reference_ids: Sequence[int], to_id: int) -> dict[int, int]:
    """Each picture anew, for another person; the old number is not used again."""
    seals.require(db, "reference", *reference_ids)
    new = {}
    for one in reference_ids:
        held, vectors = galleries.reference(db, one), storage.templates(db, one)
        storage.remove_reference(db, one)
        new[one] = storage.enrol_again(db, held, to_id, vectors)
    return new


def _back(db: Connection, moves: Moves) -> Moves:
    there = {r.id for r in galleries.references(db, moves.to_id)}
    if not there.issuperset(moves.references.values()):
        raise _changed_since()
    new = _enrol_for(db, list(moves.references.values()), moves.person_id)
    return Moves(moves.to_id, moves.person_id, new)


def _changed_since() -> InputError:
    return InputError(
        "What this would undo has been changed since.", remedy="Correct it by hand instead."
    )


def _name(name: str) -> str:
    name = tidy(name)
    if is_blank(name) or fault(name) in ("empty", "unseen"):
        raise InputError("A person needs a name that can be read.")
    return name
