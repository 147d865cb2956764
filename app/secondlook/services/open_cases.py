"""Nothing in a closed case changes any more."""

from secondlook.domain.errors import InputError
from secondlook.domain.records import Case


def require_open(case: Case) -> None:
    """Raises ``InputError`` for a closed case."""
    if case.closed_at:
        raise InputError(f"Case {case.reference} is closed.", remedy="Open a new case.")
