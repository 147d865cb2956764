"""Whom else the unknown of a search shows, as far as templates say: other unknowns, and faces that
were compared with others outside any case. What they were compared with is a try of this one too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from secondlook.domain.cancel import CancelToken
from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.errors import IntegrityError
from secondlook.domain.faces import Face
from secondlook.domain.matching import Templates
from secondlook.domain.policy import Policy
from secondlook.services.images import Images
from secondlook.storage import log, looks, seals, unknowns
from secondlook.storage.database import Connection, Store
from secondlook.vision.decode import Pixels
from secondlook.vision.engine import Engine

SAME_PERSON_FMR = 1e-4
"""Two faces that score so high that fewer of 10,000 strangers do are assumed to show one person:
they share N, of two unknowns until two people say otherwise. A wrong assumption costs confidence,
never lends it."""

FALSE_LINKS = 0.1
"""Strangers that a new unknown may be expected to be linked with, however many there are: without
it, thousands of unknowns would in the end all hang together.

As far as so few can be told: where a model has no reference curve, a gallery of M people tells no
rate below some 3 / M^2, with 40 people 1 in 550. The highest scores are linked there all the same,
or a second frame would be a fresh start. It costs honest work: of 550 unknowns each new one is
linked with a stranger, N grows by whom those were compared with, and confidence falls, until two
people part them."""


@dataclass(frozen=True, slots=True)
class FaceTemplates:
    """Of one face, each (D,): of what the detector sees, and of points placed by hand there."""

    seen: Templates
    placed: Templates | None = None

    @property
    def chosen(self) -> Templates:
        """Of the face as somebody chose it: what a search compares."""
        return self.seen if self.placed is None else self.placed

    def scores(self, known: Templates, *, placed: bool) -> Templates:
        """With others (n, D). Points placed on two pictures are not compared: placed beside a face
        they make templates by which strangers resemble each other."""
        scores: Templates = known @ self.seen
        if self.placed is not None and not placed:
            scores = np.maximum(scores, known @ self.placed)
        return scores


def templates_of(engine: Engine, pixels: Pixels, face: Face) -> FaceTemplates:
    seen = engine.template(pixels, face.seen)
    return FaceTemplates(seen, None if face.seen is face else engine.template(pixels, face))


def keep(
    db: Connection, unknown_id: int, model_sha256: str, *made: FaceTemplates
) -> dict[str, list[int]]:
    """The states that the caller's act has to seal."""
    kinds = {
        "unknown template": [one.seen for one in made],
        "placed template": [one.placed for one in made if one.placed is not None],
    }
    for kind, vectors in kinds.items():
        seals.require(db, kind, unknown_id)
        for vector in vectors:
            placed = kind == "placed template"
            unknowns.keep_template(db, unknown_id, model_sha256, vector, placed=placed)
    return {kind: [unknown_id] for kind, vectors in kinds.items() if vectors}


def complete(store: Store, images: Images, engine: Engine, cancel: CancelToken) -> None:
    """Make and keep templates, from the originals, of every unknown that was compared with anybody
    but never seen by this model: otherwise another model would be a fresh start.

    Once for each model, and some tenths of a second for each unknown; cancelled, what was made
    stays. Runs on the inference lane. Raises ``Cancelled``.
    """
    sha256 = engine.model.sha256
    for unknown in unknowns.without_template(store.read(), sha256):
        cancel.poll()
        places = unknowns.places(store.read(), unknown)
        try:
            pixels = images.picture(places[0].sha256).pixels
        except IntegrityError:  # gone or altered
            continue
        made = [templates_of(engine, pixels, place.face) for place in places]
        with store.write() as db:
            states, subject = keep(db, unknown, sha256, *made), f"unknown {unknown}"
            log.append(db, log.PROGRAM, "unknown template made", subject, {}, states=states)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What a model says of one face, with the calibration of the gallery that is searched."""

    model_sha256: str
    templates: FaceTemplates
    scale: ConfidenceScale
    policy: Policy

    def unknowns(self, db: Connection, but: int) -> list[int]:
        """Other unknowns than ``but`` that are too alike to be somebody else."""
        known = [k for k in unknowns.templates(db, self.model_sha256) if k.unknown_id != but]
        strangers = len({k.unknown_id for k in known})
        found = {
            some[row].unknown_id
            for placed in (False, True)
            if (some := [k for k in known if k.placed is placed])
            for row in self._alike([k.vector for k in some], strangers, placed=placed)
        }
        return sorted(found)

    def looked_at(self, db: Connection) -> list[looks.FaceKey]:
        """Faces that were compared with others outside any case, and are as alike."""
        known = looks.templates(db, self.model_sha256)
        if not known:
            return []
        keys = [(k.sha256, k.face) for k in known]
        rows = self._alike([k.vector for k in known], len(set(keys)), placed=False)
        return [keys[row] for row in rows]

    def _alike(self, known: list[Templates], strangers: int, *, placed: bool) -> Iterator[int]:
        scores = self.templates.scores(np.stack(known), placed=placed)
        line = self._line(strangers)
        for row in np.argsort(-scores, kind="stable").tolist():
            if self.scale.fmr_upper(float(scores[row]))[0] > line:
                return
            yield row

    def _line(self, strangers: int) -> float:
        """The FMR at and below which two faces are taken for one person. A line below what can be
        told would link nobody; where too little can be told to offer anybody, nobody is."""
        resolved, _ = self.scale.fmr_upper(1.0)
        offers = self.scale.ceiling >= self.policy.lead_confidence
        line = min(SAME_PERSON_FMR, FALSE_LINKS / max(strangers, 1))
        return max(line, resolved) if offers else line
