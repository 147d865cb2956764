"""One rehearsal, read whole: figures, the line that can be moved, false pairs, comparison."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QTabWidget, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import LINES
from secondlook.services.rehearse_results import RehearsalResult
from secondlook.ui.case.texts import limit_line
from secondlook.ui.context import Context
from secondlook.ui.rehearsal.figures import ChangesCard, GroupsCard, LinesCard, NotesCard, page
from secondlook.ui.rehearsal.pairs import PairsPanel
from secondlook.ui.rehearsal.what_if import WhatIf
from secondlook.ui.widgets.notice import NoticeBar


class ResultView(QWidget):
    """Shown anew after each mark, without losing the place of the reader."""

    marked = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: RehearsalResult | None = None
        self.figures = _area(self.tr("Figures"))
        self.what_if = WhatIf()
        self.pairs = PairsPanel(context)
        self.others = _area(self.tr("Groups and comparison"))
        self.pairs.marked.connect(self.marked)
        self._context = context
        self.limit = NoticeBar()
        self.limit.close_button.hide()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        line = _area(self.tr("Plot and what-if"))
        line.setWidget(page(self.what_if, fill=True))
        self.tabs.addTab(self.figures, self.tr("Figures"))
        self.tabs.addTab(line, self.tr("Plot and what-if"))
        self.tabs.addTab(self.pairs, self.tr("False pairs"))
        self.tabs.addTab(self.others, self.tr("Groups and comparison"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.limit)
        column.addWidget(self.tabs)

    def show_result(self, result: RehearsalResult, policy: Policy) -> None:
        self.result = result
        self.limit.hide()
        limit = limit_line(result.summary.calibration, LINES[-1])
        if limit:
            judge = partial(self._context.navigate, "gallery-check", result.summary.gallery_id)
            self.limit.tell(limit, "warning", self.tr("Judge the pair"), judge)
        self.figures.setWidget(page(LinesCard(result, policy), NotesCard(result)))
        self.others.setWidget(page(ChangesCard(result), GroupsCard(result)))
        self.what_if.show_result(result, policy)
        strongest = sorted(result.pairs, key=lambda p: -(p.found.confidence or 0))
        self.pairs.show_pairs(tuple(strongest))
        pairs, left = len(result.pairs), self.pairs.unmarked
        count = self.tr("{} ({} open)").format(f"{pairs:,}", f"{left:,}") if left else f"{pairs:,}"
        self.tabs.setTabText(2, self.tr("False pairs  {}").format(count))
        tip = self.tr("{} of {} are to be looked at").format(left, pairs) if left else ""
        self.tabs.setTabToolTip(2, tip)


def _area(name: str) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setProperty("kind", "reading")
    area.setAccessibleName(name)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
