"""Rehearsals and marks. Frozen."""

from secondlook.storage.migrations import acceptance_until_0005 as acceptance
from secondlook.storage.migrations.immutable import immutable

TABLES = """
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

GUARDS = (
    immutable("marks", "id")
    + """
CREATE TRIGGER marks_by_people BEFORE INSERT ON marks
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'mark refused: not an active examiner'); END;

CREATE TRIGGER rehearsals_begin BEFORE INSERT ON rehearsals
WHEN NEW.finished_at IS NOT NULL OR EXISTS (SELECT 1 FROM rehearsals WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM rehearsal_searches WHERE rehearsal_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rehearsals: one begins unfinished, and replaces none'); END;

CREATE TRIGGER rehearsals_not_changed BEFORE UPDATE ON rehearsals
WHEN OLD.finished_at IS NOT NULL OR NEW.finished_at IS NULL OR NEW.id IS NOT OLD.id
    OR NEW.kind IS NOT OLD.kind OR NEW.source IS NOT OLD.source
    OR NEW.group_columns IS NOT OLD.group_columns OR NEW.gallery_id IS NOT OLD.gallery_id
    OR NEW.gallery_name IS NOT OLD.gallery_name
    OR NEW.gallery_persons IS NOT OLD.gallery_persons
    OR NEW.gallery_state IS NOT OLD.gallery_state OR NEW.model IS NOT OLD.model
    OR NEW.model_sha256 IS NOT OLD.model_sha256 OR NEW.provider IS NOT OLD.provider
    OR NEW.calibration IS NOT OLD.calibration OR NEW.operator_id IS NOT OLD.operator_id
    OR NEW.started_at IS NOT OLD.started_at
BEGIN SELECT RAISE(ABORT, 'rehearsals: all that can be done to one is to finish it, once'); END;

CREATE TRIGGER rehearsals_finished BEFORE UPDATE ON rehearsals
WHEN NEW.finished_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM rehearsal_searches WHERE rehearsal_id = NEW.id AND status = 'pending')
    OR NOT EXISTS (SELECT 1 FROM rehearsal_searches
                   WHERE rehearsal_id = NEW.id AND status = 'searched'))
BEGIN SELECT RAISE(ABORT, 'rehearsals: searches are left to do, or none could be made'); END;

CREATE TRIGGER rehearsals_not_deleted BEFORE DELETE ON rehearsals WHEN OLD.finished_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'rehearsals: a finished rehearsal cannot be deleted'); END;

CREATE TRIGGER rehearsal_searches_planned BEFORE INSERT ON rehearsal_searches
WHEN NEW.status <> 'pending'
    OR NOT EXISTS (SELECT 1 FROM rehearsals WHERE id = NEW.rehearsal_id AND finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM rehearsal_searches WHERE id = NEW.id
               OR (rehearsal_id = NEW.rehearsal_id AND probe = NEW.probe AND person = NEW.person))
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: one is planned in an unfinished rehearsal, once');
END;

CREATE TRIGGER rehearsal_searches_not_changed BEFORE UPDATE ON rehearsal_searches
WHEN OLD.status <> 'pending' OR NEW.id IS NOT OLD.id OR NEW.rehearsal_id IS NOT OLD.rehearsal_id
    OR NEW.probe IS NOT OLD.probe OR NEW.person IS NOT OLD.person
    OR NEW.person_id IS NOT OLD.person_id OR NEW.reference_id IS NOT OLD.reference_id
    OR NEW.absent IS NOT OLD.absent OR NEW.mated IS NOT OLD.mated OR NEW.groups IS NOT OLD.groups
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: a search that was made cannot be changed'); END;

CREATE TRIGGER rehearsal_searches_not_deleted BEFORE DELETE ON rehearsal_searches
WHEN EXISTS (SELECT 1 FROM rehearsals WHERE id = OLD.rehearsal_id)
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: none can be left out of its rehearsal'); END;
"""
)

SQL = TABLES + GUARDS + acceptance.AGAIN
