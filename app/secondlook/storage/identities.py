"""Who is one person across galleries, kept with every person row (``domain.identities``).

Every row has an identity of its own to begin with (a trigger sees to it), and photographs outlive
the gallery they were enrolled in.
"""

import json
from collections.abc import Iterable

from secondlook.domain.faces import Face
from secondlook.domain.identities import PersonLink, PersonRow, beside, identities, judged_one
from secondlook.domain.photographs import Photograph
from secondlook.storage.database import Connection

LINKS = "SELECT one_id, other_id, judged FROM person_links ORDER BY copy, since, one_id, other_id"

ROWS = "SELECT person_id AS id, gallery_id, removed_after FROM identities"


def refresh(db: Connection) -> None:
    """Bring identities up to what photographs and judgements say. Call it where these change, and
    before anything is judged by them."""
    rows = {row["id"]: PersonRow(**row) for row in db.query(ROWS)}
    links = [PersonLink(r["one_id"], r["other_id"], bool(r["judged"])) for r in db.query(LINKS)]
    wanted, judged = identities(rows, links), judged_one(links)
    known = set(db.conn.execute("SELECT identity_id, judged_id, person_id FROM identities"))
    due = {(wanted.get(row, row), judged.get(row, row), row) for row in rows}
    update = "UPDATE identities SET identity_id = ?, judged_id = ? WHERE person_id = ?"
    db.conn.executemany(update, sorted(due - known))
    counted = db.conn.execute(
        "SELECT c.counted_id, c.person_id FROM counted_people c "
        "CROSS JOIN identities i ON i.person_id = c.person_id WHERE i.counted_id <> c.counted_id"
    ).fetchall()
    db.conn.executemany("UPDATE identities SET counted_id = ? WHERE person_id = ?", counted)


def apart_by_gallery(db: Connection, identity_id: int) -> set[int]:
    """Rows that share a photograph with this person and are not one with them, and whoever is one
    with such a row; but for those that a gallery held beside this person."""
    mine, kin = _rows(db, identity_id), set[int]()
    query = (
        "SELECT DISTINCT l.other_id, i.identity_id FROM shared_photographs l "
        "JOIN identities i ON i.person_id = l.other_id WHERE l.one_id = ?"
    )
    for row in mine:
        for shared in db.query(query, [row.id]):
            if shared["identity_id"] != identity_id:
                others = _rows(db, shared["identity_id"])
                kin |= {o.id for o in others if not any(beside(o, one) for one in mine)}
                kin.add(shared["other_id"])
    return kin


def gallery_of(db: Connection, person_id: int) -> int:
    """In which a person is or was."""
    query = "SELECT gallery_id FROM identities WHERE person_id = ?"
    return int(next(db.query(query, [person_id]))["gallery_id"])


def photographs(db: Connection, people: Iterable[int]) -> list[Photograph]:
    """Every picture that anybody was ever enrolled from who is one with these rows."""
    rows = db.query(
        "SELECT DISTINCT p.original_sha256, p.face FROM identities mine "
        "JOIN identities i ON i.identity_id = mine.identity_id "
        "JOIN person_photographs p ON p.person_id = i.person_id "
        "WHERE mine.person_id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
        [json.dumps(sorted(people))],
    )
    return [Photograph(r["original_sha256"], Face.from_dict(json.loads(r["face"]))) for r in rows]


def _rows(db: Connection, identity_id: int) -> list[PersonRow]:
    return [PersonRow(**row) for row in db.query(f"{ROWS} WHERE identity_id = ?", [identity_id])]
