"""One person of a gallery, beside the grid: references with quality and source, metadata."""

from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QAction, QDesktopServices, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.faces import Component
from secondlook.domain.records import PersonRow, ReferenceRow
from secondlook.services.prepare import FLOORS
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.faces import FaceQueue, paint_face
from secondlook.ui.theme import Role
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Heading, Muted, Subheading, Text, line
from secondlook.ui.widgets.quality import QualityTable
from secondlook.ui.widgets.rows import Index, RowModel

FACE = 112
LIMITS: dict[Component, float] = FLOORS
"""What enrolment asks for; a policy may ask for more when a candidate is assessed."""


class ReferenceModel(RowModel[ReferenceRow]):
    """References of one person, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda reference: reference.id, parent)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        reference = self.rows[index.row()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return texts.file_name(reference.source_path)
        return reference if role == self.RowRole else None


class ReferenceDelegate(QStyledItemDelegate):
    """The face alone, with a ring when it is the one described below."""

    def __init__(self, context: Context, faces: FaceQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._faces = context.theme, faces

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(FACE + 12, FACE + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        reference: ReferenceRow = index.data(RowModel.RowRole)
        cell: QRect = option.rect
        frame = QRect(cell.x() + 4, cell.y() + 4, FACE, FACE)
        painter.save()
        side = round(FACE * painter.device().devicePixelRatioF())
        paint_face(painter, frame, self._faces.face(reference.id, side))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color(Role.ACCENT), 2))
            painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), 8, 8)
        painter.restore()


class PersonPanel(Card):
    """Shows a person; asks for corrections, for the removal, and to be closed."""

    remove_wanted = Signal(object)
    rename_wanted = Signal(object)
    merge_wanted = Signal(object)
    """The ``PersonRow``."""
    move_picture_wanted = Signal(object, object)
    remove_picture_wanted = Signal(object, object)
    """The ``PersonRow`` and the ``ReferenceRow``."""
    closed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(margin=16, parent=parent)
        self._context = context
        self.person: PersonRow | None = None
        self.reference: ReferenceRow | None = None
        """The one described below the strip."""
        self.setMinimumWidth(300)
        self.name = Heading(wrap=True)
        self.key = Elided(kind="muted")
        self.model = ReferenceModel(self)
        self.strip = self._strip()
        self._metadata = QWidget()
        self._facts = QFormLayout(self._metadata)
        self.source = Elided(mode=Qt.TextElideMode.ElideMiddle)
        self._added = Muted("")
        self.quality = QualityTable()
        self.remove = Button(self.tr("Remove person…"), "danger", "trash")
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.person))
        self._make_actions()
        self._lay_out()

    def block(self, reason: str) -> None:
        """Why nobody can be corrected or removed now; empty when it can be done."""
        for action in (*self._of_person, *self._of_picture):
            action.setEnabled(not reason)
        for button in (self.remove, self.correct):
            button.setEnabled(not reason)
            button.setToolTip(reason)

    def _make_actions(self) -> None:
        """Keys work in the whole panel; the menus show them."""

        def action(text: str, keys: str, signal: SignalInstance, *, of_picture: bool) -> QAction:
            made = QAction(text, self)
            made.setShortcut(keys)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda: self._want(signal, of_picture=of_picture))
            self.addAction(made)
            return made

        self.rename = action(self.tr("Rename…"), "F2", self.rename_wanted, of_picture=False)
        self.merge = action(self.tr("Merge into…"), "Ctrl+M", self.merge_wanted, of_picture=False)
        self.move_picture = action(
            self.tr("Move the picture to…"), "M", self.move_picture_wanted, of_picture=True
        )
        self.remove_picture = action(
            self.tr("Remove the picture"), "Del", self.remove_picture_wanted, of_picture=True
        )
        self._of_person = (self.rename, self.merge)
        self._of_picture = (self.move_picture, self.remove_picture)
        menu = QMenu(self)
        menu.addActions([*self._of_picture])
        menu.addSeparator()
        menu.addActions([*self._of_person])
        self.correct = Button(self.tr("Correct"))
        self.correct.setProperty("menu", True)
        self.correct.setMenu(menu)
        self.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strip.customContextMenuRequested.connect(
            lambda where: menu.popup(self.strip.viewport().mapToGlobal(where))
        )

    def _want(self, signal: SignalInstance, *, of_picture: bool) -> None:
        if self.person is None:
            return
        if not of_picture:
            signal.emit(self.person)
        elif self.reference is not None:
            signal.emit(self.person, self.reference)

    def show_person(self, person: PersonRow) -> None:
        """Load and show this person; calling again with the same one refreshes it."""
        if self.person is None or person.id != self.person.id:
            self.model.show([])
            self._describe(None)
        self.person = person
        self.setAccessibleName(person.display_name)
        self.name.setText(person.display_name)
        self.key.setText(person.key if person.key != person.display_name else "")
        self.key.setVisible(person.key != person.display_name)
        self._count.setText(texts.references(person.references))
        self._show_metadata()
        self._context.bridge.run(
            self._context.app.lanes.storage,
            lambda: self._context.app.galleries.references(person.id),
            self._show_references,
            owner=self,
            key="references",
        )

    def _show_references(self, references: list[ReferenceRow]) -> None:
        self.model.show(references)
        self.strip.setFixedHeight(FACE + (8 if len(references) < 3 else 22))
        if not references:
            self._describe(None)
        if references and not self.strip.currentIndex().isValid():
            self.strip.setCurrentIndex(self.model.index(0, 0))

    def _show_metadata(self) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in self.metadata.items():
            self._facts.addRow(Muted(name, wrap=False), Text(value, wrap=True))
        self._metadata.setVisible(bool(self.metadata))
        self._details.setVisible(bool(self.metadata))

    @property
    def metadata(self) -> dict[str, str]:
        """What is shown of it: empty values are not."""
        given = self.person.metadata if self.person else {}
        return {name: value for name, value in given.items() if value}

    def _describe(self, reference: ReferenceRow | None) -> None:
        self.reference = reference
        self.quality.show_quality(reference.quality if reference else None, LIMITS)
        self.source.setText(reference.source_path if reference else "")
        self._open.setEnabled(reference is not None)
        added = texts.day(reference.added_at) if reference else ""
        self._added.setText(self.tr("Enrolled {}").format(added) if added else "")

    def _strip(self) -> QListView:
        strip = QListView()
        strip.setAccessibleName(self.tr("References"))
        strip.setProperty("kind", "plain")
        strip.setFlow(QListView.Flow.LeftToRight)
        strip.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        strip.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strip.setFixedHeight(FACE + 8)
        faces = FaceQueue(self._context, strip)
        faces.arrived.connect(lambda _: strip.viewport().update())
        strip.setItemDelegate(ReferenceDelegate(self._context, faces, strip))
        strip.setModel(self.model)
        strip.selectionModel().currentChanged.connect(self._chosen)
        return strip

    def _chosen(self, current: QModelIndex) -> None:
        self._describe(current.data(RowModel.RowRole) if current.isValid() else None)

    def _lay_out(self) -> None:
        close = IconButton("cross", self.tr("Close"))
        close.clicked.connect(self.closed)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self.key)
        top = QHBoxLayout()
        top.addLayout(names, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setProperty("kind", "reading")
        scroll.setAccessibleName(self.tr("References"))
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._content())
        self.body.addWidget(scroll, 1)
        self.body.addWidget(line())
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.correct)
        foot.addStretch(1)
        foot.addWidget(self.remove)
        self.body.addLayout(foot)

    def _content(self) -> QWidget:
        content = QWidget()
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 4, 4, 4)
        column.setSpacing(8)
        self._count = Subheading("")
        self._details = Subheading(self.tr("Details"))
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._open = IconButton("folder", self.tr("Show the folder of this file"))
        self._open.clicked.connect(self._open_folder)
        source = QHBoxLayout()
        source.addWidget(self.source, 1)
        source.addWidget(self._open)
        for widget in (self._count, self.strip):
            column.addWidget(widget)
        column.addLayout(source)
        column.addWidget(self._added)
        column.addSpacing(8)
        column.addWidget(Subheading(self.tr("Quality")))
        column.addWidget(self.quality)
        column.addSpacing(8)
        column.addWidget(self._details)
        column.addWidget(self._metadata)
        column.addStretch(1)
        return content

    def _open_folder(self) -> None:
        folder = Path(self.source.text()).parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._context.notify(self.tr("{} could not be opened.").format(folder), "warning")
