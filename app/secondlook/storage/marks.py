"""What humans found of pairs that look alike. Written once; the last mark of a pair counts."""

from dataclasses import dataclass
from typing import Any

from secondlook.domain.rehearsal import Mark, Pair
from secondlook.storage.database import Connection, insert, now


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark with who made it, and when."""

    pair: Pair
    mark: Mark
    note: str
    operator: str
    marked_at: str


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


def current(db: Connection, gallery_id: int) -> dict[Pair, Marked]:
    """The last mark of each pair."""
    rows = db.query(
        "SELECT m.*, o.display_name AS operator FROM marks m "
        "JOIN operators o ON o.id = m.operator_id WHERE m.gallery_id = ? ORDER BY m.id",
        [gallery_id],
    )
    return {made.pair: made for made in map(_marked, rows)}


def _marked(row: dict[str, Any]) -> Marked:
    other = row["other_person_id"]
    pair = Pair(row["person_id"], row["probe_sha256"] if other is None else other)
    return Marked(pair, Mark(row["mark"]), row["note"], row["operator"], row["marked_at"])


def same_person_pairs(db: Connection, gallery_id: int) -> frozenset[tuple[int, int]]:
    """Gallery persons (lower id first) of whom a human said that they are one person.

    A calibration leaves these comparisons out: they are no impostor comparisons.
    """
    return frozenset(
        (pair.person_id, pair.other)
        for pair, made in current(db, gallery_id).items()
        if made.mark is Mark.SAME and isinstance(pair.other, int)
    )
