"""The faces coincide, moves keep what they must keep, and originals are only looked at."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from secondlook.domain.faces import Point
from secondlook.domain.review import CHECKLIST
from secondlook.ui.examination.geometry import (
    SCALE_LIMITS,
    WHOLE_HEAD,
    Adjustments,
    Offset,
    Similarity,
    Stage,
    View,
    eye_frame,
    region_view,
)

pixel = st.floats(-5000, 5000)
points = st.tuples(pixel, pixel)
screen = st.floats(-800, 800)
angles = st.floats(-180, 180)
views = st.builds(View, st.floats(-5, 5), st.floats(-5, 5), st.floats(20, 5000))
offsets = st.builds(Offset, st.floats(-1, 1), st.floats(-1, 1), st.floats(0.5, 2))
stages = st.builds(
    Stage,
    views,
    st.tuples(offsets, offsets),
    st.booleans(),
    st.builds(Adjustments, rotation=angles),
)
panes = st.sampled_from([0, 1])


def eyes(left: Point, right: Point) -> list[Point]:
    return [left, right, (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]


def close(a: Point, b: Point, within: float = 1e-6) -> bool:
    return math.dist(a, b) <= within * (1 + math.hypot(*a))


@given(points, points, points, points, views, angles)
def test_eyes_of_both_images_fall_on_the_same_spots(
    a: Point, b: Point, c: Point, d: Point, view: View, rotation: float
) -> None:
    assume(math.dist(a, b) > 2)
    assume(math.dist(c, d) > 2)
    screen_at = view.projection(rotation, 600, 500)
    probe = eye_frame(eyes(a, b)).then(screen_at)
    reference = eye_frame(eyes(c, d)).then(screen_at)
    assert close(probe(a), reference(c), 1e-5)
    assert close(probe(b), reference(d), 1e-5)
    assert math.dist(probe(a), probe(b)) == pytest.approx(view.scale)


@given(points, points)
def test_the_left_eye_of_the_image_stays_left_so_nothing_is_mirrored(a: Point, b: Point) -> None:
    assume(math.dist(a, b) > 2)
    frame = eye_frame(eyes(a, b))
    assert close(frame(a), (-0.5, 0.0))
    assert close(frame(b), (0.5, 0.0))
    assert frame.a**2 + frame.b**2 > 0  # a rotation and a positive scale: never a reflection


def test_eyes_on_one_spot_do_not_break_the_view() -> None:
    assert eye_frame(eyes((7, 7), (7, 7))).scale == 1


@given(st.floats(-3, 3), st.floats(-3, 3), points, points)
def test_a_similarity_can_be_undone(a: float, b: float, move: Point, point: Point) -> None:
    assume(math.hypot(a, b) > 0.01)
    there = Similarity(a, b, *move)
    assert close(there.inverse()(there(point)), point, 1e-4)


@given(stages, panes, screen, screen)
def test_a_drag_moves_the_image_by_as_much_as_the_hand(
    stage: Stage, pane: int, dx: float, dy: float
) -> None:
    rotation = stage.adjustments.rotation
    before = stage.shown(pane).projection(rotation, 600, 500)((0.3, 0.2))
    after = stage.panned(pane, dx, dy).shown(pane).projection(rotation, 600, 500)((0.3, 0.2))
    assert after[0] - before[0] == pytest.approx(dx, abs=1e-4)
    assert after[1] - before[1] == pytest.approx(dy, abs=1e-4)


@given(stages, panes, st.floats(0.2, 5), screen, screen)
def test_zoom_keeps_the_point_under_the_cursor(
    stage: Stage, pane: int, factor: float, x: float, y: float
) -> None:
    rotation = stage.adjustments.rotation
    under = stage.shown(pane).projection(rotation, 0, 0).inverse()((x, y))
    after = stage.zoomed(pane, factor, (x, y))
    assert close(after.shown(pane).projection(rotation, 0, 0)(under), (x, y), 1e-4)


@given(stages, panes, st.floats(0.5, 2), screen, screen)
def test_while_locked_the_other_pane_follows_and_the_offset_stays(
    stage: Stage, pane: int, factor: float, dx: float, dy: float
) -> None:
    stage = Stage(stage.view, stage.offsets, True, stage.adjustments)
    moved = stage.zoomed(pane, factor).panned(pane, dx, dy)
    assert moved.offsets == stage.offsets
    before, after = (s.shown(1).scale / s.shown(0).scale for s in (stage, moved))
    assert after == pytest.approx(before)


@given(stages, panes, st.floats(0.5, 2), screen, screen)
def test_unlocked_a_pane_moves_alone_and_locking_again_keeps_the_offset(
    stage: Stage, pane: int, factor: float, dx: float, dy: float
) -> None:
    loose = Stage(stage.view, stage.offsets, False, stage.adjustments)
    moved = loose.zoomed(pane, factor).panned(pane, dx, dy)
    assert moved.shown(1 - pane) == loose.shown(1 - pane)
    locked = Stage(moved.view, moved.offsets, True, moved.adjustments)
    again = locked.panned(1 - pane, 10, 10)
    assert again.offsets == moved.offsets
    assert locked.realigned().aligned


@given(stages, panes, points, points, st.sampled_from([1.0, 1.5, 2.0]))
def test_original_size_is_one_image_pixel_to_one_device_pixel(
    stage: Stage, pane: int, a: Point, b: Point, ratio: float
) -> None:
    assume(math.dist(a, b) > 20)
    frame = eye_frame(eyes(a, b))
    shown = stage.native(pane, frame, ratio).shown(pane)
    assert shown.scale * frame.scale * ratio == pytest.approx(1)


@given(stages, panes, st.floats(1e-6, 1e6))
def test_zoom_has_ends(stage: Stage, pane: int, factor: float) -> None:
    low, high = SCALE_LIMITS
    scale = stage.zoomed(pane, factor).shown(pane).scale
    assert low * (1 - 1e-9) <= scale <= high * (1 + 1e-9)


@pytest.mark.parametrize("item", CHECKLIST, ids=lambda i: i.key)
@pytest.mark.parametrize("size", [(250, 300), (370, 420), (660, 640), (400, 900)])
def test_a_component_is_wholly_in_view(item: object, size: tuple[int, int]) -> None:
    x, y, tall = item.region  # type: ignore[attr-defined]
    width, height = size
    screen_at = region_view((x, y, tall), width, height).projection(0, width, height)
    top, bottom = screen_at((x, y - tall / 2))[1], screen_at((x, y + tall / 2))[1]
    assert top >= -1e-6
    assert bottom <= height + 1e-6
    assert abs(screen_at((-0.5, 0.0))[0] - screen_at((0.5, 0.0))[0]) < width


def test_looking_at_a_component_keeps_a_hand_made_offset() -> None:
    stage = Stage(offsets=(Offset(), Offset(0.1, 0.2, 1.1)))
    assert stage.looking_at(WHOLE_HEAD, 400, 400).offsets == stage.offsets


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_tones_never_turn_light_into_dark(brightness: float, contrast: float) -> None:
    tones = Adjustments(0, brightness, contrast).tones
    assert tones is None or bool(np.all(np.diff(tones.astype(int)) >= 0))


def test_untouched_tones_are_left_alone() -> None:
    assert Adjustments(rotation=12).tones is None


@given(stages)
def test_what_an_examination_records_can_be_restored(stage: Stage) -> None:
    again = Stage(stage.view).restored(stage.to_dict())
    assert again == stage
    assert Stage(stage.view).restored({}) == Stage(stage.view)
