"""A rehearsal on paper: ``gather`` and ``write`` run in a lane, ``draw_plot`` on the UI thread.

pyqtgraph draws with widgets; all the rest takes too long for the UI thread.
"""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPicture

from secondlook import __version__
from secondlook.domain.audit import LogEntry
from secondlook.domain.errors import SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.services.rehearse_results import FalsePair, RehearsalResult
from secondlook.ui.paper import DPI, Paper, text_area
from secondlook.ui.rehearsal import page_parts as parts
from secondlook.ui.rehearsal.plot import RatesPlot
from secondlook.ui.rehearsal.texts import tr

PLOT = 252
"""Height of the plot, in px."""
PIXELS = 240
"""Side of a face on paper as it is kept in the file: some 300 dpi."""
PAGES = 2
"""What a rehearsal takes, unless it has many groups."""

Faces = tuple[QImage | None, QImage | None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """``entry``: the log's, which seals a finished rehearsal; ``faces``: of the first ``pairs``,
    strongest first, None where an original is missing."""

    result: RehearsalResult
    policy: Policy
    entry: LogEntry | None
    pairs: tuple[FalsePair, ...]
    faces: tuple[Faces, ...]


def gather(app: Application, operator: Operator, rehearsal_id: int, policy: Policy) -> Gathered:
    """Figures with the marks of now as ``operator`` may see them, and the pictures."""
    result = app.rehearsal_results.result(rehearsal_id, policy, viewer=operator)
    subject = f"rehearsal {rehearsal_id}"
    found = app.record.latest(limit=1_000_000, containing=subject)
    entry = next((e for e in found if (e.act, e.subject) == ("rehearsal", subject)), None)
    pairs = tuple(sorted(result.pairs, key=lambda p: -(p.found.confidence or 0)))
    shown = pairs[: parts.IN_A_ROW * parts.ROWS]
    return Gathered(result, policy, entry, pairs, tuple(_faces(app, pair) for pair in shown))


def _faces(app: Application, pair: FalsePair) -> Faces:
    def face(read: partial[bytes]) -> QImage | None:
        try:
            image = QImage.fromData(read())
        except SecondLookError:
            return None
        return None if image.isNull() else image

    probe, reference = app.rehearsal_results.probe_thumbnail, app.galleries.reference_thumbnail
    return (
        face(partial(probe, pair.search.id, PIXELS)),
        face(partial(reference, pair.found.reference_id, PIXELS)),
    )


def draw_plot(gathered: Gathered) -> QPicture:
    made = QPicture()
    painter = QPainter(made)
    plot = RatesPlot(on_paper=True)
    ceiling = gathered.result.summary.calibration.ceiling
    plot.show_curves(gathered.result.curves, ceiling, gathered.policy.accept_confidence)
    scale = made.logicalDpiX() / DPI  # which playing it takes back
    plot.draw(painter, QRectF(0, 0, text_area().width() * scale, PLOT * scale))
    painter.end()
    plot.deleteLater()
    return made


def write(gathered: Gathered, plot: QPicture, who: str, when: str) -> Paper:
    """``who`` exports it, ``when`` (local time).

    As many false pairs as ``PAGES`` have room for, or on a page of their own.
    """
    made = partial(_written, gathered, plot, who, when)
    for rows in range(parts.ROWS, 0, -1):
        paper = made(rows)
        if paper.pageCount() <= PAGES:
            return paper
    return made(parts.ROWS, apart=True)


def _written(
    gathered: Gathered, plot: QPicture, who: str, when: str, rows: int, *, apart: bool = False
) -> Paper:
    summary = gathered.result.summary
    title = tr("Rehearsal of {}").format(summary.gallery_name)
    foot = tr("Second Look {} · rehearsal {} of {} · exported {} by {}")
    paper = Paper(title, foot.format(__version__, summary.id, summary.gallery_name, when, who))
    size = QSizeF(text_area().width(), PLOT)
    paper.add_drawing("plot", size, lambda painter, area: painter.drawPicture(area.topLeft(), plot))
    for number, faces in enumerate(gathered.faces):
        for side, image in zip(("probe", "reference"), faces, strict=True):
            if image:
                paper.add_picture(f"{side}{number}", image)
    result, policy = gathered.result, gathered.policy
    sections = (
        parts.head(result),
        parts.lines(result, policy),
        parts.plot(result, policy),
        parts.reading(result),
        parts.comparison(result),
        parts.groups(result),
        parts.pairs(gathered.pairs, gathered.faces, rows, apart=apart),
        parts.facts(result, gathered.entry),
    )
    paper.write("".join(sections))
    return paper
