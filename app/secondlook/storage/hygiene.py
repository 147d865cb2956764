"""Every reference of a gallery with its person, for whoever goes through all of them."""

import json
from typing import NamedTuple

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
    return [
        HeldReference(
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
        for row in rows
    ]
