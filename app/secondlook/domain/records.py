"""What is kept about operators, galleries, cases, searches and decisions, as frozen values.

Times are UTC, ISO 8601. ``id`` is the row in the database file.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from secondlook.domain.confidence import Confidence
from secondlook.domain.errors import ImageFault
from secondlook.domain.faces import Face, Quality
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.photographs import overlap
from secondlook.domain.policy import Policy
from secondlook.domain.review import Conclusion, Finding, Outcome, ProbeOrigin


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    EXAMINER = "examiner"
    COMMAND_LINE = "command_line"
    """An operating-system account: may enrol and search, never examine or decide."""


@dataclass(frozen=True, slots=True)
class Operator:
    id: int
    username: str
    display_name: str
    role: Role
    active: bool = True

    @property
    def examines(self) -> bool:
        return self.active and self.role is not Role.COMMAND_LINE


@dataclass(frozen=True, slots=True)
class GallerySummary:
    """``pending`` and ``failed`` count images of the enrolment list; ``stale`` counts references
    without a template of the gallery's model."""

    id: int
    name: str
    source: str
    model: ModelIdentity
    created_at: str
    revision: int
    persons: int
    references: int
    pending: int
    failed: int
    stale: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """``reference_id`` is the person's first reference, for a thumbnail; None without any."""

    id: int
    key: str
    display_name: str
    metadata: dict[str, str]
    references: int
    reference_id: int | None


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    id: int
    person_id: int
    original_sha256: str
    source_path: str
    face: Face
    quality: Quality
    added_at: str


class EnrolmentStatus(StrEnum):
    PENDING = "pending"
    ENROLLED = "enrolled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EnrolmentItem:
    """One image of a gallery's enrolment list and how it ended."""

    id: int
    gallery_id: int
    path: str
    person_key: str
    display_name: str
    metadata: dict[str, str]
    status: EnrolmentStatus
    fault: ImageFault | None
    detail: str


@dataclass(frozen=True, slots=True)
class Case:
    id: int
    reference: str
    purpose: str
    authorisation: str
    authorised_at: str | None
    notes: str
    policy: Policy
    opened_by: str
    opened_at: str
    closed_at: str | None


@dataclass(frozen=True, slots=True)
class Probe:
    """An image whose identity is asked. ``chosen`` indexes ``faces``; None until one is picked."""

    id: int
    case_id: int
    original_sha256: str
    source_name: str
    faces: tuple[Face, ...]
    qualities: tuple[Quality, ...]
    chosen: int | None
    origin: ProbeOrigin
    analysis: str
    added_at: str

    @property
    def face(self) -> Face | None:
        return None if self.chosen is None else self.faces[self.chosen]

    @property
    def placings(self) -> tuple[Face, ...]:
        """The chosen face first, then what else was detected or placed by hand over it."""
        chosen = self.face
        if chosen is None:
            return ()
        seen = (f.placement.seen for f in self.faces if f.placement and f.placement.seen)
        others = (f for f in (*self.faces, *seen) if overlap(f.box, chosen.box))
        return tuple(dict.fromkeys((chosen, *others)))

    @property
    def quality(self) -> Quality | None:
        return None if self.chosen is None else self.qualities[self.chosen]


@dataclass(frozen=True, slots=True)
class LimitingPair:
    """Two gallery persons who look like one, and whom nobody has judged."""

    person_id: int
    other_id: int
    name: str
    other_name: str
    score: float


ScoresAt = dict[str, float | None]
"""The score at each confidence of interest (percent, as text), None where none reaches it."""


@dataclass(frozen=True, slots=True)
class LimitNote:
    """``pairs``: highest score first; without them as two people each, ``ceiling`` and
    ``scores_at`` would be reached."""

    pairs: tuple[LimitingPair, ...]
    ceiling: float
    scores_at: ScoresAt

    @classmethod
    def from_dict(cls, held: dict[str, Any] | None) -> "LimitNote | None":
        """From what ``asdict`` made of one."""
        if held is None:
            return None
        pairs = tuple(LimitingPair(**pair) for pair in held["pairs"])
        return cls(pairs, held["ceiling"], held["scores_at"])


@dataclass(frozen=True, slots=True)
class CalibrationNote:
    """What a search's confidences were calibrated on.

    ``impostors``: share of the gallery's impostor comparisons in each of 100 equal score bins over
    -1..1, for the picture beside a score. ``left_out``: pairs of person ids (lower first) that were
    not compared as two people, ``left_out_by_one`` of them on one person's word. ``limit``: what
    lowers the ceiling or raises the scores, if anything that could be judged does.
    ``compared``: N, all that the unknown had been compared with by then, this search included;
    None before it was counted. ``moved``: by how much of a score the probe's were taken to lie too
    high (negative: too low), and by what (``calibration.Moved``); None before it was recorded.
    """

    source: str
    persons: int
    comparisons: int
    ceiling: float
    reference_cohort: str = ""
    scores_at: ScoresAt = field(default_factory=dict)
    impostors: tuple[float, ...] = ()
    left_out: tuple[tuple[int, int], ...] = ()
    left_out_by_one: int = 0
    limit: LimitNote | None = None
    compared: int | None = None
    moved: float | None = None
    moved_by: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One search, as it was: nothing here is looked up again later."""

    id: int
    case_id: int
    probe_id: int
    operator: str
    at: str
    purpose: str
    policy: Policy
    probe_sha256: str
    probe_origin: ProbeOrigin
    probe_analysis: str
    probe_face: Face
    probe_quality: Quality
    model: dict[str, Any]
    provider: str
    gallery_id: int | None
    gallery_name: str
    gallery_persons: int
    gallery_state: str
    calibration: CalibrationNote


@dataclass(frozen=True, slots=True)
class Candidate:
    """A gallery person returned by a search. ``margin`` is inf when nobody else was there.

    ``offered`` is False below the policy's lead line: recorded, not offered for examination.
    """

    id: int
    search_id: int
    rank: int
    person_id: int
    person_key: str
    display_name: str
    reference_id: int
    reference_sha256: str
    reference_face: Face
    reference_quality: Quality
    score: float
    margin: float
    confidence: Confidence
    offered: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """One person's committed comparison of one candidate. ``view`` holds the adjustments used."""

    id: int
    candidate_id: int
    operator_id: int
    operator: str
    findings: dict[str, Finding]
    conclusion: Conclusion
    notes: str
    view: dict[str, Any]
    started_at: str
    committed_at: str


@dataclass(frozen=True, slots=True)
class ExaminationDraft:
    """An examination under way; kept so that a killed process loses nothing."""

    findings: dict[str, Finding] = field(default_factory=dict)
    conclusion: Conclusion | None = None
    notes: str = ""
    view: dict[str, Any] = field(default_factory=dict)
    started_at: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``withdrawn``: the reason for which a lead was taken back; None while it stands.
    ``unit_of_two``: it rested on a declared unit of two when it was made."""

    id: int
    candidate_id: int
    operator: str
    outcome: Outcome
    corroboration: str
    reason: str
    decided_at: str
    withdrawn: str | None = None
    unit_of_two: bool = False
