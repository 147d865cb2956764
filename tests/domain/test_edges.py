"""Where a score is counted, and where it is asked for: always to the cautious side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.calibration import LEVEL_PERSONS, Calibration, levels
from secondlook.domain.impostors import BINS, bin_of, bins_of, count
from tests.domain.galleries import matrix, strangers

HALF = BINS / 2
NO_CROWD = np.zeros(0, np.int64)
"""No neighbours: then the level alone counts."""


def test_a_score_is_asked_for_in_the_bin_below_it() -> None:
    assert bin_of(-1) == 0
    assert (bin_of(0), bin_of(0.0009), bin_of(0.0011)) == (1000, 1000, 1001)
    assert (bin_of(0.9999), bin_of(1)) == (1999, 1999)


@given(st.floats(-1, 1))
def test_the_bin_that_is_asked_for_never_begins_above_the_score(score: float) -> None:
    assert bin_of(score) / HALF - 1 <= np.float32(score) + 1e-6
    assert (bin_of(score) + 1) / HALF - 1 > np.float32(score) - 1e-6 or bin_of(score) == BINS - 1


@pytest.mark.parametrize("seed", range(3))
def test_no_comparison_is_missed_for_the_rounding_of_templates(seed: int) -> None:
    """Whoever asks for the very score of two people is told of these two."""
    templates = strangers(60, seed)
    counts = count(matrix(templates, range(60)))
    scores = (templates @ templates.T)[np.triu_indices(60, 1)]
    tails = counts.rows.sum(axis=0)[::-1].cumsum()[::-1]
    for score in scores:
        assert tails[bin_of(float(score))] >= 2 * np.count_nonzero(scores >= score)


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return Calibration(count(matrix(strangers(80, 9, alike=0.5), range(80))))


@pytest.mark.parametrize(("comparisons", "level"), [(10, 1009.0), (11, 1009.5), (20, 1018.5)])
def test_a_level_is_of_the_best_tenth_rounded_upwards(comparisons: int, level: float) -> None:
    """Of scores in successive bins, without the very best: of 11 two, the second and the third."""
    row = np.zeros((1, BINS), dtype=np.int32)
    row[0, 1001 : 1001 + comparisons] = 1
    assert levels(row)[0] == level


def test_levelled_scores_are_never_lower_than_their_level_says(calibration: Calibration) -> None:
    """A comparison is counted in the nearest bin, so it may lie half a bin above that."""
    rows = calibration.counts.rows
    exact = [
        place + 0.5 - moved
        for row, moved in zip(rows, calibration.moved, strict=True)
        for place in np.repeat(np.arange(BINS), row)
    ]
    for place in range(900, 1700, 7):
        truly = np.count_nonzero(np.array(exact) >= place) / 2  # A with B is B with A
        assert calibration.levelled.counts[place] >= truly - 1e-6


def test_a_probe_is_lifted_by_whole_bins_and_never_by_too_few(calibration: Calibration) -> None:
    typical, lowest = calibration.level_bounds
    for seed in range(20):
        (probe,) = strangers(1, 100 + seed, alike=0.5)
        scores = strangers(80, 9, alike=0.5) @ probe
        row = np.bincount(bins_of(scores), minlength=BINS)[None, :].astype(np.int32)
        exact = max(float(levels(row)[0]), lowest) - typical
        assert exact <= calibration.lift(scores, NO_CROWD).bins < exact + 1


def test_in_a_gallery_of_just_enough_people_levels_count() -> None:
    templates = strangers(LEVEL_PERSONS, 4, alike=0.7)
    enough = Calibration(count(matrix(templates, range(LEVEL_PERSONS))))
    common = np.eye(1, 32, dtype=np.float32)[0]
    assert enough.lift(templates @ common, NO_CROWD).bins > 0
    assert enough.levelled is not enough.plain
