"""Model cards: what a model file is, where it comes from and how it is fed. Adding a model is
adding a card."""

import tomllib
from enum import StrEnum
from math import prod
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondlook.domain.audit import canonical_json, sha256_text
from secondlook.domain.calibration import ReferenceCurve
from secondlook.domain.errors import ModelError

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Text = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.onnx$")]
Triple = tuple[float, float, float]
Points = tuple[
    tuple[float, float],
    tuple[float, float],
    tuple[float, float],
    tuple[float, float],
    tuple[float, float],
]


class Task(StrEnum):
    DETECTOR = "detector"
    RECOGNISER = "recogniser"
    QUALITY = "quality"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputSpec(_Part):
    """The one input tensor, float32 N x 3 x height x width.

    A pixel value p (0..255) enters as ``(p * scale - mean) / std``, per channel in the order of
    ``channels``. ``width`` and ``height`` in px, 0 = any multiple of 32; ``max_batch`` 0 = any.
    """

    name: Text
    width: int = Field(ge=0)
    height: int = Field(ge=0)
    max_batch: int = Field(default=0, ge=0)
    channels: Literal["BGR", "RGB"]
    mean: Triple = (0.0, 0.0, 0.0)
    std: Triple = (1.0, 1.0, 1.0)
    scale: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if prod(self.std) <= 0:
            raise ValueError("std must be positive")
        if (self.width == 0) != (self.height == 0):
            raise ValueError("width and height are both fixed or both 0")
        return self


class AlignmentSpec(_Part):
    """Where the five landmarks go in a square crop of ``size`` px; order as in ``Face``."""

    size: int = Field(gt=0)
    points: Points


class OutputSpec(_Part):
    """Names of the output tensors; ``template_size`` is the length of a template (recognisers)."""

    names: tuple[Text, ...] = Field(min_length=1)
    template_size: int = Field(default=0, ge=0)


class Measured(_Part):
    """A figure that somebody measured, and on what."""

    what: Text
    value: Text
    data: Text


class ModelCard(_Part):
    """One model. ``rank`` orders the models of a task, 1 is preferred.

    ``url`` is where ``fetch`` gets the file; without it ``origin`` says where it comes from.
    ``status`` "evaluation" marks a model that policies may not rely on; "full" is its card's word
    only, and counts when the card ships or was approved (``domain.trust``).
    """

    name: Name
    version: Text
    title: Text
    task: Task
    rank: int = Field(ge=1)
    status: Literal["full", "evaluation"] = "full"
    licence: Text
    provenance: Text
    training_data: Text
    known_limits: Text
    file: FileName
    bytes: int = Field(gt=0)
    sha256: Sha256
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    origin: str = ""
    opset: int = Field(ge=1)
    input: InputSpec
    output: OutputSpec
    alignment: AlignmentSpec | None = None
    reference_curve: ReferenceCurve | None = None
    measured: tuple[Measured, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.url is None and not self.origin:
            raise ValueError("a card without url needs origin: where the file comes from")
        if self.task is Task.RECOGNISER:
            if self.alignment is None or self.output.template_size == 0:
                raise ValueError("a recogniser needs alignment and output.template_size")
            if (self.input.width, self.input.height) != (self.alignment.size,) * 2:
                raise ValueError("alignment.size and input width and height differ")
        return self

    @property
    def document(self) -> str:
        """The canonical form, with the reference curve: what is hashed, and what a search keeps.

        What has its default is left out, so that a field that comes later changes no hash.
        """
        return canonical_json(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def card_sha256(self) -> str:
        return sha256_text(self.document)


def load_card(path: Path) -> ModelCard:
    """Read and validate one card. Raises ``ModelError`` naming the file and the field."""
    remedy = "Correct the card, or remove it from the folder."
    try:
        return ModelCard.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"the model card cannot be read ({error})."
        raise ModelError(message, subject=str(path), remedy=remedy) from error
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'card'}: {fault['msg']}"
            for fault in error.errors()
        ]
        message = f"the model card is not valid ({'; '.join(faults)})."
        raise ModelError(message, subject=str(path), remedy=remedy) from error


def by_rank(card: ModelCard) -> tuple[str, int, str]:
    """Sort key: best rank first within a task."""
    return card.task, card.rank, card.name


def load_cards(folder: Path) -> dict[str, ModelCard]:
    """All cards (``*.toml``) of a folder by name, best rank first within a task.

    Raises ``ModelError`` for an invalid card, or for two cards of one name.
    """
    cards: dict[str, ModelCard] = {}
    for path in sorted(folder.glob("*.toml")):
        card = load_card(path)
        if card.name in cards:
            message = f"another card has the name {card.name} already."
            raise ModelError(message, subject=str(path), remedy="Give one of them another name.")
        cards[card.name] = card
    return {card.name: card for card in sorted(cards.values(), key=by_rank)}
