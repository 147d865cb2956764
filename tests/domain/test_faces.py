"""Faces, quality components and the limits they miss."""

import json
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.faces import (
    COMPONENTS,
    Bound,
    Box,
    Component,
    Face,
    Placement,
    Quality,
    shortfalls,
)

COUNT = len(Component)
numbers = st.floats(0, 100)
qualities = st.builds(Quality, *([st.none() | numbers] * COUNT))
measured = st.builds(Quality, *([numbers] * COUNT))
limits = st.dictionaries(st.sampled_from(Component), numbers)
points = st.tuples(st.floats(-50, 5000), st.floats(-50, 5000))
boxes = st.builds(Box, *([st.floats(-50, 5000)] * 4))
landmarks = st.tuples(points, points, points, points, points)
detected = st.builds(Face, boxes, landmarks, st.floats(0, 1))
placements = st.builds(Placement, st.sampled_from(["ana", "jörg"]), st.none() | detected)
faces = st.builds(Face, boxes, landmarks, st.floats(0, 1), st.none() | placements)


@given(qualities, limits)
def test_a_limit_is_missed_on_its_wrong_side_and_by_what_was_not_measured(
    quality: Quality, asked: dict[Component, float]
) -> None:
    missed = {s.component for s in shortfalls(quality, asked)}
    for component in Component:
        found = quality.value(component)
        wrong = component in asked and (
            found is None
            or (
                found > asked[component]
                if COMPONENTS[component].bound is Bound.CEILING
                else found < asked[component]
            )
        )
        assert (component in missed) == wrong


@given(qualities, limits)
def test_shortfalls_come_in_the_order_of_the_components(
    quality: Quality, asked: dict[Component, float]
) -> None:
    order = [list(Component).index(s.component) for s in shortfalls(quality, asked)]
    assert order == sorted(order)


@given(measured)
def test_meeting_a_limit_exactly_is_meeting_it(quality: Quality) -> None:
    exact = {c: value for c in Component if (value := quality.value(c)) is not None}
    assert shortfalls(quality, exact) == ()


def test_degrees_and_inversion_have_a_ceiling_and_all_else_a_floor() -> None:
    for component, info in COMPONENTS.items():
        ceiling = component.endswith("_deg") or component is Component.INVERSION
        assert (info.bound is Bound.CEILING) == ceiling


GOOD = Quality(38, 0.1, 1, 1, 50, 1, 1, 20, 50, 10, 1, 1, 1, 1, 2, 0)


@pytest.mark.parametrize(
    ("component", "limit", "text"),
    [
        (Component.INTER_EYE, 60, "too small: eye distance is 38 px, policy needs 60 px"),
        (Component.INTER_EYE, 38.2, "too small: eye distance is 38.0 px, policy needs 38.2 px"),
        (
            Component.EFFECTIVE,
            32,
            "without the detail: effective resolution is 20 px, policy needs 32 px",
        ),
        (Component.POSE, 35, "turned away: pose is 50°, policy allows 35°"),
        (Component.SHARPNESS, 0.15, "blurred: sharpness is 0.10, policy needs 0.15"),
    ],
)
def test_a_shortfall_names_its_cause(component: Component, limit: float, text: str) -> None:
    (missed,) = shortfalls(GOOD, {component: limit})
    assert str(missed) == text


@pytest.mark.parametrize("component", Component)
def test_what_was_not_measured_is_not_called_low(component: Component) -> None:
    stored = GOOD.to_dict()
    del stored[component.value]
    old = Quality.from_dict(stored)
    assert old.unmeasured == (component,)
    for limit in (0.0, 1000.0):
        (missed,) = shortfalls(old, {component: limit})
        label = COMPONENTS[component].label.lower()
        assert str(missed) == f"{label} not measured: measure again"


@given(qualities, qualities)
def test_the_worse_of_two_meets_a_limit_only_where_both_do(one: Quality, two: Quality) -> None:
    worse = one.worse(two)
    for component in Component:
        for limit in (0.0, 10.0, 50.0, 99.0):
            asked = {component: limit}
            both = shortfalls(one, asked) + shortfalls(two, asked)
            assert bool(shortfalls(worse, asked)) == bool(both)


@given(faces)
def test_a_face_survives_storage(face: Face) -> None:
    assert Face.from_dict(json.loads(json.dumps(face.to_dict()))) == face


@given(detected)
def test_a_face_that_the_detector_found_is_stored_as_ever(face: Face) -> None:
    assert face.to_dict().keys() == {"box", "landmarks", "score"}


@given(st.builds(Quality, *([st.none() | st.integers(0, 10**6).map(lambda v: v / 10**4)] * COUNT)))
def test_a_quality_survives_storage_to_four_decimals(quality: Quality) -> None:
    assert Quality.from_dict(quality.to_dict()) == quality


@given(faces)
def test_the_eye_distance_is_between_the_first_two_points(face: Face) -> None:
    (ax, ay), (bx, by), *_ = face.landmarks
    assert face.inter_eye == hypot(ax - bx, ay - by)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_face_has_five_landmarks(count: int) -> None:
    data = {"box": {"x": 0, "y": 0, "width": 1, "height": 1}, "landmarks": [[0, 0]] * count}
    with pytest.raises(ValueError, match="five landmarks"):
        Face.from_dict(data | {"score": 1})
