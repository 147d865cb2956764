"""Rows of a gallery that a correction changes: references, names, lines of the enrolment list."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from secondlook.domain.records import ReferenceRow
from secondlook.storage import galleries
from secondlook.storage.database import Connection


class OpenUse(NamedTuple):
    """An open case, and which of some people is a candidate there."""

    case: str
    person_id: int


def open_uses(db: Connection, person_ids: Iterable[int]) -> list[OpenUse]:
    rows = db.query(
        "SELECT DISTINCT k.reference, c.person_id FROM candidates c "
        "JOIN searches s ON s.id = c.search_id JOIN cases k ON k.id = s.case_id "
        "WHERE k.closed_at IS NULL AND c.person_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY k.reference, c.person_id",
        [json.dumps(sorted(set(person_ids)))],
    )
    return [OpenUse(row["reference"], row["person_id"]) for row in rows]


Vectors = Sequence[tuple[str, bytes]]
"""Templates of one reference, by the model's hash."""


def templates(db: Connection, reference_id: int) -> Vectors:
    query = "SELECT model_sha256, vector FROM templates WHERE reference_id = ?"
    return [(row[0], row[1]) for row in db.conn.execute(query, [reference_id])]


def remove_reference(db: Connection, reference_id: int) -> None:
    """Its templates go with it; that it was enrolled stays known."""
    db.table("reference_images").delete(reference_id)


def enrol_again(db: Connection, held: ReferenceRow, person_id: int, vectors: Vectors) -> int:
    """The same face of the same picture, as it was measured, for this person."""
    new = galleries.add_reference(
        db, person_id, held.original_sha256, held.source_path, held.face, held.quality
    )
    for model, vector in vectors:
        galleries.add_template(db, new, model, vector)
    return new


def rename_person(db: Connection, person_id: int, key: str, name: str) -> None:
    db.table("persons").update(person_id, {"key": key, "display_name": name})


def give_lines(db: Connection, person: dict[str, Any], to: dict[str, Any]) -> list[int]:
    """What is still to do for one person is another's from now on. The numbers of the lines."""
    rows = db.conn.execute(
        "UPDATE OR IGNORE enrolments SET person_key = ?, display_name = ? "
        "WHERE gallery_id = ? AND person_key = ? AND status <> 'enrolled' RETURNING id",
        [to["key"], to["display_name"], person["gallery_id"], person["key"]],
    ).fetchall()
    return [row[0] for row in rows]


def give_lines_back(db: Connection, lines: Sequence[int], person: dict[str, Any]) -> None:
    """Those that are still to do."""
    db.conn.execute(
        "UPDATE OR IGNORE enrolments SET person_key = ?, display_name = ? WHERE status <> "
        "'enrolled' AND id IN (SELECT value FROM json_each(?))",
        [person["key"], person["display_name"], json.dumps(list(lines))],
    )


def remove_line(db: Connection, person: dict[str, Any], path: str) -> dict[str, Any] | None:
    """So that the picture can be enrolled again. The line, if it was one."""
    where = "gallery_id = ? AND person_key = ? AND path = ?"
    key = [person["gallery_id"], person["key"], path]
    line = next(db.query(f"SELECT * FROM enrolments WHERE {where}", key), None)
    db.conn.execute(f"DELETE FROM enrolments WHERE {where}", key)
    return line


def put_line_back(db: Connection, line: dict[str, Any] | None) -> None:
    if line:
        db.table("enrolments").insert(line, ignore=True)
