"""The vocabulary of review: seven points, nineteen component groups, three outcomes."""

from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.review import (
    CHECKLIST,
    CONCLUSION_LABELS,
    LEAD_ONLY,
    ORIGIN_LABELS,
    OUTCOME_LABELS,
    Conclusion,
    Finding,
    Outcome,
    ProbeOrigin,
    checklist_complete,
)

KEYS = [item.key for item in CHECKLIST]
findings = st.sampled_from(Finding)


def test_conclusions_are_a_seven_point_scale_and_insufficient_quality_below_it() -> None:
    scale = sorted(c for c in Conclusion if c is not Conclusion.INSUFFICIENT_QUALITY)
    assert [int(c) for c in scale] == [-3, -2, -1, 0, 1, 2, 3]
    assert min(Conclusion) is Conclusion.INSUFFICIENT_QUALITY, "it can never count as support"


def test_the_two_sides_of_the_scale_read_alike() -> None:
    for step in (1, 2, 3):
        one, other = CONCLUSION_LABELS[Conclusion(step)], CONCLUSION_LABELS[Conclusion(-step)]
        assert one.replace("same person", "different people") == other


def test_everything_has_a_label_of_its_own() -> None:
    assert set(CONCLUSION_LABELS) == set(Conclusion)
    assert set(ORIGIN_LABELS) == set(ProbeOrigin)
    assert set(OUTCOME_LABELS) == set(Outcome)
    for labels in (CONCLUSION_LABELS, ORIGIN_LABELS, OUTCOME_LABELS):
        assert len(set(labels.values())) == len(labels)


def test_the_checklist_has_the_nineteen_component_groups_once_each() -> None:
    assert len(CHECKLIST) == len(set(KEYS)) == len({item.label for item in CHECKLIST}) == 19
    assert all(item.region[2] > 0 for item in CHECKLIST)


@given(st.fixed_dictionaries(dict.fromkeys(KEYS, findings)), st.sampled_from(KEYS))
def test_a_checklist_is_complete_without_blanks(found: dict[str, Finding], key: str) -> None:
    assert checklist_complete(found)
    blank = {k: v for k, v in found.items() if k != key}
    assert not checklist_complete(blank)
    assert not checklist_complete(blank | {"aura": Finding.SIMILAR})
    assert not checklist_complete(found | {"aura": Finding.SIMILAR})
    assert not checklist_complete({})


def test_an_accepted_candidate_is_called_a_lead_and_not_an_identification() -> None:
    assert "lead" in OUTCOME_LABELS[Outcome.ACCEPTED].lower()
    assert "not an identification" in LEAD_ONLY
