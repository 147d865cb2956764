"""The opinions on one question, and what they come to together.

A question is *is this unknown this person?*; all committed opinions on it count, whichever search
they were given on. An opinion of -1 and below is a dissent. One that merely stays under the
policy's line is no agreement: nothing is accepted, and nothing is in conflict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secondlook.domain.policy import Policy
from secondlook.domain.review import Conclusion

LEAST_DISSENT = Conclusion.DIFFERENT_SUPPORT


def dissents(conclusion: Conclusion) -> bool:
    return Conclusion.DIFFERENT_EXTREMELY_STRONG <= conclusion <= LEAST_DISSENT


@dataclass(frozen=True, slots=True)
class Opinion:
    """One examiner's, in force. Kept in the order in which the examiners first committed.

    here: they compared these two very pictures, the unknown's and the reference that the candidate
    shows (or one of the unknown's that two people called the same photograph). What only looks like
    a copy, and another picture of the person, share dissents and no agreement. Nor does it count
    of who found other pictures insufficient: they may know names and scores from there, which
    nobody's agreement is to rest on.
    conclusion: the lowest they gave on the question, on whichever pictures: a later one can only
    lower the first, and saving a picture anew washes nothing away (``in_force``).
    checklist_complete, supported: any of their examinations of these pictures answers all, and has
    what the policy asks of findings behind "same". decisive: any examination in which they dissent
    shows a visible difference with a note.
    unseen: nobody else's opinion on the question was shown to them, by any account of theirs,
    before they first committed one, nor any on these pictures before they compared these.
    untold: nor any on the question at all before they compared these.
    analysed: they had analysed this picture by then, and before any candidate of the unknown was
    shown to them.
    renewed: they committed since the question was last reopened, if it ever was.
    another: they are yet another person than everybody who had committed before them.
    """

    operator_id: int
    conclusion: Conclusion
    checklist_complete: bool = True
    supported: bool = True
    decisive: bool = False
    unseen: bool = True
    untold: bool = True
    analysed: bool = True
    renewed: bool = True
    another: bool = True
    here: bool = True

    @property
    def dissents(self) -> bool:
        return dissents(self.conclusion)

    def reaches(self, line: int) -> bool:
        return self.conclusion >= line

    def agrees(self, line: int) -> bool:
        return self.here and self.reaches(line)

    def carries(self, policy: Policy) -> bool:
        """Is it one on which the policy lets an agreement rest? Blindness is asked apart."""
        return (
            (self.analysed or not policy.probe_analysis_first)
            and (self.checklist_complete or not policy.checklist_required)
            and (self.supported or policy.min_similar_components is None)
        )


def strength(conclusion: Conclusion) -> int:
    """Of support. Insufficient quality supports nothing, as inconclusive."""
    return 0 if conclusion is Conclusion.INSUFFICIENT_QUALITY else int(conclusion)


def in_force(here: Sequence[Conclusion], elsewhere: Sequence[Conclusion] = ()) -> Conclusion:
    """Of one examiner's on one question: on these pictures, and on others. That others are of
    insufficient quality says nothing against these, once they have compared these."""
    said = [c for c in elsewhere if not here or c is not Conclusion.INSUFFICIENT_QUALITY]
    return min([*here, *said], key=strength)


def lowers(conclusion: Conclusion, given: Sequence[Conclusion]) -> bool:
    """Whether a further opinion of theirs lowers what is in force; one that does not is none."""
    return strength(conclusion) < strength(in_force(given))


@dataclass(frozen=True, slots=True)
class Opinions:
    """All of one question, in the order of the first commits."""

    each: tuple[Opinion, ...] = ()

    def agreeing(self, line: int) -> tuple[Opinion, ...]:
        """On these pictures."""
        return tuple(o for o in self.each if o.agrees(line))

    def counted(self, policy: Policy) -> tuple[Opinion, ...]:
        """Of those who agree, who knew no other opinion where the policy wants them blind."""
        agreeing = self.agreeing(policy.min_conclusion)
        return tuple(o for o in agreeing if o.unseen or not policy.blind_verification)

    def carrying(self, policy: Policy) -> tuple[Opinion, ...]:
        """Of those who count, whose examination has all that the policy asks of one."""
        return tuple(o for o in self.counted(policy) if o.carries(policy))

    @property
    def dissenting(self) -> tuple[Opinion, ...]:
        return tuple(o for o in self.each if o.dissents)

    def undecided(self, line: int) -> tuple[Opinion, ...]:
        """Neither agree nor dissent, on whichever pictures."""
        return tuple(o for o in self.each if not o.reaches(line) and not o.dissents)

    def third(self, policy: Policy) -> bool:
        """Did the third examiner reach the line: the first person beyond the policy's own number
        who had been told nothing? Whoever comes after a third who did not is no other third, until
        somebody reopens the question. An agreement on which nothing can rest makes no third.

        Where one examiner is enough, the second one plays the third.
        """
        people, line = 0, policy.min_conclusion
        for one in self.each:
            if people >= policy.examiners and one.another and one.untold and one.renewed:
                if not one.reaches(line):
                    return False
                if one.here and one.carries(policy):
                    return True
            people += one.another
        return False

    def is_examiner(self, operator_id: int | None) -> bool:
        return any(o.operator_id == operator_id for o in self.each)
