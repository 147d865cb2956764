"""Galleries, their persons and references."""

import json
from collections.abc import Sequence
from typing import Any

from secondlook.domain.audit import canonical_json
from secondlook.domain.errors import InputError
from secondlook.domain.faces import Box, Component, Face, Quality
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.records import GallerySummary, PersonRow, ReferenceRow
from secondlook.storage.database import Connection, insert, now

SUMMARY = """
SELECT g.*,
    (SELECT count(DISTINCT r.person_id) FROM reference_images r
     JOIN persons p ON p.id = r.person_id WHERE p.gallery_id = g.id) AS persons,
    (SELECT count(*) FROM reference_images r JOIN persons p ON p.id = r.person_id
     WHERE p.gallery_id = g.id) AS reference_count,
    (SELECT count(*) FROM enrolments e WHERE e.gallery_id = g.id AND e.status = 'pending')
        AS pending,
    (SELECT count(*) FROM enrolments e WHERE e.gallery_id = g.id AND e.status = 'failed')
        AS failed,
    (SELECT count(*) FROM reference_images r JOIN persons p ON p.id = r.person_id
     WHERE p.gallery_id = g.id AND NOT EXISTS (
        SELECT 1 FROM templates t WHERE t.reference_id = r.id AND t.model_sha256 = g.model_sha256))
        AS stale
FROM galleries g
"""


def _summary(row: dict[str, Any]) -> GallerySummary:
    return GallerySummary(
        row["id"],
        row["name"],
        row["source"],
        ModelIdentity(row["model_name"], row["model_version"], row["model_sha256"]),
        row["created_at"],
        row["revision"],
        row["persons"],
        row["reference_count"],
        row["pending"],
        row["failed"],
        row["stale"],
    )


def summaries(db: Connection) -> list[GallerySummary]:
    return [_summary(row) for row in db.query(SUMMARY + "ORDER BY g.name")]


def summary(db: Connection, gallery_id: int) -> GallerySummary:
    rows = db.query(SUMMARY + "WHERE g.id = ?", [gallery_id])
    return _one(next((_summary(row) for row in rows), None), f"gallery {gallery_id}")


def model_of(db: Connection, gallery_id: int) -> ModelIdentity:
    """Without counting anything."""
    query = "SELECT model_name, model_version, model_sha256 FROM galleries WHERE id = ?"
    row = next(db.query(query, [gallery_id]), None)
    if row is None:
        raise InputError(f"There is no gallery {gallery_id} any more.")
    return ModelIdentity(row["model_name"], row["model_version"], row["model_sha256"])


def by_name(db: Connection, name: str) -> GallerySummary:
    rows = db.query(SUMMARY + "WHERE g.name = ?", [name])
    found = next((_summary(row) for row in rows), None)
    if found is None:
        names = ", ".join(r["name"] for r in db.query("SELECT name FROM galleries ORDER BY name"))
        raise InputError(
            f"There is no gallery named “{name}”.",
            remedy=f"The galleries are: {names}." if names else "Create one first.",
        )
    return found


def _one(found: GallerySummary | None, what: str) -> GallerySummary:
    if found is None:
        raise InputError(f"There is no {what} any more.")
    return found


def add(db: Connection, name: str, source: str, model: ModelIdentity) -> int:
    return insert(
        db,
        "galleries",
        {
            "name": name,
            "source": source,
            "model_name": model.name,
            "model_version": model.version,
            "model_sha256": model.sha256,
            "created_at": now(),
        },
    )


def touch(db: Connection, gallery_id: int) -> None:
    """Note that the gallery's content changed: matrices and calibrations of before are stale."""
    db.conn.execute("UPDATE galleries SET revision = revision + 1 WHERE id = ?", [gallery_id])


def set_model(db: Connection, gallery_id: int, model: ModelIdentity) -> None:
    """The gallery's templates are the model's from now on; those of others are removed."""
    db.table("galleries").update(
        gallery_id,
        {
            "model_name": model.name,
            "model_version": model.version,
            "model_sha256": model.sha256,
        },
    )
    db.conn.execute(
        "DELETE FROM templates WHERE model_sha256 <> ? AND reference_id IN ("
        "SELECT r.id FROM reference_images r JOIN persons p ON p.id = r.person_id "
        "WHERE p.gallery_id = ?)",
        [model.sha256, gallery_id],
    )
    touch(db, gallery_id)


def person_for(
    db: Connection, gallery_id: int, key: str, display_name: str, metadata: dict[str, str]
) -> int:
    """The person's id, added if new."""
    rows = db.query("SELECT id FROM persons WHERE gallery_id = ? AND key = ?", [gallery_id, key])
    found = next(rows, None)
    if found:
        return int(found["id"])
    return insert(
        db,
        "persons",
        {
            "gallery_id": gallery_id,
            "key": key,
            "display_name": display_name,
            "metadata": canonical_json(metadata),
        },
    )


def add_reference(
    db: Connection,
    person_id: int,
    original_sha256: str,
    source_path: str,
    face: Face,
    quality: Quality,
) -> int:
    cursor = db.conn.execute(
        "INSERT INTO reference_images (person_id, original_sha256, source_path, face, quality, "
        "added_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            person_id,
            original_sha256,
            source_path,
            canonical_json(face.to_dict()),
            canonical_json(quality.to_dict()),
            now(),
        ),
    )
    return int(cursor.lastrowid or 0)


def add_template(db: Connection, reference_id: int, model_sha256: str, vector: bytes) -> None:
    db.conn.execute(
        "INSERT OR REPLACE INTO templates (reference_id, model_sha256, vector) VALUES (?, ?, ?)",
        (reference_id, model_sha256, vector),
    )


def template_rows(
    db: Connection, gallery_id: int, model_sha256: str
) -> list[tuple[int, int, str, bytes]]:
    """(person id, reference id, original's SHA-256, template bytes), by reference."""
    return [
        (row[0], row[1], row[2], row[3])
        for row in db.conn.execute(
            "SELECT p.id, r.id, r.original_sha256, t.vector FROM templates t "
            "JOIN reference_images r ON r.id = t.reference_id "
            "JOIN persons p ON p.id = r.person_id "
            "WHERE p.gallery_id = ? AND t.model_sha256 = ? ORDER BY r.id",
            [gallery_id, model_sha256],
        )
    ]


def reference_ids(db: Connection, gallery_id: int) -> list[int]:
    query = (
        "SELECT r.id FROM reference_images r JOIN persons p ON p.id = r.person_id "
        "WHERE p.gallery_id = ?"
    )
    return [row[0] for row in db.conn.execute(query, [gallery_id])]


def persons(db: Connection, gallery_id: int, containing: str = "") -> list[PersonRow]:
    rows = db.query(
        "SELECT p.*, count(r.id) AS reference_count, min(r.id) AS reference_id FROM persons p "
        "JOIN reference_images r ON r.person_id = p.id "
        "WHERE p.gallery_id = :gallery AND (:text = '' OR "
        "instr(lower(p.display_name || ' ' || p.key), lower(:text))) "
        "GROUP BY p.id ORDER BY p.display_name COLLATE NOCASE, p.key",
        {"gallery": gallery_id, "text": containing},
    )
    return [
        PersonRow(
            row["id"],
            row["key"],
            row["display_name"],
            json.loads(row["metadata"]),
            row["reference_count"],
            row["reference_id"],
        )
        for row in rows
    ]


def person(db: Connection, person_id: int) -> dict[str, Any]:
    """gallery_id, key, display_name. Raises ``InputError`` if the person was removed."""
    row = next(db.query("SELECT * FROM persons WHERE id = ?", [person_id]), None)
    if row is None:
        raise InputError("This person is no longer in the gallery.")
    return row


def remove_person(db: Connection, person_id: int) -> None:
    """Removes references and templates with it, and its lines of the enrolment list."""
    row = person(db, person_id)
    db.conn.execute(
        "DELETE FROM enrolments WHERE gallery_id = ? AND person_key = ?",
        [row["gallery_id"], row["key"]],
    )
    db.table("persons").delete(person_id)
    touch(db, row["gallery_id"])


def _reference(row: dict[str, Any]) -> ReferenceRow:
    return ReferenceRow(
        row["id"],
        row["person_id"],
        row["original_sha256"],
        row["source_path"],
        Face.from_dict(json.loads(row["face"])),
        Quality.from_dict(json.loads(row["quality"])),
        row["added_at"],
    )


def references(db: Connection, person_id: int) -> list[ReferenceRow]:
    query = "SELECT * FROM reference_images WHERE person_id = ? ORDER BY id"
    return [_reference(row) for row in db.query(query, [person_id])]


def reference(db: Connection, reference_id: int) -> ReferenceRow:
    row = next(db.query("SELECT * FROM reference_images WHERE id = ?", [reference_id]), None)
    if row is None:
        raise InputError("This reference is no longer in the gallery.")
    return _reference(row)


def references_without_template(
    db: Connection, gallery_id: int, model_sha256: str
) -> list[ReferenceRow]:
    query = (
        "SELECT r.* FROM reference_images r JOIN persons p ON p.id = r.person_id "
        "WHERE p.gallery_id = ? AND NOT EXISTS (SELECT 1 FROM templates t "
        "WHERE t.reference_id = r.id AND t.model_sha256 = ?) ORDER BY r.id"
    )
    return [_reference(row) for row in db.query(query, [gallery_id, model_sha256])]


_UNMEASURED = (
    "FROM reference_images r JOIN persons p ON p.id = r.person_id WHERE p.gallery_id = ? AND ("
    + " OR ".join(f"json_extract(r.quality, '$.{c}') IS NULL" for c in Component)
    + ")"
)


def unmeasured(db: Connection, gallery_id: int) -> list[ReferenceRow]:
    """References of which a component was not measured."""
    query = f"SELECT r.* {_UNMEASURED} ORDER BY r.id"
    return [_reference(row) for row in db.query(query, [gallery_id])]


def unmeasured_count(db: Connection, gallery_id: int) -> int:
    found: int = db.conn.execute(f"SELECT count(*) {_UNMEASURED}", [gallery_id]).fetchone()[0]
    return found


def set_quality(db: Connection, reference_id: int, quality: Quality) -> None:
    """Does nothing for one that was removed meanwhile."""
    db.conn.execute(
        "UPDATE reference_images SET quality = ? WHERE id = ?",
        [canonical_json(quality.to_dict()), reference_id],
    )


Enrolled = dict[str, list[tuple[Box, str]]]
"""By the SHA-256 of an original, where its enrolled faces are, and for whom."""


def enrolled_originals(db: Connection, gallery_id: int) -> Enrolled:
    rows = db.conn.execute(
        "SELECT r.original_sha256, r.face, p.display_name FROM reference_images r "
        "JOIN persons p ON p.id = r.person_id WHERE p.gallery_id = ?",
        [gallery_id],
    )
    found: Enrolled = {}
    for sha256, face, name in rows:
        box = Face.from_dict(json.loads(face)).box
        found.setdefault(sha256, []).append((box, name))
    return found


def references_of_original(db: Connection, sha256: str) -> list[int]:
    """Ids of the references, of all galleries, that are this very file."""
    query = "SELECT id FROM reference_images WHERE original_sha256 = ?"
    return [row[0] for row in db.conn.execute(query, [sha256])]


def references_of_file(db: Connection, gallery_id: int, sha256: str) -> list[ReferenceRow]:
    """References of one gallery that are this very file, whichever face of it."""
    query = (
        "SELECT r.* FROM reference_images r JOIN persons p ON p.id = r.person_id "
        "WHERE p.gallery_id = ? AND r.original_sha256 = ? ORDER BY r.id"
    )
    return [_reference(row) for row in db.query(query, [gallery_id, sha256])]


def save_calibration(
    db: Connection,
    gallery_id: int,
    model_sha256: str,
    state_hash: str,
    persons: int,
    histogram: bytes,
) -> None:
    db.conn.execute(
        "INSERT OR REPLACE INTO calibrations VALUES (?, ?, ?, ?, ?, ?)",
        (gallery_id, model_sha256, state_hash, persons, histogram, now()),
    )


def calibration(db: Connection, gallery_id: int, model_sha256: str) -> tuple[str, bytes] | None:
    """(state that was counted, its counts): the last one stored."""
    rows: Sequence[tuple[str, bytes]] = db.conn.execute(
        "SELECT state_hash, histogram FROM calibrations WHERE gallery_id = ? AND model_sha256 = ?",
        [gallery_id, model_sha256],
    ).fetchall()
    return rows[0] if rows else None


def rename(db: Connection, gallery_id: int, name: str) -> None:
    db.table("galleries").update(gallery_id, {"name": name})


def remove(db: Connection, gallery_id: int) -> None:
    """Persons, references, templates, enrolment list and calibration go with it."""
    db.table("galleries").delete(gallery_id)
