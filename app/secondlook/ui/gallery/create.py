"""The dialog that makes a gallery, or adds images to one."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import GallerySummary
from secondlook.ui.context import Context
from secondlook.ui.gallery.source import (
    Preview,
    PreviewCard,
    SourcePicker,
    dropped_path,
    look,
    takes_source,
)
from secondlook.ui.widgets.dialogs import FormDialog

SETTLE_MS = 250
"""A path is read when typing has paused."""


class SourceDialog(FormDialog):
    """Picks a source. For a new gallery (``gallery`` None) it also asks for the name."""

    planned = Signal(int, str)
    """Id and name of the gallery whose list has grown: its enrolment can start."""

    def __init__(
        self, context: Context, gallery: GallerySummary | None = None, parent: QWidget | None = None
    ) -> None:
        title = self.tr("Add images to “{}”").format(gallery.name) if gallery else ""
        super().__init__(
            title or self.tr("New gallery"),
            self.tr("Images stay where they are; Second Look keeps its own copy of each original."),
            self.tr("Add and enrol") if gallery else self.tr("Create and enrol"),
            parent,
            width=600,
        )
        self._context, self._gallery = context, gallery
        self._suggested = ""
        self.preview: Preview | None = None
        self.name = QLineEdit()
        self.name.setMaxLength(120)
        self.picker = SourcePicker()
        self.card = PreviewCard()
        if gallery is None:
            self.add_field(self.tr("Name"), self.name)
        self.add_field(self.tr("Source"), self.picker)
        self.add_row(self.card)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self.picker.changed.connect(self._source_changed)
        self.submitted.connect(self._submit)
        self.setAcceptDrops(True)

    def set_source(self, path: str) -> None:
        self.picker.path.setText(path)

    def problem(self) -> str:
        if self._gallery is None and not self.name.text().strip():
            return self.tr("Give the gallery a name.")
        if self.picker.source is None:
            return self.tr("Choose a folder or a CSV file.")
        if self.preview is None:
            return self.tr("Wait until the source has been looked at.")
        return ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        takes_source(event)

    def dropEvent(self, event: QDropEvent) -> None:
        path, problem = dropped_path(event)
        if path:
            self.set_source(path)
        else:
            self.error.tell(problem)

    def _source_changed(self) -> None:
        self.preview = None
        self.primary.setEnabled(True)
        self._context.bridge.generation(self, "look")  # what is under way is out of date
        source = self.picker.source
        if source is None:
            self.card.explain()
            return
        if self.name.text() == self._suggested:
            self._suggested = source.stem[:120]
            self.name.setText(self._suggested)
        self.card.wait()
        self._settle.start()

    def _look(self) -> None:
        gallery_id = self._gallery.id if self._gallery else None
        if source := self.picker.source:
            self._context.bridge.run(
                self._context.app.lanes.io,
                partial(look, self._context.app, source, gallery_id),
                self._looked,
                self._refused,
                owner=self,
                key="look",
            )

    def _looked(self, preview: Preview) -> None:
        self.preview = preview
        self.card.show_preview(preview)

    def _refused(self, error: SecondLookError) -> None:
        self.primary.setEnabled(False)
        self.card.show_problem(error)

    def _submit(self) -> None:
        source, name = self.picker.source, self.name.text().strip()
        assert source is not None  # see problem()
        app, operator, gallery = self._context.app, self._context.operator, self._gallery
        one_person = self.card.alike.one_person

        def act() -> tuple[int, str]:
            if gallery is None:
                made = app.galleries.create(operator, name, source, one_person)
                return made.id, made.name
            app.galleries.extend(operator, gallery.id, source, one_person)
            return gallery.id, gallery.name

        self.set_busy(True, self.tr("Planning…"))
        self._context.bridge.run(app.lanes.io, act, self._made, self.tell, owner=self)

    def _made(self, made: tuple[int, str]) -> None:
        self._context.changed.galleries_changed.emit()
        self.planned.emit(*made)
        self.accept()
