"""The figures of a rehearsal: counted right, bounded right, and never kinder than the counts."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.errors import ImageFault
from secondlook.domain.rehearsal import (
    GRID,
    KEPT,
    LINES,
    MINIMUM_GROUP,
    Found,
    Kind,
    Line,
    Mark,
    Pair,
    Rate,
    RehearsalSearch,
    SearchStatus,
    Verdict,
    by_group,
    change,
    curves,
    line,
    strongest_false,
    verdicts,
)

ABSENT = Kind.ABSENT_PEOPLE


def found(person_id: int, confidence: float | None) -> Found:
    status = ConfidenceStatus.NOT_MEASURABLE if confidence is None else ConfidenceStatus.MEASURED
    return Found(person_id, f"p{person_id}", "", person_id, 0.5, confidence, status)


def absent(
    number: int, *confidences: float | None, person: str = "", **groups: str
) -> RehearsalSearch:
    candidates = tuple(found(i + 1, c) for i, c in enumerate(confidences))
    return RehearsalSearch(
        number, f"{number}.jpg", person or f"who {number}", None, None, True, False, groups,
        SearchStatus.SEARCHED, probe_sha256=f"{number:064x}", candidates=candidates,
    )  # fmt: skip


def mated(number: int, confidence: float | None, rank: int = 1) -> RehearsalSearch:
    return RehearsalSearch(
        number, f"{number}.jpg", f"p{number}", number, None, False, True, {},
        SearchStatus.SEARCHED, true_rank=rank, true_score=0.5, true_confidence=confidence,
    )  # fmt: skip


def failed(search: RehearsalSearch) -> RehearsalSearch:
    return replace(
        search, status=SearchStatus.FAILED, fault=ImageFault.NO_FACE, candidates=(),
        true_rank=None, true_score=None, true_confidence=None,
    )  # fmt: skip


# Counted by hand


def test_people_and_searches_are_counted_apart() -> None:
    searches = [
        absent(1, 95.0, 40.0, person="Ann"),
        absent(2, 85.0, person="Ann"),
        absent(3, 10.0),
        absent(4, None),
        absent(5),
        failed(absent(6)),
        mated(7, 99.5),
    ]
    now = line(searches, {}, 80.0, kind=ABSENT)
    assert (now.false_matches, now.people_matched, now.people) == (Rate(2, 5, 4.0), 1, 4)
    assert str(now) == (
        "1 of 4 people matched someone they are not at 80 % (2 of 5 searches) "
        "(promised at most 20 %)"
    )
    at_90 = line(searches, {}, 90.0, kind=ABSENT)
    assert (at_90.false_matches.count, at_90.people_matched) == (1, 1)


def test_the_sentence() -> None:
    searches = [absent(i, 95.0 if i < 3 else 50.0) for i in range(142)]
    assert str(line(searches, {}, 90.0, kind=ABSENT)) == (
        "3 of 142 people matched someone they are not at 90 % (promised at most 10 %)"
    )


def test_whoever_is_not_found_or_has_no_face_is_missed() -> None:
    searches = [mated(1, 99.0), mated(2, 89.9), mated(3, None), failed(mated(4, None))]
    now = line(searches, {}, 90.0, kind=ABSENT)
    assert now.misses == Rate(3, 4, 4.0)
    assert now.false_matches.interval == (0.0, 1.0)


def test_left_out_one_by_one_a_pair_is_found_twice() -> None:
    searches = [absent(i, 10.0) for i in range(40)]
    assert line(searches, {}, 90.0, kind=Kind.LEAVE_ONE_OUT).false_matches.independent == 20


def test_the_same_person_is_no_false_match_but_the_next_one_may_be() -> None:
    searches = [absent(1, 99.0, 91.0), absent(2, 99.0, person="who 1"), absent(3, 99.0)]
    marks = {searches[0].pair(searches[0].candidates[0]): Mark.SAME}
    at_99, at_90 = (line(searches, verdicts(searches, marks), p, kind=ABSENT) for p in (99.0, 90.0))
    assert (at_99.false_matches.count, at_99.same) == (1, 2), "a mark is on the person"
    assert (at_90.false_matches.count, at_90.same) == (2, 1), "the one behind them still counts"


def test_pictures_of_one_person_marked_differently_stay_false() -> None:
    searches = [absent(1, 99.0, person="Ann"), absent(2, 99.0, person="Ann")]
    pairs = [s.pair(s.candidates[0]) for s in searches]
    for marks in ((Mark.SAME, Mark.UNSURE), (Mark.DIFFERENT, Mark.SAME)):
        known = verdicts(searches, dict(zip(pairs, marks, strict=True)))
        assert line(searches, known, 90.0, kind=ABSENT).false_matches.count == 2


def test_the_order_of_a_pair_of_gallery_people_makes_no_difference() -> None:
    assert Pair.of(7, 3) == Pair.of(3, 7)
    assert Pair.of(7, "a" * 64).person_id == 7


def test_what_the_interval_says_of_the_promise() -> None:
    def verdict(false: int, of: int, ceiling: float = 100.0) -> Verdict:
        searches = [absent(i, 95.0 if i < false else 1.0) for i in range(of)]
        return line(searches, {}, 90.0, kind=ABSENT, ceiling=ceiling).verdict

    assert verdict(0, 100) is Verdict.HELD
    assert verdict(0, 10) is Verdict.OPEN
    assert verdict(8, 100) is Verdict.OPEN
    assert verdict(30, 100) is Verdict.BROKEN
    assert verdict(0, 100, ceiling=89.0) is Verdict.NOT_MEASURABLE


def test_a_group_below_the_minimum_gets_a_reason_and_no_rate() -> None:
    searches = [absent(i, 95.0, born="1950") for i in range(MINIMUM_GROUP)]
    searches += [absent(100 + i, 95.0, born="1970") for i in range(MINIMUM_GROUP - 1)]
    searches += [absent(200 + i, 95.0, person="one", born="2000") for i in range(MINIMUM_GROUP)]
    searches += [absent(300, 95.0, born="")]
    groups = by_group(searches, {}, "born", 90.0, kind=ABSENT)
    assert [(g.value, g.people, g.line is None) for g in groups] == [
        ("1950", 30, False), ("1970", 29, True), ("2000", 1, True),
    ]  # fmt: skip
    assert "one in ten" in groups[1].refusal


# Properties

CONFIDENCES = st.one_of(st.none(), st.floats(0, 100), st.sampled_from(LINES))


@st.composite
def rehearsals(draw: st.DrawFn) -> list[RehearsalSearch]:
    """Absent searches, best candidate first, some of one person, and mated ones."""
    searches = []
    for number in range(draw(st.integers(1, 30))):
        shown = draw(st.lists(CONFIDENCES, max_size=KEPT))
        shown.sort(key=lambda c: -1.0 if c is None else c, reverse=True)
        one = absent(number, *shown, person=draw(st.sampled_from(["", "Ann", "Ben"])))
        searches.append(failed(one) if draw(st.integers(0, 9)) == 0 else one)
    searches += [mated(1000 + i, c) for i, c in enumerate(draw(st.lists(CONFIDENCES, max_size=9)))]
    return searches


@given(searches=rehearsals(), kind=st.sampled_from(Kind))
def test_intervals_contain_the_rate_and_lines_are_monotone(
    searches: list[RehearsalSearch], kind: Kind
) -> None:
    lines = [line(searches, {}, p, kind=kind) for p in LINES]
    for now in lines:
        for rate in filter(None, (now.false_matches, now.misses)):
            low, high = rate.interval
            assert 0 <= low <= rate.value <= high <= 1
        assert now.people_matched <= min(now.people, now.false_matches.count)
    for lower, higher in pairwise(lines):
        assert higher.false_matches.count <= lower.false_matches.count
        if lower.misses and higher.misses:
            assert higher.misses.count >= lower.misses.count


@given(searches=rehearsals(), data=st.data())
def test_a_mark_never_adds_a_false_match_and_only_same_takes_one_away(
    searches: list[RehearsalSearch], data: st.DataObject
) -> None:
    pairs = [s.pair(c) for s in searches for c in s.candidates]
    marks = data.draw(st.dictionaries(st.sampled_from(pairs), st.sampled_from(Mark)) if pairs
                      else st.just({}))  # fmt: skip
    without = {p: m for p, m in marks.items() if m is not Mark.SAME}
    for percent in LINES:
        plain, marked, unmarked = (
            line(searches, verdicts(searches, m), percent, kind=ABSENT)
            for m in ({}, marks, without)
        )
        assert marked.false_matches.count + marked.same == plain.false_matches.count
        assert unmarked.false_matches == plain.false_matches


@given(searches=rehearsals(), order=st.randoms(use_true_random=False))
def test_the_order_of_searches_makes_no_difference(
    searches: list[RehearsalSearch], order: object
) -> None:
    shuffled = list(searches)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    for percent in LINES:
        assert line(searches, {}, percent, kind=ABSENT) == line(shuffled, {}, percent, kind=ABSENT)


@given(searches=rehearsals())
def test_curves_go_through_the_lines(searches: list[RehearsalSearch]) -> None:
    drawn = curves(searches, {})
    for percent in LINES:
        at = int(GRID.searchsorted(percent))
        now = line(searches, {}, percent, kind=ABSENT)
        if drawn.fpir:
            assert drawn.fpir[at] == pytest.approx(now.false_matches.value)
        if now.misses:
            assert drawn.fnir[at] == pytest.approx(now.misses.value)
    assert list(drawn.fpir) == sorted(drawn.fpir, reverse=True)
    assert list(drawn.fnir) == sorted(drawn.fnir)


@given(searches=rehearsals())
def test_the_strongest_false_candidate_is_never_one_marked_the_same(
    searches: list[RehearsalSearch],
) -> None:
    marks = {s.pair(c): Mark.SAME for s in searches for c in s.candidates[:1]}
    known = verdicts(searches, marks)
    for search in searches:
        left = strongest_false(search, known)
        assert left is None or known.get((search.person, left.person_id)) is not Mark.SAME


@given(count=st.integers(0, 200), more=st.integers(0, 200))
def test_the_interval_is_the_exact_one(count: int, more: int) -> None:
    of = count + more
    if of:
        exact = binomtest(count, of).proportion_ci(0.95, "exact")
        assert Rate(count, of, of).interval == pytest.approx((exact.low, exact.high))


def of_counts(count: int, of: int) -> Line:
    searches = [absent(i, 95.0 if i < count else 1.0) for i in range(of)]
    return line(searches, {}, 90.0, kind=ABSENT)


def test_newcombes_own_example() -> None:
    """56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    found = change(of_counts(48, 80), of_counts(56, 70))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert str(found).startswith("more than before at 90 %: 48 of 80 before, 56 of 70")


@given(
    was=st.tuples(st.integers(0, 40), st.integers(1, 40)),
    now=st.tuples(st.integers(0, 40), st.integers(1, 40)),
)
def test_a_difference_lies_in_its_interval_and_turns_with_the_order(
    was: tuple[int, int], now: tuple[int, int]
) -> None:
    before, after = (of_counts(min(c, n), n) for c, n in (was, now))
    there, back = change(before, after), change(after, before)
    assert -1 <= there.low <= there.difference <= there.high <= 1
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
