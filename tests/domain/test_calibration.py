"""Bounds on rates, the levels of searches, the fitted tail, and the model's reference curve."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from secondlook.domain.bounds import Rates, upper_bound
from secondlook.domain.calibration import (
    ANCHOR_COUNT,
    LEVEL_PERSONS,
    Calibration,
    Lift,
    ReferenceCurve,
    levels,
)
from secondlook.domain.curve import curve
from secondlook.domain.impostors import BINS, bin_of, count
from secondlook.domain.tail import REACH, fit
from tests.domain.galleries import Vectors, counted, galleries, matrix, strangers

NO_CROWD = np.zeros(0, np.int64)
"""No neighbours: then the level alone counts."""


@given(st.integers(0, 500), st.integers(1, 10**7))
def test_the_bound_is_that_of_clopper_and_pearson(seen: int, comparisons: int) -> None:
    if seen >= comparisons:
        assert upper_bound(seen, comparisons) == 1.0
        return
    bound = upper_bound(seen, comparisons)
    exact = stats.binomtest(seen, comparisons, alternative="less").proportion_ci(
        0.95, method="exact"
    )
    assert bound == pytest.approx(exact.high, rel=1e-6)
    assert seen / comparisons < bound <= 1


@pytest.mark.parametrize(
    ("seen", "comparisons", "bound"),
    [
        (0, 1, 0.95),
        (0, 10, 1 - 0.05 ** (1 / 10)),
        (0, 1000, 1 - 0.05 ** (1 / 1000)),
        (0, 10**6, 2.9957e-6),
        (1, 10, 0.39416),
        (5, 100, 0.10225),
    ],
)
def test_known_values_of_the_bound(seen: int, comparisons: int, bound: float) -> None:
    assert upper_bound(seen, comparisons) == pytest.approx(bound, rel=2e-4)


@given(st.integers(1, 10**6))
def test_no_error_in_n_shows_about_three_in_n(n: int) -> None:
    assert upper_bound(0, n) <= 3 / n


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(1001, 1e9), st.floats(1001, 1e9))
def test_more_errors_raise_the_bound_and_more_comparisons_lower_it(
    a: float, b: float, n: float, m: float
) -> None:
    few, many = sorted((a, b))
    small, large = sorted((n, m))
    assert upper_bound(few, large) <= upper_bound(many, large) * (1 + 1e-9)
    assert upper_bound(few, large) <= upper_bound(few, small) * (1 + 1e-9)


def test_nothing_compared_bounds_nothing() -> None:
    assert upper_bound(0, 0) == 1.0


def test_the_bound_covers_the_truth_as_often_as_it_says() -> None:
    """Binomial counts of a known rate: at least 95 % of the bounds lie above it."""
    rate, n = 3e-3, 2000
    covered = sum(stats.binom.pmf(k, n, rate) for k in range(60) if upper_bound(k, n) >= rate)
    assert covered >= 0.95


@given(galleries())
def test_the_bounds_contain_the_rates_counted_and_fall(gallery: tuple[Vectors, list[int]]) -> None:
    calibration = Calibration(count(matrix(*gallery)))
    for made in (calibration.plain, calibration.levelled):
        if made.pairs:
            assert np.all(made.fmr_counted >= made.counts / made.pairs - 1e-12)
        assert np.all(np.diff(made.fmr_counted) <= 0)
        assert np.all(made.effect >= 1)


@pytest.mark.parametrize("persons", [0, 1])
def test_a_gallery_without_two_persons_measures_nothing(persons: int) -> None:
    templates = np.eye(4, dtype=np.float32)[: persons * 3]
    calibration = Calibration(count(matrix(templates, [1] * len(templates))))
    assert (calibration.comparisons, calibration.pairs) == (0, 0)
    assert calibration.fmr_upper(1.0) == 1.0
    assert calibration.anchor() is None
    assert calibration.plain.tail is None


@pytest.mark.parametrize(("alike", "least", "most"), [(0.0, 1.0, 1.3), (0.7, 3.0, 1000.0)])
def test_the_design_effect_is_that_of_resampled_persons(
    alike: float, least: float, most: float
) -> None:
    """Where some faces resemble everybody, persons drawn again vary more than pairs would."""
    persons, templates = 250, strangers(250, 5, alike=alike)
    made = curve(count(matrix(templates, range(persons))))
    place = int(np.argmax(made.counts <= 600))
    reached = templates @ templates.T >= place / (BINS / 2) - 1
    np.fill_diagonal(reached, False)
    rate, rng, drawn = made.counts[place] / made.pairs, np.random.default_rng(2), []
    for _ in range(400):
        weight = rng.multinomial(persons, np.full(persons, 1 / persons)).astype(float)
        apart = persons**2 - np.sum(weight**2)  # a person drawn twice is not compared with itself
        drawn.append(weight @ reached @ weight / apart)
    ratio = np.var(drawn) / (rate * (1 - rate) / made.pairs)
    # Bootstrapping persons counts the variance of single pairs three times (Davison and Hinkley).
    assert made.effect[place] == pytest.approx(max(ratio - 2, 1), rel=0.25)
    assert least <= made.effect[place] <= most


def test_levelling_takes_the_dependence_away_and_finds_the_same_false_matches_lower_down() -> None:
    calibration = Calibration(count(matrix(strangers(400, 6, alike=0.7), range(400))))
    plain, levelled = calibration.plain, calibration.levelled
    at = [int(np.argmax(c.counts <= 300)) for c in (plain, levelled)]
    assert plain.effect[at[0]] > 3 * levelled.effect[at[1]]
    assert at[1] < at[0]


@given(st.lists(st.integers(0, BINS - 1), min_size=2, max_size=60))
def test_a_level_is_the_mean_of_the_best_tenth_without_the_best(bins: list[int]) -> None:
    row = np.bincount(bins, minlength=BINS)[None, :].astype(np.int32)
    k = math.ceil(len(bins) * 0.1)
    expected = sum(sorted(bins, reverse=True)[1 : k + 1]) / k
    assert levels(row)[0] == pytest.approx(expected)


def test_a_probe_is_levelled_by_no_less_than_the_gallerys_own_searches_show() -> None:
    templates = strangers(200, 7, alike=0.3)
    calibration = Calibration(count(matrix(templates, range(200))))
    common = np.zeros(32, dtype=np.float32)
    common[0] = 1
    assert calibration.lift(templates @ common, NO_CROWD).bins > 50
    own = [
        calibration.lift(np.delete(templates @ t, i), NO_CROWD).bins
        for i, t in enumerate(templates)
    ]
    assert calibration.lift(templates @ -common, NO_CROWD).bins == min(own) < 0
    assert 0.2 < np.mean(np.array(own) == min(own)) < 0.3
    few = Calibration(count(matrix(templates[: LEVEL_PERSONS - 1], range(LEVEL_PERSONS - 1))))
    assert few.lift(templates[: LEVEL_PERSONS - 1] @ common, NO_CROWD) == Lift()


def tail_histogram(draws: Rates, u: int, pairs: int) -> Rates:
    """``draws`` of excesses over bin ``u``; the other pairs lie far below."""
    found = np.bincount(np.minimum(u + draws.astype(int), BINS - 1), minlength=BINS).astype(float)
    found[500] = pairs - len(draws)
    return found


def test_the_fitted_bound_lies_above_the_true_tail_and_not_far_above() -> None:
    pairs, u, shape, scale = 200_000, 1300, -0.1, 40.0
    law = stats.genpareto(shape, scale=scale)
    ratios = []
    for seed in range(40):
        draws = law.rvs(1500, random_state=np.random.default_rng(seed))
        tail = fit(tail_histogram(draws, u, pairs), pairs, np.full(BINS, 1.0))
        if tail is None:
            continue
        at = int(u + law.isf(1 / 1500 / 5))  # a fifth of one pair
        assert tail.last >= at - 60
        ratios.append(tail.upper[min(at, tail.last)] * pairs / 0.2)
    assert len(ratios) >= 36
    assert np.mean(np.array(ratios) >= 1) >= 0.85
    assert np.median(ratios) < 6


def test_dependence_widens_the_fitted_bound() -> None:
    draws = stats.genpareto(-0.1, scale=40).rvs(1000, random_state=np.random.default_rng(3))
    histogram = tail_histogram(draws, 1300, 100_000)
    one, four = (
        fit(histogram, 100_000, np.full(BINS, 1.0)),
        fit(histogram, 100_000, np.full(BINS, 4.0)),
    )
    assert one
    assert four
    assert np.all(four.upper[one.start : one.last] > one.upper[one.start : one.last])


def test_a_pair_far_beyond_the_others_forbids_extrapolation() -> None:
    """As one person enrolled twice, or twins: the tail is not of one kind."""
    draws = stats.genpareto(-0.1, scale=30).rvs(1000, random_state=np.random.default_rng(3))
    histogram = tail_histogram(draws, 1300, 100_000)
    assert fit(histogram, 100_000, np.full(BINS, 1.0))
    histogram[1900] = 1
    assert fit(histogram, 100_000, np.full(BINS, 1.0)) is None


def test_no_tail_is_fitted_to_a_handful() -> None:
    assert fit(tail_histogram(np.arange(30.0), 1300, 2000), 2000, np.full(BINS, 1.0)) is None


def test_the_tail_ends_where_the_fit_expects_a_tenth_of_a_pair() -> None:
    draws = stats.genpareto(0, scale=30).rvs(1000, random_state=np.random.default_rng(1))
    tail = fit(tail_histogram(draws, 1300, 100_000), 100_000, np.full(BINS, 1.0))
    assert tail
    assert REACH == 10
    assert 1300 + 30 * math.log(1000 * REACH) == pytest.approx(tail.last, abs=45)


def test_the_anchor_is_the_highest_score_that_ten_pairs_reach() -> None:
    calibration = Calibration(counted(100, {1500: ANCHOR_COUNT - 1, 1250: 1}))
    assert calibration.anchor() == pytest.approx(1250 / (BINS / 2) - 1)


CURVE = ReferenceCurve("cohort", 1000, 499_500, (0.1, 0.3, 0.5), (40_000, 900, 0))


def test_a_curve_gives_its_bounds_at_its_points_and_nothing_better_beyond() -> None:
    for score, seen in zip(CURVE.scores, CURVE.counts, strict=True):
        assert CURVE.fmr_upper(score) == pytest.approx(upper_bound(seen, 499_500))
    assert CURVE.fmr_upper(0.0999) == 1.0
    assert CURVE.fmr_upper(0.99) == CURVE.fmr_upper(0.5)
    middle = math.sqrt(CURVE.fmr_upper(0.1) * CURVE.fmr_upper(0.3))
    assert CURVE.fmr_upper(0.2) == pytest.approx(middle)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_curve_never_rises_and_is_the_same_over_bins(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert CURVE.fmr_upper(low) >= CURVE.fmr_upper(high)
    edge = bin_of(low) / (BINS / 2) - 1
    assert CURVE.over_bins()[bin_of(low)] == pytest.approx(CURVE.fmr_upper(edge))


@pytest.mark.parametrize(
    ("scores", "counts"),
    [((), ()), ((0.1,), (1, 2)), ((0.3, 0.1), (2, 1)), ((0.1, 0.1), (2, 1)), ((0.1, 0.3), (1, 2))],
)
def test_a_curve_that_is_none_is_refused(
    scores: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="ascending scores and falling counts"):
        ReferenceCurve("cohort", 1000, 499_500, scores, counts)
