"""Whether one policy asks for less than another."""

from collections.abc import Callable, Mapping

from secondlook.domain.faces import COMPONENTS, Component
from secondlook.domain.policy import Policy

Laxer = Callable[[Policy, Policy], bool]
"""Whether the second policy asks for less in one respect."""


def _lower(field: str) -> Laxer:
    return lambda old, new: bool(getattr(new, field) < getattr(old, field))


def _higher(field: str) -> Laxer:
    return lambda old, new: bool(getattr(new, field) > getattr(old, field))


def _dropped(field: str) -> Laxer:
    """A demand that is switched off."""
    return lambda old, new: getattr(old, field) and not getattr(new, field)


def _allowed(field: str) -> Laxer:
    return lambda old, new: getattr(new, field) and not getattr(old, field)


def _fewer(field: str) -> Laxer:
    """Something forbidden that is forbidden no longer."""
    return lambda old, new: not set(getattr(old, field)) <= set(getattr(new, field))


def _more(field: str) -> Laxer:
    return lambda old, new: not set(getattr(new, field)) <= set(getattr(old, field))


def _limits(field: str) -> Laxer:
    return lambda old, new: _easier(getattr(old, field), getattr(new, field))


def _easier(old: Mapping[Component, float], new: Mapping[Component, float]) -> bool:
    """A limit is gone, a floor is lower or a ceiling higher."""
    return any(
        component not in new or not COMPONENTS[component].bound.meets(new[component], limit)
        for component, limit in old.items()
    )


def _longer_deadline(old: Policy, new: Policy) -> bool:
    """Only where both ask for an authorisation: without, a deadline says nothing."""
    both = old.authorisation_required and new.authorisation_required
    return both and new.authorisation_deadline_hours > old.authorisation_deadline_hours


def _other_model(old: Policy, new: Policy) -> bool:
    return old.minimum_model is not None and new.minimum_model != old.minimum_model


def _older_rehearsal(old: Policy, new: Policy) -> bool:
    before, after = old.rehearsal_max_age_days, new.rehearsal_max_age_days
    return before is not None and (after is None or after > before)


def _fewer_similar(old: Policy, new: Policy) -> bool:
    before, after = old.min_similar_components, new.min_similar_components
    return before is not None and (after is None or after < before)


def _one_to_one(old: Policy, new: Policy) -> bool:
    return bool(new.accept_one_to_one) and not old.accept_one_to_one


FIELDS: dict[str, Laxer] = {
    "permitted_purposes": _more("permitted_purposes"),
    "prohibited_purposes": _fewer("prohibited_purposes"),
    "accepts": _allowed("accepts"),
    "lead_confidence": _lower("lead_confidence"),
    "accept_confidence": _lower("accept_confidence"),
    "allow_reference_calibration": _allowed("allow_reference_calibration"),
    "min_margin": _lower("min_margin"),
    "max_candidates": _higher("max_candidates"),
    "examiners": _lower("examiners"),
    "blind_verification": _dropped("blind_verification"),
    "min_conclusion": _lower("min_conclusion"),
    "checklist_required": _dropped("checklist_required"),
    "probe_analysis_first": _dropped("probe_analysis_first"),
    "score_shown_after_examination": _dropped("score_shown_after_examination"),
    "all_candidates_reviewed": _dropped("all_candidates_reviewed"),
    "corroboration_required": _dropped("corroboration_required"),
    "authorisation_required": _dropped("authorisation_required"),
    "authorisation_deadline_hours": _longer_deadline,
    "retention_days": _higher("retention_days"),
    "blocked_origins": _fewer("blocked_origins"),
    "probe_limits": _limits("probe_limits"),
    "reference_limits": _limits("reference_limits"),
    "minimum_model": _other_model,
    "rehearsal_max_age_days": _older_rehearsal,
    "min_similar_components": _fewer_similar,
    "accept_one_to_one": _one_to_one,
}
"""Every field that asks for something, with when it asks for less. Longer lists bring more false
alarms, and what is kept longer can be misused for longer: both are laxer."""

PURPOSES = frozenset({"permitted_purposes", "prohibited_purposes"})
"""They say which cases may be opened. The purpose of an open case is fixed."""

SAYS_NOTHING = frozenset({"id", "version", "title", "summary", "rationale"})
"""Fields by which a policy is named and explained."""


def laxer(old: Policy, new: Policy) -> tuple[str, ...]:
    """The fields in which ``new`` asks for less than ``old``, whatever else it asks more of."""
    return tuple(field for field, asks_less in FIELDS.items() if asks_less(old, new))


def laxer_for_case(old: Policy, new: Policy) -> tuple[str, ...]:
    """The same for a case that is open under ``old``: its purpose is fixed, so none is added."""
    return tuple(field for field in laxer(old, new) if field not in PURPOSES)
