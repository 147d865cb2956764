"""How far policies and models can be trusted, and the cards that searches were made with."""

from dataclasses import dataclass

from secondlook.domain.approval import ApprovalKind
from secondlook.domain.policy import Policy
from secondlook.domain.trust import Trust, model_subject, model_trust, policy_trust
from secondlook.storage import log
from secondlook.storage.approvals import is_granted
from secondlook.storage.database import Connection, insert, now


@dataclass(frozen=True, slots=True)
class CardCopy:
    """A model card as a record keeps it. ``document`` is its canonical form, which has the
    reference curve too, and ``sha256`` that text's; ``model_sha256`` names the file."""

    name: str
    sha256: str
    model_sha256: str
    document: str

    @property
    def subject(self) -> str:
        return model_subject(self.model_sha256, self.sha256)


@dataclass(frozen=True, slots=True)
class Untrusted:
    """A policy or model on record on which no acceptance may rest, as it stands today."""

    kind: str
    name: str
    trust: Trust

    def __str__(self) -> str:
        return f"The {self.kind} {self.name} is {self.trust.value}: nobody may accept on it."


def of_policy(db: Connection, policy: Policy) -> Trust:
    approved = is_granted(db, ApprovalKind.POLICY, policy.sha256)
    return policy_trust(policy.id, policy.version, policy.sha256, approved=approved)


def of_model(db: Connection, card: CardCopy) -> Trust:
    approved = is_granted(db, ApprovalKind.MODEL, card.subject)
    return model_trust(card.name, card.model_sha256, card.sha256, approved=approved)


def keep_card(db: Connection, actor: str, card: CardCopy) -> None:
    """Store a copy unless it is there."""
    if not db.table("model_cards").count_where("sha256 = ?", [card.sha256]):
        row = {
            "sha256": card.sha256,
            "name": card.name,
            "model_sha256": card.model_sha256,
            "card": card.document,
            "stored_at": now(),
        }
        insert(db, "model_cards", row)
        payload = {"name": card.name, "trust": of_model(db, card).value}
        log.record(db, actor, "card", card.sha256, payload)


def seal_search(
    db: Connection,
    actor: str,
    search_id: int,
    policy: Policy,
    recogniser: CardCopy,
    detector: CardCopy,
) -> None:
    """Keep with a search which cards its models had, and how far all of it was trusted then."""
    for card in (recogniser, detector):
        keep_card(db, actor, card)
    trusts = {
        "policy_trust": of_policy(db, policy).value,
        "recogniser_trust": of_model(db, recogniser).value,
        "detector_trust": of_model(db, detector).value,
    }
    cards = {"recogniser_card": recogniser.sha256, "detector_card": detector.sha256}
    insert(db, "search_trust", {"search_id": search_id, **cards, **trusts})
    log.record(db, actor, "trust", search_id, trusts)


def of_search(db: Connection, search_id: int) -> dict[str, Trust]:
    """Of its two models, as things stand: by "recogniser" and "detector"; empty where a search was
    made before cards were kept."""
    trusts = {}
    for role in ("recogniser", "detector"):
        rows = db.query(
            f"SELECT c.* FROM search_trust t JOIN model_cards c ON c.sha256 = t.{role}_card "
            "WHERE t.search_id = ?",
            [search_id],
        )
        for row in rows:
            copy = CardCopy(row["name"], row["sha256"], row["model_sha256"], row["card"])
            trusts[role] = of_model(db, copy)
    return trusts


def untrusted(db: Connection) -> list[Untrusted]:
    """The policies and models on record that neither ship nor were approved, oldest first."""
    found: list[Untrusted] = []
    for row in db.query("SELECT policy_id, version, sha256 FROM policies ORDER BY stored_at"):
        approved = is_granted(db, ApprovalKind.POLICY, row["sha256"])
        trust = policy_trust(row["policy_id"], row["version"], row["sha256"], approved=approved)
        found.append(Untrusted("policy", f"{row['policy_id']}, version {row['version']}", trust))
    for row in db.query("SELECT * FROM model_cards ORDER BY stored_at"):
        card = CardCopy(row["name"], row["sha256"], row["model_sha256"], row["card"])
        found.append(Untrusted("model", card.name, of_model(db, card)))
    return [each for each in found if not each.trust.trusted]
