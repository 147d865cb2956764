"""A policy's fields as a person reads them. No widgets."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from secondlook.domain.faces import COMPONENTS, Bound, Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import CONCLUSION_LABELS, Conclusion


def tr(text: str) -> str:
    return QCoreApplication.translate("policies", text)


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of a policy as a person reads it; ``why`` is its rationale."""

    field: str
    title: str
    value: str
    why: str


def _yes(value: bool) -> str:
    return tr("Required") if value else tr("Not required")


def rules(policy: Policy) -> list[Rule]:
    """All the numbers and switches of a policy."""
    hours = tr("Required, within {} h of opening").format(policy.authorisation_deadline_hours)
    people = tr("1 person") if policy.examiners == 1 else tr("2 different people")
    conclusion = CONCLUSION_LABELS[Conclusion(policy.min_conclusion)]
    values = {
        "accept_confidence": (
            tr("Search confidence to accept"),
            tr("At least {} %").format(f"{policy.accept_confidence:g}")
            if policy.accepts
            else tr("Never accepts"),
        ),
        "lead_confidence": (
            tr("Search confidence to offer"),
            tr("At least {} %").format(f"{policy.lead_confidence:g}"),
        ),
        "allow_reference_calibration": (
            tr("Model's reference curve, fitted tail"),
            tr("May stand in") if policy.allow_reference_calibration else tr("Not enough"),
        ),
        "minimum_model": (
            tr("Model"),
            tr("A full one, not for evaluation") if policy.minimum_model else tr("Any"),
        ),
        "rehearsal_max_age_days": (
            tr("Rehearsal of the gallery"),
            tr("Not older than {} days").format(policy.rehearsal_max_age_days)
            if policy.rehearsal_max_age_days
            else tr("None asked"),
        ),
        "min_margin": (
            tr("Margin to the next person"),
            tr("At least {} in score").format(f"{policy.min_margin:.2f}")
            if policy.min_margin
            else tr("None asked"),
        ),
        "max_candidates": (
            tr("Length of the list"),
            tr("At most {}").format(policy.max_candidates),
        ),
        "examiners": (tr("Examiners"), people),
        "blind_verification": (tr("Blind verification"), _yes(policy.blind_verification)),
        "min_conclusion": (tr("Conclusion of each examiner"), tr("{} or more").format(conclusion)),
        "checklist_required": (tr("Checklist of 19 groups"), _yes(policy.checklist_required)),
        "probe_analysis_first": (tr("Probe analysed first"), _yes(policy.probe_analysis_first)),
        "score_shown_after_examination": (
            tr("Score is shown"),
            tr("After the examination") if policy.score_shown_after_examination else tr("Always"),
        ),
        "all_candidates_reviewed": (
            tr("Every candidate reviewed"),
            _yes(policy.all_candidates_reviewed),
        ),
        "corroboration_required": (tr("Corroboration"), _yes(policy.corroboration_required)),
        "authorisation_required": (
            tr("Authorisation"),
            hours if policy.authorisation_required else tr("Not required"),
        ),
        "min_similar_components": (
            tr("Similar components behind a “same”"),
            tr("At least {}").format(policy.min_similar_components)
            if policy.min_similar_components
            else tr("None asked"),
        ),
        "retention_days": (tr("Kept for"), tr("{} days").format(policy.retention_days)),
    }
    return [
        Rule(field, title, value, policy.rationale.get(field, ""))
        for field, (title, value) in values.items()
    ]


def field_title(policy: Policy, field: str) -> str:
    """What a field is called, also one that the rules leave to other parts of the page."""
    others = {
        "permitted_purposes": tr("Permitted purposes"),
        "prohibited_purposes": tr("Prohibited purposes"),
        "accepts": tr("Accepting at all"),
        "authorisation_deadline_hours": tr("Deadline of the authorisation"),
        "blocked_origins": tr("Refused origins of a probe"),
        "probe_limits": tr("Quality of the probe"),
        "reference_limits": tr("Quality of the reference"),
    }
    return others.get(field) or next(r.title for r in rules(policy) if r.field == field)


def headline(policy: Policy) -> str:
    """The policy in a line, for lists."""
    if not policy.accepts:
        return tr("Never accepts")
    people = tr("1 examiner") if policy.examiners == 1 else tr("2 examiners")
    return f"{tr('Accepts from')} {policy.accept_confidence:g} % · {people}"


def limit_text(component: Component, limit: float | None) -> str:
    """ "≥ 32 px", "≤ 35°", "–"."""
    if limit is None:
        return "–"
    info = COMPONENTS[component]
    unit = f" {info.unit}" if info.unit.isalpha() else info.unit
    return f"{'≥' if info.bound is Bound.FLOOR else '≤'} {limit:.{info.digits}f}{unit}"
