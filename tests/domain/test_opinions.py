"""What opinions come to together, which outcomes are open then, and what findings carry."""

from dataclasses import replace
from typing import Any

import pytest

from secondlook.domain.findings import component_notes, decisive, supported
from secondlook.domain.opinions import Opinion, Opinions, in_force
from secondlook.domain.outcomes import OutcomeRefusal, conflict, outcome_refusal
from secondlook.domain.records import Examination
from secondlook.domain.requirements import assess
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome
from secondlook.domain.trust import Trust

from .test_policy import STRICT
from .test_requirements import sound

SAME, WEAK, OPEN, UNFIT = (
    Conclusion.SAME_STRONG, Conclusion.SAME_SUPPORT, Conclusion.INCONCLUSIVE,
    Conclusion.INSUFFICIENT_QUALITY,
)  # fmt: skip
DISSENT, OPPOSITE = Conclusion.DIFFERENT_SUPPORT, Conclusion.DIFFERENT_EXTREMELY_STRONG
LINE = 2
TWO = STRICT.model_copy(update={"examiners": 2, "min_conclusion": LINE})
ONE = TWO.model_copy(update={"examiners": 1})


def given(*conclusions: Conclusion, **more: Any) -> Opinions:
    return Opinions(tuple(Opinion(n, c, **more) for n, c in enumerate(conclusions, 1)))


# Opinions


@pytest.mark.parametrize(("each", "counts"), [
    ((SAME, OPEN, WEAK), OPEN),
    ((SAME, UNFIT), UNFIT),
    ((UNFIT, DISSENT), DISSENT),
    ((DISSENT, UNFIT, OPPOSITE), OPPOSITE),
    ((SAME,), SAME),
])  # fmt: skip
def test_the_lowest_opinion_is_in_force_and_insufficient_quality_is_no_different_person(
    each: tuple[Conclusion, ...], counts: Conclusion
) -> None:
    assert in_force(each) is counts
    assert in_force(each[::-1]) is counts


@pytest.mark.parametrize(("here", "elsewhere", "counts"), [
    ((), (UNFIT,), UNFIT),
    ((SAME,), (UNFIT,), SAME),
    ((WEAK,), (SAME, UNFIT), WEAK),
    ((UNFIT,), (SAME,), UNFIT),
    ((SAME,), (OPEN, UNFIT), OPEN),
    ((SAME,), (DISSENT,), DISSENT),
])  # fmt: skip
def test_that_other_pictures_are_insufficient_says_nothing_of_these_once_they_are_compared(
    here: tuple[Conclusion, ...], elsewhere: tuple[Conclusion, ...], counts: Conclusion
) -> None:
    assert in_force(here, elsewhere) is counts


@pytest.mark.parametrize(("conclusion", "dissents", "reaches"), [
    (SAME, False, True), (WEAK, False, False), (OPEN, False, False), (UNFIT, False, False),
    (DISSENT, True, False), (OPPOSITE, True, False),
])  # fmt: skip
def test_a_dissent_is_an_opinion_for_different_people(
    conclusion: Conclusion, dissents: bool, reaches: bool
) -> None:
    one = given(conclusion)
    assert bool(one.dissenting) == dissents
    assert bool(one.agreeing(LINE)) == reaches
    assert bool(one.undecided(LINE)) == (not dissents and not reaches)


def test_the_third_is_the_first_beyond_the_policys_number_who_had_seen_nothing() -> None:
    two = given(SAME, DISSENT).each
    seen, blind = Opinion(3, SAME, untold=False), Opinion(4, SAME)
    against = Opinion(5, DISSENT)
    assert not Opinions(two).third(TWO), "nobody yet"
    assert Opinions((*two, blind)).third(TWO)
    assert not Opinions((*two, seen)).third(TWO)
    elsewhere = Opinion(4, SAME, here=False)
    for no_third in (
        elsewhere,
        Opinion(4, SAME, analysed=False),
        Opinion(4, SAME, supported=False),
    ):
        assert not Opinions((*two, no_third)).third(TWO), "nothing can rest on it"
        assert Opinions((*two, no_third, blind)).third(TWO), "nor does it block"
    assert Opinions((*two, seen, blind)).third(TWO)
    assert not Opinions((*two, against, blind)).third(TWO), "who comes later is no third"
    assert not Opinions((*two, seen, against, blind)).third(TWO)
    assert Opinions((*two, blind, against)).third(TWO)


def test_agreement_is_on_the_pictures_that_were_compared() -> None:
    here = given(SAME, OPEN, DISSENT)
    elsewhere = given(SAME, OPEN, DISSENT, here=False)
    assert [len(o.agreeing(LINE)) for o in (here, elsewhere)] == [1, 0]
    assert [len(o.undecided(LINE)) for o in (here, elsewhere)] == [1, 1], "on the person"
    assert [len(o.dissenting) for o in (here, elsewhere)] == [1, 1], "on the person"


def test_a_blind_policy_counts_nobody_who_knew_another_opinion() -> None:
    blind = TWO.model_copy(update={"blind_verification": True})
    knew = given(SAME, SAME, unseen=False)
    assert len(knew.counted(blind.model_copy(update={"blind_verification": False}))) == 2
    assert knew.counted(blind) == knew.carrying(blind) == ()


def test_another_account_of_an_examiner_is_no_third_and_no_second() -> None:
    one, against = given(SAME, DISSENT).each
    again, third = Opinion(3, SAME, another=False), Opinion(4, SAME)
    assert not Opinions((one, against, again)).third(TWO)
    assert Opinions((one, against, again, third)).third(TWO)
    assert not Opinions((one, again, third)).third(TWO), "it is the second person"


def test_a_third_counts_since_the_question_was_last_reopened() -> None:
    two = given(SAME, DISSENT).each
    before, since = Opinion(3, SAME, renewed=False), Opinion(4, SAME)
    assert not Opinions((*two, before)).third(TWO)
    assert Opinions((*two, replace(before, conclusion=DISSENT), since)).third(TWO)


def test_where_one_is_enough_the_second_plays_the_third() -> None:
    assert given(DISSENT, SAME).third(ONE)
    assert not given(SAME, DISSENT).third(ONE)


# Outcomes


def refusal(
    outcome: Outcome, opinions: Opinions, *, people: int | None = None,
    impartial: bool | None = True, excluding: int = 0, examiners: int = 2, reviewed: bool = True,
    bound: int = 1, same: bool = False,
) -> OutcomeRefusal | None:  # fmt: skip
    counted = len(opinions.each) if people is None else people
    facts = replace(sound(STRICT), opinions=opinions, people=counted, impartial=impartial)
    changes = {"examiners": examiners, "all_candidates_reviewed": reviewed}
    return outcome_refusal(
        outcome, STRICT.model_copy(update=changes), facts, excluding=excluding,
        same_photograph=same, bound_examiners=bound,
    )  # fmt: skip


def test_a_conflict_is_any_support_for_both() -> None:
    assert conflict(given(WEAK, DISSENT))
    for none in (given(SAME, OPEN), given(DISSENT, OPEN), given(SAME, UNFIT), given()):
        assert not conflict(none)


def test_an_exclusion_takes_as_many_as_an_acceptance() -> None:
    both, excluded = given(DISSENT, OPPOSITE), Outcome.EXCLUDED
    assert refusal(excluded, both, excluding=2) is None
    assert refusal(excluded, both, excluding=1) is OutcomeRefusal.TOO_FEW_EXCLUDE
    assert refusal(excluded, both, excluding=1, examiners=1) is None
    assert refusal(excluded, both, excluding=1, examiners=1, bound=2) is (
        OutcomeRefusal.TOO_FEW_EXCLUDE
    )
    assert refusal(excluded, both, excluding=0, examiners=1) is OutcomeRefusal.TOO_FEW_EXCLUDE


@pytest.mark.parametrize("outcome", [Outcome.EXCLUDED, Outcome.UNRESOLVED])
def test_a_conflict_is_settled_when_a_third_has_spoken_by_somebody_else(outcome: Outcome) -> None:
    three = given(SAME, DISSENT, OPEN)
    assert refusal(outcome, three, excluding=1) is None
    for more in ({"impartial": False}, {"impartial": None}, {"people": 2}, {"bound": 3}):
        assert refusal(outcome, three, excluding=1, **more) is OutcomeRefusal.CONFLICT


def test_a_conflict_without_a_decisive_difference_excludes_nobody() -> None:
    three = given(SAME, DISSENT, OPEN)
    assert refusal(Outcome.EXCLUDED, three) is OutcomeRefusal.CONFLICT
    assert refusal(Outcome.UNRESOLVED, three) is None


def test_what_nobody_contradicts_is_not_unresolved_but_may_be_inconclusive() -> None:
    agreed = given(SAME, SAME, WEAK)
    assert refusal(Outcome.UNRESOLVED, agreed) is OutcomeRefusal.NO_CONFLICT
    assert refusal(Outcome.INCONCLUSIVE, agreed) is None
    assert refusal(Outcome.INCONCLUSIVE, given(WEAK, DISSENT)) is OutcomeRefusal.CONFLICT
    assert refusal(Outcome.INCONCLUSIVE, given()) is OutcomeRefusal.NOT_EXAMINED
    assert refusal(Outcome.INCONCLUSIVE, given(), reviewed=False) is None


def test_what_is_not_examined_was_examined_by_nobody_and_need_not_be() -> None:
    assert refusal(Outcome.NOT_EXAMINED, given(), reviewed=False) is None
    assert refusal(Outcome.NOT_EXAMINED, given()) is OutcomeRefusal.NOT_EXAMINED
    assert refusal(Outcome.NOT_EXAMINED, given(OPEN), reviewed=False) is OutcomeRefusal.EXAMINED


def test_the_same_photograph_is_found_only_where_it_is() -> None:
    assert refusal(Outcome.SAME_PHOTOGRAPH, given(), same=True) is None
    assert refusal(Outcome.SAME_PHOTOGRAPH, given()) is OutcomeRefusal.NOT_SAME_PHOTOGRAPH


# Findings

KEYS = [item.key for item in CHECKLIST]


def examined(
    similar: int, conclusion: Conclusion = WEAK, notes: str = "", **more: Any
) -> Examination:
    """So many similar components; ``more``: others, by key. A value that is a text is its note."""
    findings = dict.fromkeys(KEYS[:similar], Finding.SIMILAR)
    findings |= dict.fromkeys(more, Finding.DIFFERENT)
    view = {"component_notes": {key: note for key, note in more.items() if note}}
    return Examination(1, 1, 1, "Ana", findings, conclusion, notes, view, "", "")


def test_support_needs_as_many_similar_components_as_the_policy_says() -> None:
    assert supported(examined(5), 5)
    assert not supported(examined(4), 5)
    invented = examined(4)
    invented.findings["aura"] = Finding.SIMILAR
    assert not supported(invented, 5)


def test_every_difference_needs_a_note_that_can_be_seen() -> None:
    assert supported(examined(5, scars="Fresh."), 5)
    for note in ("", "\u200b", None):
        assert not supported(examined(5, scars=note), 5)
    assert not supported(examined(5, scars="Fresh.", other=""), 5)


def test_a_strong_conclusion_needs_a_note_on_the_whole() -> None:
    for conclusion in (Conclusion.SAME_STRONG, Conclusion.SAME_EXTREMELY_STRONG):
        assert not supported(examined(5, conclusion, " \u2060"), 5)
        assert supported(examined(5, conclusion, "The scar."), 5)
    assert supported(examined(5, WEAK), 5)


def test_a_decisive_difference_is_visible_and_noted() -> None:
    assert decisive(examined(0, DISSENT, "The lobes.", ears=""))
    assert not decisive(examined(0, DISSENT, "\u2800", ears=""))
    assert not decisive(examined(19, DISSENT, "The lobes."))
    assert not decisive(examined(0, DISSENT, "A glow.", aura=""))


def test_notes_of_another_kind_are_none() -> None:
    one = examined(0)
    for notes in (["x"], "x", None):
        assert component_notes(replace(one, view={"component_notes": notes})) == {}
    assert component_notes(replace(one, view={"component_notes": {"a": 1, "b": "x"}})) == {"b": "x"}


# Requirements that no single policy of those that ship brings out


def test_a_calibration_that_left_out_what_nobody_calls_one_person_any_more_is_none() -> None:
    facts = replace(sound(STRICT), calibration_stands=False)
    assert {r.name for r in assess(STRICT, facts).unmet} == {"confidence"}


@pytest.mark.parametrize(("persons", "permitted", "met"), [
    (1, None, False), (1, True, True), (2, None, True), (0, None, True),
])  # fmt: skip
def test_one_against_one_needs_a_policy_that_permits_it(
    persons: int, permitted: bool | None, met: bool
) -> None:
    reasons = STRICT.rationale | {"accept_one_to_one": "Because."}
    policy = STRICT.model_copy(update={"accept_one_to_one": permitted, "rationale": reasons})
    facts = replace(sound(policy), gallery_persons=persons)
    assert {r.name for r in assess(policy, facts).unmet} == (set() if met else {"one_to_one"})


def test_whom_the_first_policy_trusts_and_for_which_purposes_binds_no_other_case() -> None:
    own = STRICT.model_copy(update={"permitted_purposes": ("Elsewhere",)})
    facts = replace(sound(STRICT), purpose="Elsewhere")
    distrusted = replace(facts, policy_trust=Trust.ALTERED)
    assert assess(own, facts, (STRICT, distrusted)).acceptable
    never = STRICT.model_copy(update={"accepts": False})
    assert assess(own, facts, (never, facts)).acceptable
    weak = replace(facts, corroboration="")
    assert {r.name for r in assess(own, facts, (STRICT, weak)).unmet} == {"corroboration"}
