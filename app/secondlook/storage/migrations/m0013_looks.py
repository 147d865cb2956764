"""Comparisons that no case made: who was compared in a rehearsal, or listed with a score as looking
like somebody else. A picture that becomes a probe afterwards brings them along as tries.

A rehearsal that is given up leaves no other trace, and neither does a person who was removed again.
"""

from secondlook.storage.migrations.immutable import immutable

SQL = f"""
CREATE TABLE looks (
    id INTEGER PRIMARY KEY,
    gallery_id INTEGER NOT NULL,
    model_id INTEGER NOT NULL REFERENCES models_compared (id),
    at TEXT NOT NULL
) STRICT;
CREATE INDEX looks_by_gallery ON looks (gallery_id, model_id);

CREATE TABLE look_people (
    person_id INTEGER NOT NULL,
    look_id INTEGER NOT NULL REFERENCES looks (id),
    PRIMARY KEY (person_id, look_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_people_by_look ON look_people (look_id);

CREATE TABLE look_pictures (
    id INTEGER PRIMARY KEY,
    look_id INTEGER NOT NULL REFERENCES looks (id),
    original_sha256 TEXT NOT NULL CHECK (length(original_sha256) = 64),
    face TEXT NOT NULL CHECK (json_valid(face)),
    method TEXT NOT NULL,
    fingerprint BLOB NOT NULL
) STRICT;
CREATE INDEX look_pictures_by_original ON look_pictures (original_sha256, look_id);
CREATE INDEX look_pictures_by_look ON look_pictures (look_id);
{immutable("looks", "id")}
{immutable("look_people", "person_id, look_id")}
{immutable("look_pictures", "id")}
"""
