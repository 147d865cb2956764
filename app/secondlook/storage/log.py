"""The hash-chained log, and the check that the rows on record are still what the log says."""

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from secondlook.domain.audit import (
    BrokenLink,
    LogEntry,
    canonical_json,
    commitment,
    seal,
    sha256_text,
)
from secondlook.storage import acceptances
from secondlook.storage.database import Connection, now
from secondlook.storage.earlier_rules import ACCEPTED, ACCEPTED_BELOW
from secondlook.storage.migrations import MIGRATIONS

COLUMNS = "seq, at, actor, act, subject, payload, previous_hash, hash, signer"

ON_RECORD: dict[str, str] = {
    "policy": "SELECT * FROM policies WHERE sha256 = :key",
    "search": "SELECT * FROM searches WHERE id = :key",
    "examination": "SELECT * FROM examinations WHERE id = :key",
    "decision": "SELECT * FROM decisions WHERE id = :key",
    "rehearsal": "SELECT * FROM rehearsals WHERE id = :key",
    "mark": "SELECT * FROM marks WHERE id = :key",
    "analysis": "SELECT * FROM analyses WHERE id = :key",
    "origin declaration": "SELECT * FROM origin_declarations WHERE id = :key",
    "unknown link": "SELECT * FROM unknown_links WHERE id = :key",
    "declared tries": "SELECT * FROM declared_tries WHERE id = :key",
    "reopening": "SELECT * FROM reopenings WHERE id = :key",
    "lead withdrawal": "SELECT * FROM lead_withdrawals WHERE decision_id = :key",
    "confirmation": "SELECT * FROM tie_confirmations WHERE id = :key",
    "unit": "SELECT * FROM units_of_two WHERE id = :key",
    "answer": "SELECT * FROM unit_answers WHERE id = :key",
    "approval": "SELECT * FROM approvals WHERE id = :key",
    "revocation": "SELECT * FROM revocations WHERE id = :key",
    "card": "SELECT * FROM model_cards WHERE sha256 = :key",
    "trust": "SELECT * FROM search_trust WHERE search_id = :key",
    "move": "SELECT * FROM case_moves WHERE id = :key",
    "photograph suspicion": "SELECT * FROM photograph_suspicions WHERE id = :key",
    "photograph judgement": "SELECT * FROM photograph_judgements WHERE id = :key",
}
"""Acts whose log entry carries a digest of the row it wrote; the subject is "act key"."""

WITH_IT: dict[str, tuple[str, ...]] = {
    "search": (
        "SELECT * FROM candidates WHERE search_id = :key ORDER BY rank",
        "SELECT * FROM calibration_steps WHERE search_id = :key ORDER BY score",
    ),
    "rehearsal": ("SELECT * FROM rehearsal_searches WHERE rehearsal_id = :key ORDER BY id",),
    "decision": ("SELECT * FROM decision_bases WHERE decision_id = :key",),
}
"""Rows that are sealed together with the one on record. What was recorded before such rows were
kept has none, so that its seal holds."""

KEYS = {
    "policy": "SELECT sha256 FROM policies",
    "search": "SELECT id FROM searches",
    "examination": "SELECT id FROM examinations",
    "decision": "SELECT id FROM decisions",
    "rehearsal": "SELECT id FROM rehearsals WHERE finished_at IS NOT NULL",
    "mark": "SELECT id FROM marks",
    "reopening": "SELECT id FROM reopenings",
    "lead withdrawal": "SELECT decision_id FROM lead_withdrawals",
    "unknown link": "SELECT id FROM unknown_links",
    "declared tries": "SELECT id FROM declared_tries",
    "confirmation": "SELECT id FROM tie_confirmations",
    "unit": "SELECT id FROM units_of_two",
    "answer": "SELECT id FROM unit_answers",
    "approval": "SELECT id FROM approvals",
    "revocation": "SELECT id FROM revocations",
    "card": "SELECT sha256 FROM model_cards",
    "trust": "SELECT search_id FROM search_trust",
    "move": "SELECT id FROM case_moves",
    "photograph suspicion": "SELECT id FROM photograph_suspicions",
    "photograph judgement": "SELECT id FROM photograph_judgements",
}


def append(
    db: Connection,
    actor: str,
    act: str,
    subject: str,
    payload: dict[str, Any],
    personal: Mapping[str, str] | None = None,
) -> LogEntry:
    """Add an entry. Call inside the transaction that does the act.

    ``personal``: values that the log itself must not hold (a name, a reason, an authorisation). The
    entry commits to each, and the value stands beside it.
    """
    return _append(db, actor, act, subject, payload, dict(personal or {}))


def _append(
    db: Connection,
    actor: str,
    act: str,
    subject: str,
    payload: dict[str, Any],
    values: dict[str, str],
    row: str | None = None,
) -> LogEntry:
    """``row``: the canonical JSON of the rows that the entry seals."""
    salts = {name: secrets.token_hex(16) for name in (*values, *(["digest"] if row else []))}
    sealed = {name: commitment(salts[name], value) for name, value in values.items()}
    if row:
        sealed["digest"] = commitment(salts["digest"], row)
    last = next(db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq DESC LIMIT 1"), None)
    account = next(db.query("SELECT id FROM operators WHERE username = ?", [actor]), None)
    entry = seal(
        LogEntry(**last) if last else None,
        at=now(),
        actor=actor,
        act=act,
        subject=subject,
        payload=payload | sealed,
        signer=account["id"] if account else None,
    )
    marks = ", ".join("?" * len(COLUMNS.split(", ")))
    db.conn.execute(f"INSERT INTO audit_log ({COLUMNS}) VALUES ({marks})", astuple(entry))
    db.conn.executemany(
        "INSERT INTO commitments VALUES (?, ?, ?, ?)",
        [(entry.seq, name, salt, values.get(name)) for name, salt in salts.items()],
    )
    return entry


def record(
    db: Connection, actor: str, act: str, key: int | str, payload: dict[str, Any]
) -> LogEntry:
    """Add an entry that seals the row ``key`` just written (see ``ON_RECORD``)."""
    return _append(db, actor, act, f"{act} {key}", payload, {}, rows_of(db, act, key))


def personal(db: Connection, seq: int) -> dict[str, str]:
    """The values that an entry commits to, by name."""
    query = "SELECT name, value FROM commitments WHERE seq = ? AND value IS NOT NULL"
    return {row["name"]: row["value"] for row in db.query(query, [seq])}


def rows_of(db: Connection, act: str, key: int | str) -> str:
    """The canonical JSON of a recorded row, with the rows that belong to it.

    Raises ``ValueError`` for a row that cannot have been recorded (an infinite number).
    """
    rows = list(db.query(ON_RECORD[act], {"key": key}))
    for query in WITH_IT.get(act, ()):
        rows += list(db.query(query, {"key": int(key)}))
    return canonical_json(rows)


def entries(db: Connection) -> Iterator[LogEntry]:
    """The whole log, oldest first."""
    for row in db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq"):
        yield LogEntry(**row)


def of(db: Connection, act: str, subject: str) -> list[LogEntry]:
    """The entries of one act on one thing, oldest first."""
    query = f"SELECT {COLUMNS} FROM audit_log WHERE act = ? AND subject = ? ORDER BY seq"
    return [LogEntry(**row) for row in db.query(query, [act, subject])]


def latest(
    db: Connection, limit: int, containing: str = "", hidden: Collection[int] = ()
) -> list[LogEntry]:
    """Newest first, those whose actor, act, subject or payload contain a text.

    ``hidden``: candidates of which whoever looks may not know yet that anybody examined them.
    """
    rows = db.query(
        f"SELECT {COLUMNS} FROM audit_log WHERE (:text = '' OR "
        "instr(lower(actor || ' ' || act || ' ' || subject || ' ' || payload), lower(:text))) "
        f"AND NOT (act IN ({SWAYING}) AND json_extract(payload, '$.candidate') IN "
        "(SELECT value FROM json_each(:hidden))) "
        "ORDER BY seq DESC LIMIT :limit",
        {"text": containing, "limit": limit, "hidden": canonical_json(sorted(hidden))},
    )
    return [LogEntry(**row) for row in rows]


SWAYING = "'examination', 'decision', 'reopening', 'lead withdrawal'"
"""Acts that tell what others think of a question, or that they examined it."""


def first_altered_record(db: Connection) -> BrokenLink | None:
    """The first row on record that differs from what the log sealed, was never logged, or could
    not have been written with the guards in place."""
    return _changed_or_unlogged(db) or _broken_commitment(db) or _unfounded(db)


def _changed_or_unlogged(db: Connection) -> BrokenLink | None:
    logged: dict[str, set[str]] = {act: set() for act in ON_RECORD}
    acts = ", ".join(f"'{act}'" for act in ON_RECORD)
    for row in db.query(
        "SELECT l.seq, act, subject, json_extract(payload, '$.digest') AS digest, "
        "coalesce(c.salt, '') AS salt FROM audit_log l "
        "LEFT JOIN commitments c ON c.seq = l.seq AND c.name = 'digest' "
        f"WHERE act IN ({acts}) ORDER BY l.seq"
    ):
        key = row["subject"].removeprefix(row["act"]).strip()
        logged[row["act"]].add(key)
        if not _is_as_recorded(db, key, row):
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
    for row in db.query("SELECT sha256, card FROM model_cards"):
        if sha256_text(row["card"]) != row["sha256"]:
            return _link(db, f"card {row['sha256']}", "is not the card that its hash names")
    for row in db.query(ACCEPTED_BELOW):
        return _link(db, f"decision {row['id']}", "accepts a candidate below its policy")
    fault = acceptances.unfounded(db)
    return _link(db, *fault) if fault else None


def accepted_under_earlier_rules(db: Connection) -> list[int]:
    """Decisions of before today's rules; they were judged by the rules of their day."""
    return [row["id"] for row in db.query(ACCEPTED)]


def _link(db: Connection, subject: str, problem: str) -> BrokenLink:
    query = "SELECT min(seq) AS seq FROM audit_log WHERE subject = ?"
    seq = next(db.query(query, [subject]))["seq"]
    return BrokenLink(seq or 0, f"{subject} {problem}")


def _is_as_recorded(db: Connection, key: str, entry: dict[str, Any]) -> bool:
    """Entries from before there were salts are sealed by the rows alone."""
    try:
        rows = rows_of(db, entry["act"], key)
    except ValueError:
        return False
    sealed: str | None = entry["digest"]
    return commitment(entry["salt"], rows) == sealed


def _broken_commitment(db: Connection) -> BrokenLink | None:
    """The first value beside the log that is not what its entry committed to."""
    for row in db.query(
        "SELECT c.*, json_extract(l.payload, '$.' || c.name) AS sealed FROM commitments c "
        "LEFT JOIN audit_log l ON l.seq = c.seq WHERE c.value IS NOT NULL ORDER BY c.seq"
    ):
        if commitment(row["salt"], row["value"]) != row["sealed"]:
            return BrokenLink(row["seq"], f"{row['name']} is not what the entry committed to")
    return None


def altered_guards(db: Connection) -> list[str]:
    """Names of triggers, views and tables that differ from what this version creates."""
    fresh = Connection(memory=True)
    MIGRATIONS.apply(fresh)
    # SQLite's own are tables and indexes without a text: nothing else may hide behind its prefix
    query = (
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND NOT (type = 'table' AND name LIKE 'sqlite^_%' ESCAPE '^')"
    )
    expected = {r["name"]: r["sql"] for r in fresh.query(query)}
    found = {r["name"]: r["sql"] for r in db.query(query)}
    fresh.conn.close()
    ignored = {MIGRATIONS.migrations_table}
    return sorted(
        name
        for name in (expected.keys() | found.keys()) - ignored
        if expected.get(name) != found.get(name)
    )
