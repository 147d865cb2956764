"""How many people a set of accounts is.

An account and whoever made or reset it could be one person at two names. They count as one, and so
does everybody whom such ties connect, until somebody else confirms the tie: one confirmed by an
examiner of the question does not count there, since it would be their own word for their own work.

Two who are the whole unit have nobody to confirm them. They may declare that, both signing; they
count as two then, and every lead that rests on it says so.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class TieCause(StrEnum):
    CREATED = "created"
    RESET = "reset"
    ALIKE = "alike"
    """Two names that look the same, from before such were refused."""


@dataclass(frozen=True, slots=True)
class Tie:
    """``account_id`` was made or reset by ``other_id``."""

    id: int
    account_id: int
    other_id: int
    cause: TieCause = TieCause.CREATED
    at: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``operator_id`` says that the two of a tie are two people."""

    tie_id: int
    operator_id: int
    reason: str = ""
    at: str = ""


GONE_DAYS = 30
"""After so many days without an act somebody who cannot sign in any more counts as gone (the view
``colleagues``)."""


@dataclass(frozen=True, slots=True)
class UnitOfTwo:
    """Declared by the first; in force once the other has signed, until one of them revokes it, and
    while nobody else is there who could confirm that they are two, or was lately (``alone``)."""

    id: int
    declared_by: int
    other_id: int
    reason: str
    at: str
    signed_at: str | None
    revoked_at: str | None
    alone: bool = True

    @property
    def in_force(self) -> bool:
        return self.signed_at is not None and self.revoked_at is None and self.alone

    @property
    def over(self) -> bool:
        return self.revoked_at is not None


Unit = frozenset[int]
"""The two accounts of a declaration in force."""


def independent(
    examiners: Collection[int],
    ties: Iterable[Tie],
    confirmations: Iterable[Confirmation] = (),
    units: Iterable[Unit] = (),
    *,
    question: Collection[int] = (),
) -> int:
    """How many different people these accounts are.

    question: all examiners of the question, where these are only some of them: what one of them
    confirms does not count.
    """
    asked = frozenset(examiners)
    concerned = asked | frozenset(question)
    confirmed = {c.tie_id for c in confirmations if c.operator_id not in concerned}
    bonds = [{t.account_id, t.other_id} for t in ties if t.id not in confirmed]
    people = list(_people(asked, bonds))
    declared = [unit for unit in units if len(unit) == 2]
    return sum(2 if any(u <= person for u in declared) else 1 for person in people)


def rests_on_a_unit(
    examiners: Collection[int],
    ties: Iterable[Tie],
    confirmations: Iterable[Confirmation],
    units: Iterable[Unit],
) -> bool:
    """Whether they would be fewer without a declaration: what every report has to say then."""
    ties, confirmations = list(ties), list(confirmations)
    alone = independent(examiners, ties, confirmations)
    return independent(examiners, ties, confirmations, units) > alone


def _people(accounts: frozenset[int], bonds: list[set[int]]) -> Iterator[frozenset[int]]:
    """The accounts in groups that bonds connect, through whatever other account."""
    left = set(accounts)
    while left:
        group = {left.pop()}
        while joined := [bond for bond in bonds if bond & group and bond - group]:
            group.update(*joined)
        yield frozenset(group & accounts)
        left -= group
