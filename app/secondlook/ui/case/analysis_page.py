"""Before its candidates: what the examiner sees in the probe, written down on their own."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Search
from secondlook.ui.case.faces import face_job, face_key
from secondlook.ui.case.texts import short_title
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import ErrorText, Heading, IconLabel, Muted, Subheading
from secondlook.ui.widgets.screen import Screen
from secondlook.ui.widgets.thumbs import Thumbnail

LARGEST = 512
"""px that the face is cut out with, and at most shown in."""
NOTE_WIDTH = 420


class AnalysisPage(Screen):
    """The face as large as there is room for, and a note. ``committed``: it is on record."""

    committed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._search: Search | None = None
        self._typed: dict[int, str] = {}
        self.picture = Thumbnail(context, 200)
        self.picture.setAccessibleName(self.tr("The face of the probe"))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(self.tr("What do you see in the probe?"))
        self.note.setPlaceholderText(
            self.tr("What it shows: light, pose, what is covered, age, marks, what cannot be seen")
        )
        self.why = Muted()
        self.error = ErrorText()
        self.button = Button(self.tr("Commit and show the candidates"), "primary", "eye")
        self.button.setToolTip(self.tr("Ctrl+Enter"))
        self._arrange()
        self.note.textChanged.connect(self._judge)
        self.button.clicked.connect(self._commit)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.button.click)

    def show_search(self, search: Search) -> None:
        """What was typed for it before is there again."""
        if self._search is not None:
            self._typed[self._search.id] = self.note.toPlainText()
        same = self._search is not None and self._search.id == search.id
        self._search = search
        self.why.setText(
            self.tr(
                "Written before candidates are shown, by each examiner on their own: {policy} asks "
                "for it. It becomes part of the record."
            ).format(policy=short_title(search.policy))
        )
        if not same:
            self.error.tell("")
            self.note.setPlainText(self._typed.get(search.id, ""))
        key = face_key(search.probe_sha256, search.probe_face, LARGEST)
        job = face_job(self._context, search.probe_sha256, search.probe_face, LARGEST)
        self.picture.load(key, job)
        self._judge()

    def focus_part(self) -> QWidget:
        return self.note

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = QSize(self.width() - NOTE_WIDTH // 2 - 3 * SPACE[3], self.height() - 2 * SPACE[2])
        side = max(160, min(LARGEST, room.width() * 3 // 5, room.height()))
        self.picture.setFixedSize(side, side)

    def _judge(self) -> None:
        self.button.setEnabled(not is_blank(self.note.toPlainText()))

    def _commit(self) -> None:
        search, text = self._search, self.note.toPlainText()
        if search is None:
            return
        app, operator = self._context.app, self._context.operator
        self.button.setEnabled(False)
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.review.analyse(operator, search.id, text),
            lambda _: self.committed.emit(),
            self._failed,
            owner=self,
        )

    def _failed(self, error: SecondLookError) -> None:
        self.error.tell(str(error))
        self._judge()

    def _arrange(self) -> None:
        self.note.setMinimumHeight(96)
        self.note.setMaximumHeight(320)
        side = QVBoxLayout()
        side.setSpacing(SPACE[1])
        side.addWidget(Heading(self.tr("Analyse the probe first"), wrap=True))
        side.addWidget(self.why)
        side.addSpacing(SPACE[0])
        side.addWidget(Subheading(self.tr("What do you see?")))
        side.addWidget(self.note, 10)
        side.addWidget(self.error)
        side.addWidget(
            IconLabel(
                "eye-off",
                self.tr("Candidates are shown once it is committed."),
                Role.MUTED,
                wrap=True,
            )
        )
        side.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[3])
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
