"""What a list of candidates costs people: examinations, answers and minutes to close it.

    python -m tests.bench.people_cost [--candidates 20] [--answer 12] [--note 30] [--look 20]

Counted from the rules of each shipped policy, for the way that needs the fewest acts: one candidate
is accepted, all others are excluded. "Before" is the rule until decisions knew questions: one
person's examination with a full checklist was enough to exclude. Seconds are assumptions, printed
with the result, and to be replaced by what a unit's own record says (``started_at``,
``committed_at``).
"""

import argparse
from dataclasses import dataclass

from secondlook.domain.policy import Policy
from secondlook.domain.review import CHECKLIST
from secondlook.paths import resources
from secondlook.services.policies import Policies


@dataclass(frozen=True, slots=True)
class Seconds:
    """look: both pictures at once. answer: one component group. note: a sentence."""

    look: float
    answer: float
    note: float


@dataclass(frozen=True, slots=True)
class Cost:
    examinations: int
    answers: int
    notes: int

    def minutes(self, seconds: Seconds) -> float:
        looks = self.examinations * seconds.look
        return (looks + self.answers * seconds.answer + self.notes * seconds.note) / 60


def before(policy: Policy, candidates: int) -> Cost:
    answers = len(CHECKLIST) if policy.checklist_required else 0
    excluded = candidates - 1 if policy.all_candidates_reviewed else 0
    examinations = excluded + policy.examiners
    return Cost(examinations, examinations * answers, 0)


def now(policy: Policy, candidates: int) -> Cost:
    """An exclusion is one difference and a note from each who must agree."""
    excluded = (candidates - 1) * policy.examiners if policy.all_candidates_reviewed else 0
    answers = len(CHECKLIST) if policy.checklist_required else 0
    analyses = policy.examiners if policy.probe_analysis_first else 0
    return Cost(
        excluded + policy.examiners,
        excluded + policy.examiners * answers,
        excluded + policy.examiners + analyses,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=20)
    for name, usual in (("look", 20.0), ("answer", 12.0), ("note", 30.0)):
        parser.add_argument(f"--{name}", type=float, default=usual)
    given = parser.parse_args()
    seconds = Seconds(given.look, given.answer, given.note)
    print(f"A list of {given.candidates}; seconds: {seconds}")
    print(f"{'policy':<24}{'before':>24}{'now':>24}")
    for policy in Policies(resources() / "policies").shipped():
        if policy.accepts:
            costs = (before(policy, given.candidates), now(policy, given.candidates))
            cells = (f"{c.examinations} exam., {c.minutes(seconds):.0f} min" for c in costs)
            print(f"{policy.title:<24}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main()
