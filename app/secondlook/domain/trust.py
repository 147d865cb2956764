"""Whether a policy or a model is what this program ships, or what two people approved.

What a file says of itself (its name, its status) is never asked: only its hash.
"""

from enum import StrEnum

from secondlook.domain import shipped


class Trust(StrEnum):
    SHIPPED = "shipped"
    APPROVED = "approved"
    ALTERED = "altered"
    """It has the name of something that ships, or its file, and is not that."""
    UNVERIFIED = "unverified"
    """Nothing is known of it."""

    @property
    def trusted(self) -> bool:
        """Whether an acceptance may rest on it."""
        return self in (Trust.SHIPPED, Trust.APPROVED)


def policy_trust(policy_id: str, version: int, sha256: str, *, approved: bool) -> Trust:
    """``sha256``: of the policy's canonical form."""
    if any(p.sha256 == sha256 for p in shipped.POLICIES):
        return Trust.SHIPPED
    known = any((p.id, p.version) == (policy_id, version) for p in shipped.POLICIES)
    return _other(altered=known, approved=approved)


def model_trust(name: str, sha256: str, card_sha256: str, *, approved: bool) -> Trust:
    """``sha256``: of the model's file; ``card_sha256``: of the canonical form of its card, which
    holds its reference curve too."""
    if any((m.sha256, m.card_sha256) == (sha256, card_sha256) for m in shipped.MODELS):
        return Trust.SHIPPED
    known = any(m.name == name or m.sha256 == sha256 for m in shipped.MODELS)
    return _other(altered=known, approved=approved)


def _other(*, altered: bool, approved: bool) -> Trust:
    if approved:
        return Trust.APPROVED
    return Trust.ALTERED if altered else Trust.UNVERIFIED


def model_subject(sha256: str, card_sha256: str) -> str:
    """What is approved of a model: this file under this card."""
    return f"{sha256}+{card_sha256}"


def status_on_record(card_status: str, trust: Trust) -> str:
    """What a search says of a model: its card's word counts only when the card can be trusted."""
    return card_status if trust.trusted else trust.value
