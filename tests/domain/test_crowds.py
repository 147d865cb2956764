"""No crowd hides in a gallery: whoever resembles a few who resemble each other is shown no more
often than promised (decision 0032)."""

import numpy as np
import pytest

from secondlook.domain.calibration import Calibration, Moved
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import count
from secondlook.domain.searching import findings
from tests.domain.galleries import Vectors, matrix, strangers

PEOPLE, LINES = 300, (80, 90, 95, 99)


def turned(found: Vectors, by: float = 0.6) -> Vectors:
    """As of another kind: all closer to one another, and no closer to anybody else."""
    made = np.concatenate([found, np.full((len(found), 1), by, np.float32)], axis=1)
    unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit.astype(np.float32)


def upright(found: Vectors) -> Vectors:
    return turned(found, 0.0)


@pytest.fixture(scope="module", params=[20, 40])
def scale(request: pytest.FixtureRequest) -> tuple[ConfidenceScale, Vectors]:
    """A gallery in which some people are of another kind."""
    few = request.param
    people = strangers(PEOPLE, 1, dimensions=64)
    gallery = np.concatenate([turned(people[:few]), upright(people[few:])])
    found = matrix(gallery, range(PEOPLE))
    return ConfidenceScale(PEOPLE, Calibration(count(found)), None), gallery


def shown(scale: ConfidenceScale, gallery: Vectors, probes: Vectors) -> dict[int, float]:
    """Share of probes, of people who are not there, that show somebody at each line."""
    found = matrix(gallery, range(PEOPLE))
    seen = dict.fromkeys(LINES, 0.0)
    for probe in probes:
        made = findings(found, scale, gallery @ probe)
        best = float(made.best.max())
        for line in LINES:
            seen[line] += made.confidence(best, line).reaches(line) / len(probes)
    return seen


def test_whoever_is_like_a_crowd_is_shown_no_more_often_than_promised(
    scale: tuple[ConfidenceScale, Vectors],
) -> None:
    absent = strangers(200, 2, dimensions=64)
    for line, share in shown(*scale, turned(absent)).items():
        assert share <= (100 - line) / 100, line


def test_and_the_crowd_costs_the_others_nothing(scale: tuple[ConfidenceScale, Vectors]) -> None:
    """Where the crowd's own scores stay where they are, nobody reaches a line any more."""
    absent = strangers(200, 3, dimensions=64)
    seen = shown(*scale, upright(absent))
    assert 0.05 <= seen[80] <= 0.2
    assert 0.02 <= seen[90] <= 0.1


def test_a_search_says_what_its_scores_were_moved_by(
    scale: tuple[ConfidenceScale, Vectors],
) -> None:
    made, gallery = scale
    found = matrix(gallery, range(PEOPLE))
    probe = strangers(1, 4, dimensions=64)
    crowded, usual = (
        findings(found, made, gallery @ kind(probe)[0]).scale.lifted for kind in (turned, upright)
    )
    assert crowded.by is Moved.CROWD
    assert crowded.bins > usual.bins + 20
