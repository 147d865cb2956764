"""Ties between accounts, what others confirmed of them, and units of two; and how many people a set
of accounts is, as SQL: ``domain.people`` says the same."""

from secondlook.domain.people import Confirmation, Tie, TieCause, Unit, UnitOfTwo
from secondlook.storage.database import Connection, insert, now

EVER = "'9999'"
"""Later than every time that is written."""


def ties(db: Connection) -> list[Tie]:
    """All, confirmed or not; oldest first."""
    rows = db.query("SELECT id, account_id, other_id, cause, at FROM account_ties ORDER BY at, id")
    return [Tie(**(row | {"cause": TieCause(row["cause"])})) for row in rows]


def confirmations(db: Connection) -> list[Confirmation]:
    rows = db.query("SELECT tie_id, operator_id, reason, at FROM tie_confirmations ORDER BY id")
    return [Confirmation(**row) for row in rows]


def confirm(db: Connection, tie_id: int, operator_id: int, reason: str) -> int:
    row = {"tie_id": tie_id, "operator_id": operator_id, "reason": reason, "at": now()}
    return insert(db, "tie_confirmations", row)


def units(db: Connection) -> list[UnitOfTwo]:
    """Newest first."""
    rows = db.query(
        "SELECT u.id, u.declared_by, u.other_id, u.reason, u.at, s.at AS signed_at, "
        "r.at AS revoked_at FROM units_of_two u "
        "LEFT JOIN unit_answers s ON s.unit_id = u.id AND s.answer = 'signed' "
        "LEFT JOIN unit_answers r ON r.unit_id = u.id AND r.answer = 'revoked' ORDER BY u.id DESC"
    )
    return [UnitOfTwo(**row) for row in rows]


def in_force(db: Connection) -> list[Unit]:
    return [frozenset({u.declared_by, u.other_id}) for u in units(db) if u.in_force]


def declare(db: Connection, declared_by: int, other_id: int, reason: str) -> int:
    row = {"declared_by": declared_by, "other_id": other_id, "reason": reason, "at": now()}
    return insert(db, "units_of_two", row)


def answer(db: Connection, unit_id: int, operator_id: int, answer: str) -> int:
    row = {"unit_id": unit_id, "operator_id": operator_id, "answer": answer, "at": now()}
    return insert(db, "unit_answers", row)


def independent(examiners: str, at: str = EVER, *, units: bool = True) -> str:
    """SQL: how many different people these accounts are (``domain.people.independent``).

    ``examiners`` is a query of one column of account ids, ``at`` an expression of the time that
    counts; both may name columns around them (``NEW.candidate_id``). Without ``units`` the
    declarations of units of two are left out. It stands as a scalar subquery, also in a trigger,
    which takes no WITH of its own. Names with an underscore are its own.
    """
    declared = f"""
        + (SELECT count(DISTINCT p.who) FROM units_in_force u
           JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id
           WHERE p.who = q.who AND u.since <= {at} AND (u.until IS NULL OR u.until > {at}))"""
    return f"""(
    WITH RECURSIVE _asked(id) AS ({examiners}),
    _bond(a, b) AS (
        SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose
    ),
    _loose(account_id, other_id) AS (
        SELECT t.account_id, t.other_id FROM account_ties t
        WHERE t.at <= {at} AND NOT EXISTS (
            SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <= {at}
            AND c.operator_id NOT IN (SELECT id FROM _asked WHERE id IS NOT NULL))
    ),
    _same(id, other) AS (
        SELECT id, id FROM _asked WHERE id IS NOT NULL
        UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other
    ),
    _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY id)
    SELECT count(DISTINCT who) {declared if units else ""} FROM _person)"""
