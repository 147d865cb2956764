"""What rows may change and what is made around a search are sealed too, by the act that wrote them.

``sealed_states``: of each subject whose rows change, one line for every act that changed it; the
digest is salted with the salt of its entry of the log, NULL where the subject was removed, and the
entry seals all its lines. ``carried_over``: what stood in the file before such acts sealed
anything; it counts as it stands until an act seals it, and nothing can be added.
"""

from secondlook.storage.migrations.immutable import immutable

_CARRIED_OVER = {
    "analysis": "id FROM analyses",
    "origin declaration": "id FROM origin_declarations",
    "sighting": "id FROM sightings",
    "unknown": "id FROM unknowns",
    "unknown face": "id FROM unknown_faces",
    "case": "id FROM cases",
    "account": "id FROM operators",
    "probe": "id FROM probes",
    "gallery": "id FROM galleries",
    "reference": "id FROM reference_images",
    "calibration": "gallery_id FROM calibrations GROUP BY gallery_id",
    "fingerprint": "id FROM fingerprints",
    "unknown template": "unknown_id FROM unknown_templates GROUP BY unknown_id",
    "rehearsal search": "id FROM rehearsal_searches",
}

_LISTED = "\n".join(
    f"INSERT INTO carried_over SELECT '{kind}', {rows};" for kind, rows in _CARRIED_OVER.items()
)

SQL = f"""
CREATE TABLE sealed_states (
    kind TEXT NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    digest TEXT CHECK (length(digest) = 64),
    PRIMARY KEY (kind, key, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_states_by_seq ON sealed_states (seq);
{immutable("sealed_states", "kind, key, seq")}
CREATE TRIGGER sealed_states_of_the_newest BEFORE INSERT ON sealed_states
WHEN NEW.seq IS NOT (SELECT max(seq) FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'sealed_states: only of the newest entry of the log'); END;

CREATE TABLE carried_over (
    kind TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
{_LISTED}
{immutable("carried_over", "kind, key")}
CREATE TRIGGER carried_over_closed BEFORE INSERT ON carried_over
BEGIN SELECT RAISE(ABORT, 'carried_over: nothing is older than the file'); END;

CREATE TRIGGER audit_log_in_time BEFORE INSERT ON audit_log
WHEN NEW.at < (SELECT at FROM audit_log ORDER BY seq DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'audit_log: time does not run backwards'); END;
"""
