"""Acts that need two people: who approved what, and whether that is enough."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from secondlook.domain.records import Role

ENOUGH = 2
"""Different people, one of them an administrator."""


class ApprovalKind(StrEnum):
    POLICY = "policy"
    """That acceptances may rest on a policy that does not ship; the subject is its SHA-256."""
    MODEL = "model"
    """The same for a model and its card; the subject is ``trust.model_subject``."""
    LAXER_POLICY = "laxer_policy"
    """That a case moves to a laxer policy; the subject is ``move_subject``."""
    UNBIND = "unbind"
    """That an unknown is no longer bound; the subject is ``unknown_subject``."""


def move_subject(move_id: int) -> str:
    return f"move {move_id}"


def unknown_subject(unknown_id: int) -> str:
    return f"unknown {unknown_id}"


class Missing(StrEnum):
    """What an act still waits for."""

    ANYBODY = "anybody"
    SECOND_PERSON = "second_person"
    TIED = "tied"
    """Two accounts have, which may be one person at two names (``domain.people``)."""
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Approval:
    """``role`` is what the person was when they approved; ``operator`` their name for display."""

    operator_id: int
    operator: str
    role: Role
    reason: str
    at: str


def missing(approvals: Collection[Approval], people: int) -> Missing | None:
    """None when two different people approved, one of them as an administrator.

    ``people``: how many the accounts that approved count as (``people.independent``).
    """
    given = {a.operator_id for a in approvals}
    if not given:
        return Missing.ANYBODY
    if people < ENOUGH:
        return Missing.SECOND_PERSON if len(given) < ENOUGH else Missing.TIED
    if not any(a.role is Role.ADMINISTRATOR for a in approvals):
        return Missing.ADMINISTRATOR
    return None


def granted(approvals: Collection[Approval], people: int) -> bool:
    return missing(approvals, people) is None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the approval of one subject has come: those that count, since it was last
    revoked, and how many people that is."""

    kind: ApprovalKind
    subject: str
    approvals: tuple[Approval, ...] = ()
    people: int = 0

    @property
    def missing(self) -> Missing | None:
        return missing(self.approvals, self.people)

    @property
    def granted(self) -> bool:
        return self.missing is None

    def given_by(self, operator_id: int) -> bool:
        return any(a.operator_id == operator_id for a in self.approvals)
