"""What a requirement is: a name, when it applies, and a judge over the facts.

What is needed and what is there are codes and values, never sentences: they go on record, and words
for a person are made in ``texts.requirements`` alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from secondlook.domain.facts import Facts
from secondlook.domain.policy import Policy

Values = dict[str, Any]
"""JSON values by name."""


class Hidden(StrEnum):
    """Until when an examiner is not told how a requirement stands."""

    NEVER = "never"
    SCORE = "score"
    """Until they have examined, where the policy shows the score only then."""
    OPINIONS = "opinions"
    """Until they have examined: it tells what others concluded, or that they did."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition, judged. ``hidden``: what is there was withheld from the viewer."""

    name: str
    met: bool
    needed: Values
    present: Values
    why: str = ""
    hidden: bool = False

    def withheld(self) -> "Requirement":
        """As somebody sees it who must not know yet; it then counts as unmet."""
        return replace(self, met=False, present={}, hidden=True)


Judgement = tuple[bool, Values, Values]
"""Met, needed, present."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement before it is judged.

    judge: None where it does not apply. rationale: the entry of the policy's rationale that gives
    the reason. binds: whether an unknown that was first searched under a policy stays bound by it.
    """

    name: str
    judge: Callable[[Policy, Facts], Judgement | None]
    rationale: str = ""
    hidden: Hidden = Hidden.NEVER
    binds: bool = True

    def requirement(self, policy: Policy, facts: Facts) -> Requirement | None:
        judgement = self.judge(policy, facts)
        if judgement is None:
            return None
        why = policy.rationale.get(self.rationale or self.name, "")
        return Requirement(self.name, *judgement, why)


def carried(having: int, agreeing: int, policy: Policy, facts: Facts) -> bool:
    """Do all who agree have it, or as many people as the policy needs all that it asks? Who has not
    then counts for nothing, and blocks nobody."""
    return having == agreeing or facts.carrying >= policy.examiners
