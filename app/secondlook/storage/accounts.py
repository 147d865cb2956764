"""Local accounts."""

from typing import Any

from secondlook.domain.records import Operator, Role
from secondlook.storage.database import Connection, insert, now

FIELDS = "id, username, display_name, role, active"


def _operator(row: dict[str, Any]) -> Operator:
    return Operator(
        row["id"], row["username"], row["display_name"], Role(row["role"]), bool(row["active"])
    )


def add(
    db: Connection, username: str, display_name: str, role: Role, password_hash: str | None
) -> Operator:
    insert(
        db,
        "operators",
        {
            "username": username,
            "display_name": display_name,
            "role": role.value,
            "password_hash": password_hash,
            "active": 1,
            "created_at": now(),
        },
    )
    operator = find(db, username)
    assert operator is not None
    return operator


def find(db: Connection, username: str) -> Operator | None:
    rows = db.query(f"SELECT {FIELDS} FROM operators WHERE username = ?", [username])
    return next((_operator(row) for row in rows), None)


def password_hash(db: Connection, operator_id: int) -> str | None:
    rows = db.query("SELECT password_hash FROM operators WHERE id = ?", [operator_id])
    return next((row["password_hash"] for row in rows), None)


def everyone(db: Connection) -> list[Operator]:
    return [_operator(r) for r in db.query(f"SELECT {FIELDS} FROM operators ORDER BY username")]


def set_password(db: Connection, operator_id: int, password_hash: str) -> None:
    db.table("operators").update(operator_id, {"password_hash": password_hash})


def set_active(db: Connection, operator_id: int, active: bool) -> None:
    db.table("operators").update(operator_id, {"active": int(active)})
