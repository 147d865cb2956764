"""The policy a case is under: a validated file. What it asks is judged in ``requirements``."""

import tomllib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from secondlook.domain.audit import canonical_json, sha256_text
from secondlook.domain.errors import InputError, IntegrityError
from secondlook.domain.faces import Component
from secondlook.domain.review import ProbeOrigin

MOST = 1_000_000_000
"""No number of a policy is larger: what the database cannot keep or compare exactly, no rule is."""

Percent = Annotated[float, Field(ge=0, lt=100)]

LATER = (
    "minimum_model",
    "rehearsal_max_age_days",
    "min_similar_components",
    "accept_one_to_one",
)
"""Fields that older copies lack."""


class Policy(BaseModel):
    """A validated policy. Confidences in percent, margins in score, deadlines in hours.

    ``LATER`` came later than the rest: where one is None the canonical form leaves it out, so that
    older copies keep theirs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: int = Field(ge=1, le=MOST)
    title: str = Field(min_length=1)
    summary: str
    rationale: dict[str, str]
    permitted_purposes: tuple[str, ...] = Field(min_length=1)
    prohibited_purposes: tuple[str, ...]
    accepts: bool
    lead_confidence: Percent
    accept_confidence: Percent
    allow_reference_calibration: bool
    min_margin: float = Field(ge=0, le=2)
    max_candidates: int = Field(ge=1, le=50)
    examiners: int = Field(ge=1, le=2)
    blind_verification: bool
    min_conclusion: int = Field(ge=1, le=3)
    checklist_required: bool
    probe_analysis_first: bool
    score_shown_after_examination: bool
    all_candidates_reviewed: bool
    corroboration_required: bool
    authorisation_required: bool
    authorisation_deadline_hours: int = Field(ge=0, le=MOST)
    retention_days: int = Field(ge=1, le=MOST)
    blocked_origins: tuple[ProbeOrigin, ...]
    probe_limits: dict[Component, float]
    reference_limits: dict[Component, float]
    minimum_model: Literal["full"] | None = Field(default=None, exclude_if=lambda v: v is None)
    rehearsal_max_age_days: int | None = Field(
        default=None, ge=1, le=3650, exclude_if=lambda v: v is None
    )

    min_similar_components: int | None = Field(
        default=None, ge=1, le=19, exclude_if=lambda v: v is None
    )

    accept_one_to_one: Literal[True] | None = Field(default=None, exclude_if=lambda v: v is None)

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if self.lead_confidence > self.accept_confidence:
            raise ValueError("lead_confidence may not be above accept_confidence")
        if self.blind_verification and self.examiners < 2:
            raise ValueError("blind_verification needs two examiners")
        if ProbeOrigin.UNDECLARED not in self.blocked_origins:
            raise ValueError("blocked_origins must contain 'undeclared'")
        explained = {"accept_confidence", "lead_confidence"}
        explained |= {name for name in LATER if getattr(self, name) is not None}
        unexplained = explained - set(self.rationale)
        if unexplained:
            raise ValueError(f"rationale is missing for {', '.join(sorted(unexplained))}")
        return self

    @property
    def document(self) -> str:
        """The canonical form: what is hashed, and what a case keeps as its copy."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        return sha256_text(self.document)


def parse_policy(text: str, *, source: str) -> Policy:
    """A policy from TOML. Raises ``InputError`` naming ``source`` and every field that is wrong."""
    try:
        return Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML ({error}).", subject=source) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'policy'}: {e['msg']}" for e in error.errors()
        )
        raise InputError(
            f"is not a valid policy: {faults}.", subject=source, remedy="Correct the file."
        ) from error


def policy_from_document(document: str) -> Policy:
    """The policy of a stored canonical copy. Raises ``IntegrityError`` if it is none."""
    try:
        return Policy.model_validate_json(document)
    except ValidationError as error:
        raise IntegrityError(
            "A stored policy copy is not a valid policy.",
            remedy="Verify the record, and put back a copy of the database.",
        ) from error
