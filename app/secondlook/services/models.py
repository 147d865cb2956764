"""Which models the program uses, whether they are what their cards say, and how more come here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondlook import paths
from secondlook.domain.approval import ApprovalKind
from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import InputError, ModelError
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.trust import Trust
from secondlook.services.approvals import Trusted, approve
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines, card_copy
from secondlook.storage import approvals, galleries, log, settings, trust
from secondlook.storage.database import Store
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.models import ModelStatus, ModelStore, Pair, forget_hashes

CHOICE = "models"
"""The name of the choice among the settings of a database."""


@dataclass(frozen=True, slots=True)
class Overview:
    """``pair``: what would be used, None when nothing can be; ``problem``: why it cannot be used.

    ``trusted``: by name, whether a model ships or was approved. ``chosen``: somebody chose;
    ``named``: the command line of this start decides instead.
    """

    statuses: tuple[ModelStatus, ...]
    pair: Pair | None
    problem: str
    chosen: bool
    named: bool
    trusted: dict[str, Trusted]

    def status(self, name: str) -> ModelStatus:
        return next(status for status in self.statuses if status.card.name == name)

    def uses(self, name: str) -> bool:
        return self.pair is not None and name in {card.name for card in self.pair.cards}

    def here(self, pair: Pair) -> bool:
        """Whether both can be used at once."""
        return all(self.status(card.name).state == "verified" for card in pair.cards)


class Models:
    """The choice is part of the database: everybody who works on it uses the same models."""

    def __init__(self, store: Store, models: ModelStore, engines: Engines) -> None:
        self._store = store
        self._models = models
        self._engines = engines
        engines.use(*(self.chosen() or (None, None)))

    # The choice

    def chosen(self) -> tuple[str, str] | None:
        """Names of detector and recogniser; None while nobody has chosen."""
        value = settings.get(self._store.read(), CHOICE)
        return (value["detector"]["name"], value["recogniser"]["name"]) if value else None

    def choose(self, operator: Operator, detector: str, recogniser: str) -> Pair:
        """Use these two from now on; logged with versions and hashes.

        Raises ``ModelError`` (no such name, not of this task, missing, altered) and
        ``NotPermitted`` for whoever is no administrator.
        """
        require(self._store.read(), operator, Act.CHOOSE_MODELS)
        pair = Pair(
            self._of_task(detector, Task.DETECTOR), self._of_task(recogniser, Task.RECOGNISER)
        )
        for card in pair.cards:
            self._models.locate(card.name)
        with self._store.write() as db:
            require(db, operator, Act.CHOOSE_MODELS)
            value = {str(card.task): self._facts(card) for card in pair.cards}
            settings.put(db, CHOICE, value)
            log.append(
                db, operator.username, "models chosen", f"{detector} and {recogniser}", value
            )
        self._engines.use(detector, recogniser)
        return pair

    # Trust

    def trusted(self, card: ModelCard) -> Trusted:
        """Whether it ships or was approved, whatever its card says."""
        db, copy = self._store.read(), card_copy(card)
        standing = approvals.standing(db, ApprovalKind.MODEL, copy.subject)
        return Trusted(trust.of_model(db, copy), standing)

    def approve(self, operator: Operator, name: str, reason: str) -> Trusted:
        """That acceptances may rest on a model that does not ship: this file under this card.

        Raises as ``approvals.approve``, and ``ModelError`` (no such name, missing, altered).
        """
        require(self._store.read(), operator, Act.APPROVE)
        card = self._models.card(name)
        self._models.locate(name)
        copy = card_copy(card)
        with self._store.write() as db:
            if trust.of_model(db, copy) is Trust.SHIPPED:
                raise InputError(f"{card.title} ships with the program: nothing is to approve.")
            person = require(db, operator, Act.APPROVE)
            trust.keep_card(db, person.username, copy)
            approve(db, person, ApprovalKind.MODEL, copy.subject, reason)
            return self.trusted(card)

    def _of_task(self, name: str, task: Task) -> ModelCard:
        card = self._models.card(name)
        if card.task is not task:
            names = ", ".join(card.name for card in self._models.of_task(task))
            message = f"this model is a {card.task}, not a {task}."
            raise ModelError(message, subject=name, remedy=f"A {task} is: {names}.")
        return card

    # What there is

    def overview(self) -> Overview:
        """Every model with its state. Hashes what is new: not for the UI thread."""
        statuses = tuple(self._models.statuses())
        chosen, named = self.chosen() is not None, any(self._engines.named)
        cards, problems = [], []
        for task in (Task.DETECTOR, Task.RECOGNISER):
            try:
                cards.append(self._engines.card(task))
                self._models.locate(cards[-1].name)
            except ModelError as error:
                problems.append(str(error))
        pair = Pair(*cards) if len(cards) == 2 else None
        return Overview(
            statuses,
            pair,
            "\n".join(problems),
            chosen,
            named,
            {status.card.name: self.trusted(status.card) for status in statuses},
        )

    def verify(self, *, again: bool = False) -> list[ModelStatus]:
        """Compare every installed file with its card; those that differ are logged and returned.

        ``again`` reads even the files that look unchanged since they were last read.
        """
        if again:
            forget_hashes()
        altered = [status for status in self._models.statuses() if status.state == "altered"]
        for status in altered:
            logging.getLogger(__name__).warning("%s", status.problem)
            with self._store.write() as db:
                payload = {"problem": status.problem}
                log.append(db, log.PROGRAM, "model altered", status.card.name, payload)
        return altered

    def embedded(self) -> Pair | None:
        """The best two that ship with the program."""
        return self._best(lambda card: self._models.embedded(card.name))

    def embedded_here(self) -> Pair | None:
        """The same, where their files are what the cards say."""
        pair = self.embedded()
        return pair if pair and self.overview().here(pair) else None

    def fetchable(self) -> Pair | None:
        """The best two that have an address to fetch them from."""
        return self._best(lambda card: card.url is not None)

    def best_here(self) -> Pair | None:
        """The best two that could be used at once."""
        return self._best(lambda card: self._models.status(card.name).state == "verified")

    def _best(self, wanted: Callable[[ModelCard], bool]) -> Pair | None:
        found = [
            next(filter(wanted, self._models.of_task(task)), None)
            for task in (Task.DETECTOR, Task.RECOGNISER)
        ]
        detector, recogniser = found
        return Pair(detector, recogniser) if detector and recogniser else None

    # Getting more

    def arrived(self, names: Sequence[str]) -> int:
        """Bytes of these models that are here: whole files, and parts that a fetch goes on from."""
        return sum(
            self._models.card(name).bytes
            if self._models.status(name).state == "verified"
            else self._models.arrived(name, paths.user_models())
            for name in names
        )

    def fetch(self, names: Sequence[str], progress: ProgressCallback, cancel: CancelToken) -> None:
        """Download what is not here of these models, as one job; progress counts bytes.

        Raises as ``ModelStore.fetch``. What arrived stays, and the next call goes on from there.
        """
        wanted = [self._models.card(name) for name in names]
        cards = [card for card in wanted if self._models.status(card.name).state != "verified"]
        total, before = sum(card.bytes for card in cards), 0
        for card in cards:

            def tell(now: Progress, before: int = before) -> None:
                progress(Progress(before + now.done, total, now.rate, now.note))

            self._models.fetch(card.name, paths.user_models(), tell, cancel)
            before += card.bytes
        self._engines.look_again()

    def install(self, path: Path) -> ModelCard:
        """See ``ModelStore.install``; the file goes to the person's own model folder."""
        card = self._models.install(path, paths.user_models())
        self._engines.look_again()
        return card

    def look_in(self, folder: Path) -> None:
        """Look for files in this folder first."""
        self._models.folders.insert(0, folder)
        self._engines.look_again()

    # Galleries

    def out_of_date(self) -> list[GallerySummary]:
        """Galleries that hold templates of another recogniser than the one in use.

        Raises ``ModelError`` when none can be used.
        """
        in_use = self._engines.identity().sha256
        return [
            gallery
            for gallery in galleries.summaries(self._store.read())
            if gallery.references and gallery.model.sha256 != in_use
        ]

    def _facts(self, card: ModelCard) -> dict[str, str]:
        return {
            "name": card.name,
            "version": card.version,
            "sha256": card.sha256,
            "card_sha256": card.card_sha256,
            "trust": self.trusted(card).trust.value,
        }
