"""Acts of people on a probe or a question, each a row that is written once."""

from dataclasses import dataclass
from typing import Any

from secondlook.domain.records import Operator
from secondlook.domain.review import ProbeOrigin
from secondlook.storage import accounts, log
from secondlook.storage.database import Connection, insert, now


def declared_origins(db: Connection, original_sha256: str) -> list[tuple[ProbeOrigin, set[int]]]:
    """What a picture was declared to be and nobody else has corrected, with who declared it."""
    rows = db.query(
        "SELECT o.origin, o.operator_id FROM origin_declarations o WHERE o.original_sha256 = ? "
        "AND NOT EXISTS (SELECT 1 FROM origin_declarations r WHERE r.original_sha256 = "
        " o.original_sha256 AND r.corrects = o.origin AND r.operator_id <> o.operator_id "
        " AND r.id > o.id) ORDER BY o.id",
        [original_sha256],
    )
    declared: dict[ProbeOrigin, set[int]] = {}
    for row in rows:
        declared.setdefault(ProbeOrigin(row["origin"]), set()).add(row["operator_id"])
    return list(declared.items())


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration of a picture's origin. corrects: what it says was wrong, and why (reason)."""

    origin: ProbeOrigin
    operator_id: int
    operator: str
    at: str
    corrects: ProbeOrigin | None
    reason: str
    stands: bool


def every_origin(db: Connection, original_sha256: str) -> list[Declared]:
    """Oldest first, what was corrected included."""
    standing = set(standing_origins(db, original_sha256))
    rows = db.query(
        "SELECT d.*, o.display_name AS operator FROM origin_declarations d "
        "JOIN operators o ON o.id = d.operator_id WHERE d.original_sha256 = ? ORDER BY d.id",
        [original_sha256],
    )
    return [
        Declared(
            ProbeOrigin(row["origin"]),
            row["operator_id"],
            row["operator"],
            row["at"],
            ProbeOrigin(row["corrects"]) if row["corrects"] else None,
            row["reason"],
            ProbeOrigin(row["origin"]) in standing,
        )
        for row in rows
    ]


def standing_origins(db: Connection, original_sha256: str) -> list[ProbeOrigin]:
    return [origin for origin, _ in declared_origins(db, original_sha256)]


def declare_origin(
    db: Connection,
    original_sha256: str,
    origin: ProbeOrigin,
    operator_id: int,
    *,
    corrects: ProbeOrigin | None = None,
    reason: str = "",
) -> int:
    row = {
        "original_sha256": original_sha256,
        "origin": origin.value,
        "corrects": corrects.value if corrects else None,
        "operator_id": operator_id,
        "reason": reason,
        "at": now(),
    }
    return insert(db, "origin_declarations", row)


def last_analysis(db: Connection, unknown_id: int, operator_id: int) -> str | None:
    rows = db.query(
        "SELECT text FROM analyses WHERE unknown_id = ? AND operator_id = ? "
        "ORDER BY id DESC LIMIT 1",
        [unknown_id, operator_id],
    )
    return next((row["text"] for row in rows), None)


def analyse(db: Connection, unknown_id: int, operator_id: int, text: str) -> int:
    row = {"unknown_id": unknown_id, "operator_id": operator_id, "text": text, "at": now()}
    return insert(db, "analyses", row)


def candidates_shown(db: Connection, search_id: int, operator: Operator) -> None:
    """That the candidates of a search were shown to somebody: an examiner, or whoever looked on the
    command line."""
    who = operator.id if operator.examines else None
    _shown(db, operator.username, {"search_id": search_id, "operator_id": who})


def examination_shown(db: Connection, examination_id: int, operator_id: int) -> None:
    """That somebody was shown what another person concluded."""
    row = {"examination_id": examination_id, "operator_id": operator_id}
    _shown(db, accounts.get(db, operator_id).username, row)


def _shown(db: Connection, actor: str, row: dict[str, Any]) -> None:
    """Once; what is said to be seen later was not seen by now."""
    at = now()
    where = " AND ".join(f"{column} IS :{column}" for column in row)
    if not db.table("sightings").count_where(f"{where} AND at <= :at", row | {"at": at}):
        log.record(db, actor, "sighting", insert(db, "sightings", row | {"at": at}), {})


def reopen(db: Connection, decision_id: int, operator_id: int, reason: str) -> int:
    row = {"decision_id": decision_id, "operator_id": operator_id, "reason": reason, "at": now()}
    return insert(db, "reopenings", row)


def withdraw(db: Connection, decision_id: int, operator_id: int, reason: str) -> None:
    row = {"decision_id": decision_id, "operator_id": operator_id, "reason": reason, "at": now()}
    insert(db, "lead_withdrawals", row)
