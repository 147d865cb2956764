"""The demonstration: two examiners, a gallery and a case, in a database of its own."""

from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.records import Case, GallerySummary, Operator, Role
from secondlook.services.application import Application

PASSWORD = "second look demo"  # noqa: S105 - of two accounts that exist in the demonstration only
EXAMINERS = (("anna", "Anna Okafor"), ("ben", "Ben Lindqvist"))
GALLERY = "Demonstration people"
REFERENCE = "DEMO-1"
PURPOSE = "Missing person"
AUTHORISATION = "Demonstration order 1"
ANALYSIS = "Frontal portrait, evenly lit, both ears partly visible; nothing covers the face."


@dataclass(frozen=True, slots=True)
class Demonstration:
    operator: Operator
    gallery: GallerySummary
    case: Case


def probe_of(people: Path) -> Path:
    """The probe that the demonstration searches: a mated one if there are any."""
    found = sorted((people / "probes").rglob("*.jpg"))
    return next((p for p in found if p.parent.name == "mated"), found[0])


def prepare(app: Application, people: Path) -> Demonstration:
    """Make what is not there yet; nothing is enrolled or searched."""
    (first, first_name), (second, second_name) = EXAMINERS
    if app.accounts.needs_first():
        administrator = app.accounts.create_first(first, first_name, PASSWORD)
        app.accounts.create(administrator, second, second_name, Role.EXAMINER, PASSWORD)
    operator = app.accounts.sign_in(first, PASSWORD)
    galleries = [g for g in app.galleries.summaries() if g.name == GALLERY]
    gallery = galleries[0] if galleries else None
    case = app.cases.by_reference(REFERENCE)
    return Demonstration(
        operator,
        gallery or app.galleries.create(operator, GALLERY, people / "gallery"),
        case or app.cases.open(operator, REFERENCE, PURPOSE, AUTHORISATION, app.policies.default()),
    )
