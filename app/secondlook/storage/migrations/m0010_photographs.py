"""Fingerprints of photographed faces, pairs that look like one photograph, and what people judge.

A face is named by its file and its own canonical JSON, as references and searches hold it. A pair
is of two files, the lower SHA-256 first: what one file holds is the same photograph anyway. The
guards need no foreign keys.
"""

from secondlook.storage.migrations.immutable import immutable
from secondlook.storage.migrations.people_sql import independent

_PAIR = """
    first_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    first_face TEXT NOT NULL CHECK (json_valid(first_face)),
    second_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    second_face TEXT NOT NULL CHECK (json_valid(second_face)),
"""

TABLES = f"""
CREATE TABLE fingerprints (
    id INTEGER PRIMARY KEY,
    original_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    face TEXT NOT NULL CHECK (json_valid(face)),
    method TEXT NOT NULL CHECK (trim(method) <> ''),
    fingerprint BLOB NOT NULL,
    made_at TEXT NOT NULL,
    UNIQUE (original_sha256, face, method)
) STRICT;

CREATE TABLE photograph_suspicions (
    id INTEGER PRIMARY KEY,{_PAIR}
    likeness REAL NOT NULL CHECK (likeness BETWEEN -1 AND 1),
    mirrored INTEGER NOT NULL CHECK (mirrored IN (0, 1)),
    score REAL CHECK (score BETWEEN -1 AND 1),
    model_sha256 TEXT CHECK (length(model_sha256) = 64),
    method TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK (first_sha256 < second_sha256),
    CHECK ((score IS NULL) = (model_sha256 IS NULL)),
    UNIQUE (first_sha256, first_face, second_sha256, second_face)
) STRICT;
CREATE INDEX photograph_suspicions_by_second ON photograph_suspicions (second_sha256);

CREATE TABLE photograph_judgements (
    id INTEGER PRIMARY KEY,{_PAIR}
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different')),
    note TEXT NOT NULL,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    at TEXT NOT NULL,
    CHECK (first_sha256 < second_sha256)
) STRICT;
CREATE INDEX photograph_judgements_by_pair ON photograph_judgements (first_sha256, second_sha256);
"""

EVER_SAME = independent("""SELECT e.operator_id FROM photograph_judgements e
    WHERE e.verdict = 'same' AND e.first_sha256 = j.first_sha256 AND e.first_face = j.first_face
    AND e.second_sha256 = j.second_sha256 AND e.second_face = j.second_face""")

PEOPLE = independent("SELECT j.one_id UNION SELECT j.another_id")

VIEWS = f"""
CREATE VIEW judged_photographs AS
SELECT j.first_sha256, j.first_face, j.second_sha256, j.second_face,
    CASE WHEN j.given = 2 AND j.verdict = j.other_verdict AND {PEOPLE} = 2 THEN j.verdict END
    AS settled, {EVER_SAME} >= 2 AS was_same
FROM (
SELECT first_sha256, first_face, second_sha256, second_face, count(*) AS given,
    min(verdict) AS verdict, max(verdict) AS other_verdict,
    min(operator_id) AS one_id, max(operator_id) AS another_id
FROM (
    SELECT j.*, row_number() OVER (
        PARTITION BY first_sha256, first_face, second_sha256, second_face ORDER BY id DESC
    ) AS newest
    FROM photograph_judgements j
    WHERE NOT EXISTS (
        SELECT 1 FROM photograph_judgements l
        WHERE l.operator_id = j.operator_id AND l.id > j.id
        AND l.first_sha256 = j.first_sha256 AND l.first_face = j.first_face
        AND l.second_sha256 = j.second_sha256 AND l.second_face = j.second_face))
WHERE newest <= 2
GROUP BY first_sha256, first_face, second_sha256, second_face) j;

CREATE VIEW same_photographs AS
WITH pairs AS (
    SELECT first_sha256, first_face, second_sha256, second_face FROM photograph_suspicions
    UNION SELECT first_sha256, first_face, second_sha256, second_face FROM judged_photographs),
standing AS (
    SELECT p.*, coalesce(j.settled,
        iif(s.id IS NOT NULL OR j.was_same, 'suspected', 'none')) AS standing
    FROM pairs p
    LEFT JOIN photograph_suspicions s USING (first_sha256, first_face, second_sha256, second_face)
    LEFT JOIN judged_photographs j USING (first_sha256, first_face, second_sha256, second_face))
SELECT first_sha256 AS sha256, first_face AS face, second_sha256 AS other_sha256,
    second_face AS other_face, standing FROM standing
UNION ALL
SELECT second_sha256, second_face, first_sha256, first_face, standing FROM standing;
"""
"""Of each person the last judgement counts, and of these the two newest must agree. What two people
called the same is suspected until two call it different. The second view has each pair in both
directions."""

_PAIR_KEY = "first_sha256, first_face, second_sha256, second_face"

GUARDS = (
    immutable("fingerprints", "id", "original_sha256, face, method")
    + immutable("photograph_suspicions", "id", _PAIR_KEY)
    + immutable("photograph_judgements", "id")
    + """
CREATE TRIGGER fingerprints_of_originals BEFORE INSERT ON fingerprints
WHEN NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = NEW.original_sha256)
BEGIN SELECT RAISE(ABORT, 'fingerprint refused: no such original'); END;

CREATE TRIGGER photograph_suspicions_of_originals BEFORE INSERT ON photograph_suspicions
WHEN NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = NEW.first_sha256)
    OR NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = NEW.second_sha256)
BEGIN SELECT RAISE(ABORT, 'photograph suspicion refused: no such original'); END;

CREATE TRIGGER photograph_judgements_of_originals BEFORE INSERT ON photograph_judgements
WHEN NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = NEW.first_sha256)
    OR NOT EXISTS (SELECT 1 FROM originals WHERE sha256 = NEW.second_sha256)
BEGIN SELECT RAISE(ABORT, 'photograph judgement refused: no such original'); END;

CREATE TRIGGER photograph_judgements_in_order AFTER INSERT ON photograph_judgements
WHEN NEW.id <> (SELECT max(id) FROM photograph_judgements)
BEGIN SELECT RAISE(ABORT, 'photograph judgement refused: it is not the newest'); END;

CREATE TRIGGER photograph_judgements_by_people BEFORE INSERT ON photograph_judgements
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'photograph judgement refused: not an active examiner'); END;
"""
)

SQL = TABLES + VIEWS + GUARDS
