"""Counting impostor comparisons, and the bound on a rate seen so many times."""

import math
import random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from secondlook.domain.calibration import (
    ANCHOR_COUNT,
    BINS,
    Calibration,
    ReferenceCurve,
    bin_of,
    calibrate,
    upper_bound,
)
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled
from secondlook.domain.matching import GalleryMatrix, ModelIdentity

MODEL = ModelIdentity("m", "1", "a" * 64)
Vectors = npt.NDArray[np.float32]


@st.composite
def galleries(draw: st.DrawFn) -> tuple[Vectors, list[int]]:
    """Templates with entries of 1/4 in 16 dimensions: every cosine is exact in float32."""
    owners = draw(st.lists(st.integers(1, 6), min_size=1, max_size=14))
    seed = draw(st.integers(0, 2**32 - 1))
    signs = np.random.default_rng(seed).choice([-0.25, 0.25], (len(owners), 16))
    return signs.astype(np.float32), owners


def matrix(templates: Vectors, owners: list[int]) -> GalleryMatrix:
    rows = np.arange(1, len(owners) + 1, dtype=np.int64)
    return GalleryMatrix.build(MODEL, templates, np.array(owners, dtype=np.int64), rows)


def by_hand(templates: Vectors, owners: list[int]) -> list[float]:
    """Every reference against every other person's best reference, in two plain loops."""
    found = []
    for i, owner in enumerate(owners):
        for other in sorted(set(owners) - {owner}):
            theirs = [j for j in range(len(owners)) if owners[j] == other]
            found.append(max(float(templates[i] @ templates[j]) for j in theirs))
    return found


@given(galleries())
def test_the_counts_are_those_of_two_plain_loops(gallery: tuple[Vectors, list[int]]) -> None:
    calibration = calibrate(matrix(*gallery))
    expected = by_hand(*gallery)
    assert calibration.comparisons == len(expected)
    assert calibration.persons == len(set(gallery[1]))
    for score in np.linspace(-1, 1, 33):
        assert calibration.count(float(score)) == sum(s >= score for s in expected)


@given(galleries(), st.integers(1, 20))
def test_the_size_of_a_block_makes_no_difference(
    gallery: tuple[Vectors, list[int]], rows: int
) -> None:
    whole, parts = calibrate(matrix(*gallery)), calibrate(matrix(*gallery), block_rows=rows)
    assert np.array_equal(whole.histogram, parts.histogram)


@given(galleries(), st.randoms())
def test_the_order_and_the_names_of_persons_make_no_difference(
    gallery: tuple[Vectors, list[int]], shuffler: random.Random
) -> None:
    templates, owners = gallery
    order = list(range(len(owners)))
    shuffler.shuffle(order)
    names = dict(zip(range(1, 7), shuffler.sample(range(100, 1000), 6), strict=True))
    renamed = [names[owners[i]] for i in order]
    first, second = (
        calibrate(matrix(templates, owners)),
        calibrate(matrix(templates[order], renamed)),
    )
    assert np.array_equal(first.histogram, second.histogram)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_real_valued_scores_are_counted_to_within_one_bin_and_never_too_few(seed: int) -> None:
    rng = np.random.default_rng(seed)
    templates = rng.normal(size=(60, 32))
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    owners = [int(p) for p in rng.integers(1, 30, 60)]
    calibration = calibrate(matrix(templates.astype(np.float32), owners))
    exact = by_hand(templates.astype(np.float32), owners)
    for score in rng.uniform(-0.5, 0.9, 40):
        count = calibration.count(float(score))
        assert sum(s >= score + 1e-6 for s in exact) <= count
        assert count <= sum(s >= score - 2 / BINS - 1e-6 for s in exact)


@given(st.floats(-1, 1, width=32), st.floats(-1, 1))
def test_a_comparison_is_never_counted_below_a_score_that_it_reaches(
    found: float, asked: float
) -> None:
    if found >= asked:
        assert bin_of(found) >= bin_of(asked)
    assert bin_of(found) >= bin_of(np.nextafter(np.float32(found), np.float32(-2)))


def test_bins_cover_the_axis_and_take_what_rounding_pushes_over_its_ends() -> None:
    assert (bin_of(-1), bin_of(1)) == (0, BINS - 1)
    assert (bin_of(-1.0001), bin_of(1.0001)) == (0, BINS - 1)


@pytest.mark.parametrize("persons", [0, 1])
def test_a_gallery_without_two_persons_measures_nothing(persons: int) -> None:
    templates = np.eye(4, dtype=np.float32)[: persons * 3]
    calibration = calibrate(matrix(templates, [1] * len(templates)))
    assert (calibration.comparisons, calibration.pairs) == (0, 0)
    assert calibration.fmr_upper(1.0) == 1.0
    assert calibration.anchor() is None


def test_counting_can_be_stopped_and_reports_how_far_it_is() -> None:
    templates = np.tile(np.eye(8, dtype=np.float32), (5, 1))
    gallery = matrix(templates, [i % 8 for i in range(40)])
    seen: list[tuple[int, int]] = []
    calibrate(gallery, block_rows=16, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(16, 40), (32, 40), (40, 40)]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        calibrate(gallery, cancel=token)


@given(st.integers(0, 500), st.integers(1, 10**7))
def test_the_bound_is_that_of_clopper_and_pearson(count: int, comparisons: int) -> None:
    if count >= comparisons:
        assert upper_bound(count, comparisons) == 1.0
        return
    bound = upper_bound(count, comparisons)
    exact = stats.binomtest(count, comparisons, alternative="less").proportion_ci(
        0.95, method="exact"
    )
    assert bound == pytest.approx(exact.high, rel=1e-6)
    assert count / comparisons < bound <= 1


@pytest.mark.parametrize(
    ("count", "comparisons", "bound"),
    [
        (0, 1, 0.95),
        (0, 10, 1 - 0.05 ** (1 / 10)),
        (0, 1000, 1 - 0.05 ** (1 / 1000)),
        (0, 10**6, 2.9957e-6),
        (1, 10, 0.39416),
        (5, 100, 0.10225),
    ],
)
def test_known_values_of_the_bound(count: int, comparisons: int, bound: float) -> None:
    assert upper_bound(count, comparisons) == pytest.approx(bound, rel=2e-4)


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


def test_the_anchor_is_the_highest_score_that_ten_pairs_reach() -> None:
    persons = 100
    histogram = np.zeros(BINS, dtype=np.int64)
    histogram[3000] = 2 * (ANCHOR_COUNT - 1)
    histogram[2500] = 2
    histogram[0] = persons * (persons - 1) - histogram.sum()
    anchor = Calibration(persons, histogram).anchor()
    assert anchor == pytest.approx(2500 / 2000 - 1)


CURVE = ReferenceCurve("cohort", 1000, 499_500, (0.1, 0.3, 0.5), (40_000, 900, 0))


def test_a_curve_gives_its_bounds_at_its_points_and_nothing_better_beyond() -> None:
    for score, count in zip(CURVE.scores, CURVE.counts, strict=True):
        assert CURVE.fmr_upper(score) == pytest.approx(upper_bound(count, 499_500))
    assert CURVE.fmr_upper(0.0999) == 1.0
    assert CURVE.fmr_upper(0.99) == CURVE.fmr_upper(0.5)
    middle = math.sqrt(CURVE.fmr_upper(0.1) * CURVE.fmr_upper(0.3))
    assert CURVE.fmr_upper(0.2) == pytest.approx(middle)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_curve_never_rises(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert CURVE.fmr_upper(low) >= CURVE.fmr_upper(high)


@pytest.mark.parametrize(
    ("scores", "counts"),
    [((), ()), ((0.1,), (1, 2)), ((0.3, 0.1), (2, 1)), ((0.1, 0.1), (2, 1)), ((0.1, 0.3), (1, 2))],
)
def test_a_curve_that_is_none_is_refused(
    scores: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="ascending scores and falling counts"):
        ReferenceCurve("cohort", 1000, 499_500, scores, counts)


def test_the_bound_covers_the_truth_as_often_as_it_says() -> None:
    """Binomial counts of a known rate: at least 95 % of the bounds lie above it."""
    rate, n = 3e-3, 2000
    likely = range(60)
    covered = sum(stats.binom.pmf(k, n, rate) for k in likely if upper_bound(k, n) >= rate)
    assert covered >= 0.95
