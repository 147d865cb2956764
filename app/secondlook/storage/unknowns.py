"""Unknowns, which of them belong together, and what each was compared with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondlook.domain.audit import canonical_json
from secondlook.domain.faces import Face
from secondlook.domain.groups import groups
from secondlook.domain.photographs import Photograph
from secondlook.storage import log
from secondlook.storage.database import Connection, insert, now


@dataclass(frozen=True, slots=True)
class Unknown:
    """A face in a photograph. ``photograph``: the unknown that stands for all copies of the
    photograph, which share dissents; ``called``: for those of them that two people called one,
    which share opinions; ``shown``: for all that show one person, which share N."""

    id: int
    photograph: int
    shown: int
    called: int


def _place(face: Face) -> tuple[float, float, float]:
    """Centre and size, in pixels, as ``unknowns_once`` compares them. Of points placed by hand it
    is where the detector sees a face: a little aside is no other unknown."""
    box = face.seen.box
    return *box.middle, box.size


def find(db: Connection, original_sha256: str, face: Face) -> Unknown | None:
    """The unknown that this face of this picture is, or that is at its place, if there is one."""
    key = [original_sha256, canonical_json(face.to_dict())]
    query = "SELECT unknown_id FROM unknown_faces WHERE original_sha256 = ? AND face = ?"
    for known in db.query(query, key):
        return get(db, known["unknown_id"])
    x, y, size = _place(face)
    rows = db.query(
        "SELECT id FROM unknowns WHERE original_sha256 = :original "
        "AND max(abs(x - :x), abs(y - :y)) < max(size, :size) / 2 ORDER BY id LIMIT 1",
        {"original": original_sha256, "x": x, "y": y, "size": size},
    )
    row = next(rows, None)
    return get(db, row["id"]) if row else None


def note(
    db: Connection, original_sha256: str, face: Face, actor: str, placings: Iterable[Face] = ()
) -> Unknown:
    """The unknown at this place of this picture; a new one, on record, where there was none.

    ``placings``: other faces over this one, which are the unknown's too where they are at its
    place: whichever of them looks like a copy of something, it is the unknown that does.
    """
    known = find(db, original_sha256, face)
    unknown = known.id if known else _new(db, original_sha256, face, actor)
    _add_face(db, unknown, original_sha256, face, actor)
    for other in placings:
        there = find(db, original_sha256, other)
        if there is not None and there.id == unknown:
            _add_face(db, unknown, original_sha256, other, actor)
    return get(db, unknown)


def _add_face(db: Connection, unknown: int, original_sha256: str, face: Face, actor: str) -> None:
    key = {"original_sha256": original_sha256, "face": canonical_json(face.to_dict())}
    where = "original_sha256 = :original_sha256 AND face = :face"
    if not db.table("unknown_faces").count_where(where, key):
        row = insert(db, "unknown_faces", {"unknown_id": unknown} | key)
        log.record(db, actor, "unknown face", row, {"unknown": unknown})
        regroup(db)


def _new(db: Connection, original_sha256: str, face: Face, actor: str) -> int:
    x, y, size = _place(face)
    row: dict[str, Any] = {"original_sha256": original_sha256, "x": x, "y": y, "size": size}
    unknown = insert(db, "unknowns", row | {"noted_at": now()})
    log.record(db, actor, "unknown", unknown, {})
    return unknown


def pictures(db: Connection, shown: int) -> int:
    """How many pictures share N."""
    query = (
        "SELECT count(DISTINCT u.original_sha256) AS n FROM unknown_groups g "
        "JOIN unknowns u ON u.id = g.unknown_id WHERE g.shown_id = ?"
    )
    return int(next(db.query(query, [shown]))["n"])


def get(db: Connection, unknown_id: int) -> Unknown:
    query = "SELECT * FROM unknown_groups WHERE unknown_id = ?"
    row = next(db.query(query, [unknown_id]))
    return Unknown(row["unknown_id"], row["photograph_id"], row["shown_id"], row["called_id"])


def showing(db: Connection, shown: int) -> list[int]:
    """All unknowns that show one person, as far as is known."""
    query = "SELECT unknown_id FROM unknown_groups WHERE shown_id = ? ORDER BY unknown_id"
    return [row["unknown_id"] for row in db.query(query, [shown])]


def places(db: Connection, unknown_id: int) -> list[Photograph]:
    """The faces of its picture that an unknown was seen as."""
    query = "SELECT original_sha256, face FROM unknown_faces WHERE unknown_id = ?"
    return [
        Photograph(row["original_sha256"], Face.from_dict(json.loads(row["face"])))
        for row in db.query(query, [unknown_id])
    ]


def of_search(db: Connection, search_id: int) -> Unknown:
    query = "SELECT unknown_id FROM search_unknowns WHERE search_id = ?"
    return get(db, next(db.query(query, [search_id]))["unknown_id"])


# What belongs together


def link(
    db: Connection, one: int, other: int, basis: str, actor: str,
    operator_id: int | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Put on record that two unknowns show one person, and group them anew.

    basis: 'suspected', 'declared' or 'judged_apart', which takes two people to undo what stands.
    """
    low, high = sorted((one, other))
    row = {
        "one_id": low, "other_id": high, "basis": basis,
        "operator_id": operator_id, "reason": reason, "at": now(),
    }  # fmt: skip
    key = insert(db, "unknown_links", row)
    log.record(db, actor, "unknown link", key, {"basis": basis})
    regroup(db)


def linked(db: Connection, one: int, other: int) -> bool:
    """Whether anything was ever put on record of the two."""
    where = "one_id = ? AND other_id = ?"
    return bool(db.table("unknown_links").count_where(where, sorted((one, other))))


def regroup(db: Connection) -> None:
    """Unknowns by the links in force; the lowest of a group stands for it."""
    query = "SELECT relation, one_id, other_id FROM unknown_links_in_force"
    rows = list(db.query(query))
    shown = groups((r["one_id"], r["other_id"]) for r in rows)
    copies = groups((r["one_id"], r["other_id"]) for r in rows if r["relation"] == "photograph")
    judged = db.query("SELECT one_id, other_id FROM unknowns_called_one")
    called = groups((r["one_id"], r["other_id"]) for r in judged)
    for row in list(db.query("SELECT * FROM unknown_groups")):
        one = row["unknown_id"]
        wanted = (copies.get(one, one), shown.get(one, one), called.get(one, one))
        if wanted != (row["photograph_id"], row["shown_id"], row["called_id"]):
            db.conn.execute(
                "UPDATE unknown_groups SET photograph_id = ?, shown_id = ?, called_id = ? "
                "WHERE unknown_id = ?",
                [*wanted, one],
            )


def keep_template(
    db: Connection,
    unknown_id: int,
    model_sha256: str,
    vector: npt.NDArray[np.float32],
    *,
    placed: bool = False,
) -> None:
    """For recognising the unknown in other pictures: each that was made of it, as a detector sees
    it; those of points placed by hand apart (``placed``)."""
    table = "placed_templates" if placed else "unknown_templates"
    db.conn.execute(
        f"INSERT INTO {table} (unknown_id, model_sha256, vector) SELECT ?1, ?2, ?3 "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} "
        "WHERE unknown_id = ?1 AND model_sha256 = ?2 AND vector = ?3)",
        (unknown_id, model_sha256, vector.astype(np.float32).tobytes()),
    )


class Known(NamedTuple):
    """A template (D,) of an unknown."""

    unknown_id: int
    vector: npt.NDArray[np.float32]
    placed: bool


def templates(db: Connection, model_sha256: str) -> list[Known]:
    """All templates of a model."""
    rows = db.query(
        "SELECT unknown_id, vector, 0 AS placed FROM unknown_templates WHERE model_sha256 = :model "
        "UNION ALL SELECT unknown_id, vector, 1 FROM placed_templates WHERE model_sha256 = :model",
        {"model": model_sha256},
    )
    return [
        Known(r["unknown_id"], np.frombuffer(r["vector"], np.float32), bool(r["placed"]))
        for r in rows
    ]


def without_template(db: Connection, model_sha256: str) -> list[int]:
    """Unknowns that were compared with anybody, and of which a model has no template; the newest
    first."""
    rows = db.query(
        "SELECT u.id FROM unknowns u "
        "WHERE EXISTS (SELECT 1 FROM tries t WHERE t.unknown_id = u.id) AND NOT EXISTS "
        "(SELECT 1 FROM unknown_templates k WHERE k.unknown_id = u.id AND k.model_sha256 = ?) "
        "ORDER BY u.id DESC",
        [model_sha256],
    )
    return [row["id"] for row in rows]
