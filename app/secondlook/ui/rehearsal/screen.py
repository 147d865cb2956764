"""The screen "rehearsal": galleries left, what was rehearsed with one of them right."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.errors import SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import GallerySummary
from secondlook.domain.rehearsal import Mark
from secondlook.services.application import Application
from secondlook.services.rehearse_results import FalsePair, RehearsalResult
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.context import Context
from secondlook.ui.rehearsal import acts, texts
from secondlook.ui.rehearsal.entry import GalleryEntry
from secondlook.ui.rehearsal.header import RehearsalHeader
from secondlook.ui.rehearsal.runner import runner_of
from secondlook.ui.rehearsal.start import StartDialog
from secondlook.ui.rehearsal.strip import RunStrip
from secondlook.ui.rehearsal.view import ResultView
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import ErrorText, Muted, Title
from secondlook.ui.widgets.screen import Screen

LIST_WIDTH = 212
REFRESH_MS = 1000
"""Between two readings of a rehearsal that is under way."""


@dataclass(frozen=True, slots=True)
class Held:
    """A gallery and its rehearsals, newest first."""

    gallery: GallerySummary
    rehearsals: list[RehearsalSummary]


def read(app: Application) -> list[Held]:
    """Runs in a lane."""
    return [Held(g, app.rehearsal_results.of_gallery(g.id)) for g in app.galleries.summaries()]


class RehearsalScreen(Screen):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._runner = runner_of(context)
        self.held: list[Held] = []
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Galleries"))
        self.list.setProperty("kind", "plain")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setSpacing(2)
        self.header = RehearsalHeader()
        self.strip = RunStrip(self._runner)
        self.error = ErrorText()
        self.view = ResultView(context)
        self.never = EmptyState(
            "rehearsal",
            self.tr("Not rehearsed yet"),
            self.tr(
                "Search people who are known not to be in this gallery, and see how many of them "
                "match someone they are not."
            ),
        )
        self.to_galleries = Button(self.tr("Go to Galleries"), "primary")
        self.to_galleries.clicked.connect(lambda: context.navigate("galleries"))
        self.nothing = EmptyState(
            "galleries",
            self.tr("No gallery yet"),
            self.tr("A rehearsal searches in a gallery. Enrol one first."),
            self.to_galleries,
        )
        self._pace = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._connect()
        self._arrange()
        app = context.app
        context.bridge.run(
            app.lanes.storage,
            lambda: (app.policies.shipped(), app.policies.default()),
            self._policies_known,
            owner=self,
        )

    def focus_part(self) -> QWidget:
        return self.list

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @property
    def current(self) -> Held | None:
        row = self.list.currentRow()
        return self.held[row] if 0 <= row < len(self.held) else None

    def select(self, gallery_id: int) -> None:
        ids = [held.gallery.id for held in self.held]
        if gallery_id in ids:
            self.list.setCurrentRow(ids.index(gallery_id))

    # Reading

    def refresh(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.io, lambda: read(app), self._read, owner=self, key="read"
        )

    def _policies_known(self, found: tuple[list[Policy], Policy]) -> None:
        self.header.show_policies(*found)
        self._read_result()

    def _read(self, held: list[Held]) -> None:
        shown = self.current
        self.held = held
        self.list.blockSignals(True)
        self.list.clear()
        for each in held:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, 54))
            entry = GalleryEntry(each.gallery, each.rehearsals)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.said)
            self.list.addItem(item)
            self.list.setItemWidget(item, entry)
        ids = [each.gallery.id for each in held]
        known = shown is not None and shown.gallery.id in ids
        row = ids.index(shown.gallery.id) if shown and known else 0
        self.list.setCurrentRow(row if held else -1)
        self.list.blockSignals(False)
        first = self.pages.currentIndex() == 0
        self.pages.setCurrentIndex(2 if held else 1)
        if first and self.isVisible():  # there was nothing to give the keyboard to before
            (self.list if held else self.to_galleries).setFocus()
        self._show_gallery()

    def _show_gallery(self) -> None:
        held = self.current
        if held is None:
            return
        self.header.title.setText(held.gallery.name)
        self.header.show_rehearsals(held.rehearsals)
        unfinished = self.unfinished
        self.strip.show_gallery(held.gallery.id, unfinished)
        self.body.setCurrentIndex(1 if held.rehearsals else 0)
        run = self._runner.run_of(held.gallery.id)
        obstacle = ""
        if run:
            obstacle = self.tr("A rehearsal of this gallery is under way.")
        elif unfinished:
            obstacle = self.tr("Go on with the unfinished rehearsal, or give it up first.")
        elif held.gallery.persons < 2:
            obstacle = self.tr("Enrol at least two people first.")
        self.header.start.setEnabled(not obstacle)
        self.header.start.setToolTip(obstacle)
        self._read_result()

    def _read_result(self) -> None:
        """Off the UI thread: thousands of searches take their time to be counted."""
        rehearsal_id, policy = self.header.rehearsal_id, self.header.policy
        if rehearsal_id is None or policy is None:
            return
        app, operator = self._context.app, self._context.operator
        self._context.bridge.run(
            app.lanes.io,
            lambda: app.rehearsal_results.result(rehearsal_id, policy, viewer=operator),
            self._show_result,
            self._refused,
            owner=self,
            key="result",
        )

    def _show_result(self, result: RehearsalResult) -> None:
        policy = self.header.policy
        if policy is None or result.summary.id != self.header.rehearsal_id:
            return
        self.header.about.setText(texts.about(result.summary))
        self.view.show_result(result, policy)

    # Acts

    def open_dialog(self) -> StartDialog | None:
        held = self.current
        if held is None:
            return None
        dialog = StartDialog(self._context, self._runner, held.gallery, self)
        dialog.open()
        return dialog

    @property
    def unfinished(self) -> RehearsalSummary | None:
        held = self.current
        return next((r for r in held.rehearsals if not r.finished_at), None) if held else None

    def go_on(self) -> None:
        if found := self.unfinished:
            who = self._context.operator
            self._runner.go_on(who, found.gallery_id, found.id, found.gallery_name)

    def give_up(self) -> FormDialog | None:
        found = self.unfinished
        if found is None:
            return None

        def given_up() -> None:
            self._runner.forget_problem(found.gallery_id)
            self.refresh()

        return acts.give_up(self._context, found, self, given_up, self._refused)

    def mark(self, pair: FalsePair, mark: Mark) -> None:
        def refused(error: SecondLookError) -> None:
            self.view.pairs.refused(pair)
            self._refused(error)

        self.error.tell("")
        acts.mark(self._context, pair, mark, self, self._read_result, refused)

    def export(self, path: Path) -> None:
        self.error.tell("")
        if rehearsal_id := self.header.rehearsal_id:
            acts.export(self._context, rehearsal_id, path, self, self._refused)

    def export_page(self, path: Path) -> None:
        rehearsal_id, policy = self.header.rehearsal_id, self.header.policy
        if rehearsal_id is None or policy is None:
            return
        self.error.tell("")
        self.header.page.setEnabled(False)

        def failed(error: SecondLookError) -> None:
            self.header.page.setEnabled(True)
            self._refused(error)

        acts.export_page(
            self._context, rehearsal_id, policy, path, self,
            lambda: self.header.page.setEnabled(True), failed,
        )  # fmt: skip

    def choose_table(self) -> None:
        title, kind = self.tr("Export all searches"), self.tr("CSV tables (*.csv)")
        acts.choose_file(self, title, kind, self._proposed(".csv"), self.export)

    def choose_page(self) -> None:
        title, kind = self.tr("Export this rehearsal"), self.tr("PDF documents (*.pdf)")
        acts.choose_file(self, title, kind, self._proposed(".pdf"), self.export_page)

    def _proposed(self, suffix: str) -> str:
        return acts.proposed(self.header.title.text(), self.header.rehearsal_id or 0, suffix)

    def _refused(self, error: SecondLookError) -> None:
        self.error.tell(str(error))

    def _run_changed(self, _: int) -> None:
        self._changed_elsewhere()

    def _changed_elsewhere(self) -> None:
        if self.isVisible():
            self.refresh()

    def _run_progressed(self, gallery_id: int) -> None:
        held = self.current
        if held and held.gallery.id == gallery_id and not self._pace.isActive():
            self._pace.start()

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show_gallery())
        self.header.rehearsals.currentIndexChanged.connect(lambda _: self._read_result())
        self.header.policies.currentIndexChanged.connect(lambda _: self._read_result())
        self.header.start.clicked.connect(self.open_dialog)
        self.header.table.triggered.connect(self.choose_table)
        self.header.page.triggered.connect(self.choose_page)
        self.strip.go_on_wanted.connect(self.go_on)
        self.strip.give_up_wanted.connect(self.give_up)
        self.view.marked.connect(self.mark)
        self._pace.timeout.connect(self._read_result)
        self._runner.changed.connect(self._run_changed)
        self._runner.progressed.connect(self._run_progressed)
        self._context.changed.galleries_changed.connect(self._changed_elsewhere)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(SPACE[2])
        left.addWidget(Title(self.tr("Rehearsal")))
        hint = Muted(
            self.tr("How often does somebody match who is not there? Counted, not claimed.")
        )
        hint.setFixedWidth(LIST_WIDTH)
        left.addWidget(hint)
        left.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.setSpacing(SPACE[2])
        self.body = QStackedWidget()
        self.body.addWidget(self.never)
        self.body.addWidget(self.view)
        for part in (self.header, self.strip, self.error):
            right.addWidget(part)
        right.addWidget(self.body, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[3])
        row.setSpacing(SPACE[4])
        row.addLayout(left)
        row.addLayout(right, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(QWidget())  # until the galleries are read
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
