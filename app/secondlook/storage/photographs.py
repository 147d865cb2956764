"""Fingerprints of faces, pairs that look like one photograph, and what people judged of them.

A face is kept under its file and its canonical JSON (``domain.photographs.Photograph.key``).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from secondlook.domain.errors import InputError
from secondlook.domain.faces import Face
from secondlook.domain.fingerprints import METHOD
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.photographs import (
    Photograph,
    SamePhotograph,
    Standing,
    Suspect,
    Verdict,
    overlap,
)
from secondlook.storage import seals
from secondlook.storage.database import Connection, insert, now

Key = tuple[str, str]


class PhotographPair(NamedTuple):
    """Two faces of two files by their keys, in the order in which they are kept."""

    first: Key
    second: Key

    @classmethod
    def of(cls, one: Photograph, other: Photograph) -> "PhotographPair":
        """Raises ``InputError`` for two faces of one file, which need nobody's judgement."""
        if one.sha256 == other.sha256:
            raise InputError("Both are the same file: that is certain, and nothing to judge.")
        return cls(*sorted((one.key, other.key)))

    def columns(self) -> dict[str, str]:
        (first_sha256, first_face), (second_sha256, second_face) = self
        return {
            "first_sha256": first_sha256,
            "first_face": first_face,
            "second_sha256": second_sha256,
            "second_face": second_face,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person said of a pair, and when."""

    id: int
    pair: PhotographPair
    verdict: Verdict
    note: str
    operator_id: int
    operator: str
    at: str


# Fingerprints


def keep(db: Connection, photograph: Photograph) -> list[int]:
    """Note the fingerprint of a face whose original is kept; the first one stays. The number of
    what was noted, for the act to seal."""
    if photograph.fingerprint is None:
        return []
    cursor = db.conn.execute(
        "INSERT INTO fingerprints (original_sha256, face, method, fingerprint, made_at) "
        "SELECT :sha256, :face, :method, :fingerprint, :at WHERE NOT EXISTS ("
        "SELECT 1 FROM fingerprints WHERE original_sha256 = :sha256 AND face = :face "
        "AND method = :method)",
        {
            "sha256": photograph.sha256,
            "face": photograph.key[1],
            "method": METHOD,
            "fingerprint": photograph.fingerprint,
            "at": now(),
        },
    )
    return [int(cursor.lastrowid or 0)] if cursor.rowcount else []


def kept(db: Connection, photographs: Iterable[Photograph]) -> list[Photograph]:
    """With the fingerprints that are kept of them; one written around the program is none."""
    every = list(photographs)
    rows = [_kept(db, one) for one in every]
    altered = set(seals.changed(db, "fingerprint", [row[0] for row in rows if row]))
    return [
        replace(one, fingerprint=bytes(row[1]) if row and row[0] not in altered else None)
        for one, row in zip(every, rows, strict=True)
    ]


def _kept(db: Connection, photograph: Photograph) -> tuple[int, bytes] | None:
    found: tuple[int, bytes] | None = db.conn.execute(
        "SELECT id, fingerprint FROM fingerprints WHERE original_sha256 = ? AND face = ? "
        "AND method = ?",
        [*photograph.key, METHOD],
    ).fetchone()
    return found


def of_probes(db: Connection) -> list[Photograph]:
    """Every face of every case's probes, with its fingerprint if that was made."""
    rows = db.conn.execute(
        "SELECT DISTINCT q.original_sha256, j.value FROM probes q JOIN json_each(q.faces) j"
    )
    return kept(db, [Photograph(row[0], Face.from_dict(json.loads(row[1]))) for row in rows])


# Suspicions


def suspect(
    db: Connection,
    one: Photograph,
    other: Photograph,
    found: Suspect,
    model: ModelIdentity | None,
) -> int | None:
    """Note that two faces look like one photograph; None where that was noted before, or is
    certain."""
    if found.status is not SamePhotograph.SUSPECTED:
        return None
    pair = PhotographPair.of(one, other)
    if suspected(db, pair):
        return None
    row = pair.columns() | {
        "likeness": found.likeness,
        "mirrored": int(found.mirrored),
        "score": found.score,
        "model_sha256": model.sha256 if model and found.score is not None else None,
        "method": METHOD,
        "at": now(),
    }
    return insert(db, "photograph_suspicions", row)


_PAIR = (
    "first_sha256 = :first_sha256 AND first_face = :first_face "
    "AND second_sha256 = :second_sha256 AND second_face = :second_face"
)


def suspected(db: Connection, pair: PhotographPair) -> bool:
    """Whether the pair was ever suspected, whatever people said of it since."""
    query = f"SELECT 1 FROM photograph_suspicions WHERE {_PAIR}"
    return db.conn.execute(query, pair.columns()).fetchone() is not None


def pairs_between(db: Connection, one_unknown: int, other_unknown: int) -> list[PhotographPair]:
    """Faces of two unknowns that were ever suspected to be one photograph, or judged."""
    rows = db.query(
        "SELECT DISTINCT s.* FROM same_photographs s "
        "JOIN unknown_faces a ON a.original_sha256 = s.sha256 AND a.face = s.face "
        "JOIN unknown_faces b ON b.original_sha256 = s.other_sha256 AND b.face = s.other_face "
        "WHERE a.unknown_id = ? AND b.unknown_id = ?",
        [one_unknown, other_unknown],
    )
    keys = (((r["sha256"], r["face"]), (r["other_sha256"], r["other_face"])) for r in rows)
    return [PhotographPair(*sorted(pair)) for pair in keys]


# Judgements


def judge(
    db: Connection, pair: PhotographPair, verdict: Verdict, note: str, operator_id: int
) -> int:
    row = {"verdict": verdict.value, "note": note, "operator_id": operator_id, "at": now()}
    return insert(db, "photograph_judgements", pair.columns() | row)


def judgements(db: Connection, pair: PhotographPair) -> list[Judgement]:
    """Of one pair, oldest first."""
    rows = db.query(
        "SELECT j.*, o.display_name AS operator FROM photograph_judgements j "
        f"JOIN operators o ON o.id = j.operator_id WHERE {_PAIR} ORDER BY j.id",
        pair.columns(),
    )
    return [_judgement(row) for row in rows]


def _judgement(row: dict[str, Any]) -> Judgement:
    return Judgement(
        row["id"],
        PhotographPair(
            (row["first_sha256"], row["first_face"]), (row["second_sha256"], row["second_face"])
        ),
        Verdict(row["verdict"]),
        row["note"],
        row["operator_id"],
        row["operator"],
        row["at"],
    )


def settled(db: Connection, pair: PhotographPair) -> Verdict | None:
    """What two people agree on by now (``domain.photographs.settled``)."""
    query = f"SELECT settled FROM judged_photographs WHERE {_PAIR}"
    row = db.conn.execute(query, pair.columns()).fetchone()
    return Verdict(row[0]) if row and row[0] else None


def standing(db: Connection, one: Photograph, other: Photograph) -> Standing:
    """Of two files as the view ``same_photographs`` has it, on which SQL may rest."""
    if one.sha256 == other.sha256:
        certain = overlap(one.face.box, other.face.box)
        return Standing.CERTAIN if certain else Standing.NONE
    row = db.conn.execute(
        "SELECT standing FROM same_photographs WHERE sha256 = ? AND face = ? "
        "AND other_sha256 = ? AND other_face = ?",
        [*one.key, *other.key],
    ).fetchone()
    return Standing(row[0]) if row else Standing.NONE
