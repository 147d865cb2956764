"""Faces and what is known about their quality."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import atan2, degrees, hypot
from typing import Any

Point = tuple[float, float]


def wrapped(angle: float) -> float:
    """Degrees, as -180..180."""
    return (angle + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in pixels of the upright image; may reach past its border."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def size(self) -> float:
        """The longer side, in pixels; at least 1."""
        return max(self.width, self.height, 1.0)

    def at_one_place(self, other: "Box") -> bool:
        """Whether two faces there are one unknown: their middles are closer than half the larger
        (``unknowns_once``)."""
        apart = (abs(a - b) for a, b in zip(self.middle, other.middle, strict=True))
        return max(apart) < max(self.size, other.size) / 2


@dataclass(frozen=True, slots=True)
class Face:
    """A detected (or hand-placed) face.

    ``landmarks``: five (x, y) in pixels of the upright image, in the order eye at image left, eye
    at image right, nose tip, mouth corner at image left, mouth corner at image right.
    ``score``: the detector's, 0..1; of points placed by hand what the detector says at that place,
    0 where it sees no face. ``placement``: None unless the points were placed by hand.
    ``turned``: degrees by which the picture was turned, clockwise, when the detector saw the
    points; None where it was not looked at in several turns.
    """

    box: Box
    landmarks: tuple[Point, Point, Point, Point, Point]
    score: float
    placement: "Placement | None" = None
    turned: float | None = None

    @property
    def roll(self) -> float | None:
        """Degrees (-180..180) by which the line of the eyes is off level in the turned picture."""
        if self.turned is None:
            return None
        (ax, ay), (bx, by) = self.landmarks[:2]
        return wrapped(degrees(atan2(by - ay, bx - ax)) + self.turned)

    @property
    def inter_eye(self) -> float:
        """Distance between the eye points, in pixels."""
        (ax, ay), (bx, by) = self.landmarks[:2]
        return hypot(bx - ax, by - ay)

    @property
    def seen(self) -> "Face":
        """As the detector sees it: the face itself, or what it sees where points were placed; the
        placed one where it sees nothing."""
        return (self.placement and self.placement.seen) or self

    def to_dict(self) -> dict[str, Any]:
        """A face that the detector found reads as it did before there were placements, and one
        that was not looked at in several turns as before there were those."""
        data = asdict(self)
        if self.turned is None:
            del data["turned"]
        if self.placement is None:
            del data["placement"]
        else:
            seen = self.placement.seen
            data["placement"] = {"by": self.placement.by, "seen": seen and seen.to_dict()}
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Face":
        points = tuple((float(x), float(y)) for x, y in data["landmarks"])
        if len(points) != 5:
            raise ValueError(f"a face has five landmarks, not {len(points)}")
        placed = data.get("placement")
        seen = placed and placed["seen"] and cls.from_dict(placed["seen"])
        placement = Placement(placed["by"], seen) if placed else None
        turned = _number(data.get("turned"))
        return cls(Box(**data["box"]), points, float(data["score"]), placement, turned)


def quarter(face: Face) -> int:
    """0, 90, 180 or 270: the quarter turn, clockwise, in which the face is shown right side up."""
    return round((face.turned or 0.0) / 90) % 4 * 90


@dataclass(frozen=True, slots=True)
class Placement:
    """``by``: the user name of who placed the points; ``seen``: the detector's face there."""

    by: str
    seen: Face | None


class Component(StrEnum):
    """The quality components that a policy can set a limit for."""

    INTER_EYE = "inter_eye_px"
    EFFECTIVE = "effective_eye_px"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"
    CONTRAST = "contrast"
    POSE = "pose_deg"
    YAW = "yaw_deg"
    PITCH = "pitch_deg"
    EYES = "eyes_visible"
    MOUTH = "mouth_visible"
    UNIFORMITY = "illumination_uniformity"
    COMPRESSION = "compression"
    ROLL = "roll_deg"
    INVERSION = "inversion"
    INSIDE = "inside"
    DETECTOR = "detector_score"


class Bound(StrEnum):
    """On which side of its limit a component has to lie; at the limit it does."""

    FLOOR = "floor"
    CEILING = "ceiling"

    def meets(self, found: float, limit: float) -> bool:
        return found >= limit if self is Bound.FLOOR else found <= limit

    def worse(self, one: float, other: float) -> float:
        return min(one, other) if self is Bound.FLOOR else max(one, other)


@dataclass(frozen=True, slots=True)
class ComponentInfo:
    """How a component reads: ``cause`` completes "the face is …" when the limit is not met."""

    label: str
    unit: str
    cause: str
    bound: Bound = Bound.FLOOR
    digits: int = 0


COMPONENTS: dict[Component, ComponentInfo] = {
    Component.INTER_EYE: ComponentInfo("Eye distance", "px", "too small"),
    Component.EFFECTIVE: ComponentInfo("Effective resolution", "px", "without the detail"),
    Component.SHARPNESS: ComponentInfo("Sharpness", "", "blurred", digits=2),
    Component.EXPOSURE: ComponentInfo("Exposure", "", "too dark or too bright", digits=2),
    Component.CONTRAST: ComponentInfo("Contrast", "", "flat in contrast", digits=2),
    Component.POSE: ComponentInfo("Pose", "°", "turned away", Bound.CEILING),
    Component.YAW: ComponentInfo("Yaw", "°", "turned aside", Bound.CEILING),
    Component.PITCH: ComponentInfo("Pitch", "°", "tilted up or down", Bound.CEILING),
    Component.EYES: ComponentInfo("Eyes visible", "", "covered at the eyes", digits=2),
    Component.MOUTH: ComponentInfo("Nose, mouth visible", "", "covered at nose or mouth", digits=2),
    Component.UNIFORMITY: ComponentInfo("Even light", "", "lit from one side", digits=2),
    Component.COMPRESSION: ComponentInfo("Compression", "", "broken up by compression", digits=2),
    Component.ROLL: ComponentInfo("Roll", "°", "not found right side up", Bound.CEILING),
    Component.INVERSION: ComponentInfo(
        "Inversion", "", "a negative, it seems: invert it", Bound.CEILING, digits=2
    ),
    Component.INSIDE: ComponentInfo(
        "Inside frame", "", "cut by the border, or by damage", digits=2
    ),
    Component.DETECTOR: ComponentInfo("Detector score", "", "uncertain as a face", digits=2),
}
"""What Python judges by. The triggers say the same in SQL of their own, and a test compares them
over every component (decision 0003)."""
assert set(COMPONENTS) == set(Component)


@dataclass(frozen=True, slots=True)
class Quality:
    """Measured quality of one face; a component that was not measured is None, and meets no limit.

    inter_eye_px: pixels between the eye points in the original.
    sharpness: 0..1, fine detail at the working size (0 fully blurred, 1 crisp).
    exposure: 0..1, share of the face that is neither crushed to black nor blown to white.
    contrast: 0..1, spread of luminance over the face (p95 - p5, as a share of full scale).
    pose_deg: degrees away from frontal, the larger of yaw and pitch; 0 is frontal.
    inside: 0..1, share of the face box inside the picture; 0 where damage of the file touches the
        face (``pictures.Damage``).
    detector_score: 0..1, 0 where the detector sees no face.
    effective_eye_px: as many pixels between the eyes as the detail in the picture needs, at most
        inter_eye_px: enlarging a picture adds pixels and no detail.
    yaw_deg, pitch_deg: degrees that the head is turned aside, tilted up or down.
    eyes_visible, mouth_visible: 0..1, how much can be seen of the eye that is hidden more, and of
        nose or mouth, whichever is hidden more.
    illumination_uniformity: 0..1, light on the darker half of the face relative to the other.
    compression: 0..1, 1 where no blocks of compression show, at the size that a matcher sees.
    roll_deg: 0..180, degrees by which the eyes are off level in the turn of the picture in which
        the detector is surest of the face; alignment takes out what the turn itself is.
    inversion: 0..1, how much surer the detector is of the face in the picture's negative.
    What has a default did not exist in earlier versions, and was not measured by them.
    """

    inter_eye_px: float | None
    sharpness: float | None
    exposure: float | None
    contrast: float | None
    pose_deg: float | None
    inside: float | None
    detector_score: float | None
    effective_eye_px: float | None = None
    yaw_deg: float | None = None
    pitch_deg: float | None = None
    eyes_visible: float | None = None
    mouth_visible: float | None = None
    illumination_uniformity: float | None = None
    compression: float | None = None
    roll_deg: float | None = None
    inversion: float | None = None

    def value(self, component: Component) -> float | None:
        found: float | None = getattr(self, component.value)
        return found

    @property
    def unmeasured(self) -> tuple[Component, ...]:
        return tuple(c for c in Component if self.value(c) is None)

    def worse(self, other: "Quality") -> "Quality":
        """Of each component the worse of two; not measured where either is not."""
        found: dict[str, float | None] = {}
        for component, info in COMPONENTS.items():
            one, two = self.value(component), other.value(component)
            found[component.value] = (
                None if one is None or two is None else info.bound.worse(one, two)
            )
        return Quality(**found)

    def to_dict(self) -> dict[str, float | None]:
        return {k: v if v is None else round(v, 4) for k, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Quality":
        """Reads what was stored before a component existed: it was not measured then, nor was
        anything that is no number."""
        return cls(
            **{component.value: _number(data.get(component.value)) for component in Component}
        )


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One component that misses its limit, or was not measured (``found`` is None)."""

    component: Component
    needed: float
    found: float | None

    def __str__(self) -> str:
        info = COMPONENTS[self.component]
        if self.found is None:
            return f"{info.label.lower()} not measured: measure again"
        unit = f" {info.unit}" if info.unit.isalpha() else info.unit
        verb = "needs" if info.bound is Bound.FLOOR else "allows"
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
        if found is None or not COMPONENTS[component].bound.meets(found, needed):
            missed.append(Shortfall(component, needed, found))
    return tuple(missed)
