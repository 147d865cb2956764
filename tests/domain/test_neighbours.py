"""Whom a search resembles most, counted and asked for."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondlook.domain import impostors
from secondlook.domain.impostors import count
from secondlook.domain.neighbours import KEPT, NEIGHBOURS, NOBODY, nearest
from tests.domain.galleries import Vectors, matrix, strangers


def by_hand(
    templates: Vectors, owners: Sequence[int], probe: Vectors, without: int | None
) -> list[int]:
    """Every person's best reference (numbers from 1), best first, of two alike the first."""
    best: dict[int, tuple[float, int]] = {}
    for i, owner in enumerate(owners):
        if owner != without:
            best[owner] = max(best.get(owner, (-2.0, 0)), (float(templates[i] @ probe), -i - 1))
    return [-i for _, i in sorted(best.values(), reverse=True)][:KEPT]


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_neighbours_are_those_of_two_plain_loops(seed: int, persons: int) -> None:
    rng = np.random.default_rng(seed)
    signs = rng.choice([-0.25, 0.25], (26, 16)).astype(np.float32)  # every cosine is exact
    templates, probe = signs[:25], signs[25]
    owners = [i if i < persons else i % persons for i in range(25)]
    gallery = matrix(templates, owners)
    counts = count(gallery)
    row_of = {int(r): i for i, r in enumerate(counts.references)}
    for i in range(0, 25, 3):
        expected = by_hand(templates, owners, templates[i], owners[i])
        counted = counts.neighbours.references[row_of[i + 1]].tolist()
        assert counted == expected + [NOBODY] * (KEPT - len(expected))
        scores = gallery.templates @ templates[i]
        assert nearest(gallery, scores, counts.references, owners[i]).tolist() == expected[1:]
    expected = by_hand(templates, owners, probe, None)[1:]
    assert nearest(gallery, gallery.templates @ probe, counts.references).tolist() == expected


def test_nobody_who_is_marked_as_the_same_person_is_a_neighbour() -> None:
    templates = strangers(40, 3)
    templates[1] = templates[0]
    gallery = matrix(templates, range(1, 41))
    apart, marked = (count(gallery, same=s).neighbours for s in (frozenset(), frozenset({(1, 2)})))
    assert apart.references[0, 0] == 2
    assert marked.references[0, :NEIGHBOURS].tolist() == apart.references[0, 1:].tolist()


def test_of_a_sample_only_those_who_are_searched_are_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of others nothing is known; who is searched can change with every person who comes."""
    monkeypatch.setattr(impostors, "SEARCHES", 40)
    monkeypatch.setattr(impostors, "_COMPARISONS", 1600)
    templates = strangers(90, 3)
    owners = [i % 60 for i in range(90)]
    few, many = matrix(templates[:80], owners[:80]), matrix(templates, owners)
    counts = count(many)
    assert len(counts.references) < 60
    assert set(counts.neighbours.references.ravel().tolist()) <= set(counts.references.tolist())
    on = count(many, (few, count(few))).neighbours
    assert np.array_equal(on.references, counts.neighbours.references)
    assert np.array_equal(on.products, counts.neighbours.products)
    probe = many.templates @ templates[7]
    assert set(nearest(many, probe, counts.references).tolist()) <= set(counts.references.tolist())
