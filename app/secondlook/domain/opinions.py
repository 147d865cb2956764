"""The opinions on one question, and what they come to together.

A question is *is this unknown this person?*; all committed opinions on it count, whichever search
they were given on. An opinion of -1 and below is a dissent. One that merely stays under the
policy's line is no agreement: nothing is accepted, and nothing is in conflict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from secondlook.domain.review import Conclusion

LEAST_DISSENT = Conclusion.DIFFERENT_SUPPORT


def dissents(conclusion: Conclusion) -> bool:
    return Conclusion.DIFFERENT_EXTREMELY_STRONG <= conclusion <= LEAST_DISSENT


@dataclass(frozen=True, slots=True)
class Opinion:
    """One examiner's, in force. Kept in the order in which the examiners first committed.

    conclusion: the lowest they gave on the question: a later one can only lower the first.
    checklist_complete, supported: of the findings of their first examination, whether all are
    there, and what the policy asks of findings behind "same". decisive: any examination in which
    they dissent shows a visible difference with a note.
    unseen: nobody else's opinion on the question was shown to them, by any account of theirs,
    before they committed.
    analysed: they had analysed the probe before any candidate of the unknown was shown to them.
    renewed: they committed since the question was last reopened, if it ever was.
    another: they are yet another person than everybody who had committed before them.
    here: they compared these two very pictures, the unknown's and the reference that the candidate
    shows (or one of the unknown's that two people called the same photograph). What only looks like
    a copy, and another picture of the person, share dissents and no agreement.
    """

    operator_id: int
    conclusion: Conclusion
    checklist_complete: bool = True
    supported: bool = True
    decisive: bool = False
    unseen: bool = True
    analysed: bool = True
    renewed: bool = True
    another: bool = True
    here: bool = True

    @property
    def dissents(self) -> bool:
        return dissents(self.conclusion)

    def reaches(self, line: int) -> bool:
        return self.conclusion >= line


def strength(conclusion: Conclusion) -> int:
    """Of support. Insufficient quality supports nothing, as inconclusive."""
    return 0 if conclusion is Conclusion.INSUFFICIENT_QUALITY else int(conclusion)


def in_force(conclusions: Sequence[Conclusion]) -> Conclusion:
    """Of one examiner's on one question."""
    return min(conclusions, key=strength)


def lowers(conclusion: Conclusion, given: Sequence[Conclusion]) -> bool:
    """Whether a further opinion of theirs lowers what is in force; one that does not is none."""
    return strength(conclusion) < strength(in_force(given))


@dataclass(frozen=True, slots=True)
class Opinions:
    """All of one question, in the order of the first commits."""

    each: tuple[Opinion, ...] = ()

    def agreeing(self, line: int) -> tuple[Opinion, ...]:
        return tuple(o for o in self.each if o.reaches(line))

    def counted(self, line: int, *, blind: bool) -> tuple[Opinion, ...]:
        """Of those who agree: who compared these pictures and, where the policy wants them blind,
        knew no other opinion."""
        return tuple(o for o in self.agreeing(line) if o.here and (o.unseen or not blind))

    @property
    def dissenting(self) -> tuple[Opinion, ...]:
        return tuple(o for o in self.each if o.dissents)

    def undecided(self, line: int) -> tuple[Opinion, ...]:
        """Neither agree nor dissent."""
        return tuple(o for o in self.each if not o.reaches(line) and not o.dissents)

    def third(self, examiners: int, line: int) -> bool:
        """Did the third examiner reach the line: the first person beyond the policy's own number
        who had seen nothing? Whoever comes after a third who did not is no other third, until
        somebody reopens the question.

        Where one examiner is enough, the second one plays the third.
        """
        people = 0
        for opinion in self.each:
            if people >= examiners and opinion.another and opinion.unseen and opinion.renewed:
                return opinion.here and opinion.reaches(line)
            people += opinion.another
        return False

    def is_examiner(self, operator_id: int | None) -> bool:
        return any(o.operator_id == operator_id for o in self.each)
