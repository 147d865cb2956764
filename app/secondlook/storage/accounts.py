"""Local accounts: who there is, the keys of their names, one-time codes, failed sign-ins."""

from dataclasses import dataclass
from typing import Any

from secondlook.domain.names import keys, tidy
from secondlook.domain.records import Operator, Role
from secondlook.storage.database import Connection, insert, now

FIELDS = "id, username, display_name, role, active"

UNSET = "!"
"""In place of a password hash until whoever holds the account has chosen a password."""


@dataclass(frozen=True, slots=True)
class Code:
    id: int
    operator_id: int
    cause: str
    code_hash: str
    expires_at: str | None


def _operator(row: dict[str, Any]) -> Operator:
    return Operator(
        row["id"], row["username"], row["display_name"], Role(row["role"]), bool(row["active"])
    )


def add(
    db: Connection, username: str, display_name: str, role: Role, password_hash: str | None
) -> Operator:
    """Names first, and before both the entry of the log that says who made it: see migration 6."""
    found = next(db.query("SELECT coalesce(max(id), 0) + 1 AS id FROM operators"))
    key = int(found["id"])
    add_names(db, key, username, display_name)
    insert(
        db,
        "operators",
        {
            "id": key,
            "username": username,
            "display_name": display_name,
            "role": role.value,
            "password_hash": password_hash,
            "active": 1,
            "created_at": now(),
        },
    )
    return get(db, key)


def find(db: Connection, username: str) -> Operator | None:
    rows = db.query(f"SELECT {FIELDS} FROM operators WHERE username = ?", [tidy(username)])
    return next((_operator(row) for row in rows), None)


def by_id(db: Connection, operator_id: int) -> Operator | None:
    rows = db.query(f"SELECT {FIELDS} FROM operators WHERE id = ?", [operator_id])
    return next((_operator(row) for row in rows), None)


def get(db: Connection, operator_id: int) -> Operator:
    found = by_id(db, operator_id)
    assert found is not None
    return found


def password_hash(db: Connection, operator_id: int) -> str | None:
    rows = db.query("SELECT password_hash FROM operators WHERE id = ?", [operator_id])
    return next((row["password_hash"] for row in rows), None)


def everyone(db: Connection) -> list[Operator]:
    return [_operator(r) for r in db.query(f"SELECT {FIELDS} FROM operators ORDER BY username")]


def set_password(db: Connection, operator_id: int, password_hash: str) -> None:
    db.table("operators").update(operator_id, {"password_hash": password_hash})


def set_active(db: Connection, operator_id: int, active: bool) -> None:
    db.table("operators").update(operator_id, {"active": int(active)})


def without_password(db: Connection) -> set[int]:
    """Accounts whose holder has not chosen a password yet."""
    rows = db.query("SELECT id FROM operators WHERE password_hash = ?", [UNSET])
    return {row["id"] for row in rows}


# Names


def add_names(db: Connection, operator_id: int, username: str, display_name: str) -> None:
    for key in sorted(keys(username) | keys(display_name)):
        db.conn.execute("INSERT INTO account_names VALUES (?, ?)", (operator_id, key))


def looks_like(db: Connection, *names: str) -> Operator | None:
    """An account with a user name or name that looks like one of these."""
    every = sorted(key for name in names for key in keys(name))
    marks = ", ".join("?" * len(every))
    rows = db.query(
        f"SELECT {FIELDS} FROM operators WHERE id IN "
        f"(SELECT operator_id FROM account_names WHERE key IN ({marks})) ORDER BY id",
        every,
    )
    return next((_operator(row) for row in rows), None)


def name_the_unnamed(db: Connection) -> None:
    """Accounts of before names had keys. Those that look like another are tied to it from now."""
    query = (
        "SELECT id, username, display_name FROM operators "
        "WHERE id NOT IN (SELECT operator_id FROM account_names) ORDER BY id"
    )
    for row in list(db.query(query)):
        add_names(db, row["id"], row["username"], row["display_name"])


# Codes


def add_code(
    db: Connection,
    operator_id: int,
    issued_by: int,
    cause: str,
    code_hash: str,
    expires_at: str | None,
) -> None:
    row = {
        "operator_id": operator_id,
        "issued_by": issued_by,
        "cause": cause,
        "code_hash": code_hash,
        "issued_at": now(),
        "expires_at": expires_at,
    }
    insert(db, "sign_in_codes", row)


def codes(db: Connection, operator_id: int) -> list[Code]:
    """The last of each kind, where it was not used: an earlier one is void."""
    rows = db.query(
        "SELECT id, operator_id, cause, code_hash, expires_at FROM sign_in_codes c "
        "WHERE operator_id = ? AND used_at IS NULL AND NOT EXISTS (SELECT 1 FROM sign_in_codes d "
        "WHERE d.operator_id = c.operator_id AND d.id > c.id "
        "AND (d.cause = 'recovery') = (c.cause = 'recovery')) ORDER BY id",
        [operator_id],
    )
    return [Code(**row) for row in rows]


def use_code(db: Connection, code_id: int) -> None:
    db.conn.execute("UPDATE sign_in_codes SET used_at = ? WHERE id = ?", (now(), code_id))


# Failed sign-ins: the log has them, also after a restart


def refusals(db: Connection, username: str, enough: int) -> list[str]:
    """When sign-ins under this name were refused since the last one that was not; newest first,
    ``enough`` at most."""
    rows = db.query(
        "SELECT at FROM audit_log WHERE actor = :name COLLATE NOCASE AND act = 'sign-in refused' "
        "AND seq > coalesce((SELECT max(seq) FROM audit_log WHERE actor = :name COLLATE NOCASE "
        "AND act IN ('signed in', 'password chosen')), 0) ORDER BY seq DESC LIMIT :enough",
        {"name": username, "enough": enough},
    )
    return [row["at"] for row in rows]
