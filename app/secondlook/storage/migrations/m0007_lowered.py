"""An opinion that was given can be lowered where it was given, as a further examination."""

from sqlite_utils import Database

from secondlook.storage.migrations.blank_sql import blank

SQL = ""

TABLE = """
CREATE TABLE examinations (
    id INTEGER PRIMARY KEY,
    candidate_id INTEGER NOT NULL REFERENCES candidates (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    findings TEXT NOT NULL CHECK (json_valid(findings)),
    conclusion INTEGER NOT NULL CHECK (conclusion = -9 OR conclusion BETWEEN -3 AND 3),
    notes TEXT NOT NULL,
    view TEXT NOT NULL CHECK (json_valid(view)),
    started_at TEXT NOT NULL,
    committed_at TEXT NOT NULL
) STRICT
"""
"""As in 0001, but for the constraint that a person examines a candidate once."""

INDEX = "CREATE INDEX examinations_by_candidate ON examinations (candidate_id, operator_id)"

NOT_REPLACED = """
CREATE TRIGGER examinations_not_replaced BEFORE INSERT ON examinations
WHEN EXISTS (SELECT 1 FROM examinations WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'examinations: a recorded row cannot be replaced'); END
"""


def _strength(row: str) -> str:
    """Insufficient quality supports nothing, as inconclusive (``domain.opinions.strength``)."""
    return f"CASE {row}.conclusion WHEN -9 THEN 0 ELSE {row}.conclusion END"


ONLY_LOWERED = f"""
CREATE TRIGGER examinations_only_lowered BEFORE INSERT ON examinations
WHEN EXISTS (SELECT 1 FROM examinations e
             WHERE e.candidate_id = NEW.candidate_id AND e.operator_id = NEW.operator_id
               AND ({_strength("NEW")} >= {_strength("e")} OR {blank("NEW.notes")}))
BEGIN SELECT RAISE(ABORT, 'examination refused: an opinion can only be lowered, with a note'); END
"""


def upgrade(db: Database) -> None:
    """SQLite takes no constraint away, so the table is made anew; every other guard that it had
    stands over it again before anybody else can write."""
    query = (
        "SELECT sql FROM sqlite_schema WHERE tbl_name = 'examinations' AND sql IS NOT NULL "
        "AND type <> 'table' AND name <> 'examinations_not_replaced' ORDER BY name"
    )
    guards = [row[0] for row in db.execute(query).fetchall()]
    db.conn.execute("CREATE TABLE examinations_before AS SELECT * FROM examinations")
    db.conn.execute("DROP TABLE examinations")
    db.conn.execute(TABLE)
    db.conn.execute("INSERT INTO examinations SELECT * FROM examinations_before ORDER BY id")
    db.conn.execute("DROP TABLE examinations_before")
    for sql in (INDEX, *guards, NOT_REPLACED, ONLY_LOWERED):
        db.conn.execute(sql)
