"""The tables, as migrations. Guards (triggers) are in ``guards`` and belong to the same schema."""

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from secondlook.storage.guards import GUARDS, REHEARSAL_GUARDS, acceptance_guards

MIGRATIONS = Migrations("secondlook")

TABLES = """
CREATE TABLE operators (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (trim(username) <> ''),
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'examiner', 'command_line')),
    password_hash TEXT CHECK ((password_hash IS NULL) = (role = 'command_line')),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE policies (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    policy_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)),
    stored_at TEXT NOT NULL
) STRICT;

CREATE TABLE originals (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    stored_at TEXT NOT NULL
) STRICT;

CREATE TABLE galleries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (trim(name) <> ''),
    source TEXT NOT NULL,
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE persons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gallery_id INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    metadata TEXT NOT NULL CHECK (json_valid(metadata)),
    UNIQUE (gallery_id, key)
) STRICT;

CREATE TABLE reference_images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    original_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    source_path TEXT NOT NULL,
    face TEXT NOT NULL CHECK (json_valid(face)),
    quality TEXT NOT NULL CHECK (json_valid(quality)),
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX reference_images_by_person ON reference_images (person_id);
CREATE INDEX reference_images_by_original ON reference_images (original_sha256);

CREATE TABLE templates (
    reference_id INTEGER NOT NULL REFERENCES reference_images (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (reference_id, model_sha256)
) STRICT;

CREATE TABLE enrolments (
    id INTEGER PRIMARY KEY,
    gallery_id INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    person_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    metadata TEXT NOT NULL CHECK (json_valid(metadata)),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'enrolled', 'failed')),
    fault TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    UNIQUE (gallery_id, path, person_key)
) STRICT;
CREATE INDEX enrolments_by_status ON enrolments (gallery_id, status);

CREATE TABLE calibrations (
    gallery_id INTEGER NOT NULL REFERENCES galleries (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    state_hash TEXT NOT NULL,
    persons INTEGER NOT NULL,
    histogram BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (gallery_id, model_sha256)
) STRICT;

CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (trim(reference) <> ''),
    purpose TEXT NOT NULL,
    authorisation TEXT NOT NULL,
    authorised_at TEXT,
    notes TEXT NOT NULL DEFAULT '',
    policy_sha256 TEXT NOT NULL REFERENCES policies (sha256),
    opened_by INTEGER NOT NULL REFERENCES operators (id),
    opened_at TEXT NOT NULL,
    closed_at TEXT
) STRICT;

CREATE TABLE probes (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    original_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    source_name TEXT NOT NULL,
    faces TEXT NOT NULL CHECK (json_valid(faces)),
    qualities TEXT NOT NULL CHECK (json_valid(qualities)),
    chosen INTEGER,
    origin TEXT NOT NULL CHECK (origin IN (
        'photograph', 'document', 'video_frame', 'screenshot', 'print_scan', 'sketch',
        'look_alike', 'generated', 'heavily_edited', 'undeclared')),
    analysis TEXT NOT NULL DEFAULT '',
    added_by INTEGER NOT NULL REFERENCES operators (id),
    added_at TEXT NOT NULL
) STRICT;

CREATE TABLE searches (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    probe_id INTEGER NOT NULL REFERENCES probes (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    at TEXT NOT NULL,
    purpose TEXT NOT NULL,
    policy_sha256 TEXT NOT NULL REFERENCES policies (sha256),
    probe_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    probe_origin TEXT NOT NULL CHECK (probe_origin IN (
        'photograph', 'document', 'video_frame', 'screenshot', 'print_scan', 'sketch',
        'look_alike', 'generated', 'heavily_edited', 'undeclared')),
    probe_analysis TEXT NOT NULL,
    probe_face TEXT NOT NULL CHECK (json_valid(probe_face)),
    probe_quality TEXT NOT NULL CHECK (json_valid(probe_quality)),
    model TEXT NOT NULL CHECK (json_valid(model)),
    provider TEXT NOT NULL,
    gallery_id INTEGER,
    gallery_name TEXT NOT NULL,
    gallery_persons INTEGER NOT NULL,
    gallery_state TEXT NOT NULL,
    calibration TEXT NOT NULL CHECK (json_valid(calibration))
) STRICT;
CREATE INDEX searches_by_case ON searches (case_id);

CREATE TABLE candidates (
    id INTEGER PRIMARY KEY,
    search_id INTEGER NOT NULL REFERENCES searches (id),
    rank INTEGER NOT NULL CHECK (rank >= 1),
    person_id INTEGER NOT NULL,
    person_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    reference_id INTEGER NOT NULL,
    reference_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    reference_face TEXT NOT NULL CHECK (json_valid(reference_face)),
    reference_quality TEXT NOT NULL CHECK (json_valid(reference_quality)),
    score REAL NOT NULL CHECK (score BETWEEN -1 AND 1),
    margin REAL,
    confidence REAL CHECK (confidence BETWEEN 0 AND 100),
    confidence_status TEXT NOT NULL
        CHECK (confidence_status IN ('measured', 'reference', 'not_measurable')),
    fmr_upper REAL NOT NULL,
    expected_false_candidates REAL NOT NULL,
    offered INTEGER NOT NULL CHECK (offered IN (0, 1)),
    CHECK ((confidence IS NULL) = (confidence_status = 'not_measurable')),
    UNIQUE (search_id, rank)
) STRICT;

CREATE TABLE drafts (
    candidate_id INTEGER NOT NULL REFERENCES candidates (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    content TEXT NOT NULL CHECK (json_valid(content)),
    saved_at TEXT NOT NULL,
    PRIMARY KEY (candidate_id, operator_id)
) STRICT;

CREATE TABLE examinations (
    id INTEGER PRIMARY KEY,
    candidate_id INTEGER NOT NULL REFERENCES candidates (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    findings TEXT NOT NULL CHECK (json_valid(findings)),
    conclusion INTEGER NOT NULL CHECK (conclusion = -9 OR conclusion BETWEEN -3 AND 3),
    notes TEXT NOT NULL,
    view TEXT NOT NULL CHECK (json_valid(view)),
    started_at TEXT NOT NULL,
    committed_at TEXT NOT NULL,
    UNIQUE (candidate_id, operator_id)
) STRICT;

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    candidate_id INTEGER NOT NULL UNIQUE REFERENCES candidates (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    policy_sha256 TEXT NOT NULL REFERENCES policies (sha256),
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted_as_lead', 'excluded', 'inconclusive')),
    corroboration TEXT NOT NULL,
    reason TEXT NOT NULL,
    assessment TEXT NOT NULL CHECK (json_valid(assessment)),
    decided_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_log_by_subject ON audit_log (subject);
"""

SETTINGS = """
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value)),
    changed_at TEXT NOT NULL
) STRICT;
"""

REHEARSALS = """
CREATE TABLE rehearsals (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('absent_people', 'leave_one_out')),
    source TEXT NOT NULL,
    group_columns TEXT NOT NULL CHECK (json_valid(group_columns)),
    gallery_id INTEGER NOT NULL,
    gallery_name TEXT NOT NULL,
    gallery_persons INTEGER NOT NULL,
    gallery_state TEXT NOT NULL,
    model TEXT NOT NULL CHECK (json_valid(model)),
    model_sha256 TEXT NOT NULL,
    provider TEXT NOT NULL,
    calibration TEXT NOT NULL CHECK (json_valid(calibration)),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    started_at TEXT NOT NULL,
    finished_at TEXT
) STRICT;
CREATE INDEX rehearsals_by_gallery ON rehearsals (gallery_id);

CREATE TABLE rehearsal_searches (
    id INTEGER PRIMARY KEY,
    rehearsal_id INTEGER NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
    probe TEXT NOT NULL,
    person TEXT NOT NULL,
    person_id INTEGER,
    reference_id INTEGER,
    absent INTEGER NOT NULL CHECK (absent IN (0, 1)),
    mated INTEGER NOT NULL CHECK (mated IN (0, 1) AND mated <= (person_id IS NOT NULL)),
    groups TEXT NOT NULL CHECK (json_valid(groups)),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'searched', 'failed')),
    fault TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    probe_sha256 TEXT,
    face TEXT CHECK (face IS NULL OR json_valid(face)),
    quality TEXT CHECK (quality IS NULL OR json_valid(quality)),
    candidates TEXT CHECK (candidates IS NULL OR json_valid(candidates)),
    true_rank INTEGER,
    true_score REAL,
    true_confidence REAL,
    CHECK ((status = 'searched') = (candidates IS NOT NULL)),
    CHECK (status <> 'searched' OR mated = (true_rank IS NOT NULL)),
    UNIQUE (rehearsal_id, probe, person)
) STRICT;

CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    gallery_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    other_person_id INTEGER CHECK (other_person_id > person_id),
    probe_sha256 TEXT CHECK (length(probe_sha256) = 64),
    mark TEXT NOT NULL CHECK (mark IN ('different', 'same', 'unsure')),
    note TEXT NOT NULL,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    marked_at TEXT NOT NULL,
    CHECK ((other_person_id IS NULL) <> (probe_sha256 IS NULL))
) STRICT;
CREATE INDEX marks_by_gallery ON marks (gallery_id);
"""


def run_script(db: Database, script: str) -> None:
    """Execute statement by statement: ``executescript`` would commit the migration half way."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if statement.strip() and sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


@MIGRATIONS(name="0001_first")
def first(db: Database) -> None:
    run_script(db, TABLES)
    run_script(db, GUARDS)


def acceptance_as_of_now(db: Database) -> None:
    """The guards of acceptance as they are now: a file older than one of them gets it."""
    run_script(db, "DROP TRIGGER IF EXISTS decisions_acceptance;")
    run_script(db, "DROP VIEW IF EXISTS acceptance_facts;")
    run_script(db, acceptance_guards())


@MIGRATIONS(name="0002_minimum_model")
def minimum_model(db: Database) -> None:
    acceptance_as_of_now(db)


@MIGRATIONS(name="0003_settings")
def settings(db: Database) -> None:
    run_script(db, SETTINGS)


@MIGRATIONS(name="0004_rehearsals")
def rehearsals(db: Database) -> None:
    run_script(db, REHEARSALS)
    run_script(db, REHEARSAL_GUARDS)
    acceptance_as_of_now(db)  # which can ask for a rehearsal


STATUSES = (
    "'measured', 'reference', 'not_measurable'",
    "'measured', 'reference', 'extrapolated', 'not_measurable'",
)
"""What a candidate's confidence may rest on, before and since 0005."""


@MIGRATIONS(name="0005_extrapolated")
def extrapolated(db: Database) -> None:
    """A confidence may rest on a fitted tail. Only the text of a CHECK grows, which SQLite lets a
    program edit (sqlite.org/lang_altertable.html): making the table anew would have to take its
    guards away while recorded rows are copied."""
    version = db.conn.execute("PRAGMA schema_version").fetchone()[0]
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'candidates'",
        STATUSES,
    )
    db.conn.execute(f"PRAGMA schema_version = {version + 1}")
    db.conn.execute("PRAGMA writable_schema = RESET")
    acceptance_as_of_now(db)  # which treats it like a reference curve
