"""What a human records: origin of a probe, findings by component, a conclusion, an outcome."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ProbeOrigin(StrEnum):
    """Where a probe comes from, as its operator declares it."""

    PHOTOGRAPH = "photograph"
    DOCUMENT = "document"
    VIDEO_FRAME = "video_frame"
    SCREENSHOT = "screenshot"
    PRINT_SCAN = "print_scan"
    SKETCH = "sketch"
    LOOK_ALIKE = "look_alike"
    GENERATED = "generated"
    HEAVILY_EDITED = "heavily_edited"
    UNDECLARED = "undeclared"


ORIGIN_LABELS: dict[ProbeOrigin, str] = {
    ProbeOrigin.PHOTOGRAPH: "Photograph of a person",
    ProbeOrigin.DOCUMENT: "Identity document",
    ProbeOrigin.VIDEO_FRAME: "Still from a video",
    ProbeOrigin.SCREENSHOT: "Screenshot or web image",
    ProbeOrigin.PRINT_SCAN: "Scan of a print",
    ProbeOrigin.SKETCH: "Sketch or painting",
    ProbeOrigin.LOOK_ALIKE: "Look-alike of the person",
    ProbeOrigin.GENERATED: "Generated image",
    ProbeOrigin.HEAVILY_EDITED: "Heavily edited",
    ProbeOrigin.UNDECLARED: "Not declared",
}
assert set(ORIGIN_LABELS) == set(ProbeOrigin)


class Conclusion(IntEnum):
    """The examiner's opinion on a seven-point scale, or none for lack of quality."""

    INSUFFICIENT_QUALITY = -9
    DIFFERENT_EXTREMELY_STRONG = -3
    DIFFERENT_STRONG = -2
    DIFFERENT_SUPPORT = -1
    INCONCLUSIVE = 0
    SAME_SUPPORT = 1
    SAME_STRONG = 2
    SAME_EXTREMELY_STRONG = 3


CONCLUSION_LABELS: dict[Conclusion, str] = {
    Conclusion.INSUFFICIENT_QUALITY: "Insufficient quality",
    Conclusion.DIFFERENT_EXTREMELY_STRONG: "Extremely strong support for different people",
    Conclusion.DIFFERENT_STRONG: "Strong support for different people",
    Conclusion.DIFFERENT_SUPPORT: "Support for different people",
    Conclusion.INCONCLUSIVE: "Inconclusive",
    Conclusion.SAME_SUPPORT: "Support for same person",
    Conclusion.SAME_STRONG: "Strong support for same person",
    Conclusion.SAME_EXTREMELY_STRONG: "Extremely strong support for same person",
}
assert set(CONCLUSION_LABELS) == set(Conclusion)


class Finding(StrEnum):
    SIMILAR = "similar"
    DIFFERENT = "different"
    UNDETERMINED = "undetermined"
    NOT_VISIBLE = "not_visible"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One FISWG component group (Facial Image Comparison Feature List; ASTM E3149).

    ``region``: centre x, centre y and height of the part to look at, in eye distances, with the
    origin midway between the eyes and y downwards.
    """

    key: str
    label: str
    region: tuple[float, float, float]


CHECKLIST: tuple[ChecklistItem, ...] = (
    ChecklistItem("skin", "Skin", (0.0, 0.6, 3.2)),
    ChecklistItem("head_outline", "Face and head outline", (0.0, 0.3, 4.6)),
    ChecklistItem("composition", "Face and head composition", (0.0, 0.5, 3.6)),
    ChecklistItem("hair", "Hair", (0.0, -1.2, 2.6)),
    ChecklistItem("forehead", "Forehead", (0.0, -0.9, 1.6)),
    ChecklistItem("eyebrows", "Eyebrows", (0.0, -0.3, 1.1)),
    ChecklistItem("eyes", "Eyes", (0.0, 0.0, 1.0)),
    ChecklistItem("cheeks", "Cheeks", (0.0, 0.8, 1.8)),
    ChecklistItem("nose", "Nose", (0.0, 0.5, 1.4)),
    ChecklistItem("ears", "Ears", (0.0, 0.4, 3.0)),
    ChecklistItem("mouth", "Mouth", (0.0, 1.1, 1.1)),
    ChecklistItem("chin_jawline", "Chin and jawline", (0.0, 1.5, 2.0)),
    ChecklistItem("neck", "Neck", (0.0, 2.4, 2.0)),
    ChecklistItem("facial_hair", "Facial hair", (0.0, 1.2, 1.8)),
    ChecklistItem("facial_lines", "Facial lines", (0.0, 0.6, 2.8)),
    ChecklistItem("scars", "Scars", (0.0, 0.6, 3.2)),
    ChecklistItem("facial_marks", "Facial marks", (0.0, 0.6, 3.2)),
    ChecklistItem("alterations", "Alterations", (0.0, 0.6, 3.2)),
    ChecklistItem("other", "Other", (0.0, 0.5, 4.0)),
)
assert len({item.key for item in CHECKLIST}) == 19


def checklist_complete(findings: dict[str, Finding]) -> bool:
    """True when all 19 component groups have a finding: no blanks."""
    return set(findings) == {item.key for item in CHECKLIST}


class Outcome(StrEnum):
    """What is decided about a candidate."""

    ACCEPTED = "accepted_as_lead"
    EXCLUDED = "excluded"
    INCONCLUSIVE = "inconclusive"
    UNRESOLVED = "unresolved"
    """Examiners disagree, and an adjudicator leaves it so: closes the question for this case."""
    SAME_PHOTOGRAPH = "same_photograph"
    """Probe and reference are one photograph: says nothing about likeness."""
    NOT_EXAMINED = "not_examined"
    """Nobody looked, and the policy lets the rest of a list close so: disclosed."""


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.ACCEPTED: "Accepted as lead",
    Outcome.EXCLUDED: "Excluded",
    Outcome.INCONCLUSIVE: "Inconclusive",
    Outcome.UNRESOLVED: "Unresolved",
    Outcome.SAME_PHOTOGRAPH: "Same photograph found",
    Outcome.NOT_EXAMINED: "Not examined",
}
assert set(OUTCOME_LABELS) == set(Outcome)

LEAD_ONLY = "An investigative lead, not an identification."
"""Said wherever an accepted candidate is shown."""
