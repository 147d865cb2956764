"""Who counts as one person with whom, who says otherwise, and units of two."""

from dataclasses import dataclass

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.people import GONE_DAYS, Confirmation, Tie, UnitOfTwo
from secondlook.domain.records import Operator
from secondlook.services.authority import Act, require
from secondlook.storage import accounts, log, people, seals
from secondlook.storage.database import Connection, Store


@dataclass(frozen=True, slots=True)
class TieState:
    """A tie with everybody who confirmed that its two accounts are two people."""

    tie: Tie
    confirmations: tuple[Confirmation, ...]


class People:
    """Reading is for everybody: who vouched for whom is no secret from those it concerns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ties(self) -> list[TieState]:
        db = self._store.read()
        said = people.confirmations(db)
        return [
            TieState(tie, tuple(c for c in said if c.tie_id == tie.id)) for tie in people.ties(db)
        ]

    def units(self) -> list[UnitOfTwo]:
        """Newest first, those that are over included."""
        return people.units(self._store.read())

    def confirm(self, operator: Operator, tie_id: int, reason: str) -> None:
        """Say that the two accounts of a tie are two people, and how one knows.

        Raises ``NotPermitted`` for one of the two, and ``InputError`` without a reason.
        """
        with self._store.write() as db:
            require(db, operator, Act.VOUCH)
            tie = next((t for t in people.ties(db) if t.id == tie_id), None)
            if tie is None:
                raise InputError("There is no such tie between accounts.")
            if operator.id in (tie.account_id, tie.other_id):
                raise NotPermitted("Only somebody else can confirm that these two are two people.")
            if tie.account_id in accounts.without_password(db):
                raise InputError(
                    "Nobody holds this account yet: its one-time code has not been used.",
                    remedy="Whoever uses it could still be anybody.",
                )
            if any(
                c.tie_id == tie_id and c.operator_id == operator.id
                for c in people.confirmations(db)
            ):
                raise InputError("You have confirmed this already.")
            key = people.confirm(db, tie_id, operator.id, _reason(reason))
            payload = {"tie": tie_id, "accounts": [tie.account_id, tie.other_id]}
            log.record(db, operator.username, "confirmation", key, payload)

    def declare_unit(self, operator: Operator, other_id: int, reason: str) -> UnitOfTwo:
        """The first of two signatures: these two are all the examiners that there are here."""
        with self._store.write() as db:
            require(db, operator, Act.VOUCH)
            other = accounts.by_id(db, other_id)
            if other is None or other_id == operator.id or not other.examines:
                raise InputError("A unit of two needs another active examiner.")
            if other_id in accounts.without_password(db):
                raise InputError(f"“{other.username}” has not chosen a password yet.")
            both = {operator.id, other_id}
            seals.require_all(db, "account")
            _require_alone(db, both)
            for unit in people.units(db):
                if not unit.over and both & {unit.declared_by, unit.other_id}:
                    raise InputError(
                        "One of you belongs to a unit of two already.", remedy="Revoke that first."
                    )
            key = people.declare(db, operator.id, other_id, _reason(reason))
            log.record(db, operator.username, "unit", key, {"accounts": sorted(both)})
            return _unit(db, key)

    def sign_unit(self, operator: Operator, unit_id: int) -> UnitOfTwo:
        """The second signature, at the other's own sign-in. It is in force from now on."""
        with self._store.write() as db:
            require(db, operator, Act.VOUCH)
            unit = _unit(db, unit_id)
            if operator.id != unit.other_id:
                raise NotPermitted("Only the other of the two can sign this.")
            if unit.signed_at or unit.over:
                raise InputError("This declaration is signed or revoked already.")
            seals.require_all(db, "account")
            _require_alone(db, {unit.declared_by, unit.other_id})
            return self._answer(db, operator, unit_id, "signed")

    def revoke_unit(self, operator: Operator, unit_id: int) -> UnitOfTwo:
        """Either of the two ends it. What was decided while it was in force stays as it is."""
        with self._store.write() as db:
            require(db, operator, Act.VOUCH)
            unit = _unit(db, unit_id)
            if operator.id not in (unit.declared_by, unit.other_id):
                raise NotPermitted("Only one of the two can revoke this.")
            if unit.over:
                raise InputError("This declaration is revoked already.")
            return self._answer(db, operator, unit_id, "revoked")

    @staticmethod
    def _answer(db: Connection, operator: Operator, unit_id: int, answer: str) -> UnitOfTwo:
        key = people.answer(db, unit_id, operator.id, answer)
        log.record(db, operator.username, "answer", key, {"unit": unit_id, "answer": answer})
        return _unit(db, unit_id)


def _require_alone(db: Connection, both: set[int]) -> None:
    others = people.others(db, both)
    if others:
        listed = ", ".join(f"“{name}”" for name in others)
        raise InputError(
            f"You are not the only two: {listed} could confirm that you are two people.",
            remedy="Ask for that confirmation instead. Who has left counts as gone once their "
            f"account has done nothing for {GONE_DAYS} days.",
        )


def _unit(db: Connection, unit_id: int) -> UnitOfTwo:
    found = next((u for u in people.units(db) if u.id == unit_id), None)
    if found is None:
        raise InputError("There is no such declaration.")
    return found


def _reason(reason: str) -> str:
    if is_blank(reason):
        raise InputError("Say how you know: the reason is part of the record.")
    return reason.strip()
