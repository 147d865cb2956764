"""The states of rows that may change: each act that changes them seals them, and the last counts.

A subject is a kind and a number: ``case 3``. Its state is the rows of ``STATES``; what is not named
there may change without an act. Whoever changes a row through the program lets ``log.append`` seal
it in the same transaction, and asks ``require`` before, so that nothing that was changed around the
program is sealed with it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from secondlook.domain.audit import BrokenLink, canonical_json, commitment
from secondlook.domain.errors import IntegrityError
from secondlook.storage.database import Connection, snapshot

STATES: dict[str, tuple[str, ...]] = {
    "case": (
        "SELECT id AS subject, reference, purpose, authorisation, authorised_at, notes, "
        "policy_sha256, opened_by, opened_at, closed_at FROM cases",
    ),
    "account": (
        "SELECT id AS subject, username, display_name, role, password_hash, active, created_at "
        "FROM operators",
        "SELECT operator_id AS subject, key FROM account_names",
        "SELECT operator_id AS subject, id, issued_by, cause, code_hash, issued_at, expires_at, "
        "used_at FROM sign_in_codes",
    ),
    "probe": (
        "SELECT id AS subject, case_id, original_sha256, source_name, faces, qualities, chosen, "
        "origin, analysis, added_by, added_at FROM probes",
    ),
    "gallery": (
        "SELECT id AS subject, name, source, model_name, model_version, model_sha256, created_at "
        "FROM galleries",
    ),
    "reference": (
        "SELECT r.id AS subject, r.person_id, r.original_sha256, r.source_path, r.face, r.quality, "
        "r.added_at, p.gallery_id, p.key, p.display_name, p.metadata FROM reference_images r "
        "JOIN persons p ON p.id = r.person_id",
        "SELECT reference_id AS subject, model_sha256, vector FROM templates",
    ),
    "calibration": (
        "SELECT gallery_id AS subject, model_sha256, state_hash, persons, histogram, created_at "
        "FROM calibrations",
    ),
    "fingerprint": (
        "SELECT id AS subject, original_sha256, face, method, fingerprint, made_at "
        "FROM fingerprints",
    ),
    "unknown template": (
        "SELECT unknown_id AS subject, id, model_sha256, vector FROM unknown_templates",
    ),
    "placed template": (
        "SELECT unknown_id AS subject, id, model_sha256, vector FROM placed_templates",
    ),
    "rehearsal search": (
        "SELECT q.id AS subject, q.rehearsal_id, q.probe, q.person, q.person_id, q.reference_id, "
        "q.absent, q.mated, q.groups, q.status, q.fault, q.detail, q.probe_sha256, q.face, "
        "q.quality, q.candidates, q.true_rank, q.true_score, q.true_confidence, "
        "r.kind, r.source, r.group_columns, r.gallery_id, r.gallery_name, r.gallery_persons, "
        "r.gallery_state, r.model, r.model_sha256, r.provider, r.calibration, r.operator_id, "
        "r.started_at FROM rehearsal_searches q JOIN rehearsals r ON r.id = q.rehearsal_id",
    ),
}
"""By kind: queries of the number of a subject and what is sealed of it, in the order of the first
two columns. A password is in the digest by its hash, and the digest is salted."""

SEALED = "states"
"""Under which an entry of the log commits to the states that it seals."""


class Line(NamedTuple):
    """What an entry of the log says of a subject; no digest: it was removed."""

    kind: str
    subject: int
    digest: str | None


class _Seal(NamedTuple):
    seq: int
    salt: str
    digest: str | None


def lines(db: Connection, salt: str, states: Mapping[str, Iterable[int]]) -> list[Line]:
    """The states as they are now, by kind and number."""
    made = []
    for kind, subjects in sorted(states.items()):
        wanted = sorted(set(subjects))
        held = _held(db, kind, wanted)
        made += [
            Line(kind, one, commitment(salt, held[one]) if one in held else None) for one in wanted
        ]
    return made


def list_digest(salt: str, made: Iterable[Line]) -> str:
    return commitment(salt, canonical_json([list(line) for line in made]))


def keep(db: Connection, seq: int, made: Iterable[Line]) -> None:
    db.conn.executemany(
        "INSERT INTO sealed_states (kind, key, seq, digest) VALUES (?, ?, ?, ?)",
        [(line.kind, line.subject, seq, line.digest) for line in made],
    )


def require_all(db: Connection, kind: str) -> None:
    """Raises ``IntegrityError`` unless all of a kind are as the last act left them."""
    _refuse(kind, changed(db, kind))


def require(db: Connection, kind: str, *subjects: int) -> None:
    """Raises ``IntegrityError`` unless they are as the last act left them."""
    _refuse(kind, changed(db, kind, subjects))


def _refuse(kind: str, altered: list[int]) -> None:
    if altered:
        raise IntegrityError(
            "It was changed around the program.",
            subject=f"{kind} {altered[0]}",
            remedy="Put back a copy of the database, and find out who had access to the file.",
        )


def changed(db: Connection, kind: str, subjects: Iterable[int] | None = None) -> list[int]:
    """Those that are not as an act left them, or were made by none; of all for None."""
    wanted = None if subjects is None else sorted(set(subjects))
    with snapshot(db):
        held, seals = _held(db, kind, wanted), _last(db, kind, wanted)
        sound = _sound(db, {seal.seq for seal in seals.values()})
        carried = _carried_over(db, kind) if held.keys() - seals.keys() else set()

    def as_left(one: int) -> bool:
        seal = seals.get(one)
        if seal is None:
            return one in carried
        now = commitment(seal.salt, held[one]) if one in held else None
        return seal.seq in sound and seal.digest == now

    return sorted(one for one in held.keys() | seals.keys() if not as_left(one))


def first_changed(db: Connection) -> BrokenLink | None:
    """The first of all subjects that is not as the log says, or a line that no entry sealed."""
    entries = {row[0] for row in db.conn.execute("SELECT DISTINCT seq FROM sealed_states")}
    for seq in sorted(entries - _sound(db, entries)):
        return BrokenLink(seq, "a line beside the entry is not what it sealed")
    for kind in STATES:
        for one in changed(db, kind):
            seal = _last(db, kind, [one]).get(one)
            problem = "was changed around the log" if seal else "was written around the log"
            return BrokenLink(seal.seq if seal else 0, f"{kind} {one} {problem}")
    return None


def _held(db: Connection, kind: str, subjects: list[int] | None) -> dict[int, str]:
    """The canonical text of each subject that is there."""
    queries = STATES[kind]
    found: dict[int, list[list[list[Any]]]] = {}
    for place, query in enumerate(queries):
        for row in _of(db, query, "subject", subjects):
            state = found.setdefault(row[0], [[] for _ in queries])
            state[place].append([_as_text(value) for value in row[1:]])
    return {one: canonical_json(state) for one, state in found.items() if state[0]}


def _of(
    db: Connection, query: str, column: str, subjects: list[int] | None
) -> Iterable[tuple[Any, ...]]:
    if subjects is None:
        return db.conn.execute(f"SELECT * FROM ({query}) ORDER BY 1, 2")
    wanted = f"{column} IN (SELECT value FROM json_each(?))"
    query = f"SELECT * FROM ({query}) WHERE {wanted} ORDER BY 1, 2"
    return db.conn.execute(query, (json.dumps(subjects),))


def _as_text(value: Any) -> Any:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def _last(db: Connection, kind: str, subjects: list[int] | None) -> dict[int, _Seal]:
    """What the log says of each, by the newest entry."""
    query = (
        f"SELECT s.key, s.seq, coalesce(c.salt, ''), s.digest FROM sealed_states s "
        f"LEFT JOIN commitments c ON c.seq = s.seq AND c.name = '{SEALED}' "
        f"WHERE s.kind = '{kind}'"
    )
    rows = _of(db, query, "key", subjects)
    return {key: _Seal(*rest) for key, *rest in rows}  # in the order of the log


def _sound(db: Connection, entries: set[int]) -> set[int]:
    """Those entries of the log whose lines are what they sealed."""
    rows = db.conn.execute(
        "SELECT s.seq, c.salt, json_extract(l.payload, '$.' || c.name), s.kind, s.key, s.digest "
        "FROM sealed_states s JOIN audit_log l ON l.seq = s.seq "
        "JOIN commitments c ON c.seq = s.seq AND c.name = ? "
        "WHERE s.seq IN (SELECT value FROM json_each(?)) ORDER BY s.seq, s.kind, s.key",
        (SEALED, json.dumps(sorted(entries))),
    )
    sound = set()
    for (seq, salt, sealed), made in groupby(rows, key=lambda row: row[:3]):
        if list_digest(salt, (Line(*row[3:]) for row in made)) == sealed:
            sound.add(seq)
    return sound


def _carried_over(db: Connection, kind: str) -> set[int]:
    """Those that are older than the seals of states."""
    rows = db.conn.execute("SELECT key FROM carried_over WHERE kind = ?", (kind,))
    return {row[0] for row in rows}
