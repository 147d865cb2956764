"""One person's word moves no calibration: what all marks of a pair come to, and what a search may
leave out of its calibration."""

from secondlook.storage.migrations.people_sql import independent

_OF_PAIR = """{0}.gallery_id = m.gallery_id AND {0}.person_id = m.person_id
    AND {0}.other_person_id = m.other_person_id"""

_LAST = f"""SELECT n.operator_id FROM marks n WHERE n.mark = '{{mark}}' AND {_OF_PAIR.format("n")}
    AND n.id = (SELECT max(l.id) FROM marks l WHERE {_OF_PAIR.format("l")}
                AND l.operator_id = n.operator_id AND l.id <= {{until}})"""
"""Who called the pair so with their last mark until then."""

_SAME = """SELECT n.operator_id FROM marks n WHERE n.mark = 'same'
    AND n.gallery_id = m.gallery_id AND n.person_id = m.person_id
    AND n.other_person_id IS m.other_person_id AND n.probe_sha256 IS m.probe_sha256
    AND n.id = (SELECT max(l.id) FROM marks l WHERE l.gallery_id = n.gallery_id
                AND l.person_id = n.person_id AND l.other_person_id IS n.other_person_id
                AND l.probe_sha256 IS n.probe_sha256 AND l.operator_id = n.operator_id)"""

SQL = f"""
CREATE VIEW pair_standing AS
SELECT
    gallery_id,
    person_id,
    other_person_id,
    probe_sha256,
    sum(mark = 'different') AS different,
    sum(mark = 'unsure') AS unsure,
    CASE WHEN sum(mark = 'different') > 0 THEN 0 ELSE {independent(_SAME)} END AS people
FROM marks m WHERE id IN (
    SELECT max(id) FROM marks
    GROUP BY gallery_id, person_id, other_person_id, probe_sha256, operator_id)
GROUP BY gallery_id, person_id, other_person_id, probe_sha256;

CREATE VIEW judged_one AS
SELECT m.person_id AS one_id, m.other_person_id AS other_id FROM (
    SELECT DISTINCT gallery_id, person_id, other_person_id, probe_sha256 FROM marks
    WHERE other_person_id IS NOT NULL) m
WHERE EXISTS (SELECT 1 FROM marks t WHERE t.mark = 'same' AND {_OF_PAIR.format("t")}
              AND {independent(_LAST.format(mark="same", until="t.id"))} >= 2)
  AND {independent(_LAST.format(mark="different", until="9e18"))} < 2;

CREATE VIEW left_out_pairs AS
SELECT
    s.id AS search_id,
    json_extract(l.value, '$[0]') AS person_id,
    json_extract(l.value, '$[1]') AS other_person_id,
    coalesce((SELECT m.people FROM pair_standing m WHERE m.gallery_id = s.gallery_id
              AND m.person_id = json_extract(l.value, '$[0]')
              AND m.other_person_id = json_extract(l.value, '$[1]')), 0) AS people
FROM searches s JOIN json_each(s.calibration, '$.left_out') l;

CREATE TRIGGER searches_calibrated_by_people BEFORE INSERT ON searches
WHEN EXISTS (
    SELECT 1 FROM json_each(NEW.calibration, '$.left_out') l WHERE NOT EXISTS (
        SELECT 1 FROM pair_standing m WHERE m.gallery_id = NEW.gallery_id
        AND m.person_id = json_extract(l.value, '$[0]')
        AND m.other_person_id = json_extract(l.value, '$[1]')
        AND m.people >= CASE (SELECT json_extract(document, '$.examiners') FROM policies
                              WHERE sha256 = NEW.policy_sha256) WHEN 1 THEN 1 ELSE 2 END))
BEGIN SELECT RAISE(ABORT,
    'search refused: too few people call a pair one person that its calibration leaves out'); END;

CREATE TRIGGER searches_say_whose_word BEFORE INSERT ON searches
WHEN coalesce(json_extract(NEW.calibration, '$.left_out_by_one'), 0) IS NOT (
    SELECT count(*) FROM json_each(NEW.calibration, '$.left_out') l
    JOIN pair_standing m ON m.gallery_id = NEW.gallery_id
    AND m.person_id = json_extract(l.value, '$[0]')
    AND m.other_person_id = json_extract(l.value, '$[1]') AND m.people = 1)
BEGIN SELECT RAISE(ABORT,
    'search refused: it does not say how many pairs are left out on one person''s word'); END;
"""
"""``pair_standing``: everybody's last mark of a pair. ``people``: how many different people call it
one person, none where somebody calls it different.

``judged_one``: pairs that two people called one person, until two people call them different. What
raises a confidence ends with the first doubt; what joins two questions ends as it began.

``left_out_pairs``: what a search left out of its calibration, with how many people still say so."""
