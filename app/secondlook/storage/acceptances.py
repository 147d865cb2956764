"""What was accepted under today's rules, tried as of its own place in the log.

What came later never makes an acceptance unsound: a dissent since then makes it contested
(``questions.contested``), and rules that changed are not its rules.
"""

import json
from typing import Any

from secondlook.domain.confidence import reached
from secondlook.domain.policy import Policy, policy_from_document
from secondlook.storage.database import Connection

ACCEPTANCES = """
SELECT d.id, d.operator_id, d.assessment, p.document, b.opinions,
    (SELECT max(l.seq) FROM audit_log l WHERE l.subject = 'decision ' || d.id) AS seq
FROM decisions d JOIN decision_bases b ON b.decision_id = d.id
JOIN policies p ON p.sha256 = d.policy_sha256
WHERE d.outcome = 'accepted_as_lead' ORDER BY d.id
"""

WITHOUT_BASIS = """
SELECT d.id FROM decisions d JOIN candidates c ON c.id = d.candidate_id
JOIN audit_log l ON l.subject = 'decision ' || d.id
WHERE NOT EXISTS (SELECT 1 FROM decision_bases b WHERE b.decision_id = d.id)
  AND (EXISTS (SELECT 1 FROM audit_log s WHERE s.subject = 'search ' || c.search_id
               AND json_extract(s.payload, '$.unknown') IS NOT NULL)
    OR EXISTS (SELECT 1 FROM decision_bases b
               JOIN audit_log e ON e.subject = 'decision ' || b.decision_id
               WHERE e.seq < l.seq)) ORDER BY d.id
"""
"""Decisions that pretend to be older than they are: on a search of today's kind, or after another
decision that says what it rests on."""

OF_ANOTHER_UNKNOWN = """
SELECT l.subject FROM audit_log l
LEFT JOIN search_unknowns u ON l.subject = 'search ' || u.search_id
WHERE l.act = 'search' AND json_extract(l.payload, '$.unknown') IS NOT NULL
  AND u.unknown_id IS NOT json_extract(l.payload, '$.unknown') ORDER BY l.seq
"""
"""Searches that say in the log whom they were made for, and in their row something else."""

ALWAYS = {"purpose", "probe_origin", "confidence", "examiners", "conclusions", "standing_outcome"}
"""Requirements that every policy has."""


def unfounded(db: Connection) -> tuple[str, str] | None:
    """The first subject of the log that does not hold, and why."""
    for row in db.query(OF_ANOTHER_UNKNOWN):
        return str(row["subject"]), "is not of the unknown that was recorded"
    for row in db.query(WITHOUT_BASIS):
        return f"decision {row['id']}", "does not say what it rests on"
    for row in db.query(ACCEPTANCES):
        problem = _problem(db, row)
        if problem:
            return f"decision {row['id']}", problem
    return None


def _problem(db: Connection, row: dict[str, Any]) -> str:
    policy = policy_from_document(row["document"])
    requirements = {r["name"]: r for r in json.loads(row["assessment"])}
    if not requirements.keys() >= ALWAYS or not all(r["met"] for r in requirements.values()):
        return "accepts a candidate below its policy"
    asked, there = (requirements["confidence"][side] for side in ("needed", "present"))
    line = max(asked["percent"], policy.accept_confidence)
    if not reached(there["persons"], there["fmr_upper"], line):
        return "accepts a candidate below its policy"
    opinions = [(int(who), int(conclusion)) for who, conclusion in json.loads(row["opinions"])]
    if not set(opinions) <= _before(db, row["seq"]):
        return "rests on an opinion that nobody had given"
    if not _agree(opinions, row["operator_id"], policy):
        return "accepts a candidate below its policy"
    return ""


def _before(db: Connection, seq: int | None) -> set[tuple[int, int]]:
    """Who had concluded what on record before an entry of the log."""
    rows = db.query(
        "SELECT DISTINCT e.operator_id, e.conclusion FROM examinations e "
        "JOIN audit_log l ON l.subject = 'examination ' || e.id WHERE l.seq < ?",
        [seq or 0],
    )
    return {(row["operator_id"], row["conclusion"]) for row in rows}


def _agree(opinions: list[tuple[int, int]], decider: int, policy: Policy) -> bool:
    agreeing = {who for who, conclusion in opinions if conclusion >= policy.min_conclusion}
    dissenting = {who for who, conclusion in opinions if -3 <= conclusion <= -1}
    everybody = {who for who, _ in opinions}
    if len(agreeing) < policy.examiners or everybody - agreeing - dissenting:
        return False
    return not dissenting or (len(everybody) > policy.examiners and decider not in everybody)
