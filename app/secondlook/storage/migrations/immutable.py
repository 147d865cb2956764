"""Guards of tables whose rows are written once, for a step to use. Frozen."""


def immutable(table: str, *keys: str) -> str:
    """Triggers that refuse to change, delete or replace a row. ``keys``: the columns, comma
    separated, of each key by which ``INSERT OR REPLACE`` could replace one, the rowid included."""
    same = " OR ".join(
        "(" + " AND ".join(f"{c.strip()} = NEW.{c.strip()}" for c in key.split(",")) + ")"
        for key in keys
    )
    return f"""
CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be changed'); END;
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be deleted'); END;
CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be replaced'); END;
"""
