"""What humans found of pairs that look alike. Written once; everybody's last mark counts."""

from typing import Any

from secondlook.domain.marks import PEOPLE, UNSEEN, Marked, PairMarks, SamePeople
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.storage.database import Connection, insert, now


def add(
    db: Connection, gallery_id: int, pair: Pair, mark: Mark, note: str, operator_id: int
) -> int:
    is_person = isinstance(pair.other, int)
    return insert(
        db,
        "marks",
        {
            "gallery_id": gallery_id,
            "person_id": pair.person_id,
            "other_person_id": pair.other if is_person else None,
            "probe_sha256": None if is_person else pair.other,
            "mark": mark.value,
            "note": note,
            "operator_id": operator_id,
            "marked_at": now(),
        },
    )


def current(db: Connection, gallery_id: int) -> dict[Pair, PairMarks]:
    """Of each pair that anybody marked."""
    rows = db.query(
        "SELECT m.*, o.display_name AS operator FROM marks m "
        "JOIN operators o ON o.id = m.operator_id WHERE m.gallery_id = ? ORDER BY m.id",
        [gallery_id],
    )
    last: dict[Pair, dict[int, Marked]] = {}
    for marked in map(_marked, rows):
        by = last.setdefault(marked.pair, {})
        by.pop(marked.operator_id, None)
        by[marked.operator_id] = marked
    people = {
        _pair(row): row["people"]
        for row in db.query("SELECT * FROM pair_standing WHERE gallery_id = ?", [gallery_id])
    }
    return {pair: PairMarks(tuple(by.values()), people[pair]) for pair, by in last.items()}


def of_pair(db: Connection, gallery_id: int, pair: Pair) -> PairMarks:
    return current(db, gallery_id).get(pair, UNSEEN)


def _pair(row: dict[str, Any]) -> Pair:
    other = row["other_person_id"]
    return Pair(row["person_id"], row["probe_sha256"] if other is None else other)


def _marked(row: dict[str, Any]) -> Marked:
    return Marked(
        _pair(row),
        Mark(row["mark"]),
        row["note"],
        row["operator_id"],
        row["operator"],
        row["marked_at"],
    )


def same_people(db: Connection, gallery_id: int) -> SamePeople:
    """Gallery persons who are called one person.

    A calibration leaves these comparisons out: they are no impostor comparisons.
    """
    rows = db.query(
        "SELECT person_id, other_person_id, people FROM pair_standing "
        "WHERE gallery_id = ? AND other_person_id IS NOT NULL AND people > 0",
        [gallery_id],
    )
    found: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
    for row in rows:
        found[row["people"] >= PEOPLE].add((row["person_id"], row["other_person_id"]))
    return SamePeople(frozenset(found[True]), frozenset(found[False]))


def different_people(db: Connection, gallery_id: int) -> frozenset[tuple[int, int]]:
    """Gallery persons (lower id first) whom somebody calls different."""
    rows = db.query(
        "SELECT person_id, other_person_id FROM pair_standing "
        "WHERE gallery_id = ? AND other_person_id IS NOT NULL AND different > 0",
        [gallery_id],
    )
    return frozenset((row["person_id"], row["other_person_id"]) for row in rows)


def no_longer_left_out(db: Connection, search_id: int, people: int) -> int:
    """Pairs that a search left out of its calibration, and that fewer people now call one."""
    query = "SELECT count(*) AS n FROM left_out_pairs WHERE search_id = ? AND people < ?"
    count: int = next(db.query(query, [search_id, people]))["n"]
    return count
