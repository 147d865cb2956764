"""Faces and what is known about their quality."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import hypot
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in pixels of the upright image; may reach past its border."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Face:
    """A detected (or hand-placed) face.

    ``landmarks``: five (x, y) in pixels of the upright image, in the order eye at image left, eye
    at image right, nose tip, mouth corner at image left, mouth corner at image right.
    ``score``: the detector's, 0..1; 1 for points placed by hand.
    """

    box: Box
    landmarks: tuple[Point, Point, Point, Point, Point]
    score: float

    @property
    def inter_eye(self) -> float:
        """Distance between the eye points, in pixels."""
        (ax, ay), (bx, by) = self.landmarks[:2]
        return hypot(bx - ax, by - ay)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Face":
        points = tuple((float(x), float(y)) for x, y in data["landmarks"])
        if len(points) != 5:
            raise ValueError(f"a face has five landmarks, not {len(points)}")
        return cls(Box(**data["box"]), points, float(data["score"]))


class Component(StrEnum):
    """The quality components that a policy can set a floor for."""

    INTER_EYE = "inter_eye_px"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"
    CONTRAST = "contrast"
    POSE = "pose_deg"
    INSIDE = "inside"
    DETECTOR = "detector_score"


@dataclass(frozen=True, slots=True)
class ComponentInfo:
    """How a component reads: ``cause`` completes "the face is …" when the limit is not met."""

    label: str
    unit: str
    cause: str
    higher_is_better: bool = True
    digits: int = 0


COMPONENTS: dict[Component, ComponentInfo] = {
    Component.INTER_EYE: ComponentInfo("Eye distance", "px", "too small"),
    Component.SHARPNESS: ComponentInfo("Sharpness", "", "blurred", digits=2),
    Component.EXPOSURE: ComponentInfo("Exposure", "", "too dark or too bright", digits=2),
    Component.CONTRAST: ComponentInfo("Contrast", "", "flat in contrast", digits=2),
    Component.POSE: ComponentInfo("Pose", "°", "turned away", higher_is_better=False),
    Component.INSIDE: ComponentInfo("Inside frame", "", "cut by the border", digits=2),
    Component.DETECTOR: ComponentInfo("Detector score", "", "uncertain as a face", digits=2),
}
assert set(COMPONENTS) == set(Component)


@dataclass(frozen=True, slots=True)
class Quality:
    """Measured quality of one face.

    inter_eye_px: pixels between the eye points in the original.
    sharpness: 0..1, fine detail at the working size (0 fully blurred, 1 crisp).
    exposure: 0..1, share of the face that is neither crushed to black nor blown to white.
    contrast: 0..1, spread of luminance over the face (p95 - p5, as a share of full scale).
    pose_deg: degrees away from frontal, the larger of the estimated yaw and pitch; 0 is frontal.
    inside: 0..1, share of the face box inside the picture.
    detector_score: 0..1.
    """

    inter_eye_px: float
    sharpness: float
    exposure: float
    contrast: float
    pose_deg: float
    inside: float
    detector_score: float

    def value(self, component: Component) -> float:
        return float(getattr(self, component.value))

    def to_dict(self) -> dict[str, float]:
        return {k: round(v, 4) for k, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, float]) -> "Quality":
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One component that misses its limit."""

    component: Component
    needed: float
    found: float

    def __str__(self) -> str:
        info = COMPONENTS[self.component]
        unit = f" {info.unit}" if info.unit.isalpha() else info.unit
        verb = "needs" if info.higher_is_better else "allows"
        digits = info.digits  # as many as tell the two apart
        while round(self.found, digits) == round(self.needed, digits) and digits < 4:
            digits += 1
        found, needed = (f"{v:.{digits}f}{unit}" for v in (self.found, self.needed))
        return f"{info.cause}: {info.label.lower()} is {found}, policy {verb} {needed}"


def shortfalls(quality: Quality, limits: dict[Component, float]) -> tuple[Shortfall, ...]:
    """The components of ``quality`` that miss their limit, in the order of ``Component``."""
    missed = []
    for component in Component:
        if component not in limits:
            continue
        found, needed = quality.value(component), limits[component]
        met = found >= needed if COMPONENTS[component].higher_is_better else found <= needed
        if not met:
            missed.append(Shortfall(component, needed, found))
    return tuple(missed)
