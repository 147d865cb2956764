"""When a question may end in another way than as a lead.

Restated over the stored rows in ``storage.guards.OUTCOMES``.
"""

from enum import StrEnum

from secondlook.domain.facts import Facts
from secondlook.domain.opinions import Opinions
from secondlook.domain.policy import Policy
from secondlook.domain.review import Outcome


class OutcomeRefusal(StrEnum):
    """Why an outcome is not open."""

    TOO_FEW_EXCLUDE = "too_few_exclude"
    """Excluding needs as many people as accepting, each with a visible difference and a note."""
    CONFLICT = "conflict"
    """Examiners contradict each other: a third examines, and somebody else decides."""
    NO_CONFLICT = "no_conflict"
    """Unresolved is for examiners who contradict each other."""
    NOT_EXAMINED = "not_examined"
    """The policy wants every candidate examined."""
    EXAMINED = "examined"
    """Somebody has examined it."""
    NOT_SAME_PHOTOGRAPH = "not_same_photograph"
    """Nothing shows that the two are one photograph."""


RESTS_ON_OPINIONS = frozenset({Outcome.ACCEPTED, Outcome.EXCLUDED, Outcome.UNRESOLVED})
"""Who is told one of these is told what examiners concluded."""


def conflict(opinions: Opinions) -> bool:
    """Support for the same person and for different people."""
    return bool(opinions.dissenting) and any(o.reaches(1) for o in opinions.each)


def outcome_refusal(
    outcome: Outcome,
    policy: Policy,
    facts: Facts,
    *,
    excluding: int,
    same_photograph: bool = False,
    bound_examiners: int = 1,
) -> OutcomeRefusal | None:
    """None where the outcome is open. An acceptance is ``requirements.assess``'s to judge.

    ``excluding``: how many different people exclude, each with a decisive difference.
    ``bound_examiners``: of the policy by which the unknown is bound.
    """
    opinions = facts.opinions
    examiners = max(policy.examiners, bound_examiners)
    # A third has committed, and who decides is none of the people who examined
    settled = facts.people > examiners and facts.impartial is True
    if outcome is Outcome.EXCLUDED:
        return _exclusion(opinions, excluding, examiners, settled)
    if outcome is Outcome.INCONCLUSIVE:
        if conflict(opinions):
            return OutcomeRefusal.CONFLICT
        examined = opinions.each or not policy.all_candidates_reviewed
        return None if examined else OutcomeRefusal.NOT_EXAMINED
    if outcome is Outcome.UNRESOLVED:
        if not conflict(opinions):
            return OutcomeRefusal.NO_CONFLICT
        return None if settled else OutcomeRefusal.CONFLICT
    if outcome is Outcome.SAME_PHOTOGRAPH:
        return None if same_photograph else OutcomeRefusal.NOT_SAME_PHOTOGRAPH
    if policy.all_candidates_reviewed:
        return OutcomeRefusal.NOT_EXAMINED
    return OutcomeRefusal.EXAMINED if opinions.each else None


def _exclusion(
    opinions: Opinions, excluding: int, examiners: int, settled: bool
) -> OutcomeRefusal | None:
    if conflict(opinions):
        return None if settled and excluding else OutcomeRefusal.CONFLICT
    return None if excluding >= examiners else OutcomeRefusal.TOO_FEW_EXCLUDE
