"""Where a gallery's images come from: picking a folder or table, and a preview of what it holds."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent, QFocusEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.errors import SecondLookError
from secondlook.services.application import Application
from secondlook.services.planning import Plan, Spellings
from secondlook.services.planning_notes import notes
from secondlook.texts.planning import quoted
from secondlook.ui.drops import dropped, offers, take_a_copy
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.texts import tr
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Icon, IconLabel, Muted, Subheading, Text

EXAMPLES = 4
"""Persons named in a preview."""

SHOWN_AT_ONCE = 4
"""Groups of nearly equal names; others are scrolled to."""

ROWS, COLUMNS = 3, 5
"""Of a table that are shown as they were read."""


@dataclass(frozen=True, slots=True)
class Preview:
    """``missing``: images that a table names and that are not there."""

    plan: Plan
    missing: int


def look(app: Application, source: Path, gallery_id: int | None) -> Preview:
    """What ``source`` would enrol. Runs in a lane. Raises ``InputError``."""
    planned = app.galleries.planned(source, gallery_id)
    return Preview(planned, sum(not Path(image.path).is_file() for image in planned.images))


def takes_source(event: QDropEvent) -> bool:
    """Whether a drag brings something to read or to explain; then it takes a copy."""
    wanted = offers(event.mimeData())
    if wanted:
        take_a_copy(event)
    return wanted


def dropped_path(event: QDropEvent) -> tuple[str, str]:
    """The first file or folder of a drop, or else why there is none and what to do."""
    take_a_copy(event)
    found = dropped(event.mimeData())
    if found.files:
        return str(found.files[0]), ""
    return "", found.problem or tr(
        "A picture alone is no gallery: save it in a folder, and drop the folder."
    )


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
        self.table = Button(self.tr("CSV file…"), icon="note")
        self.folder.clicked.connect(self._browse_folder)
        self.table.clicked.connect(self._browse_table)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.folder)
        row.addWidget(self.table)

    def focusInEvent(self, _: QFocusEvent) -> None:
        self.path.setFocus()  # a focus proxy would keep Tab from the two buttons

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


class AlikeNames(QWidget):
    """Asks of names that are nearly equal whether they are one person's; two are two until somebody
    says otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        inside.setProperty("kind", "page")
        self._boxes = QVBoxLayout(inside)
        self._boxes.setContentsMargins(0, 0, 0, 0)
        self._boxes.setSpacing(4)
        self._asked: dict[Spellings, QCheckBox] = {}
        self._scroll = QScrollArea()
        self._scroll.setProperty("kind", "reading")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        question = self.tr("Nearly equal names. Tick those that are one person:")
        column.addWidget(IconLabel("warning", question, Role.WARNING, wrap=True))
        column.addWidget(self._scroll)
        self.hide()

    @property
    def one_person(self) -> list[Spellings]:
        return [names for names, box in self._asked.items() if box.isChecked()]

    def ask(self, alike: tuple[Spellings, ...]) -> None:
        for box in self._asked.values():
            box.hide()
            box.deleteLater()
        self._asked = {names: QCheckBox(", ".join(map(quoted, names))) for names in alike}
        for box in self._asked.values():
            self._boxes.addWidget(box)
        self._scroll.setFixedHeight(34 * min(len(alike), SHOWN_AT_ONCE))
        self.setVisible(bool(alike))


class PreviewCard(Card):
    """The layouts that are understood; then what was found, or what is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.headline = Subheading()
        self.missing = IconLabel("warning", "", Role.WARNING, wrap=True)
        self.notes = Muted()
        self.problem = IconLabel("warning", "", Role.DANGER, wrap=True)
        self.alike = AlikeNames()
        self._examples = QGridLayout()
        self._pages = QStackedWidget()
        wrong = _page(self.problem)
        for page in (self._explanation(), _page(Text(self.tr("Looking…"))), self._found(), wrong):
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
        absent = self.tr("Not there, and therefore to be listed as errors: {}.")
        self.missing.label.setText(absent.format(texts.images(preview.missing)))
        self.missing.setVisible(preview.missing > 0)
        lines = notes(planned)
        if columns := dict.fromkeys(name for image in planned.images for name in image.metadata):
            lines.append(self.tr("Kept as details: {}.").format(", ".join(columns)))
        self.notes.setText("\n".join(lines))
        self.notes.setVisible(bool(lines))
        self.alike.ask(planned.alike)
        self._clear_examples()
        if planned.sheet:
            self._show_rows([cells for _, cells in planned.sheet.rows])
        else:
            self._show_examples(planned)
        self._pages.setCurrentIndex(2)

    def show_problem(self, error: SecondLookError) -> None:
        self.problem.label.setText(str(error))
        self._pages.setCurrentIndex(3)

    def _clear_examples(self) -> None:
        while self._examples.count():
            item = self._examples.takeAt(0)
            if item and (widget := item.widget()):
                widget.hide()
                widget.deleteLater()

    def _show_rows(self, rows: list[list[str]]) -> None:
        """The first of a table, so that a wrong encoding or separator is seen."""
        for row, cells in enumerate(rows[: ROWS + 1]):
            for column, cell in enumerate(cells[:COLUMNS]):
                kind = "muted" if row == 0 else "body"
                self._examples.setColumnStretch(column, 1)
                self._examples.addWidget(Elided(cell, kind=kind), row, column)

    def _show_examples(self, planned: Plan) -> None:
        counts = Counter(image.person_key for image in planned.images)
        first = {image.person_key: image for image in reversed(planned.images)}
        for row, key in enumerate(list(counts)[:EXAMPLES]):
            file = texts.file_name(first[key].path)
            if counts[key] > 1:
                file = self.tr("{} and {} more").format(file, texts.number(counts[key] - 1))
            self._examples.addWidget(Elided(first[key].display_name), row, 0)
            self._examples.addWidget(Elided(file, kind="muted"), row, 1)
        if len(counts) > EXAMPLES:
            more = self.tr("and {} more").format(texts.persons(len(counts) - EXAMPLES))
            self._examples.addWidget(Muted(more, wrap=False), EXAMPLES, 0)

    def _explanation(self) -> QWidget:
        layouts = (
            (
                "folder",
                self.tr("Folder with one sub-folder per person"),
                self.tr("Every image in a sub-folder is a reference of that person."),
            ),
            (
                "person",
                self.tr("Folder of images"),
                self.tr("Each file name is a person, for example Jane Doe.jpg."),
            ),
            (
                "note",
                self.tr("CSV table"),
                self.tr(
                    "Columns person and path, optionally display_name. "
                    "Every other column is kept as a detail of the person."
                ),
            ),
        )
        page = _page()
        column = page.layout()
        assert isinstance(column, QVBoxLayout)
        column.setSpacing(12)
        for place, (icon, title, text) in enumerate(layouts):
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Subheading(title))
            words.addWidget(Muted(text))
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(Icon(icon, Role.MUTED), 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(words, 1)
            column.insertLayout(place, row)
        return page

    def _found(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("check", Role.SUCCESS))
        head.addWidget(self.headline, 1)
        self._examples.setHorizontalSpacing(16)
        self._examples.setVerticalSpacing(4)
        self._examples.setColumnStretch(0, 3)
        self._examples.setColumnStretch(1, 2)
        page = _page(self.missing, self.alike, self.notes)
        column = page.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertLayout(0, head)
        column.insertLayout(column.count() - 1, self._examples)
        return page


def _page(*widgets: QWidget) -> QWidget:
    """From the top down, with the rest of the space below."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return page
