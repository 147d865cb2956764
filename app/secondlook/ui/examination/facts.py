"""Both faces and what the machine found, beside a decision."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.confidence import ConfidenceStatus, format_expected
from secondlook.domain.records import Candidate, Search
from secondlook.ui.case.faces import face_job, face_key
from secondlook.ui.context import Context
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import tr
from secondlook.ui.explanation import MeaningIcon
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.confidence import confidence_caption, confidence_meaning
from secondlook.ui.widgets.labels import Elided, Muted, Small, Text
from secondlook.ui.widgets.thumbs import Thumbnail

STATUS_TEXTS: dict[ConfidenceStatus, str] = {
    ConfidenceStatus.MEASURED: "measured in this gallery",
    ConfidenceStatus.EXTRAPOLATED: "beyond what was counted in this gallery",
    ConfidenceStatus.REFERENCE: "from the model's reference curve",
    ConfidenceStatus.NOT_MEASURABLE: "too few comparisons to resolve it",
}
assert set(STATUS_TEXTS) == set(ConfidenceStatus)
GAP, MARGIN = 8, 12


class CandidateFacts(Card):
    """Two small faces, and a table of facts as they were at the search; scrolled as one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._faces = (Thumbnail(context), Thumbnail(context))
        self._figure = Text()
        self._figure.setProperty("kind", "figure")
        self._source = Muted()
        self.meaning = MeaningIcon()
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for face, name in zip(self._faces, (self.tr("Probe"), self.tr("Reference")), strict=True):
            face.setAccessibleName(name)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(face)
            column.addWidget(Muted(name, wrap=False))
            row.addLayout(column)
        figure = QHBoxLayout()
        figure.addWidget(self._figure, 1)
        figure.addWidget(self.meaning)
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(12)
        self._table.setVerticalSpacing(4)
        self._table.setColumnStretch(1, 1)
        page = QWidget()
        page.setProperty("kind", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(figure)
        column.addWidget(self._source)
        column.addLayout(self._table)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setWidget(page)
        self.body.setContentsMargins(MARGIN, MARGIN, 0, MARGIN)
        self.body.addWidget(self._area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both faces together are as wide as the card."""
        super().resizeEvent(event)
        bar = self._area.verticalScrollBar().sizeHint().width()
        side = (self.contentsRect().width() - MARGIN - bar - GAP) // 2
        for face in self._faces:
            face.setFixedSize(side, side)

    def show_dossier(self, search: Search, dossier: Dossier) -> None:
        candidate = dossier.candidate
        sides = (
            (search.probe_sha256, search.probe_face),
            (candidate.reference_sha256, candidate.reference_face),
        )
        for thumbnail, (sha256, face) in zip(self._faces, sides, strict=True):
            thumbnail.load(face_key(sha256, face), face_job(self._context, sha256, face))
        self._show_figure(candidate, hidden=dossier.score_hidden)
        while (item := self._table.takeAt(0)) and (shown := item.widget()):
            shown.deleteLater()
        for row, (name, value) in enumerate(_facts(search, candidate, dossier.score_hidden)):
            self._table.addWidget(Elided(name, kind="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._table.addWidget(Small(value), row, 1, Qt.AlignmentFlag.AlignTop)

    def _show_figure(self, candidate: Candidate, *, hidden: bool) -> None:
        confidence = candidate.confidence
        status = tr(STATUS_TEXTS[confidence.status])
        self._figure.setText(tr("Hidden") if hidden else str(confidence))
        until = tr("shown once you have committed your own examination")
        self._source.setText(f"{confidence_caption()}, {until if hidden else status}")
        self.setToolTip("" if hidden else confidence_meaning(confidence))


def _facts(search: Search, candidate: Candidate, hidden: bool) -> list[tuple[str, str]]:
    """Name and value, in the order a person asks for them."""
    model, version = (str(search.model.get(key) or "") for key in ("name", "version"))
    setting = [
        (tr("Person"), _person(candidate)),
        (tr("Gallery"), tr("{name}, {n} people").format(
            name=search.gallery_name, n=f"{search.gallery_persons:,}"
        )),
        (tr("Model"), model if version in model else f"{model} {version}"),
        (tr("Ran on"), search.provider.removesuffix("ExecutionProvider")),
        (tr("Calibration"), _calibration(search)),
    ]  # fmt: skip
    if hidden:
        return setting
    confidence = candidate.confidence
    alone = candidate.margin == float("inf")
    return [
        (tr("Expected"), tr("{n} with a false candidate this strong").format(
            n=format_expected(confidence.expected_false_candidates)
        )),
        (tr("Rank"), str(candidate.rank)),
        (tr("Score"), _signed(candidate.score)),
        (tr("Margin"), tr("no other person") if alone else _signed(candidate.margin)),
        *setting,
    ]  # fmt: skip


def _person(candidate: Candidate) -> str:
    name, key = candidate.display_name, candidate.person_key
    return name if name == key else f"{name} ({key})"


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _calibration(search: Search) -> str:
    note = search.calibration
    return tr("{source}; {n} comparisons").format(source=note.source, n=f"{note.comparisons:,}")
