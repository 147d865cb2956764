"""The guards of other outcomes, as step 0017 makes them. By packaging/freeze.py; then frozen."""

SQL = """
CREATE TRIGGER decisions_outcomes BEFORE INSERT ON decisions WHEN NEW.outcome <>
'accepted_as_lead' BEGIN SELECT RAISE(ABORT, 'decision refused: no_question') WHERE NOT EXISTS
(SELECT 1 FROM question_facts WHERE candidate_id = NEW.candidate_id); SELECT RAISE(ABORT,
'decision refused: open_case, or not the policy of its search') FROM question_facts f WHERE
f.candidate_id = NEW.candidate_id AND f.own = 1 AND (f.closed_at IS NOT NULL OR f.policy_sha256 IS
NOT NEW.policy_sha256); SELECT RAISE(ABORT, 'decision refused: not an outcome') WHERE NEW.outcome
NOT IN ('excluded', 'inconclusive', 'unresolved', 'same_photograph', 'not_examined'); SELECT
RAISE(ABORT, 'decision refused: excluded') FROM question_facts f WHERE NEW.outcome = 'excluded'
AND f.candidate_id = NEW.candidate_id AND (CASE WHEN (EXISTS (SELECT 1 FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
WHERE o.conclusion <= -1) AND EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE o.conclusion
>= 1)) THEN ( WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
JOIN question_members m ON m.candidate_id = f.candidate_id JOIN examinations e ON e.candidate_id =
m.member_id AND e.operator_id = o.operator_id WHERE e.conclusion BETWEEN -3 AND -1 AND (EXISTS
(SELECT 1 FROM json_each(e.findings) v WHERE v.value = 'different' AND v.key IN ('skin',
'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears',
'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', 'facial_marks',
'alterations', 'other')) AND NOT (e.notes NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173,
847, 1564, 4447, 4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45,
8303, 10240, 12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943,
113824, 45, 113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*'))), _concerned(id) AS
(SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS ( SELECT account_id,
other_id FROM _loose UNION SELECT other_id, account_id FROM _loose ), _loose(account_id, other_id)
AS ( SELECT t.account_id, t.other_id FROM account_ties t WHERE t.at <= '9999' AND NOT EXISTS (
SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT
IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM
_asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a =
s.other ), _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY id) SELECT
count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force u JOIN _person p ON p.id =
u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND u.since <= '9999' AND
(u.until IS NULL OR u.until > '9999')) FROM _person) < 1 OR NOT (( WITH RECURSIVE _asked(id) AS
(SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o), _concerned(id) AS (SELECT
o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL,
min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion))
AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id,
m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY
e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS ( SELECT account_id, other_id FROM
_loose UNION SELECT other_id, account_id FROM _loose ), _loose(account_id, other_id) AS ( SELECT
t.account_id, t.other_id FROM account_ties t WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM
tie_confirmations c WHERE c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT IN (SELECT id
FROM _concerned WHERE id IS NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM _asked WHERE id
IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id,
who) AS (SELECT id, min(other) FROM _same GROUP BY id) SELECT count(DISTINCT who) + (SELECT
count(DISTINCT p.who) FROM units_in_force u JOIN _person p ON p.id = u.first_id JOIN _person q ON
q.id = u.second_id WHERE p.who = q.who AND u.since <= '9999' AND (u.until IS NULL OR u.until >
'9999')) FROM _person) > json_extract(f.policy, '$.examiners') AND (( WITH RECURSIVE _asked(id) AS
(SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o UNION SELECT NEW.operator_id),
_concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o UNION SELECT
NEW.operator_id), _bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id,
account_id FROM _loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM
account_ties t WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE
c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS
NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT
s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id,
min(other) FROM _same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM
units_in_force u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE
p.who = q.who AND u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) > (
WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS
first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS (
SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose ),
_loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t WHERE t.at
<= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <=
'9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ), _same(id,
other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s
JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY
id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force u JOIN _person
p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND u.since <=
'9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person))) ELSE ( WITH RECURSIVE _asked(id)
AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o JOIN question_members m ON
m.candidate_id = f.candidate_id JOIN examinations e ON e.candidate_id = m.member_id AND
e.operator_id = o.operator_id WHERE e.conclusion BETWEEN -3 AND -1 AND (EXISTS (SELECT 1 FROM
json_each(e.findings) v WHERE v.value = 'different' AND v.key IN ('skin', 'head_outline',
'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth',
'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations',
'other')) AND NOT (e.notes NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447,
4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240,
12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45,
113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*'))), _concerned(id) AS (SELECT
o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL,
min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion))
AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id,
m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY
e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS ( SELECT account_id, other_id FROM
_loose UNION SELECT other_id, account_id FROM _loose ), _loose(account_id, other_id) AS ( SELECT
t.account_id, t.other_id FROM account_ties t WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM
tie_confirmations c WHERE c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT IN (SELECT id
FROM _concerned WHERE id IS NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM _asked WHERE id
IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id,
who) AS (SELECT id, min(other) FROM _same GROUP BY id) SELECT count(DISTINCT who) + (SELECT
count(DISTINCT p.who) FROM units_in_force u JOIN _person p ON p.id = u.first_id JOIN _person q ON
q.id = u.second_id WHERE p.who = q.who AND u.since <= '9999' AND (u.until IS NULL OR u.until >
'9999')) FROM _person) < json_extract(f.policy, '$.examiners') END) IS NOT FALSE; SELECT
RAISE(ABORT, 'decision refused: inconclusive') FROM question_facts f WHERE NEW.outcome =
'inconclusive' AND f.candidate_id = NEW.candidate_id AND ((EXISTS (SELECT 1 FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
WHERE o.conclusion <= -1) AND EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE o.conclusion
>= 1)) OR (f.own = 1 AND json_extract(f.policy, '$.all_candidates_reviewed') = 1 AND NOT EXISTS
(SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL,
min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion))
AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id,
m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY
e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id)))) IS NOT FALSE; SELECT RAISE(ABORT,
'decision refused: unresolved') FROM question_facts f WHERE NEW.outcome = 'unresolved' AND
f.candidate_id = NEW.candidate_id AND (NOT (EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id)
AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
WHERE o.conclusion <= -1) AND EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE o.conclusion
>= 1)) OR NOT (( WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS (
SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose ),
_loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t WHERE t.at
<= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <=
'9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ), _same(id,
other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s
JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY
id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force u JOIN _person
p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND u.since <=
'9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) > json_extract(f.policy,
'$.examiners') AND (( WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
UNION SELECT NEW.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
UNION SELECT NEW.operator_id), _bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION
SELECT other_id, account_id FROM _loose ), _loose(account_id, other_id) AS ( SELECT t.account_id,
t.other_id FROM account_ties t WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM
tie_confirmations c WHERE c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT IN (SELECT id
FROM _concerned WHERE id IS NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM _asked WHERE id
IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id,
who) AS (SELECT id, min(other) FROM _same GROUP BY id) SELECT count(DISTINCT who) + (SELECT
count(DISTINCT p.who) FROM units_in_force u JOIN _person p ON p.id = u.first_id JOIN _person q ON
q.id = u.second_id WHERE p.who = q.who AND u.since <= '9999' AND (u.until IS NULL OR u.until >
'9999')) FROM _person) > ( WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS (
SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose ),
_loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t WHERE t.at
<= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <=
'9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ), _same(id,
other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s
JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY
id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force u JOIN _person
p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND u.since <=
'9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person)))) IS NOT FALSE; SELECT
RAISE(ABORT, 'decision refused: same_photograph') FROM question_facts f WHERE NEW.outcome =
'same_photograph' AND f.candidate_id = NEW.candidate_id AND (f.reference_sha256 <> f.probe_sha256
AND NOT EXISTS (SELECT 1 FROM same_photographs p WHERE p.sha256 = f.probe_sha256 AND p.face =
f.probe_face AND p.other_sha256 = f.reference_sha256 AND p.other_face = f.reference_face AND
p.standing = 'same')) IS NOT FALSE; SELECT RAISE(ABORT, 'decision refused: not_examined') FROM
question_facts f WHERE NEW.outcome = 'not_examined' AND f.candidate_id = NEW.candidate_id AND
(f.own = 1 AND json_extract(f.policy, '$.all_candidates_reviewed') = 1 OR EXISTS (SELECT 1 FROM
(SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id,
NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here,
e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS
compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id))) IS NOT FALSE; END;
"""
