"""One image of an enrolment list: from its path to a measured face and a crop, or a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.faces import Component, Face, Quality, shortfalls
from secondlook.domain.records import EnrolmentItem
from secondlook.services.images import Images
from secondlook.vision.decode import Picture, Pixels, read_original
from secondlook.vision.engine import Engine
from secondlook.vision.fingerprint import fingerprint

DOMINANT = 2.0
"""A face this many times wider than every other one is whose picture it is."""

FLOORS: dict[Component, float] = {
    Component.INTER_EYE: 16,
    Component.DETECTOR: 0.5,
    Component.INSIDE: 0.6,
    Component.EXPOSURE: 0.3,
    Component.CONTRAST: 0.05,
    Component.ROLL: 30,
    Component.INVERSION: 0,
}
"""Below these (above, where it is a ceiling) no template is worth keeping; policies ask for more,
case by case. Negatives resemble each other: a few among hundreds make others' confidence false."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything about a usable image but its template. ``crop``: what the recogniser takes;
    ``fingerprint``: what tells copies of this photograph."""

    media_type: str
    size: int
    width: int
    height: int
    sha256: str
    face: Face
    quality: Quality
    crop: Pixels
    fingerprint: bytes


Choose = Callable[[list[Face], Picture, str], Face]
"""Whose picture it is, of the faces that were found; raises ``ImageError``."""


class Several(StrEnum):
    """What becomes of a picture that shows several faces of like size."""

    REFUSE = "refuse"
    CENTRAL = "central"
    LARGEST = "largest"


def prepare(
    item: EnrolmentItem,
    engine: Engine,
    images: Images,
    cancel: CancelToken,
    choose: Choose | None = None,
) -> Prepared:
    """Runs on the I/O lane; the detector takes its turn among the runs of all models.

    The original is kept before anything can refer to it. Raises ``ImageError``, ``Cancelled``.
    """
    path = Path(item.path)
    data = read_original(path)
    picture = images.decode(data, name=item.path, cancel=cancel)
    face = (choose or choice(Several.REFUSE))(
        engine.faces(picture.pixels, thorough=False), picture, item.path
    )
    _require_undamaged(picture, face, item.path)
    quality = engine.quality(picture.pixels, face)
    require_quality(quality, item.path)
    crop = engine.crop(picture.pixels, face)
    images.keep(data, picture)
    return Prepared(
        picture.media_type,
        len(data),
        picture.width,
        picture.height,
        picture.sha256,
        face,
        quality,
        crop,
        fingerprint(picture.pixels, face),
    )


def the_face(found: list[Face], path: str) -> Face:
    """The one face of a reference. Raises ``ImageError`` for none, or several of like size."""
    faces = sorted(found, key=lambda f: -f.box.width)
    if not faces:
        raise ImageError(
            ImageFault.NO_FACE,
            "no face was found.",
            subject=path,
            remedy="Choose a picture in which the face is visible and at least 20 pixels wide.",
        )
    if len(faces) > 1 and faces[0].box.width < DOMINANT * faces[1].box.width:
        raise ImageError(
            ImageFault.SEVERAL_FACES,
            f"{len(faces)} faces were found, and a reference must show one person.",
            subject=path,
            remedy="Pick the face in the gallery, or crop the picture to one person.",
        )
    return faces[0]


def _require_undamaged(picture: Picture, face: Face, path: str) -> None:
    """Raises ``ImageError``."""
    if picture.damage and picture.damage.touches(face):
        raise ImageError(
            ImageFault.LOW_QUALITY,
            "the file is damaged inside, and the damage may touch the face.",
            subject=path,
            remedy="Copy it again from its source, or choose another picture.",
        )


def choice(several: Several) -> Choose:
    """How the face of a reference is chosen."""

    def choose(found: list[Face], picture: Picture, path: str) -> Face:
        if several is Several.CENTRAL and found:
            return central(found, picture)
        if several is Several.LARGEST and found:
            return max(found, key=lambda face: face.inter_eye)
        return the_face(found, path)

    return choose


def central(faces: list[Face], picture: Picture) -> Face:
    """The face of most area less twice the squared distance of its centre from that of the picture,
    in px, as in the alignment of FaceNet (D. Sandberg, 2016): large faces win, unless they lie far
    out."""

    def centrality(face: Face) -> float:
        x = face.box.x + (face.box.width - picture.width) / 2
        y = face.box.y + (face.box.height - picture.height) / 2
        return face.box.width * face.box.height - 2 * (x * x + y * y)

    return max(faces, key=centrality)


def require_quality(quality: Quality, path: str) -> None:
    """Raises ``ImageError`` below ``FLOORS``."""
    missed = shortfalls(quality, FLOORS)
    if missed:
        small = missed[0].component is Component.INTER_EYE
        raise ImageError(
            ImageFault.TOO_SMALL if small else ImageFault.LOW_QUALITY,
            f"the face is {'; '.join(map(str, missed)).replace('policy', 'enrolment')}.",
            subject=path,
            remedy="Choose a better picture of this person.",
        )
