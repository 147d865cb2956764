"""Where model files are, and whether they are what their cards say."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from secondlook.domain.cancel import CancelToken, ProgressCallback
from secondlook.domain.errors import ModelError
from secondlook.vision.cards import ModelCard, Task, by_rank, load_card, load_cards
from secondlook.vision.onnx_file import require_whole

State = Literal["verified", "missing", "altered"]
_hashes: dict[tuple[str, int, int], str] = {}  # (path, size, mtime) to SHA-256


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A card beside the file that was found for it. ``problem`` is empty when verified."""

    card: ModelCard
    path: Path | None
    state: State
    problem: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A detector and a recogniser that are used together."""

    detector: ModelCard
    recogniser: ModelCard

    @property
    def cards(self) -> tuple[ModelCard, ModelCard]:
        return self.detector, self.recogniser


class ModelStore:
    """The program's cards and those added to a model folder; where files are looked for, in order.

    Raises ``ModelError`` for an invalid card. A card of the program cannot be replaced.
    """

    def __init__(self, cards_folder: Path, folders: list[Path]) -> None:
        shipped = load_cards(cards_folder)
        added = [load_cards(f) for f in folders if f.is_dir() and f != cards_folder]
        every = {name: card for cards in reversed(added) for name, card in cards.items()} | shipped
        self.cards = {card.name: card for card in sorted(every.values(), key=by_rank)}
        self.folders = folders
        self._shipped = cards_folder

    def of_task(self, task: Task | str) -> list[ModelCard]:
        """Best rank first."""
        return [card for card in self.cards.values() if card.task == task]

    def embedded(self, name: str) -> bool:
        """Whether the model's file ships with the program, beside its card."""
        return (self._shipped / self.card(name).file).is_file()

    def card(self, name: str) -> ModelCard:
        """Raises ``ModelError`` for a name without a card."""
        if name not in self.cards:
            known = ", ".join(self.cards) or "none"
            raise ModelError(f"no model has the name {name}.", remedy=f"There are: {known}.")
        return self.cards[name]

    def status(self, name: str) -> ModelStatus:
        """Looks in every folder; an altered file is reported only if no good one is found."""
        card = self.card(name)
        altered: ModelStatus | None = None
        for path in (folder / card.file for folder in self.folders):
            if not path.is_file():
                continue
            try:
                problem = _difference(card, path)
            except OSError as error:
                problem = f"{path} cannot be read ({error})."
            if not problem:
                return ModelStatus(card, path, "verified", "")
            altered = altered or ModelStatus(card, path, "altered", problem)
        looked = ", ".join(map(str, self.folders))
        missing = ModelStatus(card, None, "missing", f"{card.file} is in none of: {looked}.")
        return altered or missing

    def statuses(self) -> list[ModelStatus]:
        return [self.status(name) for name in self.cards]

    def locate(self, name: str) -> Path:
        """The verified file of a model. Raises ``ModelError`` (missing, or altered)."""
        status = self.status(name)
        if status.state == "verified" and status.path:
            return status.path
        raise ModelError(status.problem, subject=name, remedy=self.remedy(status))

    def beside(self, name: str) -> Path:
        """The verified file that ships beside a model's card. Raises ``ModelError``."""
        card = self.card(name)
        path = self._shipped / card.file
        try:
            problem = _difference(card, path)
        except OSError as error:
            problem = f"{path} cannot be read ({error.strerror})."
        if problem:
            raise ModelError(problem, subject=name, remedy="Install the program again.")
        return path

    def best(self, task: Task | str) -> ModelCard:
        """The card of best rank whose file is verified. Raises ``ModelError`` when none is."""
        cards = self.of_task(task)
        for card in cards:
            if self.status(card.name).state == "verified":
                return card
        fetchable = next((card.name for card in cards if card.url), "NAME")
        message = f"no {Task(task).value} is installed."
        remedy = f"Fetch one on the Models screen, or run: secondlook models fetch {fetchable}"
        raise ModelError(message, remedy=remedy)

    def fetch(
        self, name: str, target_folder: Path, progress: ProgressCallback, cancel: CancelToken
    ) -> Path:
        """Download a model from its upstream address; the only place that uses the network.

        Raises ``ModelError`` (no address, not reachable, not the expected bytes), ``Cancelled``.
        A part that arrived stays and is resumed by the next call.
        """
        from secondlook.vision.fetch import fetch  # requests is slow to import, and rarely needed

        return fetch(self.card(name), target_folder, progress, cancel)

    def arrived(self, name: str, target_folder: Path) -> int:
        """Bytes of an interrupted ``fetch`` that are kept, and from which the next one goes on."""
        from secondlook.vision.fetch import part_of

        part = part_of(target_folder / self.card(name).file)
        return part.stat().st_size if part.is_file() else 0

    def install(self, path: Path, target_folder: Path) -> ModelCard:
        """Take a file that a person picked: a card with its model beside it, or a model whose
        SHA-256 a known card names; it may have any name. Gives the card.

        Raises ``ModelError`` for anything else.
        """
        if path.suffix.lower() == ".toml":
            self.add(path, target_folder)
            return load_card(path)
        if path.suffix.lower() != ".onnx":
            message = "is neither a model (.onnx) nor the card of one (.toml)."
            raise ModelError(message, subject=str(path), remedy="Choose one of these.")
        try:
            found = sha256_of(path)
        except OSError as error:
            message = f"the file cannot be read ({error.strerror})."
            raise ModelError(message, subject=str(path)) from error
        card = next((card for card in self.cards.values() if card.sha256 == found), None)
        if card is None:
            raise self._unknown(path, found)
        _copy(path, target_folder / card.file)
        return card

    def _unknown(self, path: Path, found: str) -> ModelError:
        """Why a model file cannot be taken, and what would help with it."""
        named = next((card for card in self.cards.values() if card.file == path.name), None)
        if _is_pointer(path):
            message = "is not the model, but a Git LFS pointer to it: a few lines of text."
            remedy = f"Download the file itself{f': {named.url}' if named and named.url else '.'}"
        elif named:
            message = (
                f"has the name of {named.title}, but is another file: SHA-256 is {found}, "
                f"expected {named.sha256}."
            )
            remedy = "It may be damaged, or of another version. Get it again."
        else:
            message = f"is not known: no card names its SHA-256, {found}."
            remedy = "Put its card (a .toml file) beside it, and choose the card."
        return ModelError(message, subject=str(path), remedy=remedy)

    def add(self, card_path: Path, target_folder: Path) -> Path:
        """Copy a card, and the model file beside it, to a folder of models. Gives the model's path.

        Raises ``ModelError``: no valid card, a name that is taken, or a file that is missing or not
        the card's.
        """
        card = load_card(card_path)
        if card.name in self.cards:
            message = f"there is a model named {card.name} already."
            raise ModelError(message, subject=str(card_path), remedy="Choose another name for it.")
        if any(known.file == card.file for known in self.cards.values()):
            message = f"another model has the file name {card.file}."
            raise ModelError(message, subject=str(card_path), remedy="Rename it, also in its card.")
        source = card_path.with_name(card.file)
        if not source.is_file():
            message = f"the model file {card.file} is not beside its card."
            raise ModelError(message, subject=str(card_path), remedy="Put it there.")
        if problem := _difference(card, source):
            raise ModelError(problem, subject=str(card_path), remedy="Correct the card.")
        try:
            require_whole(source.read_bytes())
        except ModelError as error:
            raise ModelError(error.message, subject=str(source), remedy=error.remedy) from error
        made = _copy(source, target_folder / card.file)
        _copy(card_path, target_folder / f"{card.name}.toml")  # its name is its own
        every = [*self.cards.values(), card]
        self.cards = {each.name: each for each in sorted(every, key=by_rank)}
        return made

    @staticmethod
    def remedy(status: ModelStatus) -> str:
        card = status.card
        if card.url:
            return f"Fetch it on the Models screen, or run: secondlook models fetch {card.name}"
        return f"Put the right {card.file} into a model folder. {card.origin}"


def _copy(source: Path, target: Path) -> Path:
    """The target appears whole or not at all. Raises ``ModelError``."""
    partial = target.with_name(target.name + ".copy")
    try:
        if target.exists() and target.samefile(source):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, partial)
        return partial.replace(target)
    except OSError as error:
        message = f"cannot be written ({error.strerror})."
        remedy = "Check the free space and the permissions of the folder."
        raise ModelError(message, subject=str(target.parent), remedy=remedy) from error


def _is_pointer(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(40).startswith(b"version https://git-lfs")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, remembered for the process while its size and time stay the same."""
    stat = path.stat()
    key = (str(path.resolve()), stat.st_size, stat.st_mtime_ns)
    if key not in _hashes:
        with path.open("rb") as file:
            _hashes[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _hashes[key]


def forget_hashes() -> None:
    """Read every file anew when it is next asked for."""
    _hashes.clear()


def _difference(card: ModelCard, path: Path) -> str:
    """Why the file is not the one of the card; empty when it is."""
    found = sha256_of(path)
    if found == card.sha256:
        return ""
    return f"{path} is not the file of the card: SHA-256 is {found}, expected {card.sha256}."
