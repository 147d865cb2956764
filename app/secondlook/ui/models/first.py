"""The one dialog that asks which models to use: at the first start, and from the Models screen."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook import paths
from secondlook.ui.context import Context
from secondlook.ui.models import actions, texts
from secondlook.ui.models.actions import Situation
from secondlook.ui.models.fetching import Fetching, FetchStrip
from secondlook.ui.models.offer import Fact, Offer
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import ErrorText, Heading, Muted, Text
from secondlook.vision.cards import ModelCard
from secondlook.vision.models import Pair

OFFER_WIDTH, LEAST_WIDTH = 308, 240
HEIGHT = (560, 800)
AROUND = 120
"""Of the window that stays in sight, in px."""


class ModelsDialog(QDialog):
    """Side by side: what ships with the program, what can be fetched, a file of one's own.

    "Decide later" changes nothing. ``first``: nobody has chosen yet.
    """

    def __init__(
        self, context: Context, situation: Situation, parent: QWidget, *, first: bool = True
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Which models should Second Look use?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._situation, self._parent = context, situation, parent
        self._fetching = Fetching.of(context)
        self._group = QButtonGroup(self)
        self._acts: dict[Offer, Callable[[], object]] = {}
        self._pairs: dict[Offer, Pair] = {}
        self.error = ErrorText()
        self.note = Text(wrap=True)
        self.note.hide()
        cards = situation.fetchable.cards if situation.fetchable else ()
        self.strip = FetchStrip(self._fetching, [card.name for card in cards])
        self.primary = Button("", "primary")
        self.primary.setDefault(True)
        self.later = Button(self.tr("Decide later") if first else self.tr("Cancel"))
        self.primary.clicked.connect(self._act)
        self.later.clicked.connect(self.reject)
        self.offers = self._make_offers()
        self._arrange(first)
        self._fetching.changed.connect(self._fetch_changed)
        self._fetching.done.connect(self._fetched)
        self._in_use_or_first().radio.setChecked(True)
        self._show_action()

    # What is offered

    def _make_offers(self) -> list[Offer]:
        found, here = self._situation, self._situation.overview.here
        offers = []
        if found.embedded:
            offers.append(self._offer(self.tr("Built in"), found.embedded, self._built_in_size()))
        if found.fetchable:
            offers.append(self._fetch_offer(found.fetchable))
        offered = [found.embedded, found.fetchable]
        for other in (found.here, found.overview.pair):
            if other and other not in offered and here(other):
                offers.append(self._offer(self.tr("Here already"), other, self._size_here(other)))
                offered.append(other)
        offers.append(self._file_offer())
        for offer in offers:
            self._group.addButton(offer.radio)
            offer.radio.toggled.connect(self._show_action)
        return offers

    def _offer(self, name: str, pair: Pair, size: str, *more: Fact, action: str = "") -> Offer:
        evaluation = any(card.status == "evaluation" for card in pair.cards)
        evaluation |= not texts.trusted(pair.cards, self._situation.overview)
        pill = self.tr("For evaluation") if evaluation else self.tr("Full")
        facts = (
            (self.tr("Size"), size),
            (self.tr("Licence"), texts.licences(pair.cards)),
            (self.tr("Under the policies"), texts.standing(pair.cards, self._situation)),
            *more,
            *self._training(pair),
            (self.tr("Known limits of {}").format(pair.recogniser.title),
             pair.recogniser.known_limits),
        )  # fmt: skip
        offer = Offer(
            name,
            texts.pair(pair),
            facts,
            action or self.tr("Use these models"),
            (pill, "warning" if evaluation else "success"),
        )
        self._acts[offer] = lambda: self._use(pair)
        self._pairs[offer] = pair
        return offer

    def _training(self, pair: Pair) -> list[Fact]:
        detector, recogniser = pair.cards
        if detector.training_data == recogniser.training_data:
            return [(self.tr("Training data of both"), detector.training_data)]
        text = self.tr("Training data of {}")
        return [(text.format(card.title), card.training_data) for card in (recogniser, detector)]

    def _built_in_size(self) -> str:
        assert self._situation.embedded
        size = texts.size(texts.bytes_of(self._situation.embedded.cards))
        return self.tr("{}, part of the program").format(size)

    def _size_here(self, pair: Pair) -> str:
        return self.tr("{}, here already").format(texts.size(texts.bytes_of(pair.cards)))

    def _fetch_offer(self, pair: Pair) -> Offer:
        name = self.tr("Fetch")
        if self._situation.overview.here(pair):
            return self._offer(name, pair, self._size_here(pair))
        parts = " + ".join(texts.size(card.bytes) for card in pair.cards)
        total = texts.size(texts.bytes_of(pair.cards))
        hosts = dict.fromkeys(urlsplit(card.url or "").hostname or "" for card in pair.cards)
        network = self.tr(
            "This is the one thing for which Second Look uses the network: it asks {} for the "
            "files, and sends nothing of yours."
        ).format(texts.listed(list(hosts)))
        size = self.tr("{} to fetch ({})").format(total, parts)
        offer = self._offer(name, pair, size, (self.tr("Network"), network),
                            action=self._fetch_label(pair))  # fmt: skip
        self._acts[offer] = lambda: self._fetching.start([card.name for card in pair.cards])
        self._fetch_card = offer
        return offer

    def _fetch_label(self, pair: Pair) -> str:
        left = texts.bytes_of(pair.cards) - self._situation.arrived
        if self._situation.arrived:
            return self.tr("Resume: fetch the last {} and use").format(texts.size(left))
        return self.tr("Fetch {} and use").format(texts.size(left))

    def _file_offer(self) -> Offer:
        fetchable = self._situation.fetchable
        files = [card.file for card in fetchable.cards] if fetchable else []
        facts = (
            (self.tr("What it takes"),
             self.tr("A model (.onnx) that a card of the program names, or a card (.toml) with its "
                     "model beside it.")),
            (self.tr("For a machine without a network"),
             self.tr("Get {} elsewhere and choose both.").format(texts.listed(files))),
            (self.tr("What happens"),
             self.tr("The SHA-256 is compared with the card's, and the file copied to {}.").format(
                 paths.user_models())),
        )  # fmt: skip
        offer = Offer(
            self.tr("Choose a file"),
            self.tr("A model that you have"),
            facts if files else (facts[0], facts[2]),
            self.tr("Choose a file…"),
        )
        self._acts[offer] = lambda: actions.pick_files(self, self.install)
        return offer

    # What is done

    def selected(self) -> Offer:
        return next(offer for offer in self.offers if offer.radio.isChecked())

    def select(self, pair: Pair) -> None:
        """Where these two are on offer."""
        for offer, offered in self._pairs.items():
            offer.radio.setChecked(offered == pair)

    def _in_use_or_first(self) -> Offer:
        in_use = self._situation.overview.pair
        found = (offer for offer in self.offers if self._pairs.get(offer) == in_use)
        return next(found, self.offers[0])

    def _act(self) -> None:
        self._say("")
        self._acts[self.selected()]()

    def _use(self, pair: Pair) -> None:
        self._set_busy(True)
        actions.choose(
            self._context, pair, self._parent, self.accept, lambda e: self._say(str(e)), owner=self
        )

    def install(self, files: list[Path]) -> None:
        """Take what was picked, and use it with what is here."""
        self._set_busy(True)
        actions.install(
            self._context, files, self._installed, lambda e: self._say(str(e)), owner=self
        )

    def _installed(self, cards: list[ModelCard]) -> None:
        def go_on(situation: Situation) -> None:
            self._situation = situation
            found = actions.completed(cards, situation.overview)
            if isinstance(found, Pair):
                self._use(found)
                return
            self._set_busy(False)
            names = texts.listed([card.title for card in cards])
            text = self.tr("{} is installed. A {} is still missing: choose its file too.")
            self._note(text.format(names, found.value))

        self._read(go_on)

    def _fetched(self, names: tuple[str, ...]) -> None:
        pair = self._situation.fetchable
        if pair and set(names) == {card.name for card in pair.cards}:
            self._use(pair)

    def _fetch_changed(self) -> None:
        under_way = bool(self._fetching.names)
        self._set_busy(under_way)
        if under_way:
            self.strip.cancel.setFocus()
            return
        self._say(self._fetching.problem)
        self.primary.setFocus()
        self._read(self._show_arrived)

    def _show_arrived(self, situation: Situation) -> None:
        """After a download that was cancelled or failed: what is still to come."""
        self._situation = situation
        if situation.fetchable:
            self._fetch_card.action = self._fetch_label(situation.fetchable)
            self._show_action()

    def _read(self, done: Callable[[Situation], None]) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.io, lambda: actions.read(app), done, owner=self, key="read"
        )

    # What is shown

    def _show_action(self) -> None:
        self.primary.setText(self.selected().action)

    def _set_busy(self, busy: bool) -> None:
        for part in (self.primary, *(offer.radio for offer in self.offers)):
            part.setEnabled(not busy)

    def _say(self, problem: str) -> None:
        self._set_busy(False)
        self.note.hide()
        self.error.tell(problem)

    def _note(self, text: str) -> None:
        self.error.tell("")
        self.note.setText(text)
        self.note.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.selected().radio.setFocus()

    def reject(self) -> None:
        """A download that was started here ends with it; what arrived is kept."""
        if self.strip.isVisible():
            self._fetching.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        super().closeEvent(event)

    def _arrange(self, first: bool) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[3])
        for offer in self.offers:
            row.addWidget(offer, 1)
        page = QWidget()
        page.setProperty("kind", "page")
        page.setLayout(row)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setProperty("kind", "reading")
        area.setAccessibleName(self.tr("What is known of these models"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        intro = self.tr(
            "A detector finds faces, a recogniser compares them. You can choose others at any time "
            "under Models; galleries then have to be enrolled again."
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        buttons.addWidget(Muted(self._until_then() if first else ""), 1)
        buttons.addWidget(self.later)
        buttons.addWidget(self.primary)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addWidget(Heading(self.windowTitle()))
        column.addWidget(Text(intro, wrap=True))
        column.addWidget(area, 1)
        column.addWidget(self.strip)
        column.addWidget(self.error)
        column.addWidget(self.note)
        column.addLayout(buttons)
        window, (lowest, highest) = self._parent.window(), HEIGHT
        wanted = OFFER_WIDTH * len(self.offers) + 2 * SPACE[4]
        width = max(min(wanted, window.width() - AROUND), LEAST_WIDTH * len(self.offers))
        self.resize(width, min(highest, max(lowest, window.height() - AROUND)))

    def _until_then(self) -> str:
        pair = self._situation.overview.pair
        if pair is None:
            return self.tr("Until then nobody can be enrolled or searched for.")
        return self.tr("Until then: {}.").format(texts.pair(pair))
