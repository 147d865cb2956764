"""The false pairs, as pictures side by side, for a human to say who is whom."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.rehearsal import Mark
from secondlook.services.rehearse_results import FalsePair
from secondlook.ui.context import Context
from secondlook.ui.gallery.texts import file_name
from secondlook.ui.rehearsal import texts
from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Elided, Heading, IconLabel, Muted, Pill
from secondlook.ui.widgets.thumbs import Thumbnail

SIDE, LARGEST = 208, 400
"""Of a picture, in px: in a small window, and in a large one."""
LIST_WIDTH = 252
MARKS = {
    Qt.Key.Key_D: Mark.DIFFERENT,
    Qt.Key.Key_S: Mark.SAME,
    Qt.Key.Key_U: Mark.UNSURE,
}
ICONS: dict[Mark | None, tuple[str, Role]] = {
    None: ("search", Role.MUTED),
    Mark.DIFFERENT: ("cross", Role.DANGER),
    Mark.SAME: ("link", Role.SUCCESS),
    Mark.UNSURE: ("minus", Role.WARNING),
}


class Who(QWidget):
    """A picture, a name, and where it comes from."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.picture = Thumbnail(context, SIDE)
        self.name = Elided(kind="subheading")
        self.source = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[0])
        column.addWidget(Muted(title, wrap=False))
        column.addWidget(self.picture)
        column.addWidget(self.name)
        column.addWidget(self.source)
        self.resize_picture(SIDE)

    def resize_picture(self, side: int) -> None:
        self.picture.setFixedSize(side, side)
        self.name.setFixedWidth(side)
        self.source.setFixedWidth(side)


class PairsPanel(QWidget):
    """``marked`` asks whoever has the services to write a mark down."""

    marked = Signal(object, object)
    """A ``FalsePair`` and a ``Mark``."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.pairs: tuple[FalsePair, ...] = ()
        self.list = PairList()
        self.list.setAccessibleName(self.tr("False pairs, strongest first"))
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.list.pressed_mark.connect(self.mark)
        self.heading = Heading()
        self.state = Pill()
        self.by = Muted("", wrap=False)
        self.left = Who(context, self.tr("Searched for"))
        self.right = Who(context, self.tr("Shown, from the gallery"))
        self.buttons = {
            Mark.DIFFERENT: Button(self.tr("Different  (D)"), icon="cross"),
            Mark.SAME: Button(self.tr("Same person  (S)"), icon="link"),
            Mark.UNSURE: Button(self.tr("Unsure  (U)"), icon="minus"),
        }
        for mark, button in self.buttons.items():
            button.clicked.connect(partial(self.mark, mark))
        self.empty = EmptyState(
            "rehearsal",
            self.tr("Nobody was shown for somebody else"),
            self.tr("No search of an absent person found anyone at 80 % or more."),
        )
        context.theme.changed.connect(self._recolour)
        self._arrange()

    def show_pairs(self, pairs: tuple[FalsePair, ...]) -> None:
        """Keeps the pair that is looked at."""
        shown = self.current
        self.pairs = pairs
        self.list.blockSignals(True)
        self.list.clear()
        for pair in pairs:
            self.list.addItem(_item(pair))
        self.list.blockSignals(False)
        self.stack.setCurrentIndex(0 if pairs else 1)
        keys = [pair.pair for pair in pairs]
        row = keys.index(shown.pair) if shown and shown.pair in keys else 0
        self.list.setCurrentRow(row if pairs else -1)
        self._show(self.list.currentRow())

    @property
    def current(self) -> FalsePair | None:
        row = self.list.currentRow()
        return self.pairs[row] if 0 <= row < len(self.pairs) else None

    @property
    def unmarked(self) -> int:
        return sum(pair.marked is None for pair in self.pairs)

    def mark(self, mark: Mark) -> None:
        """Mark what is shown, and go on to the next pair nobody has looked at."""
        pair, row = self.current, self.list.currentRow()
        if pair is None:
            return
        self.marked.emit(pair, mark)
        after = [*range(row + 1, len(self.pairs)), *range(row)]
        following = next((n for n in after if self.pairs[n].marked is None), None)
        if following is not None:
            self.list.setCurrentRow(following)

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self.pairs):
            return
        pair = self.pairs[row]
        search, found, app = pair.search, pair.found, self._context.app
        place = self.tr("Pair {} of {}").format(row + 1, f"{len(self.pairs):,}")
        self.heading.setText(f"{place} · {found.confidence or 0:.2f} %")
        self.state.show_state(texts.mark(pair.marked.mark if pair.marked else None), "neutral")
        self.by.setText(pair.marked.operator if pair.marked else "")
        self.left.name.setText(search.person)
        self.left.source.setText(file_name(search.probe))
        self.right.name.setText(found.display_name)
        key = found.person_key
        self.right.source.setText(key if key != found.display_name else "")
        side = round(LARGEST * self.devicePixelRatio())
        probe, reference = app.rehearsal_results.probe_thumbnail, app.galleries.reference_thumbnail
        self.left.picture.load(("rehearsed", search.id, side), lambda: probe(search.id, side))
        self.right.picture.load(
            ("reference", found.reference_id, side), lambda: reference(found.reference_id, side)
        )
        for name, who in ((search.person, self.left), (found.display_name, self.right)):
            who.picture.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Larger pictures in a larger window."""
        super().resizeEvent(event)
        room = (self.width() - LIST_WIDTH - 90) // 2
        side = min(max(SIDE, min(room, self.height() - 250)), LARGEST)
        for who in (self.left, self.right):
            who.resize_picture(side)

    def _recolour(self) -> None:
        for row, pair in enumerate(self.pairs):
            mark = pair.marked.mark if pair.marked else None
            self.list.item(row).setIcon(Theme.current().icon(*ICONS[mark]))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addWidget(self.state)
        head.addWidget(self.by)
        head.addStretch(1)
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACE[3])
        pictures.addWidget(self.left)
        pictures.addWidget(self.right)
        pictures.addStretch(1)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE[1])
        for button in self.buttons.values():
            acts.addWidget(button)
        acts.addStretch(1)
        text = self.tr(
            "Compare them as you would in a case. “Same person” is a person under two names: no "
            "false match, and no comparison of different people when confidences are worked out. "
            "“Unsure” counts as false. A later mark replaces an earlier one, and both stay on "
            "record."
        )
        card = Card()
        card.body.setSpacing(SPACE[2])
        card.body.addLayout(head)
        card.body.addLayout(pictures)
        card.body.addLayout(acts)
        card.body.addWidget(IconLabel("info", text, wrap=True))
        card.body.addStretch(1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, SPACE[2], 0, 0)
        row.setSpacing(SPACE[2])
        row.addWidget(self.list)
        row.addWidget(card, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(body)
        self.stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)


class PairList(QListWidget):
    """D, S and U mark; J and K go on and back, as in a case."""

    pressed_mark = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if key in MARKS:
                self.pressed_mark.emit(MARKS[Qt.Key(key)])
                return
            if key in (Qt.Key.Key_J, Qt.Key.Key_K):
                row = self.currentRow() + (1 if key == Qt.Key.Key_J else -1)
                self.setCurrentRow(min(max(row, 0), self.count() - 1))
                return
        super().keyPressEvent(event)


def _item(pair: FalsePair) -> QListWidgetItem:
    mark = pair.marked.mark if pair.marked else None
    names = f"{pair.search.person} – {pair.found.display_name}"
    shown = f"{pair.found.display_name} · {pair.found.confidence or 0:.1f} %"
    item = QListWidgetItem(f"{pair.search.person}\n{shown}")
    item.setIcon(Theme.current().icon(*ICONS[mark]))
    item.setToolTip(f"{names}: {texts.mark(mark)}")
    said = f"{names}, {pair.found.confidence or 0:.1f} %, {texts.mark(mark)}"
    item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
    return item
