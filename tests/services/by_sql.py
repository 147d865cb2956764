"""Plain SQL on the program's own file between two honest acts, and whether it is found."""

import sqlite3
from collections.abc import Callable

import pytest

from secondlook.domain.errors import PolicyRefusal, SecondLookError
from secondlook.domain.records import Candidate, GallerySummary, Operator, Probe
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from tests.services.steps import examine

EVIDENCE = "A witness names the same person."
AGES_AGO = "2000-01-01T00:00:00.000+00:00"
NEVER = "9999-01-01T00:00:00.000+00:00"
WEAK = 34
"""A picture so unlike the enrolled one that its confidence is below the line of 99 %."""

Sql = Callable[..., None]


def unmet(app: Application, who: Operator, candidate: Candidate) -> tuple[str, ...]:
    """Why the lead is refused before the attack: it is one that the policy forbids."""
    with pytest.raises(PolicyRefusal) as refusal:
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")
    return refusal.value.unmet


def caught(app: Application, *acts: Callable[[], object]) -> bool:
    """Whether one of the acts is refused, or the record then says that something is wrong."""
    try:
        for act in acts:
            act()
    except (sqlite3.IntegrityError, SecondLookError) as refusal:
        print("refused:", refusal)
        return True
    verified = app.record.verify()
    print(verified)
    return not verified.sound


def accepting(app: Application, who: Operator, candidate: Candidate) -> Callable[[], object]:
    return lambda: app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def accepting_anew(
    app: Application, who: Operator, probe: Probe, gallery: GallerySummary, *examiners: Operator
) -> Callable[[], object]:
    """Search, let these examine it, and accept what comes first."""

    def accept() -> None:
        lead = app.identify.search(who, probe.id, gallery.id).candidates[0]
        for examiner in examiners:
            examine(app, examiner, lead)
        app.review.decide(who, lead.id, Outcome.ACCEPTED, EVIDENCE, "")

    return accept
