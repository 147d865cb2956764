"""Which faces are one photograph, and what people settle about a pair."""

import numpy as np
import pytest

from secondlook.domain.photographs import (
    COMPARED,
    Photograph,
    SamePhotograph,
    Standing,
    Verdict,
    likely,
    same_photograph,
    settled,
    standing,
    suspects,
)
from secondlook.vision.fingerprint import fingerprint
from tests.photograph import face_at, texture

FACE = face_at(120, 140, 60)
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT


def photograph(number: int, sha256: str = "") -> Photograph:
    return Photograph(sha256 or f"{number:064d}", FACE, fingerprint(texture(number), FACE))


def copy(number: int) -> Photograph:
    darker = (texture(number) * 0.8).astype(np.uint8)
    return Photograph("c" * 64, FACE, fingerprint(darker, FACE))


OTHERS = [photograph(n) for n in range(100)]


def test_templates_come_first() -> None:
    scores = np.full(100, 0.2, np.float32)
    assert suspects(copy(7), OTHERS, scores) == []
    scores[[7, 8]] = 0.9
    (found,) = suspects(copy(7), OTHERS, scores)
    assert (found.row, found.status) == (7, SamePhotograph.SUSPECTED)
    assert found.score == pytest.approx(0.9)
    assert found.likeness
    assert found.likeness > 0.9


def test_without_templates_it_is_found_by_sight() -> None:
    assert [s.row for s in suspects(copy(31), OTHERS)] == [31]


def test_the_same_file_is_certain_at_any_score_and_without_fingerprints() -> None:
    probe = Photograph(OTHERS[3].sha256, face_at(130, 150, 50))
    (found,) = suspects(probe, OTHERS, np.zeros(100, np.float32))
    assert (found.row, found.status, found.likeness) == (3, SamePhotograph.CERTAIN, None)


def test_another_face_of_the_same_file_is_another_face() -> None:
    neighbour = Photograph(OTHERS[3].sha256, face_at(300, 140, 60), OTHERS[3].fingerprint)
    assert same_photograph(neighbour, OTHERS[3], 0.9) is SamePhotograph.NONE


def test_one_without_a_fingerprint_is_not_suspected() -> None:
    bare = Photograph("b" * 64, FACE)
    assert same_photograph(bare, OTHERS[1], 0.99) is SamePhotograph.NONE
    assert same_photograph(copy(1), Photograph("b" * 64, FACE), 0.99) is SamePhotograph.NONE
    assert same_photograph(copy(1), OTHERS[1], 0.99) is SamePhotograph.SUSPECTED


def test_only_the_highest_are_compared() -> None:
    scores = np.linspace(0.5, 1, 1000, dtype=np.float32)
    rows = likely(scores).tolist()
    assert rows == list(range(999, 999 - COMPARED, -1))


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ([], None),
        ([(1, SAME)], None),
        ([(1, SAME), (1, SAME)], None),
        ([(1, SAME), (2, SAME)], SAME),
        ([(1, SAME), (2, DIFFERENT)], None),
        ([(1, SAME), (2, SAME), (3, DIFFERENT)], None),
        ([(1, SAME), (2, SAME), (3, DIFFERENT), (1, DIFFERENT)], DIFFERENT),
        ([(1, SAME), (2, SAME), (1, DIFFERENT)], None),
        ([(1, SAME), (2, SAME), (3, DIFFERENT), (3, SAME)], SAME),
        ([(1, DIFFERENT), (2, DIFFERENT), (1, SAME), (2, SAME)], SAME),
    ],
)
def test_two_people_settle_it_and_a_later_doubt_opens_it(
    said: list[tuple[int, Verdict]], agreed: Verdict | None
) -> None:
    assert settled(said) is agreed


def test_nobody_can_judge_the_same_file_away() -> None:
    assert standing(SamePhotograph.CERTAIN, DIFFERENT) is Standing.CERTAIN
    assert standing(SamePhotograph.SUSPECTED, None) is Standing.SUSPECTED
    assert standing(SamePhotograph.SUSPECTED, DIFFERENT) is Standing.DIFFERENT
    assert standing(SamePhotograph.NONE, SAME) is Standing.SAME
    assert [s for s in Standing if not s.holds] == [Standing.DIFFERENT, Standing.NONE]
