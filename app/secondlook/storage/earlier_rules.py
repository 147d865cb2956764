"""What was accepted under the rules of its day is tried by them, not by today's. Frozen.

Decisions up to migration 0010 say nothing of what they rest on (``decision_bases``); an acceptance
among them rests on the examinations of its own candidate row, which no later act could add to.
"""

BLANKS = (
    "char(9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, "
    "8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)"
)

CEILINGS = "('pose_deg', 'yaw_deg', 'pitch_deg', 'roll_deg', 'inversion')"
"""Only the first is of that day; a policy that names the others is read as it is meant."""

ACCEPTED_BELOW = f"""
SELECT d.id FROM decisions d LEFT JOIN acceptance_facts f ON f.candidate_id = d.candidate_id
WHERE d.outcome = 'accepted_as_lead'
  AND NOT EXISTS (SELECT 1 FROM decision_bases b WHERE b.decision_id = d.id)
  AND (f.candidate_id IS NULL
    OR (f.policy_sha256 IS NOT d.policy_sha256) IS NOT FALSE
    OR (json_extract(f.policy, '$.accepts') IS NOT 1) IS NOT FALSE
    OR (NOT EXISTS (SELECT 1 FROM json_each(f.policy, '$.permitted_purposes')
        WHERE value = f.purpose)) IS NOT FALSE
    OR (EXISTS (SELECT 1 FROM json_each(f.policy, '$.blocked_origins')
        WHERE value = f.probe_origin)) IS NOT FALSE
    OR (json_extract(f.policy, '$.probe_analysis_first') = 1
        AND trim(f.probe_analysis, {BLANKS}) = '') IS NOT FALSE
    OR (EXISTS ( SELECT 1 FROM json_each(f.policy, '$.probe_limits') l
        WHERE CASE WHEN l.key IN {CEILINGS}
        THEN coalesce(json_extract(f.probe_quality, '$.' || l.key), 1e9) > l.value
        ELSE coalesce(json_extract(f.probe_quality, '$.' || l.key), -1) < l.value END)) IS NOT FALSE
    OR (EXISTS ( SELECT 1 FROM json_each(f.policy, '$.reference_limits') l
        WHERE CASE WHEN l.key IN {CEILINGS}
        THEN coalesce(json_extract(f.reference_quality, '$.' || l.key), 1e9) > l.value
        ELSE coalesce(json_extract(f.reference_quality, '$.' || l.key), -1) < l.value END
        )) IS NOT FALSE
    OR (json_extract(f.policy, '$.minimum_model') IS NOT NULL
        AND (f.model_status IS NOT 'full'
        OR f.detector_status IS NOT 'full')) IS NOT FALSE
    OR (json_extract(f.policy, '$.rehearsal_max_age_days') IS NOT NULL
        AND NOT EXISTS ( SELECT 1 FROM rehearsals r
        WHERE r.gallery_id = f.gallery_id
        AND r.model_sha256 = f.model_sha256
        AND julianday(r.finished_at) <= julianday(d.decided_at)
        AND round((julianday(f.searched_at) - julianday(r.finished_at)) * 86400000)
        <= json_extract(f.policy, '$.rehearsal_max_age_days') * 86400000
        AND (SELECT count(DISTINCT q.person) FROM rehearsal_searches q
        WHERE q.rehearsal_id = r.id
        AND q.status = 'searched'
        AND q.absent = 1) >= 30)) IS NOT FALSE
    OR (f.confidence IS NULL
        OR f.confidence < json_extract(f.policy, '$.accept_confidence')) IS NOT FALSE
    OR (f.confidence_status IN ('reference', 'extrapolated')
        AND json_extract(f.policy, '$.allow_reference_calibration') IS NOT 1) IS NOT FALSE
    OR (json_extract(f.policy, '$.min_margin') > 0
        AND f.margin IS NOT NULL
        AND f.margin < json_extract(f.policy, '$.min_margin')) IS NOT FALSE
    OR (f.examiners < json_extract(f.policy, '$.examiners')) IS NOT FALSE
    OR (f.weakest_conclusion IS NULL
        OR f.weakest_conclusion < json_extract(f.policy, '$.min_conclusion')) IS NOT FALSE
    OR (json_extract(f.policy, '$.checklist_required') = 1
        AND f.checklists_complete IS NOT 1) IS NOT FALSE
    OR (json_extract(f.policy, '$.corroboration_required') = 1
        AND trim(d.corroboration, {BLANKS}) = '') IS NOT FALSE) ORDER BY d.id
"""
"""Finds the acceptances that the guards of their day would have refused."""

ACCEPTED = """
SELECT d.id FROM decisions d WHERE d.outcome = 'accepted_as_lead'
    AND NOT EXISTS (SELECT 1 FROM decision_bases b WHERE b.decision_id = d.id) ORDER BY d.id
"""
"""All that was accepted under earlier rules."""
