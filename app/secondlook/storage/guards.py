"""The third enforcement: what the database itself refuses, whoever writes to it.

Everything here must hold for a plain SQLite shell, where foreign keys are off and
``INSERT OR REPLACE`` deletes without firing DELETE triggers. ``REFUSALS`` restates by hand, over
the rows as stored, what ``domain.requirements`` judges, keyed by the same names; ``INTEGRITY`` is
what only a database has to ask. The newest migration holds a copy of what these functions give.

An unknown is a refusal: a condition that comes out NULL counts as true.
"""

from secondlook.storage.migrations.blank_sql import blank
from secondlook.storage.migrations.identities_0011 import BESIDE
from secondlook.storage.migrations.people_sql import corrected, independent

COMPONENT_GROUPS = (
    "'skin', 'head_outline', 'composition', 'hair', 'forehead', 'eyebrows', 'eyes', 'cheeks', "
    "'nose', 'ears', 'mouth', 'chin_jawline', 'neck', 'facial_hair', 'facial_lines', 'scars', "
    "'facial_marks', 'alterations', 'other'"
)
"""The keys of ``domain.review.CHECKLIST``, written out: a stored schema stays as it was."""

QUESTIONS = """
CREATE VIEW candidate_questions AS
SELECT c.id AS candidate_id, c.search_id, g.unknown_id, g.photograph_id, g.shown_id, g.called_id,
    coalesce(i.identity_id, c.person_id) AS identity_id,
    coalesce(i.counted_id, c.person_id) AS counted_id
FROM candidates c
JOIN search_unknowns u ON u.search_id = c.search_id
JOIN unknown_groups g ON g.unknown_id = u.unknown_id
LEFT JOIN identities i ON i.person_id = c.person_id;

CREATE VIEW question_members AS
SELECT q.candidate_id, c.id AS member_id, c.search_id,
    c.reference_sha256 = f.reference_sha256 AND g.called_id = q.called_id AS here
FROM candidate_questions q
JOIN candidates f ON f.id = q.candidate_id
JOIN unknown_groups g ON g.photograph_id = q.photograph_id
JOIN search_unknowns u ON u.unknown_id = g.unknown_id
JOIN candidates c ON c.search_id = u.search_id
LEFT JOIN identities i ON i.person_id = c.person_id
WHERE coalesce(i.identity_id, c.person_id) = q.identity_id;
"""
"""``question_members``: of a candidate, all candidates that ask the same: the same unknown (or
another copy of its photograph), the same person (in whatever gallery). ``here``: with the very same
two pictures, the unknown's (or one that two people called the same photograph) and the
reference's."""

_SHARED = f"""EXISTS (SELECT 1 FROM identities k
        JOIN shared_photographs l ON l.one_id = k.person_id
        JOIN identities r ON r.person_id = l.other_id AND r.identity_id <> f.identity_id
        JOIN identities m ON m.identity_id = r.identity_id
        JOIN candidates c ON c.person_id = m.person_id
        JOIN search_unknowns u ON u.search_id = c.search_id
        JOIN unknown_groups g ON g.unknown_id = u.unknown_id
        WHERE k.identity_id = f.identity_id AND g.photograph_id = f.photograph_id
          AND (m.person_id = r.person_id OR NOT EXISTS (SELECT 1 FROM identities z
               WHERE z.identity_id = f.identity_id AND {BESIDE.format(a="z", b="m")}))
          AND (EXISTS (SELECT 1 FROM examinations e
                       WHERE e.candidate_id = c.id AND e.conclusion BETWEEN -3 AND -1)
            OR EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id
                       AND d.outcome = 'excluded')))"""
"""Somebody dissented on a row that shares a photograph with this person, and that cannot be one
with them; or on whoever is one with that row, but for those whom a gallery held beside them."""

FACTS = """
CREATE VIEW question_facts AS
SELECT
    c.id AS candidate_id,
    s.id AS search_id,
    s.case_id,
    q.unknown_id, q.photograph_id, q.shown_id, q.called_id, q.identity_id, q.counted_id,
    p.sha256 AS rules_sha256,
    p.document AS policy,
    p.sha256 = s.policy_sha256 AS own,
    s.policy_sha256,
    k.policy_sha256 AS case_policy_sha256,
    k.closed_at,
    k.purpose,
    k.authorisation,
    round((julianday(k.authorised_at) - julianday(k.opened_at)) * 86400000) / 3600000
        AS authorisation_delay_hours,
    s.probe_sha256, s.probe_face, s.probe_origin, s.probe_analysis, s.probe_quality,
    s.gallery_id, s.gallery_persons,
    s.at AS searched_at,
    json_extract(s.model, '$.sha256') AS model_sha256,
    json_extract(s.model, '$.status') AS model_status,
    json_extract(s.model, '$.detector_status') AS detector_status,
    c.reference_sha256, c.reference_face, c.reference_quality,
    c.offered,
    c.score,
    c.margin,
    c.fmr_upper,
    c.confidence_status
FROM candidates c
JOIN searches s ON s.id = c.search_id
JOIN cases k ON k.id = s.case_id
JOIN candidate_questions q ON q.candidate_id = c.id
JOIN policies p ON p.sha256 = s.policy_sha256 OR p.sha256 IN (
    SELECT first.policy_sha256 FROM unknown_groups g JOIN searches first ON first.id = (
        SELECT min(x.id) FROM search_unknowns u JOIN searches x ON x.id = u.search_id
        JOIN policies asked ON asked.sha256 = x.policy_sha256
        WHERE u.unknown_id = g.unknown_id AND json_extract(asked.document, '$.accepts') = 1
          AND NOT EXISTS (SELECT 1 FROM granted_approvals a WHERE a.kind = 'unbind'
                          AND a.subject = 'unknown ' || g.unknown_id AND a.until IS NULL
                          AND a.at >= x.at))
    WHERE g.photograph_id = q.photograph_id);
"""
"""One row for each policy that binds a candidate: that of its search (``own``), and those under
which its unknown, and each copy of its photograph, was first searched. What lifts it for one of
these lifts it for no other: only two people say that they are one photograph."""


def _rule(name: str) -> str:
    return f"json_extract(f.policy, '$.{name}')"


OPINIONS = """(SELECT c.operator_id, min(c.id) AS first_id,
        iif(max(c.elsewhere), NULL, min(iif(c.here, c.id, NULL))) AS here_id,
        min(iif(c.elsewhere AND c.compared, NULL, c.conclusion)) AS conclusion,
        row_number() OVER (ORDER BY min(c.id)) AS place
     FROM (SELECT e.id, e.operator_id, m.here, e.conclusion = -9 AND NOT m.here AS elsewhere,
               max(m.here) OVER (PARTITION BY e.operator_id) AS compared,
               CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END AS conclusion
           FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id
           WHERE m.candidate_id = f.candidate_id) c
     GROUP BY c.operator_id)"""
"""One row for each examiner of the question (``domain.opinions.Opinion``). ``elsewhere``: the
quality of other pictures is insufficient."""

_AGREEING = f"(o.here_id IS NOT NULL AND o.conclusion >= {_rule('min_conclusion')})"

_DISSENT = f"(EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion <= -1) OR {_SHARED})"

_EXAMINERS = f"SELECT o.operator_id FROM {OPINIONS} o"

PEOPLE = independent(_EXAMINERS)
"""How many different people have examined the question (``domain.people``)."""


def _same_person(one: str, other: str) -> str:
    return f"{independent(f'SELECT {one} UNION SELECT {other}', question=_EXAMINERS)} < 2"


def _told(examination: str, here: str = "") -> str:
    """SQL: had anybody else's opinion (of the same pictures) been shown to this examiner, by any
    account of theirs, when they committed that examination?"""
    return f"""EXISTS (
            SELECT 1 FROM question_members m JOIN examinations x ON x.candidate_id = m.member_id
            JOIN sightings g ON g.examination_id = x.id
            JOIN examinations e ON e.id = {examination}
            WHERE m.candidate_id = f.candidate_id {here} AND x.operator_id <> o.operator_id
              AND g.at <= e.committed_at AND {_same_person("g.operator_id", "o.operator_id")})"""


_UNSEEN = f"""NOT {_told("o.first_id")} AND NOT {_told("o.here_id", "AND m.here")}"""
"""They had not been told of any opinion on the question at their first examination, nor of one on
these pictures before they compared these."""

_WITH_DECIDER = independent(_EXAMINERS + " UNION SELECT NEW.operator_id")

_IMPARTIAL = f"({_WITH_DECIDER} > {PEOPLE})"
"""Who decides is none of the people who examined, by any account of theirs."""

_REOPENED_AT = """coalesce((SELECT max(r.at) FROM question_members m
            JOIN decisions d ON d.candidate_id = m.member_id
            JOIN reopenings r ON r.decision_id = d.id
            WHERE m.candidate_id = f.candidate_id), '')"""


def _people_up_to(comparison: str) -> str:
    """How many different people had committed before ``o`` (``<``), or with them (``<=``)."""
    before = f"SELECT b.operator_id FROM {OPINIONS} b WHERE b.place {comparison} o.place"
    return independent(before, question=_EXAMINERS)


_MY_ANALYSES = """(SELECT min(iif(g.called_id = f.called_id, a.at, NULL)) AS own,
            min(a.at) AS any_copy FROM analyses a
        JOIN unknown_groups g ON g.unknown_id = a.unknown_id
        WHERE g.photograph_id = f.photograph_id AND a.operator_id = o.operator_id)"""

_ANALYSED = f"""EXISTS (SELECT 1 FROM {_MY_ANALYSES} a
        JOIN examinations e ON e.id = coalesce(o.here_id, o.first_id)
        WHERE a.own <= e.committed_at AND NOT EXISTS (
            SELECT 1 FROM unknown_groups h JOIN search_unknowns u ON u.unknown_id = h.unknown_id
            JOIN sightings g2 ON g2.search_id = u.search_id
            WHERE h.photograph_id = f.photograph_id
              AND g2.at < iif(h.called_id = f.called_id, a.own, a.any_copy)
              AND (g2.operator_id IS NULL
                   OR {_same_person("g2.operator_id", "o.operator_id")})))"""
"""They analysed this very picture before any candidate of it was shown to them. Candidates of what
only looks like a copy may have been shown since they analysed that."""

_SIMILAR = f"""(SELECT count(DISTINCT v.key) FROM json_each(e.findings) v
            WHERE v.value = 'similar' AND v.key IN ({COMPONENT_GROUPS}))"""

_NOTE = """CASE json_type(e.view, '$.component_notes."' || v.key || '"')
            WHEN 'text' THEN json_extract(e.view, '$.component_notes."' || v.key || '"')
            ELSE '' END"""

_SUPPORTED = f"""(SELECT {_SIMILAR} >= {_rule("min_similar_components")}
            AND NOT EXISTS (SELECT 1 FROM json_each(e.findings) v WHERE v.value = 'different'
                AND {blank(_NOTE)})
            AND (e.conclusion < 2 OR NOT {blank("e.notes")}))"""

_COMPLETE = f"""(SELECT count(DISTINCT v.key) = 19 AND min(v.key IN ({COMPONENT_GROUPS})
            AND v.value IN ('similar', 'different', 'undetermined', 'not_visible'))
         FROM json_each(e.findings) v)"""


def _once_here(condition: str) -> str:
    """SQL: did any examination of theirs of these pictures meet a condition on e?"""
    return f"""EXISTS (
            SELECT 1 FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id
            WHERE m.candidate_id = f.candidate_id AND m.here AND e.operator_id = o.operator_id
              AND {condition})"""


_CARRIED = f"""({_rule("probe_analysis_first")} IS NOT 1 OR {_ANALYSED})
          AND ({_rule("checklist_required")} IS NOT 1 OR {_once_here(_COMPLETE)})
          AND ({_rule("min_similar_components")} IS NULL OR {_once_here(_SUPPORTED)})"""
"""Their examination is one that the policy lets an agreement rest on."""

_COUNTED = f"""SELECT o.operator_id FROM {OPINIONS} o WHERE {_AGREEING}
          AND ({_rule("blind_verification")} IS NOT 1 OR {_UNSEEN})"""
"""Of whom a blind policy does not count those who knew what another had concluded. Other pictures
share dissents and no agreement."""

_AGREEING_PEOPLE = independent(_COUNTED, question=_EXAMINERS)

_CARRYING_PEOPLE = independent(f"{_COUNTED} AND {_CARRIED}", question=_EXAMINERS)
"""Of these, how many whose examination has all that the policy asks of one."""

_THIRD = f"""coalesce((SELECT o.conclusion >= {_rule("min_conclusion")} FROM {OPINIONS} o
        JOIN examinations e ON e.id = o.first_id
        WHERE {_people_up_to("<")} >= {_rule("examiners")}
          AND {_people_up_to("<=")} > {_people_up_to("<")}
          AND e.committed_at >= {_REOPENED_AT}
          AND NOT {_told("coalesce(o.here_id, o.first_id)")}
          AND (o.conclusion < {_rule("min_conclusion")} OR ({_AGREEING} AND {_CARRIED}))
        ORDER BY o.place LIMIT 1), 0)"""
"""The third is one person, not whoever comes next: the first person beyond the policy's number who
had been told nothing, since the question was last reopened. An agreement that rests on nothing, or
on other pictures, makes no third."""

_ORIGINS = """(SELECT d.origin, d.original_sha256, d.operator_id, d.at, 0 AS own
     FROM origin_declarations d
     JOIN unknowns v ON v.original_sha256 = d.original_sha256
     JOIN unknown_groups g ON g.unknown_id = v.id
     WHERE g.photograph_id = f.photograph_id AND d.origin <> 'undeclared'
     UNION ALL
     SELECT s.probe_origin, s.probe_sha256, s.operator_id, s.at, s.id = f.search_id
     FROM unknown_groups g JOIN search_unknowns u ON u.unknown_id = g.unknown_id
     JOIN searches s ON s.id = u.search_id
     WHERE g.photograph_id = f.photograph_id AND (s.id = f.search_id OR (
        s.probe_origin <> 'undeclared' AND NOT EXISTS (SELECT 1 FROM origin_declarations d
            WHERE d.original_sha256 = s.probe_sha256 AND d.origin = s.probe_origin
              AND d.at <= s.at))))"""
"""What another search says of its probe counts where nobody had declared that: otherwise it repeats
what stood, and goes with it. Its operator could not correct themselves."""

_CORRECTORS = """SELECT r.operator_id FROM origin_declarations r
            WHERE r.original_sha256 = o.original_sha256 AND r.corrects = o.origin
              AND r.at >= o.at"""

_CORRECTED = f"(o.own = 0 AND {corrected('o.operator_id', _CORRECTORS)})"
"""By somebody else, later, or by two where the command line declared it. What a search itself says
of its probe stays as it is."""

PERSONS = f"""max(
        coalesce((SELECT max(h.people) FROM standing_declared_tries h
                  JOIN unknown_groups g ON g.unknown_id = h.unknown_id
                  WHERE g.shown_id = f.shown_id), 0),
        (SELECT max(count(DISTINCT coalesce(i.counted_id, t.person_id)), count(DISTINCT
                iif({_rule("minimum_model")} IS NULL OR d.status = {_rule("minimum_model")},
                    coalesce(i.counted_id, t.person_id) || ' ' || d.sha256, NULL)))
         FROM unknown_groups g JOIN tries t ON t.unknown_id = g.unknown_id
         JOIN models_compared d ON d.id = t.model_id
         LEFT JOIN identities i ON i.person_id = t.person_id
         WHERE g.shown_id = f.shown_id))"""
"""N of the unknown, counting every try (``domain.facts.Tries``)."""

FMR_UPPER = f"""max(f.fmr_upper, coalesce((
        SELECT max(coalesce((SELECT min(t.fmr_upper) FROM calibration_steps t
                             WHERE t.search_id = s.id AND t.score <= f.score), 1.0))
        FROM question_members m JOIN searches s ON s.id = m.search_id
        WHERE m.candidate_id = f.candidate_id AND s.id <> f.search_id
          AND EXISTS (SELECT 1 FROM calibration_steps t WHERE t.search_id = s.id)
          AND json_extract(s.model, '$.sha256') = f.model_sha256
          AND json_extract(s.calibration, '$.ceiling') >= {_rule("accept_confidence")}), 0.0))"""
"""The most cautious of the calibrations that the question has met and that can resolve the line."""

MARGIN = """(SELECT min(gap) FROM (
        SELECT f.margin AS gap WHERE f.margin IS NOT NULL
        UNION ALL
        SELECT f.score - c.score FROM unknown_groups g
        JOIN search_unknowns u ON u.unknown_id = g.unknown_id
        JOIN searches s ON s.id = u.search_id JOIN candidates c ON c.search_id = s.id
        LEFT JOIN identities i ON i.person_id = c.person_id
        WHERE g.photograph_id = f.photograph_id
          AND json_extract(s.model, '$.sha256') = f.model_sha256
          AND coalesce(i.counted_id, c.person_id) <> f.counted_id))"""
"""Over the best other person that any search of the unknown showed, people counted as for N: one
file put into a folder makes nobody's rival the same person. NULL where nobody else was compared."""

_WHO_REOPENED = """SELECT d.operator_id UNION SELECT r.operator_id
            UNION SELECT coalesce(w.operator_id, d.operator_id)"""

_REOPENED = f"""EXISTS (SELECT 1 FROM reopenings r WHERE r.decision_id = d.id AND EXISTS (
            SELECT 1 FROM {OPINIONS} o JOIN examinations e ON e.id = o.first_id
            WHERE e.committed_at >= r.at AND {_AGREEING}
              AND {independent(_WHO_REOPENED + " UNION SELECT o.operator_id", question=_EXAMINERS)}
                  > {independent(_WHO_REOPENED, question=_EXAMINERS)}))"""
"""By somebody, and then examined by yet another person than they and whoever had ended it."""

STANDING = f"""EXISTS (SELECT 1 FROM question_members m
        JOIN decisions d ON d.candidate_id = m.member_id
        JOIN searches s ON s.id = m.search_id LEFT JOIN lead_withdrawals w ON w.decision_id = d.id
        WHERE m.candidate_id = f.candidate_id AND (
            (d.outcome = 'unresolved' AND s.case_id = f.case_id)
            OR ((d.outcome = 'excluded' OR w.decision_id IS NOT NULL) AND NOT {_REOPENED})))"""


def _not_carried(condition: str) -> str:
    """SQL: does somebody who agrees not meet a condition, and are there not enough who meet all?"""
    return f"""(EXISTS (SELECT 1 FROM {OPINIONS} o WHERE {_AGREEING}
            AND ({condition}) IS NOT TRUE)
        AND f.carrying < {_rule("examiners")})"""


_NOBODY_AGREES = f"NOT EXISTS (SELECT 1 FROM {OPINIONS} o WHERE {_AGREEING})"


def _limits_missed(quality: str, limits: str) -> str:
    """SQL that is true when a quality (JSON) misses a limit, or holds no number for it: degrees and
    inversion have a ceiling, the others a floor, and one that is not named here is met by
    nothing."""
    return f"""EXISTS (
        SELECT 1 FROM json_each(f.policy, '$.{limits}') l
        LEFT JOIN json_each(f.{quality}) q ON q.key = l.key AND q.type IN ('integer', 'real')
        WHERE (CASE
            WHEN l.key IN ('pose_deg', 'yaw_deg', 'pitch_deg', 'roll_deg', 'inversion')
                THEN q.value <= l.value
            WHEN l.key IN ('inter_eye_px', 'effective_eye_px', 'sharpness', 'exposure', 'contrast',
                'eyes_visible', 'mouth_visible', 'illumination_uniformity', 'compression',
                'inside', 'detector_score') THEN q.value >= l.value
        END) IS NOT TRUE)"""


_REHEARSED = f"""EXISTS (
        SELECT 1 FROM rehearsals r WHERE r.gallery_id = f.gallery_id
        AND r.model_sha256 = f.model_sha256
        AND julianday(r.finished_at) <= julianday(NEW.decided_at)
        AND round((julianday(f.searched_at) - julianday(r.finished_at)) * 86400000)
            <= {_rule("rehearsal_max_age_days")} * 86400000
        AND (SELECT count(DISTINCT q.person) FROM rehearsal_searches q WHERE q.rehearsal_id = r.id
             AND q.status = 'searched' AND q.absent = 1) >= 30)"""
"""SQL that is true when the search's gallery was rehearsed with its model, with at least 30 people
(``facts.REHEARSED_PEOPLE``), before the decision, and not too long before the search."""

_PAIR = """p.sha256 = f.probe_sha256 AND p.face = f.probe_face
    AND p.other_sha256 = f.reference_sha256 AND p.other_face = f.reference_face"""

REFUSALS: dict[str, str] = {
    "accepting_policy": f"f.own = 1 AND {_rule('accepts')} IS NOT 1",
    "trusted_policy": "f.own = 1 AND f.policy_sha256 NOT IN "
    "(SELECT sha256 FROM trusted_policies WHERE until IS NULL)",
    "purpose": "f.own = 1 AND NOT EXISTS (SELECT 1 FROM "
    "json_each(f.policy, '$.permitted_purposes') WHERE value = f.purpose)",
    "authorisation": f"{_rule('authorisation_required')} = 1 AND ({blank('f.authorisation')} OR "
    f"coalesce(f.authorisation_delay_hours, 1e9) > {_rule('authorisation_deadline_hours')})",
    "probe_origin": f"EXISTS (SELECT 1 FROM {_ORIGINS} o WHERE NOT {_CORRECTED} AND o.origin IN "
    "(SELECT value FROM json_each(f.policy, '$.blocked_origins')))",
    "probe_analysis": f"{_rule('probe_analysis_first')} = 1 AND ({blank('f.probe_analysis')} OR "
    f"{_not_carried(_ANALYSED)})",
    "probe_quality": _limits_missed("probe_quality", "probe_limits"),
    "reference_quality": _limits_missed("reference_quality", "reference_limits"),
    "trusted_model": """f.own = 1 AND NOT EXISTS (SELECT 1 FROM search_trust t
        JOIN model_cards r ON r.sha256 = t.recogniser_card
        JOIN model_cards d ON d.sha256 = t.detector_card
        WHERE t.search_id = f.search_id
          AND r.model_sha256 || '+' || r.sha256 IN
              (SELECT model FROM trusted_models WHERE until IS NULL)
          AND d.model_sha256 || '+' || d.sha256 IN
              (SELECT model FROM trusted_models WHERE until IS NULL))""",
    "minimum_model": f"{_rule('minimum_model')} IS NOT NULL AND "
    "(f.model_status IS NOT 'full' OR f.detector_status IS NOT 'full')",
    "rehearsal": f"{_rule('rehearsal_max_age_days')} IS NOT NULL AND NOT {_REHEARSED}",
    "different_photographs": "f.reference_sha256 = f.probe_sha256 OR EXISTS ("
    f"SELECT 1 FROM same_photographs p WHERE {_PAIR} AND p.standing IN ('suspected', 'same'))",
    "confidence": "f.confidence_status = 'not_measurable' "
    "OR EXISTS (SELECT 1 FROM left_out_pairs l WHERE l.search_id = f.search_id "
    f"AND l.people < iif({_rule('examiners')} = 1, 1, 2)) "
    "OR (f.confidence_status IN ('reference', 'extrapolated') "
    f"AND {_rule('allow_reference_calibration')} IS NOT 1) "
    f"OR {PERSONS} * {FMR_UPPER} > 1.0 - {_rule('accept_confidence')} / 100.0",
    "one_to_one": f"f.gallery_persons = 1 AND {_rule('accept_one_to_one')} IS NOT 1",
    "margin": f"{_rule('min_margin')} > 0 AND coalesce({MARGIN}, -9) < {_rule('min_margin')}",
    "examiners": f"f.people < {_rule('examiners')} + f.dissent",
    "conclusions": f"{_AGREEING_PEOPLE} < {_rule('examiners')} "
    f"OR EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion > -1 "
    f"AND o.conclusion < {_rule('min_conclusion')})",
    "adjudication": f"f.dissent AND (NOT {_THIRD} OR {_WITH_DECIDER} <= f.people)",
    "checklist": f"{_rule('checklist_required')} = 1 AND "
    f"({_NOBODY_AGREES} OR {_not_carried(_once_here(_COMPLETE))})",
    "findings": f"{_rule('min_similar_components')} IS NOT NULL AND "
    f"({_NOBODY_AGREES} OR {_not_carried(_once_here(_SUPPORTED))})",
    "standing_outcome": STANDING,
    "corroboration": f"{_rule('corroboration_required')} = 1 AND {blank('NEW.corroboration')}",
}
"""By requirement of ``domain.requirements``: when an acceptance is refused, over facts f, as
``assessed`` gives them, and the new row of ``decisions``."""


_IDENTITIES_TRUE = f"""(WITH RECURSIVE
    _same(one, other) AS MATERIALIZED (
        SELECT one_id, other_id FROM judged_one UNION ALL SELECT other_id, one_id FROM judged_one),
    _reached(id, other) AS (
        SELECT one, one FROM _same WHERE one IN (SELECT person_id FROM identities)
        UNION SELECT r.id, s.other FROM _reached r JOIN _same s ON s.one = r.other
        WHERE s.other IN (SELECT person_id FROM identities)),
    _share(one, other) AS MATERIALIZED (
        SELECT DISTINCT p.judged_id, q.judged_id FROM shared_photographs l
        JOIN identities p ON p.person_id = l.one_id JOIN identities q ON q.person_id = l.other_id),
    _pair(one, other) AS MATERIALIZED (
        SELECT DISTINCT p.identity_id, q.identity_id FROM _share s
        JOIN identities p ON p.person_id = s.one JOIN identities q ON q.person_id = s.other
        UNION SELECT identity_id, identity_id FROM identities GROUP BY 1 HAVING count(*) > 1)
    SELECT EXISTS (SELECT 1 FROM identities i
        LEFT JOIN (SELECT id, min(other) AS lowest FROM _reached GROUP BY id) r
            ON r.id = i.person_id
        LEFT JOIN identities j ON j.person_id = i.judged_id
        WHERE i.judged_id <> coalesce(r.lowest, i.person_id)
            OR j.identity_id IS NOT i.identity_id)
    OR EXISTS (SELECT 1 FROM _pair c JOIN identities p ON p.identity_id = c.one
        JOIN identities q ON q.identity_id = c.other AND q.judged_id <> p.judged_id
        LEFT JOIN _share w ON w.one = p.judged_id AND w.other = q.judged_id
        GROUP BY c.one, c.other
        HAVING (c.one = c.other) = max({BESIDE.format(a="p", b="q")} OR w.one IS NULL))
    OR EXISTS (SELECT 1 FROM counted_people c CROSS JOIN identities i ON i.person_id = c.person_id
        WHERE i.counted_id <> c.counted_id)
    OR EXISTS (SELECT 1 FROM identities p WHERE NOT EXISTS (SELECT 1 FROM identities q
        WHERE q.person_id = p.identity_id AND q.identity_id = p.identity_id)))"""
"""A ``judged_id`` that is not the lowest row of those that two people called one person, directly
or by way of others, or that is of another identity; two classes that all share photographs and are
not one, or one in which not all do; a ``counted_id`` that the pictures do not give; and an identity
that is nobody's. Each CTE is named as seldom as can be: SQLite works out anew what it means, and
what that means, at every mention."""

_UNKNOWNS_TRUE = """(WITH RECURSIVE _link(photograph, one, other) AS MATERIALIZED (
        SELECT relation = 'photograph', one_id, other_id FROM unknown_links_in_force),
    _both(photograph, one, other) AS MATERIALIZED (
        SELECT l.photograph, iif(d.forth, l.one, l.other), iif(d.forth, l.other, l.one)
        FROM _link l, (SELECT 0 AS forth UNION ALL SELECT 1) d),
    _called(one, other) AS MATERIALIZED (SELECT one_id, other_id FROM unknowns_called_one),
    _reached(id, other) AS (
        SELECT unknown_id, unknown_id FROM unknown_groups WHERE called_id <> unknown_id
        UNION SELECT r.id, c.other FROM _reached r JOIN _called c ON c.one = r.other)
    SELECT EXISTS (SELECT 1 FROM unknown_groups a WHERE a.called_id <> a.unknown_id
        AND (a.unknown_id, a.called_id) NOT IN (SELECT id, other FROM _reached))
    OR EXISTS (SELECT 1 FROM unknown_groups a
        LEFT JOIN _both l ON l.one = a.unknown_id
        LEFT JOIN unknown_groups b ON b.unknown_id = l.other
        GROUP BY a.unknown_id
        HAVING max(coalesce(b.shown_id <> a.shown_id, 0))
            OR max(coalesce(l.photograph AND b.photograph_id <> a.photograph_id, 0))
            OR (a.shown_id <> a.unknown_id AND NOT max(coalesce(b.shown_id = a.shown_id, 0)))
            OR (a.photograph_id <> a.unknown_id
                AND NOT max(coalesce(l.photograph AND b.photograph_id = a.photograph_id, 0)))))"""
"""Photographs that nobody called one; links that should have joined, and unknowns that nothing
joins."""

INTEGRITY: dict[str, str] = {
    "open_case": "f.closed_at IS NOT NULL",
    "policy_of_search": "f.policy_sha256 IS NOT NEW.policy_sha256",
    "policy_of_case": "f.policy_sha256 <> f.case_policy_sha256",
    "tries_counted": """EXISTS (SELECT 1 FROM unknown_groups g
        JOIN search_unknowns u ON u.unknown_id = g.unknown_id JOIN searches s ON s.id = u.search_id
        WHERE g.shown_id = f.shown_id AND s.gallery_persons > (
            SELECT count(DISTINCT t.person_id) FROM tries t
            JOIN models_compared d ON d.id = t.model_id
            WHERE t.unknown_id = u.unknown_id
              AND d.sha256 = coalesce(json_extract(s.model, '$.sha256'), '')))""",
    "identities_true": _IDENTITIES_TRUE,
    "unknowns_true": _UNKNOWNS_TRUE,
}
"""What the facts themselves must be, for a lead to rest on them."""


_DECISIVE = f"""(EXISTS (SELECT 1 FROM json_each(e.findings) v
                WHERE v.value = 'different' AND v.key IN ({COMPONENT_GROUPS}))
            AND NOT {blank("e.notes")})"""

_EXCLUDING = independent(
    f"""SELECT o.operator_id FROM {OPINIONS} o
        JOIN question_members m ON m.candidate_id = f.candidate_id
        JOIN examinations e ON e.candidate_id = m.member_id AND e.operator_id = o.operator_id
        WHERE e.conclusion BETWEEN -3 AND -1 AND {_DECISIVE}""",
    question=_EXAMINERS,
)

_CONFLICT = f"""(EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion <= -1)
        AND EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion >= 1))"""

_HEARD = f"({PEOPLE} > {_rule('examiners')} AND {_IMPARTIAL})"
"""A third examiner has committed, and who decides is none of the examiners."""

OUTCOMES: dict[str, str] = {
    "excluded": f"CASE WHEN {_CONFLICT} THEN {_EXCLUDING} < 1 OR NOT {_HEARD} "
    f"ELSE {_EXCLUDING} < {_rule('examiners')} END",
    "inconclusive": f"{_CONFLICT} OR (f.own = 1 AND {_rule('all_candidates_reviewed')} = 1 "
    f"AND NOT EXISTS (SELECT 1 FROM {OPINIONS}))",
    "unresolved": f"NOT {_CONFLICT} OR NOT {_HEARD}",
    "same_photograph": "f.reference_sha256 <> f.probe_sha256 AND NOT EXISTS ("
    f"SELECT 1 FROM same_photographs p WHERE {_PAIR} AND p.standing = 'same')",
    "not_examined": f"f.own = 1 AND {_rule('all_candidates_reviewed')} = 1 "
    f"OR EXISTS (SELECT 1 FROM {OPINIONS})",
}
"""By outcome: when another decision than an acceptance is refused (``domain.outcomes``)."""


def _refused(name: str, condition: str) -> str:
    return (
        f"        WHEN ({condition}) IS NOT FALSE THEN RAISE(ABORT, 'acceptance refused: {name}')"
    )


def assessed(candidate: str) -> str:
    """The facts of a candidate, with what several requirements ask of all its opinions, worked out
    once: the limit keeps SQLite from writing it out at every mention."""
    return f"""(SELECT f.*, {_CARRYING_PEOPLE} AS carrying, {PEOPLE} AS people,
        {_DISSENT} AS dissent FROM question_facts f
        WHERE f.candidate_id = {candidate} LIMIT -1)"""


def _checked(checks: dict[str, str]) -> str:
    return "\n".join(_refused(*item) for item in checks.items())


def fact_guards() -> str:
    """The views of the facts, and the trigger over what these must be themselves."""
    return f"""{QUESTIONS}{FACTS}
CREATE TRIGGER decisions_rest_on_facts BEFORE INSERT ON decisions
WHEN NEW.outcome = 'accepted_as_lead'
BEGIN
    SELECT CASE
{_checked(INTEGRITY)}
        END FROM question_facts f WHERE f.candidate_id = NEW.candidate_id;
END;
"""


def acceptance_guards() -> str:
    """The trigger over the requirements of an acceptance."""
    return f"""
CREATE TRIGGER decisions_acceptance BEFORE INSERT ON decisions
WHEN NEW.outcome = 'accepted_as_lead'
BEGIN
    SELECT RAISE(ABORT, 'acceptance refused: no_question')
        WHERE NOT EXISTS (SELECT 1 FROM question_facts WHERE candidate_id = NEW.candidate_id);
    SELECT CASE
{_checked(REFUSALS)}
        END FROM {assessed("NEW.candidate_id")} f WHERE f.candidate_id = NEW.candidate_id;
END;
"""


def outcome_guards() -> str:
    """The trigger over all decisions that accept nothing."""
    checks = "\n".join(
        f"    SELECT RAISE(ABORT, 'decision refused: {outcome}') FROM question_facts f\n"
        f"        WHERE NEW.outcome = '{outcome}' AND f.candidate_id = NEW.candidate_id\n"
        f"        AND ({condition}) IS NOT FALSE;"
        for outcome, condition in OUTCOMES.items()
    )
    return f"""
CREATE TRIGGER decisions_outcomes BEFORE INSERT ON decisions
WHEN NEW.outcome <> 'accepted_as_lead'
BEGIN
    SELECT RAISE(ABORT, 'decision refused: no_question')
        WHERE NOT EXISTS (SELECT 1 FROM question_facts WHERE candidate_id = NEW.candidate_id);
    SELECT RAISE(ABORT, 'decision refused: open_case, or not the policy of its search')
        FROM question_facts f WHERE f.candidate_id = NEW.candidate_id AND f.own = 1
        AND (f.closed_at IS NOT NULL OR f.policy_sha256 IS NOT NEW.policy_sha256);
    SELECT RAISE(ABORT, 'decision refused: not an outcome')
        WHERE NEW.outcome NOT IN ({", ".join(f"'{outcome}'" for outcome in OUTCOMES)});
{checks}
END;
"""
