"""A confidence may rest on a fitted tail. Frozen."""

from sqlite_utils import Database

from secondlook.storage.migrations import acceptance_until_0005 as acceptance

STATUSES = (
    "'measured', 'reference', 'not_measurable'",
    "'measured', 'reference', 'extrapolated', 'not_measurable'",
)
"""What a candidate's confidence may rest on, before and since."""

SQL = acceptance.AGAIN


def upgrade(db: Database) -> None:
    """Only the text of a CHECK grows, which SQLite lets a program edit
    (sqlite.org/lang_altertable.html): making the table anew would have to take its guards away
    while recorded rows are copied."""
    version = db.conn.execute("PRAGMA schema_version").fetchone()[0]
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'candidates'",
        STATUSES,
    )
    db.conn.execute(f"PRAGMA schema_version = {version + 1}")
    db.conn.execute("PRAGMA writable_schema = RESET")
