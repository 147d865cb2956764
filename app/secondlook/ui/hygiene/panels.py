"""The parts of a check: pairs that look like one person, dates that have passed, poor images."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.marks import PairMarks
from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import Pair
from secondlook.services.hygiene import SuspiciousPair, SuspiciousPairs
from secondlook.storage.hygiene import HeldReference
from secondlook.ui.context import Context
from secondlook.ui.gallery.texts import file_name
from secondlook.ui.hygiene import texts
from secondlook.ui.hygiene.findings import FindingModel, Listing
from secondlook.ui.hygiene.table import FindingTable
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Elided, Muted, Subheading, Text
from secondlook.ui.widgets.pair_list import Portrait, ShownPair
from secondlook.ui.widgets.pair_review import PairReview


class DuplicatesPanel(QWidget):
    """Pairs, or why there are none. ``marked``: a ``Pair`` and a ``Mark`` to be written down."""

    marked = Signal(object, object)
    person_wanted = Signal(int)
    again_wanted = Signal()
    left = Signal()
    """For where a refusal can be mended."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.found: SuspiciousPairs | None = None
        self.review = PairReview(
            context,
            self.tr("Pairs that may be one person, highest score first"),
            (self.tr("Enrolled as"), self.tr("And as")),
            texts.marks_mean(),
            figure=self.tr("score"),
            if_same=texts.if_same(),
        )
        self.review.marked.connect(self.marked)
        self.review.person_wanted.connect(self.person_wanted)
        self.again = Button(self.tr("Check again"), icon="retry")
        self.back = Button(self.tr("Back to the gallery"), icon="arrow-left")
        self.again.clicked.connect(self.again_wanted)
        self.back.clicked.connect(self.left)
        self.stopped = EmptyState(
            "stop",
            self.tr("Not compared"),
            self.tr("The check was cancelled. Nothing can be said about possible duplicates."),
            self.again,
        )
        self.refused = EmptyState(
            "warning", self.tr("These people cannot be compared"), "", self.back
        )
        self.nothing = EmptyState("check", self.tr("Nobody looks enrolled twice"), "")
        self.waiting = EmptyState(
            "search",
            self.tr("Comparing everybody with everybody"),
            self.tr("Pairs of people who look alike enough to be one person appear here."),
        )
        self.stack = QStackedWidget()
        for page in (self.waiting, self.review, self.nothing, self.stopped, self.refused):
            self.stack.addWidget(page)
        _column(self).addWidget(self.stack)

    def show_found(self, found: SuspiciousPairs) -> None:
        """Keeps the pair that is looked at."""
        self.found = found
        why = " ".join(filter(None, (texts.rivals(found), texts.why(found))))
        self.review.tell(why, texts.curve(found), texts.more(found))
        self.review.show_pairs([self._shown(pair) for pair in found.pairs])
        self.nothing.text.setText(texts.no_pairs(found))
        self.stack.setCurrentWidget(self.review if found.pairs else self.nothing)

    def show_mark(self, pair: Pair, marks: PairMarks) -> None:
        """It is on record, and what others found of the pair may be known now."""
        if self.found:
            changed = (replace(p, marks=marks) if p.pair == pair else p for p in self.found.pairs)
            self.show_found(replace(self.found, pairs=tuple(changed)))

    def wait(self) -> None:
        self.found = None
        self.stack.setCurrentWidget(self.waiting)

    def stop(self) -> None:
        """The person cancelled."""
        self.stack.setCurrentWidget(self.stopped)

    def refuse(self, reason: str) -> None:
        """It could not be done."""
        self.refused.text.setText(reason)
        self.stack.setCurrentWidget(self.refused)

    def _shown(self, pair: SuspiciousPair) -> ShownPair:
        beside = pair.score is not None
        figure = texts.figure(pair.score)
        left, right = (self._portrait(held, opens=beside) for held in (pair.first, pair.second))
        own = pair.marks.own(self._context.operator.id)
        return ShownPair(pair.pair, left, right, figure, pair.marks, own, two_names=beside)

    def _portrait(self, held: HeldReference, *, opens: bool) -> Portrait:
        """By its file: who has left has no reference any more. opens: the person is in here."""
        sha256, face, app = held.original_sha256, held.face, self._context.app
        return Portrait(
            held.display_name,
            held.person_key,
            file_name(held.source_path),
            (f"face of {sha256}", held.reference_id),
            lambda _, size: app.identify.face_thumbnail(sha256, face, size),
            held.person_id if opens else None,
        )


class FindingsPanel(QWidget):
    """A heading, a table of references, what is wrong with the chosen one in full."""

    person_wanted = Signal(int)

    def __init__(self, context: Context, what: str, name: str) -> None:
        super().__init__()
        self.heading = Subheading()
        self.hint = Muted()
        self.model = FindingModel(what, self)
        self.table = FindingTable(context, self.model, name)
        self.path = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        self.detail = Text(wrap=True)
        self.open = Button(self.tr("Open person"), icon="person")
        self.empty = EmptyState("check", "", "")
        self.table.person_wanted.connect(self.person_wanted)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.open.clicked.connect(self._open)
        self.head = QHBoxLayout()
        self.head.setSpacing(SPACE[2])
        self.head.addWidget(self.heading)
        self.head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.detail)
        words.addWidget(self.path)
        foot = QHBoxLayout()
        foot.addLayout(words, 1)
        foot.addWidget(self.open)
        content = QWidget()
        inner = _column(content)
        inner.addWidget(self.table, 1)
        inner.addLayout(foot)
        self.stack = QStackedWidget()
        self.stack.addWidget(content)
        self.stack.addWidget(self.empty)
        column = _column(self)
        column.setContentsMargins(0, SPACE[2], 0, 0)
        column.addLayout(self.head)
        column.addWidget(self.hint)
        column.addWidget(self.stack, 1)
        self._chosen()

    def show_listing(self, listing: Listing) -> None:
        self.model.show(listing.rows)
        self.heading.setText(listing.heading if listing.rows else "")
        self.hint.setText(listing.hint)
        self.hint.setVisible(bool(listing.rows and listing.hint))
        self.empty.tell(*listing.none)
        self.stack.setCurrentIndex(0 if listing.rows else 1)
        self._chosen()

    def _chosen(self) -> None:
        chosen = self.table.chosen
        self.open.setEnabled(chosen is not None)
        self.detail.setText("\n".join(chosen.lines) if chosen else "")
        self.path.setText(chosen.reference.source_path if chosen else "")

    def _open(self) -> None:
        if chosen := self.table.chosen:
            self.person_wanted.emit(chosen.reference.person_id)


class LimitsPanel(FindingsPanel):
    """Under a policy that can be chosen."""

    policy_chosen = Signal()

    def __init__(self, context: Context) -> None:
        what, name = texts.tr("What is missed"), texts.tr("References below the limits")
        super().__init__(context, what, name)
        self.policies = QComboBox()
        self.policies.setAccessibleName(self.tr("Policy whose limits are asked for"))
        with QSignalBlocker(self.policies):
            for policy in context.app.policies.shipped():
                self.policies.addItem(policy.title, policy)
            self.policies.setCurrentText(context.app.policies.default().title)
        self.policies.currentIndexChanged.connect(lambda _: self.policy_chosen.emit())
        self.head.addWidget(Muted(self.tr("limits of"), wrap=False))
        self.head.addWidget(self.policies)

    @property
    def policy(self) -> Policy:
        chosen: Policy = self.policies.currentData()
        return chosen


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE[1])
    return column
