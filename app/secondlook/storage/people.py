"""Ties between accounts, what others confirmed of them, and units of two."""

from collections.abc import Collection
from typing import NamedTuple

from secondlook.domain import people as counting
from secondlook.domain.people import Confirmation, Tie, TieCause, Unit, UnitOfTwo
from secondlook.storage.database import Connection, insert, now


def ties(db: Connection) -> list[Tie]:
    """All, confirmed or not; oldest first."""
    rows = db.query("SELECT id, account_id, other_id, cause, at FROM account_ties ORDER BY at, id")
    return [Tie(**(row | {"cause": TieCause(row["cause"])})) for row in rows]


def confirmations(db: Connection) -> list[Confirmation]:
    rows = db.query("SELECT tie_id, operator_id, reason, at FROM tie_confirmations ORDER BY id")
    return [Confirmation(**row) for row in rows]


class Bonds(NamedTuple):
    """What makes accounts count as one person or as two, as things stood when it was read."""

    ties: list[Tie]
    confirmations: list[Confirmation]
    units: list[Unit]

    def independent(self, accounts: Collection[int], question: Collection[int] = ()) -> int:
        """How many different people these accounts are (``domain.people``)."""
        return counting.independent(accounts, *self, question=question)

    def rest_on_a_unit(self, accounts: Collection[int]) -> bool:
        """Whether they would be fewer people without a declaration that is in force."""
        return counting.rests_on_a_unit(accounts, *self)


def bonds(db: Connection) -> Bonds:
    """As things stand now; to be read once where several counts are taken."""
    return Bonds(ties(db), confirmations(db), in_force(db))


def independent(db: Connection, accounts: Collection[int]) -> int:
    """How many different people these accounts are, as things stand now."""
    return bonds(db).independent(accounts)


def two(db: Connection, one: int, other: int) -> bool:
    """Whether two accounts are two people."""
    return independent(db, {one, other}) == 2


def spoken(db: Connection, by: int, correctors: Collection[int]) -> set[int]:
    """Who had their say on what one of them declared (``by``). The command line is nobody: its
    account is somebody's too, and nobody says whose."""
    query = "SELECT 1 FROM operators WHERE id = ? AND role = 'command_line'"
    nobody = next(db.query(query, [by]), None) is not None
    return set(correctors) if nobody else {by, *correctors}


def corrected(db: Connection, by: int, correctors: Collection[int]) -> bool:
    """Whether what one declared counts as corrected: with all who corrected it later these are two
    people at least (``people_sql.corrected``)."""
    return independent(db, spoken(db, by, correctors)) >= 2


def adds(db: Connection, who: int, others: Collection[int]) -> bool:
    """Whether this is another person than all of these."""
    return independent(db, {who, *others}) > independent(db, others)


def confirm(db: Connection, tie_id: int, operator_id: int, reason: str) -> int:
    row = {"tie_id": tie_id, "operator_id": operator_id, "reason": reason, "at": now()}
    return insert(db, "tie_confirmations", row)


def units(db: Connection) -> list[UnitOfTwo]:
    """Newest first."""
    rows = db.query(
        "SELECT u.id, u.declared_by, u.other_id, u.reason, u.at, s.at AS signed_at, "
        "r.at AS revoked_at, NOT EXISTS (SELECT 1 FROM colleagues w "
        " WHERE w.id NOT IN (u.declared_by, u.other_id)) AS alone FROM units_of_two u "
        "LEFT JOIN unit_answers s ON s.unit_id = u.id AND s.answer = 'signed' "
        "LEFT JOIN unit_answers r ON r.unit_id = u.id AND r.answer = 'revoked' ORDER BY u.id DESC"
    )
    return [UnitOfTwo(**(row | {"alone": bool(row["alone"])})) for row in rows]


def others(db: Connection, both: Collection[int]) -> list[str]:
    """User names of everybody besides two who could say that they are two people, or could have
    lately (``colleagues``)."""
    rows = db.query("SELECT id, username FROM colleagues ORDER BY username")
    return [row["username"] for row in rows if row["id"] not in both]


def in_force(db: Connection) -> list[Unit]:
    return [frozenset({u.declared_by, u.other_id}) for u in units(db) if u.in_force]


def declare(db: Connection, declared_by: int, other_id: int, reason: str) -> int:
    row = {"declared_by": declared_by, "other_id": other_id, "reason": reason, "at": now()}
    return insert(db, "units_of_two", row)


def answer(db: Connection, unit_id: int, operator_id: int, answer: str) -> int:
    row = {"unit_id": unit_id, "operator_id": operator_id, "answer": answer, "at": now()}
    return insert(db, "unit_answers", row)
