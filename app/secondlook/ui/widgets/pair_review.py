"""Two faces side by side, for a human to say whether they are one person: D, S, U; J and K."""

from collections.abc import Hashable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.rehearsal import Mark
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, Heading, IconLabel, Muted, Pill
from secondlook.ui.widgets.pair_list import (
    KEYS,
    STEPS,
    PairList,
    PairModel,
    Portrait,
    ShownPair,
    mark_text,
)
from secondlook.ui.widgets.thumbs import Thumbnail

SIDE, LARGEST = 208, 400
"""Of a picture, in px: in a small window, and in a large one."""
LIST_WIDTH = 252


class Who(QWidget):
    """A picture, a name, and where it comes from."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.person_id: int | None = None
        self.picture = Thumbnail(context, SIDE)
        self.name = Elided(kind="subheading")
        self.key = Elided(kind="muted")
        self.file = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        self.open = Button(self.tr("Open person"), "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[0])
        column.addWidget(Muted(title, wrap=False))
        for part in (self.picture, self.name, self.key, self.file):
            column.addWidget(part)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        self.resize_picture(SIDE)

    def show_portrait(self, portrait: Portrait) -> None:
        self.person_id = portrait.person_id
        self.name.setText(portrait.name)
        self.key.setText(portrait.key if portrait.key != portrait.name else "")
        self.file.setText(portrait.file)
        self.open.setVisible(portrait.person_id is not None)
        self.open.setAccessibleName(self.tr("Open {}").format(portrait.name))
        self.picture.setAccessibleName(portrait.name)
        side = round(LARGEST * self.devicePixelRatio())
        kind, number = portrait.picture
        self.picture.load((kind, number, side), partial(portrait.load, number, side))

    def resize_picture(self, side: int) -> None:
        self.picture.setFixedSize(side, side)
        for line in (self.name, self.key, self.file):
            line.setFixedWidth(side)


class PairReview(QWidget):
    """A list of pairs, and the one that is looked at. Asks for marks; whoever has the services
    writes them down, and answers with ``show_pairs`` or ``refused``."""

    marked = Signal(object, object)
    """The id of a ``ShownPair`` and a ``Mark``."""
    person_wanted = Signal(int)

    def __init__(
        self,
        context: Context,
        name: str,
        titles: tuple[str, str],
        meaning: str,
        *,
        if_same: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``name`` of the list, ``titles`` over the two, ``meaning`` of the marks; ``if_same``:
        what to do about two who are one."""
        super().__init__(parent)
        self.model = PairModel(self)
        self.list = PairList(self.model, name)
        self.heading = Heading()
        self.state = Pill()
        self.by = Muted("", wrap=False)
        self.sides = (Who(context, titles[0]), Who(context, titles[1]))
        self.buttons = {
            Mark.DIFFERENT: Button(self.tr("Different  (D)"), icon="cross"),
            Mark.SAME: Button(self.tr("Same person  (S)"), icon="link"),
            Mark.UNSURE: Button(self.tr("Unsure  (U)"), icon="minus"),
        }
        self.why = IconLabel("info", "", wrap=True)
        self.meaning = IconLabel("note", meaning, wrap=True)
        self.advice = IconLabel("link", if_same, Role.SUCCESS, wrap=True)
        self.more = Muted()
        self._may_mark = context.operator.examines
        for mark, button in self.buttons.items():
            button.clicked.connect(partial(self.mark, mark))
            if not self._may_mark:
                button.setEnabled(False)
                button.setToolTip(self.tr("Only a signed-in examiner can say who is who."))
        for side in self.sides:
            side.open.clicked.connect(partial(self._open, side))
        self.list.selectionModel().currentChanged.connect(self._show)
        self.model.dataChanged.connect(self._show)
        self.tell()
        self._arrange()

    def show_pairs(self, pairs: Sequence[ShownPair]) -> None:
        """Keeps the pair that is looked at."""
        shown = self.current
        self.model.show(pairs)
        if shown is None or shown != self.current:
            ids = [pair.id for pair in pairs]
            self.list.setCurrentRow(ids.index(shown.id) if shown and shown.id in ids else 0)
        self._show()

    def tell(self, why: str = "", more: str = "") -> None:
        """Why these pairs are listed, and which are not."""
        self.why.label.setText(why)
        self.why.setVisible(bool(why))
        self.more.setText(more)
        self.more.setVisible(bool(more))

    def refused(self, pair_id: Hashable) -> None:
        """A mark could not be written down."""
        self.model.set_pending(pair_id, None)

    @property
    def current(self) -> ShownPair | None:
        row = self.list.currentRow()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    @property
    def unmarked(self) -> int:
        """How many have no mark on record."""
        return sum(pair.marked is None for pair in self.model.rows)

    def mark(self, mark: Mark) -> None:
        """Mark what is shown, and go on to the next pair nobody has looked at."""
        pair, row = self.current, self.list.currentRow()
        if pair is None or not self._may_mark:
            return
        self.model.set_pending(pair.id, mark)
        self.marked.emit(pair.id, mark)
        after = [*range(row + 1, len(self.model.rows)), *range(row)]
        following = next((n for n in after if self.model.mark(n) is None), None)
        if following is not None:
            self.list.setCurrentRow(following)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in KEYS:
            self.mark(KEYS[event.key()])
        elif plain and event.key() in STEPS:
            self.list.setCurrentRow(self.list.currentRow() + STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Larger pictures in a larger window."""
        super().resizeEvent(event)
        room = (self.width() - LIST_WIDTH - 90) // 2
        rest = 250 if self.why.isHidden() else 330
        side = min(max(SIDE, min(room, self.height() - rest)), LARGEST)
        for who in self.sides:
            who.resize_picture(side)

    def _show(self) -> None:
        pair, row = self.current, self.list.currentRow()
        if pair is None:
            return
        mark = self.model.mark(row)
        place = self.tr("Pair {} of {}").format(f"{row + 1:,}", f"{len(self.model.rows):,}")
        self.heading.setText(f"{place} · {pair.figure}")
        self.state.show_state(mark_text(mark), "neutral")
        pending = pair.id in self.model.pending
        by = pair.marked.operator if pair.marked else ""
        self.by.setText(self.tr("being recorded…") if pending else by)
        for who, portrait in zip(self.sides, (pair.left, pair.right), strict=True):
            who.show_portrait(portrait)
        self.advice.setVisible(mark is Mark.SAME and bool(self.advice.label.text()))

    def _open(self, who: Who) -> None:
        if who.person_id is not None:
            self.person_wanted.emit(who.person_id)

    def _arrange(self) -> None:
        head, pictures, acts = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for widget in (self.heading, self.state, self.by):
            head.addWidget(widget)
        for who in self.sides:
            pictures.addWidget(who)
        for button in self.buttons.values():
            acts.addWidget(button)
        card = Card()
        card.body.setSpacing(SPACE[2])
        for row, gap in ((head, SPACE[1]), (pictures, SPACE[3]), (acts, SPACE[1])):
            row.setSpacing(gap)
            row.addStretch(1)
            card.body.addLayout(row)
        for text in (self.advice, self.meaning, self.why):
            card.body.addWidget(text)
        card.body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has it
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(card)
        left = QVBoxLayout()
        left.setSpacing(SPACE[1])
        left.addWidget(self.list, 1)
        left.addWidget(self.more)
        self.list.setFixedWidth(LIST_WIDTH)
        self.more.setFixedWidth(LIST_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE[2], 0, 0)
        row.setSpacing(SPACE[2])
        row.addLayout(left)
        row.addWidget(scroll, 1)
