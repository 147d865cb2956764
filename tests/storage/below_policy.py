"""Worlds of plain SQL below the policy, and worlds exactly at its limits."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from secondlook.domain.faces import Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import ProbeOrigin

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    DAN,
    EVE,
    FACE,
    FINDINGS,
    LEAD,
    MODELS,
    OPENED,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    SEARCH,
    Row,
    accept,
    approve,
    below,
    candidate_row,
    examination_row,
    fill,
    gallery_row,
    insert,
    moved,
    person_row,
    policy_row,
    reference_row,
    rehearse,
    search_row,
    shipped,
    tried,
    unknown_row,
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
    acts: tuple[tuple[str, Row], ...] = ()
    """Rows of other tables."""
    approved: bool = True
    linked: bool = False
    """There is another unknown that shows the same person."""
    tried: tuple[int, ...] = ()
    """People who were compared besides."""
    alone: bool = False
    """There is no other candidate."""
    earlier: tuple[Any, ...] = ()
    """An outcome of the question on another search, and what was done with it."""


def enrolled_in(*galleries: int) -> tuple[tuple[str, Row], ...]:
    """7, 8 and so on, each in a gallery of theirs, all from one file."""
    people = list(enumerate(galleries, 7))
    return (
        *(("galleries", gallery_row(gallery)) for gallery in sorted(set(galleries))),
        *(("persons", person_row(*person)) for person in people),
        *(("reference_images", reference_row(person)) for person, _ in people),
    )


def called_one(who: int) -> Row:
    """7 and 8, of the same gallery."""
    row = {"gallery_id": 2, "person_id": 7, "other_person_id": 8, "mark": "same", "note": ""}
    return row | {"operator_id": who, "marked_at": OPENED}


SEEN_BY_CAL = ("sightings", {"examination_id": ANA, "operator_id": CAL, "at": OPENED})


def link(one: int, other: int) -> Row:
    said = {"basis": "suspected", "reason": "", "at": OPENED}
    return {"one_id": one, "other_id": other} | said


def pair(**more: Any) -> Row:
    files = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE, "at": OPENED}
    return files | {"first_face": FACE, "second_face": FACE} | more


def judgement(who: int, verdict: str) -> tuple[str, Row]:
    return "photograph_judgements", pair(verdict=verdict, note="Seen.", operator_id=who)


def declaration(who: int, origin: str, corrects: str | None = None) -> Row:
    return {
        "original_sha256": PROBE_IMAGE, "origin": origin, "corrects": corrects,
        "operator_id": who, "reason": "Looked at it.", "at": OPENED,
    }  # fmt: skip


def by(who: int) -> Row:
    return {"decision_id": 77, "operator_id": who, "reason": "Because.", "at": OPENED}


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
        "open_case",
        "after closing",
        policy=LENIENT_CLOSING,
        before=("UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'",),
    ),
    Try(
        "policy_of_search",
        "another policy's copy",
        decision={"policy_sha256": OTHER.sha256},
    ),
    Try(
        "policy_of_case",
        "moved to a softer policy",
        before=moved(POLICY, OTHER),
    ),
    Try("accepting_policy", "a policy that never accepts", policy={"accepts": False}),
    Try("purpose", "another purpose", case={"purpose": "Curiosity"}),
    Try("one_to_one", "one face against one", search={"gallery_persons": 1}),
    Try("purpose", "no purpose", case={"purpose": ""}),
    Try("authorisation", "no authorisation", case={"authorisation": ""}),
    Try("authorisation", "a blank one", case={"authorisation": "\t\u00a0\n"}),
    Try("authorisation", "one without a time", case={"authorised_at": None}),
    Try(
        "authorisation",
        "one at no time, in a file from before times had one form",
        before=(
            "DROP TRIGGER cases_authorised_at_written_update",
            "DROP TRIGGER cases_authorised_once",
            "UPDATE cases SET authorised_at = 'soon'",
        ),
    ),
    Try(
        "authorisation",
        "48 hours and a millisecond later",
        case={"authorised_at": "2031-05-03T08:00:00.001+00:00"},
    ),
    *(
        Try("probe_origin", origin.value, search={"probe_origin": origin.value})
        for origin in POLICY.blocked_origins
    ),
    Try("probe_analysis", "no note", search={"probe_analysis": ""}),
    Try("probe_analysis", "only blanks", search={"probe_analysis": " \n "}),
    *(
        Try(
            "probe_quality",
            component.value,
            search={"probe_quality": below(POLICY.probe_limits, component)},
        )
        for component in Component
    ),
    Try("probe_quality", "not measured", search={"probe_quality": "{}"}),
    *(
        Try(
            "reference_quality",
            component.value,
            candidate={"reference_quality": below(POLICY.reference_limits, component)},
        )
        for component in Component
    ),
    *(
        Try("minimum_model", label, search={"model": json.dumps(model)})
        for label, model in (
            ("for evaluation", MODELS | {"status": "evaluation"}),
            ("a detector for evaluation", MODELS | {"detector_status": "evaluation"}),
            ("no status", {k: v for k, v in MODELS.items() if k != "status"}),
            ("no detector's status", {k: v for k, v in MODELS.items() if k != "detector_status"}),
            ("no value", MODELS | {"status": None}),
            ("spelled differently", MODELS | {"status": "Full"}),
        )
    ),
    Try(
        "minimum_model",
        "another minimum than there is",
        policy={"minimum_model": "any"},
        search={"model": json.dumps(MODELS | {"status": "any"})},
    ),
    *(
        Try("trusted_model", label, search={"model": json.dumps(model)})
        for label, model in (
            ("another recogniser", MODELS | {"sha256": "7" * 64}),
            ("another detector", MODELS | {"detector_sha256": "7" * 64}),
            ("no recogniser", {k: v for k, v in MODELS.items() if k != "sha256"}),
        )
    ),
    Try("tries_counted", "a model that is a list", search={"model": json.dumps([MODELS])}),
    Try(
        "tries_counted",
        "a search whose people were not counted",
        acts=(
            ("searches", search_row(POLICY, id=2)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 2}),
        ),
        linked=True,
    ),
    Try(
        "identities_true",
        "two persons said to be one without a reason",
        acts=enrolled_in(2, 3)[:4],
        before=("UPDATE identities SET identity_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons who count as one without a reason",
        acts=enrolled_in(2, 3)[:4],
        before=("UPDATE identities SET counted_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one photograph said to be judged one",
        acts=enrolled_in(2, 3),
        before=(
            "UPDATE identities SET identity_id = 7, judged_id = 7, counted_id = 7 "
            "WHERE person_id = 8",
        ),
    ),
    Try(
        "identities_true",
        "two persons whom two people called one kept apart, but counted as one",
        acts=(*enrolled_in(2, 2)[:3], *(("marks", called_one(who)) for who in (ANA, BEN))),
        before=("UPDATE identities SET judged_id = 7, counted_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one gallery said to be one by their photograph",
        acts=enrolled_in(2, 2),
        before=("UPDATE identities SET identity_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one gallery said to be one by way of a third",
        acts=enrolled_in(2, 2, 3),
        before=("UPDATE identities SET identity_id = 7",),
    ),
    Try(
        "identities_true",
        "two persons whom two people called one kept apart",
        acts=(*enrolled_in(2, 2)[:3], *(("marks", called_one(who)) for who in (ANA, BEN))),
    ),
    Try(
        "identities_true",
        "two persons of one photograph kept apart",
        acts=enrolled_in(2, 3),
    ),
    Try(
        "unknowns_true",
        "an unknown that borrows the opinions on another",
        acts=(("unknowns", unknown_row(id=2, x=900.0)),),
        before=("UPDATE unknown_groups SET photograph_id = 1, shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try(
        "unknowns_true",
        "an unknown that has the tries of another",
        acts=(("unknowns", unknown_row(id=2, x=900.0)),),
        before=("UPDATE unknown_groups SET shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try(
        "unknowns_true",
        "a link that the groups do not know",
        acts=(
            ("unknowns", unknown_row(id=2, x=900.0)),
            ("unknown_links", link(1, 2)),
        ),
    ),
    Try(
        "unknowns_true",
        "another picture of the person that borrows the opinions on this one",
        acts=(
            ("unknowns", unknown_row(id=2, x=900.0)),
            ("unknown_links", link(1, 2)),
        ),
        before=("UPDATE unknown_groups SET photograph_id = 1, shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try("trusted_policy", "nobody approved it", policy={"min_margin": 0.06}, approved=False),
    Try("different_photographs", "one file", candidate={"reference_sha256": PROBE_IMAGE}),
    *(
        Try(
            "different_photographs",
            label,
            acts=(("photograph_suspicions", pair(likeness=0.9, mirrored=0, method="m")), *judged),
        )
        for label, judged in (
            ("suspected", ()),
            ("one says no", (judgement(ANA, "different"),)),
            ("two say yes", (judgement(ANA, "same"), judgement(BEN, "same"))),
        )
    ),
    Try("confidence", "just below", candidate={"fmr_upper": 2.0001e-5}),
    Try(
        "confidence",
        "extrapolated",
        policy={"allow_reference_calibration": False},
        candidate={"confidence_status": "extrapolated"},
    ),
    Try("confidence", "somebody more was tried", candidate={"fmr_upper": 2e-5}, tried=(501,)),
    Try(
        "confidence",
        "another calibration says less",
        acts=(
            ("searches", search_row(POLICY, id=2, gallery_persons=0)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 1}),
            ("candidates", candidate_row(id=9, search_id=2)),
            ("calibration_steps", {"search_id": 2, "score": 0.7, "fmr_upper": 3e-5}),
        ),
    ),
    Try("margin", "nobody else there", candidate={"margin": None}, alone=True),
    Try(
        "margin",
        "another person on another search",
        acts=(
            ("searches", search_row(POLICY, id=2, gallery_persons=0)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 1}),
            ("candidates", candidate_row(id=9, search_id=2, person_id=8, score=0.70)),
        ),
    ),
    Try(
        "probe_origin",
        "declared a sketch by somebody",
        acts=(("origin_declarations", declaration(ANA, "sketch")),),
    ),
    Try(
        "probe_origin",
        "corrected by whoever declared it",
        acts=(
            ("origin_declarations", declaration(ANA, "sketch")),
            ("origin_declarations", declaration(ANA, "photograph", "sketch")),
        ),
    ),
    Try(
        "probe_analysis",
        "candidates were shown to everybody first",
        acts=(
            (
                "sightings",
                {"search_id": SEARCH, "operator_id": None, "at": "2031-01-01T00:00:00.000+00:00"},
            ),
        ),
    ),
    Try(
        "probe_analysis",
        "an examiner who analysed nothing",
        examinations=(examination_row(ANA), examination_row(BEN), examination_row(EVE)),
    ),
    *(
        Try(
            "adjudication",
            label,
            examinations=tuple(
                examination_row(who, id=who, conclusion=c)
                for who, c in zip((ANA, BEN, CAL, DAN), given, strict=False)
            ),
            policy={} if blind else {"blind_verification": False},
            decision={"operator_id": decider},
            acts=acts,
        )
        for label, given, decider, blind, acts in (
            ("an examiner decides", (3, -1, 3), ANA, True, ()),
            ("the third dissents, a fourth agrees", (3, -1, -1, 3), EVE, True, ()),
            ("the third had seen it", (3, -1, 3), EVE, False, (SEEN_BY_CAL,)),
        )
    ),
    *(
        Try("findings", label, examinations=second(**changes))
        for label, changes in (
            ("nothing similar", {"findings": findings(dict.fromkeys(FINDINGS, "not_visible"))}),
            ("a difference without a note", {"findings": findings({"nose": "different"})}),
            ("no note", {"notes": "\u2800\u200b"}),
            (
                "a note that shows nothing",
                {
                    "findings": findings({"nose": "different"}),
                    "view": json.dumps({"component_notes": {"nose": "\u2060"}}),
                },
            ),
        )
    ),
    *(
        Try("standing_outcome", label, earlier=(outcome, *more))
        for label, outcome, more in (
            ("excluded", "excluded", ()),
            ("unresolved", "unresolved", ()),
            ("reopened, and no third", "excluded", (("reopenings", by(BEN)),)),
            ("withdrawn", "accepted_as_lead", (("lead_withdrawals", by(BEN)),)),
        )
    ),
    Try(
        "confidence",
        "not measurable",
        candidate={"confidence": None, "confidence_status": "not_measurable"},
    ),
    Try(
        "confidence",
        "from the model's curve",
        policy={"allow_reference_calibration": False},
        candidate={"confidence_status": "reference"},
    ),
    Try("margin", "too near", candidate={"margin": 0.0499}),
    Try("margin", "behind another", candidate={"margin": -0.2}),
    Try("examiners", "nobody", examinations=()),
    Try("examiners", "one person", examinations=(examination_row(ANA),)),
    Try("conclusions", "weaker support", examinations=second(conclusion=1)),
    Try("examiners", "one of two says different people", examinations=second(conclusion=-3)),
    Try("conclusions", "inconclusive", examinations=second(conclusion=0)),
    Try("conclusions", "insufficient quality", examinations=second(conclusion=-9)),
    Try(
        "checklist",
        "a blank",
        examinations=second(findings=json.dumps(WITHOUT_EARS)),
    ),
    Try("checklist", "empty", examinations=second(findings="{}")),
    Try("checklist", "a list", examinations=second(findings='["similar"]')),
    Try(
        "checklist",
        "no finding",
        examinations=second(findings=findings({"ears": "fine"})),
    ),
    Try("checklist", "a group twice instead", examinations=second(findings=TWICE)),
    Try(
        "checklist",
        "an invented group instead",
        examinations=second(findings=json.dumps(WITHOUT_EARS | {"aura": "similar"})),
    ),
    Try(
        "checklist",
        "an invented group besides",
        examinations=second(findings=findings({"aura": "similar"})),
    ),
    Try("rehearsal", "none at all", policy=REHEARSED),
    *(
        Try("rehearsal", label, policy=REHEARSED, rehearsal=rehearsal)
        for label, rehearsal in (
            ("an old one", {"finished_at": TOO_OLD}),
            ("one after the decision", {"finished_at": "2031-05-01T08:00:00.001+00:00"}),
            ("of too few people", {"people": 29}),
            ("of another gallery", {"gallery_id": 2}),
            ("of another model", {"model_sha256": "6" * 64}),
        )
    ),
    Try("corroboration", "none", decision={"corroboration": ""}),
    Try("corroboration", "only blanks", decision={"corroboration": "\n\u2003\t"}),
)


ALLOWED = (
    Try(
        "",
        "authorised exactly at the deadline",
        case={"authorised_at": "2031-05-03T08:00:00.000+00:00"},
    ),
    Try(
        "",
        "at a deadline that is no whole number of days",
        policy={"authorisation_deadline_hours": 49},
        case={
            "opened_at": "2031-01-17T04:58:01.603+00:00",
            "authorised_at": "2031-01-19T05:58:01.603+00:00",
        },
    ),
    Try("", "authorised before opening", case={"authorised_at": "2031-04-30T08:00:00.000+00:00"}),
    Try("", "at the line exactly", candidate={"fmr_upper": 2e-5, "margin": 0.05}),
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
        search={"model": json.dumps({k: MODELS[k] for k in ("sha256", "detector_sha256")})},
    ),
    Try("", "rehearsed just in time", policy=REHEARSED, rehearsal={"finished_at": OLD_ENOUGH}),
    Try(
        "",
        "rehearsed after the search",
        policy=REHEARSED,
        rehearsal={"finished_at": "2031-05-02T08:00:00.000+00:00"},
        decision={"decided_at": "2031-05-03T08:00:00.000+00:00"},
    ),
    Try("", "nobody else in its own search", candidate={"margin": None}),
    *(
        Try("", origin.value, search={"probe_origin": origin.value})
        for origin in ProbeOrigin
        if origin not in POLICY.blocked_origins
    ),
    Try(
        "",
        "a sketch that somebody else corrected",
        acts=(
            ("origin_declarations", declaration(ANA, "sketch")),
            ("origin_declarations", declaration(BEN, "photograph", "sketch")),
        ),
    ),
    Try(
        "",
        "a suspicion that two people cleared",
        acts=(
            ("photograph_suspicions", pair(likeness=0.9, mirrored=0, method="m")),
            judgement(ANA, "different"),
            judgement(BEN, "different"),
        ),
    ),
    Try("", "extrapolated, where allowed", candidate={"confidence_status": "extrapolated"}),
    Try(
        "",
        "a dissent, a third, and somebody else who decides",
        examinations=tuple(
            examination_row(who, conclusion=c) for who, c in ((ANA, 3), (BEN, -2), (CAL, 2))
        ),
        decision={"operator_id": EVE},
    ),
    Try(
        "",
        "excluded, reopened by another, and a third reached the line",
        earlier=("excluded", ("reopenings", by(DAN))),
    ),
    Try("", "the model's curve allowed", candidate={"confidence_status": "reference"}),
    Try("", "a third who agrees", examinations=(*second(), examination_row(5, conclusion=2))),
)


def under(db: sqlite3.Connection, changes: Row, *, approved: bool = True) -> Policy:
    """High-stakes with single fields changed, on record and approved by two people."""
    if not changes:
        return POLICY
    policy = POLICY.model_copy(update=changes)
    insert(db, "policies", policy_row(policy))
    if approved:
        approve(db, "policy", policy.sha256)
    return policy


def arrange(db: sqlite3.Connection, case: Try) -> Policy:
    policy = under(db, case.policy, approved=case.approved)
    fill(
        db,
        policy,
        case=case.case,
        search=case.search,
        candidate=case.candidate,
        examinations=case.examinations,
    )
    if case.linked:
        insert(db, "unknowns", unknown_row(id=2, x=900.0))
        insert(db, "unknown_links", link(1, 2))
        db.execute("UPDATE unknown_groups SET shown_id = 1 WHERE unknown_id = 2")
    if case.alone:
        guard = unguarded(db, "candidates_not_deleted")
        db.execute(f"DELETE FROM candidates WHERE id <> {LEAD}")
        db.execute(guard)
    tried(db, case.tried)
    for table, row in case.acts:
        insert(db, table, row)
    if case.earlier:
        decided_before(db, policy, *case.earlier)
    if case.rehearsal is not None:
        rehearse(db, **case.rehearsal)
    for statement in case.before:
        db.execute(statement)
    return policy


def unguarded(db: sqlite3.Connection, name: str) -> str:
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    sql: str = db.execute(query, [name]).fetchone()[0]
    db.execute(f"DROP TRIGGER {name}")
    return sql


def decided_before(
    db: sqlite3.Connection, policy: Policy, outcome: str, *acts: tuple[str, Row]
) -> None:
    """The question was decided by ANA on an earlier search of the same case."""
    insert(db, "searches", search_row(policy, id=2, gallery_persons=0))
    insert(db, "search_unknowns", {"search_id": 2, "unknown_id": 1})
    insert(db, "candidates", candidate_row(id=9, search_id=2))
    guards = [unguarded(db, name) for name in ("decisions_outcomes", "decisions_acceptance")]
    accept(db, policy, id=77, candidate_id=9, outcome=outcome)
    for guard in guards:
        db.execute(guard)
    for table, row in acts:
        insert(db, table, row)
