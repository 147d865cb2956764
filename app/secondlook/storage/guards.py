"""The third enforcement: what the database itself refuses, whoever writes to it.

Everything here must hold for a plain SQLite shell, where foreign keys are off and
``INSERT OR REPLACE`` deletes without firing DELETE triggers. Therefore: existence is checked by
the triggers themselves, inserting over an existing key of an immutable row (its hidden rowid too)
is refused before SQLite gets to replace it, and what must stay the same is compared by value, since
``UPDATE OF id`` does not see an update of ``rowid``.
"""

BLANKS = (
    "char(9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, "
    "8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)"
)
"""The characters that Python's ``str.strip`` removes; SQLite's ``trim`` knows the space only."""


def _blank(text: str) -> str:
    return f"trim({text}, {BLANKS}) = ''"


COMPONENT_GROUPS = (
    "'skin', 'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', "
    "'nose', 'ears', 'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', "
    "'facial_marks', 'alterations', 'other'"
)
"""The keys of ``domain.review.CHECKLIST``, written out: a stored schema stays as it was."""

ACCEPTANCE_FACTS = f"""
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
                    f.key IN ({COMPONENT_GROUPS})
                    AND f.value IN ('similar', 'different', 'undetermined', 'not_visible'))
                 FROM json_each(e.findings) f))
     FROM examinations e WHERE e.candidate_id = c.id) AS checklists_complete
FROM candidates c
JOIN searches s ON s.id = c.search_id
JOIN cases k ON k.id = s.case_id
JOIN policies p ON p.sha256 = s.policy_sha256;
"""


def _limits_missed(quality: str, limits: str) -> str:
    """SQL that is true when a quality (JSON) misses a limit; pose is a ceiling, the rest floors."""
    return f"""EXISTS (
        SELECT 1 FROM json_each(f.policy, '$.{limits}') l WHERE CASE l.key
            WHEN 'pose_deg' THEN coalesce(json_extract(f.{quality}, '$.' || l.key), 1e9) > l.value
            ELSE coalesce(json_extract(f.{quality}, '$.' || l.key), -1) < l.value END)"""


def _rule(name: str) -> str:
    return f"json_extract(f.policy, '$.{name}')"


_REHEARSED = f"""EXISTS (
        SELECT 1 FROM rehearsals r WHERE r.gallery_id = f.gallery_id
        AND r.model_sha256 = f.model_sha256
        AND julianday(r.finished_at) <= julianday(NEW.decided_at)
        AND round((julianday(f.searched_at) - julianday(r.finished_at)) * 86400000)
            <= {_rule("rehearsal_max_age_days")} * 86400000
        AND (SELECT count(DISTINCT q.person) FROM rehearsal_searches q WHERE q.rehearsal_id = r.id
             AND q.status = 'searched' AND q.absent = 1) >= 30)"""
"""SQL that is true when the search's gallery was rehearsed with its model, with at least 30 people
(``policy.REHEARSED_PEOPLE``), before the decision, and not too long before the search."""


REFUSALS: tuple[tuple[str, str], ...] = (
    ("the case is closed", "f.closed_at IS NOT NULL"),
    ("without the policy copy of its search", "f.policy_sha256 IS NOT NEW.policy_sha256"),
    (
        "the case has moved to another policy: search again",
        "f.policy_sha256 <> f.case_policy_sha256",
    ),
    ("this policy never accepts", f"{_rule('accepts')} IS NOT 1"),
    (
        "purpose not permitted",
        "NOT EXISTS (SELECT 1 FROM json_each(f.policy, '$.permitted_purposes') "
        "WHERE value = f.purpose)",
    ),
    (
        "authorisation missing or late",
        f"{_rule('authorisation_required')} = 1 AND ({_blank('f.authorisation')} OR "
        f"coalesce(f.authorisation_delay_hours, 1e9) > {_rule('authorisation_deadline_hours')})",
    ),
    (
        "probe origin blocked",
        "EXISTS (SELECT 1 FROM json_each(f.policy, '$.blocked_origins') "
        "WHERE value = f.probe_origin)",
    ),
    (
        "probe not analysed before the search",
        f"{_rule('probe_analysis_first')} = 1 AND {_blank('f.probe_analysis')}",
    ),
    ("probe below the quality limits", _limits_missed("probe_quality", "probe_limits")),
    ("reference below the quality limits", _limits_missed("reference_quality", "reference_limits")),
    (
        "a full model is needed",
        f"{_rule('minimum_model')} IS NOT NULL "
        "AND (f.model_status IS NOT 'full' OR f.detector_status IS NOT 'full')",
    ),
    (
        "no recent rehearsal of the gallery",
        f"{_rule('rehearsal_max_age_days')} IS NOT NULL AND NOT {_REHEARSED}",
    ),
    (
        "confidence below the policy",
        f"f.confidence IS NULL OR f.confidence < {_rule('accept_confidence')}",
    ),
    (
        "confidence not measured in this gallery",
        "f.confidence_status IN ('reference', 'extrapolated') "
        f"AND {_rule('allow_reference_calibration')} IS NOT 1",
    ),
    (
        "margin to the next person too small",
        f"{_rule('min_margin')} > 0 AND f.margin IS NOT NULL AND f.margin < {_rule('min_margin')}",
    ),
    ("too few different examiners", f"f.examiners < {_rule('examiners')}"),
    (
        "the examiners do not agree",
        f"f.weakest_conclusion IS NULL OR f.weakest_conclusion < {_rule('min_conclusion')}",
    ),
    (
        "checklist incomplete",
        f"{_rule('checklist_required')} = 1 AND f.checklists_complete IS NOT 1",
    ),
    (
        "corroboration missing",
        f"{_rule('corroboration_required')} = 1 AND {_blank('NEW.corroboration')}",
    ),
)
"""(reason, condition over ``acceptance_facts`` f) for every requirement of ``policy.assess``.

An unknown is a refusal: a condition that comes out NULL counts as true.
"""


MAY_CHANGE_LATER = (
    "the case is closed",
    "the case has moved to another policy: search again",
    "authorisation missing or late",
)
"""What rests on the case itself, which lives on after a decision."""

ACCEPTED_BELOW_POLICY = (
    "SELECT d.id FROM decisions d LEFT JOIN acceptance_facts f ON f.candidate_id = d.candidate_id "
    "WHERE d.outcome = 'accepted_as_lead' AND (f.candidate_id IS NULL OR "
    + " OR ".join(
        f"({condition.replace('NEW.', 'd.')}) IS NOT FALSE"
        for reason, condition in REFUSALS
        if reason not in MAY_CHANGE_LATER
    )
    + ") ORDER BY d.id"
)
"""Finds the acceptances that the guards would have refused, had they been in place."""


def acceptance_guards() -> str:
    """The view of the facts and the trigger over it, which change with every new requirement."""
    facts = "FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id"
    checks = "\n".join(
        f"    SELECT RAISE(ABORT, 'acceptance refused: {reason}') {facts}\n"
        f"        AND ({condition}) IS NOT FALSE;"
        for reason, condition in REFUSALS
    )
    return f"""{ACCEPTANCE_FACTS}
CREATE TRIGGER decisions_acceptance BEFORE INSERT ON decisions
WHEN NEW.outcome = 'accepted_as_lead'
BEGIN
{checks}
END;
"""
