"""The one search: a template against a gallery, at the level of its probe.

Case search, rehearsal and evaluation all use it; what is recorded, offered or counted of its
findings is theirs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondlook.domain.confidence import Confidence, ConfidenceScale
from secondlook.domain.matching import Comparison, GalleryMatrix, ModelIdentity, Templates
from secondlook.domain.neighbours import nearest

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Findings:
    """What comes of one probe in one gallery.

    scores: one for each reference, float32 (R,). best: of each person, float32 (M,). scale: turns
    scores into confidences for this probe.
    """

    matrix: GalleryMatrix
    scores: Scores
    best: Scores
    scale: ConfidenceScale

    def candidates(self, limit: int) -> list[Comparison]:
        """The best persons, best first, at most ``limit``."""
        return self.matrix.best(self.scores, limit)

    def confidence(self, score: float, needed: float = 0.0) -> Confidence:
        """For a line of ``needed`` percent; asked for none, nothing is withheld."""
        return self.scale.confidence(score, needed)

    def column(self, person_id: int) -> int:
        """Where a person of the gallery stands in ``best``."""
        return int(np.searchsorted(self.matrix.person_ids, person_id))

    def rank(self, column: int) -> int:
        """Of the person in a column of ``best``, from 1; a tie counts against them."""
        return int(np.count_nonzero(self.best >= self.best[column]))


def search(
    matrix: GalleryMatrix, scale: ConfidenceScale, template: Templates, model: ModelIdentity
) -> Findings:
    """A template (D,) of ``model``. Raises ``ModelMismatch``."""
    return findings(matrix, scale, matrix.scores(template, model))


def findings(
    matrix: GalleryMatrix,
    scale: ConfidenceScale,
    scores: Scores,
    without: int | None = None,
) -> Findings:
    """Of scores (R,) that were computed already. ``without``: the id of a person who is taken as
    not enrolled when the probe's level is found."""
    scores = np.clip(scores, -1, 1)  # two equal templates may come out a hair above 1
    best = matrix.per_person_maximum(scores)
    others = best if without is None else best[matrix.person_ids != without]
    if scale.calibration is None:
        return Findings(matrix, scores, best, scale)
    near = nearest(matrix, scores, scale.calibration.counts.references, without)
    return Findings(matrix, scores, best, scale.for_probe(others, near))
