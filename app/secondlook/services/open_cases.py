"""Nothing in a closed case changes any more, and no act rests on rows changed from outside."""

from secondlook.domain.errors import InputError
from secondlook.domain.records import Case, Probe
from secondlook.storage import cases, seals
from secondlook.storage.database import Connection


def require_open(case: Case) -> None:
    """Raises ``InputError`` for a closed case."""
    if case.closed_at:
        raise InputError(f"Case {case.reference} is closed.", remedy="Open a new case.")


def untouched(db: Connection, case_id: int) -> Case:
    """A case, as the last act left it. Raises ``IntegrityError`` where it is not."""
    case = cases.get(db, case_id)
    seals.require(db, "case", case_id)
    return case


def untouched_probe(db: Connection, probe_id: int) -> Probe:
    """The same of a probe: its faces, their quality, what it was declared to be."""
    probe = cases.probe(db, probe_id)
    seals.require(db, "probe", probe_id)
    return probe
