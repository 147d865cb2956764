"""The models in use, loaded once, on the lane that owns them."""

import threading

from secondlook.domain.matching import ModelIdentity
from secondlook.vision.engine import Engine, identity, open_engine
from secondlook.vision.models import ModelStore


class Engines:
    """Opens the engine on first use. Its models may be named, else the best present are taken."""

    def __init__(
        self, models: ModelStore, detector: str | None = None, recogniser: str | None = None
    ) -> None:
        self.models = models
        self._names = (detector, recogniser)
        self._engine: Engine | None = None
        self._opening = threading.Lock()

    def current(self) -> Engine:
        """Raises ``ModelError`` when no usable model is present."""
        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self.models, *self._names)
            return self._engine

    def identity(self) -> ModelIdentity:
        """The recogniser that would be used, without loading it. Raises ``ModelError``."""
        name = self._names[1]
        card = self.models.card(name) if name else self.models.best("recogniser")
        return identity(card)

    def description(self) -> str | None:
        """What is loaded and on what it runs; None before the first use."""
        engine = self._engine
        return f"{engine.model.name} · {engine.provider}" if engine else None
