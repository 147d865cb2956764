"""Who is one person across galleries: rows, what links them, and their guards. Part of step 0011.

``domain.identities`` says what links come to; the guards of acceptance try it against the links.
"""

from sqlite_utils import Database

from secondlook.storage.migrations.immutable import immutable

BESIDE = """({a}.gallery_id = {b}.gallery_id AND {a}.person_id <> {b}.person_id
    AND CASE WHEN {a}.person_id < {b}.person_id
        THEN {a}.removed_after IS NULL OR {a}.removed_after >= {b}.person_id
        ELSE {b}.removed_after IS NULL OR {b}.removed_after >= {a}.person_id END)"""
"""Two rows of ``identities`` that were in one gallery at the same time."""

TABLES = """
CREATE TABLE identities (
    person_id INTEGER PRIMARY KEY,
    identity_id INTEGER NOT NULL,
    judged_id INTEGER NOT NULL,
    counted_id INTEGER NOT NULL,
    gallery_id INTEGER NOT NULL,
    removed_after INTEGER
) STRICT;
CREATE INDEX identities_by_identity ON identities (identity_id);

CREATE TABLE person_photographs (
    id INTEGER PRIMARY KEY,
    reference_id INTEGER UNIQUE,
    person_id INTEGER NOT NULL,
    original_sha256 TEXT NOT NULL,
    face TEXT NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    size REAL NOT NULL
) STRICT;
CREATE INDEX person_photographs_by_original ON person_photographs (original_sha256);
CREATE INDEX person_photographs_by_person ON person_photographs (person_id);
CREATE INDEX candidates_by_person ON candidates (person_id);
"""

LINKS = """
CREATE VIEW shared_photographs AS
SELECT a.person_id AS one_id, b.person_id AS other_id, max(a.id, b.id) AS since, 0 AS copy
FROM person_photographs a
JOIN person_photographs b ON b.original_sha256 = a.original_sha256 AND b.person_id <> a.person_id
    AND max(abs(a.x - b.x), abs(a.y - b.y)) < max(a.size, b.size) / 2
UNION ALL
SELECT a.person_id, b.person_id, max(a.id, b.id), 1 FROM person_photographs a
JOIN same_photographs s ON s.sha256 = a.original_sha256 AND s.face = a.face
JOIN person_photographs b ON b.original_sha256 = s.other_sha256 AND b.face = s.other_face
WHERE s.standing IN ('suspected', 'same') AND a.person_id <> b.person_id;

CREATE VIEW person_links AS
SELECT j.one_id, j.other_id, 1 AS judged, 0 AS copy, 0 AS since FROM judged_one j
WHERE j.one_id IN (SELECT person_id FROM identities)
  AND j.other_id IN (SELECT person_id FROM identities)
UNION ALL
SELECT one_id, other_id, 0, copy, min(since) FROM shared_photographs
GROUP BY one_id, other_id, copy;
"""
"""A shared photograph links both ways; ``since`` and ``copy`` (a file comes before what only looks
like one) give the order in which links count."""

COUNTED = """
CREATE VIEW counted_people AS
WITH pictures(person_id, judged_id, id, picture) AS (
    SELECT i.person_id, i.judged_id, a.id, (SELECT min(b.id) FROM person_photographs b
        WHERE b.original_sha256 = a.original_sha256
          AND max(abs(a.x - b.x), abs(a.y - b.y)) < max(a.size, b.size) / 2)
    FROM identities i LEFT JOIN person_photographs a ON a.person_id = i.judged_id
    ORDER BY i.person_id, a.id),
enrolled(person_id, judged_id, list, first, last) AS (
    SELECT person_id, judged_id, group_concat(picture), min(id), max(id) FROM pictures
    GROUP BY person_id, judged_id)
SELECT person_id,
    iif(first > min(last) OVER alike, first_value(judged_id) OVER alike, judged_id)
        AS counted_id
FROM enrolled WINDOW alike AS (PARTITION BY list ORDER BY last
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);
"""
"""Who counts as one in N: fewer than who shares opinions, since whoever enrols could make few of
many. Rows that two people judged one, and a row enrolled again from all pictures of another, and no
others, in their order. The first one that had them all stands for each that began later: a row that
was there before, and got the missing ones afterwards, was compared as somebody else."""

PLACE = """json_extract({0}, '$.box.x') + json_extract({0}, '$.box.width') / 2.0,
    json_extract({0}, '$.box.y') + json_extract({0}, '$.box.height') / 2.0,
    max(json_extract({0}, '$.box.width'), json_extract({0}, '$.box.height')) * 1.0"""
"""Centre and size of a face, in pixels."""

COLUMNS = "reference_id, person_id, original_sha256, face, x, y, size"

IDENTIFIED = f"""
CREATE TRIGGER persons_identified AFTER INSERT ON persons
BEGIN INSERT INTO identities VALUES (NEW.id, NEW.id, NEW.id, NEW.id, NEW.gallery_id, NULL); END;

CREATE TRIGGER persons_removed AFTER DELETE ON persons
BEGIN UPDATE identities SET removed_after = (SELECT max(person_id) FROM identities)
      WHERE person_id = OLD.id; END;

CREATE TRIGGER person_photographs_kept AFTER INSERT ON reference_images
WHEN json_extract(NEW.face, '$.box.width') > 0
BEGIN INSERT INTO person_photographs ({COLUMNS}) VALUES (
    NEW.id, NEW.person_id, NEW.original_sha256, NEW.face, {PLACE.format("NEW.face")});
END;
"""

GUARDS = (
    immutable("person_photographs", "id", "reference_id")
    + f"""
CREATE TRIGGER persons_stay BEFORE UPDATE ON persons
WHEN NEW.id IS NOT OLD.id OR NEW.gallery_id IS NOT OLD.gallery_id
BEGIN SELECT RAISE(ABORT, 'persons: a person stays in the gallery they were enrolled in'); END;

CREATE TRIGGER galleries_numbered_once AFTER INSERT ON galleries
WHEN EXISTS (SELECT 1 FROM identities WHERE gallery_id = NEW.id)
    OR EXISTS (SELECT 1 FROM searches WHERE gallery_id = NEW.id)
    OR EXISTS (SELECT 1 FROM rehearsals WHERE gallery_id = NEW.id)
    OR EXISTS (SELECT 1 FROM marks WHERE gallery_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'galleries: the number of one that was removed is not given again'); END;

CREATE TRIGGER galleries_stay BEFORE UPDATE ON galleries WHEN NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'galleries: a gallery keeps its number'); END;

CREATE TRIGGER identities_not_deleted BEFORE DELETE ON identities
BEGIN SELECT RAISE(ABORT, 'identities: an identity outlives its gallery'); END;

CREATE TRIGGER identities_of_persons BEFORE INSERT ON identities
WHEN NEW.identity_id IS NOT NEW.person_id OR NEW.judged_id IS NOT NEW.person_id
    OR NEW.counted_id IS NOT NEW.person_id OR NEW.removed_after IS NOT NULL
    OR EXISTS (SELECT 1 FROM identities WHERE person_id = NEW.person_id)
    OR NOT EXISTS (SELECT 1 FROM persons
                   WHERE id = NEW.person_id AND gallery_id = NEW.gallery_id)
BEGIN SELECT RAISE(ABORT, 'identities: one for each person that is enrolled'); END;

CREATE TRIGGER identities_of_one_gallery BEFORE UPDATE ON identities
WHEN NEW.person_id IS NOT OLD.person_id OR NEW.gallery_id IS NOT OLD.gallery_id
    OR (NEW.removed_after IS NOT OLD.removed_after AND (OLD.removed_after IS NOT NULL
        OR NEW.removed_after IS NOT (SELECT max(person_id) FROM identities)
        OR EXISTS (SELECT 1 FROM persons WHERE id = NEW.person_id)))
BEGIN SELECT RAISE(ABORT, 'identities: a person was where they were enrolled'); END;

CREATE TRIGGER person_photographs_of_references BEFORE INSERT ON person_photographs
WHEN NOT EXISTS (SELECT 1 FROM reference_images r
    WHERE r.id = NEW.reference_id AND r.person_id = NEW.person_id
      AND r.original_sha256 = NEW.original_sha256 AND r.face = NEW.face
      AND (NEW.x, NEW.y, NEW.size) = ({PLACE.format("r.face")}))
BEGIN SELECT RAISE(ABORT, 'person_photographs: no such reference is enrolled'); END;
"""
)


def carry_over(db: Database) -> None:
    """Whoever is enrolled, and whoever left but was shown as a candidate: an opinion may rest on
    the photograph that was shown. Who is one with whom is found when the file is opened."""
    db.conn.execute("INSERT INTO identities SELECT id, id, id, id, gallery_id, NULL FROM persons")
    db.conn.execute(
        "INSERT INTO identities "
        "SELECT c.person_id, c.person_id, c.person_id, c.person_id, min(s.gallery_id), c.person_id "
        "FROM candidates c JOIN searches s ON s.id = c.search_id "
        "WHERE c.person_id NOT IN (SELECT id FROM persons) GROUP BY c.person_id"
    )
    db.conn.execute(
        f"INSERT INTO person_photographs ({COLUMNS}) "
        f"SELECT id, person_id, original_sha256, face, {PLACE.format('face')} "
        "FROM (SELECT id, person_id, original_sha256, face FROM reference_images "
        " UNION ALL SELECT DISTINCT NULL, c.person_id, c.reference_sha256, c.reference_face "
        " FROM candidates c WHERE c.person_id NOT IN (SELECT id FROM persons)) "
        "WHERE json_extract(face, '$.box.width') > 0 ORDER BY id"
    )
