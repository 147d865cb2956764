"""Two faces side by side, for a human to say whether they are one person: D, S, U; J and K."""

from collections.abc import Hashable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.marks import Standing
from secondlook.domain.rehearsal import Mark
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.flow import FlowLayout
from secondlook.ui.widgets.labels import Elided, IconLabel, Muted, Pill
from secondlook.ui.widgets.pair_list import (
    KEYS,
    STEPS,
    PairList,
    PairModel,
    Portrait,
    ShownPair,
    by_whom,
    standing_text,
)
from secondlook.ui.widgets.thumbs import Thumbnail

SMALLEST, SIDE, LARGEST = 96, 208, 560
"""Of a picture, in px: in a narrow window, in a low one, and in a large one."""
LIST_WIDTH = 252
"""Where there is room for it."""


class Who(QWidget):
    """A picture, a name, and where it comes from."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.person_id: int | None = None
        self.picture = Thumbnail(context, SIDE)
        self.name = Elided(kind="subheading")
        self.source = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        self.open = Button(self.tr("Open person"), "link")
        head = QHBoxLayout()
        head.addWidget(Elided(title, kind="muted"), 1)
        head.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[0])
        column.addLayout(head)
        for part in (self.picture, self.name, self.source):
            column.addWidget(part)
        self.resize_picture(SIDE)

    def show_portrait(self, portrait: Portrait) -> None:
        self.person_id = portrait.person_id
        self.name.setText(portrait.name)
        parts = (portrait.key, portrait.file)
        self.source.setText(" · ".join(part for part in parts if part not in ("", portrait.name)))
        self.open.setVisible(portrait.person_id is not None)
        self.open.setAccessibleName(self.tr("Open {}").format(portrait.name))
        self.picture.setAccessibleName(portrait.name)
        side = round(LARGEST * self.devicePixelRatio())
        kind, number = portrait.picture
        self.picture.load((kind, number, side), partial(portrait.load, number, side))

    def resize_picture(self, side: int) -> None:
        self.picture.setFixedSize(side, side)
        self.setFixedWidth(side)


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
        figure: str = "",
        if_same: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``name`` of the list, ``titles`` over the two, ``meaning`` of the marks, what ``figure``
        is; ``if_same``: what to do about two who are one, then told instead of the meaning."""
        super().__init__(parent)
        self._figure = figure
        self.model = PairModel(self)
        self.list = PairList(self.model, name)
        self.heading = Elided(kind="heading")
        self.state = Pill()
        self.by = Elided(kind="muted")
        self.sides = (Who(context, titles[0]), Who(context, titles[1]))
        self.buttons = {
            Mark.DIFFERENT: Button(self.tr("Different  (D)"), icon="cross"),
            Mark.SAME: Button(self.tr("Same person  (S)"), icon="link"),
            Mark.UNSURE: Button(self.tr("Unsure  (U)"), icon="minus"),
        }
        self.why = IconLabel("info", "", wrap=True)
        self.meaning = IconLabel("note", meaning, wrap=True)
        self.advice = IconLabel("link", if_same, Role.SUCCESS, wrap=True)
        self.details, self.more = Muted(), Muted()
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
        self._card = Card()
        self._arrange()
        self.tell()

    def show_pairs(self, pairs: Sequence[ShownPair]) -> None:
        """Keeps the pair that is looked at."""
        shown = self.current
        self.model.show(pairs)
        if shown is None or shown != self.current:
            ids = [pair.id for pair in pairs]
            self.list.setCurrentRow(ids.index(shown.id) if shown and shown.id in ids else 0)
        self._show()

    def tell(self, why: str = "", details: str = "", more: str = "") -> None:
        """Why these pairs are listed, what that rests on, and which are not."""
        self.why.label.setText(why)
        self.why.setVisible(bool(why))
        for label, text in ((self.details, details), (self.more, more)):
            label.setText(text)
            label.setVisible(bool(text))
        self._fit()

    def refused(self, pair_id: Hashable) -> None:
        """A mark could not be written down."""
        self.model.set_pending(pair_id, None)

    @property
    def current(self) -> ShownPair | None:
        row = self.list.currentRow()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    @property
    def unmarked(self) -> int:
        """How many there is nothing on record of that this person may know."""
        return sum(pair.open for pair in self.model.rows)

    def mark(self, mark: Mark) -> None:
        """Mark what is shown, and go on to the next pair nobody has looked at."""
        pair, row = self.current, self.list.currentRow()
        if pair is None or not self._may_mark:
            return
        self.model.set_pending(pair.id, mark)
        self.marked.emit(pair.id, mark)
        after = [*range(row + 1, len(self.model.rows)), *range(row)]
        following = next((n for n in after if self.model.standing(n) is Standing.OPEN), None)
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
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Larger pictures in a larger window, and all texts below them if that can be."""
        listed = min(LIST_WIDTH, self.width() * 35 // 100)
        self.list.setFixedWidth(listed)
        self.more.setFixedWidth(listed)
        width = self.width() - listed - 3 * SPACE[2]
        rest = self._card.body.totalHeightForWidth(width) - self.sides[0].picture.height()
        room = (width - 2 * SPACE[3] - SPACE[3]) // 2
        high = max(SIDE, self.height() - SPACE[2] - rest)
        side = max(SMALLEST, min(room, high, LARGEST))
        for who in self.sides:
            who.resize_picture(side)

    def _show(self) -> None:
        pair, row = self.current, self.list.currentRow()
        if pair is None:
            return
        standing = self.model.standing(row)
        place = self.tr("{} of {}").format(f"{row + 1:,}", f"{len(self.model.rows):,}")
        self.heading.setText(f"{place} · {self._figure} {pair.figure}".replace("  ", " "))
        self.state.show_state(standing_text(standing), "neutral")
        pending = pair.id in self.model.pending
        by = by_whom(pair.marks)
        self.by.setText(self.tr("being recorded…") if pending else by)
        self.by.setVisible(bool(self.by.text()))  # empty, it would take room from the heading
        for who, portrait in zip(self.sides, (pair.left, pair.right), strict=True):
            who.show_portrait(portrait)
        same = standing in (Standing.BY_ONE, Standing.CONFIRMED)
        advised = same and pair.two_names and bool(self.advice.label.text())
        self.advice.setVisible(advised)
        self.meaning.setVisible(not advised)

    def _open(self, who: Who) -> None:
        if who.person_id is not None:
            self.person_wanted.emit(who.person_id)

    def _arrange(self) -> None:
        head, pictures = QHBoxLayout(), QHBoxLayout()
        for widget in (self.heading, self.state, self.by):
            head.addWidget(widget)
        for who in self.sides:
            pictures.addWidget(who, 0, Qt.AlignmentFlag.AlignTop)
        acts = QWidget()
        flow = FlowLayout(acts, SPACE[1])
        for button in self.buttons.values():
            flow.addWidget(button)
        card = self._card
        card.body.setSpacing(SPACE[2])
        for row, gap in ((head, SPACE[1]), (pictures, SPACE[3])):
            row.setSpacing(gap)
            row.addStretch(1)
            card.body.addLayout(row)
        card.body.addWidget(acts)
        for text in (self.advice, self.meaning, self.why, self.details):
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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE[2], 0, 0)
        row.setSpacing(SPACE[2])
        row.addLayout(left)
        row.addWidget(scroll, 1)
