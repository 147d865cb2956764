"""Acts of people on a probe or a question, each a row that is written once."""

from dataclasses import dataclass
from typing import Any

from secondlook.domain.records import Operator, Role
from secondlook.domain.review import ProbeOrigin
from secondlook.storage import accounts, log, people
from secondlook.storage.database import Connection, insert, now


def origin_correctors(db: Connection, declared: dict[str, Any]) -> set[int]:
    """Who said later that a declaration, by its columns, was wrong."""
    rows = db.query(
        "SELECT operator_id FROM origin_declarations "
        "WHERE original_sha256 = ? AND corrects = ? AND at >= ?",
        [declared[column] for column in ("original_sha256", "origin", "at")],
    )
    return {row["operator_id"] for row in rows}


def declared_origins(
    db: Connection, original_sha256: str
) -> list[tuple[ProbeOrigin, list[set[int]]]]:
    """What a picture was declared to be and does not count as corrected; for each time that it was
    declared, who had their say on it so far (``people.spoken``)."""
    query = "SELECT * FROM origin_declarations WHERE original_sha256 = ? ORDER BY id"
    declared: dict[ProbeOrigin, list[set[int]]] = {}
    for row in list(db.query(query, [original_sha256])):
        by, correctors = row["operator_id"], origin_correctors(db, row)
        if not people.corrected(db, by, correctors):
            spoken = people.spoken(db, by, correctors)
            declared.setdefault(ProbeOrigin(row["origin"]), []).append(spoken)
    return list(declared.items())


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration of a picture's origin. corrects: what it says was wrong, and why (reason).
    by_nobody: on the command line, so that two people correct it."""

    origin: ProbeOrigin
    operator_id: int
    operator: str
    at: str
    corrects: ProbeOrigin | None
    reason: str
    stands: bool
    by_nobody: bool = False


def every_origin(db: Connection, original_sha256: str) -> list[Declared]:
    """Oldest first, what was corrected included."""
    standing = set(standing_origins(db, original_sha256))
    rows = db.query(
        "SELECT d.*, o.display_name AS operator, o.role FROM origin_declarations d "
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
            row["role"] == Role.COMMAND_LINE,
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


def spoken_of_tries(db: Connection, declaration_id: int) -> set[int]:
    """Who had their say on how many people an unknown was compared with elsewhere: who declared
    it, and who corrected that (``people.spoken``)."""
    query = "SELECT id, operator_id FROM declared_tries WHERE ? IN (id, corrects)"
    who = {row["id"]: row["operator_id"] for row in db.query(query, [declaration_id])}
    return people.spoken(db, who.pop(declaration_id), set(who.values()))


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
