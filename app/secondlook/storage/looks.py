"""Comparisons that a picture brings along when it becomes a probe, whoever asked for them.

A look is of everybody who was in a gallery when it was searched, rehearsed or gone through, by one
model. The pictures of these people were compared with each other; ``look_pictures`` are those from
outside that were rehearsed there.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondlook.domain.faces import Face
from secondlook.domain.fingerprints import METHOD
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.photographs import Photograph
from secondlook.storage import tries, unknowns
from secondlook.storage.database import Connection, insert, now


def note(db: Connection, gallery_id: int, model: ModelIdentity, people: Iterable[int]) -> int:
    """The look at these people of a gallery; a new one only where they have changed since the last.

    Unknowns that are enrolled there count it as tried at once.
    """
    everybody = set(people)
    model_id = tries.model(db, model.sha256, model.status)
    query = "SELECT max(id) AS id FROM looks WHERE gallery_id = ? AND model_id = ?"
    last = next(db.query(query, [gallery_id, model_id]))["id"]
    if last is not None and everybody == _people(db, last):
        return int(last)
    row = {"gallery_id": gallery_id, "model_id": model_id, "at": now()}
    look_id = insert(db, "looks", row)
    rows = [(person, look_id) for person in everybody]
    db.conn.executemany("INSERT INTO look_people (person_id, look_id) VALUES (?, ?)", rows)
    for unknown in _enrolled(db, look_id):
        count(db, unknown)
    return look_id


def searched(db: Connection, look_id: int, unknown_id: int) -> None:
    """An unknown was searched there: others that are enrolled there count it as tried at once."""
    own = unknowns.showing(db, unknowns.get(db, unknown_id).shown)
    _count_there(db, look_id, set(_enrolled(db, look_id)) - set(own), -unknown_id)


def add_picture(db: Connection, look_id: int, photograph: Photograph) -> None:
    """A picture from outside was searched there; once is enough, if it is just the same. Unknowns
    that are enrolled there count it as tried at once."""
    sha256, face = photograph.key
    _count_there(db, look_id, _enrolled(db, look_id, but=sha256), _number(sha256))
    db.conn.execute(
        "INSERT INTO look_pictures (look_id, original_sha256, face, method, fingerprint) "
        "SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM look_pictures "
        "WHERE look_id = ?1 "
        "AND (original_sha256, face, method, fingerprint) = (?2, ?3, ?4, ?5))",
        (look_id, sha256, face, METHOD, photograph.fingerprint or b""),
    )


class Compared(NamedTuple):
    """A picture that was compared in a look. ``face``: JSON, to be read only where it is like."""

    sha256: str
    face: str
    fingerprint: bytes

    def photograph(self) -> Photograph:
        return Photograph(self.sha256, Face.from_dict(json.loads(self.face)), self.fingerprint)


def pictures(db: Connection) -> list[Compared]:
    """Everything that was compared in a look, with its fingerprint."""
    rows = db.query(
        "SELECT original_sha256, face, fingerprint FROM look_pictures WHERE method = :method "
        "UNION SELECT f.original_sha256, f.face, f.fingerprint FROM fingerprints f "
        "JOIN person_photographs p ON p.original_sha256 = f.original_sha256 AND p.face = f.face "
        "WHERE f.method = :method AND p.person_id IN (SELECT person_id FROM look_people)",
        {"method": METHOD},
    )
    return [Compared(row["original_sha256"], row["face"], row["fingerprint"]) for row in rows]


FaceKey = tuple[str, str]
"""SHA-256 of a file, and a face of it as JSON."""


class LookedAt(NamedTuple):
    """A face that was compared in a look, with its template (D,)."""

    sha256: str
    face: str
    vector: npt.NDArray[np.float32]


def keep_template(
    db: Connection, photograph: Photograph, model_sha256: str, vector: npt.NDArray[np.float32]
) -> None:
    """Of a picture from outside, for knowing who is on it in other pictures. Those of references
    are kept by a trigger when they are removed."""
    db.conn.execute(
        "INSERT INTO look_templates (original_sha256, face, model_sha256, vector) "
        "SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM look_templates "
        "WHERE original_sha256 = ?1 AND model_sha256 = ?3 AND face = ?2 AND vector = ?4)",
        (*photograph.key, model_sha256, vector.astype(np.float32).tobytes()),
    )


def templates(db: Connection, model_sha256: str) -> list[LookedAt]:
    """Of everybody who was ever in a look, as far as a model has seen them."""
    rows = db.conn.execute(
        "SELECT original_sha256, face, vector FROM look_templates WHERE model_sha256 = :model "
        "UNION ALL SELECT r.original_sha256, r.face, t.vector FROM reference_images r "
        "JOIN templates t ON t.reference_id = r.id AND t.model_sha256 = :model "
        "WHERE r.person_id IN (SELECT person_id FROM look_people)",
        {"model": model_sha256},
    )
    return [LookedAt(sha, face, np.frombuffer(vector, np.float32)) for sha, face, vector in rows]


def count(
    db: Connection,
    unknown_id: int,
    copies: Iterable[Photograph] = (),
    alike: Iterable[FaceKey] = (),
) -> None:
    """As tries of an unknown: all that its picture was compared with in any look, and the copies
    of its photograph, and other pictures of whom it shows (``alike``); also who was searched for
    where it was enrolled, and its copies.

    Who was searched for where another picture is enrolled is not: that is so of everybody who is
    rightly found, and N would grow with every question that others ask.

    Whoever its picture was enrolled for counts too. That is one person too many, the unknown
    itself; but with a copy put into everybody's folder nobody would be left to count."""
    looks = _looks(db, _OWN, {"unknown": unknown_id})
    query = f"SELECT DISTINCT p.person_id {_ENROLLED} AND u.id = :unknown"
    own = {row["person_id"] for row in db.query(query, {"unknown": unknown_id})}
    for sha256, face in (copy.key for copy in copies):
        key = {"original": sha256, "face": face}
        looks |= _looks(db, _COPY, key)
        own |= {row["person_id"] for row in db.query(_COPY_PEOPLE, key)}
    for sha256, face in alike:
        looks |= _looks(db, _COPY, {"original": sha256, "face": face})
    for look_id in sorted(looks):
        tries.count(db, unknown_id, *_model(db, look_id), _people(db, look_id))
    for (sha256, status), others in _searched_for(db, unknown_id, own).items():
        tries.count(db, unknown_id, sha256, status, others)


def _searched_for(
    db: Connection, unknown_id: int, own: set[int]
) -> dict[tuple[str, str], set[int]]:
    """By model, who was searched for among people of whom the unknown is one: other unknowns, and
    pictures of a rehearsal. They are no persons of a gallery, and count by numbers below nought."""
    key = {"unknown": unknown_id, "own": json.dumps(sorted(own))}
    others: dict[tuple[str, str], set[int]] = {}
    for row in db.query(_OTHER_UNKNOWNS, key):
        others.setdefault((row["sha256"], row["status"]), set()).add(-row["id"])
    for row in db.query(_OTHER_PICTURES, key):
        number = _number(row["original_sha256"])
        others.setdefault((row["sha256"], row["status"]), set()).add(number)
    return others


def _number(original_sha256: str) -> int:
    """Of a picture from outside, who is no person of a gallery."""
    return FIRST_PICTURE - int(original_sha256[:12], 16)


def _count_there(db: Connection, look_id: int, others: Iterable[int], number: int) -> None:
    """Of each of these unknowns, that it was compared with somebody from outside."""
    model = _model(db, look_id)
    for unknown in others:
        tries.count(db, unknown, *model, [number])


def _model(db: Connection, look_id: int) -> tuple[str, str]:
    """Its hash, and its status as the look had it."""
    query = (
        "SELECT d.sha256, d.status FROM looks l JOIN models_compared d ON d.id = l.model_id "
        "WHERE l.id = ?"
    )
    row = next(db.query(query, [look_id]))
    return row["sha256"], row["status"]


def _enrolled(db: Connection, look_id: int, but: str = "") -> list[int]:
    """Unknowns that are enrolled there; ``but``: of another picture than this."""
    query = f"SELECT DISTINCT u.id {_ENROLLED} AND l.look_id = ? AND u.original_sha256 <> ?"
    return [row["id"] for row in db.query(query, [look_id, but])]


def _people(db: Connection, look_id: int) -> set[int]:
    query = "SELECT person_id FROM look_people WHERE look_id = ?"
    return {row["person_id"] for row in db.query(query, [look_id])}


def _looks(db: Connection, query: str, key: dict[str, Any]) -> set[int]:
    return {row["look_id"] for row in db.query(query, key)}


_ENROLLED = """FROM unknowns u
    JOIN person_photographs p ON p.original_sha256 = u.original_sha256
        AND max(abs(p.x - u.x), abs(p.y - u.y)) < max(p.size, u.size) / 2
    JOIN look_people l ON l.person_id = p.person_id WHERE true"""
"""Unknowns whose own face was enrolled, with the looks at who was enrolled with it."""

_OWN = f"""SELECT l.look_id {_ENROLLED} AND u.id = :unknown
    UNION SELECT q.look_id FROM unknowns u
    JOIN look_pictures q ON q.original_sha256 = u.original_sha256 WHERE u.id = :unknown"""

FIRST_PICTURE = -(10**14)
"""Below all numbers of ``tries.count_rehearsed``."""

_OTHER_UNKNOWNS = """SELECT DISTINCT g.unknown_id AS id, d.sha256, d.status
    FROM unknown_groups g CROSS JOIN models_compared d
    CROSS JOIN json_each(:own) o JOIN tries t
        ON t.unknown_id = g.unknown_id AND t.model_id = d.id AND t.person_id = o.value
    WHERE g.shown_id <> (SELECT shown_id FROM unknown_groups WHERE unknown_id = :unknown)"""

_OTHER_PICTURES = """SELECT DISTINCT q.original_sha256, d.sha256, d.status
    FROM json_each(:own) o JOIN look_people l ON l.person_id = o.value
    JOIN look_pictures q ON q.look_id = l.look_id
    JOIN looks k ON k.id = l.look_id JOIN models_compared d ON d.id = k.model_id
    WHERE q.original_sha256 <> (SELECT original_sha256 FROM unknowns WHERE id = :unknown)"""

_COPY_PEOPLE = """SELECT person_id FROM person_photographs
    WHERE original_sha256 = :original AND face = :face"""

_COPY = f"""SELECT look_id FROM look_people WHERE person_id IN ({_COPY_PEOPLE})
    UNION SELECT look_id FROM look_pictures WHERE original_sha256 = :original AND face = :face"""
