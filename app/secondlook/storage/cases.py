"""Cases and their probes."""

import json
from dataclasses import dataclass
from typing import Any

from secondlook.domain.audit import canonical_json
from secondlook.domain.errors import InputError
from secondlook.domain.faces import Face, Quality
from secondlook.domain.policy import Policy, policy_from_document
from secondlook.domain.records import Case, Operator, Probe
from secondlook.domain.review import ProbeOrigin
from secondlook.storage import log
from secondlook.storage.database import Connection, insert, now

CASE = (
    "SELECT k.*, p.document, o.display_name AS opener FROM cases k "
    "JOIN policies p ON p.sha256 = k.policy_sha256 JOIN operators o ON o.id = k.opened_by "
)


def _case(row: dict[str, Any]) -> Case:
    return Case(
        row["id"],
        row["reference"],
        row["purpose"],
        row["authorisation"],
        row["authorised_at"],
        row["notes"],
        policy_from_document(row["document"]),
        row["opener"],
        row["opened_at"],
        row["closed_at"],
    )


def add(
    db: Connection,
    operator_id: int,
    reference: str,
    purpose: str,
    authorisation: str,
    policy_sha256: str,
    notes: str,
) -> int:
    moment = now()
    return insert(
        db,
        "cases",
        {
            "reference": reference,
            "purpose": purpose,
            "authorisation": authorisation,
            "authorised_at": moment if authorisation else None,
            "notes": notes,
            "policy_sha256": policy_sha256,
            "opened_by": operator_id,
            "opened_at": moment,
        },
    )


def everything(db: Connection) -> list[Case]:
    return [_case(row) for row in db.query(CASE + "ORDER BY k.id DESC")]


def get(db: Connection, case_id: int) -> Case:
    found = next((_case(row) for row in db.query(CASE + "WHERE k.id = ?", [case_id])), None)
    if found is None:
        raise InputError(f"There is no case {case_id}.")
    return found


def by_reference(db: Connection, reference: str) -> Case | None:
    rows = db.query(CASE + "WHERE k.reference = ?", [reference])
    return next((_case(row) for row in rows), None)


UNDECIDED = "c.id NOT IN (SELECT candidate_id FROM decided_in_case)"
"""A question is decided once in a case, however often its probe was searched."""


def undecided(db: Connection, case_id: int) -> list[int]:
    """Offered candidates of a case whose question is not decided in it."""
    rows = db.query(
        "SELECT c.id FROM candidates c JOIN searches s ON s.id = c.search_id "
        f"WHERE s.case_id = ? AND c.offered = 1 AND {UNDECIDED} ORDER BY c.id",
        [case_id],
    )
    return [row["id"] for row in rows]


def counts(db: Connection) -> dict[int, dict[str, int]]:
    """Per case: probes, searches, undecided offered candidates, accepted leads."""
    rows = db.query(
        "SELECT k.id, "
        "(SELECT count(*) FROM probes WHERE case_id = k.id) AS probes, "
        "(SELECT count(*) FROM searches WHERE case_id = k.id) AS searches, "
        "(SELECT count(*) FROM candidates c JOIN searches s ON s.id = c.search_id "
        f" WHERE s.case_id = k.id AND c.offered = 1 AND {UNDECIDED}) AS undecided, "
        "(SELECT count(*) FROM decisions d JOIN candidates c ON c.id = d.candidate_id "
        " JOIN searches s ON s.id = c.search_id "
        " WHERE s.case_id = k.id AND d.outcome = 'accepted_as_lead') AS accepted "
        "FROM cases k"
    )
    return {row.pop("id"): row for row in rows}


def authorise(db: Connection, case_id: int, authorisation: str) -> None:
    """The first authorisation sets the time; correcting its text later does not."""
    db.conn.execute(
        "UPDATE cases SET authorisation = ?, authorised_at = coalesce(authorised_at, ?) "
        "WHERE id = ?",
        [authorisation, now(), case_id],
    )


def set_policy(db: Connection, case_id: int, policy_sha256: str) -> None:
    db.table("cases").update(case_id, {"policy_sha256": policy_sha256})


@dataclass(frozen=True, slots=True)
class Move:
    """A case on its way to another policy: proposed by somebody, for a reason."""

    id: int
    case_id: int
    old: Policy
    new: Policy
    operator: str
    reason: str
    at: str


def propose_move(
    db: Connection, operator: Operator, case: Case, policy_sha256: str, reason: str
) -> Move:
    """The newest proposal of a case is the one that counts."""
    row = {
        "case_id": case.id,
        "from_sha256": case.policy.sha256,
        "to_sha256": policy_sha256,
        "operator_id": operator.id,
        "reason": reason,
        "at": now(),
    }
    key = insert(db, "case_moves", row)
    payload = {"case": case.reference, "from": row["from_sha256"], "to": policy_sha256}
    log.record(db, operator.username, "move", key, payload)
    found = pending_move(db, case.id)
    assert found is not None
    return found


def pending_move(db: Connection, case_id: int) -> Move | None:
    """The newest proposal, unless the case has moved since or is closed."""
    row = next(
        db.query(
            "SELECT m.*, f.document AS old, t.document AS new, o.display_name FROM case_moves m "
            "JOIN cases k ON k.id = m.case_id JOIN operators o ON o.id = m.operator_id "
            "JOIN policies f ON f.sha256 = m.from_sha256 "
            "JOIN policies t ON t.sha256 = m.to_sha256 WHERE m.case_id = :case "
            "AND m.id = (SELECT max(id) FROM case_moves WHERE case_id = :case) "
            "AND k.policy_sha256 = m.from_sha256 AND k.closed_at IS NULL",
            {"case": case_id},
        ),
        None,
    )
    if row is None:
        return None
    old, new = policy_from_document(row["old"]), policy_from_document(row["new"])
    return Move(
        row["id"], case_id, old, new, row["display_name"], row["reason"], row["at"]
    )  # fmt: skip


def close(db: Connection, case_id: int) -> None:
    db.table("cases").update(case_id, {"closed_at": now()})


def _probe(row: dict[str, Any]) -> Probe:
    return Probe(
        row["id"],
        row["case_id"],
        row["original_sha256"],
        row["source_name"],
        tuple(Face.from_dict(f) for f in json.loads(row["faces"])),
        tuple(Quality.from_dict(q) for q in json.loads(row["qualities"])),
        row["chosen"],
        ProbeOrigin(row["origin"]),
        row["analysis"],
        row["added_at"],
    )


def add_probe(
    db: Connection,
    case_id: int,
    operator_id: int,
    sha256: str,
    source_name: str,
    faces: list[Face],
    qualities: list[Quality],
) -> int:
    return insert(
        db,
        "probes",
        {
            "case_id": case_id,
            "original_sha256": sha256,
            "source_name": source_name,
            "faces": canonical_json([f.to_dict() for f in faces]),
            "qualities": canonical_json([q.to_dict() for q in qualities]),
            "chosen": 0 if len(faces) == 1 else None,
            "origin": ProbeOrigin.UNDECLARED.value,
            "added_by": operator_id,
            "added_at": now(),
        },
    )


def probe(db: Connection, probe_id: int) -> Probe:
    row = next(db.query("SELECT * FROM probes WHERE id = ?", [probe_id]), None)
    if row is None:
        raise InputError(f"There is no probe {probe_id}.")
    return _probe(row)


def probes(db: Connection, case_id: int) -> list[Probe]:
    rows = db.query("SELECT * FROM probes WHERE case_id = ? ORDER BY id", [case_id])
    return [_probe(row) for row in rows]


def choose_face(db: Connection, probe_id: int, chosen: int) -> None:
    db.table("probes").update(probe_id, {"chosen": chosen})


def set_faces(db: Connection, probe_id: int, faces: list[Face], qualities: list[Quality]) -> None:
    db.table("probes").update(
        probe_id,
        {
            "faces": canonical_json([f.to_dict() for f in faces]),
            "qualities": canonical_json([q.to_dict() for q in qualities]),
        },
    )


def declare(db: Connection, probe_id: int, origin: ProbeOrigin, analysis: str) -> None:
    db.table("probes").update(probe_id, {"origin": origin.value, "analysis": analysis})


def keep_original(
    db: Connection, sha256: str, size: int, media_type: str, width: int, height: int
) -> None:
    """Note an original that the folder already holds."""
    if not db.table("originals").count_where("sha256 = ?", [sha256]):
        insert(
            db,
            "originals",
            {
                "sha256": sha256,
                "bytes": size,
                "media_type": media_type,
                "width": width,
                "height": height,
                "stored_at": now(),
            },
        )
