"""Pictures that show several faces, one after the other: whose picture is it?"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import EnrolmentItem
from secondlook.services.picking import SeveralFaces
from secondlook.ui.case.canvas import ImageCanvas
from secondlook.ui.context import Context
from secondlook.ui.examination.pyramid import Pyramid, build
from secondlook.ui.gallery import texts
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Elided, ErrorText, Muted, Subheading


class PickPanel(QWidget):
    """A click on a face, or its number, enrols it for the person named above; Skip goes on to the
    next picture, and the skipped one comes again at the end."""

    picked = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._queue: list[EnrolmentItem] = []
        self._blocked = ""
        self._seen: SeveralFaces | None = None
        self.name = Subheading("")
        self.file = Elided(kind="muted")
        self.count = Muted(wrap=False)
        self.canvas = ImageCanvas(context.theme)
        self.canvas.setAccessibleName(self.tr("Picture with several faces"))
        self.hint = Muted()
        self.error = ErrorText()
        self.skip = Button(self.tr("Skip"), icon="arrow-right")
        self.skip.setToolTip(self.tr("Leave it for later (S)"))
        self.skip.clicked.connect(self.skip_picture)
        self.canvas.face_chosen.connect(self._pick)
        key = QShortcut(QKeySequence(Qt.Key.Key_S), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.skip_picture)
        self._lay_out()

    @property
    def item(self) -> EnrolmentItem | None:
        """The picture that is asked about."""
        return self._queue[0] if self._queue else None

    def show_waiting(self, items: list[EnrolmentItem]) -> None:
        """What waits now; the order in which it is asked about stays."""
        now = {item.id: item for item in items}
        before = self.item
        kept = [now.pop(item.id) for item in self._queue if item.id in now]
        self._queue = kept + list(now.values())
        self._stack.setCurrentIndex(0 if self._queue else 1)
        self._describe()
        if self.item is None or before is None or self.item.id != before.id:
            self._load()

    def block(self, reason: str) -> None:
        """Why nothing can be picked now; empty when it can."""
        self._blocked = reason
        self._describe()

    def skip_picture(self) -> None:
        if len(self._queue) > 1:
            self._queue.append(self._queue.pop(0))
            self._load()

    def _load(self) -> None:
        self._seen = None
        self.canvas.show_picture(None)
        self.canvas.show_faces((), None)
        self.error.tell("")
        self._describe()
        if (item := self.item) and self.isVisible():
            app = self._context.app

            def look() -> tuple[SeveralFaces, Pyramid]:
                seen = app.picking.look(item)
                return seen, build(seen.pixels.rgb, seen.pixels.width, seen.pixels.height)

            self._context.bridge.run(
                app.lanes.io, look, self._looked, self._failed, owner=self, key="look"
            )

    def _looked(self, looked: tuple[SeveralFaces, Pyramid]) -> None:
        self._seen, picture = looked
        self.canvas.show_picture(picture)
        self.canvas.show_faces(self._seen.faces, None)
        self._describe()
        self.canvas.setFocus()

    def _failed(self, error: SecondLookError) -> None:
        self.error.tell(str(error))
        self.hint.setText(self.tr("Skip it, or remove its cause and come back."))

    def _pick(self, number: int) -> None:
        if self._seen is None or self._blocked:
            return
        app, operator, seen, self._seen = (
            self._context.app,
            self._context.operator,
            self._seen,
            None,
        )
        self.canvas.show_faces(seen.faces, number)
        self._context.bridge.run(
            app.lanes.io,
            partial(app.picking.pick, operator, seen, number),
            lambda _: self._picked(seen.item),
            lambda error: self._refused(seen, error),
            owner=self,
        )

    def _picked(self, item: EnrolmentItem) -> None:
        self._queue = [other for other in self._queue if other.id != item.id]
        self._stack.setCurrentIndex(0 if self._queue else 1)
        self._load()
        self.picked.emit()

    def _refused(self, seen: SeveralFaces, error: SecondLookError) -> None:
        """The picture stays, for another face to be picked."""
        self.error.tell(str(error))
        if self.item is not None and self.item.id == seen.item.id:
            self._seen = seen
            self.canvas.show_faces(seen.faces, None)

    def _describe(self) -> None:
        self.skip.setEnabled(len(self._queue) > 1)
        if (item := self.item) is None:
            return
        self.name.setText(self.tr("Which face is {}?").format(item.display_name))
        self.file.setText(texts.file_name(item.path))
        self.file.setToolTip(item.path)
        self.count.setText(self.tr("{} to pick").format(texts.images(len(self._queue))))
        faces = self.tr("Looking…")
        if self._seen is not None:
            faces = self.tr("Click the face, or press its number, 1 to {}.").format(
                min(9, len(self._seen.faces))
            )
        self.hint.setText(self._blocked or faces)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._seen is None:
            self._load()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.name)
        top.addWidget(self.file, 1)
        top.addWidget(self.count)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.skip)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.error)
        column.addLayout(foot)
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(
            EmptyState(
                "check",
                self.tr("Nothing to pick"),
                self.tr("Pictures that show several faces of like size wait here."),
            )
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 12, 0, 0)
        outer.addWidget(self._stack)
