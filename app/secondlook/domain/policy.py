"""The policy a case is under, and the one function that says what it still needs.

``assess`` is the single definition. The window shows its requirements, ``services.decide`` asks it
again, and the triggers of the database restate it over the stored rows.
"""

import tomllib
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondlook.domain.audit import canonical_json, sha256_text
from secondlook.domain.confidence import Confidence, ConfidenceStatus, format_percent
from secondlook.domain.errors import InputError, IntegrityError
from secondlook.domain.faces import Component, Quality, shortfalls
from secondlook.domain.review import CONCLUSION_LABELS, ORIGIN_LABELS, Conclusion, ProbeOrigin

REHEARSED_PEOPLE = 30
"""Absent people that a rehearsal must have searched to count. With fewer, not even a rate of one in
ten could be ruled out by finding nothing (3 / n: Hanley & Lippman-Hand 1983)."""

Percent = Annotated[float, Field(ge=0, lt=100)]


class Policy(BaseModel):
    """A validated policy. Confidences in percent, margins in score, deadlines in hours.

    ``minimum_model`` and ``rehearsal_max_age_days`` came later than the rest: where one is None the
    canonical form leaves it out, so that older copies keep theirs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    summary: str
    rationale: dict[str, str]
    permitted_purposes: tuple[str, ...] = Field(min_length=1)
    prohibited_purposes: tuple[str, ...]
    accepts: bool
    lead_confidence: Percent
    accept_confidence: Percent
    allow_reference_calibration: bool
    min_margin: float = Field(ge=0, le=2)
    max_candidates: int = Field(ge=1, le=50)
    examiners: int = Field(ge=1, le=2)
    blind_verification: bool
    min_conclusion: int = Field(ge=1, le=3)
    checklist_required: bool
    probe_analysis_first: bool
    score_shown_after_examination: bool
    all_candidates_reviewed: bool
    corroboration_required: bool
    authorisation_required: bool
    authorisation_deadline_hours: int = Field(ge=0)
    retention_days: int = Field(ge=1)
    blocked_origins: tuple[ProbeOrigin, ...]
    probe_limits: dict[Component, float]
    reference_limits: dict[Component, float]
    minimum_model: Literal["full"] | None = Field(default=None, exclude_if=lambda v: v is None)
    rehearsal_max_age_days: int | None = Field(
        default=None, ge=1, le=3650, exclude_if=lambda v: v is None
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if self.lead_confidence > self.accept_confidence:
            raise ValueError("lead_confidence may not be above accept_confidence")
        if self.blind_verification and self.examiners < 2:
            raise ValueError("blind_verification needs two examiners")
        if ProbeOrigin.UNDECLARED not in self.blocked_origins:
            raise ValueError("blocked_origins must contain 'undeclared'")
        explained = {"accept_confidence", "lead_confidence"}
        optional = ("minimum_model", "rehearsal_max_age_days")
        explained |= {name for name in optional if getattr(self, name) is not None}
        unexplained = explained - set(self.rationale)
        if unexplained:
            raise ValueError(f"rationale is missing for {', '.join(sorted(unexplained))}")
        return self

    @property
    def document(self) -> str:
        """The canonical form: what is hashed, and what a case keeps as its copy."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        return sha256_text(self.document)


def parse_policy(text: str, *, source: str) -> Policy:
    """A policy from TOML. Raises ``InputError`` naming ``source`` and every field that is wrong."""
    try:
        return Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML ({error}).", subject=source) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'policy'}: {e['msg']}" for e in error.errors()
        )
        raise InputError(
            f"is not a valid policy: {faults}.", subject=source, remedy="Correct the file."
        ) from error


def policy_from_document(document: str) -> Policy:
    """The policy of a stored canonical copy. Raises ``IntegrityError`` if it is none."""
    try:
        return Policy.model_validate_json(document)
    except ValidationError as error:
        raise IntegrityError(
            "A stored policy copy is not a valid policy.",
            remedy="Verify the record, and put back a copy of the database.",
        ) from error


@dataclass(frozen=True, slots=True)
class ExaminationFact:
    """What ``assess`` needs of one committed examination."""

    operator_id: int
    conclusion: Conclusion
    checklist_complete: bool


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A model that a search used; ``status`` as its card had it then, empty where not recorded."""

    name: str
    status: str

    def __str__(self) -> str:
        if self.status == "evaluation":
            return f"{self.name}, for evaluation only"
        return f"{self.name}, {self.status or 'status not recorded'}"


@dataclass(frozen=True, slots=True)
class RehearsalFact:
    """The last rehearsal of the searched gallery with the model of the search.

    ``age_days``: from its end to the search, negative where the rehearsal came later; ``people``:
    absent people searched in it; ``persons``: the gallery's then and at the search.
    """

    finished_at: str
    age_days: float
    people: int
    persons: tuple[int, int]

    def __str__(self) -> str:
        rehearsed, searched = self.persons
        text = f"{self.finished_at[:10]}, {self.people} absent people"
        if rehearsed == searched:
            return text
        return f"{text}, in a gallery of {rehearsed} persons that had {searched} at this search"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one candidate that a policy can ask for, as stored.

    ``authorisation_delay_hours``: hours from opening the case to recording the authorisation.
    ``models``: the recogniser and the detector of the search.
    """

    purpose: str
    authorisation: str
    authorisation_delay_hours: float
    probe_origin: ProbeOrigin
    probe_analysis: str
    probe_quality: Quality
    reference_quality: Quality
    confidence: Confidence
    margin: float
    examinations: tuple[ExaminationFact, ...] = ()
    corroboration: str = ""
    models: tuple[ModelFact, ...] = ()
    rehearsal: RehearsalFact | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition: ``needed`` and ``found`` are texts for a person; ``why`` gives the reason."""

    name: str
    title: str
    met: bool
    needed: str
    found: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    requirements: tuple[Requirement, ...]

    @property
    def acceptable(self) -> bool:
        return all(r.met for r in self.requirements)

    @property
    def unmet(self) -> tuple[Requirement, ...]:
        return tuple(r for r in self.requirements if not r.met)


def assess(policy: Policy, facts: Facts) -> Assessment:
    """Every requirement of ``policy`` for accepting one candidate as a lead, met or not."""
    checks = (
        _accepting,
        _purpose,
        _authorisation,
        _probe_origin,
        _probe_analysis,
        _probe_quality,
        _reference_quality,
        _model,
        _rehearsal,
        _confidence,
        _margin,
        _examiners,
        _conclusions,
        _checklist,
        _corroboration,
    )
    found = (check(policy, facts) for check in checks)
    return Assessment(tuple(r for r in found if r is not None))


def _accepting(policy: Policy, _: Facts) -> Requirement | None:
    if policy.accepts:
        return None
    return Requirement(
        "accepting_policy",
        "Policy that accepts",
        False,
        "a policy that allows acceptance",
        f"{policy.title} never accepts",
        policy.rationale.get("accepts", ""),
    )


def _purpose(policy: Policy, facts: Facts) -> Requirement:
    return Requirement(
        "purpose",
        "Permitted purpose",
        facts.purpose in policy.permitted_purposes,
        "one of: " + ", ".join(policy.permitted_purposes),
        facts.purpose or "not stated",
        policy.rationale.get("permitted_purposes", ""),
    )


def _authorisation(policy: Policy, facts: Facts) -> Requirement | None:
    if not policy.authorisation_required:
        return None
    hours = policy.authorisation_deadline_hours
    given = bool(facts.authorisation.strip())
    late = given and facts.authorisation_delay_hours > hours
    found = facts.authorisation if given else "none recorded"
    if late:
        found += f", recorded {facts.authorisation_delay_hours:.0f} h after opening"
    return Requirement(
        "authorisation",
        "Authorisation",
        given and not late,
        f"a reference, within {hours} h of opening the case",
        found,
        policy.rationale.get("authorisation_required", ""),
    )


def _probe_origin(policy: Policy, facts: Facts) -> Requirement:
    blocked = ", ".join(ORIGIN_LABELS[o].lower() for o in policy.blocked_origins)
    return Requirement(
        "probe_origin",
        "Probe origin",
        facts.probe_origin not in policy.blocked_origins,
        f"none of: {blocked}",
        ORIGIN_LABELS[facts.probe_origin].lower(),
        policy.rationale.get("blocked_origins", ""),
    )


def _probe_analysis(policy: Policy, facts: Facts) -> Requirement | None:
    if not policy.probe_analysis_first:
        return None
    return Requirement(
        "probe_analysis",
        "Probe analysed first",
        bool(facts.probe_analysis.strip()),
        "a note on the probe, written before the search",
        "written" if facts.probe_analysis.strip() else "none",
        policy.rationale.get("probe_analysis_first", ""),
    )


def _quality(
    name: str, title: str, quality: Quality, limits: dict[Component, float], why: str
) -> Requirement | None:
    if not limits:
        return None
    missed = shortfalls(quality, limits)
    return Requirement(
        name,
        title,
        not missed,
        f"{len(limits)} quality limits",
        "; ".join(map(str, missed)) if missed else "all met",
        why,
    )


def _probe_quality(policy: Policy, facts: Facts) -> Requirement | None:
    why = policy.rationale.get("probe_limits", "")
    return _quality("probe_quality", "Probe quality", facts.probe_quality, policy.probe_limits, why)


def _reference_quality(policy: Policy, facts: Facts) -> Requirement | None:
    return _quality(
        "reference_quality",
        "Reference quality",
        facts.reference_quality,
        policy.reference_limits,
        policy.rationale.get("reference_limits", ""),
    )


def _model(policy: Policy, facts: Facts) -> Requirement | None:
    if policy.minimum_model is None:
        return None
    short = tuple(m for m in facts.models if m.status != policy.minimum_model)
    met = bool(facts.models) and not short
    needed = "a full model"
    if not met:
        needed += " (get one under Models, or with secondlook models fetch; then search again)"
    return Requirement(
        "minimum_model",
        "Model",
        met,
        needed,
        "; ".join(map(str, short or facts.models)) or "not recorded",
        policy.rationale["minimum_model"],
    )


def _rehearsal(policy: Policy, facts: Facts) -> Requirement | None:
    """A rehearsal counts if it was recent when the search was made, or was made since."""
    days, rehearsal = policy.rehearsal_max_age_days, facts.rehearsal
    if days is None:
        return None
    met = (
        rehearsal is not None
        and rehearsal.people >= REHEARSED_PEOPLE
        and rehearsal.age_days <= days
    )
    needed = (
        f"one of this gallery with this model, of at least {REHEARSED_PEOPLE} absent people, "
        f"not more than {days} days before the search"
    )
    if not met:
        needed += " (rehearse the gallery; the search need not be made again)"
    return Requirement(
        "rehearsal",
        "Rehearsal",
        met,
        needed,
        str(rehearsal) if rehearsal else "none",
        policy.rationale["rehearsal_max_age_days"],
    )


BEYOND_COUNTS = {
    ConfidenceStatus.REFERENCE: ", from the model's reference curve",
    ConfidenceStatus.EXTRAPOLATED: ", extrapolated beyond what was counted",
}
"""What does not rest on the gallery's own false matches; a policy may refuse it."""


def _confidence(policy: Policy, facts: Facts) -> Requirement:
    confidence = facts.confidence
    needed = f"at least {format_percent(policy.accept_confidence)} %"
    found = str(confidence)
    met = confidence.reaches(policy.accept_confidence)
    if confidence.status is ConfidenceStatus.NOT_MEASURABLE:
        found = "not measurable: too few comparisons to resolve it"
    elif confidence.status in BEYOND_COUNTS:
        found += BEYOND_COUNTS[confidence.status]
        if not policy.allow_reference_calibration:
            needed += ", measured in this gallery"
            met = False
    why = policy.rationale["accept_confidence"]
    return Requirement("confidence", "Search confidence", met, needed, found, why)


def _margin(policy: Policy, facts: Facts) -> Requirement | None:
    if policy.min_margin <= 0:
        return None
    alone = facts.margin == float("inf")
    return Requirement(
        "margin",
        "Margin to the next person",
        facts.margin >= policy.min_margin,
        f"at least {policy.min_margin:.2f} in score",
        "no other person" if alone else f"{facts.margin:.3f}",
        policy.rationale.get("min_margin", ""),
    )


def _examiners(policy: Policy, facts: Facts) -> Requirement:
    people = len({e.operator_id for e in facts.examinations})
    noun = "examiner" if policy.examiners == 1 else "different examiners"
    return Requirement(
        "examiners",
        "Examined by",
        people >= policy.examiners,
        f"{policy.examiners} {noun}",
        str(people) if people else "nobody yet",
        policy.rationale.get("examiners", ""),
    )


def _conclusions(policy: Policy, facts: Facts) -> Requirement:
    found = [CONCLUSION_LABELS[e.conclusion].lower() for e in facts.examinations]
    agree = bool(found) and all(e.conclusion >= policy.min_conclusion for e in facts.examinations)
    return Requirement(
        "conclusions",
        "Conclusions agree",
        agree,
        f"every examiner: {CONCLUSION_LABELS[Conclusion(policy.min_conclusion)].lower()}, or more",
        "; ".join(found) or "none yet",
        policy.rationale.get("min_conclusion", ""),
    )


def _checklist(policy: Policy, facts: Facts) -> Requirement | None:
    if not policy.checklist_required:
        return None
    complete = sum(e.checklist_complete for e in facts.examinations)
    total = len(facts.examinations)
    return Requirement(
        "checklist",
        "Checklist complete",
        bool(total) and complete == total,
        "all 19 component groups in every examination",
        f"{complete} of {total} examinations" if total else "none yet",
        policy.rationale.get("checklist_required", ""),
    )


def _corroboration(policy: Policy, facts: Facts) -> Requirement | None:
    if not policy.corroboration_required:
        return None
    stated = bool(facts.corroboration.strip())
    return Requirement(
        "corroboration",
        "Corroboration",
        stated,
        "a statement of the evidence other than the face",
        "stated" if stated else "none yet",
        policy.rationale.get("corroboration_required", ""),
    )
