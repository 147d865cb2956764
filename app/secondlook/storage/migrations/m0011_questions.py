"""Questions: what opinions and outcomes belong to, across searches, cases and galleries.

An unknown is a face in a photograph; ``unknown_groups`` says which unknowns are one photograph
(they share opinions) and which show one person (they share N). A person of a gallery has an
identity across galleries (``identities``). Both are kept by the program and tried against their
evidence before a lead is accepted. ``tries`` holds every comparison of an unknown with a person,
once.
"""

from sqlite_utils import Database

from secondlook.storage.migrations import acceptance_0011 as acceptance
from secondlook.storage.migrations import facts_0011 as facts
from secondlook.storage.migrations import identities_0011 as identities
from secondlook.storage.migrations import outcomes_0011 as outcomes
from secondlook.storage.migrations.blank_sql import blank
from secondlook.storage.migrations.immutable import immutable
from secondlook.storage.migrations.people_sql import independent

_APART = """SELECT a.operator_id FROM unknown_links a
    WHERE a.one_id = l.one_id AND a.other_id = l.other_id AND a.basis = 'judged_apart'
        AND a.id > l.id"""

UNKNOWNS = f"""
CREATE TABLE unknowns (
    id INTEGER PRIMARY KEY,
    original_sha256 TEXT NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    size REAL NOT NULL CHECK (size > 0),
    noted_at TEXT NOT NULL
) STRICT;
CREATE INDEX unknowns_by_original ON unknowns (original_sha256);

CREATE TRIGGER unknowns_once BEFORE INSERT ON unknowns
WHEN EXISTS (SELECT 1 FROM unknowns u WHERE u.original_sha256 = NEW.original_sha256
    AND max(abs(u.x - NEW.x), abs(u.y - NEW.y)) < max(u.size, NEW.size) / 2)
BEGIN SELECT RAISE(ABORT, 'unknowns: this face of this picture is an unknown already'); END;

CREATE TABLE unknown_faces (
    id INTEGER PRIMARY KEY,
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    original_sha256 TEXT NOT NULL,
    face TEXT NOT NULL CHECK (json_valid(face)),
    UNIQUE (original_sha256, face)
) STRICT;

CREATE TRIGGER unknown_faces_of_one_picture BEFORE INSERT ON unknown_faces
WHEN NOT EXISTS (SELECT 1 FROM unknowns
                 WHERE id = NEW.unknown_id AND original_sha256 = NEW.original_sha256)
BEGIN SELECT RAISE(ABORT, 'unknown_faces: the unknown is of another picture'); END;

CREATE TABLE unknown_groups (
    unknown_id INTEGER PRIMARY KEY REFERENCES unknowns (id),
    photograph_id INTEGER NOT NULL,
    shown_id INTEGER NOT NULL,
    called_id INTEGER NOT NULL
) STRICT;
CREATE INDEX unknown_groups_by_photograph ON unknown_groups (photograph_id);
CREATE INDEX unknown_groups_by_shown ON unknown_groups (shown_id);

CREATE TRIGGER unknowns_grouped AFTER INSERT ON unknowns
BEGIN INSERT INTO unknown_groups VALUES (NEW.id, NEW.id, NEW.id, NEW.id); END;

CREATE TRIGGER unknown_groups_of_one BEFORE UPDATE ON unknown_groups
WHEN NEW.unknown_id IS NOT OLD.unknown_id
BEGIN SELECT RAISE(ABORT, 'unknown_groups: a row is of one unknown'); END;

CREATE TRIGGER unknown_groups_once BEFORE INSERT ON unknown_groups
WHEN EXISTS (SELECT 1 FROM unknown_groups WHERE unknown_id = NEW.unknown_id)
    OR NOT EXISTS (SELECT 1 FROM unknowns WHERE id = NEW.unknown_id)
BEGIN SELECT RAISE(ABORT, 'unknown_groups: one for each unknown'); END;

CREATE TRIGGER unknown_groups_not_deleted BEFORE DELETE ON unknown_groups
BEGIN SELECT RAISE(ABORT, 'unknown_groups: an unknown stays in its group'); END;

CREATE TABLE unknown_links (
    id INTEGER PRIMARY KEY,
    one_id INTEGER NOT NULL REFERENCES unknowns (id),
    other_id INTEGER NOT NULL REFERENCES unknowns (id),
    basis TEXT NOT NULL CHECK (basis IN ('suspected', 'declared', 'judged_apart')),
    operator_id INTEGER REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK (one_id < other_id),
    CHECK (basis <> 'judged_apart' OR operator_id IS NOT NULL)
) STRICT;
CREATE INDEX unknown_links_by_pair ON unknown_links (one_id, other_id);

CREATE VIEW unknown_links_in_force AS
SELECT 'person' AS relation, l.one_id, l.other_id FROM unknown_links l
WHERE l.basis <> 'judged_apart'
  AND {independent(_APART)} < 2
UNION
SELECT 'photograph', a.unknown_id, b.unknown_id FROM same_photographs s
JOIN unknown_faces a ON a.original_sha256 = s.sha256 AND a.face = s.face
JOIN unknown_faces b ON b.original_sha256 = s.other_sha256 AND b.face = s.other_face
WHERE s.standing IN ('suspected', 'same') AND a.unknown_id < b.unknown_id;

CREATE VIEW unknowns_called_one AS
SELECT iif(d.forth, a.unknown_id, b.unknown_id) AS one_id,
    iif(d.forth, b.unknown_id, a.unknown_id) AS other_id FROM judged_photographs s
JOIN unknown_faces a ON a.original_sha256 = s.first_sha256 AND a.face = s.first_face
JOIN unknown_faces b ON b.original_sha256 = s.second_sha256 AND b.face = s.second_face,
(SELECT 0 AS forth UNION ALL SELECT 1) d
WHERE s.settled = 'same';

CREATE TABLE unknown_templates (
    id INTEGER PRIMARY KEY,
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE INDEX unknown_templates_by_unknown ON unknown_templates (unknown_id, model_sha256);

CREATE TABLE search_unknowns (
    search_id INTEGER PRIMARY KEY REFERENCES searches (id),
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id)
) STRICT;
CREATE INDEX search_unknowns_by_unknown ON search_unknowns (unknown_id);

CREATE TRIGGER search_unknowns_true BEFORE INSERT ON search_unknowns
WHEN NOT EXISTS (SELECT 1 FROM searches s JOIN unknowns u ON u.original_sha256 = s.probe_sha256
                 WHERE s.id = NEW.search_id AND u.id = NEW.unknown_id)
BEGIN SELECT RAISE(ABORT, 'search_unknowns: the search is of another picture'); END;
"""

TRIES = """
CREATE TABLE models_compared (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    UNIQUE (sha256, status)
) STRICT;

CREATE TABLE tries (
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    model_id INTEGER NOT NULL REFERENCES models_compared (id),
    person_id INTEGER NOT NULL,
    PRIMARY KEY (unknown_id, model_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tries_not_changed BEFORE UPDATE ON tries
BEGIN SELECT RAISE(ABORT, 'tries: a recorded row cannot be changed'); END;
CREATE TRIGGER tries_not_deleted BEFORE DELETE ON tries
BEGIN SELECT RAISE(ABORT, 'tries: a recorded row cannot be deleted'); END;

CREATE TABLE declared_tries (
    id INTEGER PRIMARY KEY,
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    people INTEGER NOT NULL CHECK (people > 0),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX declared_tries_by_unknown ON declared_tries (unknown_id);

CREATE TABLE calibration_steps (
    search_id INTEGER NOT NULL REFERENCES searches (id),
    score REAL NOT NULL,
    fmr_upper REAL NOT NULL CHECK (fmr_upper BETWEEN 0 AND 1),
    PRIMARY KEY (search_id, score)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER calibration_steps_not_changed BEFORE UPDATE ON calibration_steps
BEGIN SELECT RAISE(ABORT, 'calibration_steps: a recorded row cannot be changed'); END;
CREATE TRIGGER calibration_steps_not_deleted BEFORE DELETE ON calibration_steps
BEGIN SELECT RAISE(ABORT, 'calibration_steps: a recorded row cannot be deleted'); END;
CREATE TRIGGER calibration_steps_of_searches BEFORE INSERT ON calibration_steps
WHEN EXISTS (SELECT 1 FROM calibration_steps
             WHERE search_id = NEW.search_id AND score = NEW.score)
    OR NOT EXISTS (SELECT 1 FROM searches WHERE id = NEW.search_id)
    OR EXISTS (SELECT 1 FROM audit_log
               WHERE act = 'search' AND subject = 'search ' || NEW.search_id)
BEGIN SELECT RAISE(ABORT, 'calibration_steps: no such search, or it is on record already'); END;
"""

_TWO_DECIDERS = independent("SELECT d.operator_id UNION SELECT NEW.operator_id")
_TWO_WITHDRAWERS = independent(
    "SELECT coalesce(w.operator_id, d.operator_id) UNION SELECT NEW.operator_id"
)

ACTS = f"""
CREATE TABLE analyses (
    id INTEGER PRIMARY KEY,
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    text TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX analyses_by_unknown ON analyses (unknown_id, operator_id);

CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    operator_id INTEGER REFERENCES operators (id),
    search_id INTEGER REFERENCES searches (id),
    examination_id INTEGER REFERENCES examinations (id),
    at TEXT NOT NULL,
    CHECK ((search_id IS NULL) <> (examination_id IS NULL))
) STRICT;
CREATE INDEX sightings_by_search ON sightings (search_id, operator_id);
CREATE INDEX sightings_by_examination ON sightings (examination_id, operator_id);

CREATE TABLE origin_declarations (
    id INTEGER PRIMARY KEY,
    original_sha256 TEXT NOT NULL,
    origin TEXT NOT NULL,
    corrects TEXT,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX origin_declarations_by_original ON origin_declarations (original_sha256);

CREATE TABLE reopenings (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX reopenings_by_decision ON reopenings (decision_id);

CREATE TRIGGER reopenings_by_others BEFORE INSERT ON reopenings
WHEN NOT EXISTS (SELECT 1 FROM decisions d LEFT JOIN lead_withdrawals w ON w.decision_id = d.id
                 WHERE d.id = NEW.decision_id
                   AND (d.outcome = 'excluded' OR w.decision_id IS NOT NULL)
                   AND {_TWO_DECIDERS} = 2
                   AND {_TWO_WITHDRAWERS} = 2)
BEGIN SELECT RAISE(ABORT, 'reopening refused: who decided or withdrew does not reopen'); END;

CREATE TABLE lead_withdrawals (
    decision_id INTEGER PRIMARY KEY REFERENCES decisions (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TRIGGER withdrawals_of_leads BEFORE INSERT ON lead_withdrawals
WHEN NOT EXISTS (SELECT 1 FROM decisions WHERE id = NEW.decision_id
                 AND outcome = 'accepted_as_lead')
BEGIN SELECT RAISE(ABORT, 'withdrawal refused: only a lead can be withdrawn'); END;

CREATE TABLE decision_bases (
    decision_id INTEGER PRIMARY KEY REFERENCES decisions (id),
    rules TEXT NOT NULL,
    bound_by TEXT,
    opinions TEXT NOT NULL CHECK (json_valid(opinions))
) STRICT;
"""

BY_PEOPLE = "".join(
    f"""
CREATE TRIGGER {table}_by_people BEFORE INSERT ON {table}
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, '{table}: not an active examiner'); END;
"""
    for table in ("analyses", "reopenings", "lead_withdrawals")
)

ORIGINS = """
CREATE TRIGGER origin_declarations_by_people BEFORE INSERT ON origin_declarations
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id AND active = 1
                 AND (NEW.corrects IS NULL OR role IN ('administrator', 'examiner')))
BEGIN SELECT RAISE(ABORT, 'origin_declarations: not an active examiner'); END;
"""
"""An origin may be declared on the command line too; there it corrects nothing."""

WITH_WORDS = "".join(
    f"""
CREATE TRIGGER {table}_with_words BEFORE INSERT ON {table}
WHEN {asked} AND {blank(f"NEW.{column}")}
BEGIN SELECT RAISE(ABORT, '{table}: nothing is written there'); END;
"""
    for table, column, asked in (
        ("analyses", "text", "true"),
        ("reopenings", "reason", "true"),
        ("lead_withdrawals", "reason", "true"),
        ("origin_declarations", "reason", "NEW.corrects IS NOT NULL"),
        ("unknown_links", "reason", "NEW.basis <> 'suspected'"),
    )
)
"""What a person has to say is not only invisible."""

ORIGIN = (
    "('photograph', 'document', 'video_frame', 'screenshot', 'print_scan', 'sketch', "
    "'look_alike', 'generated', 'heavily_edited', 'undeclared')"
)

NAMED_ORIGINS = f"""
CREATE TRIGGER origin_declarations_named BEFORE INSERT ON origin_declarations
WHEN NEW.origin NOT IN {ORIGIN} OR NEW.corrects NOT IN {ORIGIN}
BEGIN SELECT RAISE(ABORT, 'origin_declarations: no such origin'); END;
"""


def _timed(table: str, column: str, event: str = "INSERT") -> str:
    """The program writes one form of time, which compares as text: so does everybody."""
    return f"""
CREATE TRIGGER {table}_{column}_written_{event.lower()} BEFORE {event} ON {table}
WHEN NEW.{column} IS NOT NULL
    AND strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.{column}) IS NOT NEW.{column}
BEGIN SELECT RAISE(ABORT, '{table}: a time is UTC, as 2031-05-01T08:00:00.000+00:00'); END;
"""


TIMES = (
    _timed("cases", "opened_at")
    + _timed("cases", "authorised_at")
    + _timed("cases", "authorised_at", "UPDATE")
    + _timed("searches", "at")
    + _timed("rehearsals", "finished_at", "UPDATE")
    + _timed("examinations", "committed_at")
    + _timed("decisions", "decided_at")
    + _timed("analyses", "at")
    + _timed("sightings", "at")
    + _timed("origin_declarations", "at")
    + _timed("reopenings", "at")
    + _timed("lead_withdrawals", "at")
)

WRITTEN_ONCE = (
    immutable("unknowns", "id")
    + immutable("unknown_links", "id")
    + immutable("unknown_faces", "id", "original_sha256, face")
    + immutable("unknown_templates", "id")
    + immutable("search_unknowns", "search_id")
    + immutable("models_compared", "id", "sha256, status")
    + immutable("declared_tries", "id")
    + immutable("analyses", "id")
    + immutable("sightings", "id")
    + immutable("origin_declarations", "id")
    + immutable("reopenings", "id")
    + immutable("lead_withdrawals", "decision_id")
    + immutable("decision_bases", "decision_id")
)

CLOSING = """
CREATE VIEW decided_in_case AS
SELECT m.member_id AS candidate_id FROM decisions d
JOIN candidates c ON c.id = d.candidate_id JOIN searches s ON s.id = c.search_id
JOIN question_members m ON m.candidate_id = d.candidate_id
JOIN searches t ON t.id = m.search_id AND t.case_id = s.case_id;

DROP TRIGGER cases_closing;
CREATE TRIGGER cases_closing BEFORE UPDATE OF closed_at ON cases
WHEN NEW.closed_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM candidates c JOIN searches s ON s.id = c.search_id
    JOIN policies p ON p.sha256 = s.policy_sha256
    WHERE s.case_id = NEW.id AND c.offered = 1
      AND json_extract(p.document, '$.all_candidates_reviewed') = 1
      AND c.id NOT IN (SELECT candidate_id FROM decided_in_case))
BEGIN SELECT RAISE(ABORT, 'closing refused: every offered candidate must be decided first'); END;
"""
"""A question is decided once in a case, however often its probe was searched."""

REPLACED = """
DROP TRIGGER decisions_acceptance;
DROP TRIGGER decisions_under_policy;
DROP TRIGGER decisions_reviewed;
"""
"""``acceptance_facts`` stays: what was accepted under the rules of its day is tried by them."""

SQL = UNKNOWNS + TRIES + identities.TABLES + identities.LINKS + identities.COUNTED + ACTS

AFTERWARDS = (
    identities.IDENTIFIED
    + identities.GUARDS
    + BY_PEOPLE
    + ORIGINS
    + NAMED_ORIGINS
    + TIMES
    + WITH_WORDS
    + WRITTEN_ONCE
    + REPLACED
    + acceptance.SQL
    + facts.SQL
    + outcomes.SQL
    + CLOSING
)
"""Once old rows are carried over: these were written under the rules of their day."""

OUTCOMES = (
    "outcome IN ('accepted_as_lead', 'excluded', 'inconclusive')",
    "outcome IN ('accepted_as_lead', 'excluded', 'inconclusive', 'unresolved', "
    "'same_photograph', 'not_examined')",
)
"""What a decision may be, before and since."""


def upgrade(db: Database) -> None:
    """Today's rows become questions, and what was tried with them is counted."""
    _more_outcomes(db)
    identities.carry_over(db)
    _unknowns(db)
    _tries(db)
    _acts(db)


def _more_outcomes(db: Database) -> None:
    """As in 0005: only the text of a CHECK grows."""
    version = db.conn.execute("PRAGMA schema_version").fetchone()[0]
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'decisions'", OUTCOMES
    )
    db.conn.execute(f"PRAGMA schema_version = {version + 1}")
    db.conn.execute("PRAGMA writable_schema = RESET")


def _unknowns(db: Database) -> None:
    """One for each face of a picture that was searched with; a face that lies where an earlier one
    lay is the same."""
    rows = db.execute(
        "SELECT id, probe_sha256, at, probe_face, json_extract(probe_face, '$.box.x'), "
        "json_extract(probe_face, '$.box.y'), json_extract(probe_face, '$.box.width'), "
        "json_extract(probe_face, '$.box.height') FROM searches ORDER BY id"
    ).fetchall()
    for search, original, at, face, left, top, width, height in rows:
        size = max(width or 1.0, height or 1.0)
        x, y = (left or 0.0) + (width or 1.0) / 2, (top or 0.0) + (height or 1.0) / 2
        near = db.execute(
            "SELECT id FROM unknowns WHERE original_sha256 = ? "
            "AND max(abs(x - ?), abs(y - ?)) < max(size, ?) / 2",
            [original, x, y, size],
        ).fetchone()
        if near is None:
            values = (original, x, y, size, at)
            near = (_insert(db, "unknowns (original_sha256, x, y, size, noted_at)", values),)
        db.conn.execute("INSERT INTO search_unknowns VALUES (?, ?)", (search, near[0]))
        db.conn.execute(
            "INSERT INTO unknown_faces (unknown_id, original_sha256, face) "
            "SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM unknown_faces "
            "WHERE original_sha256 = ?2 AND face = ?3)",
            (near[0], original, face),
        )


def _insert(db: Database, table: str, values: tuple[object, ...]) -> int:
    marks = ", ".join("?" * len(values))
    return int(db.conn.execute(f"INSERT INTO {table} VALUES ({marks})", values).lastrowid or 0)


def _tries(db: Database) -> None:
    """Everybody who is in the gallery of a search today; for those who left it, or whose gallery is
    gone, people without a name (negative numbers): they were compared all the same."""
    rows = db.execute(
        "SELECT s.id, u.unknown_id, json_extract(s.model, '$.sha256'), "
        "coalesce(json_extract(s.model, '$.status'), ''), s.gallery_id, s.gallery_persons "
        "FROM searches s JOIN search_unknowns u ON u.search_id = s.id ORDER BY s.id"
    ).fetchall()
    for search, unknown, sha256, status, gallery, persons in rows:
        model = (sha256 or "", status)
        db.conn.execute(
            "INSERT INTO models_compared (sha256, status) SELECT ?1, ?2 WHERE NOT EXISTS "
            "(SELECT 1 FROM models_compared WHERE sha256 = ?1 AND status = ?2)",
            model,
        )
        query = "SELECT id FROM models_compared WHERE sha256 = ? AND status = ?"
        model_id = db.execute(query, model).fetchone()[0]
        known = db.execute("SELECT id FROM persons WHERE gallery_id = ?", [gallery]).fetchall()
        people = [row[0] for row in known][:persons]
        people += [-(search * 1_000_000 + n) for n in range(persons - len(people))]
        db.conn.executemany(
            "INSERT OR IGNORE INTO tries VALUES (?, ?, ?)",
            [(unknown, model_id, person) for person in people],
        )


def _acts(db: Database) -> None:
    """What was declared and analysed, by who did it; what was examined was seen by then."""
    db.conn.execute(
        "INSERT INTO origin_declarations (original_sha256, origin, operator_id, reason, at) "
        "SELECT sha256, origin, operator_id, '', min(at) FROM ("
        " SELECT probe_sha256 AS sha256, probe_origin AS origin, operator_id, at FROM searches"
        " UNION ALL SELECT original_sha256, origin, added_by, added_at FROM probes) "
        "WHERE origin <> 'undeclared' GROUP BY sha256, origin, operator_id ORDER BY min(at)"
    )
    db.conn.execute(
        "INSERT INTO analyses (unknown_id, operator_id, text, at) "
        "SELECT u.unknown_id, s.operator_id, s.probe_analysis, min(s.at) FROM searches s "
        "JOIN search_unknowns u ON u.search_id = s.id JOIN operators o ON o.id = s.operator_id "
        f"WHERE NOT {blank('s.probe_analysis')} AND o.role <> 'command_line' "
        "GROUP BY u.unknown_id, s.operator_id"
    )
