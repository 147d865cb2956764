"""Nothing in a closed case changes any more, and no act rests on rows changed from outside."""

from typing import Any

from secondlook.domain.errors import InputError
from secondlook.domain.records import Case, Operator, Probe
from secondlook.storage import cases, log, seals
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


def log_probe(
    db: Connection, operator: Operator, act: str, probe_id: int, payload: dict[str, Any]
) -> None:
    """Put on record what was done to a probe, and seal it as it is now."""
    states = {"probe": [probe_id]}
    log.append(db, operator.username, act, f"probe {probe_id}", payload, states=states)


def untouched_probe(db: Connection, probe_id: int) -> Probe:
    """The same of a probe: its faces, their quality, what it was declared to be."""
    probe = cases.probe(db, probe_id)
    seals.require(db, "probe", probe_id)
    return probe
