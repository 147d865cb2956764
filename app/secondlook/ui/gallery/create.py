"""Making a gallery, or adding to one: a folder or a table, with a preview of what it holds."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import GallerySummary
from secondlook.services.planning import Plan, plan
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Elided, Icon, IconLabel, Muted, Subheading, Text

EXAMPLES = 3
SETTLE_MS = 250
"""A path is read when typing has paused."""


@dataclass(frozen=True, slots=True)
class Preview:
    """``missing``: images that a table names and that are not there."""

    plan: Plan
    missing: int


def look(source: Path) -> Preview:
    """What ``source`` would enrol. Runs in a lane. Raises ``InputError``."""
    planned = plan(source)
    return Preview(planned, sum(not Path(image.path).is_file() for image in planned.images))


class SourcePicker(QWidget):
    """A path to type, browse for, or drop."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = QLineEdit()
        self.path.setPlaceholderText(self.tr("Drop a folder or a CSV file here"))
        self.path.setAccessibleName(self.tr("Source"))
        self.path.textChanged.connect(self.changed)
        self.folder = Button(self.tr("Folder…"), icon="folder")
        self.table = Button(self.tr("CSV file…"), icon="open")
        self.folder.clicked.connect(self._browse_folder)
        self.table.clicked.connect(self._browse_table)
        self.setFocusProxy(self.path)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.folder)
        row.addWidget(self.table)

    @property
    def source(self) -> Path | None:
        text = self.path.text().strip().strip('"')
        return Path(text).expanduser() if text else None

    def _browse_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of portraits"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._browse(dialog)

    def _browse_table(self) -> None:
        dialog = QFileDialog(self, self.tr("Table of persons and images"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("CSV tables (*.csv)"), self.tr("All files (*)")])
        self._browse(dialog)

    def _browse(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()


class PreviewCard(Card):
    """The layouts that are understood; then what was found, or what is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._pages = QStackedWidget()
        self.headline = Subheading()
        self.notes = Muted()
        self.problem = IconLabel("warning", "", Role.DANGER, wrap=True)
        self._examples = QGridLayout()
        for page in (self._explanation(), self._busy(), self._found(), self._wrong()):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages)

    def explain(self) -> None:
        self._pages.setCurrentIndex(0)

    def wait(self) -> None:
        self._pages.setCurrentIndex(1)

    def show_preview(self, preview: Preview) -> None:
        planned = preview.plan
        found = texts.persons(planned.persons), texts.images(len(planned.images))
        self.headline.setText(self.tr("{}, {}").format(*found))
        notes = []
        if preview.missing:
            text = self.tr("{} named by the table are not there and will be listed as errors.")
            notes.append(text.format(texts.images(preview.missing)))
        if planned.skipped:
            files = texts.counted(planned.skipped, self.tr("other file"), self.tr("other files"))
            notes.append(self.tr("{} left out: not an image by its name.").format(files))
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self._show_examples(planned)
        self._pages.setCurrentIndex(2)

    def show_problem(self, error: SecondLookError) -> None:
        self.problem.label.setText(str(error))
        self._pages.setCurrentIndex(3)

    def _show_examples(self, planned: Plan) -> None:
        while (item := self._examples.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for row, image in enumerate(planned.images[:EXAMPLES]):
            facts = " · ".join(
                f"{name}: {value}" for name, value in image.metadata.items() if value
            )
            shown = image.display_name + (f"  ({facts})" if facts else "")
            self._examples.addWidget(Elided(shown), row, 0)
            name = Elided(texts.file_name(image.path), kind="muted")
            self._examples.addWidget(name, row, 1)
        more = len(planned.images) - EXAMPLES
        if more > 0:
            text = self.tr("and {} more").format(texts.images(more))
            self._examples.addWidget(Muted(text, wrap=False), EXAMPLES, 0)

    def _explanation(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows = (
            (
                "folder",
                self.tr("Folder with one sub-folder per person"),
                self.tr("Every image in a sub-folder is a reference of that person."),
            ),
            (
                "person",
                self.tr("Folder of images"),
                self.tr("Each file name is a person: Jane Doe.jpg."),
            ),
            (
                "note",
                self.tr("CSV table"),
                self.tr(
                    "Columns person and path, optionally display_name. "
                    "Any other column is kept as a detail of the person."
                ),
            ),
        )
        for row, (icon, title, text) in enumerate(rows):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Icon(icon, Role.MUTED), row * 2, 0, 2, 1, top)
            grid.addWidget(Subheading(title), row * 2, 1)
            grid.addWidget(Muted(text), row * 2 + 1, 1)
        grid.setRowStretch(len(rows) * 2, 1)
        return page

    def _busy(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Text(self.tr("Looking…")))
        column.addStretch(1)
        return page

    def _found(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("check", Role.SUCCESS))
        head.addWidget(self.headline, 1)
        column.addLayout(head)
        column.addWidget(self.notes)
        self._examples.setHorizontalSpacing(16)
        self._examples.setVerticalSpacing(4)
        self._examples.setColumnStretch(0, 3)
        self._examples.setColumnStretch(1, 2)
        column.addLayout(self._examples)
        column.addStretch(1)
        return page

    def _wrong(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.problem)
        column.addStretch(1)
        return page


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
        return ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_source(dropped_path(event))
        event.acceptProposedAction()

    def _source_changed(self) -> None:
        self.preview = None
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
        if source := self.picker.source:
            self._context.bridge.run(
                self._context.app.lanes.io,
                partial(look, source),
                self._looked,
                self.card.show_problem,
                owner=self,
                key="look",
            )

    def _looked(self, preview: Preview) -> None:
        self.preview = preview
        self.card.show_preview(preview)

    def _submit(self) -> None:
        source, name = self.picker.source, self.name.text().strip()
        assert source is not None  # see problem()
        app, operator, gallery = self._context.app, self._context.operator, self._gallery

        def act() -> tuple[int, str]:
            if gallery is None:
                made = app.galleries.create(operator, name, source)
                return made.id, made.name
            app.galleries.extend(operator, gallery.id, source)
            return gallery.id, gallery.name

        self.set_busy(True, self.tr("Planning…"))
        self._context.bridge.run(app.lanes.io, act, self._made, self.tell, owner=self)

    def _made(self, made: tuple[int, str]) -> None:
        self._context.changed.galleries_changed.emit()
        self.planned.emit(*made)
        self.accept()


def dropped_path(event: QDropEvent) -> str:
    """The first local file or folder of a drop; empty when there is none."""
    return next((u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()), "")
