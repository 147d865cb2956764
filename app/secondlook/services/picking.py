"""Pictures of a gallery's list that show several faces: somebody picks whose picture it is.

They wait on the list as failed for that reason, so that they are there after a restart.
"""

from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import ImageError, ImageFault, InputError
from secondlook.domain.faces import Face
from secondlook.domain.photographs import overlap
from secondlook.domain.records import EnrolmentItem, EnrolmentStatus, Operator
from secondlook.jobs.lanes import Lanes
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.enrol import Enrolment, add_reference, require_model
from secondlook.services.images import Images, PixelData, pixel_data
from secondlook.services.prepare import Prepared, prepare
from secondlook.storage import derived, enrolments, galleries, log
from secondlook.storage.database import Connection, Store
from secondlook.vision.decode import Picture, read_original


@dataclass(frozen=True, slots=True)
class SeveralFaces:
    """A picture that waits, from left to right its faces; ``sha256``: which file was looked at."""

    item: EnrolmentItem
    sha256: str
    pixels: PixelData
    faces: tuple[Face, ...]


class Picking:
    """``look`` and ``pick`` run on the I/O lane, and wait for the models there."""

    def __init__(
        self, store: Store, images: Images, engines: Engines, enrolment: Enrolment, lanes: Lanes
    ) -> None:
        self._store = store
        self._images = images
        self._engines = engines
        self._enrolment = enrolment
        self._lanes = lanes

    def waiting(self, gallery_id: int) -> list[EnrolmentItem]:
        db = self._store.read()
        return enrolments.items(db, gallery_id, EnrolmentStatus.FAILED, ImageFault.SEVERAL_FACES)

    def look(self, item: EnrolmentItem) -> SeveralFaces:
        """Raises ``ImageError`` for a file that is gone or cannot be read any more."""
        engine = self._lanes.inference.submit(self._engines.current).result()
        picture = self._images.decode(read_original(Path(item.path)), name=item.path)
        faces = engine.faces(picture.pixels, thorough=False)
        return SeveralFaces(item, picture.sha256, pixel_data(picture), tuple(_from_the_left(faces)))

    def pick(self, operator: Operator, seen: SeveralFaces, number: int) -> int:
        """Enrol the face of this number (from 0) for the picture's person. Returns the reference.

        Raises ``InputError`` where the picture does not wait any more, ``ImageError`` where the
        file is another one by now, the face is below the floors of enrolment or enrolled already,
        and ``ModelMismatch``.
        """
        require(self._store.read(), operator, Act.ENROL)
        item, wanted = seen.item, seen.faces[number]
        engine = self._lanes.inference.submit(self._engines.current).result()
        summary = self._enrolment.adopt(operator, item.gallery_id, engine)

        def choose(found: list[Face], picture: Picture, path: str) -> Face:
            if picture.sha256 != seen.sha256 or wanted not in found:
                raise ImageError(
                    ImageFault.SEVERAL_FACES,
                    "it is not what was looked at any more.",
                    subject=path,
                    remedy="Look at it again.",
                )
            return wanted

        made = prepare(item, engine, self._images, CancelToken(), choose)
        template = self._lanes.inference.submit(engine.templates, [made.crop]).result()[0]
        with self._store.write() as db:
            require(db, operator, Act.ENROL)
            require_model(summary.name, galleries.model_of(db, summary.id), engine.model)
            _refuse_enrolled(db, item, made)
            if not enrolments.picked(db, item.id):
                raise InputError("This picture does not wait for a face any more.")
            fingerprints, reference = add_reference(db, summary, item, made, template)
            galleries.touch(db, summary.id)
            payload = {"gallery": summary.id, "reference": reference, "face": number + 1,
                       "faces": len(seen.faces)}  # fmt: skip
            states = {"fingerprint": fingerprints, "reference": [reference]}
            log.append(db, operator.username, "face picked", summary.name, payload, states=states)
            derived.refresh(db)
        return reference


def _from_the_left(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: face.box.x + face.box.width / 2)


def _refuse_enrolled(db: Connection, item: EnrolmentItem, made: Prepared) -> None:
    """A picture of two people may stand for both, each with their own face."""
    for reference in galleries.references_of_file(db, item.gallery_id, made.sha256):
        if overlap(reference.face.box, made.face.box):
            name = galleries.person(db, reference.person_id)["display_name"]
            raise ImageError(
                ImageFault.DUPLICATE,
                f"this face is enrolled already, for {name}.",
                subject=item.path,
                remedy="Pick another face, or correct the person.",
            )
