"""Approvals and their revocation. What is granted is told by the view that the guards ask too."""

from typing import Any

from secondlook.domain.approval import Approval, ApprovalKind, Standing
from secondlook.domain.audit import canonical_json
from secondlook.domain.records import Operator, Role
from secondlook.storage import log, people
from secondlook.storage.database import Connection, insert, now


def add(
    db: Connection,
    operator: Operator,
    kind: ApprovalKind,
    subject: str,
    reason: str,
    shown: dict[str, Any],
) -> int:
    """``shown``: what the person was shown of the consequences. Kept in the row, with the reason;
    the log seals them by their digest."""
    key = insert(
        db,
        "approvals",
        {
            "kind": kind.value,
            "subject": subject,
            "round": _round(db, kind, subject),
            "operator_id": operator.id,
            "role": operator.role.value,
            "reason": reason,
            "shown": canonical_json(shown),
            "at": now(),
        },
    )
    payload = {"kind": kind.value, "subject": subject}
    log.record(db, operator.username, "approval", key, payload)
    return key


def revoke(
    db: Connection, operator: Operator, kind: ApprovalKind, subject: str, reason: str
) -> None:
    """From now on approvals of it are counted anew."""
    row = {
        "kind": kind.value,
        "subject": subject,
        "round": _round(db, kind, subject),
        "operator_id": operator.id,
        "reason": reason,
        "at": now(),
    }
    key = insert(db, "revocations", row)
    log.record(
        db, operator.username, "revocation", key, {"kind": kind.value, "subject": subject}
    )  # fmt: skip


def standing(db: Connection, kind: ApprovalKind, subject: str) -> Standing:
    """The approvals that count now, oldest first."""
    rows = db.query(
        "SELECT a.*, o.display_name FROM approvals a JOIN operators o ON o.id = a.operator_id "
        "WHERE a.kind = ? AND a.subject = ? AND a.round = ? ORDER BY a.id",
        [kind.value, subject, _round(db, kind, subject)],
    )
    given = tuple(
        Approval(r["operator_id"], r["display_name"], Role(r["role"]), r["reason"], r["at"])
        for r in rows
    )
    accounts = {a.operator_id for a in given}
    return Standing(kind, subject, given, people.independent(db, accounts))


def is_granted(db: Connection, kind: ApprovalKind, subject: str) -> bool:
    rows = db.query(
        "SELECT 1 FROM granted_approvals WHERE kind = ? AND subject = ? AND until IS NULL",
        [kind.value, subject],
    )
    return next(rows, None) is not None


def _round(db: Connection, kind: ApprovalKind, subject: str) -> int:
    where = "kind = ? AND subject = ?"
    return int(db.table("revocations").count_where(where, [kind.value, subject]))
