"""The log as it was written before entries had a signer and seals a salt."""

import sqlite3
from typing import Any

from secondlook.domain.audit import canonical_json, entry_hash, sha256_text

from .plain_sql import OPENED, insert

TABLES = {
    "policy": ("policies", "sha256"),
    "search": ("searches", "id"),
    "examination": ("examinations", "id"),
    "decision": ("decisions", "id"),
}
GENESIS = "0" * 64


def rows(db: sqlite3.Connection, query: str, key: Any) -> list[dict[str, Any]]:
    cursor = db.execute(query, [key])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def record(db: sqlite3.Connection, act: str, key: Any) -> None:
    """Seal a row, with its candidates where it is a search."""
    table, column = TABLES[act]
    sealed = rows(db, f"SELECT * FROM {table} WHERE {column} = ?", key)
    if act == "search":
        sealed += rows(db, "SELECT * FROM candidates WHERE search_id = ? ORDER BY rank", key)
    payload = canonical_json({"digest": sha256_text(canonical_json(sealed))})
    query = "SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1"
    last, previous = db.execute(query).fetchone() or (0, GENESIS)
    seq, subject = last + 1, f"{act} {key}"
    digest = entry_hash(previous, seq, OPENED, "ana", act, subject, payload)
    row = {"seq": seq, "at": OPENED, "actor": "ana", "act": act, "subject": subject}
    insert(db, "audit_log", row | {"payload": payload, "previous_hash": previous, "hash": digest})
