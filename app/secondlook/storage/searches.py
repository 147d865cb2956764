"""Searches with their candidates, as they were."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from secondlook.domain.audit import canonical_json
from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.errors import InputError
from secondlook.domain.faces import Face, Quality
from secondlook.domain.policy import policy_from_document
from secondlook.domain.records import (
    CalibrationNote,
    Candidate,
    LimitNote,
    Operator,
    Probe,
    Search,
)
from secondlook.domain.review import ProbeOrigin
from secondlook.storage.database import Connection, insert, now

SEARCH = (
    "SELECT s.*, p.document, o.display_name AS operator FROM searches s "
    "JOIN policies p ON p.sha256 = s.policy_sha256 JOIN operators o ON o.id = s.operator_id "
)


def _search(row: dict[str, Any]) -> Search:
    note = json.loads(row["calibration"])
    note["impostors"] = tuple(note["impostors"])
    note["left_out"] = tuple((a, b) for a, b in note.get("left_out", ()))
    note["limit"] = LimitNote.from_dict(note.get("limit"))
    return Search(
        id=row["id"],
        case_id=row["case_id"],
        probe_id=row["probe_id"],
        operator=row["operator"],
        at=row["at"],
        purpose=row["purpose"],
        policy=policy_from_document(row["document"]),
        probe_sha256=row["probe_sha256"],
        probe_origin=ProbeOrigin(row["probe_origin"]),
        probe_analysis=row["probe_analysis"],
        probe_face=Face.from_dict(json.loads(row["probe_face"])),
        probe_quality=Quality.from_dict(json.loads(row["probe_quality"])),
        model=json.loads(row["model"]),
        provider=row["provider"],
        gallery_id=row["gallery_id"],
        gallery_name=row["gallery_name"],
        gallery_persons=row["gallery_persons"],
        gallery_state=row["gallery_state"],
        calibration=CalibrationNote(**note),
    )


def add(
    db: Connection,
    *,
    operator: Operator,
    purpose: str,
    policy_sha256: str,
    probe: Probe,
    model: dict[str, Any],
    provider: str,
    gallery: tuple[int, str, int, str],
    calibration: CalibrationNote,
) -> int:
    """``gallery``: id, name, persons, state hash. The probe must have a chosen face."""
    assert probe.face is not None
    assert probe.quality is not None
    gallery_id, gallery_name, gallery_persons, gallery_state = gallery
    return insert(
        db,
        "searches",
        {
            "case_id": probe.case_id,
            "probe_id": probe.id,
            "operator_id": operator.id,
            "at": now(),
            "purpose": purpose,
            "policy_sha256": policy_sha256,
            "probe_sha256": probe.original_sha256,
            "probe_origin": probe.origin.value,
            "probe_analysis": probe.analysis,
            "probe_face": canonical_json(probe.face.to_dict()),
            "probe_quality": canonical_json(probe.quality.to_dict()),
            "model": canonical_json(model),
            "provider": provider,
            "gallery_id": gallery_id,
            "gallery_name": gallery_name,
            "gallery_persons": gallery_persons,
            "gallery_state": gallery_state,
            "calibration": canonical_json(asdict(calibration)),
        },
    )


def add_unknown(db: Connection, search_id: int, unknown_id: int) -> None:
    insert(db, "search_unknowns", {"search_id": search_id, "unknown_id": unknown_id})


def add_calibration(db: Connection, search_id: int, steps: Iterable[tuple[float, float]]) -> None:
    """What this search's calibration says of any score: (score, upper bound of FMR from there)."""
    db.conn.executemany(
        "INSERT INTO calibration_steps VALUES (?, ?, ?)",
        [(search_id, score, fmr_upper) for score, fmr_upper in steps],
    )


def add_candidate(db: Connection, candidate: Candidate) -> int:
    """Adds it under a new id; the one it carries is ignored."""
    confidence = candidate.confidence
    return insert(
        db,
        "candidates",
        {
            "search_id": candidate.search_id,
            "rank": candidate.rank,
            "person_id": candidate.person_id,
            "person_key": candidate.person_key,
            "display_name": candidate.display_name,
            "reference_id": candidate.reference_id,
            "reference_sha256": candidate.reference_sha256,
            "reference_face": canonical_json(candidate.reference_face.to_dict()),
            "reference_quality": canonical_json(candidate.reference_quality.to_dict()),
            "score": candidate.score,
            "margin": None if math.isinf(candidate.margin) else candidate.margin,
            "confidence": confidence.value,
            "confidence_status": confidence.status.value,
            "fmr_upper": confidence.fmr_upper,
            "expected_false_candidates": confidence.expected_false_candidates,
            "offered": int(candidate.offered),
        },
    )


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        id=row["id"],
        search_id=row["search_id"],
        rank=row["rank"],
        person_id=row["person_id"],
        person_key=row["person_key"],
        display_name=row["display_name"],
        reference_id=row["reference_id"],
        reference_sha256=row["reference_sha256"],
        reference_face=Face.from_dict(json.loads(row["reference_face"])),
        reference_quality=Quality.from_dict(json.loads(row["reference_quality"])),
        score=row["score"],
        margin=math.inf if row["margin"] is None else row["margin"],
        confidence=Confidence(
            row["confidence"],
            ConfidenceStatus(row["confidence_status"]),
            row["fmr_upper"],
            row["expected_false_candidates"],
        ),
        offered=bool(row["offered"]),
    )


def get(db: Connection, search_id: int) -> Search:
    row = next(db.query(SEARCH + "WHERE s.id = ?", [search_id]), None)
    if row is None:
        raise InputError(f"There is no search {search_id}.")
    return _search(row)


def of_case(db: Connection, case_id: int) -> list[Search]:
    """Newest first."""
    rows = db.query(SEARCH + "WHERE s.case_id = ? ORDER BY s.id DESC", [case_id])
    return [_search(row) for row in rows]


def candidates(db: Connection, search_id: int) -> list[Candidate]:
    rows = db.query("SELECT * FROM candidates WHERE search_id = ? ORDER BY rank", [search_id])
    return [_candidate(row) for row in rows]


def candidate(db: Connection, candidate_id: int) -> Candidate:
    row = next(db.query("SELECT * FROM candidates WHERE id = ?", [candidate_id]), None)
    if row is None:
        raise InputError(f"There is no candidate {candidate_id}.")
    return _candidate(row)
