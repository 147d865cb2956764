"""The measures, against counting by hand."""

from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from secondlook.domain.measures import (
    Share,
    accuracy_over_folds,
    best_threshold,
    best_threshold_accuracy,
    binomial_interval,
    cmc,
    det_points,
    equal_error_rate,
    point_at,
    runs_of,
    tar_at_fmr,
    thinned,
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


@given(st.lists(st.integers(1, 8), min_size=1, max_size=8), st.integers(1, 8))
def test_a_characteristic_counts_who_is_at_least_so_good(ranks: list[int], longest: int) -> None:
    counts = [sum(r <= rank for r in ranks) for rank in range(1, longest + 1)]
    assert cmc(np.array(ranks), longest).tolist() == counts


@pytest.mark.parametrize(("mated", "impostors"), [([], [0.5]), ([0.5], []), ([], [])])
def test_nothing_is_measured_without_both_kinds(mated: list[float], impostors: list[float]) -> None:
    with pytest.raises(ValueError, match="both kinds"):
        equal_error_rate(np.array(mated), np.array(impostors))
    with pytest.raises(ValueError, match="both kinds"):
        tar_at_fmr(np.array(mated), np.array(impostors), 0.1)


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_the_interval_is_the_exact_one(a: int, b: int, level: float) -> None:
    count, trials = sorted((a, b))
    low, high = binomial_interval(count, trials, level)
    if not trials:
        assert (low, high) == (0, 1)
        return
    assert low <= count / trials <= high
    known = binomtest(count, trials).proportion_ci(level, method="exact")
    assert (low, high) == pytest.approx((known.low, known.high))
    mirrored = binomial_interval(trials - count, trials, level)
    assert mirrored == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 50), st.integers(1, 50))
def test_more_trials_narrow_the_interval_of_a_share(count: int, more: int) -> None:
    few, many = Share(count, 2 * count), Share(count * (more + 1), 2 * count * (more + 1))
    assert few.rate == many.rate == 0.5
    assert few.interval[0] < many.interval[0] < many.interval[1] < few.interval[1]
    assert Share(0, 0).rate is None


@given(some, some, st.integers(1, 20))
def test_thinned_points_are_points_of_the_curve_from_end_to_end(
    mated: Rows, impostors: Rows, per_decade: int
) -> None:
    every = det_points(mated, impostors)
    few = thinned(every, per_decade)
    known = set(zip(*(a.tolist() for a in (every.thresholds, every.fmr, every.fnmr)), strict=True))
    kept = list(zip(*(a.tolist() for a in (few.thresholds, few.fmr, few.fnmr)), strict=True))
    assert set(kept) <= known
    assert np.all(np.diff(few.thresholds) > 0)
    assert (few.fmr[0], few.fnmr[0], few.fmr[-1], few.fnmr[-1]) == (1, 0, 0, 1)


def test_a_long_curve_is_thinned_to_steps_of_its_grid() -> None:
    rng = np.random.default_rng(3)
    every = det_points(rng.normal(1, 1, 20_000), rng.normal(-1, 1, 20_000))
    few = thinned(every)
    assert len(few.thresholds) < 130 < len(every.thresholds)
    middle = few.fmr[(few.fmr > 1e-3) & (few.fmr < 0.9)]
    assert np.all(middle[1:] / middle[:-1] > 0.75)


@given(some, some, st.integers(2, 5), st.randoms(use_true_random=False))
def test_folds_count_whatever_the_order_of_the_pairs(
    mated: Rows, impostors: Rows, folds: int, random: Random
) -> None:
    if min(len(mated), len(impostors)) < folds:
        return
    sets = runs_of(len(mated), folds), runs_of(len(impostors), folds)
    orders = [random.sample(range(len(s)), len(s)) for s in sets]
    mixed = [(a[o], s[o]) for a, s, o in zip((mated, impostors), sets, orders, strict=True)]
    shuffled = accuracy_over_folds(mixed[0][0], mixed[1][0], mixed[0][1], mixed[1][1])
    assert shuffled == best_threshold_accuracy(mated, impostors, folds)


def test_a_pair_that_no_threshold_accepts_is_wrong_only_if_mated() -> None:
    mated, impostors = np.repeat([0.9, -np.inf], [18, 2]), np.repeat([0.1, -np.inf], [18, 2])
    folds = np.tile(np.arange(10), 2)
    assert accuracy_over_folds(mated, impostors, folds, folds)[0] == pytest.approx(0.95)


def test_folds_need_both_kinds() -> None:
    scores, ones = np.array([0.1, 0.2]), np.array([0, 1])
    with pytest.raises(ValueError, match="too few"):
        accuracy_over_folds(scores, scores, ones, np.array([0, 0]))
    with pytest.raises(ValueError, match="too few"):
        accuracy_over_folds(scores, scores, ones * 0, ones * 0)
