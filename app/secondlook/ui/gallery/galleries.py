"""The screen "galleries": what there is, in which state, and making a new one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.records import GallerySummary
from secondlook.ui.context import Context
from secondlook.ui.gallery.card import GalleryCard
from secondlook.ui.gallery.create import SourceDialog
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.gallery.source import dropped_path, takes_source
from secondlook.ui.gallery.state import ModelInUse, Need, model_in_use, state_of
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Muted, Title


class GalleriesScreen(QWidget):
    """A card for each gallery. A folder dropped anywhere starts a new one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._runner = runner_of(context)
        self._model = ModelInUse(None)
        self._summaries: list[GallerySummary] = []
        self.cards: dict[int, GalleryCard] = {}
        self.new = Button(self.tr("New gallery"), "primary", "add")
        self.new_first = Button(self.tr("New gallery"), "primary", "add")
        for button in (self.new, self.new_first):
            button.clicked.connect(lambda: self.open_dialog())
        self._lay_out()
        self.setAcceptDrops(True)
        QShortcut(QKeySequence.StandardKey.New, self).activated.connect(self._open_if_possible)
        context.changed.galleries_changed.connect(self.refresh)
        self._runner.changed.connect(self._show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read again; also which model is in use, since one may have been added."""
        bridge, app = self._context.bridge, self._context.app
        bridge.run(app.lanes.storage, app.galleries.summaries, self._read, owner=self, key="list")
        bridge.run(
            app.lanes.io, lambda: model_in_use(app), self._model_known, owner=self, key="model"
        )

    def _open_if_possible(self) -> None:
        if self.new.isEnabled():
            self.open_dialog()

    def open_dialog(self, source: str = "") -> SourceDialog:
        dialog = SourceDialog(self._context, parent=self)
        dialog.planned.connect(self._created)
        dialog.set_source(source)
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.new.isEnabled():
            takes_source(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path, problem = dropped_path(event)
        if path:
            self.open_dialog(path)
        else:
            self._context.notify(problem, "info")

    def _created(self, gallery_id: int, name: str) -> None:
        self._runner.enrol(self._context.operator, gallery_id, name)
        self._context.navigate("gallery", gallery_id)

    def _read(self, summaries: list[GallerySummary]) -> None:
        self._summaries = summaries
        for gone in set(self.cards) - {summary.id for summary in summaries}:
            self.cards.pop(gone).deleteLater()
        for place, summary in enumerate(summaries):
            if summary.id not in self.cards:
                self.cards[summary.id] = self._card(summary)
            self._list.insertWidget(place, self.cards[summary.id])
        self._show()
        self._stack.setCurrentIndex(1 if summaries else 2)
        self.new.setVisible(bool(summaries))  # the empty state has its own

    def _model_known(self, model: ModelInUse) -> None:
        self._model = model
        for button in (self.new, self.new_first):
            button.setEnabled(not model.problem)
            button.setToolTip(model.problem or self.tr("Ctrl+N"))
        self._show()

    def _show(self, _: int = 0) -> None:
        for summary in self._summaries:
            if card := self.cards.get(summary.id):
                card.show_summary(summary, self._model.identity, not self._model.problem)

    def _card(self, summary: GallerySummary) -> GalleryCard:
        card = GalleryCard(self._runner, summary)
        card.opened.connect(lambda gallery_id: self._context.navigate("gallery", gallery_id))
        card.need_wanted.connect(self._meet)
        return card

    def _meet(self, gallery_id: int) -> None:
        summary = self.cards[gallery_id].summary
        need = state_of(summary, self._model.identity).need
        act = self._runner.rebuild if need is Need.REBUILD else self._runner.enrol
        act(self._context.operator, summary.id, summary.name)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.addWidget(Title(self.tr("Galleries")), 1)
        title.addWidget(self.new)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addLayout(title)
        head.addWidget(Muted(self.tr("Enrolled reference images of known persons.")))
        content = QWidget()
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        column.addLayout(self._list)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its cards have it
        scroll.setWidget(content)
        self._stack = QStackedWidget()
        for page in (QWidget(), scroll, self._empty()):
            self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 24)
        outer.setSpacing(16)
        outer.addLayout(head)
        outer.addWidget(self._stack, 1)

    def _empty(self) -> EmptyState:
        return EmptyState(
            "galleries",
            self.tr("No gallery yet"),
            self.tr(
                "A probe is compared with the people of a gallery. Make one from a folder of "
                "portraits or a CSV table: drop it here, or choose it."
            ),
            self.new_first,
        )
