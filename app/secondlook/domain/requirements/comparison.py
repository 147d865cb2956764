"""What a policy asks of the machine's comparison."""

from secondlook.domain.confidence import ConfidenceStatus, reached
from secondlook.domain.facts import REHEARSED_PEOPLE, Facts
from secondlook.domain.policy import Policy
from secondlook.domain.requirements.base import Hidden, Judgement, Rule

BEYOND_COUNTS = (ConfidenceStatus.REFERENCE, ConfidenceStatus.EXTRAPOLATED)
"""What does not rest on the gallery's own false matches; a policy may refuse it."""


def _model(policy: Policy, facts: Facts) -> Judgement | None:
    if policy.minimum_model is None:
        return None
    short = [m for m in facts.models if m.status != policy.minimum_model]
    present = [{"name": m.name, "status": m.status} for m in short or facts.models]
    met = bool(facts.models) and not short
    return met, {"status": policy.minimum_model}, {"models": present}


def _trusted_model(_: Policy, facts: Facts) -> Judgement:
    """Both ship with the program under these cards, or two people approved them so."""
    present = [{"name": m.name, "trust": m.trust.value if m.trust else None} for m in facts.models]
    met = bool(facts.models) and all(m.trust and m.trust.trusted for m in facts.models)
    return met, {}, {"models": present}


def _rehearsal(policy: Policy, facts: Facts) -> Judgement | None:
    """A rehearsal counts if it was recent when the search was made, or was made since."""
    days, rehearsal = policy.rehearsal_max_age_days, facts.rehearsal
    if days is None:
        return None
    needed = {"days": days, "people": REHEARSED_PEOPLE}
    if rehearsal is None:
        return False, needed, {}
    met = rehearsal.people >= REHEARSED_PEOPLE and rehearsal.age_days <= days
    present = {
        "finished_at": rehearsal.finished_at,
        "people": rehearsal.people,
        "persons_then": rehearsal.persons[0],
        "persons_searched": rehearsal.persons[1],
    }
    return met, needed, present


def _one_to_one(policy: Policy, facts: Facts) -> Judgement | None:
    """One face against one: nobody else was there to be confused with."""
    if facts.gallery_persons != 1:
        return None
    return policy.accept_one_to_one is True, {}, {"persons": facts.gallery_persons}


def _photographs(_: Policy, facts: Facts) -> Judgement:
    """One photograph of somebody says nothing about likeness; that it is one is another finding."""
    return not facts.photograph.holds, {}, {"standing": facts.photograph.value}


def _confidence(policy: Policy, facts: Facts) -> Judgement:
    """With every try counted: N as it is now, not as it was at the search."""
    status = facts.confidence.status
    counted = policy.allow_reference_calibration or status not in BEYOND_COUNTS
    measurable = status is not ConfidenceStatus.NOT_MEASURABLE and facts.calibration_stands
    persons = facts.tries.persons(policy)
    fmr_upper = facts.fmr_upper(policy.accept_confidence)
    met = measurable and counted and reached(persons, fmr_upper, policy.accept_confidence)
    needed = {
        "percent": policy.accept_confidence,
        "counted": not policy.allow_reference_calibration,
    }
    present = {
        "status": status.value,
        "searched": facts.confidence.value,
        "calibration_stands": facts.calibration_stands,
        "persons": persons,
        "fmr_upper": fmr_upper,
    }
    return met, needed, present


def _margin(policy: Policy, facts: Facts) -> Judgement | None:
    """Nobody else to confuse a person with is no margin: nobody looked."""
    if policy.min_margin <= 0:
        return None
    met = facts.margin is not None and facts.margin >= policy.min_margin
    present = {"score": facts.margin, "rival_shares": facts.rival_shares and not met}
    return met, {"score": policy.min_margin}, present


MINIMUM_MODEL = Rule("minimum_model", _model)
TRUSTED_MODEL = Rule("trusted_model", _trusted_model, binds=False)
REHEARSAL = Rule("rehearsal", _rehearsal, "rehearsal_max_age_days")
CONFIDENCE = Rule("confidence", _confidence, "accept_confidence", Hidden.SCORE)
DIFFERENT_PHOTOGRAPHS = Rule("different_photographs", _photographs)
ONE_TO_ONE = Rule("one_to_one", _one_to_one, "accept_one_to_one")
MARGIN = Rule("margin", _margin, "min_margin", Hidden.SCORE)
