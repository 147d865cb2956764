"""Policy copies, kept by the SHA-256 of their canonical form."""

from secondlook.domain.policy import Policy, policy_from_document
from secondlook.storage import log, trust
from secondlook.storage.database import Connection, insert, now


def keep(db: Connection, actor: str, policy: Policy) -> str:
    """Store a copy unless it is there, and return its SHA-256."""
    if not db.table("policies").count_where("sha256 = ?", [policy.sha256]):
        insert(
            db,
            "policies",
            {
                "sha256": policy.sha256,
                "policy_id": policy.id,
                "version": policy.version,
                "document": policy.document,
                "stored_at": now(),
            },
        )
        trusted = trust.of_policy(db, policy).value
        payload = {"id": policy.id, "version": policy.version, "trust": trusted}
        log.record(db, actor, "policy", policy.sha256, payload)
    return policy.sha256


def get(db: Connection, sha256: str) -> Policy:
    row = next(db.query("SELECT document FROM policies WHERE sha256 = ?", [sha256]))
    return policy_from_document(row["document"])


def everything(db: Connection) -> list[Policy]:
    """All copies, in the order they came."""
    rows = db.query("SELECT document FROM policies ORDER BY stored_at, sha256")
    return [policy_from_document(row["document"]) for row in rows]
