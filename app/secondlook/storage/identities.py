"""Who is one person across galleries: rows that share a photograph, or that two people judged one.

Every person row has an identity of its own to begin with (a trigger sees to it), and photographs
outlive the gallery they were enrolled in. An identity is the lowest number of all rows that are
one.
"""

from collections.abc import Iterable

from secondlook.domain.groups import groups
from secondlook.storage.database import Connection


def refresh(db: Connection, people: Iterable[int] | None = None) -> None:
    """Bring identities up to what photographs and judgements say.

    ``people``: rows that changed; only what they are linked with is looked at. Without it,
    everything: after a judgement was taken back.
    """
    if people is None:
        links = [(r["one_id"], r["other_id"]) for r in db.query("SELECT * FROM person_links")]
        wanted = groups(links)
        known = {r["person_id"]: r["identity_id"] for r in db.query("SELECT * FROM identities")}
        _write(db, {p: wanted.get(p, p) for p in known if wanted.get(p, p) != known[p]})
        return
    for person in people:
        _join(db, person)


def join_by_photograph(db: Connection, person: int) -> None:
    """Who shares a photograph is one person. Asked for every reference that is enrolled, so it
    looks at that person's photographs alone."""
    rows = db.query(
        "SELECT DISTINCT b.person_id FROM person_photographs a JOIN person_photographs b "
        "ON b.original_sha256 = a.original_sha256 AND b.person_id <> a.person_id "
        "AND max(abs(a.x - b.x), abs(a.y - b.y)) < max(a.size, b.size) / 2 "
        "WHERE a.person_id = ?",
        [person],
    )
    _unite(db, [person, *(row["person_id"] for row in rows)])


def _join(db: Connection, person: int) -> None:
    """A row and whoever it is linked with become one."""
    query = "SELECT other_id FROM person_links WHERE one_id = ?1 " \
            "UNION SELECT one_id FROM person_links WHERE other_id = ?1"  # fmt: skip
    _unite(db, [person, *(row["other_id"] for row in db.query(query, [person]))])


def _unite(db: Connection, together: list[int]) -> None:
    """By the lowest identity among them."""
    marks = ", ".join("?" * len(together))
    query = f"SELECT DISTINCT identity_id FROM identities WHERE person_id IN ({marks})"
    known = [row["identity_id"] for row in db.query(query, together)]
    if len(known) < 2:
        return
    marks = ", ".join("?" * len(known))
    db.conn.execute(
        f"UPDATE identities SET identity_id = ? WHERE identity_id IN ({marks})",
        [min(known), *known],
    )


def _write(db: Connection, changed: dict[int, int]) -> None:
    db.conn.executemany(
        "UPDATE identities SET identity_id = ? WHERE person_id = ?",
        [(identity, person) for person, identity in changed.items()],
    )
