"""The 19 component groups, one current, each with a finding and none left blank."""

import time

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.review import CHECKLIST, Finding
from secondlook.ui.examination.texts import finding_label
from secondlook.ui.theme import Role, Theme
from secondlook.ui.widgets.labels import Subheading

FINDING_KEYS: dict[Finding, str] = {
    Finding.SIMILAR: "S",
    Finding.DIFFERENT: "D",
    Finding.UNDETERMINED: "U",
    Finding.NOT_VISIBLE: "N",
}
assert set(FINDING_KEYS) == set(Finding)

Index = QModelIndex | QPersistentModelIndex
FINDING = Qt.ItemDataRole.UserRole
ROWS = (20, 28)
"""Least and greatest height of a row in px: all 19 are seen at once where that is possible."""


class Checklist(QWidget):
    """Emits ``current_changed`` with the index of the component now looked at, and ``changed``."""

    current_changed = Signal(int)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._findings: dict[str, Finding] = {}
        self._given: dict[str, float] = {}
        self.difference = DifferenceNote()
        self._title = Subheading()
        self._progress = QLabel()
        self._list = _Components()
        self._buttons = {f: self._button(f, key) for f, key in FINDING_KEYS.items()}
        self._choices = QWidget()
        self._lay_out()
        self._list.currentRowChanged.connect(self._follow)
        self.difference.changed.connect(self.changed)
        self.setFocusProxy(self._list)
        self.show_findings({})

    def _button(self, finding: Finding, key: str) -> QPushButton:
        button = QPushButton(f"{key}   {finding_label(finding)}")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(finding_label(finding))
        button.setToolTip(
            self.tr("{finding} ({key})").format(finding=finding_label(finding), key=key)
        )
        button.setProperty("kind", "choice")
        button.clicked.connect(lambda: self.set_finding(finding))
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        self._progress.setProperty("kind", "muted")
        head.addWidget(self._progress)
        choices = QGridLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(4)
        for place, button in enumerate(self._buttons.values()):
            choices.addWidget(button, place // 2, place % 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        column.addWidget(self._choices)
        column.addWidget(self.difference)

    @property
    def seconds(self) -> float | None:
        """In which all findings were given; None where some come from an earlier sitting."""
        if set(self._given) != set(self._findings) or not self._given:
            return None
        return max(self._given.values()) - min(self._given.values())

    @property
    def notes(self) -> dict[str, str]:
        """On components that were found different, by key."""
        different = (k for k, f in self._findings.items() if f is Finding.DIFFERENT)
        notes = self.difference.notes
        return {key: notes[key] for key in different if notes.get(key, "").strip()}

    @property
    def findings(self) -> dict[str, Finding]:
        return dict(self._findings)

    @property
    def blanks(self) -> int:
        return len(CHECKLIST) - len(self._findings)

    @property
    def current(self) -> int:
        return self._list.currentRow()

    def show_findings(
        self, findings: dict[str, Finding], notes: dict[str, str] | None = None
    ) -> None:
        """Findings of a draft; the first blank one becomes current."""
        self._findings, self._given = dict(findings), {}
        self.difference.show_notes(notes or {})
        keys = [item.key for item in CHECKLIST]
        first = next((i for i, key in enumerate(keys) if key not in findings), 0)
        self._list.blockSignals(True)
        self._list.setCurrentRow(first)
        self._list.blockSignals(False)
        self._refresh()

    def set_read_only(self, read_only: bool) -> None:
        """Components can still be looked at, one by one."""
        self._choices.setVisible(not read_only)
        self.difference.setVisible(not read_only)
        self._title.setText(self.tr("Your findings") if read_only else self.tr("Checklist"))

    def set_finding(self, finding: Finding) -> None:
        """Of the current component; goes on to the next one."""
        key = CHECKLIST[self.current].key
        self._findings[key] = finding
        self._given[key] = time.monotonic()
        if finding is Finding.DIFFERENT:
            self.difference.ask_for(key)
        self._refresh()
        self.changed.emit()
        if self.may_step(1):
            self.step(1)

    def may_step(self, by: int) -> bool:
        return self.isEnabled() and 0 <= self.current + by < len(CHECKLIST)

    def step(self, by: int) -> None:
        """To another component, within the ends of the list."""
        if self.may_step(by):
            self._list.setCurrentRow(self.current + by)

    def _follow(self, row: int) -> None:
        self._refresh()
        self.current_changed.emit(row)

    def _refresh(self) -> None:
        done, total = len(self._findings), len(CHECKLIST)
        self._progress.setText(self.tr("{done} of {total}").format(done=done, total=total))
        self._list.show_findings(self._findings)
        chosen = self._findings.get(CHECKLIST[self.current].key)
        for finding, button in self._buttons.items():
            button.setChecked(finding is chosen)
        if chosen is Finding.DIFFERENT:
            self.difference.ask_for(CHECKLIST[self.current].key)
        if self._findings.get(self.difference.key) is not Finding.DIFFERENT:
            self.difference.ask_for("")


class DifferenceNote(QWidget):
    """What differs in one component: the current one, or the last one found different.

    Always in its place, so that nothing moves when a difference is marked.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.key = ""
        self.notes: dict[str, str] = {}
        self.field = QLineEdit()
        self.field.setMaxLength(300)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.field.textEdited.connect(self._typed)
        self.ask_for("")

    def ask_for(self, key: str) -> None:
        """Empty: nothing is marked different."""
        self.key = key
        label = next((item.label for item in CHECKLIST if item.key == key), "")
        what = self.tr("{component}: what differs?").format(component=label)
        hint = self.tr("{what} (W)").format(what=what)
        self.field.setPlaceholderText(
            hint if key else self.tr("Marked different: say what differs")
        )
        self.field.setAccessibleName(what if key else self.tr("What differs"))
        self.field.setToolTip(hint if key else "")
        self.field.setEnabled(bool(key))
        if self.field.text() != self.notes.get(key, ""):
            self.field.setText(self.notes.get(key, ""))

    def show_notes(self, notes: dict[str, str]) -> None:
        self.notes = dict(notes)
        self.ask_for("")

    def _typed(self, text: str) -> None:
        self.notes[self.key] = text
        self.changed.emit()


class _Components(QListWidget):
    """Rows of component and finding. Tab walks through them and leaves at either end."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Components of the face"))
        self._delegate = _Row(self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(4 * ROWS[0])
        for component in CHECKLIST:
            self.addItem(QListWidgetItem(component.label))
        Theme.current().changed.connect(self.viewport().update)

    def show_findings(self, findings: dict[str, Finding]) -> None:
        for row, component in enumerate(CHECKLIST):
            finding = findings.get(component.key)
            item = self.item(row)
            item.setData(FINDING, finding)
            said = finding_label(finding) if finding else self.tr("blank")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{component.label}: {said}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least, most = ROWS
        self._delegate.row = max(least, min(most, self.viewport().height() // self.count()))
        self.scheduleDelayedItemsLayout()

    def keyboardSearch(self, search: str) -> None:
        """Letters set findings; they do not look for rows."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        row = self.currentRow() + (1 if forward else -1)
        if 0 <= row < self.count():
            self.setCurrentRow(row)
            return True
        return super().focusNextPrevChild(forward)


class _Row(QStyledItemDelegate):
    """Component at the left, finding in words at the right; blanks show a dash."""

    row = ROWS[1]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self.row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        finding: Finding | None = index.data(FINDING)
        color = Theme.current().color
        painter.save()
        box: QRect = option.rect
        if current:
            painter.fillRect(box, color(Role.ACCENT_SOFT))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), color(Role.ACCENT))
        text = box.adjusted(12, 0, -10, 0)
        painter.setFont(_weighted(option.font, bold=current))
        painter.setPen(color(Role.TEXT))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, flags | Qt.AlignmentFlag.AlignLeft, index.data())
        painter.setFont(option.font)
        if finding is None:
            painter.setPen(color(Role.MUTED))
        painter.drawText(
            text, flags | Qt.AlignmentFlag.AlignRight, finding_label(finding) if finding else "–"
        )
        painter.restore()


def _weighted(font: QFont, *, bold: bool) -> QFont:
    heavier = QFont(font)
    heavier.setBold(bold)
    return heavier
