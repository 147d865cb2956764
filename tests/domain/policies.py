"""Policies of every kind, for what must hold of all of them."""

from typing import Any

from hypothesis import strategies as st

from secondlook.domain.faces import Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import ProbeOrigin

BASE: dict[str, Any] = {
    "id": "made-up",
    "version": 1,
    "title": "Made up",
    "summary": "",
    "rationale": dict.fromkeys(
        (
            "accept_confidence",
            "lead_confidence",
            "minimum_model",
            "rehearsal_max_age_days",
            "min_similar_components",
            "accept_one_to_one",
        ),
        ".",
    ),
    "permitted_purposes": ("a",),
    "prohibited_purposes": ("x",),
    "accepts": True,
    "lead_confidence": 80.0,
    "accept_confidence": 99.0,
    "allow_reference_calibration": False,
    "min_margin": 0.05,
    "max_candidates": 20,
    "examiners": 2,
    "blind_verification": False,
    "min_conclusion": 2,
    "checklist_required": True,
    "probe_analysis_first": True,
    "score_shown_after_examination": True,
    "all_candidates_reviewed": True,
    "corroboration_required": True,
    "authorisation_required": True,
    "authorisation_deadline_hours": 48,
    "retention_days": 365,
    "blocked_origins": ("undeclared",),
    "probe_limits": {},
    "reference_limits": {},
}

_FEW: dict[str, st.SearchStrategy[Any]] = {
    "lead_confidence": st.sampled_from([50.0, 80.0]),
    "accept_confidence": st.sampled_from([80.0, 99.0, 99.5]),
    "min_margin": st.sampled_from([0.0, 0.05, 2.0]),
    "max_candidates": st.sampled_from([1, 20, 50]),
    "examiners": st.sampled_from([1, 2]),
    "min_conclusion": st.integers(1, 3),
    "authorisation_deadline_hours": st.sampled_from([0, 48, 72]),
    "retention_days": st.sampled_from([1, 365, 3650]),
    "minimum_model": st.sampled_from(["full", None]),
    "min_similar_components": st.sampled_from([1, 5, None]),
    "accept_one_to_one": st.sampled_from([True, None]),
    "rehearsal_max_age_days": st.sampled_from([1, 90, None]),
    "blocked_origins": st.sets(st.sampled_from(ProbeOrigin), max_size=3).map(
        lambda origins: (*(o for o in ProbeOrigin if o in origins - {"undeclared"}), "undeclared")
    ),
}
_LIMITS = st.dictionaries(st.sampled_from(Component), st.sampled_from([0.0, 0.5, 32.0]), max_size=3)
_SWITCHES = [name for name, value in BASE.items() if isinstance(value, bool)]


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Few values for each field, so that two policies often agree in it."""
    made = BASE | {name: draw(strategy) for name, strategy in _FEW.items()}
    made |= {name: draw(st.booleans()) for name in _SWITCHES}
    made |= {name: draw(_LIMITS) for name in ("probe_limits", "reference_limits")}
    made["blind_verification"] &= made["examiners"] == 2
    return Policy.model_validate(made)
