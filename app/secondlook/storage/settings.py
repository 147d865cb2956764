"""What holds for everybody who works on a database: small JSON values under names."""

import json
from typing import Any

from secondlook.domain.audit import canonical_json
from secondlook.storage.database import Connection, now


def get(db: Connection, key: str) -> Any:
    """The value; None when it was never set."""
    row = next(db.query("SELECT value FROM settings WHERE key = ?", [key]), None)
    return json.loads(row["value"]) if row else None


def put(db: Connection, key: str, value: Any) -> None:
    db.conn.execute(
        "INSERT OR REPLACE INTO settings (key, value, changed_at) VALUES (?, ?, ?)",
        (key, canonical_json(value), now()),
    )
