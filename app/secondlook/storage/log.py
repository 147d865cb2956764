"""The hash-chained log, and the check that the rows on record are still what the log says."""

from collections.abc import Iterator
from typing import Any

from secondlook.domain.audit import BrokenLink, LogEntry, canonical_json, seal, sha256_text
from secondlook.storage.database import Connection, now
from secondlook.storage.guards import ACCEPTED_BELOW_POLICY
from secondlook.storage.migrations import MIGRATIONS

COLUMNS = "seq, at, actor, act, subject, payload, previous_hash, hash"

ON_RECORD: dict[str, str] = {
    "policy": "SELECT * FROM policies WHERE sha256 = :key",
    "search": "SELECT * FROM searches WHERE id = :key",
    "examination": "SELECT * FROM examinations WHERE id = :key",
    "decision": "SELECT * FROM decisions WHERE id = :key",
    "rehearsal": "SELECT * FROM rehearsals WHERE id = :key",
    "mark": "SELECT * FROM marks WHERE id = :key",
    "photograph suspicion": "SELECT * FROM photograph_suspicions WHERE id = :key",
    "photograph judgement": "SELECT * FROM photograph_judgements WHERE id = :key",
}
"""Acts whose log entry carries a digest of the row it wrote; the subject is "act key"."""

WITH_IT = {
    "search": "SELECT * FROM candidates WHERE search_id = :key ORDER BY rank",
    "rehearsal": "SELECT * FROM rehearsal_searches WHERE rehearsal_id = :key ORDER BY id",
}
"""Rows that are sealed together with the one on record."""

KEYS = {
    "policy": "SELECT sha256 FROM policies",
    "search": "SELECT id FROM searches",
    "examination": "SELECT id FROM examinations",
    "decision": "SELECT id FROM decisions",
    "rehearsal": "SELECT id FROM rehearsals WHERE finished_at IS NOT NULL",
    "mark": "SELECT id FROM marks",
    "photograph suspicion": "SELECT id FROM photograph_suspicions",
    "photograph judgement": "SELECT id FROM photograph_judgements",
}


def append(db: Connection, actor: str, act: str, subject: str, payload: dict[str, Any]) -> LogEntry:
    """Add an entry. Call inside the transaction that does the act."""
    last = next(db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq DESC LIMIT 1"), None)
    previous = LogEntry(**last) if last else None
    entry = seal(previous, at=now(), actor=actor, act=act, subject=subject, payload=payload)
    db.conn.execute(
        f"INSERT INTO audit_log ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.seq,
            entry.at,
            entry.actor,
            entry.act,
            entry.subject,
            entry.payload,
            entry.previous_hash,
            entry.hash,
        ),
    )
    return entry


def record(
    db: Connection, actor: str, act: str, key: int | str, payload: dict[str, Any]
) -> LogEntry:
    """Add an entry that seals the row ``key`` just written (see ``ON_RECORD``)."""
    return append(db, actor, act, f"{act} {key}", {**payload, "digest": digest(db, act, key)})


def digest(db: Connection, act: str, key: int | str) -> str:
    """SHA-256 of the canonical JSON of a recorded row, with the rows that belong to it.

    Raises ``ValueError`` for a row that cannot have been recorded (an infinite number).
    """
    rows = list(db.query(ON_RECORD[act], {"key": key}))
    if act in WITH_IT:
        rows += list(db.query(WITH_IT[act], {"key": int(key)}))
    return sha256_text(canonical_json(rows))


def entries(db: Connection) -> Iterator[LogEntry]:
    """The whole log, oldest first."""
    for row in db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq"):
        yield LogEntry(**row)


def latest(db: Connection, limit: int, containing: str = "") -> list[LogEntry]:
    """Newest first, those whose actor, act, subject or payload contain a text."""
    rows = db.query(
        f"SELECT {COLUMNS} FROM audit_log WHERE :text = '' OR "
        "instr(lower(actor || ' ' || act || ' ' || subject || ' ' || payload), lower(:text)) "
        "ORDER BY seq DESC LIMIT :limit",
        {"text": containing, "limit": limit},
    )
    return [LogEntry(**row) for row in rows]


def first_altered_record(db: Connection) -> BrokenLink | None:
    """The first row on record that differs from what the log sealed, was never logged, or could
    not have been written with the guards in place."""
    return _changed_or_unlogged(db) or _unfounded(db)


def _changed_or_unlogged(db: Connection) -> BrokenLink | None:
    logged: dict[str, set[str]] = {act: set() for act in ON_RECORD}
    acts = ", ".join(f"'{act}'" for act in ON_RECORD)
    for row in db.query(
        f"SELECT seq, act, subject, json_extract(payload, '$.digest') AS digest FROM audit_log "
        f"WHERE act IN ({acts}) ORDER BY seq"
    ):
        key = row["subject"].removeprefix(f"{row['act']} ")
        logged[row["act"]].add(key)
        if not _is_as_recorded(db, row["act"], key, row["digest"]):
            return BrokenLink(row["seq"], f"{row['subject']} is not what was recorded")
    for act, query in KEYS.items():
        for row in db.query(query):
            key = str(next(iter(row.values())))
            if key not in logged[act]:
                return BrokenLink(0, f"{act} {key} was written around the log")
    return None


def _unfounded(db: Connection) -> BrokenLink | None:
    """Rows that are on record, but that the program would not have written."""
    for row in db.query("SELECT sha256, document FROM policies"):
        if sha256_text(row["document"]) != row["sha256"]:
            return _link(db, f"policy {row['sha256']}", "is not the policy that its hash names")
    for row in db.query(ACCEPTED_BELOW_POLICY):
        return _link(db, f"decision {row['id']}", "accepts a candidate below its policy")
    return None


def _link(db: Connection, subject: str, problem: str) -> BrokenLink:
    query = "SELECT min(seq) AS seq FROM audit_log WHERE subject = ?"
    seq = next(db.query(query, [subject]))["seq"]
    return BrokenLink(seq or 0, f"{subject} {problem}")


def _is_as_recorded(db: Connection, act: str, key: str, sealed: str | None) -> bool:
    try:
        return digest(db, act, key) == sealed
    except ValueError:
        return False


def altered_guards(db: Connection) -> list[str]:
    """Names of triggers, views and tables that differ from what this version creates."""
    fresh = Connection(memory=True)
    MIGRATIONS.apply(fresh)
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND sql IS NOT NULL"
    expected = {r["name"]: r["sql"] for r in fresh.query(query)}
    found = {r["name"]: r["sql"] for r in db.query(query)}
    fresh.conn.close()
    ignored = {MIGRATIONS.migrations_table}
    return sorted(
        name
        for name in (expected.keys() | found.keys()) - ignored
        if expected.get(name) != found.get(name)
    )
