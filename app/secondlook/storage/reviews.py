"""Examinations, their drafts, and decisions."""

import json
from typing import Any

from secondlook.domain.audit import canonical_json
from secondlook.domain.records import Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.review import Conclusion, Finding, Outcome
from secondlook.storage.database import Connection, insert, now


def draft(db: Connection, candidate_id: int, operator_id: int) -> ExaminationDraft | None:
    rows = db.query(
        "SELECT content FROM drafts WHERE candidate_id = ? AND operator_id = ?",
        [candidate_id, operator_id],
    )
    row = next(rows, None)
    if row is None:
        return None
    content = json.loads(row["content"])
    conclusion = content["conclusion"]
    return ExaminationDraft(
        {k: Finding(v) for k, v in content["findings"].items()},
        None if conclusion is None else Conclusion(conclusion),
        content["notes"],
        content["view"],
        content["started_at"],
    )


def save_draft(
    db: Connection, candidate_id: int, operator_id: int, content: ExaminationDraft
) -> None:
    body = {
        "findings": dict(content.findings),
        "conclusion": content.conclusion,
        "notes": content.notes,
        "view": content.view,
        "started_at": content.started_at,
    }
    db.conn.execute(
        "INSERT OR REPLACE INTO drafts (candidate_id, operator_id, content, saved_at) "
        "VALUES (?, ?, ?, ?)",
        (candidate_id, operator_id, canonical_json(body), now()),
    )


def examination_of(row: dict[str, Any]) -> Examination:
    return Examination(
        row["id"],
        row["candidate_id"],
        row["operator_id"],
        row["operator"],
        {k: Finding(v) for k, v in json.loads(row["findings"]).items()},
        Conclusion(row["conclusion"]),
        row["notes"],
        json.loads(row["view"]),
        row["started_at"],
        row["committed_at"],
    )


def commit(
    db: Connection, candidate_id: int, operator: Operator, content: ExaminationDraft
) -> Examination:
    """Write the examination and drop its draft. The draft must have a conclusion."""
    assert content.conclusion is not None
    moment = now()
    new_id = insert(
        db,
        "examinations",
        {
            "candidate_id": candidate_id,
            "operator_id": operator.id,
            "findings": canonical_json(dict(content.findings)),
            "conclusion": int(content.conclusion),
            "notes": content.notes,
            "view": canonical_json(content.view),
            "started_at": content.started_at or moment,
            "committed_at": moment,
        },
    )
    db.conn.execute(
        "DELETE FROM drafts WHERE candidate_id = ? AND operator_id = ?",
        [candidate_id, operator.id],
    )
    return next(e for e in examinations(db, candidate_id) if e.id == new_id)


def examinations(db: Connection, candidate_id: int) -> list[Examination]:
    rows = db.query(
        "SELECT e.*, o.display_name AS operator FROM examinations e "
        "JOIN operators o ON o.id = e.operator_id WHERE e.candidate_id = ? ORDER BY e.id",
        [candidate_id],
    )
    return [examination_of(row) for row in rows]


def add_decision(
    db: Connection,
    candidate_id: int,
    operator: Operator,
    policy_sha256: str,
    outcome: Outcome,
    corroboration: str,
    reason: str,
    assessment: list[dict[str, Any]],
) -> int:
    return insert(
        db,
        "decisions",
        {
            "candidate_id": candidate_id,
            "operator_id": operator.id,
            "policy_sha256": policy_sha256,
            "outcome": outcome.value,
            "corroboration": corroboration,
            "reason": reason,
            "assessment": canonical_json(assessment),
            "decided_at": now(),
        },
    )


def decision(db: Connection, candidate_id: int) -> Decision | None:
    rows = db.query(
        "SELECT d.*, o.display_name AS operator, w.reason AS withdrawn, "
        "EXISTS (SELECT 1 FROM json_tree(d.assessment) WHERE key = 'unit_of_two' AND atom = 1) "
        " AS unit_of_two FROM decisions d "
        "JOIN operators o ON o.id = d.operator_id "
        "LEFT JOIN lead_withdrawals w ON w.decision_id = d.id WHERE d.candidate_id = ?",
        [candidate_id],
    )
    row = next(rows, None)
    if row is None:
        return None
    return Decision(
        row["id"],
        row["candidate_id"],
        row["operator"],
        Outcome(row["outcome"]),
        row["corroboration"],
        row["reason"],
        row["decided_at"],
        row["withdrawn"],
        bool(row["unit_of_two"]),
    )


def progress(db: Connection, search_id: int) -> list[dict[str, Any]]:
    """Per candidate of a search: id, ids of who compared its pictures on any search (JSON list),
    and how it was decided here."""
    return list(
        db.query(
            "SELECT c.id, (SELECT json_group_array(DISTINCT e.operator_id) FROM question_members m "
            " JOIN examinations e ON e.candidate_id = m.member_id "
            " WHERE m.candidate_id = c.id AND m.here) AS examiners, d.outcome, d.decided_at "
            "FROM candidates c LEFT JOIN decisions d ON d.candidate_id = c.id "
            "WHERE c.search_id = ? ORDER BY c.rank",
            [search_id],
        )
    )
