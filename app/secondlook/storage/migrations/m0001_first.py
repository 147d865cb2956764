"""The first tables and their guards. Frozen."""

from secondlook.storage.migrations import acceptance_until_0005 as acceptance
from secondlook.storage.migrations.immutable import immutable

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

IMMUTABLE = (
    immutable("policies", "sha256", "rowid")
    + immutable("originals", "sha256", "rowid")
    + immutable("searches", "id")
    + immutable("candidates", "id", "search_id, rank")
    + immutable("examinations", "id", "candidate_id, operator_id")
    + immutable("decisions", "id", "candidate_id")
    + immutable("audit_log", "seq", "hash")
)

EXISTENCE = """
CREATE TRIGGER decisions_of_candidates BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM acceptance_facts WHERE candidate_id = NEW.candidate_id)
BEGIN SELECT RAISE(ABORT, 'decision refused: no candidate with a search, case and policy'); END;

CREATE TRIGGER decisions_with_policy BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM policies WHERE sha256 = NEW.policy_sha256)
BEGIN SELECT RAISE(ABORT, 'decision refused: no policy copy'); END;

CREATE TRIGGER decisions_under_policy BEFORE INSERT ON decisions
WHEN NEW.outcome <> 'accepted_as_lead' AND EXISTS (
    SELECT 1 FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
    AND (f.closed_at IS NOT NULL OR f.policy_sha256 IS NOT NEW.policy_sha256))
BEGIN SELECT RAISE(ABORT, 'decision refused: case closed, or not the policy of its search'); END;

CREATE TRIGGER decisions_reviewed BEFORE INSERT ON decisions
WHEN NEW.outcome <> 'accepted_as_lead' AND EXISTS (
    SELECT 1 FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
    AND json_extract(f.policy, '$.all_candidates_reviewed') = 1 AND f.examiners = 0)
BEGIN SELECT RAISE(ABORT, 'decision refused: nobody has examined the candidate'); END;

CREATE TRIGGER decisions_by_people BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'decision refused: not an active examiner'); END;

CREATE TRIGGER examinations_by_people BEFORE INSERT ON examinations
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'examination refused: not an active examiner'); END;

CREATE TRIGGER examinations_of_open_candidates BEFORE INSERT ON examinations
WHEN EXISTS (SELECT 1 FROM decisions WHERE candidate_id = NEW.candidate_id)
    OR NOT EXISTS (SELECT 1 FROM acceptance_facts
                   WHERE candidate_id = NEW.candidate_id AND closed_at IS NULL AND offered = 1)
BEGIN SELECT RAISE(ABORT, 'examination refused: the candidate is decided, closed or not offered');
END;

CREATE TRIGGER candidates_of_searches BEFORE INSERT ON candidates
WHEN NOT EXISTS (SELECT 1 FROM searches WHERE id = NEW.search_id)
    OR EXISTS (SELECT 1 FROM audit_log
               WHERE act = 'search' AND subject = 'search ' || NEW.search_id)
BEGIN SELECT RAISE(ABORT, 'candidate refused: no such search, or it is already on record'); END;

CREATE TRIGGER searches_under_policy BEFORE INSERT ON searches
WHEN NOT EXISTS (SELECT 1 FROM cases WHERE id = NEW.case_id AND closed_at IS NULL
                 AND policy_sha256 = NEW.policy_sha256)
BEGIN SELECT RAISE(ABORT, 'search refused: its case is closed or under another policy'); END;

CREATE TRIGGER cases_fixed BEFORE UPDATE ON cases
WHEN NEW.id IS NOT OLD.id OR NEW.reference IS NOT OLD.reference
    OR NEW.purpose IS NOT OLD.purpose OR NEW.opened_by IS NOT OLD.opened_by
    OR NEW.opened_at IS NOT OLD.opened_at
BEGIN SELECT RAISE(ABORT, 'cases: reference, purpose and opening cannot be changed'); END;

CREATE TRIGGER cases_authorised_once BEFORE UPDATE OF authorised_at ON cases
WHEN OLD.authorised_at IS NOT NULL AND NEW.authorised_at IS NOT OLD.authorised_at
BEGIN SELECT RAISE(ABORT, 'cases: the time of the authorisation cannot be changed'); END;

CREATE TRIGGER cases_stay_closed BEFORE UPDATE ON cases WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'cases: a closed case cannot be changed'); END;

CREATE TRIGGER cases_not_deleted BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'cases: a case cannot be deleted'); END;

CREATE TRIGGER cases_not_replaced BEFORE INSERT ON cases
WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.id OR reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'cases: a case cannot be replaced'); END;

CREATE TRIGGER operators_identity BEFORE UPDATE ON operators
WHEN NEW.id IS NOT OLD.id OR NEW.username IS NOT OLD.username
BEGIN SELECT RAISE(ABORT, 'operators: who somebody is cannot be changed'); END;

CREATE TRIGGER operators_not_deleted BEFORE DELETE ON operators
BEGIN SELECT RAISE(ABORT, 'operators: deactivate instead of deleting'); END;

CREATE TRIGGER operators_not_replaced BEFORE INSERT ON operators
WHEN EXISTS (SELECT 1 FROM operators WHERE id = NEW.id OR username = NEW.username)
BEGIN SELECT RAISE(ABORT, 'operators: the user name exists'); END;

CREATE TRIGGER audit_log_chained BEFORE INSERT ON audit_log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
    OR NEW.previous_hash IS NOT coalesce(
        (SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'audit_log: the entry does not follow the last one'); END;
"""

CLOSING = """
CREATE TRIGGER cases_closing BEFORE UPDATE OF closed_at ON cases
WHEN NEW.closed_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM candidates c JOIN searches s ON s.id = c.search_id
    JOIN policies p ON p.sha256 = s.policy_sha256
    WHERE s.case_id = NEW.id AND c.offered = 1
      AND json_extract(p.document, '$.all_candidates_reviewed') = 1
      AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id))
BEGIN SELECT RAISE(ABORT, 'closing refused: every offered candidate must be decided first'); END;
"""

SQL = TABLES + IMMUTABLE + acceptance.SQL + EXISTENCE + CLOSING
