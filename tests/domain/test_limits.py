"""Who is named when a person enrolled twice lowers what everybody can reach."""

import numpy as np
import pytest

from secondlook.domain.calibration import Calibration, ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.limits import Limit, in_the_way, limiting_pairs, suspects
from secondlook.domain.matching import GalleryMatrix
from tests.domain.galleries import matrix, strangers

LINES = (80.0, 90.0, 95.0, 99.0)
CURVE = ReferenceCurve("made up", 40_000, 10**9, (0.0, 0.3, 0.6, 0.9), (10**9, 10**7, 10**3, 0))
LINE = 0.9
"""Above what strangers of these dimensions reach."""


def doubled(*twice: int, persons: int = 300, more: int = 0) -> GalleryMatrix:
    """Strangers, some of whom are enrolled again under another name; ``more`` references each."""
    templates = strangers(persons, 4)
    again = templates[list(twice)] + 0.02 * strangers(len(twice), 5)
    again /= np.linalg.norm(again, axis=1, keepdims=True)
    owners = [*range(1, persons + 1), *range(persons + 1, persons + 1 + len(twice))]
    rows = np.concatenate([templates, again])
    for turn in range(more):
        extra = rows[: persons + len(twice)] + 0.05 * strangers(persons + len(twice), 60 + turn)
        rows = np.concatenate([rows, extra / np.linalg.norm(extra, axis=1, keepdims=True)])
    return matrix(rows.astype(np.float32), owners * (1 + more))


def scale_of(gallery: GalleryMatrix, curve: ReferenceCurve | None = CURVE) -> ConfidenceScale:
    return ConfidenceScale(gallery.persons, Calibration(count(gallery)), curve)


def limit_of(
    gallery: GalleryMatrix,
    line: float | None = LINE,
    judged: frozenset[tuple[int, int]] = frozenset(),
) -> Limit | None:
    scale = scale_of(gallery, CURVE if line else None)
    return limiting_pairs(scale, suspects(scale, gallery, line, judged), LINES)


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.parametrize("line", [LINE, None])
def test_one_person_enrolled_twice_is_named_with_what_it_costs(
    more: int, line: float | None
) -> None:
    gallery = doubled(6, more=more)
    limit = limit_of(gallery, line)
    assert limit is not None
    assert [pair.ids for pair in limit.pairs] == [(7, 301)]
    assert limit.pairs[0].score > 0.98
    scale = scale_of(gallery, CURVE if line else None)
    assert (scale.score_at(99) or 1) > 0.98
    assert limit.ceiling >= scale.ceiling
    without = limit.scores_at[99]
    assert without is not None
    assert without < 0.9


def test_without_the_pair_means_as_if_it_had_been_judged() -> None:
    gallery = doubled(6)
    limit = limit_of(gallery)
    judged = Calibration(count(gallery, same=frozenset({(7, 301)})))
    scale = ConfidenceScale(gallery.persons, judged, CURVE)
    assert limit is not None
    assert limit.ceiling == scale.ceiling
    assert limit.scores_at == {line: scale.score_at(line) for line in LINES}


def test_several_are_named_highest_first() -> None:
    limit = limit_of(doubled(6, 20, 33))
    assert limit is not None
    assert {pair.ids for pair in limit.pairs} == {(7, 301), (21, 302), (34, 303)}
    scores = [pair.score for pair in limit.pairs]
    assert scores == sorted(scores, reverse=True)


def test_nobody_is_named_where_people_only_look_alike() -> None:
    for seed in range(3):
        gallery = matrix(strangers(300, seed, alike=0.3), range(300))
        scale = scale_of(gallery, None)
        assert limiting_pairs(scale, suspects(scale, gallery, None), LINES) is None


def test_twins_who_were_judged_are_not_named_again() -> None:
    assert limit_of(doubled(6), judged=frozenset({(7, 301)})) is None
    both = limit_of(doubled(6, 20), judged=frozenset({(7, 301)}))
    assert both is not None
    assert [pair.ids for pair in both.pairs] == [(21, 302)]


def test_what_is_left_out_already_is_not_named() -> None:
    gallery = doubled(6)
    same = frozenset({(7, 301)})
    scale = ConfidenceScale(gallery.persons, Calibration(count(gallery, same=same)), CURVE)
    assert suspects(scale, gallery, LINE) is None


def test_an_empty_calibration_names_nobody() -> None:
    assert suspects(ConfidenceScale(5, None, CURVE), doubled(), LINE) is None


def test_a_line_is_in_the_way_when_it_takes_a_clearly_higher_score() -> None:
    now = {"80": 0.5, "90": 0.9, "99": None, "99.9": None}
    without = {"80": 0.499, "90": 0.6, "99": 0.7, "99.9": None}
    assert in_the_way(now, without) == ["90", "99"]
