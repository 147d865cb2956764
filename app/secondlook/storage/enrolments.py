"""The enrolment list of a gallery: what is still to do, and how each image ended."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from secondlook.domain.audit import canonical_json
from secondlook.domain.errors import NOT_TRIED, ImageFault
from secondlook.domain.records import EnrolmentItem, EnrolmentStatus
from secondlook.storage.database import Connection


class PlannedImage(NamedTuple):
    """One image to enrol, as a folder or CSV names it."""

    path: str
    person_key: str
    display_name: str
    metadata: dict[str, str]


def _item(row: dict[str, Any]) -> EnrolmentItem:
    return EnrolmentItem(
        row["id"],
        row["gallery_id"],
        row["path"],
        row["person_key"],
        row["display_name"],
        json.loads(row["metadata"]),
        EnrolmentStatus(row["status"]),
        ImageFault(row["fault"]) if row["fault"] else None,
        row["detail"],
    )


def plan(db: Connection, gallery_id: int, images: Iterable[PlannedImage]) -> int:
    """Add images to the list; those already on it stay as they are. Returns how many were new."""
    before = db.conn.total_changes
    db.conn.executemany(
        "INSERT OR IGNORE INTO enrolments (gallery_id, path, person_key, display_name, metadata) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (gallery_id, image.path, image.person_key, image.display_name,
             canonical_json(image.metadata))
            for image in images
        ],
    )  # fmt: skip
    return db.conn.total_changes - before


class NotPlanned(NamedTuple):
    """What a folder holds and what is not enrolled from it."""

    path: str
    person_key: str
    fault: ImageFault
    detail: str


def leave_out(db: Connection, gallery_id: int, left_out: Iterable[NotPlanned]) -> None:
    """Put on the list, as failed, what was not planned; what is on it stays as it is."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO enrolments (gallery_id, path, person_key, display_name, metadata, "
        "status, fault, detail) VALUES (?, ?, ?, ?, '{}', 'failed', ?, ?)",
        [(gallery_id, o.path, o.person_key, o.person_key, o.fault.value, o.detail)
         for o in left_out],
    )  # fmt: skip


def keys(db: Connection, gallery_id: int) -> list[str]:
    """Of everybody who is enrolled in a gallery, or on its list."""
    rows = db.conn.execute(
        "SELECT key FROM persons WHERE gallery_id = :gallery UNION "
        "SELECT person_key FROM enrolments WHERE gallery_id = :gallery AND fault NOT IN "
        f"({_NOT_TRIED}) ORDER BY 1",
        {"gallery": gallery_id},
    )
    return [row[0] for row in rows]


def without_reference(db: Connection, gallery_id: int) -> list[str]:
    """Names of those on the list of whom nothing is enrolled or still to do."""
    rows = db.conn.execute(
        "SELECT min(e.display_name) FROM enrolments e WHERE e.gallery_id = ? AND NOT EXISTS ("
        " SELECT 1 FROM persons p JOIN reference_images r ON r.person_id = p.id "
        " WHERE p.gallery_id = e.gallery_id AND p.key = e.person_key) "
        "GROUP BY e.person_key HAVING max(e.status = 'pending') = 0 AND max(e.fault <> ?) = 1 "
        "ORDER BY 1",
        [gallery_id, ImageFault.LEFT_OUT.value],
    )
    return [row[0] for row in rows]


_NOT_TRIED = ", ".join(f"'{fault}'" for fault in sorted(NOT_TRIED))


def items(
    db: Connection,
    gallery_id: int,
    status: EnrolmentStatus,
    fault: ImageFault | None = None,
    limit: int = -1,
) -> list[EnrolmentItem]:
    rows = db.query(
        "SELECT * FROM enrolments WHERE gallery_id = ? AND status = ? "
        "AND (? = '' OR fault = ?) ORDER BY id LIMIT ?",
        [gallery_id, status.value, fault or "", fault or "", limit],
    )
    return [_item(row) for row in rows]


def fault_counts(db: Connection, gallery_id: int) -> dict[ImageFault, int]:
    rows = db.query(
        "SELECT fault, count(*) AS n FROM enrolments WHERE gallery_id = ? AND status = 'failed' "
        "GROUP BY fault ORDER BY n DESC",
        [gallery_id],
    )
    return {ImageFault(row["fault"]): row["n"] for row in rows}


def finish(db: Connection, item_id: int, fault: ImageFault | None = None, detail: str = "") -> bool:
    """The item is enrolled, or failed for a reason. False if it was not pending any more."""
    status = EnrolmentStatus.FAILED if fault else EnrolmentStatus.ENROLLED
    cursor = db.conn.execute(
        "UPDATE enrolments SET status = ?, fault = ?, detail = ? "
        "WHERE id = ? AND status = 'pending'",
        (status.value, fault or "", detail, item_id),
    )
    return cursor.rowcount > 0


def item(db: Connection, item_id: int) -> EnrolmentItem | None:
    row = next(db.query("SELECT * FROM enrolments WHERE id = ?", [item_id]), None)
    return _item(row) if row else None


def picked(db: Connection, item_id: int) -> bool:
    """Somebody said which of several faces is meant. False if it does not wait for that."""
    cursor = db.conn.execute(
        "UPDATE enrolments SET status = 'enrolled', fault = '', detail = '' "
        "WHERE id = ? AND status = 'failed' AND fault = ?",
        (item_id, ImageFault.SEVERAL_FACES.value),
    )
    return cursor.rowcount > 0


def retry(db: Connection, gallery_id: int, item_ids: Sequence[int] | None) -> int:
    """Put failed items (all of them for None) back on the list, but for folders and links. Returns
    how many."""
    chosen = json.dumps(list(item_ids)) if item_ids is not None else None
    cursor = db.conn.execute(
        "UPDATE enrolments SET status = 'pending', fault = '', detail = '' "
        "WHERE gallery_id = ? AND status = 'failed' AND fault NOT IN ('empty folder', 'left out') "
        "AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))",
        [gallery_id, chosen, chosen],
    )
    return cursor.rowcount
