"""One search for everybody: what a probe's scores come to in a gallery."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.domain.searching import findings, search

MODEL = ModelIdentity("m", "1", "1" * 64)


def gallery(persons: int, references: int) -> GalleryMatrix:
    rng = np.random.default_rng(persons * 100 + references)
    templates = rng.normal(size=(persons * references, 8)).astype(np.float32)
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    people = np.repeat(np.arange(persons, dtype=np.int64) * 3 + 5, references)
    return GalleryMatrix.build(MODEL, templates, people, np.arange(len(people), dtype=np.int64))


@given(st.integers(1, 8), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_a_rank_counts_whoever_scores_at_least_as_high(
    persons: int, references: int, seed: int
) -> None:
    matrix = gallery(persons, references)
    scores = np.random.default_rng(seed).integers(0, 4, persons * references) / np.float32(4)
    found = findings(matrix, ConfidenceScale(persons, None, None), scores.astype(np.float32))
    for person in matrix.person_ids.tolist():
        best = scores[matrix.row_persons == person].max()
        everybody = [scores[matrix.row_persons == p].max() for p in matrix.person_ids]
        column = found.column(person)
        assert found.best[column] == best
        assert found.rank(column) == sum(score >= best for score in everybody)


def test_a_template_finds_itself_first_and_never_above_one() -> None:
    matrix = gallery(6, 2)
    for row, person in enumerate(matrix.row_persons.tolist()):
        found = search(matrix, ConfidenceScale(6, None, None), matrix.templates[row], MODEL)
        first = found.candidates(1)[0]
        assert (first.person_id, first.score) == (person, found.best.max())
        assert found.best.max() <= 1
