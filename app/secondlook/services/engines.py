"""The models in use, loaded once, on the lane that owns them."""

import threading

from secondlook.domain.matching import ModelIdentity
from secondlook.domain.policy import Policy
from secondlook.domain.trust import status_on_record
from secondlook.storage import trust
from secondlook.storage.database import Connection
from secondlook.storage.trust import CardCopy
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.engine import Engine, identity, open_engine
from secondlook.vision.models import ModelStore, Pair


class Engines:
    """Opens the engine on first use. A model named here (on the command line) wins over the one
    that was chosen, and that over the best that is present."""

    def __init__(
        self, models: ModelStore, detector: str | None = None, recogniser: str | None = None
    ) -> None:
        self.models = models
        self.named = (detector, recogniser)
        self._chosen: tuple[str | None, str | None] = (None, None)
        self._engine: Engine | None = None
        self._loaded: Pair | None = None
        self._opening = threading.Lock()

    @property
    def _names(self) -> tuple[str | None, str | None]:
        return self.named[0] or self._chosen[0], self.named[1] or self._chosen[1]

    def use(self, detector: str | None, recogniser: str | None) -> None:
        """Switch to the models that were chosen, from the next ``current`` on.

        Work under way keeps the engine it has: a session lives until its last run has ended.
        """
        with self._opening:
            self._chosen = (detector, recogniser)
            self._engine = None

    def look_again(self) -> None:
        """Models came: the next ``current`` may find a better one."""
        with self._opening:
            self._engine = None

    def card(self, task: Task) -> ModelCard:
        """The model that would be used for a task, without loading it.

        Raises ``ModelError``: a name without a card, or none is named and none is here.
        """
        detector, recogniser = self._names
        name = detector if task is Task.DETECTOR else recogniser
        return self.models.card(name) if name else self.models.best(task)

    def pair(self) -> Pair:
        """Both. Raises as ``card``."""
        return Pair(self.card(Task.DETECTOR), self.card(Task.RECOGNISER))

    def current(self) -> Engine:
        """Raises ``ModelError`` when no usable model is present, or one in use was altered."""
        with self._opening:
            pair = self.pair()  # a better one may have arrived since the last call
            if self._engine is None or self._loaded != pair:
                self._engine = None
                self._engine = open_engine(self.models, pair.detector.name, pair.recogniser.name)
                self._loaded = pair
            return self._engine

    def identity(self) -> ModelIdentity:
        """The recogniser that would be used, without loading it. Raises ``ModelError``."""
        return identity(self.card(Task.RECOGNISER))

    def description(self) -> str | None:
        """What is loaded and on what it runs; None before the first use."""
        engine = self._engine
        return f"{engine.model.name} · {engine.provider}" if engine else None


def card_copy(card: ModelCard) -> CardCopy:
    """A card as the record keeps it."""
    return CardCopy(card.name, card.card_sha256, card.sha256, card.document)


def on_record(db: Connection, engine: Engine) -> dict[str, str]:
    """Which two models made something, as it is recorded: policies judge by their status.

    A card that does not ship says nothing of its model until two people approved both.
    """
    recogniser, detector = engine.model, engine.detector_identity
    statuses = {
        card.task: status_on_record(card.status, trust.of_model(db, card_copy(card)))
        for card in engine.cards.cards
    }
    return {
        "name": recogniser.name,
        "version": recogniser.version,
        "sha256": recogniser.sha256,
        "status": statuses[Task.RECOGNISER],
        "detector": detector.name,
        "detector_sha256": detector.sha256,
        "detector_status": statuses[Task.DETECTOR],
    }


def seal_search(db: Connection, actor: str, search_id: int, policy: Policy, engine: Engine) -> None:
    """Keep with a search the cards of its models, and how far policy and models were trusted."""
    cards = engine.cards
    recogniser, detector = card_copy(cards.recogniser), card_copy(cards.detector)
    trust.seal_search(db, actor, search_id, policy, recogniser, detector)
