"""The third enforcement: what the database itself refuses, whoever writes to it.

Everything here must hold for a plain SQLite shell, where foreign keys are off and
``INSERT OR REPLACE`` deletes without firing DELETE triggers. Therefore: existence is checked by
the triggers themselves, inserting over an existing key of an immutable row (its hidden rowid too)
is refused before SQLite gets to replace it, and what must stay the same is compared by value, since
``UPDATE OF id`` does not see an update of ``rowid``.
"""

IMMUTABLE: dict[str, tuple[str, ...]] = {
    "policies": ("sha256", "rowid"),
    "originals": ("sha256", "rowid"),
    "searches": ("id",),
    "candidates": ("id", "search_id, rank"),
    "examinations": ("id", "candidate_id, operator_id"),
    "decisions": ("id", "candidate_id"),
    "audit_log": ("seq", "hash"),
}
"""Tables of the first schema whose rows are written once, with the keys by which a row could be
replaced. Those of a later one are guarded with it."""


def _immutable(table: str, keys: tuple[str, ...]) -> str:
    same = " OR ".join(
        "(" + " AND ".join(f"{c.strip()} = NEW.{c.strip()}" for c in key.split(",")) + ")"
        for key in keys
    )
    return f"""
CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be changed'); END;
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be deleted'); END;
CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table}: a recorded row cannot be replaced'); END;
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


EXISTENCE = """
CREATE TRIGGER decisions_of_candidates BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM acceptance_facts WHERE candidate_id = NEW.candidate_id)
BEGIN SELECT RAISE(ABORT, 'decision refused: no candidate with a search, case and policy'); END;

CREATE TRIGGER decisions_with_policy BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM policies WHERE sha256 = NEW.policy_sha256)
BEGIN SELECT RAISE(ABORT, 'decision refused: no policy copy'); END;

CREATE TRIGGER decisions_under_policy BEFORE INSERT ON decisions
WHEN NEW.outcome <> 'accepted_as_lead' AND EXISTS (
    SELECT 1 FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
    AND (f.closed_at IS NOT NULL OR f.policy_sha256 IS NOT NEW.policy_sha256))
BEGIN SELECT RAISE(ABORT, 'decision refused: case closed, or not the policy of its search'); END;

CREATE TRIGGER decisions_reviewed BEFORE INSERT ON decisions
WHEN NEW.outcome <> 'accepted_as_lead' AND EXISTS (
    SELECT 1 FROM acceptance_facts f WHERE f.candidate_id = NEW.candidate_id
    AND json_extract(f.policy, '$.all_candidates_reviewed') = 1 AND f.examiners = 0)
BEGIN SELECT RAISE(ABORT, 'decision refused: nobody has examined the candidate'); END;

CREATE TRIGGER decisions_by_people BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'decision refused: not an active examiner'); END;

CREATE TRIGGER examinations_by_people BEFORE INSERT ON examinations
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'examination refused: not an active examiner'); END;

CREATE TRIGGER examinations_of_open_candidates BEFORE INSERT ON examinations
WHEN EXISTS (SELECT 1 FROM decisions WHERE candidate_id = NEW.candidate_id)
    OR NOT EXISTS (SELECT 1 FROM acceptance_facts
                   WHERE candidate_id = NEW.candidate_id AND closed_at IS NULL AND offered = 1)
BEGIN SELECT RAISE(ABORT, 'examination refused: the candidate is decided, closed or not offered');
END;

CREATE TRIGGER candidates_of_searches BEFORE INSERT ON candidates
WHEN NOT EXISTS (SELECT 1 FROM searches WHERE id = NEW.search_id)
    OR EXISTS (SELECT 1 FROM audit_log
               WHERE act = 'search' AND subject = 'search ' || NEW.search_id)
BEGIN SELECT RAISE(ABORT, 'candidate refused: no such search, or it is already on record'); END;

CREATE TRIGGER searches_under_policy BEFORE INSERT ON searches
WHEN NOT EXISTS (SELECT 1 FROM cases WHERE id = NEW.case_id AND closed_at IS NULL
                 AND policy_sha256 = NEW.policy_sha256)
BEGIN SELECT RAISE(ABORT, 'search refused: its case is closed or under another policy'); END;

CREATE TRIGGER cases_fixed BEFORE UPDATE ON cases
WHEN NEW.id IS NOT OLD.id OR NEW.reference IS NOT OLD.reference
    OR NEW.purpose IS NOT OLD.purpose OR NEW.opened_by IS NOT OLD.opened_by
    OR NEW.opened_at IS NOT OLD.opened_at
BEGIN SELECT RAISE(ABORT, 'cases: reference, purpose and opening cannot be changed'); END;

CREATE TRIGGER cases_authorised_once BEFORE UPDATE OF authorised_at ON cases
WHEN OLD.authorised_at IS NOT NULL AND NEW.authorised_at IS NOT OLD.authorised_at
BEGIN SELECT RAISE(ABORT, 'cases: the time of the authorisation cannot be changed'); END;

CREATE TRIGGER cases_stay_closed BEFORE UPDATE ON cases WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'cases: a closed case cannot be changed'); END;

CREATE TRIGGER cases_not_deleted BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'cases: a case cannot be deleted'); END;

CREATE TRIGGER cases_not_replaced BEFORE INSERT ON cases
WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.id OR reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'cases: a case cannot be replaced'); END;

CREATE TRIGGER operators_identity BEFORE UPDATE ON operators
WHEN NEW.id IS NOT OLD.id OR NEW.username IS NOT OLD.username
BEGIN SELECT RAISE(ABORT, 'operators: who somebody is cannot be changed'); END;

CREATE TRIGGER operators_not_deleted BEFORE DELETE ON operators
BEGIN SELECT RAISE(ABORT, 'operators: deactivate instead of deleting'); END;

CREATE TRIGGER operators_not_replaced BEFORE INSERT ON operators
WHEN EXISTS (SELECT 1 FROM operators WHERE id = NEW.id OR username = NEW.username)
BEGIN SELECT RAISE(ABORT, 'operators: the user name exists'); END;

CREATE TRIGGER audit_log_chained BEFORE INSERT ON audit_log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
    OR NEW.previous_hash IS NOT coalesce(
        (SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'audit_log: the entry does not follow the last one'); END;
"""

CLOSING = """
CREATE TRIGGER cases_closing BEFORE UPDATE OF closed_at ON cases
WHEN NEW.closed_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM candidates c JOIN searches s ON s.id = c.search_id
    JOIN policies p ON p.sha256 = s.policy_sha256
    WHERE s.case_id = NEW.id AND c.offered = 1
      AND json_extract(p.document, '$.all_candidates_reviewed') = 1
      AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id))
BEGIN SELECT RAISE(ABORT, 'closing refused: every offered candidate must be decided first'); END;
"""

GUARDS = (
    "".join(_immutable(table, keys) for table, keys in IMMUTABLE.items())
    + acceptance_guards()
    + EXISTENCE
    + CLOSING
)

REHEARSAL_GUARDS = (
    _immutable("marks", ("id",))
    + """
CREATE TRIGGER marks_by_people BEFORE INSERT ON marks
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id
                 AND role IN ('administrator', 'examiner') AND active = 1)
BEGIN SELECT RAISE(ABORT, 'mark refused: not an active examiner'); END;

CREATE TRIGGER rehearsals_begin BEFORE INSERT ON rehearsals
WHEN NEW.finished_at IS NOT NULL OR EXISTS (SELECT 1 FROM rehearsals WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM rehearsal_searches WHERE rehearsal_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'rehearsals: one begins unfinished, and replaces none'); END;

CREATE TRIGGER rehearsals_not_changed BEFORE UPDATE ON rehearsals
WHEN OLD.finished_at IS NOT NULL OR NEW.finished_at IS NULL OR NEW.id IS NOT OLD.id
    OR NEW.kind IS NOT OLD.kind OR NEW.source IS NOT OLD.source
    OR NEW.group_columns IS NOT OLD.group_columns OR NEW.gallery_id IS NOT OLD.gallery_id
    OR NEW.gallery_name IS NOT OLD.gallery_name
    OR NEW.gallery_persons IS NOT OLD.gallery_persons
    OR NEW.gallery_state IS NOT OLD.gallery_state OR NEW.model IS NOT OLD.model
    OR NEW.model_sha256 IS NOT OLD.model_sha256 OR NEW.provider IS NOT OLD.provider
    OR NEW.calibration IS NOT OLD.calibration OR NEW.operator_id IS NOT OLD.operator_id
    OR NEW.started_at IS NOT OLD.started_at
BEGIN SELECT RAISE(ABORT, 'rehearsals: all that can be done to one is to finish it, once'); END;

CREATE TRIGGER rehearsals_finished BEFORE UPDATE ON rehearsals
WHEN NEW.finished_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM rehearsal_searches WHERE rehearsal_id = NEW.id AND status = 'pending')
    OR NOT EXISTS (SELECT 1 FROM rehearsal_searches
                   WHERE rehearsal_id = NEW.id AND status = 'searched'))
BEGIN SELECT RAISE(ABORT, 'rehearsals: searches are left to do, or none could be made'); END;

CREATE TRIGGER rehearsals_not_deleted BEFORE DELETE ON rehearsals WHEN OLD.finished_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'rehearsals: a finished rehearsal cannot be deleted'); END;

CREATE TRIGGER rehearsal_searches_planned BEFORE INSERT ON rehearsal_searches
WHEN NEW.status <> 'pending'
    OR NOT EXISTS (SELECT 1 FROM rehearsals WHERE id = NEW.rehearsal_id AND finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM rehearsal_searches WHERE id = NEW.id
               OR (rehearsal_id = NEW.rehearsal_id AND probe = NEW.probe AND person = NEW.person))
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: one is planned in an unfinished rehearsal, once');
END;

CREATE TRIGGER rehearsal_searches_not_changed BEFORE UPDATE ON rehearsal_searches
WHEN OLD.status <> 'pending' OR NEW.id IS NOT OLD.id OR NEW.rehearsal_id IS NOT OLD.rehearsal_id
    OR NEW.probe IS NOT OLD.probe OR NEW.person IS NOT OLD.person
    OR NEW.person_id IS NOT OLD.person_id OR NEW.reference_id IS NOT OLD.reference_id
    OR NEW.absent IS NOT OLD.absent OR NEW.mated IS NOT OLD.mated OR NEW.groups IS NOT OLD.groups
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: a search that was made cannot be changed'); END;

CREATE TRIGGER rehearsal_searches_not_deleted BEFORE DELETE ON rehearsal_searches
WHEN EXISTS (SELECT 1 FROM rehearsals WHERE id = OLD.rehearsal_id)
BEGIN SELECT RAISE(ABORT, 'rehearsal_searches: none can be left out of its rehearsal'); END;
"""
)
"""Marks are written once. A rehearsal is planned, searched and finished; from then on it stays as
it is, and before that it can only be given up as a whole: no single search can be left out."""
