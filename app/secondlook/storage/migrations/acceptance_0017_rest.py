"""The guards of acceptance, continued, as step 0017 makes them. By packaging/freeze.py; then frozen."""

SQL = """
(e.notes NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447, 4448, 5760, 6068,
6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240, 12288, 12644, 65024,
45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45, 113827, 119129, 119155,
45, 119162, 917504, 45, 921599) || ']*')))))), _concerned(id) AS (SELECT o.operator_id FROM
(SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id,
NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here,
e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS
compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o), _bond(a, b) AS ( SELECT account_id, other_id FROM
_loose UNION SELECT other_id, account_id FROM _loose ), _loose(account_id, other_id) AS ( SELECT
t.account_id, t.other_id FROM account_ties t WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM
tie_confirmations c WHERE c.tie_id = t.id AND c.at <= '9999' AND c.operator_id NOT IN (SELECT id
FROM _concerned WHERE id IS NOT NULL)) ), _same(id, other) AS ( SELECT id, id FROM _asked WHERE id
IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id,
who) AS (SELECT id, min(other) FROM _same GROUP BY id) SELECT count(DISTINCT who) + (SELECT
count(DISTINCT p.who) FROM units_in_force u JOIN _person p ON p.id = u.first_id JOIN _person q ON
q.id = u.second_id WHERE p.who = q.who AND u.since <= '9999' AND (u.until IS NULL OR u.until >
'9999')) FROM _person) AS carrying, ( WITH RECURSIVE _asked(id) AS (SELECT o.operator_id FROM
(SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id,
NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here,
e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS
compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o), _concerned(id) AS (SELECT o.operator_id FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) AS people, (EXISTS
(SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL,
min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion))
AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id,
m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY
e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o WHERE o.conclusion <= -1) OR EXISTS (SELECT 1 FROM
identities k JOIN shared_photographs l ON l.one_id = k.person_id JOIN identities r ON r.person_id
= l.other_id AND r.identity_id <> f.identity_id JOIN identities m ON m.identity_id = r.identity_id
JOIN candidates c ON c.person_id = m.person_id JOIN search_unknowns u ON u.search_id = c.search_id
JOIN unknown_groups g ON g.unknown_id = u.unknown_id WHERE k.identity_id = f.identity_id AND
g.photograph_id = f.photograph_id AND (m.person_id = r.person_id OR NOT EXISTS (SELECT 1 FROM
identities z WHERE z.identity_id = f.identity_id AND (z.gallery_id = m.gallery_id AND z.person_id
<> m.person_id AND CASE WHEN z.person_id < m.person_id THEN z.removed_after IS NULL OR
z.removed_after >= m.person_id ELSE m.removed_after IS NULL OR m.removed_after >= z.person_id
END))) AND (EXISTS (SELECT 1 FROM examinations e WHERE e.candidate_id = c.id AND e.conclusion
BETWEEN -3 AND -1) OR EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id AND d.outcome
= 'excluded')))) AS dissent FROM question_facts f WHERE f.candidate_id = NEW.candidate_id LIMIT
-1) f WHERE f.candidate_id = NEW.candidate_id; END;
"""
