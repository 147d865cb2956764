"""``secondlook gallery check``: people enrolled twice, dates that have passed, poor references."""

import argparse
from datetime import datetime
from typing import Any

from secondlook.cli.console import DONE, Add, add_json, counted, print_json, show_progress
from secondlook.domain.marks import Standing
from secondlook.domain.policy import Policy
from secondlook.services.application import Application
from secondlook.services.hygiene import BelowLimits, Expiry, SuspiciousPair, SuspiciousPairs
from secondlook.storage.hygiene import HeldReference


def add_check(add: Add, group: Any) -> None:
    text = "people who look enrolled twice, references that expired or are below the limits"
    parser = add(group, "check", text, check)
    parser.add_argument("name")
    parser.add_argument("--policy", metavar="ID", help="whose limits; else the default policy's")
    add_json(parser)


def check(arguments: argparse.Namespace, app: Application) -> int:
    """Writes nothing. Status 0 whatever is found: what to do about it is for a person to say."""
    gallery = app.galleries.by_name(arguments.name)
    policy = app.policies.get(arguments.policy) if arguments.policy else app.policies.default()
    with show_progress() as (cancel, progress):
        found = app.hygiene.suspicious(gallery.id, cancel=cancel, progress=progress)
    expiry = app.hygiene.expired(gallery.id, datetime.now().astimezone().date())
    below = app.hygiene.below_limits(gallery.id, policy)
    if arguments.json:
        print_json({"gallery": gallery.name} | document(found, expiry, policy, below))
    else:
        _print(found, expiry, policy, below)
    return DONE


# As JSON


def document(
    found: SuspiciousPairs, expiry: Expiry, policy: Policy, below: tuple[BelowLimits, ...]
) -> dict[str, Any]:
    """What ``gallery check --json`` prints; scores are cosines, dates ISO 8601."""
    return {
        "line": found.line,
        "reason": found.reason,
        "cohort": found.cohort,
        "pairs": [_pair(pair) for pair in found.pairs],
        "more": found.more,
        "expired": [
            _reference(each.reference) | {"on": each.on.isoformat()} for each in expiry.expired
        ],
        "unreadable": [
            _reference(each.reference) | {"text": each.text} for each in expiry.unreadable
        ],
        "policy": {"id": policy.id, "version": policy.version},
        "below_limits": [
            _reference(each.reference)
            | {
                "shortfalls": [
                    {"component": s.component.value, "needed": s.needed, "found": s.found}
                    for s in each.shortfalls
                ]
            }
            for each in below
        ],
    }


def _pair(pair: SuspiciousPair) -> dict[str, Any]:
    return {
        "score": pair.score,
        "first": _reference(pair.first),
        "second": _reference(pair.second),
        "standing": pair.marks.standing.value,
    }


def _reference(held: HeldReference) -> dict[str, Any]:
    return {"person": held.person_key, "name": held.display_name, "path": held.source_path}


# As text


def _print(
    found: SuspiciousPairs, expiry: Expiry, policy: Policy, below: tuple[BelowLimits, ...]
) -> None:
    line = f"the line is a score of {found.line:.3f}, " if found.line is not None else ""
    print(f"May be one person: {counted(len(found.pairs), 'pair')} ({line}{found.reason})")
    for pair in found.pairs:
        standing = pair.marks.standing
        mark = "" if standing is Standing.OPEN else f" [{standing}]"
        score = "share a photograph" if pair.score is None else f"{pair.score:.3f}"
        print(f"  {score}  {_who(pair.first)} – {_who(pair.second)}{mark}")
    if found.more and found.line is not None:
        print(f"  and {found.more:,} more, when these are marked")
    print(f"Expired: {counted(len(expiry.expired), 'reference')}")
    for each in expiry.expired:
        print(f"  {each.on}  {_who(each.reference)}: {each.reference.source_path}")
    if expiry.unreadable:
        print(f"Dates that cannot be read: {len(expiry.unreadable)}")
    for unclear in expiry.unreadable:
        print(f"  “{unclear.text}”  {_who(unclear.reference)}: {unclear.reference.source_path}")
    print(f"Below the limits of {policy.title}: {counted(len(below), 'reference')}")
    for low in below:
        missed = "; ".join(map(str, low.shortfalls))
        print(f"  {_who(low.reference)}: {low.reference.source_path}: {missed}")


def _who(held: HeldReference) -> str:
    name, key = held.display_name, held.person_key
    return name if name == key else f"{name} ({key})"
