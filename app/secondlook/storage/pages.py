"""Pages of files that are kept as pictures of their own."""

import json
from dataclasses import dataclass

from secondlook.domain.audit import canonical_json
from secondlook.domain.pictures import Damage, Note
from secondlook.storage.database import Connection, insert


@dataclass(frozen=True, slots=True)
class Page:
    """``page`` of ``pages`` of a file, from 0; what reading it had to decide."""

    original_sha256: str
    source_sha256: str
    page: int
    pages: int
    notes: tuple[Note, ...] = ()
    damage: Damage | None = None


def keep(db: Connection, page: Page) -> int | None:
    """The number of the new row; None where the same page of the same file is on record."""
    key = [page.original_sha256, page.source_sha256, page.page]
    same = "original_sha256 = ? AND source_sha256 = ? AND page = ?"
    if db.table("pages").count_where(same, key):
        return None
    row = {
        "original_sha256": page.original_sha256,
        "source_sha256": page.source_sha256,
        "page": page.page,
        "pages": page.pages,
        "notes": canonical_json([note.to_list() for note in page.notes]),
        "damage": page.damage and canonical_json(page.damage.to_dict()),
    }
    return insert(db, "pages", row)


def of(db: Connection, original_sha256: str) -> Page | None:
    """Where a picture was taken from; of several files the one whose reading was damaged."""
    query = "SELECT * FROM pages WHERE original_sha256 = ? ORDER BY damage IS NULL, id LIMIT 1"
    for row in db.query(query, [original_sha256]):
        damage = row["damage"]
        return Page(
            row["original_sha256"],
            row["source_sha256"],
            row["page"],
            row["pages"],
            tuple(Note.from_list(note) for note in json.loads(row["notes"])),
            Damage.from_dict(json.loads(damage)) if damage else None,
        )
    return None
