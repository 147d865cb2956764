"""Exact 1:N comparison: one score per person, and which reference gave it."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from secondlook.domain.errors import ModelMismatch

Templates = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a template: name and version for people, the file's SHA-256 for machines.

    ``status`` is what the card of a model in use says of it, no part of the identity, and not
    known of what a gallery was enrolled with.
    """

    name: str
    version: str
    sha256: str
    status: Literal["full", "evaluation"] = field(default="full", compare=False)

    def require(self, other: "ModelIdentity") -> None:
        """Raises ``ModelMismatch`` unless both are the same file."""
        if self.sha256 != other.sha256:
            raise ModelMismatch(
                f"templates of {self.name} cannot be compared with templates of {other.name}.",
                remedy="Rebuild the gallery's templates with the model in use.",
            )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A gallery person's best comparison with the probe."""

    person_id: int
    reference_id: int
    score: float


@dataclass(frozen=True, slots=True)
class GalleryMatrix:
    """Every template of one gallery by one model, sorted by person.

    templates: float32 (R, D), rows of unit length, contiguous.
    reference_ids, row_persons: int64 (R,); person_ids: int64 (M,) ascending;
    starts: int64 (M,), the first row of each person.
    """

    model: ModelIdentity
    templates: Templates
    reference_ids: npt.NDArray[np.int64]
    row_persons: npt.NDArray[np.int64]
    person_ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def build(
        cls,
        model: ModelIdentity,
        templates: Templates,
        person_of_row: npt.NDArray[np.int64],
        reference_of_row: npt.NDArray[np.int64],
    ) -> "GalleryMatrix":
        """From rows in any order. ``templates`` (R, D) must have rows of unit length."""
        order = np.lexsort((reference_of_row, person_of_row))
        row_persons = person_of_row[order]
        person_ids, starts = np.unique(row_persons, return_index=True)
        return cls(
            model,
            np.ascontiguousarray(templates[order], dtype=np.float32),
            reference_of_row[order],
            row_persons,
            person_ids,
            starts.astype(np.int64),
        )

    @property
    def persons(self) -> int:
        return len(self.person_ids)

    def per_person_maximum(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Scores (..., R) to the best per person (..., M)."""
        return np.maximum.reduceat(scores, self.starts, axis=-1)

    def scores(self, probe: Templates, model: ModelIdentity) -> Templates:
        """A probe template (D,) compared with every reference: float32 (R,).

        Raises ``ModelMismatch`` if the probe's template is another model's.
        """
        self.model.require(model)
        return self.templates @ probe

    def best(self, scores: npt.NDArray[np.float32], limit: int) -> list[Comparison]:
        """The ``limit`` best persons by the scores (R,) of their references, best first.

        Ties are broken by person id, so a search repeated gives the same list.
        """
        if not self.persons:
            return []
        best = self.per_person_maximum(scores)
        order = np.lexsort((self.person_ids, -best))[:limit]
        ends = np.append(self.starts[1:], len(scores))
        found = []
        for person in order:
            rows = slice(self.starts[person], ends[person])
            row = self.starts[person] + int(np.argmax(scores[rows]))
            found.append(
                Comparison(
                    int(self.person_ids[person]),
                    int(self.reference_ids[row]),
                    float(np.clip(scores[row], -1, 1)),
                )
            )
        return found


def margins(scores: list[float]) -> list[float]:
    """For scores sorted best first: each one's lead over the best other one (negative behind it).

    A lone candidate has margin inf: nobody else was there to confuse it with.
    """
    if len(scores) == 1:
        return [float("inf")]
    return [s - (scores[1] if i == 0 else scores[0]) for i, s in enumerate(scores)]
