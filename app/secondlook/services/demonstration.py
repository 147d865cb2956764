"""The demonstration: two examiners, a gallery and two cases, in a database of its own.

One case asks for a person who is enrolled, under the strictest policy; the other for somebody who
is not, under the policy that shows what an 80 % threshold lets through.
"""

from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.records import Case, GallerySummary, Operator, Role
from secondlook.services.application import Application

PASSWORD = "second look demo"  # noqa: S105 - of two accounts that exist in the demonstration only
EXAMINERS = (("anna", "Anna Okafor"), ("ben", "Ben Lindqvist"))
GALLERY = "Demonstration people"
UNIT = "The demonstration has two examiners, and nobody else who could know them."
ANALYSIS = "Frontal portrait, evenly lit; nothing covers the face."


@dataclass(frozen=True, slots=True)
class CasePlan:
    """``picture``: its probe, under the demonstration's probes."""

    reference: str
    policy_id: str
    purpose: str
    authorisation: str
    picture: str

    def probe(self, people: Path) -> Path:
        """Of other people than the ones that ship: the first of the same folder, or of any."""
        wanted = people / "probes" / self.picture
        if wanted.is_file():
            return wanted
        found = sorted((people / "probes").rglob("*.jpg"))
        return next((p for p in found if p.parent.name == wanted.parent.name), found[0])


ENROLLED = CasePlan(
    "DEMO-99",
    "high-stakes",
    "Missing person",
    "Demonstration order 1",
    picture="mated/Nadir Benali.jpg",
)
ABSENT = CasePlan(
    "DEMO-80", "demonstration", "Demonstration", "", picture="absent/Edmund Hartwell.jpg"
)
"""Whom the embedded recogniser takes for somebody else, at 89.6 %."""
CASES = (ENROLLED, ABSENT)


@dataclass(frozen=True, slots=True)
class Demonstration:
    operator: Operator
    gallery: GallerySummary


def prepare(app: Application, people: Path) -> Demonstration:
    """Make accounts, gallery and cases that are not there yet; nothing is enrolled or searched."""
    first, first_name = EXAMINERS[0]
    if app.accounts.needs_first():
        second_examiner(app, app.accounts.create_first(first, first_name, PASSWORD))
    operator = app.accounts.sign_in(first, PASSWORD)
    _choose_models(app, operator)
    galleries = [g for g in app.galleries.summaries() if g.name == GALLERY]
    gallery = galleries[0] if galleries else None
    for plan in CASES:
        if app.cases.by_reference(plan.reference) is None:
            _open(app, operator, plan)
    return Demonstration(
        operator, gallery or app.galleries.create(operator, GALLERY, people / "gallery")
    )


def second_examiner(app: Application, administrator: Operator) -> Operator:
    """Whom the administrator makes counts as one person with them. A third would have to say that
    they are two; where there is no third, the two declare themselves a unit of two, each at a
    sign-in of their own, and every lead of theirs says so."""
    username, name = EXAMINERS[1]
    made = app.accounts.create(administrator, username, name, Role.EXAMINER)
    second = app.accounts.choose_password(username, made.code, PASSWORD)
    unit = app.people.declare_unit(administrator, second.id, UNIT)
    app.people.sign_unit(second, unit.id)
    return second


def _choose_models(app: Application, operator: Operator) -> None:
    """The embedded ones, so that the demonstration is the same on every machine."""
    embedded = app.model_choice.embedded_here()
    if embedded and app.model_choice.chosen() is None:
        app.model_choice.choose(operator, embedded.detector.name, embedded.recogniser.name)


def _open(app: Application, operator: Operator, plan: CasePlan) -> Case:
    policy = app.policies.get(plan.policy_id)
    return app.cases.open(operator, plan.reference, plan.purpose, plan.authorisation, policy)
