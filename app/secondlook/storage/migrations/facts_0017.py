"""The guards of facts, as step 0017 makes them. By packaging/freeze.py; then frozen."""

SQL = """
CREATE VIEW candidate_questions AS SELECT c.id AS candidate_id, c.search_id, g.unknown_id,
g.photograph_id, g.shown_id, g.called_id, coalesce(i.identity_id, c.person_id) AS identity_id,
coalesce(i.counted_id, c.person_id) AS counted_id FROM candidates c JOIN search_unknowns u ON
u.search_id = c.search_id JOIN unknown_groups g ON g.unknown_id = u.unknown_id LEFT JOIN
identities i ON i.person_id = c.person_id;
CREATE VIEW question_members AS SELECT q.candidate_id, c.id AS member_id, c.search_id,
c.reference_sha256 = f.reference_sha256 AND g.called_id = q.called_id AS here FROM
candidate_questions q JOIN candidates f ON f.id = q.candidate_id JOIN unknown_groups g ON
g.photograph_id = q.photograph_id JOIN search_unknowns u ON u.unknown_id = g.unknown_id JOIN
candidates c ON c.search_id = u.search_id LEFT JOIN identities i ON i.person_id = c.person_id
WHERE coalesce(i.identity_id, c.person_id) = q.identity_id;
CREATE VIEW question_facts AS SELECT c.id AS candidate_id, s.id AS search_id, s.case_id,
q.unknown_id, q.photograph_id, q.shown_id, q.called_id, q.identity_id, q.counted_id, p.sha256 AS
rules_sha256, p.document AS policy, p.sha256 = s.policy_sha256 AS own, s.policy_sha256,
k.policy_sha256 AS case_policy_sha256, k.closed_at, k.purpose, k.authorisation,
round((julianday(k.authorised_at) - julianday(k.opened_at)) * 86400000) / 3600000 AS
authorisation_delay_hours, s.probe_sha256, s.probe_face, s.probe_origin, s.probe_analysis,
s.probe_quality, s.gallery_id, s.gallery_persons, s.at AS searched_at, json_extract(s.model,
'$.sha256') AS model_sha256, json_extract(s.model, '$.status') AS model_status,
json_extract(s.model, '$.detector_status') AS detector_status, c.reference_sha256,
c.reference_face, c.reference_quality, c.offered, c.score, c.margin, c.fmr_upper,
c.confidence_status FROM candidates c JOIN searches s ON s.id = c.search_id JOIN cases k ON k.id =
s.case_id JOIN candidate_questions q ON q.candidate_id = c.id JOIN policies p ON p.sha256 =
s.policy_sha256 OR p.sha256 IN ( SELECT first.policy_sha256 FROM unknown_groups g JOIN searches
first ON first.id = ( SELECT min(x.id) FROM search_unknowns u JOIN searches x ON x.id =
u.search_id JOIN policies asked ON asked.sha256 = x.policy_sha256 WHERE u.unknown_id =
g.unknown_id AND json_extract(asked.document, '$.accepts') = 1 AND NOT EXISTS (SELECT 1 FROM
granted_approvals a WHERE a.kind = 'unbind' AND a.subject = 'unknown ' || g.unknown_id AND a.until
IS NULL AND a.at >= x.at)) WHERE g.photograph_id = q.photograph_id);
CREATE TRIGGER decisions_rest_on_facts BEFORE INSERT ON decisions WHEN NEW.outcome =
'accepted_as_lead' BEGIN SELECT CASE WHEN (f.closed_at IS NOT NULL) IS NOT FALSE THEN RAISE(ABORT,
'acceptance refused: open_case') WHEN (f.policy_sha256 IS NOT NEW.policy_sha256) IS NOT FALSE THEN
RAISE(ABORT, 'acceptance refused: policy_of_search') WHEN (f.policy_sha256 <>
f.case_policy_sha256) IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: policy_of_case') WHEN
(EXISTS (SELECT 1 FROM unknown_groups g JOIN search_unknowns u ON u.unknown_id = g.unknown_id JOIN
searches s ON s.id = u.search_id WHERE g.shown_id = f.shown_id AND s.gallery_persons > ( SELECT
count(DISTINCT t.person_id) FROM tries t JOIN models_compared d ON d.id = t.model_id WHERE
t.unknown_id = u.unknown_id AND d.sha256 = coalesce(json_extract(s.model, '$.sha256'), '')))) IS
NOT FALSE THEN RAISE(ABORT, 'acceptance refused: tries_counted') WHEN ((WITH RECURSIVE _same(one,
other) AS MATERIALIZED ( SELECT one_id, other_id FROM judged_one UNION ALL SELECT other_id, one_id
FROM judged_one), _reached(id, other) AS ( SELECT one, one FROM _same WHERE one IN (SELECT
person_id FROM identities) UNION SELECT r.id, s.other FROM _reached r JOIN _same s ON s.one =
r.other WHERE s.other IN (SELECT person_id FROM identities)), _share(one, other) AS MATERIALIZED (
SELECT DISTINCT p.judged_id, q.judged_id FROM shared_photographs l JOIN identities p ON
p.person_id = l.one_id JOIN identities q ON q.person_id = l.other_id), _pair(one, other) AS
MATERIALIZED ( SELECT DISTINCT p.identity_id, q.identity_id FROM _share s JOIN identities p ON
p.person_id = s.one JOIN identities q ON q.person_id = s.other UNION SELECT identity_id,
identity_id FROM identities GROUP BY 1 HAVING count(*) > 1) SELECT EXISTS (SELECT 1 FROM
identities i LEFT JOIN (SELECT id, min(other) AS lowest FROM _reached GROUP BY id) r ON r.id =
i.person_id LEFT JOIN identities j ON j.person_id = i.judged_id WHERE i.judged_id <>
coalesce(r.lowest, i.person_id) OR j.identity_id IS NOT i.identity_id) OR EXISTS (SELECT 1 FROM
_pair c JOIN identities p ON p.identity_id = c.one JOIN identities q ON q.identity_id = c.other
AND q.judged_id <> p.judged_id LEFT JOIN _share w ON w.one = p.judged_id AND w.other = q.judged_id
GROUP BY c.one, c.other HAVING (c.one = c.other) = max((p.gallery_id = q.gallery_id AND
p.person_id <> q.person_id AND CASE WHEN p.person_id < q.person_id THEN p.removed_after IS NULL OR
p.removed_after >= q.person_id ELSE q.removed_after IS NULL OR q.removed_after >= p.person_id END)
OR w.one IS NULL)) OR EXISTS (SELECT 1 FROM counted_people c CROSS JOIN identities i ON
i.person_id = c.person_id WHERE i.counted_id <> c.counted_id) OR EXISTS (SELECT 1 FROM identities
p WHERE NOT EXISTS (SELECT 1 FROM identities q WHERE q.person_id = p.identity_id AND q.identity_id
= p.identity_id)))) IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: identities_true') WHEN
((WITH RECURSIVE _link(photograph, one, other) AS MATERIALIZED ( SELECT relation = 'photograph',
one_id, other_id FROM unknown_links_in_force), _both(photograph, one, other) AS MATERIALIZED (
SELECT l.photograph, iif(d.forth, l.one, l.other), iif(d.forth, l.other, l.one) FROM _link l,
(SELECT 0 AS forth UNION ALL SELECT 1) d), _called(one, other) AS MATERIALIZED (SELECT one_id,
other_id FROM unknowns_called_one), _reached(id, other) AS ( SELECT unknown_id, unknown_id FROM
unknown_groups WHERE called_id <> unknown_id UNION SELECT r.id, c.other FROM _reached r JOIN
_called c ON c.one = r.other) SELECT EXISTS (SELECT 1 FROM unknown_groups a WHERE a.called_id <>
a.unknown_id AND (a.unknown_id, a.called_id) NOT IN (SELECT id, other FROM _reached)) OR EXISTS
(SELECT 1 FROM unknown_groups a LEFT JOIN _both l ON l.one = a.unknown_id LEFT JOIN unknown_groups
b ON b.unknown_id = l.other GROUP BY a.unknown_id HAVING max(coalesce(b.shown_id <> a.shown_id,
0)) OR max(coalesce(l.photograph AND b.photograph_id <> a.photograph_id, 0)) OR (a.shown_id <>
a.unknown_id AND NOT max(coalesce(b.shown_id = a.shown_id, 0))) OR (a.photograph_id <>
a.unknown_id AND NOT max(coalesce(l.photograph AND b.photograph_id = a.photograph_id, 0)))))) IS
NOT FALSE THEN RAISE(ABORT, 'acceptance refused: unknowns_true') END FROM question_facts f WHERE
f.candidate_id = NEW.candidate_id; END;
"""
