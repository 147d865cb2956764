"""Other pictures of somebody: templates by which they are known, and what of them is decided.

``placed_templates``: of points placed by hand, beside what the detector sees there.
``look_templates``: of rehearsed pictures, and of references whose template was removed, if their
person was ever looked at: a person who left was compared all the same.

``decided_in_case``: what came to nothing on some pictures is not decided on others.
"""

from secondlook.storage.migrations.immutable import immutable

SQL = f"""
CREATE TABLE placed_templates (
    id INTEGER PRIMARY KEY,
    unknown_id INTEGER NOT NULL REFERENCES unknowns (id),
    model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE INDEX placed_templates_by_unknown ON placed_templates (unknown_id, model_sha256);
{immutable("placed_templates", "id")}
CREATE TABLE look_templates (
    id INTEGER PRIMARY KEY,
    original_sha256 TEXT NOT NULL CHECK (length(original_sha256) = 64),
    face TEXT NOT NULL CHECK (json_valid(face)),
    model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE INDEX look_templates_by_original ON look_templates (original_sha256, model_sha256);
{immutable("look_templates", "id")}
CREATE TRIGGER templates_looked_at BEFORE DELETE ON templates
BEGIN INSERT INTO look_templates (original_sha256, face, model_sha256, vector)
    SELECT p.original_sha256, p.face, OLD.model_sha256, OLD.vector FROM person_photographs p
    WHERE p.reference_id = OLD.reference_id
      AND EXISTS (SELECT 1 FROM look_people l WHERE l.person_id = p.person_id)
      AND NOT EXISTS (SELECT 1 FROM look_templates k WHERE k.original_sha256 = p.original_sha256
        AND k.model_sha256 = OLD.model_sha256 AND k.face = p.face AND k.vector = OLD.vector);
END;

DROP VIEW decided_in_case;
CREATE VIEW decided_in_case AS
SELECT m.member_id AS candidate_id FROM decisions d
JOIN candidates c ON c.id = d.candidate_id JOIN searches s ON s.id = c.search_id
JOIN question_members m ON m.candidate_id = d.candidate_id
JOIN searches t ON t.id = m.search_id AND t.case_id = s.case_id
WHERE m.here OR d.outcome NOT IN ('inconclusive', 'not_examined');
"""
