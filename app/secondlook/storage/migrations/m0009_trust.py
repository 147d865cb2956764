"""Who approved what, which models a search used, and how a case comes under another policy."""

from secondlook.storage.migrations.blank_sql import blank
from secondlook.storage.migrations.immutable import immutable
from secondlook.storage.migrations.m0009_shipped import SQL as SHIPPED
from secondlook.storage.migrations.people_sql import independent


def _by_people(table: str, what: str) -> str:
    return f"""
CREATE TRIGGER {table}_by_people BEFORE INSERT ON {table}
WHEN NOT EXISTS (SELECT 1 FROM people_at_work WHERE id = NEW.operator_id)
BEGIN SELECT RAISE(ABORT, '{what} refused: not an active examiner'); END;

CREATE TRIGGER {table}_with_reason BEFORE INSERT ON {table}
WHEN {blank("NEW.reason")}
BEGIN SELECT RAISE(ABORT, '{what} refused: no reason is given'); END;
"""


_PEOPLE = independent("""SELECT b.operator_id FROM approvals b
    WHERE b.kind = a.kind AND b.subject = a.subject AND b.round = a.round""")
"""How many people approved."""

APPROVALS = f"""
CREATE TABLE approvals (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('policy', 'model', 'laxer_policy', 'unbind')),
    subject TEXT NOT NULL CHECK (subject <> ''),
    round INTEGER NOT NULL CHECK (round >= 0),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'examiner')),
    reason TEXT NOT NULL,
    shown TEXT NOT NULL CHECK (json_valid(shown)),
    at TEXT NOT NULL,
    UNIQUE (kind, subject, round, operator_id)
) STRICT;

CREATE TABLE revocations (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    round INTEGER NOT NULL,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (kind, subject, round)
) STRICT;

CREATE VIEW granted_approvals AS
SELECT a.kind, a.subject,
    max((SELECT b.at FROM approvals b WHERE b.kind = a.kind AND b.subject = a.subject
         AND b.round = a.round ORDER BY b.at, b.id LIMIT 1 OFFSET 1),
        min(CASE a.role WHEN 'administrator' THEN a.at END)) AS at,
    (SELECT w.at FROM revocations w WHERE w.kind = a.kind AND w.subject = a.subject
     AND w.round = a.round) AS until
FROM approvals a
GROUP BY a.kind, a.subject, a.round
HAVING sum(a.role = 'administrator') >= 1 AND {_PEOPLE} >= 2;
{immutable("approvals", "id", "kind, subject, round, operator_id")}
{immutable("revocations", "id", "kind, subject, round")}
{_by_people("approvals", "approval")}
{_by_people("revocations", "revocation")}
CREATE TRIGGER approvals_as_who_they_are BEFORE INSERT ON approvals
WHEN NEW.role IS NOT (SELECT role FROM operators WHERE id = NEW.operator_id)
BEGIN SELECT RAISE(ABORT, 'approval refused: not the role of this person'); END;

CREATE TRIGGER approvals_of_this_round BEFORE INSERT ON approvals
WHEN NEW.round <> (SELECT count(*) FROM revocations
                   WHERE kind = NEW.kind AND subject = NEW.subject)
BEGIN SELECT RAISE(ABORT, 'approval refused: what was approved earlier was revoked'); END;

CREATE TRIGGER approvals_of_what_is_known BEFORE INSERT ON approvals
WHEN (NEW.kind = 'policy' AND NOT EXISTS (SELECT 1 FROM policies WHERE sha256 = NEW.subject))
    OR (NEW.kind = 'model' AND NOT EXISTS (
        SELECT 1 FROM model_cards WHERE model_sha256 || '+' || sha256 = NEW.subject))
    OR (NEW.kind = 'laxer_policy' AND NOT EXISTS (
        SELECT 1 FROM case_moves m JOIN cases k ON k.id = m.case_id
        WHERE 'move ' || m.id = NEW.subject AND k.closed_at IS NULL
        AND k.policy_sha256 = m.from_sha256
        AND m.id = (SELECT max(n.id) FROM case_moves n WHERE n.case_id = m.case_id)))
BEGIN SELECT RAISE(ABORT, 'approval refused: there is nothing to approve'); END;

CREATE TRIGGER revocations_of_approvals BEFORE INSERT ON revocations
WHEN NEW.round <> (SELECT count(*) FROM revocations
                   WHERE kind = NEW.kind AND subject = NEW.subject)
    OR NOT EXISTS (SELECT 1 FROM approvals
                   WHERE kind = NEW.kind AND subject = NEW.subject AND round = NEW.round)
BEGIN SELECT RAISE(ABORT, 'revocation refused: nothing is approved'); END;
"""
"""``role`` is what the person was when they approved, ``shown`` what they were shown of the
consequences. Revoking begins another round, in which approvals are counted anew: ``until`` ends
a grant."""

MODELS = f"""
CREATE TABLE model_cards (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    name TEXT NOT NULL,
    model_sha256 TEXT NOT NULL CHECK (length(model_sha256) = 64),
    card TEXT NOT NULL CHECK (json_valid(card)),
    stored_at TEXT NOT NULL,
    CHECK (json_extract(card, '$.name') = name AND json_extract(card, '$.sha256') = model_sha256)
) STRICT;

CREATE TABLE search_trust (
    search_id INTEGER PRIMARY KEY REFERENCES searches (id),
    policy_trust TEXT NOT NULL,
    recogniser_card TEXT NOT NULL REFERENCES model_cards (sha256),
    recogniser_trust TEXT NOT NULL,
    detector_card TEXT NOT NULL REFERENCES model_cards (sha256),
    detector_trust TEXT NOT NULL,
    CHECK (policy_trust IN ('shipped', 'approved', 'altered', 'unverified')),
    CHECK (recogniser_trust IN ('shipped', 'approved', 'altered', 'unverified')),
    CHECK (detector_trust IN ('shipped', 'approved', 'altered', 'unverified'))
) STRICT;
{immutable("model_cards", "sha256", "rowid")}
{immutable("search_trust", "search_id")}
CREATE TRIGGER search_trust_of_its_models BEFORE INSERT ON search_trust
WHEN NOT EXISTS (
    SELECT 1 FROM searches s
    JOIN model_cards r ON r.sha256 = NEW.recogniser_card
        AND r.model_sha256 = json_extract(s.model, '$.sha256')
    JOIN model_cards d ON d.sha256 = NEW.detector_card
        AND d.model_sha256 = json_extract(s.model, '$.detector_sha256')
    WHERE s.id = NEW.search_id)
    OR EXISTS (SELECT 1 FROM audit_log
               WHERE act = 'search' AND subject = 'search ' || NEW.search_id)
BEGIN SELECT RAISE(ABORT, 'search_trust: not the cards of a search, or it is on record'); END;

CREATE VIEW trusted_policies AS
SELECT sha256, '' AS at, NULL AS until FROM shipped_policies
UNION ALL SELECT subject, at, until FROM granted_approvals WHERE kind = 'policy';

CREATE VIEW trusted_models AS
SELECT sha256 || '+' || card_sha256 AS model, '' AS at, NULL AS until FROM shipped_models
UNION ALL SELECT subject, at, until FROM granted_approvals WHERE kind = 'model';
"""
"""A card is kept whole, with its reference curve, by the SHA-256 of its canonical form."""


def _old(field: str) -> str:
    return f"json_extract(o.document, '$.{field}')"


def _new(field: str) -> str:
    return f"json_extract(n.document, '$.{field}')"


def _easier(field: str) -> str:
    """A limit is gone, a floor is lower, or a ceiling (of pose) higher."""
    limit = f"json_extract(n.document, '$.{field}.' || l.key)"
    return f"""EXISTS (SELECT 1 FROM json_each(o.document, '$.{field}') l WHERE {limit} IS NULL
        OR CASE l.key WHEN 'pose_deg' THEN {limit} > l.value ELSE {limit} < l.value END)"""


def _gone(field: str) -> str:
    return f"""EXISTS (SELECT 1 FROM json_each(o.document, '$.{field}') WHERE value NOT IN
        (SELECT value FROM json_each(n.document, '$.{field}')))"""


def _lower(field: str) -> str:
    return f"{_new(field)} < {_old(field)}"


def _higher(field: str) -> str:
    return f"{_new(field)} > {_old(field)}"


_LAXER = (
    _higher("accepts"),
    _lower("lead_confidence"),
    _lower("accept_confidence"),
    _higher("allow_reference_calibration"),
    _lower("min_margin"),
    _higher("max_candidates"),
    _lower("examiners"),
    _lower("blind_verification"),
    _lower("min_conclusion"),
    _lower("checklist_required"),
    _lower("probe_analysis_first"),
    _lower("score_shown_after_examination"),
    _lower("all_candidates_reviewed"),
    _lower("corroboration_required"),
    _lower("authorisation_required"),
    f"{_old('authorisation_required')} AND {_new('authorisation_required')} "
    f"AND {_higher('authorisation_deadline_hours')}",
    _higher("retention_days"),
    _gone("blocked_origins"),
    _easier("probe_limits"),
    _easier("reference_limits"),
    f"{_old('minimum_model')} IS NOT NULL AND {_new('minimum_model')} IS NOT "
    f"{_old('minimum_model')}",
    f"{_old('rehearsal_max_age_days')} IS NOT NULL AND "
    f"coalesce({_higher('rehearsal_max_age_days')}, 1)",
    f"{_old('min_similar_components')} IS NOT NULL AND "
    f"coalesce({_lower('min_similar_components')}, 1)",
    f"coalesce({_new('accept_one_to_one')}, 0) > coalesce({_old('accept_one_to_one')}, 0)",
)

MOVES = f"""
CREATE TABLE case_moves (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    from_sha256 TEXT NOT NULL REFERENCES policies (sha256),
    to_sha256 TEXT NOT NULL REFERENCES policies (sha256),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    CHECK (from_sha256 <> to_sha256)
) STRICT;
CREATE INDEX case_moves_by_case ON case_moves (case_id);

CREATE VIEW laxer_policies AS
SELECT o.sha256 AS from_sha256, n.sha256 AS to_sha256 FROM policies o JOIN policies n
WHERE ({" OR ".join(f"({condition})" for condition in _LAXER)}) IS NOT FALSE;
{immutable("case_moves", "id")}
{_by_people("case_moves", "move")}
CREATE TRIGGER case_moves_of_open_cases BEFORE INSERT ON case_moves
WHEN NOT EXISTS (
    SELECT 1 FROM cases k JOIN policies p ON p.sha256 = NEW.to_sha256
    WHERE k.id = NEW.case_id AND k.closed_at IS NULL AND k.policy_sha256 = NEW.from_sha256
    AND k.purpose IN (SELECT value FROM json_each(p.document, '$.permitted_purposes')))
BEGIN SELECT RAISE(ABORT, 'move refused: closed, under another policy, or purpose not permitted');
END;

CREATE TRIGGER cases_moved BEFORE UPDATE ON cases
WHEN NEW.policy_sha256 IS NOT OLD.policy_sha256 AND NOT EXISTS (
    SELECT 1 FROM case_moves m WHERE m.case_id = OLD.id
    AND m.id = (SELECT max(id) FROM case_moves WHERE case_id = OLD.id)
    AND m.from_sha256 = OLD.policy_sha256 AND m.to_sha256 = NEW.policy_sha256
    AND (NOT EXISTS (SELECT 1 FROM laxer_policies l
                     WHERE l.from_sha256 = m.from_sha256 AND l.to_sha256 = m.to_sha256)
         OR EXISTS (SELECT 1 FROM granted_approvals g WHERE g.kind = 'laxer_policy'
                    AND g.subject = 'move ' || m.id AND g.until IS NULL)))
BEGIN SELECT RAISE(ABORT, 'move refused: a laxer policy needs two people, one an administrator');
END;
"""
"""``_LAXER`` is ``domain.laxer.laxer_for_case`` over stored policies; what cannot be told counts as
laxer. A move
is proposed as a row, and the newest of a case is the one that counts: a case that moved back needs
another one."""

SQL = SHIPPED + MODELS + MOVES + APPROVALS
