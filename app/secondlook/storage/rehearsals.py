"""Rehearsals and their searches: planned, searched one by one, then finished for good."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from secondlook.domain.audit import canonical_json
from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.errors import ImageFault, InputError
from secondlook.domain.faces import Face, Quality
from secondlook.domain.facts import REHEARSED_PEOPLE
from secondlook.domain.records import LimitNote, ScoresAt
from secondlook.domain.rehearsal import Found, Kind, RehearsalSearch, SearchStatus
from secondlook.storage.database import Connection, insert, now


@dataclass(frozen=True, slots=True)
class RehearsalNote:
    """What the confidences of a rehearsal rest on. ``ceiling``: the highest one, in percent, that
    any score could get; ``scores_at``, ``limit``: as in ``records.CalibrationNote``."""

    source: str
    persons: int
    comparisons: int
    ceiling: float
    reference_cohort: str
    scores_at: ScoresAt = field(default_factory=dict)
    limit: LimitNote | None = None

    @classmethod
    def from_json(cls, text: str) -> "RehearsalNote":
        """Of an older rehearsal too, which kept less."""
        held = json.loads(text)
        return cls(**held | {"limit": LimitNote.from_dict(held.get("limit"))})


@dataclass(frozen=True, slots=True)
class RehearsalSummary:
    """pending, searched, failed: counts of its searches. people: absent people searched. model:
    name, version, sha256 and status of the recogniser, and the detector's as a search has them."""

    id: int
    kind: Kind
    source: str
    group_columns: tuple[str, ...]
    gallery_id: int
    gallery_name: str
    gallery_persons: int
    gallery_state: str
    model: dict[str, Any]
    provider: str
    calibration: RehearsalNote
    operator: str
    started_at: str
    finished_at: str | None
    pending: int
    searched: int
    failed: int
    people: int

    @property
    def total(self) -> int:
        return self.pending + self.searched + self.failed


class PlannedSearch(NamedTuple):
    """See ``RehearsalSearch``."""

    probe: str
    person: str
    absent: bool
    mated: bool
    person_id: int | None = None
    reference_id: int | None = None
    groups: dict[str, str] = {}  # noqa: RUF012 - never written to


SUMMARY = """
SELECT r.*, o.display_name AS operator,
    (SELECT count(*) FROM rehearsal_searches s
     WHERE s.rehearsal_id = r.id AND s.status = 'pending') AS pending,
    (SELECT count(*) FROM rehearsal_searches s
     WHERE s.rehearsal_id = r.id AND s.status = 'searched') AS searched,
    (SELECT count(*) FROM rehearsal_searches s
     WHERE s.rehearsal_id = r.id AND s.status = 'failed') AS failed,
    (SELECT count(DISTINCT s.person) FROM rehearsal_searches s
     WHERE s.rehearsal_id = r.id AND s.status = 'searched' AND s.absent = 1) AS people
FROM rehearsals r JOIN operators o ON o.id = r.operator_id
"""


def _summary(row: dict[str, Any]) -> RehearsalSummary:
    return RehearsalSummary(
        id=row["id"],
        kind=Kind(row["kind"]),
        source=row["source"],
        group_columns=tuple(json.loads(row["group_columns"])),
        gallery_id=row["gallery_id"],
        gallery_name=row["gallery_name"],
        gallery_persons=row["gallery_persons"],
        gallery_state=row["gallery_state"],
        model=json.loads(row["model"]),
        provider=row["provider"],
        calibration=RehearsalNote.from_json(row["calibration"]),
        operator=row["operator"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        pending=row["pending"],
        searched=row["searched"],
        failed=row["failed"],
        people=row["people"],
    )


def add(
    db: Connection,
    *,
    kind: Kind,
    source: str,
    group_columns: Iterable[str],
    gallery: tuple[int, str, int, str],
    model: dict[str, Any],
    provider: str,
    calibration: RehearsalNote,
    operator_id: int,
) -> int:
    """``gallery``: id, name, persons, state hash. ``model`` has at least its sha256."""
    gallery_id, gallery_name, gallery_persons, gallery_state = gallery
    return insert(
        db,
        "rehearsals",
        {
            "kind": kind.value,
            "source": source,
            "group_columns": canonical_json(list(group_columns)),
            "gallery_id": gallery_id,
            "gallery_name": gallery_name,
            "gallery_persons": gallery_persons,
            "gallery_state": gallery_state,
            "model": canonical_json(model),
            "model_sha256": model["sha256"],
            "provider": provider,
            "calibration": canonical_json(asdict(calibration)),
            "operator_id": operator_id,
            "started_at": now(),
        },
    )


def plan(db: Connection, rehearsal_id: int, searches: Iterable[PlannedSearch]) -> None:
    """Raises ``sqlite3.IntegrityError`` for a picture that is planned twice for one person."""
    db.conn.executemany(
        "INSERT INTO rehearsal_searches (rehearsal_id, probe, person, person_id, reference_id, "
        "absent, mated, groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (rehearsal_id, s.probe, s.person, s.person_id, s.reference_id, int(s.absent),
             int(s.mated), canonical_json(s.groups))
            for s in searches
        ],
    )  # fmt: skip


def search_ids(db: Connection, rehearsal_id: int) -> list[int]:
    rows = db.query("SELECT id FROM rehearsal_searches WHERE rehearsal_id = ?", [rehearsal_id])
    return [row["id"] for row in rows]


def get(db: Connection, rehearsal_id: int) -> RehearsalSummary:
    rows = db.query(SUMMARY + "WHERE r.id = ?", [rehearsal_id])
    found = next((_summary(row) for row in rows), None)
    if found is None:
        raise InputError("This rehearsal was given up; there is nothing left of it.")
    return found


def of_gallery(db: Connection, gallery_id: int) -> list[RehearsalSummary]:
    """Newest first, unfinished ones too."""
    rows = db.query(SUMMARY + "WHERE r.gallery_id = ? ORDER BY r.id DESC", [gallery_id])
    return [_summary(row) for row in rows]


def latest(db: Connection, gallery_id: int | None, model_sha256: str) -> RehearsalSummary | None:
    """The last finished one with this model; one with too few people only where there is no other.

    This is the one that a policy looks at, see ``guards``.
    """
    rows = db.query(
        f"{SUMMARY} WHERE r.gallery_id = ? AND r.model_sha256 = ? AND r.finished_at IS NOT NULL "
        "ORDER BY people >= ? DESC, r.finished_at DESC, r.id DESC LIMIT 1",
        [gallery_id, model_sha256, REHEARSED_PEOPLE],
    )
    return next((_summary(row) for row in rows), None)


def last_finished(db: Connection, case_id: int | None = None) -> RehearsalSummary | None:
    """The last one of a gallery that was searched for a case; of any gallery without a case, or
    where nothing of its galleries was rehearsed."""
    of_case = "AND r.gallery_id IN (SELECT gallery_id FROM searches WHERE case_id = :case) "
    for condition in (of_case, "") if case_id is not None else ("",):
        query = f"{SUMMARY} WHERE r.finished_at IS NOT NULL {condition}ORDER BY r.finished_at DESC"
        row = next(db.query(query, {"case": case_id}), None)
        if row:
            return _summary(row)
    return None


def searches(
    db: Connection, rehearsal_id: int, status: SearchStatus | None = None
) -> list[RehearsalSearch]:
    """In the order in which they were planned."""
    rows = db.query(
        "SELECT * FROM rehearsal_searches WHERE rehearsal_id = :rehearsal "
        "AND (:status IS NULL OR status = :status) ORDER BY id",
        {"rehearsal": rehearsal_id, "status": status},
    )
    return [_search(row) for row in rows]


def search(db: Connection, search_id: int) -> RehearsalSearch:
    row = next(db.query("SELECT * FROM rehearsal_searches WHERE id = ?", [search_id]), None)
    if row is None:
        raise InputError("This search is in no rehearsal any more.")
    return _search(row)


def _search(row: dict[str, Any]) -> RehearsalSearch:
    return RehearsalSearch(
        id=row["id"],
        probe=row["probe"],
        person=row["person"],
        person_id=row["person_id"],
        reference_id=row["reference_id"],
        absent=bool(row["absent"]),
        mated=bool(row["mated"]),
        groups=json.loads(row["groups"]),
        status=SearchStatus(row["status"]),
        fault=ImageFault(row["fault"]) if row["fault"] else None,
        detail=row["detail"],
        probe_sha256=row["probe_sha256"],
        face=Face.from_dict(json.loads(row["face"])) if row["face"] else None,
        quality=Quality.from_dict(json.loads(row["quality"])) if row["quality"] else None,
        candidates=tuple(map(_found, json.loads(row["candidates"] or "[]"))),
        true_rank=row["true_rank"],
        true_score=row["true_score"],
        true_confidence=row["true_confidence"],
    )


def _found(stored: dict[str, Any]) -> Found:
    return Found(**{**stored, "status": ConfidenceStatus(stored["status"])})


def finish_search(db: Connection, made: RehearsalSearch) -> bool:
    """Write how a search ended. False if it was not pending any more, or its rehearsal is gone."""
    searched = made.status is SearchStatus.SEARCHED
    cursor = db.conn.execute(
        "UPDATE rehearsal_searches SET status = ?, fault = ?, detail = ?, probe_sha256 = ?, "
        "face = ?, quality = ?, candidates = ?, true_rank = ?, true_score = ?, "
        "true_confidence = ? WHERE id = ? AND status = 'pending'",
        (
            made.status.value,
            made.fault or "",
            made.detail,
            made.probe_sha256,
            canonical_json(made.face.to_dict()) if made.face else None,
            canonical_json(made.quality.to_dict()) if made.quality else None,
            canonical_json([asdict(c) for c in made.candidates]) if searched else None,
            made.true_rank,
            made.true_score,
            made.true_confidence,
            made.id,
        ),
    )
    return cursor.rowcount > 0


def finish(db: Connection, rehearsal_id: int) -> None:
    """From now on it stays as it is. The database refuses while searches are pending."""
    db.conn.execute("UPDATE rehearsals SET finished_at = ? WHERE id = ?", (now(), rehearsal_id))


def give_up(db: Connection, rehearsal_id: int) -> None:
    """Remove an unfinished rehearsal with its searches."""
    db.conn.execute("DELETE FROM rehearsals WHERE id = ?", [rehearsal_id])


def fault_counts(db: Connection, rehearsal_id: int) -> dict[ImageFault, int]:
    rows = db.query(
        "SELECT fault, count(*) AS n FROM rehearsal_searches WHERE rehearsal_id = ? "
        "AND status = 'failed' GROUP BY fault ORDER BY n DESC",
        [rehearsal_id],
    )
    return {ImageFault(row["fault"]): row["n"] for row in rows}


def gallery_of(db: Connection, search_id: int) -> int:
    row = db.conn.execute(
        "SELECT r.gallery_id FROM rehearsals r JOIN rehearsal_searches s ON s.rehearsal_id = r.id "
        "WHERE s.id = ?",
        [search_id],
    ).fetchone()
    return int(row[0])
