"""Exact 1:N comparison: the same list as two plain loops, one row per person."""

import random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.errors import ModelMismatch
from secondlook.domain.matching import Comparison, GalleryMatrix, ModelIdentity, margins

MODEL = ModelIdentity("sface", "2021dec", "a" * 64)
OTHER = ModelIdentity("sface", "2021dec", "b" * 64)
Vectors = npt.NDArray[np.float32]


@st.composite
def galleries(draw: st.DrawFn) -> tuple[Vectors, list[tuple[int, int]], Vectors]:
    """Templates, (person, reference) of each, and a probe; every cosine is exact, many are tied."""
    owners = draw(st.lists(st.integers(1, 8), min_size=1, max_size=16))
    names = draw(st.permutations(range(101, 101 + len(owners))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    signs = rng.choice([-0.25, 0.25], (len(owners) + 1, 16)).astype(np.float32)
    return signs[1:], list(zip(owners, names, strict=True)), signs[0]


def build(templates: Vectors, rows: list[tuple[int, int]]) -> GalleryMatrix:
    keys = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return GalleryMatrix.build(MODEL, templates, keys[:, 0], keys[:, 1])


def searched(
    gallery: GalleryMatrix, probe: Vectors, model: ModelIdentity, limit: int
) -> list[Comparison]:
    return gallery.best(gallery.scores(probe, model), limit)


def by_hand(templates: Vectors, rows: list[tuple[int, int]], probe: Vectors) -> list[Comparison]:
    best: dict[int, Comparison] = {}
    for template, (person, reference) in sorted(
        zip(templates, rows, strict=True), key=lambda item: item[1][1]
    ):
        score = float(np.dot(template, probe))
        if person not in best or score > best[person].score:
            best[person] = Comparison(person, reference, score)
    return sorted(best.values(), key=lambda c: (-c.score, c.person_id))


@given(galleries(), st.integers(1, 20))
def test_a_search_gives_the_list_of_two_plain_loops(
    gallery: tuple[Vectors, list[tuple[int, int]], Vectors], limit: int
) -> None:
    templates, rows, probe = gallery
    found = searched(build(templates, rows), probe, MODEL, limit)
    assert found == by_hand(templates, rows, probe)[:limit]


@given(galleries(), st.randoms())
def test_the_order_of_enrolment_makes_no_difference(
    gallery: tuple[Vectors, list[tuple[int, int]], Vectors], shuffler: random.Random
) -> None:
    templates, rows, probe = gallery
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    moved = build(templates[order], [rows[i] for i in order])
    assert searched(moved, probe, MODEL, 20) == searched(build(templates, rows), probe, MODEL, 20)


@given(galleries(), st.integers(1, 20))
def test_a_search_has_one_row_for_a_person_best_first(
    gallery: tuple[Vectors, list[tuple[int, int]], Vectors], limit: int
) -> None:
    templates, rows, probe = gallery
    found = searched(build(templates, rows), probe, MODEL, limit)
    people = {person for person, _ in rows}
    assert len(found) == len({c.person_id for c in found}) == min(limit, len(people))
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert all((c.person_id, c.reference_id) in rows for c in found)


def test_a_person_is_named_with_the_reference_that_matched() -> None:
    axes = np.eye(4, dtype=np.float32)
    gallery = build(axes, [(7, 71), (7, 72), (8, 81), (7, 73)])
    assert searched(gallery, axes[3], MODEL, 1) == [Comparison(7, 73, 1.0)]
    assert gallery.persons == 2


def test_a_score_is_never_outside_its_range() -> None:
    long = np.full((1, 4), 0.50001, dtype=np.float32)
    assert searched(build(long, [(1, 1)]), long[0], MODEL, 1)[0].score == 1.0
    assert searched(build(-long, [(1, 1)]), long[0], MODEL, 1)[0].score == -1.0


def test_an_empty_gallery_finds_nobody() -> None:
    gallery = build(np.zeros((0, 4), dtype=np.float32), [])
    assert searched(gallery, np.ones(4, dtype=np.float32), MODEL, 5) == []


def test_templates_of_two_models_are_never_compared() -> None:
    axes = np.eye(4, dtype=np.float32)
    with pytest.raises(ModelMismatch) as caught:
        searched(build(axes[:1], [(1, 1)]), axes[0], OTHER, 1)
    assert caught.value.remedy
    with pytest.raises(ModelMismatch):
        searched(build(axes[:0], []), axes[0], OTHER, 1)


def test_a_model_is_its_file_whatever_it_is_called() -> None:
    ModelIdentity("renamed", "2", MODEL.sha256).require(MODEL)
    with pytest.raises(ModelMismatch):
        OTHER.require(MODEL)


@given(st.lists(st.floats(-1, 1), max_size=8).map(lambda s: sorted(s, reverse=True)))
def test_a_margin_is_the_lead_over_the_best_other(scores: list[float]) -> None:
    found = margins(scores)
    for i, margin in enumerate(found):
        others = scores[:i] + scores[i + 1 :]
        assert margin == (scores[i] - max(others) if others else float("inf"))
    assert sum(margin > 0 for margin in found) <= 1
