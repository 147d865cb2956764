"""Every comparison of an unknown with a person, once: what N is counted from."""

from collections.abc import Iterable
from typing import Any

from secondlook.domain.facts import Tries
from secondlook.storage.database import Connection, insert, now


def count(
    db: Connection, unknown_id: int, model_sha256: str, status: str, people: Iterable[int]
) -> int:
    """Note every comparison of an unknown with a person, once; how many of them were new."""
    model_id = model(db, model_sha256, status)
    before = db.table("tries").count_where("unknown_id = ?", [unknown_id])
    db.conn.executemany(
        "INSERT OR IGNORE INTO tries VALUES (?, ?, ?)",
        [(unknown_id, model_id, person) for person in people],
    )
    return db.table("tries").count_where("unknown_id = ?", [unknown_id]) - before


def model(db: Connection, sha256: str, status: str) -> int:
    """The number under which a model is kept here."""
    values = {"sha256": sha256, "status": status}
    where = "sha256 = :sha256 AND status = :status"
    row = next(db.query(f"SELECT id FROM models_compared WHERE {where}", values), None)
    return int(row["id"]) if row else insert(db, "models_compared", values)


Comparison = tuple[int, str, str]
"""Of a person (as N counts them) with a model: its hash, its status."""


def comparisons(db: Connection, shown: int) -> set[Comparison]:
    """All that everything that shows one person was compared with."""
    rows = db.query(
        "SELECT DISTINCT coalesce(i.counted_id, t.person_id) AS person, d.sha256, d.status "
        "FROM unknown_groups g JOIN tries t ON t.unknown_id = g.unknown_id "
        "JOIN models_compared d ON d.id = t.model_id "
        "LEFT JOIN identities i ON i.person_id = t.person_id WHERE g.shown_id = ?",
        [shown],
    )
    return {(row["person"], row["sha256"], row["status"]) for row in rows}


def counted(made: set[Comparison], declared: int = 0) -> Tries:
    """``declared``: people that the unknown was compared with elsewhere, as somebody says."""
    people = {person for person, _, _ in made}
    pairs = {(person, sha256) for person, sha256, _ in made}
    full = {(person, sha256) for person, sha256, status in made if status == "full"}
    return Tries(len(people), len(pairs), len(full), declared)


def of(db: Connection, shown: int) -> Tries:
    """Of everything that shows one person, as of now."""
    return counted(comparisons(db, shown), declared(db, shown))


def would_be(db: Connection, gallery_id: int, model_sha256: str, status: str) -> set[Comparison]:
    """What a search of a gallery compares with: everybody with a reference in it."""
    rows = db.query(
        "SELECT DISTINCT coalesce(i.counted_id, p.id) AS person FROM persons p "
        "JOIN reference_images r ON r.person_id = p.id "
        "LEFT JOIN identities i ON i.person_id = p.id WHERE p.gallery_id = ?",
        [gallery_id],
    )
    return {(row["person"], model_sha256, status) for row in rows}


def by_gallery(db: Connection, shown: int) -> list[tuple[str, int]]:
    """Whom it was compared with, by the gallery they are in now; "" for who has left."""
    rows = db.query(
        "SELECT coalesce(y.name, '') AS gallery, "
        "count(DISTINCT coalesce(i.counted_id, t.person_id)) AS people "
        "FROM unknown_groups g JOIN tries t ON t.unknown_id = g.unknown_id "
        "LEFT JOIN identities i ON i.person_id = t.person_id "
        "LEFT JOIN persons p ON p.id = t.person_id LEFT JOIN galleries y ON y.id = p.gallery_id "
        "WHERE g.shown_id = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        [shown],
    )
    return [(row["gallery"], row["people"]) for row in rows]


def declared(db: Connection, shown: int) -> int:
    """The most people that anybody says the unknown was compared with elsewhere, and nobody else
    has corrected."""
    rows = db.query(
        "SELECT coalesce(max(d.people), 0) AS people FROM standing_declared_tries d "
        "JOIN unknown_groups g ON g.unknown_id = d.unknown_id WHERE g.shown_id = ?",
        [shown],
    )
    return int(next(rows)["people"])


def declarations(db: Connection, shown: int) -> list[dict[str, Any]]:
    """Those that stand, of everything that shows one person."""
    query = (
        "SELECT d.id, d.unknown_id, d.people, d.operator_id FROM standing_declared_tries d "
        "JOIN unknown_groups g ON g.unknown_id = d.unknown_id WHERE g.shown_id = ? ORDER BY d.id"
    )
    return list(db.query(query, [shown]))


def declare(
    db: Connection, unknown_id: int, people: int, operator_id: int, reason: str,
    corrects: int | None = None,
) -> int:  # fmt: skip
    """Somebody says how many people the unknown was compared with elsewhere. ``corrects``: an
    earlier declaration by another person, of more."""
    row: dict[str, Any] = {
        "unknown_id": unknown_id, "people": people, "operator_id": operator_id,
        "corrects": corrects,
    }  # fmt: skip
    return insert(db, "declared_tries", row | {"reason": reason, "at": now()})


def count_rehearsed(db: Connection, unknown_id: int, original_sha256: str) -> None:
    """The comparisons of a rehearsal from before it was kept who was compared (``storage.looks``).

    Who has left the gallery since counts all the same, as a person without a name.
    """
    rows = db.query(
        "SELECT DISTINCT r.id, r.gallery_id, r.gallery_persons, r.model_sha256, "
        "coalesce(json_extract(r.model, '$.status'), '') AS status FROM rehearsals r "
        "JOIN rehearsal_searches q ON q.rehearsal_id = r.id "
        "WHERE q.probe_sha256 = ? AND q.status = 'searched' AND NOT EXISTS ("
        " SELECT 1 FROM looks l JOIN models_compared d ON d.id = l.model_id "
        " WHERE l.gallery_id = r.gallery_id AND d.sha256 = r.model_sha256 AND ("
        "  EXISTS (SELECT 1 FROM look_pictures p WHERE p.look_id = l.id "
        "          AND p.original_sha256 = q.probe_sha256)"
        "  OR EXISTS (SELECT 1 FROM look_people o WHERE o.look_id = l.id "
        "             AND o.person_id = q.person_id)))",
        [original_sha256],
    )
    for row in list(rows):
        query = "SELECT id FROM persons WHERE gallery_id = ?"
        people = [p["id"] for p in db.query(query, [row["gallery_id"]])]
        gone = max(row["gallery_persons"] - len(people), 0)
        people += [-(10**12 + row["id"] * 10**6 + n) for n in range(gone)]
        count(db, unknown_id, row["model_sha256"], row["status"], people)
