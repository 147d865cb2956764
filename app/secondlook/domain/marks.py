"""What several people found of a pair that looks alike, taken together.

"Same person" takes a comparison of two people out of the calibration, and that raises confidences.
So one person's word is not enough, and nobody may contradict it. Whoever has not judged a pair does
not see what others found of it.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secondlook.domain.impostors import Same
from secondlook.domain.rehearsal import Mark, Pair

PEOPLE = 2
"""Who must call a pair one person before a calibration leaves it out."""


def people_needed(examiners: int) -> int:
    """Under a policy with so many examiners: where one decides a case, one decides a pair."""
    return 1 if examiners == 1 else PEOPLE


@dataclass(frozen=True, slots=True)
class SamePeople:
    """Pairs of gallery persons (lower id first) that are called one person and that nobody calls
    different: by two people or more, and on one person's word."""

    confirmed: Same = frozenset()
    by_one: Same = frozenset()

    def left_out(self, people: int) -> "SamePeople":
        """What a calibration that asks for so many people leaves out."""
        return self if people == 1 else SamePeople(self.confirmed)

    def among(self, persons: Container[int]) -> "SamePeople":
        """Pairs of people who are both there: marks outlive who was removed."""
        return SamePeople(
            *(frozenset(p for p in pairs if p[0] in persons and p[1] in persons)
              for pairs in (self.confirmed, self.by_one))
        )  # fmt: skip

    @property
    def pairs(self) -> Same:
        return self.confirmed | self.by_one


class Standing(StrEnum):
    """What is known of a pair."""

    OPEN = "open"
    UNSURE = "unsure"
    DIFFERENT = "different"
    BY_ONE = "by_one"
    """One person calls it one person; a second one is needed."""
    CONFIRMED = "confirmed"


SETTLED = (Standing.DIFFERENT, Standing.CONFIRMED)
"""What needs nobody's judgement any more: the first moves nothing, the second has been checked."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark with who made it, and when."""

    pair: Pair
    mark: Mark
    note: str
    operator_id: int
    operator: str
    marked_at: str


@dataclass(frozen=True, slots=True)
class PairMarks:
    """Everybody's last mark of one pair, oldest first. ``people``: how many call it one person,
    none where somebody calls it different; two accounts of one person are one."""

    marks: tuple[Marked, ...] = ()
    people: int = 0

    @property
    def standing(self) -> Standing:
        if self.people:
            return Standing.CONFIRMED if self.people >= PEOPLE else Standing.BY_ONE
        found = {marked.mark for marked in self.marks}
        if Mark.DIFFERENT in found:
            return Standing.DIFFERENT
        return Standing.UNSURE if found else Standing.OPEN

    def verdict(self, people: int = PEOPLE) -> Mark | None:
        """What counts where so many must call it one person; None: open."""
        if self.people >= people:
            return Mark.SAME
        standing = self.standing
        if standing is Standing.DIFFERENT:
            return Mark.DIFFERENT
        return Mark.UNSURE if any(m.mark is Mark.UNSURE for m in self.marks) else None

    def own(self, operator_id: int) -> Mark | None:
        return next((m.mark for m in self.marks if m.operator_id == operator_id), None)

    def seen_by(self, operator_id: int | None) -> "PairMarks":
        """What somebody may know: all of it once they have judged the pair, else what is settled.

        None: nobody in particular, as on the command line.
        """
        judged = operator_id is not None and self.own(operator_id) is not None
        return self if judged or self.standing in SETTLED else UNSEEN


UNSEEN = PairMarks()


def names(marks: Sequence[Marked], mark: Mark) -> str:
    """Who made this mark."""
    return ", ".join(marked.operator for marked in marks if marked.mark is mark)
