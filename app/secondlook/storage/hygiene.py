"""Every reference of a gallery with its person, for whoever goes through all of them."""

import json
from typing import Any, NamedTuple

from secondlook.domain.faces import Face, Quality
from secondlook.storage.database import Connection


class HeldReference(NamedTuple):
    """``metadata`` is the person's."""

    reference_id: int
    person_id: int
    person_key: str
    display_name: str
    metadata: dict[str, str]
    source_path: str
    original_sha256: str
    face: Face
    quality: Quality


def references(db: Connection, gallery_id: int) -> list[HeldReference]:
    """By person, then by reference."""
    rows = db.query(
        "SELECT r.*, p.key, p.display_name, p.metadata FROM reference_images r "
        "JOIN persons p ON p.id = r.person_id WHERE p.gallery_id = ? ORDER BY p.id, r.id",
        [gallery_id],
    )
    return list(map(_held, rows))


def shown(db: Connection, person_id: int) -> list[HeldReference]:
    """Of one person, also of one who has left: what searches showed of them, and what is held."""
    rows = db.query(
        "SELECT r.*, p.key, p.display_name, p.metadata FROM reference_images r "
        "JOIN persons p ON p.id = r.person_id WHERE p.id = :person",
        {"person": person_id},
    )
    held = list(map(_held, rows))
    rows = db.query(
        "SELECT reference_id AS id, person_id, person_key AS key, display_name, '{}' AS metadata, "
        "'' AS source_path, reference_sha256 AS original_sha256, reference_face AS face, "
        "reference_quality AS quality FROM candidates WHERE person_id = :person ORDER BY id DESC",
        {"person": person_id},
    )
    known = {one.original_sha256 for one in held}
    return [*held, *(one for one in map(_held, rows) if one.original_sha256 not in known)]


def rivals(db: Connection, gallery_id: int) -> list[tuple[int, int]]:
    """Rows of people (lower first) that one unknown was compared with, and that share a photograph
    but not all: each is the other's rival until two people call them one; also those whom they
    did. One of the two is in this gallery; the other is in another one, or has left."""
    rows = db.query(
        "SELECT DISTINCT min(i.person_id, j.person_id) AS one, max(i.person_id, j.person_id) AS "
        "other FROM persons p JOIN identities i ON i.person_id = p.id "
        "JOIN identities j ON j.identity_id = i.identity_id AND j.person_id <> i.person_id "
        "AND (j.counted_id <> i.counted_id OR j.judged_id = i.judged_id) "
        "WHERE p.gallery_id = :gallery AND j.person_id NOT IN "
        "(SELECT id FROM persons WHERE gallery_id = :gallery) AND EXISTS ("
        " SELECT 1 FROM candidates c JOIN search_unknowns u ON u.search_id = c.search_id "
        " JOIN unknown_groups g ON g.unknown_id = u.unknown_id "
        " JOIN unknown_groups h ON h.photograph_id = g.photograph_id "
        " JOIN search_unknowns v ON v.unknown_id = h.unknown_id "
        " JOIN candidates d ON d.search_id = v.search_id "
        " WHERE c.person_id = i.person_id AND d.person_id = j.person_id) ORDER BY 1, 2",
        {"gallery": gallery_id},
    )
    return [(row["one"], row["other"]) for row in rows]


def _held(row: dict[str, Any]) -> HeldReference:
    return HeldReference(
        row["id"],
        row["person_id"],
        row["key"],
        row["display_name"],
        json.loads(row["metadata"]),
        row["source_path"],
        row["original_sha256"],
        Face.from_dict(json.loads(row["face"])),
        Quality.from_dict(json.loads(row["quality"])),
    )
