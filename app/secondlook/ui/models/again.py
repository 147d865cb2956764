"""After another recogniser was chosen: the galleries that it cannot search yet, in one step."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.records import GallerySummary
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Elided, Muted, Text
from secondlook.vision.cards import ModelCard

ROWS_SHOWN = 6


class EnrolAgain(FormDialog):
    """Lists them; agreeing starts one run for each, in the background and one after the other."""

    def __init__(
        self,
        context: Context,
        recogniser: ModelCard,
        galleries: Sequence[GallerySummary],
        parent: QWidget,
    ) -> None:
        one = len(galleries) == 1
        super().__init__(
            self.tr("Enrol this gallery again?")
            if one
            else self.tr("Enrol {} galleries again?").format(len(galleries)),
            self.tr(
                "Templates of two models are never compared. Until it is enrolled again with {}, a "
                "gallery cannot be searched."
            ).format(recogniser.title),
            self.tr("Enrol again"),
            parent,
            width=560,
        )
        self._context, self._galleries = context, galleries
        self.cancel.setText(self.tr("Not now"))
        self.add_row(self._list())
        self.add_row(
            Muted(
                self.tr(
                    "It runs in the background, from the originals that are stored, one gallery "
                    "after the other, and can be cancelled and continued. Each gallery shows the "
                    "time left."
                )
            )
        )
        self.submitted.connect(self._start)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its wrapped texts need."""
        super().showEvent(event)
        if layout := self.layout():
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _start(self) -> None:
        runner = runner_of(self._context)
        for gallery in self._galleries:
            runner.rebuild(self._context.operator, gallery.id, gallery.name)
        self.accept()
        self._context.navigate("galleries")

    def _list(self) -> QWidget:
        page = QWidget()
        page.setProperty("kind", "page")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for row, gallery in enumerate(self._galleries):
            grid.addWidget(Elided(gallery.name, kind="subheading"), row, 0)
            grid.addWidget(Muted(texts.model(gallery.model), wrap=False), row, 1)
            grid.addWidget(Text(texts.references(gallery.references)), row, 2, right)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, SPACE[1], 0)
        column.addLayout(grid)
        column.addStretch(1)
        if len(self._galleries) <= ROWS_SHOWN:
            return page
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setMinimumHeight(ROWS_SHOWN * 28)
        return area
