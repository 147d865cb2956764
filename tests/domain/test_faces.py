"""Faces, quality components and the limits they miss."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.faces import COMPONENTS, Box, Component, Face, Quality, shortfalls

numbers = st.floats(0, 100)
qualities = st.builds(Quality, *([numbers] * 7))
limits = st.dictionaries(st.sampled_from(Component), numbers)
points = st.tuples(st.floats(-50, 5000), st.floats(-50, 5000))
faces = st.builds(
    Face,
    st.builds(Box, *([st.floats(-50, 5000)] * 4)),
    st.tuples(points, points, points, points, points),
    st.floats(0, 1),
)


@given(qualities, limits)
def test_a_limit_is_missed_on_its_wrong_side_only(
    quality: Quality, asked: dict[Component, float]
) -> None:
    missed = {s.component for s in shortfalls(quality, asked)}
    for component in Component:
        found = quality.value(component)
        wrong = component in asked and (
            found > asked[component] if component is Component.POSE else found < asked[component]
        )
        assert (component in missed) == wrong


@given(qualities, limits)
def test_shortfalls_come_in_the_order_of_the_components(
    quality: Quality, asked: dict[Component, float]
) -> None:
    order = [list(Component).index(s.component) for s in shortfalls(quality, asked)]
    assert order == sorted(order)


@given(qualities)
def test_meeting_a_limit_exactly_is_meeting_it(quality: Quality) -> None:
    assert shortfalls(quality, {c: quality.value(c) for c in Component}) == ()


def test_only_pose_is_better_when_lower() -> None:
    assert {c for c in Component if not COMPONENTS[c].higher_is_better} == {Component.POSE}


@pytest.mark.parametrize(
    ("component", "limit", "text"),
    [
        (Component.INTER_EYE, 60, "too small: eye distance is 38 px, policy needs 60 px"),
        (Component.INTER_EYE, 38.2, "too small: eye distance is 38.0 px, policy needs 38.2 px"),
        (Component.POSE, 35, "turned away: pose is 50°, policy allows 35°"),
        (Component.SHARPNESS, 0.15, "blurred: sharpness is 0.10, policy needs 0.15"),
    ],
)
def test_a_shortfall_names_its_cause(component: Component, limit: float, text: str) -> None:
    quality = Quality(38, 0.1, 1, 1, 50, 1, 1)
    (missed,) = shortfalls(quality, {component: limit})
    assert str(missed) == text


@given(faces)
def test_a_face_survives_storage(face: Face) -> None:
    assert Face.from_dict(face.to_dict()) == face


@given(st.builds(Quality, *([st.integers(0, 10**6).map(lambda v: v / 10**4)] * 7)))
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
