"""Left of the candidates: the probe as it was searched, and every search of the case."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QVBoxLayout, QWidget

from secondlook.domain.records import Probe
from secondlook.domain.review import ORIGIN_LABELS
from secondlook.ui.case.case_data import CaseData, SearchRow
from secondlook.ui.case.faces import LARGE, face_job, face_key
from secondlook.ui.case.texts import day_and_time, quality_verdict
from secondlook.ui.case.two_lines import KEY, Lines, TwoLineList
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, IconLabel, Muted, Subheading
from secondlook.ui.widgets.thumbs import Thumbnail


class SearchColumn(QWidget):
    selected = Signal(int)
    """The id of a search of the history."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.picture = Thumbnail(context, 128)
        self.name = Elided(kind="subheading", mode=Qt.TextElideMode.ElideMiddle)
        self.origin = IconLabel("check", "", Role.SUCCESS, wrap=True)
        self.quality = IconLabel("check", "", Role.SUCCESS, wrap=True)
        self.provenance = Muted()
        self.history = TwoLineList(context, self.tr("Searches of this case"))
        self.history.currentItemChanged.connect(self._chosen)
        card = Card(margin=SPACE[2])
        for widget in (self.picture, self.name, self.origin, self.quality, self.provenance):
            card.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addWidget(card)
        column.addWidget(Subheading(self.tr("Searches")))
        column.addWidget(self.history, 1)

    def set_width(self, width: int, height: int) -> None:
        """The picture takes what there is; in a low column it leaves room for what is below."""
        self.setFixedWidth(width)
        side = min(width - 2 * SPACE[2] - 2, height * 3 // 10)
        self.picture.setFixedSize(side, side)

    def show_search(self, data: CaseData, probe: Probe | None, result: SearchRow) -> None:
        search = result.search
        key = face_key(search.probe_sha256, search.probe_face, LARGE)
        job = face_job(self._context, search.probe_sha256, search.probe_face, LARGE)
        self.picture.load(key, job)
        name = probe.source_name if probe else self.tr("Probe")
        self.name.setText(name)
        self.picture.setAccessibleName(name)
        blocked = search.probe_origin in search.policy.blocked_origins
        label = ORIGIN_LABELS[search.probe_origin]
        _tell(
            self.origin, not blocked, self.tr("{o}: blocked").format(o=label) if blocked else label
        )
        met, text = quality_verdict(search.probe_quality, search.policy)
        _tell(self.quality, met, text)
        self.provenance.setText(
            self.tr("Searched {at} by {name} with {model} on {provider}").format(
                at=day_and_time(search.at),
                name=search.operator,
                model=search.model.get("name", ""),
                provider=search.provider.removesuffix("ExecutionProvider"),
            )
        )
        items = [(r.search.id, self._lines(r)) for r in data.results]
        self.history.show_items(items, search.id)

    def _lines(self, row: SearchRow) -> Lines:
        """A search that found nothing is as much in the list as any other."""
        if row.locked:
            best = self.tr("analyse first")
        elif not row.offered:
            best = self.tr("no candidate")
        elif not row.revealed:
            best = self.tr("scores hidden")
        else:
            best = self.tr("top {confidence}").format(confidence=row.offered[0].confidence)
        detail = self.tr("{best} · {gallery}").format(gallery=row.search.gallery_name, best=best)
        return Lines(day_and_time(row.search.at), detail)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.selected.emit(item.data(KEY))


def _tell(label: IconLabel, good: bool, text: str) -> None:
    label.icon.show_icon("check" if good else "warning", Role.SUCCESS if good else Role.DANGER)
    label.label.setText(text)
