"""The guards of acceptance as the steps up to 0005 left them. Frozen."""

SQL = """
CREATE VIEW acceptance_facts AS
SELECT
    c.id AS candidate_id,
    p.sha256 AS policy_sha256,
    p.document AS policy,
    k.policy_sha256 AS case_policy_sha256,
    k.closed_at,
    k.purpose,
    k.authorisation,
    round((julianday(k.authorised_at) - julianday(k.opened_at)) * 86400000) / 3600000
        AS authorisation_delay_hours,
    s.probe_origin,
    s.probe_analysis,
    s.probe_quality,
    s.gallery_id,
    s.at AS searched_at,
    json_extract(s.model, '$.sha256') AS model_sha256,
    json_extract(s.model, '$.status') AS model_status,
    json_extract(s.model, '$.detector_status') AS detector_status,
    c.reference_quality,
    c.offered,
    c.confidence,
    c.confidence_status,
    c.margin,
    (SELECT count(DISTINCT operator_id) FROM examinations e WHERE e.candidate_id = c.id)
        AS examiners,
    (SELECT min(conclusion) FROM examinations e WHERE e.candidate_id = c.id)
        AS weakest_conclusion,
    (SELECT min((SELECT count(DISTINCT f.key) = 19 AND min(
                    f.key IN ('skin', 'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', 'nose', 'ears', 'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', 'facial_marks', 'alterations', 'other')
                    AND f.value IN ('similar', 'different', 'undetermined', 'not_visible'))
                 FROM json_each(e.findings) f))
     FROM examinations e WHERE e.candidate_id = c.id) AS checklists_complete
FROM candidates c
JOIN searches s ON s.id = c.search_id
JOIN cases k ON k.id = s.case_id
JOIN policies p ON p.sha256 = s.policy_sha256;

CREATE TRIGGER decisions_acceptance BEFORE INSERT ON decisions
WHEN NEW.outcome = 'accepted_as_lead'
BEGIN
    SELECT RAISE(ABORT, 'acceptance refused: the case is closed') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.closed_at IS NOT NULL) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: without the policy copy of its search') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.policy_sha256 IS NOT NEW.policy_sha256) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: the case has moved to another policy: search again') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.policy_sha256 <> f.case_policy_sha256) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: this policy never accepts') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.accepts') IS NOT 1) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: purpose not permitted') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (NOT EXISTS (SELECT 1 FROM json_each(f.policy, '$.permitted_purposes') WHERE value = f.purpose)) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: authorisation missing or late') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.authorisation_required') = 1 AND (trim(f.authorisation, char(9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)) = '' OR coalesce(f.authorisation_delay_hours, 1e9) > json_extract(f.policy, '$.authorisation_deadline_hours'))) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: probe origin blocked') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (EXISTS (SELECT 1 FROM json_each(f.policy, '$.blocked_origins') WHERE value = f.probe_origin)) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: probe not analysed before the search') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.probe_analysis_first') = 1 AND trim(f.probe_analysis, char(9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)) = '') IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: probe below the quality limits') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (EXISTS (
        SELECT 1 FROM json_each(f.policy, '$.probe_limits') l WHERE CASE l.key
            WHEN 'pose_deg' THEN coalesce(json_extract(f.probe_quality, '$.' || l.key), 1e9) > l.value
            ELSE coalesce(json_extract(f.probe_quality, '$.' || l.key), -1) < l.value END)) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: reference below the quality limits') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (EXISTS (
        SELECT 1 FROM json_each(f.policy, '$.reference_limits') l WHERE CASE l.key
            WHEN 'pose_deg' THEN coalesce(json_extract(f.reference_quality, '$.' || l.key), 1e9) > l.value
            ELSE coalesce(json_extract(f.reference_quality, '$.' || l.key), -1) < l.value END)) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: a full model is needed') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.minimum_model') IS NOT NULL AND (f.model_status IS NOT 'full' OR f.detector_status IS NOT 'full')) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: no recent rehearsal of the gallery') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.rehearsal_max_age_days') IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM rehearsals r WHERE r.gallery_id = f.gallery_id
        AND r.model_sha256 = f.model_sha256
        AND julianday(r.finished_at) <= julianday(NEW.decided_at)
        AND round((julianday(f.searched_at) - julianday(r.finished_at)) * 86400000)
            <= json_extract(f.policy, '$.rehearsal_max_age_days') * 86400000
        AND (SELECT count(DISTINCT q.person) FROM rehearsal_searches q WHERE q.rehearsal_id = r.id
             AND q.status = 'searched' AND q.absent = 1) >= 30)) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: confidence below the policy') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.confidence IS NULL OR f.confidence < json_extract(f.policy, '$.accept_confidence')) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: confidence not measured in this gallery') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.confidence_status IN ('reference', 'extrapolated') AND json_extract(f.policy, '$.allow_reference_calibration') IS NOT 1) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: margin to the next person too small') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.min_margin') > 0 AND f.margin IS NOT NULL AND f.margin < json_extract(f.policy, '$.min_margin')) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: too few different examiners') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.examiners < json_extract(f.policy, '$.examiners')) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: the examiners do not agree') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (f.weakest_conclusion IS NULL OR f.weakest_conclusion < json_extract(f.policy, '$.min_conclusion')) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: checklist incomplete') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.checklist_required') = 1 AND f.checklists_complete IS NOT 1) IS NOT FALSE;
    SELECT RAISE(ABORT, 'acceptance refused: corroboration missing') FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
        AND (json_extract(f.policy, '$.corroboration_required') = 1 AND trim(NEW.corroboration, char(9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)) = '') IS NOT FALSE;
END;
"""

AGAIN = (
    """DROP TRIGGER IF EXISTS decisions_acceptance;
DROP VIEW IF EXISTS acceptance_facts;
"""
    + SQL
)
"""For a file whose guards are older."""
