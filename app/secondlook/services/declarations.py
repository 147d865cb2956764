"""What people say of a probe before it is searched: its origin, and their analysis of it."""

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator, Probe
from secondlook.domain.review import ORIGIN_LABELS, ProbeOrigin
from secondlook.storage import acts, log, people, unknowns
from secondlook.storage.database import Connection
from secondlook.storage.unknowns import Unknown


def declare_origin(
    db: Connection, operator: Operator, probe: Probe, origin: ProbeOrigin, policy: Policy
) -> None:
    """Put a declaration on record, unless the picture is declared to be just that already.

    Raises ``PolicyRefusal`` where what stands is blocked by the policy and this would not be: it
    takes another person, who looks at the picture, to say that a declaration was wrong.
    """
    standing = acts.standing_origins(db, probe.original_sha256)
    blocked = [o for o in standing if o in policy.blocked_origins]
    if blocked and origin not in policy.blocked_origins:
        raise PolicyRefusal(
            f"This picture was declared to be: {ORIGIN_LABELS[blocked[0]].lower()}.",
            unmet=("probe_origin",),
            remedy="If that was wrong, another person corrects it.",
        )
    if origin is not ProbeOrigin.UNDECLARED and origin not in standing:
        key = acts.declare_origin(db, probe.original_sha256, origin, operator.id)
        log.record(db, operator.username, "origin declaration", key, {"origin": origin.value})


def correct_origin(
    db: Connection, operator: Operator, probe: Probe, origin: ProbeOrigin, reason: str
) -> bool:
    """Say that what somebody else declared was wrong; both stay on record. Of what was declared on
    the command line, where nobody says who it was, two people say it. Whether all of it counts as
    corrected now.

    Raises ``PolicyRefusal`` where nobody else declared anything.
    """
    wrong = [
        declared
        for declared, said in acts.declared_origins(db, probe.original_sha256)
        if declared is not origin and all(people.adds(db, operator.id, who) for who in said)
    ]
    if not wrong:
        raise PolicyRefusal(
            "Nobody else declared this picture to be anything that you could correct.",
            unmet=("probe_origin",),
            remedy="Who declared something wrongly cannot correct it alone, nor can one person "
            "correct what the command line declared: ask another one.",
        )
    for declared in wrong:
        key = acts.declare_origin(
            db, probe.original_sha256, origin, operator.id, corrects=declared, reason=reason
        )
        log.record(db, operator.username, "origin declaration", key, {"corrects": declared.value})
    return set(wrong).isdisjoint(acts.standing_origins(db, probe.original_sha256))


def analyse(db: Connection, operator: Operator, probe: Probe, text: str) -> None:
    """Keep what this person found in the unknown, if it says anything new."""
    if probe.face is None or is_blank(text) or not operator.examines:
        return
    keep_analysis(db, operator, unknown_of(db, operator, probe).id, text)


def unknown_of(db: Connection, operator: Operator, probe: Probe) -> Unknown:
    """Of the chosen face, on record from now on. Raises ``InputError`` without one."""
    if probe.face is None:
        raise InputError(f"No face of {probe.source_name} is chosen.")
    key = probe.original_sha256, probe.face
    return unknowns.note(db, *key, operator.username, probe.placings)


def keep_analysis(db: Connection, operator: Operator, unknown_id: int, text: str) -> None:
    if acts.last_analysis(db, unknown_id, operator.id) != text:
        key = acts.analyse(db, unknown_id, operator.id, text)
        log.record(db, operator.username, "analysis", key, {"unknown": unknown_id})
