"""``assess`` asks exactly what a policy says, and its words say what was needed and found."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.faces import Quality
from secondlook.domain.facts import Facts, MetCalibration, ModelFact, RehearsalFact, Tries
from secondlook.domain.opinions import Opinion, Opinions, in_force
from secondlook.domain.photographs import Standing
from secondlook.domain.policy import Policy
from secondlook.domain.requirements import RULE, assess
from secondlook.domain.review import Conclusion, Outcome, ProbeOrigin
from secondlook.domain.trust import Trust
from secondlook.texts.requirements import requirement_text

from .test_policy import SHIPPED, STRICT

ACCEPTING = [name for name, policy in SHIPPED.items() if policy.accepts]
FINE = Quality(
    120.0, 0.9, 0.95, 0.6, 4.0, 1.0, 0.97, 118.0, 4.0, 2.0, 0.99, 0.98, 0.9, 0.85, 2.0, 0.0
)
POOR = Quality(4.0, 0.0, 0.0, 0.0, 80.0, 0.1, 0.1, 4.0, 80.0, 50.0, 0.0, 0.0, 0.0, 0.0, 180.0, 0.3)
FULL = (ModelFact("sface", "full"), ModelFact("yunet", "full"))
LINE = 0.01 / 500
"""The FMR at which 500 people leave just 99 %."""


def measured(fmr_upper: float, status: ConfidenceStatus = ConfidenceStatus.MEASURED) -> Confidence:
    value = None if status is ConfidenceStatus.NOT_MEASURABLE else 100 * (1 - 500 * fmr_upper)
    return Confidence(value, status, fmr_upper, 500 * fmr_upper)


def says(who: int, conclusion: Conclusion = Conclusion.SAME_STRONG, **more: bool) -> Opinion:
    return Opinion(who, conclusion, **more)


def opined(facts: Facts, *each: Opinion, decider: bool | None = None) -> Facts:
    """By so many different people; ``decider``: whether who decides is yet another."""
    agreeing = sum(o.conclusion >= STRICT.min_conclusion for o in each)
    return replace(
        facts, opinions=Opinions(each), people=len(each), agreeing=agreeing, impartial=decider
    )


def sound(policy: Policy) -> Facts:
    return Facts(
        purpose=policy.permitted_purposes[0],
        authorisation="Court order 12",
        authorisation_delay_hours=12.0,
        origins=(ProbeOrigin.PHOTOGRAPH,),
        probe_analysis="Frontal, sharp.",
        probe_quality=FINE,
        reference_quality=FINE,
        confidence=measured(1e-6),
        tries=Tries(500, 500, 500),
        gallery_persons=500,
        margin=0.3,
        opinions=Opinions((says(1), says(2))),
        people=2,
        agreeing=2,
        corroboration="A witness.",
        models=FULL,
    )


DISSENT = Conclusion.DIFFERENT_SUPPORT
Spoil = Callable[[Facts], Facts]
SPOILT: dict[str, tuple[Spoil, ...]] = {
    "purpose": (lambda f: replace(f, purpose="Curiosity"), lambda f: replace(f, purpose="")),
    "authorisation": (
        lambda f: replace(f, authorisation=" \u200b"),
        lambda f: replace(f, authorisation_delay_hours=48.001),
        lambda f: replace(f, authorisation_delay_hours=inf),
    ),
    "probe_origin": (
        lambda f: replace(f, origins=(ProbeOrigin.PHOTOGRAPH, ProbeOrigin.GENERATED)),
        lambda f: replace(f, origins=(ProbeOrigin.UNDECLARED,)),
        lambda f: replace(f, origins=()),
    ),
    "probe_analysis": (
        lambda f: replace(f, probe_analysis="\u2060"),
        lambda f: opined(f, says(1), says(2, analysed=False)),
    ),
    "probe_quality": (lambda f: replace(f, probe_quality=POOR),),
    "reference_quality": (lambda f: replace(f, reference_quality=POOR),),
    "trusted_policy": (lambda f: replace(f, policy_trust=Trust.ALTERED),),
    "trusted_model": (
        lambda f: replace(f, models=(replace(FULL[0], trust=Trust.UNVERIFIED), FULL[1])),
        lambda f: replace(f, models=(FULL[0], replace(FULL[1], trust=None))),
    ),
    "minimum_model": (
        lambda f: replace(f, models=(replace(FULL[0], status="evaluation"), FULL[1])),
        lambda f: replace(f, models=(FULL[0], replace(FULL[1], status=""))),
    ),
    "different_photographs": (
        lambda f: replace(f, photograph=Standing.SUSPECTED),
        lambda f: replace(f, photograph=Standing.CERTAIN),
    ),
    "confidence": (
        lambda f: replace(f, confidence=measured(0.1 / 500 * 1.0001)),
        lambda f: replace(f, confidence=measured(1e-6, ConfidenceStatus.NOT_MEASURABLE)),
        lambda f: replace(f, tries=Tries(100_001, 0, 0)),
        lambda f: replace(f, tries=Tries(1, 100_001, 100_001)),
        lambda f: replace(f, met=(MetCalibration(99.9, 1e-3),)),
    ),
    "one_to_one": (lambda f: replace(f, gallery_persons=1),),
    "margin": (
        lambda f: replace(f, margin=0.0499),
        lambda f: replace(f, margin=-0.2),
        lambda f: replace(f, margin=None),
    ),
    "conclusions": (
        lambda f: opined(f, says(1), says(2), says(3, Conclusion.INCONCLUSIVE)),
        lambda f: opined(f, says(1), says(2), says(3, Conclusion.INSUFFICIENT_QUALITY)),
    ),
    "adjudication": (
        lambda f: opined(f, says(1), says(2, DISSENT), says(3), says(4), decider=False),
        lambda f: opined(f, says(1), says(2, DISSENT), says(3), says(4)),
        lambda f: opined(f, says(1), says(2), says(3, DISSENT), says(4), decider=True),
        lambda f: opined(
            f, says(1), says(2), says(3, untold=False), says(4, DISSENT), decider=True
        ),
    ),
    "checklist": (lambda f: opined(f, says(1), says(2, checklist_complete=False)),),
    "findings": (lambda f: opined(f, says(1), says(2, supported=False)),),
    "standing_outcome": (lambda f: replace(f, standing=(Outcome.EXCLUDED,)),),
    "corroboration": (lambda f: replace(f, corroboration=" \u2800"),),
}
ASKED_BY_ALL = {
    "trusted_policy", "purpose", "probe_origin", "trusted_model", "different_photographs",
    "confidence", "examiners", "conclusions", "standing_outcome",
}  # fmt: skip


def asked(policy: Policy) -> set[str]:
    return {r.name for r in assess(policy, sound(policy)).requirements}


def unmet(policy: Policy, facts: Facts) -> set[str]:
    return {r.name for r in assess(policy, facts).unmet}


@pytest.mark.parametrize("name", ACCEPTING)
def test_sound_facts_meet_every_requirement(name: str) -> None:
    assessment = assess(SHIPPED[name], sound(SHIPPED[name]))
    assert assessment.acceptable
    assert assessment.unmet == ()
    assert asked(SHIPPED[name]) >= ASKED_BY_ALL


def test_every_requirement_has_a_fact_that_spoils_it() -> None:
    others = {"accepting_policy", "rehearsal", "examiners"}
    assert set(SPOILT) == set(RULE) - others


@pytest.mark.parametrize("requirement", sorted(set(SPOILT) - {"adjudication", "one_to_one"}))
@pytest.mark.parametrize("name", ACCEPTING)
def test_each_requirement_flips_with_its_own_fact_and_no_other_does(
    name: str, requirement: str
) -> None:
    policy = SHIPPED[name]
    for spoil in SPOILT[requirement]:
        expected = {requirement} & asked(policy)
        assert unmet(policy, spoil(sound(policy))) == expected


@pytest.mark.parametrize(("lack", "requirement"), [
    ("analysed", "probe_analysis"), ("checklist_complete", "checklist"), ("supported", "findings"),
])  # fmt: skip
def test_who_lacks_what_the_policy_asks_blocks_nobody_where_others_are_enough(
    lack: str, requirement: str
) -> None:
    lacking: dict[str, Any] = {lack: False}
    third = says(3, **lacking)
    facts = opined(sound(STRICT), says(1), says(2), third)
    assert unmet(STRICT, replace(facts, carrying=1)) == {requirement}
    assert unmet(STRICT, replace(facts, carrying=2)) == set()
    assert len(facts.opinions.carrying(STRICT)) == 2


@pytest.mark.parametrize("name", ACCEPTING)
def test_one_against_one_needs_a_policy_that_permits_it(name: str) -> None:
    policy = SHIPPED[name]
    (alone,) = SPOILT["one_to_one"]
    assert unmet(policy, alone(sound(policy))) == {"one_to_one"}
    permits = policy.model_copy(update={"accept_one_to_one": True})
    assert unmet(permits, alone(sound(permits))) == set()


@pytest.mark.parametrize("spoil", SPOILT["adjudication"])
def test_a_dissent_is_settled_by_a_third_and_by_somebody_else(spoil: Spoil) -> None:
    assert unmet(STRICT, spoil(sound(STRICT))) == {"adjudication"}


@pytest.mark.parametrize("name", ACCEPTING)
def test_a_third_who_agrees_and_another_who_decides_settle_a_dissent(name: str) -> None:
    policy = SHIPPED[name]
    facts = opined(sound(policy), says(1), says(2, DISSENT), says(3), decider=True)
    settled = policy.examiners == 2  # with one examiner, who dissents plays the third
    assert unmet(policy, facts) == (set() if settled else {"adjudication"})


def test_a_third_counts_anew_when_the_question_was_reopened() -> None:
    against = says(3, DISSENT, renewed=False)
    facts = opined(
        sound(STRICT), says(1, renewed=False), says(2, DISSENT, renewed=False), against, says(4),
        decider=True,
    )  # fmt: skip
    assert unmet(STRICT, facts) == set()


def test_a_dissent_of_two_needs_a_third_person() -> None:
    facts = opined(sound(STRICT), says(1), says(2, DISSENT), decider=True)
    assert unmet(STRICT, facts) == {"examiners", "conclusions", "adjudication"}


def test_two_accounts_of_one_person_are_one_examiner() -> None:
    assert unmet(STRICT, replace(sound(STRICT), people=1)) == {"examiners"}


def test_nobody_yet_is_neither_agreement_nor_a_checklist() -> None:
    assert unmet(STRICT, opined(sound(STRICT))) == {
        "examiners", "conclusions", "checklist", "findings"
    }  # fmt: skip


@pytest.mark.parametrize("origin", ProbeOrigin)
def test_exactly_the_blocked_origins_block(origin: ProbeOrigin) -> None:
    facts = replace(sound(STRICT), origins=(origin,))
    assert assess(STRICT, facts).acceptable == (origin not in STRICT.blocked_origins)


@pytest.mark.parametrize("status", [ConfidenceStatus.REFERENCE, ConfidenceStatus.EXTRAPOLATED])
def test_what_lies_beyond_the_counts_counts_only_where_the_policy_says_so(
    status: ConfidenceStatus,
) -> None:
    facts = replace(sound(STRICT), confidence=measured(1e-6, status))
    assert assess(STRICT, facts).acceptable
    own_only = STRICT.model_copy(update={"allow_reference_calibration": False})
    assert unmet(own_only, facts) == {"confidence"}


def test_the_lines_themselves_are_enough() -> None:
    facts = replace(
        sound(STRICT), confidence=measured(LINE), margin=0.05, authorisation_delay_hours=48.0
    )
    assert assess(STRICT, facts).acceptable
    assert unmet(STRICT, replace(facts, tries=Tries(501, 500, 500))) == {"confidence"}


def test_a_calibration_that_cannot_resolve_the_line_says_nothing_against_anybody() -> None:
    weak = replace(sound(STRICT), met=(MetCalibration(98.9, 1.0),))
    assert assess(STRICT, weak).acceptable
    assert unmet(STRICT, replace(weak, met=(MetCalibration(99.0, 1.0),))) == {"confidence"}


def test_comparisons_by_models_that_nobody_may_accept_on_are_no_tries_of_their_own() -> None:
    tries = Tries(people=450, comparisons=900, full=450)
    assert tries.persons(STRICT) == 450
    assert tries.persons(STRICT.model_copy(update={"minimum_model": None})) == 900
    assert Tries(450, 900, 900).persons(STRICT) == 900, "two full models"


@pytest.mark.parametrize(("age", "people", "met"), [
    (90.0, 30, True), (90.001, 30, False), (-400.0, 30, True), (1.0, 29, False),
])  # fmt: skip
def test_a_rehearsal_is_recent_when_the_search_was_made(age: float, people: int, met: bool) -> None:
    reasons = STRICT.rationale | {"rehearsal_max_age_days": "Because."}
    policy = STRICT.model_copy(update={"rehearsal_max_age_days": 90, "rationale": reasons})
    made = RehearsalFact("2031-05-01T08:00:00.000+00:00", age, people, (450, 500))
    facts = replace(sound(STRICT), rehearsal=made)
    assert unmet(policy, facts) == (set() if met else {"rehearsal"})
    assert unmet(policy, sound(STRICT)) == {"rehearsal"}
    assert "rehearsal" not in asked(STRICT)


def test_an_unknown_stays_bound_requirement_by_requirement() -> None:
    lax = SHIPPED["archive-newsroom"]
    facts = replace(sound(lax), opinions=Opinions((says(1),)), people=1, agreeing=1)
    assert assess(lax, facts).acceptable
    bound = assess(lax, facts, (STRICT, facts))
    assert {r.name for r in bound.unmet} == {"examiners", "conclusions"}
    elsewhere = replace(facts, purpose="x")
    told = {r.name for r in assess(lax, elsewhere, (STRICT, elsewhere)).unmet}
    assert told == {"purpose", "examiners", "conclusions"}, "purposes bind nobody elsewhere"


def test_a_later_opinion_only_lowers_the_first() -> None:
    same, different = Conclusion.SAME_STRONG, Conclusion.DIFFERENT_STRONG
    assert in_force([same, different]) is in_force([different, same]) is different
    assert in_force([same, Conclusion.INSUFFICIENT_QUALITY]) is Conclusion.INSUFFICIENT_QUALITY
    assert in_force([Conclusion.INSUFFICIENT_QUALITY, DISSENT]) is DISSENT


@st.composite
def any_facts(draw: st.DrawFn, policy: Policy) -> Facts:
    facts = sound(policy)
    for spoils in SPOILT.values():
        if draw(st.booleans()):
            facts = draw(st.sampled_from(spoils))(facts)
    return facts


@given(st.data(), st.sampled_from(sorted(SHIPPED)))
def test_a_candidate_is_acceptable_when_every_requirement_is_met_and_only_then(
    data: st.DataObject, name: str
) -> None:
    assessment = assess(SHIPPED[name], data.draw(any_facts(SHIPPED[name])))
    assert assessment.acceptable == all(r.met for r in assessment.requirements)
    assert assessment.unmet == tuple(r for r in assessment.requirements if not r.met)
    names = [r.name for r in assessment.requirements]
    assert len(names) == len(set(names))
    texts = map(requirement_text, assessment.requirements)
    assert all(t.title and t.needed and t.present for t in texts)


@given(st.data())
def test_the_demonstration_never_accepts_whatever_the_facts(data: st.DataObject) -> None:
    policy = SHIPPED["demonstration"]
    assessment = assess(policy, data.draw(any_facts(policy) | st.just(sound(policy))))
    assert not assessment.acceptable
    assert assessment.unmet[0].name == "accepting_policy"


def test_what_a_person_reads_says_what_was_needed_and_found() -> None:
    facts = replace(
        opined(sound(STRICT), says(1)),
        confidence=measured(LINE * 1.001),
        probe_quality=replace(FINE, inter_eye_px=28.0),
    )
    texts = {r.name: requirement_text(r) for r in assess(STRICT, facts).unmet}
    assert texts["confidence"].needed == "at least 99.00 %"
    assert texts["confidence"].present.startswith("98.9 %"), "never shown as what was needed"
    assert "compared with 500" in texts["confidence"].present
    assert (texts["examiners"].needed, texts["examiners"].present) == ("2 different people", "1")
    assert "too small: eye distance is 28 px, policy needs 32 px" in texts["probe_quality"].present
