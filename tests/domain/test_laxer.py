"""A policy that asks less in one thing is laxer, whatever else it asks more of."""

from typing import Any

import pytest
from hypothesis import given

from secondlook.domain.laxer import FIELDS, PURPOSES, SAYS_NOTHING, laxer, laxer_for_case
from secondlook.domain.policy import Policy

from .policies import BASE, policies

LOOSER: dict[str, tuple[Any, Any]] = {
    "permitted_purposes": (("a",), ("a", "b")),
    "prohibited_purposes": (("a", "b"), ("b",)),
    "accepts": (False, True),
    "lead_confidence": (80.0, 79.9),
    "accept_confidence": (99.0, 98.9),
    "allow_reference_calibration": (False, True),
    "min_margin": (0.05, 0.04),
    "max_candidates": (20, 21),
    "examiners": (2, 1),
    "blind_verification": (True, False),
    "min_conclusion": (2, 1),
    "checklist_required": (True, False),
    "probe_analysis_first": (True, False),
    "score_shown_after_examination": (True, False),
    "all_candidates_reviewed": (True, False),
    "corroboration_required": (True, False),
    "authorisation_required": (True, False),
    "authorisation_deadline_hours": (48, 49),
    "retention_days": (365, 366),
    "blocked_origins": (("sketch", "undeclared"), ("undeclared",)),
    "probe_limits": ({"inter_eye_px": 32.0}, {"inter_eye_px": 31.0}),
    "reference_limits": ({"pose_deg": 30.0}, {"pose_deg": 31.0}),
    "minimum_model": ("full", None),
    "rehearsal_max_age_days": (90, 91),
    "min_similar_components": (3, 2),
    "accept_one_to_one": (None, True),
}
"""What a field is in the stricter policy and in the laxer one."""


def changed(field: str, value: object) -> Policy:
    return Policy.model_validate(BASE | {field: value})


def test_every_field_of_a_policy_is_classified() -> None:
    """A field that comes later is a demand, or says why it is none."""
    assert set(FIELDS) | SAYS_NOTHING == set(Policy.model_fields)
    assert not set(FIELDS) & SAYS_NOTHING
    assert set(LOOSER) == set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_alone_makes_a_policy_laxer_or_stricter(field: str) -> None:
    strict, loose = (changed(field, value) for value in LOOSER[field])
    assert laxer(strict, loose) == (field,)
    assert laxer(loose, strict) == ()
    assert laxer_for_case(strict, loose) == (() if field in PURPOSES else (field,))


@pytest.mark.parametrize(
    ("field", "strict", "loose"),
    [
        ("probe_limits", {"inter_eye_px": 32.0}, {}),
        ("probe_limits", {"pose_deg": 30.0}, {"inter_eye_px": 32.0}),
        ("reference_limits", {"sharpness": 0.2, "inside": 0.9}, {"sharpness": 0.3, "inside": 0.8}),
        ("rehearsal_max_age_days", 90, None),
        ("min_similar_components", 3, None),
        ("blocked_origins", ("sketch", "undeclared"), ("generated", "undeclared")),
    ],
)
def test_what_is_left_out_or_exchanged_is_laxer(field: str, strict: object, loose: object) -> None:
    assert laxer(changed(field, strict), changed(field, loose)) == (field,)


def test_stricter_in_one_and_laxer_in_another_is_laxer() -> None:
    strict = changed("accept_confidence", 95.0)
    mixed = Policy.model_validate(BASE | {"accept_confidence": 99.9, "checklist_required": False})
    assert laxer(strict, mixed) == ("checklist_required",)


def test_a_deadline_counts_only_where_both_ask_for_an_authorisation() -> None:
    none = Policy.model_validate(
        BASE | {"authorisation_required": False, "authorisation_deadline_hours": 0}
    )
    assert "authorisation_deadline_hours" not in laxer(none, changed("version", 9))


@given(policies(), policies(), policies())
def test_it_is_an_order(one: Policy, two: Policy, three: Policy) -> None:
    """Nothing is laxer than itself, and no two tightenings make a loosening."""
    assert laxer(one, one) == ()
    if not laxer(one, two) and not laxer(two, three):
        assert laxer(one, three) == ()
