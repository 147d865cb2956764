"""Both faces and what the machine found, beside a decision."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.confidence import ConfidenceStatus, format_expected
from secondlook.domain.records import Candidate, Search
from secondlook.ui.context import Context
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import tr
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Muted, Text
from secondlook.ui.widgets.thumbs import Thumbnail

STATUS_TEXTS: dict[ConfidenceStatus, str] = {
    ConfidenceStatus.MEASURED: "measured in this gallery",
    ConfidenceStatus.REFERENCE: "from the model's reference curve",
    ConfidenceStatus.NOT_MEASURABLE: "too few comparisons to resolve it",
}
assert set(STATUS_TEXTS) == set(ConfidenceStatus)
FACE = 98


class CandidateFacts(Card):
    """Two small faces, and a table of facts as they were at the search."""

    def __init__(self, context: Context) -> None:
        super().__init__(margin=12)
        self._context = context
        self._faces = (Thumbnail(context, FACE), Thumbnail(context, FACE))
        row = QHBoxLayout()
        row.setSpacing(8)
        for face, name in zip(self._faces, (self.tr("Probe"), self.tr("Reference")), strict=True):
            face.setAccessibleName(name)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(face)
            column.addWidget(Muted(name, wrap=False))
            row.addLayout(column)
        row.addStretch(1)
        self.body.addLayout(row)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self.body.addWidget(self._area, 1)

    def show_dossier(self, search: Search, dossier: Dossier) -> None:
        candidate = dossier.candidate
        sides = (
            (search.probe_sha256, search.probe_face),
            (candidate.reference_sha256, candidate.reference_face),
        )
        app = self._context.app
        for thumbnail, (sha256, face) in zip(self._faces, sides, strict=True):
            thumbnail.load(
                ("face", sha256, face.box),
                lambda s=sha256, f=face: app.identify.face_thumbnail(s, f, 2 * FACE),  # type: ignore[misc]
            )
        page = QWidget()
        page.setProperty("kind", "page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(_facts(search, candidate, dossier.score_hidden)):
            grid.addWidget(Elided(name, kind="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(value, wrap=True), row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(page)


def _facts(search: Search, candidate: Candidate, hidden: bool) -> list[tuple[str, str]]:
    """Name and value, in the order a person asks for them."""
    model = " ".join(str(search.model[key]) for key in ("name", "version") if search.model.get(key))
    setting = [
        (tr("Person"), candidate.display_name),
        (tr("Gallery"), tr("{name}, {n} persons").format(
            name=search.gallery_name, n=f"{search.gallery_persons:,}".replace(",", " ")
        )),
        (tr("Model"), model),
        (tr("Ran on"), search.provider.removesuffix("ExecutionProvider")),
        (tr("Calibration"), _calibration(search)),
    ]  # fmt: skip
    if hidden:
        note = tr("Shown once you have committed your own examination")
        return [(tr("Score"), note), *setting]
    confidence = candidate.confidence
    status = tr(STATUS_TEXTS[confidence.status])
    alone = candidate.margin == float("inf")
    return [
        (tr("Confidence"), f"{confidence}, {status}"),
        (tr("Expected"), tr("{n} with a false candidate this strong").format(
            n=format_expected(confidence.expected_false_candidates)
        )),
        (tr("Rank"), str(candidate.rank)),
        (tr("Score"), _signed(candidate.score)),
        (tr("Margin"), tr("no other person") if alone else _signed(candidate.margin)),
        *setting,
    ]  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _calibration(search: Search) -> str:
    note = search.calibration
    pairs = f"{note.comparisons:,}".replace(",", " ")
    return tr("{source}; {n} comparisons").format(source=note.source, n=pairs)
