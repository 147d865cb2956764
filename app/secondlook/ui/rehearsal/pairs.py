"""The false pairs of a rehearsal, for a human to say who is whom."""

from collections.abc import Hashable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.rehearsal import Mark
from secondlook.services.rehearse_results import FalsePair
from secondlook.ui.context import Context
from secondlook.ui.gallery.texts import file_name
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.pair_list import Portrait, ShownPair
from secondlook.ui.widgets.pair_review import PairReview


class PairsPanel(QWidget):
    """``marked`` asks whoever has the services to write a mark down."""

    marked = Signal(object, object)
    """A ``FalsePair`` and a ``Mark``."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.pairs: tuple[FalsePair, ...] = ()
        self.review = PairReview(
            context,
            self.tr("False pairs, strongest first"),
            (self.tr("Searched for"), self.tr("Shown, from the gallery")),
            self.tr(
                "Compare them as you would in a case. “Same person” is a person under two names: "
                "no false match, and no comparison of different people when confidences are worked "
                "out, once a second person says so too and nobody says “different”. “Unsure” "
                "counts as false. Everybody's last mark counts, and earlier ones stay on record."
            ),
        )
        self.review.marked.connect(self._mark)
        self.empty = EmptyState(
            "rehearsal",
            self.tr("Nobody was shown for somebody else"),
            self.tr("No search of an absent person found anyone at 80 % or more."),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.review)
        self.stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def show_pairs(self, pairs: tuple[FalsePair, ...]) -> None:
        """Keeps the pair that is looked at."""
        self.pairs = pairs
        self.review.show_pairs([self._shown(pair) for pair in pairs])
        self.stack.setCurrentIndex(0 if pairs else 1)

    def refused(self, pair: FalsePair) -> None:
        """Its mark could not be written down."""
        self.review.refused(_id(pair))

    @property
    def unmarked(self) -> int:
        return self.review.unmarked

    def _mark(self, pair_id: Hashable, mark: Mark) -> None:
        for pair in self.pairs:
            if _id(pair) == pair_id:
                self.marked.emit(pair, mark)

    def _shown(self, pair: FalsePair) -> ShownPair:
        search, found, app = pair.search, pair.found, self._context.app
        probe, reference = app.rehearsal_results.probe_thumbnail, app.galleries.reference_thumbnail
        key, file = search.person, file_name(search.probe)
        if key == search.probe:  # nobody gave them a name
            key = file
        name = key if pair.name == search.person else pair.name
        return ShownPair(
            _id(pair),
            Portrait(name, key, file, ("rehearsed", search.id), probe),
            Portrait(
                found.display_name,
                found.person_key,
                "",
                ("reference", found.reference_id),
                reference,
            ),
            f"{found.confidence or 0:.2f} %",
            pair.marks,
            pair.marks.own(self._context.operator.id),
        )


def _id(pair: FalsePair) -> Hashable:
    """A person has several probes, and another one may be the strongest the next time."""
    other = pair.pair.other
    return pair.pair if isinstance(other, int) else (pair.search.person, pair.found.person_id)
