"""What is kept of who belongs together: derived from links, and derived again before it counts."""

from secondlook.storage import identities, unknowns
from secondlook.storage.database import Connection


def refresh(db: Connection) -> None:
    """Bring up to date who is one person and which pictures are one: an account that is confirmed
    or doubted, or a picture that is enrolled, can change it for any question."""
    unknowns.regroup(db)
    identities.refresh(db)
