"""The guards of acceptance, as step 0017 makes them. By packaging/freeze.py; then frozen."""

SQL = """
CREATE TRIGGER decisions_acceptance BEFORE INSERT ON decisions WHEN NEW.outcome =
'accepted_as_lead' BEGIN SELECT RAISE(ABORT, 'acceptance refused: no_question') WHERE NOT EXISTS
(SELECT 1 FROM question_facts WHERE candidate_id = NEW.candidate_id); SELECT CASE WHEN (f.own = 1
AND json_extract(f.policy, '$.accepts') IS NOT 1) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: accepting_policy') WHEN (f.own = 1 AND f.policy_sha256 NOT IN (SELECT sha256
FROM trusted_policies WHERE until IS NULL)) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: trusted_policy') WHEN (f.own = 1 AND NOT EXISTS (SELECT 1 FROM
json_each(f.policy, '$.permitted_purposes') WHERE value = f.purpose)) IS NOT FALSE THEN
RAISE(ABORT, 'acceptance refused: purpose') WHEN (json_extract(f.policy,
'$.authorisation_required') = 1 AND ((f.authorisation NOT GLOB '*[^' || char(1, 45, 32, 127, 45,
160, 173, 847, 1564, 4447, 4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239,
8287, 45, 8303, 10240, 12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45,
78943, 113824, 45, 113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*') OR
coalesce(f.authorisation_delay_hours, 1e9) > json_extract(f.policy,
'$.authorisation_deadline_hours'))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: authorisation') WHEN (EXISTS (SELECT 1 FROM (SELECT d.origin,
d.original_sha256, d.operator_id, d.at, 0 AS own FROM origin_declarations d JOIN unknowns v ON
v.original_sha256 = d.original_sha256 JOIN unknown_groups g ON g.unknown_id = v.id WHERE
g.photograph_id = f.photograph_id AND d.origin <> 'undeclared' UNION ALL SELECT s.probe_origin,
s.probe_sha256, s.operator_id, s.at, s.id = f.search_id FROM unknown_groups g JOIN search_unknowns
u ON u.unknown_id = g.unknown_id JOIN searches s ON s.id = u.search_id WHERE g.photograph_id =
f.photograph_id AND (s.id = f.search_id OR ( s.probe_origin <> 'undeclared' AND NOT EXISTS (SELECT
1 FROM origin_declarations d WHERE d.original_sha256 = s.probe_sha256 AND d.origin =
s.probe_origin AND d.at <= s.at)))) o WHERE NOT (o.own = 0 AND ( WITH RECURSIVE _asked(id) AS
(SELECT id FROM operators WHERE id = o.operator_id AND role <> 'command_line' UNION SELECT
r.operator_id FROM origin_declarations r WHERE r.original_sha256 = o.original_sha256 AND
r.corrects = o.origin AND r.at >= o.at), _concerned(id) AS (SELECT id FROM operators WHERE id =
o.operator_id AND role <> 'command_line' UNION SELECT r.operator_id FROM origin_declarations r
WHERE r.original_sha256 = o.original_sha256 AND r.corrects = o.origin AND r.at >= o.at), _bond(a,
b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose ),
_loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t WHERE t.at
<= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <=
'9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ), _same(id,
other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b FROM _same s
JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY
id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force u JOIN _person
p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND u.since <=
'9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) >= 2) AND o.origin IN (SELECT
value FROM json_each(f.policy, '$.blocked_origins')))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: probe_origin') WHEN (json_extract(f.policy, '$.probe_analysis_first') = 1 AND
((f.probe_analysis NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447, 4448,
5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240, 12288,
12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45, 113827,
119129, 119155, 45, 119162, 917504, 45, 921599) || ']*') OR (EXISTS (SELECT 1 FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
WHERE (o.here_id IS NOT NULL AND o.conclusion >= json_extract(f.policy, '$.min_conclusion')) AND
(EXISTS (SELECT 1 FROM (SELECT min(iif(g.called_id = f.called_id, a.at, NULL)) AS own, min(a.at)
AS any_copy FROM analyses a JOIN unknown_groups g ON g.unknown_id = a.unknown_id WHERE
g.photograph_id = f.photograph_id AND a.operator_id = o.operator_id) a JOIN examinations e ON e.id
= coalesce(o.here_id, o.first_id) WHERE a.own <= e.committed_at AND NOT EXISTS ( SELECT 1 FROM
unknown_groups h JOIN search_unknowns u ON u.unknown_id = h.unknown_id JOIN sightings g2 ON
g2.search_id = u.search_id WHERE h.photograph_id = f.photograph_id AND g2.at < iif(h.called_id =
f.called_id, a.own, a.any_copy) AND (g2.operator_id IS NULL OR ( WITH RECURSIVE _asked(id) AS
(SELECT g2.operator_id UNION SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM
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
'9999')) FROM _person) < 2)))) IS NOT TRUE) AND f.carrying < json_extract(f.policy,
'$.examiners')))) IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: probe_analysis') WHEN
(EXISTS ( SELECT 1 FROM json_each(f.policy, '$.probe_limits') l LEFT JOIN
json_each(f.probe_quality) q ON q.key = l.key AND q.type IN ('integer', 'real') WHERE (CASE WHEN
l.key IN ('pose_deg', 'yaw_deg', 'pitch_deg', 'roll_deg', 'inversion') THEN q.value <= l.value
WHEN l.key IN ('inter_eye_px', 'effective_eye_px', 'sharpness', 'exposure', 'contrast',
'eyes_visible', 'mouth_visible', 'illumination_uniformity', 'compression', 'inside',
'detector_score') THEN q.value >= l.value END) IS NOT TRUE)) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: probe_quality') WHEN (EXISTS ( SELECT 1 FROM json_each(f.policy,
'$.reference_limits') l LEFT JOIN json_each(f.reference_quality) q ON q.key = l.key AND q.type IN
('integer', 'real') WHERE (CASE WHEN l.key IN ('pose_deg', 'yaw_deg', 'pitch_deg', 'roll_deg',
'inversion') THEN q.value <= l.value WHEN l.key IN ('inter_eye_px', 'effective_eye_px',
'sharpness', 'exposure', 'contrast', 'eyes_visible', 'mouth_visible', 'illumination_uniformity',
'compression', 'inside', 'detector_score') THEN q.value >= l.value END) IS NOT TRUE)) IS NOT FALSE
THEN RAISE(ABORT, 'acceptance refused: reference_quality') WHEN (f.own = 1 AND NOT EXISTS (SELECT
1 FROM search_trust t JOIN model_cards r ON r.sha256 = t.recogniser_card JOIN model_cards d ON
d.sha256 = t.detector_card WHERE t.search_id = f.search_id AND r.model_sha256 || '+' || r.sha256
IN (SELECT model FROM trusted_models WHERE until IS NULL) AND d.model_sha256 || '+' || d.sha256 IN
(SELECT model FROM trusted_models WHERE until IS NULL))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: trusted_model') WHEN (json_extract(f.policy, '$.minimum_model') IS NOT NULL
AND (f.model_status IS NOT 'full' OR f.detector_status IS NOT 'full')) IS NOT FALSE THEN
RAISE(ABORT, 'acceptance refused: minimum_model') WHEN (json_extract(f.policy,
'$.rehearsal_max_age_days') IS NOT NULL AND NOT EXISTS ( SELECT 1 FROM rehearsals r WHERE
r.gallery_id = f.gallery_id AND r.model_sha256 = f.model_sha256 AND julianday(r.finished_at) <=
julianday(NEW.decided_at) AND round((julianday(f.searched_at) - julianday(r.finished_at)) *
86400000) <= json_extract(f.policy, '$.rehearsal_max_age_days') * 86400000 AND (SELECT
count(DISTINCT q.person) FROM rehearsal_searches q WHERE q.rehearsal_id = r.id AND q.status =
'searched' AND q.absent = 1) >= 30)) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: rehearsal') WHEN (f.reference_sha256 = f.probe_sha256 OR EXISTS (SELECT 1
FROM same_photographs p WHERE p.sha256 = f.probe_sha256 AND p.face = f.probe_face AND
p.other_sha256 = f.reference_sha256 AND p.other_face = f.reference_face AND p.standing IN
('suspected', 'same'))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: different_photographs') WHEN (f.confidence_status = 'not_measurable' OR
EXISTS (SELECT 1 FROM left_out_pairs l WHERE l.search_id = f.search_id AND l.people <
iif(json_extract(f.policy, '$.examiners') = 1, 1, 2)) OR (f.confidence_status IN ('reference',
'extrapolated') AND json_extract(f.policy, '$.allow_reference_calibration') IS NOT 1) OR max(
coalesce((SELECT max(h.people) FROM standing_declared_tries h JOIN unknown_groups g ON
g.unknown_id = h.unknown_id WHERE g.shown_id = f.shown_id), 0), (SELECT max(count(DISTINCT
coalesce(i.counted_id, t.person_id)), count(DISTINCT iif(json_extract(f.policy, '$.minimum_model')
IS NULL OR d.status = json_extract(f.policy, '$.minimum_model'), coalesce(i.counted_id,
t.person_id) || ' ' || d.sha256, NULL))) FROM unknown_groups g JOIN tries t ON t.unknown_id =
g.unknown_id JOIN models_compared d ON d.id = t.model_id LEFT JOIN identities i ON i.person_id =
t.person_id WHERE g.shown_id = f.shown_id)) * max(f.fmr_upper, coalesce(( SELECT
max(coalesce((SELECT min(t.fmr_upper) FROM calibration_steps t WHERE t.search_id = s.id AND
t.score <= f.score), 1.0)) FROM question_members m JOIN searches s ON s.id = m.search_id WHERE
m.candidate_id = f.candidate_id AND s.id <> f.search_id AND EXISTS (SELECT 1 FROM
calibration_steps t WHERE t.search_id = s.id) AND json_extract(s.model, '$.sha256') =
f.model_sha256 AND json_extract(s.calibration, '$.ceiling') >= json_extract(f.policy,
'$.accept_confidence')), 0.0)) > 1.0 - json_extract(f.policy, '$.accept_confidence') / 100.0) IS
NOT FALSE THEN RAISE(ABORT, 'acceptance refused: confidence') WHEN (f.gallery_persons = 1 AND
json_extract(f.policy, '$.accept_one_to_one') IS NOT 1) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: one_to_one') WHEN (json_extract(f.policy, '$.min_margin') > 0 AND
coalesce((SELECT min(gap) FROM ( SELECT f.margin AS gap WHERE f.margin IS NOT NULL UNION ALL
SELECT f.score - c.score FROM unknown_groups g JOIN search_unknowns u ON u.unknown_id =
g.unknown_id JOIN searches s ON s.id = u.search_id JOIN candidates c ON c.search_id = s.id LEFT
JOIN identities i ON i.person_id = c.person_id WHERE g.photograph_id = f.photograph_id AND
json_extract(s.model, '$.sha256') = f.model_sha256 AND coalesce(i.counted_id, c.person_id) <>
f.counted_id)), -9) < json_extract(f.policy, '$.min_margin')) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: margin') WHEN (f.people < json_extract(f.policy, '$.examiners') + f.dissent)
IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: examiners') WHEN (( WITH RECURSIVE _asked(id)
AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE (o.here_id IS NOT NULL AND
o.conclusion >= json_extract(f.policy, '$.min_conclusion')) AND (json_extract(f.policy,
'$.blind_verification') IS NOT 1 OR NOT EXISTS ( SELECT 1 FROM question_members m JOIN
examinations x ON x.candidate_id = m.member_id JOIN sightings g ON g.examination_id = x.id JOIN
examinations e ON e.id = o.first_id WHERE m.candidate_id = f.candidate_id AND x.operator_id <>
o.operator_id AND g.at <= e.committed_at AND ( WITH RECURSIVE _asked(id) AS (SELECT g.operator_id
UNION SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) < 2) AND NOT EXISTS (
SELECT 1 FROM question_members m JOIN examinations x ON x.candidate_id = m.member_id JOIN
sightings g ON g.examination_id = x.id JOIN examinations e ON e.id = o.here_id WHERE
m.candidate_id = f.candidate_id AND m.here AND x.operator_id <> o.operator_id AND g.at <=
e.committed_at AND ( WITH RECURSIVE _asked(id) AS (SELECT g.operator_id UNION SELECT
o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS
first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) < 2))), _concerned(id)
AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
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
(u.until IS NULL OR u.until > '9999')) FROM _person) < json_extract(f.policy, '$.examiners') OR
EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL,
min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion))
AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id,
m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY
e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o WHERE o.conclusion > -1 AND o.conclusion <
json_extract(f.policy, '$.min_conclusion'))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: conclusions') WHEN (f.dissent AND (NOT coalesce((SELECT o.conclusion >=
json_extract(f.policy, '$.min_conclusion') FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o JOIN examinations e
ON e.id = o.first_id WHERE ( WITH RECURSIVE _asked(id) AS (SELECT b.operator_id FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) b
WHERE b.place < o.place), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) >=
json_extract(f.policy, '$.examiners') AND ( WITH RECURSIVE _asked(id) AS (SELECT b.operator_id
FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here,
c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here,
e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS
compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) b WHERE b.place <= o.place), _concerned(id) AS (SELECT
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
'9999')) FROM _person) > ( WITH RECURSIVE _asked(id) AS (SELECT b.operator_id FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) b
WHERE b.place < o.place), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) AND e.committed_at >=
coalesce((SELECT max(r.at) FROM question_members m JOIN decisions d ON d.candidate_id =
m.member_id JOIN reopenings r ON r.decision_id = d.id WHERE m.candidate_id = f.candidate_id), '')
AND NOT EXISTS ( SELECT 1 FROM question_members m JOIN examinations x ON x.candidate_id =
m.member_id JOIN sightings g ON g.examination_id = x.id JOIN examinations e ON e.id =
coalesce(o.here_id, o.first_id) WHERE m.candidate_id = f.candidate_id AND x.operator_id <>
o.operator_id AND g.at <= e.committed_at AND ( WITH RECURSIVE _asked(id) AS (SELECT g.operator_id
UNION SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) < 2) AND (o.conclusion
< json_extract(f.policy, '$.min_conclusion') OR ((o.here_id IS NOT NULL AND o.conclusion >=
json_extract(f.policy, '$.min_conclusion')) AND (json_extract(f.policy, '$.probe_analysis_first')
IS NOT 1 OR EXISTS (SELECT 1 FROM (SELECT min(iif(g.called_id = f.called_id, a.at, NULL)) AS own,
min(a.at) AS any_copy FROM analyses a JOIN unknown_groups g ON g.unknown_id = a.unknown_id WHERE
g.photograph_id = f.photograph_id AND a.operator_id = o.operator_id) a JOIN examinations e ON e.id
= coalesce(o.here_id, o.first_id) WHERE a.own <= e.committed_at AND NOT EXISTS ( SELECT 1 FROM
unknown_groups h JOIN search_unknowns u ON u.unknown_id = h.unknown_id JOIN sightings g2 ON
g2.search_id = u.search_id WHERE h.photograph_id = f.photograph_id AND g2.at < iif(h.called_id =
f.called_id, a.own, a.any_copy) AND (g2.operator_id IS NULL OR ( WITH RECURSIVE _asked(id) AS
(SELECT g2.operator_id UNION SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM
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
'9999')) FROM _person) < 2)))) AND (json_extract(f.policy, '$.checklist_required') IS NOT 1 OR
EXISTS ( SELECT 1 FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id
WHERE m.candidate_id = f.candidate_id AND m.here AND e.operator_id = o.operator_id AND (SELECT
count(DISTINCT v.key) = 19 AND min(v.key IN ('skin', 'head_outline', 'composition', 'hair',
'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth', 'chin_jawline', 'neck',
'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations', 'other') AND v.value IN
('similar', 'different', 'undetermined', 'not_visible')) FROM json_each(e.findings) v))) AND
(json_extract(f.policy, '$.min_similar_components') IS NULL OR EXISTS ( SELECT 1 FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id AND m.here AND e.operator_id = o.operator_id AND (SELECT (SELECT count(DISTINCT
v.key) FROM json_each(e.findings) v WHERE v.value = 'similar' AND v.key IN ('skin',
'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears',
'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', 'facial_marks',
'alterations', 'other')) >= json_extract(f.policy, '$.min_similar_components') AND NOT EXISTS
(SELECT 1 FROM json_each(e.findings) v WHERE v.value = 'different' AND (CASE json_type(e.view,
'$.component_notes."' || v.key || '"') WHEN 'text' THEN json_extract(e.view, '$.component_notes."'
|| v.key || '"') ELSE '' END NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447,
4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240,
12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45,
113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*')) AND (e.conclusion < 2 OR NOT
(e.notes NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447, 4448, 5760, 6068,
6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240, 12288, 12644, 65024,
45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45, 113827, 119129, 119155,
45, 119162, 917504, 45, 921599) || ']*'))))))) ORDER BY o.place LIMIT 1), 0) OR ( WITH RECURSIVE
_asked(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o UNION SELECT
NEW.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS
first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
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
'9999')) FROM _person) <= f.people)) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: adjudication') WHEN (json_extract(f.policy, '$.checklist_required') = 1 AND
(NOT EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere),
NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL,
c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id,
e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION
BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS
conclusion FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE
m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE (o.here_id IS NOT NULL AND
o.conclusion >= json_extract(f.policy, '$.min_conclusion'))) OR (EXISTS (SELECT 1 FROM (SELECT
c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS
here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER
(ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT
m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion
WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o
WHERE (o.here_id IS NOT NULL AND o.conclusion >= json_extract(f.policy, '$.min_conclusion')) AND
(EXISTS ( SELECT 1 FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id
WHERE m.candidate_id = f.candidate_id AND m.here AND e.operator_id = o.operator_id AND (SELECT
count(DISTINCT v.key) = 19 AND min(v.key IN ('skin', 'head_outline', 'composition', 'hair',
'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth', 'chin_jawline', 'neck',
'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations', 'other') AND v.value IN
('similar', 'different', 'undetermined', 'not_visible')) FROM json_each(e.findings) v))) IS NOT
TRUE) AND f.carrying < json_extract(f.policy, '$.examiners')))) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: checklist') WHEN (json_extract(f.policy, '$.min_similar_components') IS NOT
NULL AND (NOT EXISTS (SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE (o.here_id IS
NOT NULL AND o.conclusion >= json_extract(f.policy, '$.min_conclusion'))) OR (EXISTS (SELECT 1
FROM (SELECT c.operator_id, min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here,
c.id, NULL))) AS here_id, min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
row_number() OVER (ORDER BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here,
e.conclusion = -9 AND NOT m.here AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS
compared, CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id) c GROUP BY c.operator_id) o WHERE (o.here_id IS NOT NULL AND o.conclusion >=
json_extract(f.policy, '$.min_conclusion')) AND (EXISTS ( SELECT 1 FROM question_members m JOIN
examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id AND m.here
AND e.operator_id = o.operator_id AND (SELECT (SELECT count(DISTINCT v.key) FROM
json_each(e.findings) v WHERE v.value = 'similar' AND v.key IN ('skin', 'head_outline',
'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth',
'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations',
'other')) >= json_extract(f.policy, '$.min_similar_components') AND NOT EXISTS (SELECT 1 FROM
json_each(e.findings) v WHERE v.value = 'different' AND (CASE json_type(e.view,
'$.component_notes."' || v.key || '"') WHEN 'text' THEN json_extract(e.view, '$.component_notes."'
|| v.key || '"') ELSE '' END NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447,
4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240,
12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45,
113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*')) AND (e.conclusion < 2 OR NOT
(e.notes NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447, 4448, 5760, 6068,
6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240, 12288, 12644, 65024,
45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45, 113827, 119129, 119155,
45, 119162, 917504, 45, 921599) || ']*'))))) IS NOT TRUE) AND f.carrying < json_extract(f.policy,
'$.examiners')))) IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: findings') WHEN (EXISTS
(SELECT 1 FROM question_members m JOIN decisions d ON d.candidate_id = m.member_id JOIN searches s
ON s.id = m.search_id LEFT JOIN lead_withdrawals w ON w.decision_id = d.id WHERE m.candidate_id =
f.candidate_id AND ( (d.outcome = 'unresolved' AND s.case_id = f.case_id) OR ((d.outcome =
'excluded' OR w.decision_id IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM reopenings r WHERE
r.decision_id = d.id AND EXISTS ( SELECT 1 FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o JOIN examinations e
ON e.id = o.first_id WHERE e.committed_at >= r.at AND (o.here_id IS NOT NULL AND o.conclusion >=
json_extract(f.policy, '$.min_conclusion')) AND ( WITH RECURSIVE _asked(id) AS (SELECT
d.operator_id UNION SELECT r.operator_id UNION SELECT coalesce(w.operator_id, d.operator_id) UNION
SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) > ( WITH RECURSIVE
_asked(id) AS (SELECT d.operator_id UNION SELECT r.operator_id UNION SELECT
coalesce(w.operator_id, d.operator_id)), _concerned(id) AS (SELECT o.operator_id FROM (SELECT
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
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person))))))) IS NOT FALSE THEN
RAISE(ABORT, 'acceptance refused: standing_outcome') WHEN (json_extract(f.policy,
'$.corroboration_required') = 1 AND (NEW.corroboration NOT GLOB '*[^' || char(1, 45, 32, 127, 45,
160, 173, 847, 1564, 4447, 4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239,
8287, 45, 8303, 10240, 12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45,
78943, 113824, 45, 113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*')) IS NOT FALSE
THEN RAISE(ABORT, 'acceptance refused: corroboration') END FROM (SELECT f.*, ( WITH RECURSIVE
_asked(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS first_id,
iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id, min(iif(c.elsewhere AND
c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER BY min(c.id)) AS place
FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9 THEN 0 ELSE
e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON e.candidate_id =
m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o WHERE (o.here_id IS
NOT NULL AND o.conclusion >= json_extract(f.policy, '$.min_conclusion')) AND
(json_extract(f.policy, '$.blind_verification') IS NOT 1 OR NOT EXISTS ( SELECT 1 FROM
question_members m JOIN examinations x ON x.candidate_id = m.member_id JOIN sightings g ON
g.examination_id = x.id JOIN examinations e ON e.id = o.first_id WHERE m.candidate_id =
f.candidate_id AND x.operator_id <> o.operator_id AND g.at <= e.committed_at AND ( WITH RECURSIVE
_asked(id) AS (SELECT g.operator_id UNION SELECT o.operator_id), _concerned(id) AS (SELECT
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
'9999')) FROM _person) < 2) AND NOT EXISTS ( SELECT 1 FROM question_members m JOIN examinations x
ON x.candidate_id = m.member_id JOIN sightings g ON g.examination_id = x.id JOIN examinations e ON
e.id = o.here_id WHERE m.candidate_id = f.candidate_id AND m.here AND x.operator_id <>
o.operator_id AND g.at <= e.committed_at AND ( WITH RECURSIVE _asked(id) AS (SELECT g.operator_id
UNION SELECT o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id,
min(c.id) AS first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) < 2)) AND
(json_extract(f.policy, '$.probe_analysis_first') IS NOT 1 OR EXISTS (SELECT 1 FROM (SELECT
min(iif(g.called_id = f.called_id, a.at, NULL)) AS own, min(a.at) AS any_copy FROM analyses a JOIN
unknown_groups g ON g.unknown_id = a.unknown_id WHERE g.photograph_id = f.photograph_id AND
a.operator_id = o.operator_id) a JOIN examinations e ON e.id = coalesce(o.here_id, o.first_id)
WHERE a.own <= e.committed_at AND NOT EXISTS ( SELECT 1 FROM unknown_groups h JOIN search_unknowns
u ON u.unknown_id = h.unknown_id JOIN sightings g2 ON g2.search_id = u.search_id WHERE
h.photograph_id = f.photograph_id AND g2.at < iif(h.called_id = f.called_id, a.own, a.any_copy)
AND (g2.operator_id IS NULL OR ( WITH RECURSIVE _asked(id) AS (SELECT g2.operator_id UNION SELECT
o.operator_id), _concerned(id) AS (SELECT o.operator_id FROM (SELECT c.operator_id, min(c.id) AS
first_id, iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion, row_number() OVER (ORDER
BY min(c.id)) AS place FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here
AS elsewhere, max(m.here) OVER (PARTITION BY e.operator_id) AS compared, CASE e.conclusion WHEN -9
THEN 0 ELSE e.conclusion END AS conclusion FROM question_members m JOIN examinations e ON
e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id) c GROUP BY c.operator_id) o),
_bond(a, b) AS ( SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM
_loose ), _loose(account_id, other_id) AS ( SELECT t.account_id, t.other_id FROM account_ties t
WHERE t.at <= '9999' AND NOT EXISTS ( SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND
c.at <= '9999' AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL)) ),
_same(id, other) AS ( SELECT id, id FROM _asked WHERE id IS NOT NULL UNION SELECT s.id, _bond.b
FROM _same s JOIN _bond ON _bond.a = s.other ), _person(id, who) AS (SELECT id, min(other) FROM
_same GROUP BY id) SELECT count(DISTINCT who) + (SELECT count(DISTINCT p.who) FROM units_in_force
u JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id WHERE p.who = q.who AND
u.since <= '9999' AND (u.until IS NULL OR u.until > '9999')) FROM _person) < 2)))) AND
(json_extract(f.policy, '$.checklist_required') IS NOT 1 OR EXISTS ( SELECT 1 FROM
question_members m JOIN examinations e ON e.candidate_id = m.member_id WHERE m.candidate_id =
f.candidate_id AND m.here AND e.operator_id = o.operator_id AND (SELECT count(DISTINCT v.key) = 19
AND min(v.key IN ('skin', 'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes',
'cheeks', 'nose', 'ears', 'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars',
'facial_marks', 'alterations', 'other') AND v.value IN ('similar', 'different', 'undetermined',
'not_visible')) FROM json_each(e.findings) v))) AND (json_extract(f.policy,
'$.min_similar_components') IS NULL OR EXISTS ( SELECT 1 FROM question_members m JOIN examinations
e ON e.candidate_id = m.member_id WHERE m.candidate_id = f.candidate_id AND m.here AND
e.operator_id = o.operator_id AND (SELECT (SELECT count(DISTINCT v.key) FROM json_each(e.findings)
v WHERE v.value = 'similar' AND v.key IN ('skin', 'head_outline', 'composition', 'hair',
'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth', 'chin_jawline', 'neck',
'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations', 'other')) >=
json_extract(f.policy, '$.min_similar_components') AND NOT EXISTS (SELECT 1 FROM
json_each(e.findings) v WHERE v.value = 'different' AND (CASE json_type(e.view,
'$.component_notes."' || v.key || '"') WHEN 'text' THEN json_extract(e.view, '$.component_notes."'
|| v.key || '"') ELSE '' END NOT GLOB '*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447,
4448, 5760, 6068, 6069, 6155, 45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240,
12288, 12644, 65024, 45, 65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45,
113827, 119129, 119155, 45, 119162, 917504, 45, 921599) || ']*')) AND (e.conclusion < 2 OR NOT
"""
