"""One definition, enforced alike: ``policy.assess`` and the database give the same verdict."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.faces import Component, Quality
from secondlook.domain.policy import (
    REHEARSED_PEOPLE,
    ExaminationFact,
    Facts,
    ModelFact,
    Policy,
    RehearsalFact,
    assess,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, ProbeOrigin, checklist_complete
from secondlook.storage.guards import BLANKS

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    FINDINGS,
    MODELS,
    OPENED,
    SHIPPED,
    accept,
    empty_database,
    examination_row,
    fill,
    good_quality,
    insert,
    policy_row,
    prepare,
    rehearse,
    shipped,
)

SHA256 = MODELS["sha256"]
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def blank() -> Iterator[sqlite3.Connection]:
    db = empty_database()
    prepare(db, ())
    yield db
    db.close()


DECIDED = "2041-05-01T08:00:00.000+00:00"
"""Long after the search, so that a rehearsal may have been made in between."""


def rehearsal(age_days: float, people: int = REHEARSED_PEOPLE) -> RehearsalFact:
    """One that ended so many days before the search, to the millisecond."""
    ended = datetime.fromisoformat(OPENED) - timedelta(days=age_days)
    text = ended.isoformat(timespec="milliseconds")
    age = (datetime.fromisoformat(OPENED) - datetime.fromisoformat(text)).total_seconds() / 86_400
    return RehearsalFact(text, age, people, (500, 500))


def authorised_at(delay_hours: float) -> str | None:
    if delay_hours == inf:
        return None
    moment = datetime.fromisoformat(OPENED) + timedelta(milliseconds=delay_hours * HOUR_MS)
    return moment.isoformat(timespec="milliseconds")


def incomplete(variant: int) -> dict[str, str]:
    """Findings that are not a complete checklist, in several ways."""
    missing = dict(list(FINDINGS.items())[variant % 3 :][1:])
    return missing if variant % 2 else missing | {"aura": "similar"}


def examination(fact: ExaminationFact) -> dict[str, Any]:
    findings = FINDINGS if fact.checklist_complete else incomplete(fact.operator_id)
    return examination_row(
        fact.operator_id, conclusion=int(fact.conclusion), findings=json.dumps(findings)
    )


def model(models: tuple[ModelFact, ...]) -> str:
    """As a search stores it; an empty status was not recorded."""
    keys = (("name", "status"), ("detector", "detector_status"))
    return json.dumps(
        {"sha256": SHA256}
        | {
            key: value
            for (name, status), fact in zip(keys, models, strict=True)
            for key, value in ((name, fact.name), (status, fact.status))
            if value
        }
    )


def database_allows(db: sqlite3.Connection, policy: Policy, facts: Facts) -> bool:
    """Write the facts as rows, try the acceptance, and leave nothing behind."""
    db.execute("BEGIN")
    try:
        insert(db, "policies", policy_row(policy))
        fill(
            db,
            policy,
            case={
                "purpose": facts.purpose,
                "authorisation": facts.authorisation,
                "authorised_at": authorised_at(facts.authorisation_delay_hours),
            },
            search={
                "probe_origin": facts.probe_origin.value,
                "probe_analysis": facts.probe_analysis,
                "probe_quality": json.dumps(facts.probe_quality.to_dict()),
                "model": model(facts.models),
            },
            candidate={
                "reference_quality": json.dumps(facts.reference_quality.to_dict()),
                "confidence": facts.confidence.value,
                "confidence_status": facts.confidence.status.value,
                "margin": None if facts.margin == inf else facts.margin,
            },
            examinations=map(examination, facts.examinations),
        )
        if facts.rehearsal and policy.rehearsal_max_age_days:  # else nobody looks at it
            rehearse(db, facts.rehearsal.people, facts.rehearsal.finished_at)
        try:
            accept(db, policy, corroboration=facts.corroboration, decided_at=DECIDED)
        except sqlite3.IntegrityError as error:
            if not str(error).startswith("acceptance refused: "):
                raise
            return False
        return True
    finally:
        db.execute("ROLLBACK")


def agree(db: sqlite3.Connection, policy: Policy, facts: Facts) -> None:
    assessment = assess(policy, facts)
    assert database_allows(db, policy, facts) == assessment.acceptable, assessment.unmet


def sound(policy: Policy) -> Facts:
    """Facts that meet any policy which accepts at all."""
    return Facts(
        purpose=policy.permitted_purposes[0],
        authorisation="Court order 12",
        authorisation_delay_hours=0.0,
        probe_origin=ProbeOrigin.PHOTOGRAPH,
        probe_analysis="Frontal, sharp.",
        probe_quality=good_quality(),
        reference_quality=good_quality(),
        confidence=Confidence(99.9, ConfidenceStatus.MEASURED, 1e-6, 1e-3),
        margin=0.5,
        examinations=(
            ExaminationFact(ANA, Conclusion.SAME_EXTREMELY_STRONG, True),
            ExaminationFact(BEN, Conclusion.SAME_EXTREMELY_STRONG, True),
        ),
        corroboration="A witness.",
        models=(ModelFact("sface", "full"), ModelFact("yunet", "full")),
        rehearsal=rehearsal(1),
    )


# Facts and policies, near the lines that decide.

BLANK = st.sampled_from(
    ["", " ", "\n\t", "\u00a0\u2003", "\u3000\x1f\x85\u2028", "\u200b", ".", "é"]
)
NEAR = st.sampled_from([-1.0, -0.01, -0.0001, 0.0, 0.0001, 0.01, 1.0])


def near(value: float, low: float, high: float) -> st.SearchStrategy[float]:
    """A value at, just beside or far from a line, with the four decimals that are stored."""
    anywhere = st.floats(low, high, allow_nan=False)
    close = NEAR.map(lambda step: min(high, max(low, value + step)))
    return st.one_of(close, anywhere).map(lambda v: round(v, 4))


@st.composite
def qualities(draw: st.DrawFn, limits: dict[Component, float]) -> Quality:
    values = good_quality().to_dict()
    for component in draw(st.sets(st.sampled_from(Component), max_size=2)):
        large = (Component.INTER_EYE, Component.EFFECTIVE, Component.POSE)
        number = near(limits.get(component, 0.5), 0.0, 400.0 if component in large else 1.0)
        values[component.value] = draw(number | st.none())
    return Quality.from_dict(values)


@st.composite
def confidences(draw: st.DrawFn, line: float) -> Confidence:
    status = draw(st.sampled_from(ConfidenceStatus))
    measurable = status is not ConfidenceStatus.NOT_MEASURABLE
    value = draw(near(line, 0.0, 100.0)) if measurable else None
    return Confidence(value, status, 1e-5, 1e-2)


@st.composite
def examinations(draw: st.DrawFn) -> tuple[ExaminationFact, ...]:
    people = draw(st.lists(st.sampled_from([ANA, BEN, CAL]), unique=True, max_size=3))
    conclusion = st.sampled_from(list(Conclusion))
    strong = st.sampled_from([Conclusion.SAME_STRONG, Conclusion.SAME_EXTREMELY_STRONG])
    return tuple(
        ExaminationFact(
            p, draw(st.one_of(strong, conclusion)), draw(st.sampled_from([True] * 3 + [False]))
        )
        for p in people
    )


def delays(hours: int) -> st.SearchStrategy[float]:
    at_line = st.sampled_from([-1, 0, 1]).map(lambda ms: hours * HOUR_MS + ms)
    anywhere = st.integers(-100 * HOUR_MS, 100 * HOUR_MS)
    return st.one_of(
        at_line.map(lambda ms: ms / HOUR_MS), anywhere.map(lambda ms: ms / HOUR_MS), st.just(inf)
    )


def changes_of_facts(policy: Policy) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "purpose": st.sampled_from(
            [*policy.permitted_purposes, *policy.prohibited_purposes, "", "x"]
        ),
        "authorisation": BLANK,
        "authorisation_delay_hours": delays(policy.authorisation_deadline_hours),
        "probe_origin": st.sampled_from(ProbeOrigin),
        "probe_analysis": BLANK,
        "probe_quality": qualities(policy.probe_limits),
        "reference_quality": qualities(policy.reference_limits),
        "confidence": confidences(policy.accept_confidence),
        "margin": st.one_of(near(policy.min_margin, -2.0, 2.0), st.just(inf)),
        "examinations": examinations(),
        "corroboration": BLANK,
        "models": st.tuples(MODEL, MODEL),
        "rehearsal": st.none() | st.builds(rehearsal, ages(policy.rehearsal_max_age_days), PEOPLE),
    }


DAY_MS = 24 * HOUR_MS
PEOPLE = st.sampled_from([1, REHEARSED_PEOPLE - 1, REHEARSED_PEOPLE, REHEARSED_PEOPLE + 1])


def ages(days: int | None) -> st.SearchStrategy[float]:
    """In days, at a line and beside it; also after the search."""
    at_line = st.sampled_from([-1, 0, 1]).map(lambda ms: (days or 0) * DAY_MS + ms)
    anywhere = st.integers(-100 * DAY_MS, 400 * DAY_MS)
    return (at_line | anywhere).map(lambda ms: ms / DAY_MS)


MODEL = st.builds(ModelFact, st.just("mini"), st.sampled_from(["full", "evaluation", ""]))
LIMITS = st.dictionaries(
    st.sampled_from(Component), st.floats(0, 100).map(lambda v: round(v, 2)), max_size=3
)
CHANGES_OF_POLICY: dict[str, st.SearchStrategy[Any]] = {
    "permitted_purposes": st.lists(
        st.sampled_from(["Missing person", "Ärger", 'O\'Brien "x"', "a\\b"]), min_size=1
    ),
    "accepts": st.booleans(),
    "accept_confidence": st.sampled_from([80.0, 99.0, 99.5, 99.99]),
    "lead_confidence": st.sampled_from([0.0, 50.0, 80.0]),
    "allow_reference_calibration": st.booleans(),
    "minimum_model": st.sampled_from([None, "full"]),
    "rehearsal_max_age_days": st.sampled_from([None, 1, 90, 365]),
    "min_margin": st.floats(0, 1).map(lambda v: round(v, 3)),
    "min_conclusion": st.integers(1, 3),
    "checklist_required": st.booleans(),
    "probe_analysis_first": st.booleans(),
    "corroboration_required": st.booleans(),
    "authorisation_required": st.booleans(),
    "authorisation_deadline_hours": st.integers(0, 100),
    "blocked_origins": st.sets(st.sampled_from(ProbeOrigin)).map(
        lambda origins: sorted(origins | {ProbeOrigin.UNDECLARED})
    ),
    "probe_limits": LIMITS,
    "reference_limits": LIMITS,
    "examiners": st.integers(1, 2),
}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    policy = shipped(draw(st.sampled_from(SHIPPED)))
    fields = draw(st.lists(st.sampled_from(sorted(CHANGES_OF_POLICY)), max_size=3, unique=True))
    changed = {name: draw(CHANGES_OF_POLICY[name]) for name in fields}
    rest = {
        "blind_verification": False,
        "rationale": policy.rationale
        | {"minimum_model": "Because.", "rehearsal_max_age_days": "Because."},
    }
    return Policy.model_validate(policy.model_dump() | rest | changed)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Policy, Facts]:
    """A policy, and facts that meet it but for up to three that were drawn anew."""
    policy = draw(policies())
    choices = changes_of_facts(policy)
    fields = draw(st.lists(st.sampled_from(sorted(choices)), max_size=3, unique=True))
    return policy, replace(sound(policy), **{name: draw(choices[name]) for name in fields})


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(situation=situations())
def test_assess_and_the_database_agree(
    blank: sqlite3.Connection, situation: tuple[Policy, Facts]
) -> None:
    agree(blank, *situation)


def measured(
    value: float | None, status: ConfidenceStatus = ConfidenceStatus.MEASURED
) -> Confidence:
    return Confidence(value, status, 1e-5, 1e-2)


def models(policy: Policy, *statuses: str) -> dict[str, Any]:
    pairs = zip(sound(policy).models, statuses, strict=True)
    return {"models": tuple(replace(fact, status=status) for fact, status in pairs)}


Spoil = Callable[[Policy], dict[str, Any]]
SPOILT: dict[str, Spoil] = {
    "nothing": lambda _: {},
    "purpose": lambda p: {"purpose": p.prohibited_purposes[0]},
    "no authorisation": lambda _: {"authorisation": "\n"},
    "late": lambda p: {"authorisation_delay_hours": p.authorisation_deadline_hours + 1 / HOUR_MS},
    "at the deadline": lambda p: {
        "authorisation_delay_hours": float(p.authorisation_deadline_hours)
    },
    "origin": lambda p: {"probe_origin": p.blocked_origins[0]},
    "analysis": lambda _: {"probe_analysis": "\t"},
    "probe quality": lambda _: {"probe_quality": replace(good_quality(), inter_eye_px=19.9)},
    "pose": lambda _: {"reference_quality": replace(good_quality(), pose_deg=45.1)},
    "a model for evaluation": lambda p: models(p, "evaluation", "full"),
    "a detector for evaluation": lambda p: models(p, "full", "evaluation"),
    "models without status": lambda p: models(p, "", ""),
    "confidence": lambda p: {"confidence": measured(p.accept_confidence - 0.0001)},
    "at the line": lambda p: {"confidence": measured(p.accept_confidence)},
    "reference": lambda _: {"confidence": measured(99.9, ConfidenceStatus.REFERENCE)},
    "not measurable": lambda _: {"confidence": measured(None, ConfidenceStatus.NOT_MEASURABLE)},
    "margin": lambda p: {"margin": p.min_margin - 0.0001},
    "behind another": lambda _: {"margin": -0.3},
    "alone": lambda _: {"margin": inf},
    "nobody": lambda _: {"examinations": ()},
    "one person": lambda p: {"examinations": sound(p).examinations[:1]},
    "disagreement": lambda p: {
        "examinations": (
            *sound(p).examinations,
            ExaminationFact(CAL, Conclusion.DIFFERENT_SUPPORT, True),
        )
    },
    "insufficient quality": lambda p: {
        "examinations": (
            *sound(p).examinations,
            ExaminationFact(CAL, Conclusion.INSUFFICIENT_QUALITY, True),
        )
    },
    "checklist": lambda p: {
        "examinations": (
            *sound(p).examinations,
            ExaminationFact(CAL, Conclusion.SAME_EXTREMELY_STRONG, False),
        )
    },
    "corroboration": lambda _: {"corroboration": "\u2003"},
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_reads_the_same_in_both_places(
    blank: sqlite3.Connection, name: str, spoilt: str
) -> None:
    policy = shipped(name)
    agree(blank, policy, replace(sound(policy), **SPOILT[spoilt](policy)))


@pytest.mark.parametrize("name", SHIPPED)
def test_facts_that_meet_every_requirement_are_accepted_by_every_policy_that_accepts(
    blank: sqlite3.Connection, name: str
) -> None:
    policy = shipped(name)
    assert database_allows(blank, policy, sound(policy)) == policy.accepts


KEYS = [item.key for item in CHECKLIST]


@settings(max_examples=150)
@given(
    findings=st.dictionaries(
        st.sampled_from([*KEYS, "aura", ""]), st.sampled_from(Finding), min_size=16
    )
)
def test_a_checklist_is_complete_in_both_places(
    blank: sqlite3.Connection, findings: dict[str, Finding]
) -> None:
    blank.execute("BEGIN")
    try:
        policy = shipped("archive-newsroom")
        insert(blank, "policies", policy_row(policy))
        row = examination_row(ANA, findings=json.dumps(findings))
        fill(blank, policy, examinations=(row,))
        query = "SELECT checklists_complete FROM acceptance_facts WHERE candidate_id = 1"
        assert bool(blank.execute(query).fetchone()[0]) == checklist_complete(findings)
    finally:
        blank.execute("ROLLBACK")


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4))
def test_a_blank_text_is_blank_in_both_places(blank: sqlite3.Connection, text: str) -> None:
    trimmed = blank.execute(f"SELECT trim(?, {BLANKS})", [text]).fetchone()[0]
    assert trimmed == text.strip()


def test_the_blanks_are_those_of_python(blank: sqlite3.Connection) -> None:
    known = blank.execute(f"SELECT {BLANKS}").fetchone()[0]
    assert set(known) == {chr(c) for c in range(0x110000) if chr(c).isspace()}
