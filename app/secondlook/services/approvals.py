"""What takes two people, one of them an administrator: each approves for a reason of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from secondlook.domain.approval import ApprovalKind, Standing, unknown_subject
from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.trust import Trust
from secondlook.services.authority import Act, require
from secondlook.services.loosening import LetsThrough, Loosening
from secondlook.storage import approvals, policies, questions, trust
from secondlook.storage.database import Connection, Store


@dataclass(frozen=True, slots=True)
class Trusted:
    """How far something can be trusted, and how far its approval has come."""

    trust: Trust
    standing: Standing


def approve(
    db: Connection,
    operator: Operator,
    kind: ApprovalKind,
    subject: str,
    reason: str,
    shown: dict[str, Any] | None = None,
) -> Standing:
    """Record one person's approval. Call inside the transaction that acts on it.

    Raises ``NotPermitted`` for whoever may not, as stored now, ``InputError`` without a
    reason, for a second approval by one person, and for what is approved already.
    """
    person = require(db, operator, Act.APPROVE)
    if is_blank(reason):
        raise InputError("Say why: the reason is part of the record.")
    standing = approvals.standing(db, kind, subject)
    if standing.granted:
        raise InputError("Two people have approved this already.")
    if standing.given_by(person.id):
        raise InputError("You have approved this; it takes another person too.")
    approvals.add(db, person, kind, subject, reason.strip(), shown or {})
    return approvals.standing(db, kind, subject)


class Approvals:
    def __init__(self, store: Store, loosening: Loosening) -> None:
        self._store = store
        self._loosening = loosening

    def standing(self, kind: ApprovalKind, subject: str) -> Standing:
        return approvals.standing(self._store.read(), kind, subject)

    def revoke(self, operator: Operator, kind: ApprovalKind, subject: str, reason: str) -> Standing:
        """One person is enough to be careful: from now on two must approve anew."""
        with self._store.write() as db:
            person = require(db, operator, Act.APPROVE)
            if is_blank(reason):
                raise InputError("Say why: the reason is part of the record.")
            if not approvals.standing(db, kind, subject).approvals:
                raise InputError("Nobody has approved this.")
            approvals.revoke(db, person, kind, subject, reason.strip())
            return approvals.standing(db, kind, subject)

    # Unknowns

    def unbind(self, operator: Operator, unknown_id: int, reason: str) -> Standing:
        """One of the two approvals that lift what an unknown is bound by.

        A search made after two people had lifted it binds it again, and that is approved anew.
        """
        with self._store.write() as db:
            subject = unknown_subject(unknown_id)
            if questions.bound_again(db, unknown_id, subject):
                person = require(db, operator, Act.APPROVE)
                approvals.revoke(db, person, ApprovalKind.UNBIND, subject, reason.strip())
            return approve(db, operator, ApprovalKind.UNBIND, subject, reason)

    # Policies

    def of_policy(self, policy: Policy) -> Trusted:
        db = self._store.read()
        standing = approvals.standing(db, ApprovalKind.POLICY, policy.sha256)
        return Trusted(trust.of_policy(db, policy), standing)

    def policies(self, others: Iterable[Policy]) -> list[tuple[Policy, Trusted]]:
        """``others``, and what else is on record and not trusted: somebody may approve it."""
        every = {policy.sha256: policy for policy in others}
        for policy in policies.everything(self._store.read()):
            if not self.of_policy(policy).trust.trusted:
                every.setdefault(policy.sha256, policy)
        return [(policy, self.of_policy(policy)) for policy in every.values()]

    def instead_of(self, policy: Policy, others: Iterable[Policy]) -> Policy:
        """The trusted policy to compare one with: of the same id, the newest on record or among
        ``others``; else the strictest of ``others``; itself where nothing can be trusted."""
        here = [p for p in others if self.of_policy(p).trust.trusted]
        kept = [p for p in policies.everything(self._store.read()) if p.id == policy.id]
        same = [p for p in (*here, *kept) if p.id == policy.id and p.sha256 != policy.sha256]
        trusted = [p for p in same if self.of_policy(p).trust.trusted]
        if trusted:
            return max(trusted, key=lambda p: p.version)
        return max(here, key=lambda p: p.accept_confidence, default=policy)

    def approve_policy(
        self, operator: Operator, policy: Policy, instead_of: Policy, reason: str
    ) -> Trusted:
        """That acceptances may rest on a policy that does not ship. ``instead_of``: the one that it
        is compared with; what it lets through beside that one is kept with the approval.

        Raises as ``approve``.
        """
        with self._store.write() as db:
            require(db, operator, Act.APPROVE)
            if trust.of_policy(db, policy) is Trust.SHIPPED:
                raise InputError(f"{policy.title} ships with the program: nothing is to approve.")
            policies.keep(db, operator.username, policy)
            shown = self._loosening.between(instead_of, policy).on_record()
            approve(db, operator, ApprovalKind.POLICY, policy.sha256, reason, shown)
            return self.of_policy(policy)

    def lets_through(
        self, old: Policy, new: Policy, case_id: int | None = None
    ) -> LetsThrough:  # fmt: skip
        """To be shown before anybody approves."""
        return self._loosening.between(old, new, case_id)
