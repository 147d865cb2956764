"""The third enforcement: plain SQL cannot record an acceptance below policy."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

import pytest

from secondlook.domain.faces import Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import CHECKLIST, ProbeOrigin
from secondlook.storage.guards import REFUSALS

from .plain_sql import (
    ANA,
    BEN,
    CASE,
    FINDINGS,
    GONE,
    LEAD,
    MODELS,
    RUNNER_UP,
    SCRIPT,
    SEARCH,
    SHIPPED,
    Row,
    accept,
    accepted,
    below,
    candidate_row,
    case_row,
    contents,
    examination_row,
    fill,
    insert,
    moved,
    policy_row,
    rehearse,
    search_row,
    shipped,
)

POLICY = shipped()
OTHER = shipped("missing-person")
LENIENT_CLOSING = {"all_candidates_reviewed": False}


@dataclass(frozen=True)
class Try:
    """What differs from a case that satisfies High-stakes, and the reason that must be given."""

    reason: str
    label: str
    policy: Row = field(default_factory=dict)
    case: Row = field(default_factory=dict)
    search: Row = field(default_factory=dict)
    candidate: Row = field(default_factory=dict)
    examinations: tuple[Row, ...] | None = None
    decision: Row = field(default_factory=dict)
    before: tuple[str, ...] = ()
    rehearsal: Row | None = None


def second(**changes: Any) -> tuple[Row, ...]:
    return (examination_row(ANA), examination_row(BEN, **changes))


def findings(changed: dict[str, str]) -> str:
    return json.dumps(FINDINGS | changed)


REHEARSED: Row = {"rehearsal_max_age_days": 90}
TOO_OLD, OLD_ENOUGH = "2031-01-31T07:59:59.999+00:00", "2031-01-31T08:00:00.000+00:00"
"""90 days before the search and a millisecond, and 90 days."""

WITHOUT_EARS = {k: v for k, v in FINDINGS.items() if k != "ears"}
TWICE = json.dumps(WITHOUT_EARS)[:-1] + ', "nose": "different"}'

TRIES = (
    Try(
        "the case is closed",
        "after closing",
        policy=LENIENT_CLOSING,
        before=("UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'",),
    ),
    Try(
        "without the policy copy of its search",
        "another policy's copy",
        decision={"policy_sha256": OTHER.sha256},
    ),
    Try(
        "the case has moved to another policy: search again",
        "moved to a softer policy",
        before=moved(POLICY, OTHER),
    ),
    Try("this policy never accepts", "a policy that never accepts", policy={"accepts": False}),
    Try("purpose not permitted", "another purpose", case={"purpose": "Curiosity"}),
    Try("purpose not permitted", "no purpose", case={"purpose": ""}),
    Try("authorisation missing or late", "no authorisation", case={"authorisation": ""}),
    Try("authorisation missing or late", "a blank one", case={"authorisation": "\t\u00a0\n"}),
    Try("authorisation missing or late", "one without a time", case={"authorised_at": None}),
    Try("authorisation missing or late", "one at no time", case={"authorised_at": "soon"}),
    Try(
        "authorisation missing or late",
        "48 hours and a millisecond later",
        case={"authorised_at": "2031-05-03T08:00:00.001+00:00"},
    ),
    *(
        Try("probe origin blocked", origin.value, search={"probe_origin": origin.value})
        for origin in POLICY.blocked_origins
    ),
    Try("probe not analysed before the search", "no note", search={"probe_analysis": ""}),
    Try("probe not analysed before the search", "only blanks", search={"probe_analysis": " \n "}),
    *(
        Try(
            "probe below the quality limits",
            component.value,
            search={"probe_quality": below(POLICY.probe_limits, component)},
        )
        for component in Component
    ),
    Try("probe below the quality limits", "not measured", search={"probe_quality": "{}"}),
    *(
        Try(
            "reference below the quality limits",
            component.value,
            candidate={"reference_quality": below(POLICY.reference_limits, component)},
        )
        for component in Component
    ),
    *(
        Try("a full model is needed", label, search={"model": json.dumps(model)})
        for label, model in (
            ("for evaluation", MODELS | {"status": "evaluation"}),
            ("a detector for evaluation", MODELS | {"detector_status": "evaluation"}),
            ("no status", {"name": "sface"}),
            ("no detector's status", {"name": "sface", "status": "full"}),
            ("no value", MODELS | {"status": None}),
            ("a list", [MODELS]),
            ("spelled differently", MODELS | {"status": "Full"}),
        )
    ),
    Try(
        "a full model is needed",
        "another minimum than there is",
        policy={"minimum_model": "any"},
        search={"model": json.dumps(MODELS | {"status": "any"})},
    ),
    Try("confidence below the policy", "just below", candidate={"confidence": 98.9999}),
    Try(
        "confidence below the policy",
        "not measurable",
        candidate={"confidence": None, "confidence_status": "not_measurable"},
    ),
    Try(
        "confidence not measured in this gallery",
        "from the model's curve",
        policy={"allow_reference_calibration": False},
        candidate={"confidence_status": "reference"},
    ),
    Try("margin to the next person too small", "too near", candidate={"margin": 0.0499}),
    Try("margin to the next person too small", "behind another", candidate={"margin": -0.2}),
    Try("too few different examiners", "nobody", examinations=()),
    Try("too few different examiners", "one person", examinations=(examination_row(ANA),)),
    Try("the examiners do not agree", "weaker support", examinations=second(conclusion=1)),
    Try("the examiners do not agree", "different people", examinations=second(conclusion=-3)),
    Try("the examiners do not agree", "insufficient quality", examinations=second(conclusion=-9)),
    Try(
        "checklist incomplete",
        "a blank",
        examinations=second(findings=json.dumps(WITHOUT_EARS)),
    ),
    Try("checklist incomplete", "empty", examinations=second(findings="{}")),
    Try("checklist incomplete", "a list", examinations=second(findings='["similar"]')),
    Try(
        "checklist incomplete",
        "no finding",
        examinations=second(findings=findings({"ears": "fine"})),
    ),
    Try("checklist incomplete", "a group twice instead", examinations=second(findings=TWICE)),
    Try(
        "checklist incomplete",
        "an invented group instead",
        examinations=second(findings=json.dumps(WITHOUT_EARS | {"aura": "similar"})),
    ),
    Try(
        "checklist incomplete",
        "an invented group besides",
        examinations=second(findings=findings({"aura": "similar"})),
    ),
    Try("no recent rehearsal of the gallery", "none at all", policy=REHEARSED),
    *(
        Try("no recent rehearsal of the gallery", label, policy=REHEARSED, rehearsal=rehearsal)
        for label, rehearsal in (
            ("an old one", {"finished_at": TOO_OLD}),
            ("one after the decision", {"finished_at": "2031-05-01T08:00:00.001+00:00"}),
            ("one at no time", {"finished_at": "soon"}),
            ("of too few people", {"people": 29}),
            ("of another gallery", {"gallery_id": 2}),
            ("of another model", {"model_sha256": "6" * 64}),
        )
    ),
    Try(
        "no recent rehearsal of the gallery",
        "a search that names no model",
        policy=REHEARSED,
        rehearsal={},
        search={"model": json.dumps({k: v for k, v in MODELS.items() if k != "sha256"})},
    ),
    Try("corroboration missing", "none", decision={"corroboration": ""}),
    Try("corroboration missing", "only blanks", decision={"corroboration": "\n\u2003\t"}),
)


def test_every_reason_to_refuse_is_tried() -> None:
    assert {t.reason for t in TRIES} == {reason for reason, _ in REFUSALS}


def under(db: sqlite3.Connection, changes: Row) -> Policy:
    """High-stakes with single fields changed, on record."""
    if not changes:
        return POLICY
    policy = POLICY.model_copy(update=changes)
    insert(db, "policies", policy_row(policy))
    return policy


@pytest.mark.parametrize("case", TRIES, ids=lambda t: f"{t.reason}: {t.label}")
def test_an_acceptance_below_policy_is_refused(db: sqlite3.Connection, case: Try) -> None:
    policy = under(db, case.policy)
    fill(
        db,
        policy,
        case=case.case,
        search=case.search,
        candidate=case.candidate,
        examinations=case.examinations,
    )
    if case.rehearsal is not None:
        rehearse(db, **case.rehearsal)
    for statement in case.before:
        db.execute(statement)
    for verb in ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"):
        with pytest.raises(sqlite3.IntegrityError) as refusal:
            accept(db, policy, verb, **case.decision)
        assert str(refusal.value) == f"acceptance refused: {case.reason}"
    assert accepted(db) == []


@pytest.mark.parametrize("name", [name for name in SHIPPED if shipped(name).accepts])
def test_a_candidate_that_satisfies_its_policy_may_be_accepted(
    db: sqlite3.Connection, name: str
) -> None:
    policy = shipped(name)
    fill(db, policy)
    accept(db, policy)
    assert accepted(db) == [LEAD]


@pytest.mark.parametrize(
    "case",
    [
        Try("", "authorised exactly at the deadline", case={"authorised_at": "2031-05-03T08:00Z"}),
        Try(
            "",
            "at a deadline that is no whole number of days",
            policy={"authorisation_deadline_hours": 49},
            case={
                "opened_at": "2031-01-17T04:58:01.603+00:00",
                "authorised_at": "2031-01-19T05:58:01.603+00:00",
            },
        ),
        Try("", "authorised before opening", case={"authorised_at": "2031-04-30T08:00Z"}),
        Try("", "at the line exactly", candidate={"confidence": 99.0, "margin": 0.05}),
        Try(
            "",
            "any model",
            policy={"minimum_model": None},
            search={"model": json.dumps(MODELS | {"status": "evaluation"})},
        ),
        Try(
            "",
            "a model whose status was not recorded",
            policy={"minimum_model": None},
            search={"model": "{}"},
        ),
        Try("", "rehearsed just in time", policy=REHEARSED, rehearsal={"finished_at": OLD_ENOUGH}),
        Try(
            "",
            "rehearsed after the search",
            policy=REHEARSED,
            rehearsal={"finished_at": "2031-05-02T08:00:00.000+00:00"},
            decision={"decided_at": "2031-05-03T08:00:00.000+00:00"},
        ),
        Try("", "nobody else there", candidate={"margin": None}),
        Try("", "the model's curve allowed", candidate={"confidence_status": "reference"}),
        Try("", "a third who agrees", examinations=(*second(), examination_row(5, conclusion=2))),
    ],
    ids=lambda t: t.label,
)
def test_the_limits_themselves_are_allowed(db: sqlite3.Connection, case: Try) -> None:
    policy = under(db, case.policy)
    fill(
        db,
        policy,
        case=case.case,
        search=case.search,
        candidate=case.candidate,
        examinations=case.examinations,
    )
    if case.rehearsal is not None:
        rehearse(db, **case.rehearsal)
    accept(db, policy, **case.decision)
    assert accepted(db) == [LEAD]


def test_without_a_margin_in_the_policy_the_second_candidate_can_be_accepted(
    db: sqlite3.Connection,
) -> None:
    assert OTHER.min_margin == 0
    fill(db, OTHER, candidate={"margin": -0.2})
    accept(db, OTHER)
    assert accepted(db) == [LEAD]


@pytest.mark.parametrize("sha256", [None, "9" * 64, "", "not a hash"])
def test_no_decision_without_a_policy_copy(db: sqlite3.Connection, sha256: str | None) -> None:
    fill(db, POLICY)
    for outcome in ("accepted_as_lead", "excluded", "inconclusive"):
        with pytest.raises(sqlite3.IntegrityError):
            accept(db, POLICY, policy_sha256=sha256, outcome=outcome)
    assert db.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


@pytest.mark.parametrize(
    "rule", ["accepts", "permitted_purposes", "accept_confidence", "min_margin", "examiners"]
)
def test_a_policy_copy_that_lacks_a_rule_accepts_nothing(db: sqlite3.Connection, rule: str) -> None:
    document = json.loads(POLICY.document)
    del document[rule]
    insert(db, "policies", policy_row(POLICY, sha256="7" * 64, document=json.dumps(document)))
    fill(db, POLICY, case={"policy_sha256": "7" * 64}, search={"policy_sha256": "7" * 64})
    with pytest.raises(sqlite3.IntegrityError, match="acceptance refused"):
        accept(db, POLICY, policy_sha256="7" * 64)


@pytest.mark.parametrize("candidate", [99, None, "one", -1])
@pytest.mark.parametrize("outcome", ["accepted_as_lead", "excluded"])
def test_no_decision_on_an_unknown_candidate(
    db: sqlite3.Connection, candidate: object, outcome: str
) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError):
        accept(db, POLICY, candidate_id=candidate, outcome=outcome)


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99, None])
def test_only_an_active_examiner_decides(db: sqlite3.Connection, operator: int | None) -> None:
    fill(db, POLICY)
    for outcome in ("accepted_as_lead", "excluded"):
        with pytest.raises(sqlite3.IntegrityError):
            accept(db, POLICY, operator_id=operator, outcome=outcome)


@pytest.mark.parametrize(
    "outcome",
    ["ACCEPTED_AS_LEAD", "accepted_as_lead ", "accepted", b"accepted_as_lead", None, ""],
)
def test_an_acceptance_cannot_be_spelled_differently(
    db: sqlite3.Connection, outcome: object
) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    with pytest.raises(sqlite3.IntegrityError):
        accept(db, POLICY, outcome=outcome)


@pytest.mark.parametrize("candidate", [LEAD, str(LEAD), float(LEAD)])
def test_the_type_of_a_key_makes_no_difference(db: sqlite3.Connection, candidate: object) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    with pytest.raises(sqlite3.IntegrityError, match="confidence below the policy"):
        accept(db, POLICY, candidate_id=candidate)


def test_temporary_tables_of_the_same_name_do_not_stand_in(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    db.execute("CREATE TEMP TABLE acceptance_facts AS SELECT * FROM main.acceptance_facts")
    db.execute("UPDATE temp.acceptance_facts SET confidence = 100")
    db.execute("CREATE TEMP TABLE candidates AS SELECT * FROM main.candidates")
    db.execute("UPDATE temp.candidates SET confidence = 100")
    with pytest.raises(sqlite3.IntegrityError, match="confidence below the policy"):
        accept(db, POLICY)


@pytest.mark.parametrize(
    "pragma", ["ignore_check_constraints = ON", "recursive_triggers = ON", "trusted_schema = OFF"]
)
def test_settings_of_a_connection_do_not_open_a_way(db: sqlite3.Connection, pragma: str) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    db.execute(f"PRAGMA {pragma}")
    with pytest.raises(sqlite3.Error, match=r"confidence below the policy|unsafe use of json"):
        accept(db, POLICY)
    assert accepted(db) == []


def test_a_policy_cannot_be_replaced_through_its_hidden_rowid(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    key = db.execute("SELECT rowid FROM policies WHERE sha256 = ?", [POLICY.sha256]).fetchone()[0]
    before = contents(db)
    row = policy_row(POLICY, sha256="8" * 64, rowid=key)
    with pytest.raises(sqlite3.IntegrityError, match="cannot be replaced"):
        insert(db, "policies", row, "INSERT OR REPLACE")
    assert contents(db) == before


def test_one_person_is_not_two_examiners(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=(examination_row(ANA, id=10),))
    before = contents(db)
    for verb in ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"):
        for row in (
            examination_row(ANA),
            examination_row(ANA, id=11),
            examination_row(BEN, id=10),
            examination_row(BEN, rowid=10),
            examination_row(ANA, conclusion=2),
        ):
            with pytest.raises(sqlite3.IntegrityError):
                insert(db, "examinations", row, verb)
    for column in ("id", "rowid", "oid", "_rowid_", "username"):
        for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(f"{verb} operators SET {column} = 77 WHERE id = {ANA}")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE examinations SET operator_id = {BEN}")
    with pytest.raises(sqlite3.IntegrityError, match="too few different examiners"):
        accept(db, POLICY)
    assert contents(db) == before


@pytest.mark.parametrize("operator", [SCRIPT, GONE, 99])
def test_only_an_active_examiner_examines(db: sqlite3.Connection, operator: int) -> None:
    fill(db, POLICY, examinations=())
    with pytest.raises(sqlite3.IntegrityError, match="not an active examiner"):
        insert(db, "examinations", examination_row(operator))


def test_nobody_examines_what_is_decided(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    accept(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="examination refused"):
        insert(db, "examinations", examination_row(5, conclusion=-3))


@pytest.mark.parametrize("candidate", [3, 99], ids=["not offered", "unknown"])
def test_nobody_examines_what_is_not_offered(db: sqlite3.Connection, candidate: int) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="examination refused"):
        insert(db, "examinations", examination_row(ANA, candidate_id=candidate))


def test_a_candidate_is_decided_once(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"confidence": 50.0})
    accept(db, POLICY, outcome="excluded")
    for outcome in ("accepted_as_lead", "inconclusive"):
        for verb in ("INSERT", "INSERT OR REPLACE"):
            with pytest.raises(sqlite3.IntegrityError):
                accept(db, POLICY, verb, outcome=outcome)


def test_changing_the_declaration_after_the_search_changes_nothing(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY, search={"probe_origin": "sketch", "probe_analysis": ""})
    db.execute("UPDATE probes SET origin = 'photograph', analysis = 'Written later.'")
    with pytest.raises(sqlite3.IntegrityError, match=r"probe (origin blocked|not analysed)"):
        accept(db, POLICY)


def test_an_origin_outside_the_vocabulary_is_not_a_way_past_the_blocked_ones(
    db: sqlite3.Connection,
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        fill(db, POLICY, search={"probe_origin": "Sketch"})
    sql = " ".join(row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql > ''"))
    for origin in ProbeOrigin:
        assert sql.count(f"'{origin.value}'") >= 2, "probes and searches know every origin"


def test_a_search_is_made_under_the_policy_of_its_open_case(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="under another policy"):
        insert(db, "searches", search_row(OTHER, id=2))
    with pytest.raises(sqlite3.IntegrityError):
        insert(db, "searches", search_row(POLICY, id=2, case_id=99))


def test_a_search_cannot_be_carried_into_another_case(db: sqlite3.Connection) -> None:
    """Case ids are fixed, also through the names that SQLite gives a rowid."""
    fill(db, POLICY, case={"purpose": "Curiosity"})
    insert(db, "cases", case_row(POLICY, id=2, reference="permitted"))
    for column in ("id", "rowid", "oid", "_rowid_"):
        for verb in ("UPDATE", "UPDATE OR REPLACE"):
            with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
                db.execute(f"{verb} cases SET {column} = 3 WHERE id = {CASE}")
    for statement in (
        "UPDATE cases SET purpose = 'Missing person'",
        "UPDATE searches SET case_id = 2",
        "DELETE FROM cases",
        "INSERT OR REPLACE INTO cases SELECT 1, reference, purpose, authorisation, authorised_at, "
        "notes, policy_sha256, opened_by, opened_at, closed_at FROM cases WHERE id = 2",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="purpose not permitted"):
        accept(db, POLICY)


def test_candidates_are_not_added_to_a_search_on_record(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    insert(db, "candidates", candidate_row(id=4, rank=4))
    entry = (1, "t", "ana", "search", f"search {SEARCH}", "{}", "0" * 64, "a" * 64)
    db.execute(f"INSERT INTO audit_log VALUES ({', '.join('?' * 8)})", entry)
    for search in (SEARCH, 99):
        with pytest.raises(sqlite3.IntegrityError, match="candidate refused"):
            insert(db, "candidates", candidate_row(id=5, rank=5, search_id=search))


def test_a_case_closes_when_every_offered_candidate_is_decided(db: sqlite3.Connection) -> None:
    close = "UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'"
    fill(db, POLICY)
    accept(db, POLICY)
    with pytest.raises(sqlite3.IntegrityError, match="every offered candidate must be decided"):
        db.execute(close)
    with pytest.raises(sqlite3.IntegrityError, match="nobody has examined the candidate"):
        accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded")
    insert(db, "examinations", examination_row(ANA, candidate_id=RUNNER_UP))
    with pytest.raises(sqlite3.IntegrityError, match="not the policy of its search"):
        accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded", policy_sha256=OTHER.sha256)
    accept(db, POLICY, candidate_id=RUNNER_UP, outcome="excluded")
    db.execute(close)
    for statement in ("UPDATE cases SET closed_at = NULL", "UPDATE cases SET notes = 'more'"):
        with pytest.raises(sqlite3.IntegrityError, match="a closed case cannot be changed"):
            db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="closed"):
        insert(db, "searches", search_row(POLICY, id=2))


def test_the_component_groups_in_the_database_are_those_of_the_checklist(
    db: sqlite3.Connection,
) -> None:
    view = db.execute("SELECT sql FROM sqlite_master WHERE name = 'acceptance_facts'").fetchone()[0]
    assert all(f"'{item.key}'" in view for item in CHECKLIST)
