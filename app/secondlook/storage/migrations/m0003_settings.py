"""Settings of the database. Frozen."""

SQL = """
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value)),
    changed_at TEXT NOT NULL
) STRICT;
"""
