"""Counting impostor comparisons: exactly, in any order, and only what changed."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondlook.domain import impostors
from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled
from secondlook.domain.impostors import (
    BINS,
    ImpostorCounts,
    Same,
    as_counted,
    bin_of,
    count,
    searched,
)
from tests.domain.galleries import MODEL, Vectors, galleries, matrix, strangers


def by_hand(templates: Vectors, owners: list[int], same: Same = frozenset()) -> list[float]:
    """Every reference against every other person's best reference, in two plain loops."""
    found = []
    for i, owner in enumerate(owners):
        for other in sorted(set(owners) - {owner}):
            theirs = [j for j in range(len(owners)) if owners[j] == other]
            if (owner, other) not in same and (other, owner) not in same:
                found.append(max(float(templates[i] @ templates[j]) for j in theirs))
    return found


def at_least(counts: ImpostorCounts, score: float) -> int:
    return int(counts.rows[:, bin_of(score) :].sum())


def equal(a: ImpostorCounts, b: ImpostorCounts) -> bool:
    alike = (a.persons, a.same) == (b.persons, b.same)
    arrays = [(a.references, b.references), (a.owners, b.owners)]
    arrays += [(a.neighbours.references, b.neighbours.references)]
    counts = [(a.rows, b.rows), (a.neighbours.products, b.neighbours.products)]
    alike = alike and all(np.array_equal(x, y) for x, y in counts)
    return alike and all(np.array_equal(x, y) for x, y in arrays)


@given(galleries(), st.frozensets(st.sampled_from([(1, 2), (2, 5), (3, 4), (1, 9)])))
def test_the_counts_are_those_of_two_plain_loops(
    gallery: tuple[Vectors, list[int]], same: Same
) -> None:
    counts = count(matrix(*gallery), same=same)
    expected = by_hand(*gallery, same)
    assert counts.rows.sum() == len(expected)
    assert counts.persons == len(set(gallery[1]))
    for score in np.linspace(-1, 1, 33):
        assert at_least(counts, float(score)) == sum(s >= score for s in expected)


@given(galleries(), st.integers(1, 20))
def test_the_size_of_a_block_makes_no_difference(
    gallery: tuple[Vectors, list[int]], rows: int
) -> None:
    assert equal(count(matrix(*gallery)), count(matrix(*gallery), block_rows=rows))


@given(galleries(), st.randoms())
def test_the_order_and_the_names_of_persons_make_no_difference(
    gallery: tuple[Vectors, list[int]], shuffler: random.Random
) -> None:
    templates, owners = gallery
    order = list(range(len(owners)))
    shuffler.shuffle(order)
    names = dict(zip(range(1, 7), shuffler.sample(range(100, 1000), 6), strict=True))
    first = count(matrix(templates, owners))
    second = count(matrix(templates[order], [names[owners[i]] for i in order]))
    assert sorted(map(bytes, first.rows)) == sorted(map(bytes, second.rows))
    assert sorted(map(bytes, first.neighbours.products)) == sorted(
        map(bytes, second.neighbours.products)
    )


@st.composite
def changes(
    draw: st.DrawFn,
) -> tuple[tuple[Vectors, list[int], list[int]], tuple[Vectors, list[int], list[int]]]:
    """A gallery before and after references came, went, moved to another person or were renewed."""
    pool = strangers(24, draw(st.integers(0, 2**32 - 1)), dimensions=16)
    first = draw(st.lists(st.integers(0, 19), unique=True, min_size=1))
    second = draw(st.lists(st.integers(0, 19), unique=True, min_size=1))
    owners = {reference: draw(st.integers(1, 10)) for reference in range(20)}
    moved = owners | {r: draw(st.integers(1, 12)) for r in draw(st.sets(st.integers(0, 19)))}
    renewed = draw(st.sets(st.integers(0, 19), max_size=3))
    templates = [pool[20 + r % 4] if r in renewed else pool[r] for r in second]
    return (
        (pool[first], [owners[r] for r in first], [r + 1 for r in first]),
        (np.stack(templates), [moved[r] for r in second], [r + 1 for r in second]),
    )


marks = st.frozensets(st.sampled_from([(1, 2), (3, 4), (2, 6)]))


@given(changes(), marks, marks)
def test_counting_what_changed_equals_counting_anew(
    change: tuple[tuple[Vectors, list[int], list[int]], tuple[Vectors, list[int], list[int]]],
    marked: Same,
    now_marked: Same,
) -> None:
    before, after = (matrix(*gallery) for gallery in change)
    counts = count(before, same=marked)
    assert equal(count(after, (before, counts), same=now_marked), count(after, same=now_marked))


@given(changes(), marks, marks)
def test_counts_from_storage_are_built_upon_while_everybody_counted_is_still_there(
    change: tuple[tuple[Vectors, list[int], list[int]], tuple[Vectors, list[int], list[int]]],
    marked: Same,
    now_marked: Same,
) -> None:
    (templates, owners, references), (_, _, kept) = change
    whole = matrix(templates, owners, references)
    at = [i for i, reference in enumerate(references) if reference in kept] or [0]
    part = matrix(templates[at], [owners[i] for i in at], [references[i] for i in at])
    counts = ImpostorCounts.from_bytes(count(part, same=marked).to_bytes())
    assert counts is not None
    before = as_counted(whole, counts)
    assert before is not None
    assert equal(count(whole, before, same=now_marked), count(whole, same=now_marked))
    assert (as_counted(part, count(whole)) is None) == (len(at) < len(references))


def test_counts_of_a_sample_are_not_built_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = matrix(strangers(12, 1), range(12))
    monkeypatch.setattr(impostors, "SEARCHES", 5)
    assert as_counted(gallery, count(gallery)) is None


def test_only_what_changed_is_compared() -> None:
    templates = strangers(300, 1)
    old, new = matrix(templates[:299], range(299)), matrix(templates, range(300))
    seen: list[tuple[int, int]] = []
    count(new, (old, count(old)), progress=lambda done, total: seen.append((done, total)))
    # Counted and met: all of these but one with one person.
    assert seen[-1] == (3 * 299 + 1, 3 * 299 + 1)


def test_another_models_counts_are_not_built_upon() -> None:
    gallery = matrix(strangers(5, 1), range(5))
    other = matrix(strangers(5, 2), range(5))
    object.__setattr__(other, "model", type(MODEL)("n", "1", "b" * 64))
    assert equal(count(gallery, (other, count(other))), count(gallery))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_real_valued_scores_are_counted_to_within_two_bins(seed: int) -> None:
    templates = strangers(60, seed)
    owners = [int(p) for p in np.random.default_rng(seed).integers(1, 30, 60)]
    counts, exact = count(matrix(templates, owners)), by_hand(templates, owners)
    for score in np.random.default_rng(seed).uniform(-0.5, 0.9, 40):
        found = at_least(counts, float(score))
        assert sum(s >= score + 1 / BINS for s in exact) <= found
        assert found <= sum(s >= score - 4 / BINS for s in exact)


@given(st.floats(-1, 1, width=32), st.floats(-1, 1))
def test_bins_rise_with_the_score(found: float, asked: float) -> None:
    if found >= asked:
        assert bin_of(found) >= bin_of(asked)


def test_bins_cover_the_axis_and_take_what_rounding_pushes_over_its_ends() -> None:
    assert (bin_of(-1), bin_of(1)) == (0, BINS - 1)
    assert (bin_of(-1.0001), bin_of(1.0001)) == (0, BINS - 1)


def test_counting_can_be_stopped_and_reports_how_far_it_is() -> None:
    templates = np.tile(np.eye(8, dtype=np.float32), (5, 1))
    gallery = matrix(templates, [i % 8 for i in range(40)])
    seen: list[tuple[int, int]] = []
    count(gallery, block_rows=16, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(16, 40), (32, 40), (40, 40)]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        count(gallery, cancel=token)


@given(galleries(), marks)
def test_counts_come_back_from_storage_as_they_were(
    gallery: tuple[Vectors, list[int]], same: Same
) -> None:
    counts = count(matrix(*gallery), same=same)
    found = ImpostorCounts.from_bytes(counts.to_bytes())
    assert found
    assert equal(found, counts)


def test_what_an_earlier_version_stored_is_counted_anew() -> None:
    assert ImpostorCounts.from_bytes(np.zeros(4000, np.int64).tobytes()) is None
    now = count(matrix(strangers(5, 1), range(5))).to_bytes()
    assert ImpostorCounts.from_bytes(now) is not None
    assert ImpostorCounts.from_bytes(now.replace(b"impostors 3", b"impostors 2", 1)) is None


def test_a_large_gallery_is_sampled_by_ids_alone_and_everybody_once_before_anybody_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(impostors, "SEARCHES", 40)
    monkeypatch.setattr(impostors, "_COMPARISONS", 1600)
    templates = strangers(90, 3)
    few = matrix(templates, [i % 30 for i in range(90)])
    assert len(searched(few)) == 40
    assert set(few.row_persons[searched(few)].tolist()) == set(range(30))
    many = matrix(templates, range(90))
    assert len(searched(many)) == 1600 // 90
    counts = count(many)
    assert counts.persons == 90
    assert set(counts.rows.sum(axis=1).tolist()) == {89}
    fewer = matrix(templates[:80], range(80))
    assert equal(count(many, (fewer, count(fewer))), counts)
