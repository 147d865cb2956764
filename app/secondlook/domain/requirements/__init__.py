"""The one definition of what an acceptance needs.

``assess`` judges every rule. The window shows its requirements, ``services.decide`` asks it again,
and the triggers of the database restate it over the stored rows, keyed by the same names.
"""

from dataclasses import dataclass

from secondlook.domain.facts import Facts
from secondlook.domain.policy import Policy
from secondlook.domain.requirements.base import Hidden, Requirement, Rule, Values
from secondlook.domain.requirements.circumstances import (
    ACCEPTING,
    AUTHORISATION,
    CORROBORATION,
    PROBE_ANALYSIS,
    PROBE_ORIGIN,
    PROBE_QUALITY,
    PURPOSE,
    REFERENCE_QUALITY,
    TRUSTED_POLICY,
)
from secondlook.domain.requirements.comparison import (
    CONFIDENCE,
    DIFFERENT_PHOTOGRAPHS,
    MARGIN,
    MINIMUM_MODEL,
    ONE_TO_ONE,
    REHEARSAL,
    TRUSTED_MODEL,
)
from secondlook.domain.requirements.people import (
    ADJUDICATION,
    CHECKLIST,
    CONCLUSIONS,
    EXAMINERS,
    FINDINGS,
    STANDING,
)

__all__ = ["RULES", "Assessment", "Hidden", "Requirement", "Rule", "Values", "assess"]

RULES: tuple[Rule, ...] = (
    ACCEPTING,
    TRUSTED_POLICY,
    PURPOSE,
    AUTHORISATION,
    PROBE_ORIGIN,
    PROBE_ANALYSIS,
    PROBE_QUALITY,
    REFERENCE_QUALITY,
    TRUSTED_MODEL,
    MINIMUM_MODEL,
    REHEARSAL,
    DIFFERENT_PHOTOGRAPHS,
    CONFIDENCE,
    ONE_TO_ONE,
    MARGIN,
    EXAMINERS,
    CONCLUSIONS,
    ADJUDICATION,
    CHECKLIST,
    FINDINGS,
    STANDING,
    CORROBORATION,
)
"""In the order in which a person reads them."""

RULE = {rule.name: rule for rule in RULES}
assert len(RULE) == len(RULES)


@dataclass(frozen=True, slots=True)
class Assessment:
    requirements: tuple[Requirement, ...]

    @property
    def acceptable(self) -> bool:
        return all(r.met for r in self.requirements)

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if not r.met)

    def withheld(self, *hidden: Hidden) -> "Assessment":
        """As somebody sees it who must not know yet how requirements of a kind stand."""
        return Assessment(
            tuple(r.withheld() if RULE[r.name].hidden in hidden else r for r in self.requirements)
        )


Bound = tuple[Policy, Facts]
"""A policy with the facts as it reads them: what it asks of findings, for one, is its own."""


def assess(policy: Policy, facts: Facts, *bound: Bound) -> Assessment:
    """Every requirement for accepting one candidate as a lead, met or not.

    ``bound``: policies under which the unknown, or a copy of its photograph, was first searched.
    What they asked stays asked, requirement by requirement; where several ask, the first one that
    is not met is told.
    """
    judged = (_strictest(rule, (policy, facts), bound) for rule in RULES)
    return Assessment(tuple(r for r in judged if r is not None))


def _strictest(rule: Rule, own: Bound, bound: tuple[Bound, ...]) -> Requirement | None:
    each = (own, *bound) if rule.binds else (own,)
    asked = [r for policy, facts in each if (r := rule.requirement(policy, facts)) is not None]
    return next((r for r in asked if not r.met), asked[0] if asked else None)
