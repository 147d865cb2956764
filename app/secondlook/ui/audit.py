"""The record on screen: every act, newest first, and whether it still stands as it was written."""

import json

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.audit import LogEntry
from secondlook.domain.errors import SecondLookError
from secondlook.services.record import Verification
from secondlook.ui.audit_model import AuditModel, Column, local_time
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE, fixed_font
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.fields import SearchField
from secondlook.ui.widgets.labels import Elided, Muted, Subheading, Title
from secondlook.ui.widgets.notice import NoticeBar
from secondlook.ui.widgets.screen import Screen
from secondlook.ui.widgets.table import Table

LIMIT = 1000
"""Entries shown at most; the filter looks through all of them."""

FILTER_DELAY_MS = 200

NARROW = 960
"""Below this width in px the hash is shown beside the table only."""


class EntryView(Card):
    """One entry, whole: payload and hashes."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = Elided(kind="heading")
        self.about = Muted()
        self.payload = QPlainTextEdit()
        self.payload.setReadOnly(True)
        self.payload.setFont(fixed_font())
        self.payload.setAccessibleName(self.tr("What was recorded"))
        self.hash = self._digest()
        self.previous = self._digest()
        self.copy = Button(self.tr("Copy entry"), "quiet", "paste")
        self.copy.clicked.connect(self._copy)
        self._entry: LogEntry | None = None
        self.body.addWidget(self.heading)
        self.body.addWidget(self.about)
        self.body.addWidget(Subheading(self.tr("Recorded")))
        self.body.addWidget(self.payload, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[1])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnStretch(1, 1)
        for row, (label, digest) in enumerate(
            ((self.tr("Hash"), self.hash), (self.tr("Previous"), self.previous))
        ):
            grid.addWidget(Muted(label, wrap=False), row, 0)
            grid.addWidget(digest, row, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)

    def show_entry(self, entry: LogEntry) -> None:
        self._entry = entry
        self.heading.setText(f"{entry.seq}  {entry.act}")
        when = self.tr("{} ({} UTC)").format(local_time(entry.at), entry.at[11:19])
        subject = f"\n{entry.subject}" if entry.subject else ""
        self.about.setText(f"{entry.actor}, {when}{subject}")
        payload = json.loads(entry.payload)
        text = json.dumps(payload, indent=2, ensure_ascii=False) if payload else ""
        self.payload.setPlainText(text or self.tr("Nothing more than the act itself."))
        self.hash.setText(entry.hash)
        self.previous.setText(entry.previous_hash)

    def _copy(self) -> None:
        if self._entry:
            entry = self._entry
            fields = {name: getattr(entry, name) for name in LogEntry.__slots__}
            text = json.dumps(fields, indent=2, ensure_ascii=False)
            QGuiApplication.clipboard().setText(text)

    @staticmethod
    def _digest() -> Elided:
        digest = Elided(mode=Qt.TextElideMode.ElideMiddle)
        digest.setFont(fixed_font())
        return digest


class AuditScreen(Screen):
    """Table left, entry right, the result of a verification on top."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = AuditModel()
        self.table = self._table()
        self.filter = SearchField(self.tr("Filter by person, act, subject or content"))
        self.verify = Button(self.tr("Verify the record"), "primary", "shield")
        self.verify.clicked.connect(self._verify)
        self.reload = Button(self.tr("Refresh"), icon="retry")
        self.reload.clicked.connect(self.refresh)
        self.result = NoticeBar()
        self.count = Muted(wrap=False)
        self.entry = EntryView()
        self.empty = EmptyState("audit", self.tr("Nothing here"), "")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(FILTER_DELAY_MS)
        self._typed.timeout.connect(self.refresh)
        self.filter.textChanged.connect(lambda: self._typed.start())
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.filter.setFocus)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def focus_part(self) -> QWidget:
        return self.table

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(Column.HASH, self.width() < NARROW)

    def refresh(self) -> None:
        app, text = self._context.app, self.filter.text().strip()
        operator = self._context.operator
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.record.latest(LIMIT, text, operator),
            self._show,
            owner=self,
            key="entries",
        )

    def _show(self, entries: list[LogEntry]) -> None:
        chosen = self._chosen()
        self.model.show_entries(entries)
        self.stack.setCurrentIndex(0 if entries else 1)
        self.entry.setVisible(bool(entries))
        if not entries:
            self.count.setText("")
            self.empty.tell(
                self.tr("No entry contains this"), self.tr("Clear the filter to see the record.")
            )
            return
        more = len(entries) == LIMIT
        text = self.tr("The newest {} entries") if more else self.tr("{} entries")
        one = self.tr("1 entry")
        self.count.setText(one if len(entries) == 1 else text.format(f"{len(entries):,}"))
        rows = [row for row, entry in enumerate(entries) if entry.seq == chosen]
        self.table.selectRow(rows[0] if rows else 0)

    def _chosen(self) -> int | None:
        row = self.table.currentIndex().row()
        return self.model.entry(row).seq if row >= 0 else None

    def _select(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0:
            self.entry.show_entry(self.model.entry(row))

    def _verify(self) -> None:
        app = self._context.app
        self.verify.setEnabled(False)
        self.verify.setText(self.tr("Verifying…"))
        self._context.bridge.run(
            app.lanes.io, app.record.verify, self._verified, self._refused, owner=self
        )

    def _verified(self, found: Verification) -> None:
        self._ready()
        self.refresh()
        if found.sound:
            text = self.tr("The record is sound: {} entries, every link holds.")
            self.result.tell(text.format(f"{found.entries:,}"), "success", stay=True)
            return
        seq = found.broken.seq if found.broken else 0
        action = self.tr("Show entry {}").format(seq) if seq else ""
        self.result.tell(str(found), "error", action, lambda: self.show_entry(seq))

    def show_entry(self, seq: int) -> None:
        """Select an entry of the table, where it is shown."""
        for row in range(self.model.rowCount()):
            if self.model.entry(row).seq == seq:
                self.table.selectRow(row)
                self.table.scrollTo(self.model.index(row, 0))

    def _refused(self, error: SecondLookError) -> None:
        self._ready()
        self.result.tell(str(error), "error")

    def _ready(self) -> None:
        self.verify.setEnabled(True)
        self.verify.setText(self.tr("Verify the record"))

    def _table(self) -> Table:
        table = Table(
            self.tr("The record, newest first"),
            self.model,
            row_height=30,
            stretched=Column.SUBJECT,
            widths={
                Column.SEQ: 56,
                Column.AT: 162,
                Column.ACTOR: 88,
                Column.ACT: 140,
                Column.HASH: 92,
            },
        )
        table.selectionModel().selectionChanged.connect(self._select)
        return table

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE[1])
        head.addWidget(Title(self.tr("Audit")), 1)
        head.addWidget(self.reload)
        head.addWidget(self.verify)
        text = self.tr(
            "Every act, in a chain: each entry seals the one before it, so that nothing can be "
            "changed or taken out unnoticed."
        )
        tools = QHBoxLayout()
        tools.setSpacing(SPACE[2])
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.count)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(SPACE[2])
        split.setChildrenCollapsible(False)
        split.addWidget(self.stack)
        split.addWidget(self.entry)
        split.setSizes([720, 320])
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[2])
        column.addLayout(head)
        column.addWidget(Muted(text))
        column.addWidget(self.result)
        column.addLayout(tools)
        column.addWidget(split, 1)
