"""The picture of the explanation: everybody of the demonstration searched among all the others.

python -m tests.bench.explanation    draws resources/explanation/searches.svg again

With the embedded models, which makes it the same everywhere. The colours are those of the light
theme; the program puts the dark ones in their place (``ui.explanation.document``).
"""

import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from secondlook import paths
from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.impostors import BINS, bin_of
from secondlook.domain.searching import findings
from secondlook.services.matrices import Matrices
from secondlook.ui.theme import LIGHT, Role

PICTURE = paths.resources() / "explanation" / "searches.svg"
LINES = (80, 90, 99)
WIDTH, HEIGHT, LEFT, RIGHT, BASE = 680, 244, 24, 24, 184
LOW, HIGH, STEP = 0.20, 0.70, 0.02
"""Of the axis of scores; ``STEP`` is the width of one column of dots."""
LABEL = 48
"""Room in px that the label of a line takes."""


@dataclass(frozen=True, slots=True)
class Searches:
    """best: the score of each search's strongest false candidate, levelled as a search is.

    lines: the score at each confidence of ``LINES``.
    """

    best: tuple[float, ...]
    lines: dict[int, float]

    def beyond(self, line: int) -> int:
        return sum(score >= self.lines[line] for score in self.best)


def measure(folder: Path) -> Searches:
    """Enrol the demonstration people in a database in ``folder``, and search each of them."""
    app = open_application(
        folder / "secondlook.db", detector="secondlook-mini-detector", recogniser="secondlook-mini"
    )
    try:
        operator = app.accounts.create_first("bench", "Bench", "correct horse")
        people = paths.resources() / "demo" / "gallery"
        gallery = app.galleries.create(operator, "Demonstration people", people)
        app.enrolment.run(operator, gallery.id, CancelToken(), ignore_progress)
        loaded = Matrices(app.store).get(gallery.id)
        curve = app.engines.current().reference_curve
    finally:
        app.close()
    matrix = loaded.matrix
    scale = ConfidenceScale(matrix.persons, loaded.calibration, curve)
    best = []
    for at, row in enumerate((matrix.templates @ matrix.templates.T).astype(np.float32)):
        lift = findings(matrix, scale, row, int(matrix.row_persons[at])).scale.lift
        best.append((bin_of(float(np.delete(row, at).max())) - lift) / (BINS / 2) - 1)
    lines = {line: scale.score_at(line) or 1.0 for line in LINES}
    return Searches(tuple(sorted(best)), lines)


def draw(searches: Searches) -> str:
    """The picture as SVG: one dot for each search, and a line for each confidence."""
    label = f"{len(searches.best)} searches of absent people"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">\n'
        f"<title>{label}, and the lines of 80, 90 and 99 %</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{LIGHT[Role.SURFACE]}"/>\n'
    )
    return "".join([head, *_lines(searches), *_dots(searches), *_axis(label), "</svg>\n"])


def _x(score: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (score - LOW) / (HIGH - LOW)


def _dots(searches: Searches) -> Iterator[str]:
    """Columns of dots, beginning at the line before them, so that none stands on its wrong side;
    those beyond the lowest line have a warning's colour."""
    stacked: Counter[float] = Counter()
    lines = sorted(searches.lines.values())
    for score in searches.best:
        first = max((line for line in lines if line <= score), default=lines[0])
        column = math.floor((score - first) / STEP + 1e-6)
        x = _x(first + (column + 0.5) * STEP)
        y = BASE - 8 - 13 * stacked[x]
        stacked[x] += 1
        role = Role.WARNING if column >= 0 else Role.MUTED
        yield f'<circle cx="{x:.1f}" cy="{y}" r="5.5" fill="{LIGHT[role]}"/>\n'


def _lines(searches: Searches) -> Iterator[str]:
    places = [_x(searches.lines[line]) for line in LINES]
    for line, x in zip(LINES, places, strict=True):
        role = Role.ACCENT if line == LINES[-1] else Role.TEXT
        colour, weight = LIGHT[role], "bold" if line == LINES[-1] else "normal"
        yield (
            f'<line x1="{x:.1f}" y1="26" x2="{x:.1f}" y2="{BASE}" stroke="{colour}" '
            'stroke-width="2"/>\n'
            f'<text x="{x:.1f}" y="18" text-anchor="{_anchor(x, places)}" font-weight="{weight}" '
            f'fill="{colour}">{line} %</text>\n'
        )


def _anchor(x: float, places: list[float]) -> str:
    """Where a label stands over its line: away from a neighbour that would touch it."""
    near = [other - x for other in places if 0 < abs(other - x) < LABEL]
    if not near:
        return "middle"
    return "end" if near[0] > 0 else "start"


def _axis(label: str) -> Iterator[str]:
    ink, y = LIGHT[Role.MUTED], BASE + 18
    yield (
        f'<line x1="{LEFT}" y1="{BASE}" x2="{WIDTH - RIGHT}" y2="{BASE}" stroke="{ink}"/>\n'
        f'<text x="{LEFT}" y="{y}" fill="{ink}">less alike</text>\n'
        f'<text x="{WIDTH - RIGHT}" y="{y}" text-anchor="end" fill="{ink}">more alike</text>\n'
        f'<text x="{WIDTH / 2:g}" y="{y + 26}" text-anchor="middle" fill="{LIGHT[Role.TEXT]}">'
        f"{label}: each dot is the strongest, and wrong, candidate of one</text>\n"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        searches = measure(Path(folder))
    PICTURE.write_text(draw(searches), encoding="utf-8")
    for line in LINES:
        print(f"{line} % at {searches.lines[line]:.3f}: {searches.beyond(line)} beyond it")


if __name__ == "__main__":
    main()
