"""What a confidence promises, whatever the scores, the gallery and the model's curve."""

import sqlite3

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from secondlook.domain.bounds import upper_bound
from secondlook.domain.calibration import Calibration, Lift, ReferenceCurve
from secondlook.domain.confidence import (
    Confidence,
    ConfidenceScale,
    ConfidenceStatus,
    format_expected,
    format_percent,
    reached,
    search_confidence,
)
from secondlook.domain.fmr import AT_MOST
from secondlook.domain.impostors import BINS, bin_of, count
from secondlook.domain.searching import findings
from tests.domain.galleries import counted, matrix, strangers

scores = st.floats(-1, 1)
percents = st.floats(0, 99.99)


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    """A gallery of single references with some pairs anywhere."""
    persons = draw(st.integers(2, 120))
    places = st.integers(0, BINS - 1)
    pairs = draw(st.dictionaries(places, st.integers(1, 30), max_size=4))
    return Calibration(counted(persons, {b: min(n, persons // 4) for b, n in pairs.items()}))


@st.composite
def curves(draw: st.DrawFn) -> ReferenceCurve:
    comparisons = draw(st.integers(100, 10**9))
    points = sorted(draw(st.sets(st.integers(-900, 999), min_size=1, max_size=6)))
    counts = draw(st.lists(st.integers(0, comparisons), min_size=len(points), max_size=len(points)))
    ordered = tuple(sorted(counts, reverse=True))
    return ReferenceCurve("cohort", 1000, comparisons, tuple(p / 1000 for p in points), ordered)


@st.composite
def scales(draw: st.DrawFn) -> ConfidenceScale:
    calibration = draw(st.none() | calibrations())
    persons = calibration.persons if calibration else draw(st.integers(1, 5000))
    curve, extrapolate = draw(st.none() | curves()), draw(st.booleans())
    return ConfidenceScale(
        persons, calibration, curve, extrapolate, Lift(draw(st.integers(-300, 300)))
    )


def seen(scale: ConfidenceScale, score: float) -> float:
    """Pairs of the gallery's own at a score, for this scale's probe."""
    if not scale.calibration:
        return 0
    place = min(max(bin_of(score) - scale.lift, 0), BINS - 1)
    return float(scale.calibration.levelled.counts[place])


@given(scales(), scores, scores)
def test_a_higher_score_never_has_less_confidence(
    scale: ConfidenceScale, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    assert scale.fmr_upper(low)[0] >= scale.fmr_upper(high)[0]


@given(scales(), scores, percents, st.integers(1, 10**6))
def test_more_persons_never_raise_a_confidence(
    scale: ConfidenceScale, score: float, needed: float, more: int
) -> None:
    small = scale.confidence(score, needed)
    larger = ConfidenceScale(
        scale.persons + more, scale.calibration, scale.reference, scale.extrapolate, scale.lifted
    ).confidence(score, needed)
    assert larger.value is None or (small.value is not None and larger.value <= small.value)


@given(st.floats(0, 1), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_larger_gallery_never_gives_more_confidence(fmr: float, n: int, m: int) -> None:
    few, many = sorted((n, m))
    assert search_confidence(fmr, few) >= search_confidence(fmr, many)
    assert 0 <= search_confidence(fmr, many) <= 100


def test_the_congress_figures_follow_from_the_definition() -> None:
    """28 of 535 absent people found in 25,000 is an FMR near 2.1e-6 (ACLU 2018)."""
    assert search_confidence(2.093e-6, 25_000) == pytest.approx(100 * (1 - 28 / 535), abs=0.1)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_it_never_promises_more_than_the_exact_rate_of_independent_comparisons(
    fmr: float, persons: int
) -> None:
    exact = 100 * (1 - fmr) ** persons
    assert search_confidence(fmr, persons) <= exact + 1e-9


SQL = sqlite3.connect(":memory:")


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 100) | st.integers(0, 100))
@example(1, 1 - 99 / 100, 99)  # where the two sides are equal to the last bit
@example(450, (1 - 0.99) / 450, 99.0)
@example(970, 0.0001 / 9.7, 99.9)
def test_the_database_gives_the_same_verdict(persons: int, fmr: float, percent: float) -> None:
    """``percent`` as a policy's JSON may have it: 99 or 99.0."""
    told = SQL.execute(
        "SELECT ? * ? <= 1.0 - json_extract(?, '$.c') / 100.0",
        (persons, fmr, f'{{"c": {percent!r}}}'),
    ).fetchone()[0]
    assert bool(told) == reached(persons, fmr, percent)


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 100))
def test_what_is_reached_is_what_the_figure_says(persons: int, fmr: float, percent: float) -> None:
    value = search_confidence(fmr, persons)
    if reached(persons, fmr, percent):
        assert value >= percent - 1e-9
    else:
        assert value < percent + 1e-9


@given(calibrations(), scores)
def test_the_bound_holds_the_rate_that_was_counted(calibration: Calibration, score: float) -> None:
    assert calibration.rate(score) <= calibration.fmr_upper(score) + 1e-12 <= 1 + 1e-12


@given(calibrations(), st.none() | curves(), scores)
def test_where_a_false_match_was_counted_the_models_curve_is_silent(
    calibration: Calibration, curve: ReferenceCurve | None, score: float
) -> None:
    scale = ConfidenceScale(calibration.persons, calibration, curve)
    fmr, status = scale.fmr_upper(score)
    own = calibration.levelled.fmr_counted[bin_of(score)]
    if seen(scale, score) > 0:
        assert (fmr, status) == (own, ConfidenceStatus.MEASURED)
    else:
        assert fmr <= own


CURVE = ReferenceCurve("cohort", 1000, 499_500, (0.1, 0.3, 0.5), (40_000, 900, 0))


def gallery(at_anchor: int, high: int = 0) -> Calibration:
    """500 persons, with so many pairs scoring just over 0.3, and so many near 0.9."""
    return Calibration(counted(500, {1301: at_anchor, 1900: high}))


def test_a_pair_is_one_fact_whichever_way_it_was_compared() -> None:
    assert gallery(0).fmr_upper(0.8) == pytest.approx(upper_bound(0, 500 * 499 // 2))
    assert gallery(0, high=1).fmr_upper(0.8) == pytest.approx(upper_bound(1, 500 * 499 // 2))


def test_what_was_counted_stays_a_number_where_the_rest_is_not_measurable() -> None:
    """500 persons alone cannot show 99 %, but they can show that a score is worth less."""
    scale = ConfidenceScale(500, gallery(30, high=1), None)
    assert scale.ceiling < 99
    assert scale.confidence(0.95, 99).status is ConfidenceStatus.NOT_MEASURABLE
    assert scale.confidence(0.8, 99).status is ConfidenceStatus.MEASURED
    assert scale.confidence(0.95, 98).value == scale.ceiling


def test_one_false_match_of_the_gallerys_own_silences_a_kinder_curve() -> None:
    own = gallery(30, high=1)
    assert CURVE.fmr_upper(0.8) < own.fmr_upper(0.8)
    found = ConfidenceScale(500, own, CURVE).fmr_upper(0.8)
    assert found == (own.fmr_upper(0.8), ConfidenceStatus.MEASURED)


@pytest.mark.parametrize(("at_anchor", "harder"), [(400, True), (20, False)])
def test_beyond_its_counts_a_harder_gallery_makes_the_curve_stricter(
    at_anchor: int, harder: bool
) -> None:
    own = gallery(at_anchor)
    fmr, status = ConfidenceScale(500, own, CURVE).fmr_upper(0.8)
    assert status is ConfidenceStatus.REFERENCE
    factor = fmr / CURVE.fmr_upper(0.8)
    anchor = own.anchor()
    assert anchor is not None
    ratio = own.fmr_upper(anchor) / CURVE.fmr_upper(anchor)
    assert factor == pytest.approx(ratio if harder else 1.0)
    assert (ratio > 1) == harder


STRANGERS = strangers(300, 6, alike=0.3)
GALLERY = matrix(STRANGERS, range(300))
OWN = Calibration(count(GALLERY))
NO_CROWD = np.zeros(0, np.int64)
"""No neighbours: then the level alone counts."""


def test_beyond_its_counts_a_gallery_has_its_fitted_tail_where_that_is_allowed() -> None:
    counted_only = ConfidenceScale(300, OWN, None, extrapolate=False)
    fitted = ConfidenceScale(300, OWN, None)
    assert counted_only.score_at(99) is None
    line = fitted.score_at(99)
    assert line is not None
    found = fitted.confidence(line, 99)
    assert found.status is ConfidenceStatus.EXTRAPOLATED
    assert found.reaches(99)
    assert not counted_only.confidence(line, 99).reaches(99)
    assert fitted.ceiling < 99.99, "the fit is not followed for ever"


@given(scores, percents)
def test_the_fitted_tail_speaks_only_where_little_was_counted(score: float, needed: float) -> None:
    found = ConfidenceScale(300, OWN, None).confidence(score, needed)
    if found.status is ConfidenceStatus.EXTRAPOLATED:
        assert seen(ConfidenceScale(300, OWN, None), score) < 1
        counted_only = OWN.levelled.fmr_counted[bin_of(score)]
        assert found.fmr_upper >= counted_only / AT_MOST
        assert found.fmr_upper < OWN.levelled.fmr_counted[bin_of(score)]


@given(st.integers(0, 2**32 - 1), scores, percents)
def test_no_probe_makes_a_score_worth_more_than_the_gallerys_own_searches_show(
    seed: int, score: float, needed: float
) -> None:
    scale = ConfidenceScale(300, OWN, None, extrapolate=True)
    probe = strangers(1, seed, alike=1.0)[0]
    value = findings(GALLERY, scale, STRANGERS @ probe).confidence(score, needed).value
    nobody = scale.for_probe(np.full(300, -1, np.float32), NO_CROWD).confidence(score, needed).value
    assert value is None or (nobody is not None and value <= nobody)


def test_a_probe_that_resembles_few_needs_a_lower_score_but_no_endlessly_lower_one() -> None:
    scale = ConfidenceScale(300, OWN, None)
    usual = scale.score_at(90)
    few = scale.for_probe((STRANGERS @ STRANGERS[0]).clip(max=0.1), NO_CROWD).score_at(90)
    none = scale.for_probe(np.full(300, -1, np.float32), NO_CROWD).score_at(90)
    assert usual is not None
    assert few is not None
    assert usual - 0.2 < few < usual
    assert few == none


def test_a_probe_that_resembles_everybody_needs_a_higher_score() -> None:
    scale = ConfidenceScale(300, OWN, None)
    common = np.zeros(32, dtype=np.float32)
    common[0] = 1
    usual, here = (
        scale.score_at(90),
        findings(GALLERY, scale, STRANGERS @ common).scale.score_at(90),
    )
    assert usual is not None
    assert here is not None
    assert here > usual + 0.05


def test_absent_people_keep_to_the_promise() -> None:
    """3,000 strangers, some of whom look like everybody, against 300 others."""
    scale = ConfidenceScale(300, OWN, None, extrapolate=True)
    for line, least in ((80, 0.05), (90, 0.025), (95, 0.01), (99, 0.0)):
        found = 0
        for probe in strangers(3000, 8, alike=0.3):
            all_scores = STRANGERS @ probe
            own = findings(GALLERY, scale, all_scores)
            found += own.confidence(float(all_scores.max()), line).reaches(line)
        assert least <= found / 3000 <= (100 - line) / 100 * 1.1


@given(scales(), scores, percents)
def test_the_models_curve_speaks_only_where_nothing_was_counted(
    scale: ConfidenceScale, score: float, needed: float
) -> None:
    if scale.confidence(score, needed).status is ConfidenceStatus.REFERENCE:
        assert seen(scale, score) == 0
        assert scale.reference is not None


@given(curves(), st.none() | calibrations())
def test_a_curve_is_made_stricter_and_never_kinder(
    curve: ReferenceCurve, calibration: Calibration | None
) -> None:
    factor = curve.strictness(calibration)
    assert factor >= 1
    anchor = calibration.anchor() if calibration else None
    if calibration and anchor is not None:
        own = calibration.fmr_upper(anchor)
        assert curve.fmr_upper(anchor) * factor >= own * (1 - 1e-9)


@given(curves(), st.integers(1, 5000), scores)
def test_without_a_gallery_of_its_own_nothing_is_called_measured(
    curve: ReferenceCurve, persons: int, score: float
) -> None:
    confidence = ConfidenceScale(persons, None, curve).confidence(score, 0.0)
    assert confidence.status is not ConfidenceStatus.MEASURED


@given(scales(), scores, percents)
def test_not_measurable_means_that_no_score_could_reach_what_is_needed(
    scale: ConfidenceScale, score: float, needed: float
) -> None:
    confidence = scale.confidence(score, needed)
    unresolved = seen(scale, score) == 0 and scale.ceiling < needed
    assert (confidence.value is None) == unresolved
    assert (confidence.status is ConfidenceStatus.NOT_MEASURABLE) == unresolved
    assert not (unresolved and confidence.reaches(0.0))


@given(st.integers(1, 10**6), scores, st.floats(0.0001, 99.99))
def test_with_nothing_at_hand_nothing_is_measurable(
    persons: int, score: float, needed: float
) -> None:
    confidence = ConfidenceScale(persons, None, None).confidence(score, needed)
    assert confidence.value is None
    assert str(confidence) == "not measurable"


@given(scales(), scores, percents)
def test_the_ceiling_is_what_the_best_score_gets(
    scale: ConfidenceScale, score: float, needed: float
) -> None:
    value = scale.confidence(score, needed).value
    assert value is None or value <= scale.ceiling


@given(scales(), percents)
def test_score_at_is_the_lowest_score_with_that_confidence(
    scale: ConfidenceScale, percent: float
) -> None:
    found = scale.score_at(percent)
    if found is None:
        assert scale.ceiling < percent
        return
    edge = found + 0.25 / BINS  # clear of the rounding of a float at a bin's edge
    assert search_confidence(scale.fmr_upper(edge)[0], scale.persons) >= percent
    if found > -1:
        below = search_confidence(scale.fmr_upper(found - 0.25 / BINS)[0], scale.persons)
        assert below < percent


@given(scales(), scores, percents)
def test_expected_false_candidates_are_persons_times_the_rate(
    scale: ConfidenceScale, score: float, needed: float
) -> None:
    confidence = scale.confidence(score, needed)
    assert confidence.expected_false_candidates == confidence.fmr_upper * scale.persons
    if confidence.value is not None:
        at_most = 100 * (1 - confidence.expected_false_candidates)
        assert confidence.value >= at_most - 1e-6, "union bound"


@given(st.floats(0, 100))
def test_a_shown_confidence_never_promises_more(value: float) -> None:
    shown = float(format_percent(value))
    assert shown <= value
    assert value - shown < (0.01 if value >= 99 else 0.1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (98.99999999999, "98.9"),
        (99.0, "99.00"),
        (99.29, "99.29"),
        (99.9999, "99.99"),
        (80.1, "80.1"),
        (0.0, "0.0"),
        (1e-9, "0.0"),
        (100.0, "100.00"),
    ],
)
def test_shown_confidences(value: float, shown: str) -> None:
    assert format_percent(value) == shown


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_confidence_reaches_a_line_when_it_is_at_least_that(value: float, line: float) -> None:
    assert Confidence(value, ConfidenceStatus.MEASURED, 0, 0).reaches(line) == (value >= line)


@given(st.floats(1e-7, 0.5))
def test_expected_false_candidates_are_never_called_rarer_than_they_are(expected: float) -> None:
    words = format_expected(expected)
    every = int(words.removeprefix("about 1 in ").removesuffix(" searches").replace(",", ""))
    assert every >= 2
    assert 1 / every >= expected * (1 - 1e-12)


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (0.0, "none expected"),
        (1 / 120, "about 1 in 120 searches"),
        (0.5, "about 1 in 2 searches"),
        (0.8, "about 0.8 in every search"),
        (3.21, "about 3.2 in every search"),
    ],
)
def test_expected_false_candidates_in_words(expected: float, words: str) -> None:
    assert format_expected(expected) == words
