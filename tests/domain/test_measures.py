"""The measures, against counting by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.measures import (
    best_threshold,
    best_threshold_accuracy,
    cmc,
    det_points,
    equal_error_rate,
    point_at,
    ranks,
    tar_at_fmr,
)

Rows = npt.NDArray[np.float32]

# Few distinct values, so that ties are common; quarters, so that they are exact.
some = st.lists(st.integers(-4, 4), min_size=1, max_size=40).map(
    lambda values: np.array(values, np.float32) / 4
)
rates = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1e-3, 0.07, 0.1, 0.29, 0.5, 1.0]))


def errors(mated: Rows, impostors: Rows, threshold: float) -> tuple[float, float]:
    """FMR and FNMR by plain counting."""
    return (
        sum(s >= threshold for s in impostors.tolist()) / len(impostors),
        sum(s < threshold for s in mated.tolist()) / len(mated),
    )


def every_threshold(mated: Rows, impostors: Rows) -> list[float]:
    return [*sorted({*mated.tolist(), *impostors.tolist()}), 2.0]


@given(some, some, rates)
def test_the_point_keeps_the_rate_and_no_lower_threshold_would(
    mated: Rows, impostors: Rows, fmr: float
) -> None:
    point = tar_at_fmr(mated, impostors, fmr)
    assert (point.fmr, 1 - point.tar) == pytest.approx(errors(mated, impostors, point.threshold))
    assert point.fmr <= fmr
    kept = [t for t in every_threshold(mated, impostors) if errors(mated, impostors, t)[0] <= fmr]
    assert point.tar == pytest.approx(1 - min(errors(mated, impostors, t)[1] for t in kept))


@given(some, some, rates, rates)
def test_a_stricter_rate_never_accepts_more(
    mated: Rows, impostors: Rows, a: float, b: float
) -> None:
    strict, loose = (tar_at_fmr(mated, impostors, rate) for rate in sorted((a, b)))
    assert strict.threshold >= loose.threshold
    assert strict.true_matches <= loose.true_matches


def test_a_rate_that_the_impostors_cannot_show_asks_for_more_than_their_highest() -> None:
    impostors = np.array([0.1, 0.4, 0.2])
    point = tar_at_fmr(np.array([0.4, 0.41]), impostors, 1e-3)
    assert (point.false_matches, point.true_matches) == (0, 1)
    assert 0.4 < point.threshold < 0.41


@given(some, some)
def test_the_points_of_the_trade_off_are_counts_at_their_thresholds(
    mated: Rows, impostors: Rows
) -> None:
    points = det_points(mated, impostors)
    assert np.all(np.diff(points.thresholds) > 0)
    assert (points.fmr[0], points.fnmr[0], points.fmr[-1], points.fnmr[-1]) == (1, 0, 0, 1)
    for threshold, fmr, fnmr in zip(points.thresholds, points.fmr, points.fnmr, strict=True):
        assert (fmr, fnmr) == pytest.approx(errors(mated, impostors, float(threshold)))


@given(some, some)
def test_the_equal_error_lies_between_the_best_thresholds_around_it(
    mated: Rows, impostors: Rows
) -> None:
    pairs = [errors(mated, impostors, t) for t in every_threshold(mated, impostors)]
    rate = equal_error_rate(mated, impostors)
    assert max(map(min, pairs)) - 1e-9 <= rate <= min(map(max, pairs)) + 1e-9


@given(some, some)
def test_the_equal_error_is_the_same_from_the_other_side_and_at_another_scale(
    mated: Rows, impostors: Rows
) -> None:
    rate = equal_error_rate(mated, impostors)
    assert equal_error_rate(-impostors, -mated) == pytest.approx(rate)
    assert equal_error_rate(mated * 3 + 1, impostors * 3 + 1) == pytest.approx(rate)


def test_known_equal_errors() -> None:
    high, low = np.array([0.8, 0.9, 1.0]), np.array([0.0, 0.1, 0.2])
    assert equal_error_rate(high, low) == 0
    assert equal_error_rate(low, high) == 1
    assert equal_error_rate(low, low) == pytest.approx(0.5)
    assert equal_error_rate(np.array([0.1, 0.6, 0.7, 0.8]), np.array([0.0, 0.2, 0.3, 0.65])) == 0.25


@given(some, some)
def test_no_threshold_has_fewer_wrong_pairs_than_the_best(mated: Rows, impostors: Rows) -> None:
    def wrong(threshold: float) -> int:
        point = point_at(mated, impostors, threshold)
        return point.false_matches + point.mated - point.true_matches

    fewest = min(wrong(t) for t in every_threshold(mated, impostors))
    assert wrong(best_threshold(mated, impostors)) == fewest


def test_a_fold_is_judged_by_the_threshold_of_the_others() -> None:
    mated = np.repeat([0.9, 0.3], [18, 2])  # the last fold's mated pairs lie below its impostors
    impostors = np.repeat([0.1, 0.5], [18, 2])
    accuracy, error = best_threshold_accuracy(mated, impostors)
    assert accuracy == pytest.approx(0.9)
    assert error == pytest.approx(0.1)


@given(some, some, st.integers(2, 10))
def test_accuracy_is_certain_for_people_who_are_far_apart(
    mated: Rows, impostors: Rows, folds: int
) -> None:
    if min(len(mated), len(impostors)) < folds:
        with pytest.raises(ValueError, match="too few"):
            best_threshold_accuracy(mated, impostors, folds)
        return
    assert best_threshold_accuracy(mated + 9, impostors, folds) == (1, 0)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_a_rank_counts_whoever_scores_at_least_as_high(
    probes: int, persons: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (probes, persons)) / 4
    own = rng.integers(0, persons, probes)
    expected = [sum(s >= row[o] for s in row) for row, o in zip(scores.tolist(), own, strict=True)]
    found = ranks(scores, own)
    assert found.tolist() == expected
    for longest in (1, persons):
        counts = [sum(r <= rank for r in expected) for rank in range(1, longest + 1)]
        assert cmc(found, longest).tolist() == counts


@pytest.mark.parametrize(("mated", "impostors"), [([], [0.5]), ([0.5], []), ([], [])])
def test_nothing_is_measured_without_both_kinds(mated: list[float], impostors: list[float]) -> None:
    with pytest.raises(ValueError, match="both kinds"):
        equal_error_rate(np.array(mated), np.array(impostors))
    with pytest.raises(ValueError, match="both kinds"):
        tar_at_fmr(np.array(mated), np.array(impostors), 0.1)
