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


def _join(db: Connection, person: int) -> None:
    """A row and whoever it is linked with become one, by the lowest identity among them."""
    query = "SELECT other_id FROM person_links WHERE one_id = ?1 " \
            "UNION SELECT one_id FROM person_links WHERE other_id = ?1"  # fmt: skip
    together = [person, *(row["other_id"] for row in db.query(query, [person]))]
    marks = ", ".join("?" * len(together))
    query = f"SELECT DISTINCT identity_id FROM identities WHERE person_id IN ({marks})"
    found = [row["identity_id"] for row in db.query(query, together)]
    if len(found) < 2:
        return
    marks = ", ".join("?" * len(found))
    db.conn.execute(
        f"UPDATE identities SET identity_id = ? WHERE identity_id IN ({marks})",
        [min(found), *found],
    )


def _write(db: Connection, changed: dict[int, int]) -> None:
    db.conn.executemany(
        "UPDATE identities SET identity_id = ? WHERE person_id = ?",
        [(identity, person) for person, identity in changed.items()],
    )
