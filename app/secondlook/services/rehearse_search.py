"""One search of a rehearsal: made as a search of a case is, and nothing is offered to anyone."""

from dataclasses import dataclass, replace
from pathlib import Path

from secondlook.domain.cancel import CancelToken
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.faces import Face, Quality
from secondlook.domain.matching import Comparison, Templates
from secondlook.domain.photographs import Photograph
from secondlook.domain.pictures import as_damaged
from secondlook.domain.rehearsal import KEPT, LINES, Found, RehearsalSearch, SearchStatus
from secondlook.domain.searching import Findings, findings
from secondlook.services.images import Images
from secondlook.services.limits import limit_of, scores_at
from secondlook.services.matrices import LoadedGallery
from secondlook.services.prepare import the_face
from secondlook.storage.database import Connection
from secondlook.storage.hygiene import HeldReference
from secondlook.storage.rehearsals import RehearsalNote
from secondlook.vision.decode import Picture, Pixels, read_original
from secondlook.vision.engine import Engine
from secondlook.vision.fingerprint import fingerprint


@dataclass(frozen=True, slots=True)
class Looked:
    """A probe with its face. ``picture`` is without its pixels, ``crop`` what the model takes,
    ``fingerprint`` what tells copies of the photograph, ``template`` (D,) what the model made."""

    data: bytes
    picture: Picture
    face: Face
    quality: Quality
    crop: Pixels
    fingerprint: bytes
    template: Templates | None = None

    @property
    def photograph(self) -> Photograph:
        return Photograph(self.picture.sha256, self.face, self.fingerprint)


def look(path: str, engine: Engine, images: Images, cancel: CancelToken) -> Looked:
    """Runs on the I/O lane. Raises ``ImageError`` where a case would need a person to go on, and
    ``Cancelled``."""
    data = read_original(Path(path))
    picture = images.decode(data, name=path, cancel=cancel)
    faces = engine.faces(picture.pixels)
    try:
        face = the_face(faces, path)
    except ImageError as error:
        if error.fault is not ImageFault.SEVERAL_FACES:
            raise
        raise ImageError(
            error.fault,
            f"{len(faces)} faces were found, and nothing says which one is meant.",
            subject=path,
            remedy="Crop the picture to one person.",
        ) from error
    quality = as_damaged(engine.quality(picture.pixels, face), face, picture.damage)
    crop = engine.crop(picture.pixels, face)
    without = replace(picture, pixels=picture.pixels[:0].copy())
    return Looked(data, without, face, quality, crop, fingerprint(picture.pixels, face))


class Searcher:
    """One gallery with one engine. Raises ``ModelMismatch`` unless they belong together.

    ``model``: both models, as a search of a case has them on record.
    """

    def __init__(
        self,
        loaded: LoadedGallery,
        engine: Engine,
        references: list[HeldReference],
        model: dict[str, str],
    ) -> None:
        loaded.matrix.model.require(engine.model)
        self.loaded = loaded
        self.engine = engine
        self.model = model
        self._references = {r.reference_id: r for r in references}
        self._scales: dict[int, ConfidenceScale] = {}
        self._rows = {int(ref): i for i, ref in enumerate(loaded.matrix.reference_ids)}

    def row(self, planned: RehearsalSearch) -> int:
        """Of the reference that is left out, in the matrix."""
        assert planned.reference_id is not None
        return self._rows[planned.reference_id]

    def photograph(self, planned: RehearsalSearch) -> Photograph:
        """The reference that is left out, without its fingerprint."""
        assert planned.reference_id is not None
        reference = self._references[planned.reference_id]
        return Photograph(reference.original_sha256, reference.face)

    def _scale(self, persons: int) -> ConfidenceScale:
        """Of the gallery with so many persons in it; a probe's own is made of it by its scores.

        Kept: its bounds are the costly part, and the same for every probe.
        """
        if persons not in self._scales:
            calibration, curve = self.loaded.calibration, self.engine.reference_curve
            self._scales[persons] = ConfidenceScale(persons, calibration, curve)
        return self._scales[persons]

    def left_out(self, planned: RehearsalSearch) -> RehearsalSearch:
        """A reference against everybody else, and against its person's other references."""
        assert planned.reference_id is not None
        row, reference = self.row(planned), self._references[planned.reference_id]
        template = self.loaded.matrix.templates[row]
        made = replace(
            planned,
            probe_sha256=reference.original_sha256,
            face=reference.face,
            quality=reference.quality,
        )
        return self._searched(made, template, self.loaded.matrix.persons - 1, row)

    def probe(
        self, planned: RehearsalSearch, looked: Looked, template: Templates
    ) -> RehearsalSearch:
        """A probe that was looked at, with its template (D,)."""
        made = replace(
            planned,
            probe_sha256=looked.picture.sha256,
            face=looked.face,
            quality=looked.quality,
        )
        return self._searched(made, template, self.loaded.matrix.persons, None)

    def _searched(
        self, planned: RehearsalSearch, template: Templates, persons: int, left_out: int | None
    ) -> RehearsalSearch:
        """``persons`` in the gallery as searched; ``left_out``: the row that the probe is."""
        matrix = self.loaded.matrix
        scores = matrix.scores(template, self.engine.model)
        if left_out is not None:
            scores[left_out] = -1.0  # the lowest there is: as if it were not enrolled
        own = planned.person_id
        absent = findings(matrix, self._scale(persons), scores, own if planned.absent else None)
        others = [c for c in absent.candidates(KEPT + 1) if c.person_id != own][:KEPT]
        made = replace(
            planned,
            status=SearchStatus.SEARCHED,
            candidates=tuple(self._found(c, absent) for c in others),
        )
        if not planned.mated or own is None:
            return made
        present = findings(matrix, self._scale(matrix.persons), scores)
        column = present.column(own)
        score = float(present.best[column])
        return replace(
            made,
            true_rank=present.rank(column),
            true_score=score,
            true_confidence=present.confidence(score).value,
        )

    def _found(self, comparison: Comparison, searched: Findings) -> Found:
        reference = self._references[comparison.reference_id]
        stands = searched.confidence(comparison.score)
        return Found(
            comparison.person_id,
            reference.person_key,
            reference.display_name,
            comparison.reference_id,
            comparison.score,
            stands.value,
            stands.status,
        )

    # What goes with the rehearsal

    def note(self, db: Connection, persons: int) -> RehearsalNote:
        """Of the gallery with so many persons in it."""
        calibration, scale = self.loaded.calibration, self._scale(persons)
        curve = scale.reference
        sources = ["gallery"] * (calibration.pairs > 0) + ["model reference curve"] * bool(curve)
        return RehearsalNote(
            " and ".join(sources) or "none",
            calibration.persons,
            calibration.pairs,
            scale.ceiling,
            curve.cohort if curve else "",
            scores_at(scale, LINES),
            limit_of(db, self.loaded, scale, LINES),
        )
