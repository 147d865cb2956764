"""A real database with a searched case, without running a model: the numbers are chosen."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from secondlook import paths
from secondlook.bootstrap import open_application
from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.faces import Box, Face, Point, Quality
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.photographs import Photograph, SamePhotograph, Suspect
from secondlook.domain.policy import Policy
from secondlook.domain.records import (
    CalibrationNote,
    Candidate,
    ExaminationDraft,
    Operator,
    Search,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.engines import card_copy
from secondlook.services.images import Images
from secondlook.storage import (
    acts,
    cases,
    galleries,
    log,
    photographs,
    policies,
    searches,
    tries,
    trust,
    unknowns,
)
from secondlook.storage.database import Connection, insert, now
from secondlook.storage.originals import Originals
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.theme import Theme
from secondlook.vision.decode import decode
from tests.people import second_examiner
from tests.storage.plain_sql import seal_all

GOOD = Quality(80, 0.9, 0.95, 0.6, 5, 1, 0.9, 78, 5, 3, 0.99, 0.98, 0.9, 0.85, 2, 0)
SFACE, YUNET = "sface-2021dec", "yunet-2023mar"
NAMES = ("Alma Berg", "Bo Lindqvist", "Carla-Maximiliane von der Hohenburg-Löwenstein zu Rain")


def picture(seed: int, width: int = 240, height: int = 300) -> bytes:
    """A PNG with a face-like spot, different for each seed."""
    y, x = np.mgrid[:height, :width]
    noise = np.random.default_rng(seed).integers(0, 40, (height, width, 3))
    face = 150 * np.exp(-(((x - width / 2) / 60) ** 2 + ((y - height / 2) / 80) ** 2))
    pixels = np.clip(face[..., None] + noise + 20, 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def face_at(left: Point, right: Point) -> Face:
    (ax, ay), (bx, by) = left, right
    eye = bx - ax
    nose = ((ax + bx) / 2, ay + 0.6 * eye)
    mouth = ((ax, ay + eye), (bx, by + eye))
    box = Box(ax - 0.6 * eye, ay - 0.9 * eye, 2.2 * eye, 2.9 * eye)
    return Face(box, (left, right, nose, *mouth), 0.9)


FACE = face_at((84, 130), (156, 130))


@dataclass(frozen=True)
class Bench:
    """An open application and a search in it."""

    app: Application
    ann: Operator
    ben: Operator
    search: Search
    candidates: list[Candidate]

    def context(self, operator: Operator | None = None) -> Context:
        return Context(self.app, operator or self.ann, Theme.current(), Bridge())

    def examine(
        self, operator: Operator, conclusion: Conclusion, index: int = 0, **differing: Finding
    ) -> None:
        findings = {item.key: Finding.SIMILAR for item in CHECKLIST} | differing
        notes = {key: "Seen." for key, found in findings.items() if found is Finding.DIFFERENT}
        draft = ExaminationDraft(
            findings, conclusion, f"Seen by {operator.display_name}.",
            {"component_notes": notes} if notes else {},
            "2026-01-01T10:00:00.000+00:00",
        )  # fmt: skip
        self.app.review.commit(operator, self.candidates[index].id, draft)

    def another(self, username: str) -> Operator:
        """One more examiner, who has analysed the probe."""
        made = second_examiner(self.app, self.ann, username, username.title(), "a long password")
        self.app.review.analyse(made, self.search.id, "Frontal.")
        return made

    def suspect(self, index: int = 0) -> None:
        """The program finds that a candidate's reference looks like the probe's photograph."""
        search, candidate = self.search, self.candidates[index]
        with self.app.store.write() as db:
            key = photographs.suspect(
                db,
                Photograph(search.probe_sha256, search.probe_face),
                Photograph(candidate.reference_sha256, candidate.reference_face),
                Suspect(0, SamePhotograph.SUSPECTED, likeness=0.95),
                None,
            )
            assert key is not None
            log.record(db, self.ann.username, "photograph suspicion", key, {})

    def search_again(self, policy: Policy | None = None) -> "Bench":
        """The same probe in the same gallery, once more, now if under another policy."""
        with self.app.store.write() as db:
            row = next(db.query("SELECT * FROM searches WHERE id = ?", [self.search.id]))
            if policy is not None:
                sha256 = policies.keep(db, self.ann.username, policy)
                row |= {"policy_sha256": sha256, "at": now()}
            again = insert(db, "searches", {k: v for k, v in row.items() if k != "id"})
            unknown = unknowns.of_search(db, self.search.id)
            searches.add_unknown(db, again, unknown.id)
            sealed = next(
                db.query("SELECT * FROM search_trust WHERE search_id = ?", [self.search.id])
            )
            insert(db, "search_trust", sealed | {"search_id": again})
            for candidate in self.candidates:
                searches.add_candidate(db, replace(candidate, search_id=again))
        result = self.app.review.result(again)
        return replace(self, search=result.search, candidates=result.candidates)


def open_bench(
    folder: Path,
    policy_id: str = "high-stakes",
    *,
    change: Callable[[Policy], Policy] = lambda policy: policy,
    confidence: float | None = 99.7,
    pictures: list[tuple[bytes, Face]] | None = None,
    names: tuple[str, ...] = NAMES,
    analysed: bool = True,
) -> Bench:
    """``pictures``: the probe's, then one for each name; faces drawn by numpy if not given.

    ``analysed``: both examiners have analysed the probe, so that its candidates are shown to them.
    """
    database = folder / "bench.db"
    app = open_application(database)
    ann = app.accounts.create_first("ann", "Ann Examiner", "a long password")
    ben = second_examiner(app, ann, "ben", "Ben Second", "a long password")
    policy = change(app.policies.get(policy_id))
    case = app.cases.open(ann, "C-2026-014", policy.permitted_purposes[0], "Order 7/2026", policy)
    images = Images(app.store, Originals(paths.originals_of(database)), app.decoder)
    given = pictures or [(picture(seed), FACE) for seed in range(len(names) + 1)]
    kept = [_keep(app, images, data) for data, _ in given]
    with app.store.write() as db:
        gallery = galleries.add(db, "Portraits", "folder", ModelIdentity("sface", "1", "0" * 64))
        recogniser, detector = (card_copy(app.models.card(n)) for n in (SFACE, YUNET))
        models = (recogniser.model_sha256, detector.model_sha256)
        search_id = _search(db, case.id, ann, policy, kept[0], given[0][1], models)
        trust.seal_search(db, ann.username, search_id, policy, recogniser, detector)
        _ask(db, search_id, kept[0], given[0][1], models[0], (ann, ben) if analysed else ())
        for rank, name in enumerate(names, 1):
            person = galleries.person_for(db, gallery, f"P{rank:03}", name, {})
            sha256, face = kept[rank], given[rank][1]
            reference = galleries.add_reference(
                db, person, sha256, f"/portraits/{name}.png", face, GOOD
            )
            value = None if confidence is None else max(confidence - 8 * (rank - 1), 60.0)
            searches.add_candidate(
                db,
                Candidate(
                    0, search_id, rank, person, f"P{rank:03}", name, reference, sha256, face, GOOD,
                    0.71 - 0.1 * rank, 0.1 if rank == 1 else -0.1 * rank,
                    _confidence(value), True,
                ),
            )  # fmt: skip
        seal_all(db)
    result = app.review.result(search_id)
    return Bench(app, ann, ben, result.search, result.candidates)


def _ask(
    db: Connection,
    search_id: int,
    sha256: str,
    face: Face,
    model: str,
    analysed: tuple[Operator, ...],
) -> None:
    """Make it a question, with 450 people compared."""
    unknown = unknowns.note(db, sha256, face, "ada")
    searches.add_unknown(db, search_id, unknown.id)
    tries.count(db, unknown.id, model, "full", range(-450, 0))
    for operator in analysed:
        acts.analyse(db, unknown.id, operator.id, "Frontal, evenly lit.")


def _confidence(value: float | None) -> Confidence:
    if value is None:
        return Confidence(None, ConfidenceStatus.NOT_MEASURABLE, 0.01, 4.5)
    share = 1 - value / 100
    return Confidence(value, ConfidenceStatus.MEASURED, share / 450, share)


def _keep(app: Application, images: Images, data: bytes) -> str:
    decoded = decode(data, name="test")
    images.keep(data, decoded)
    with app.store.write() as db:
        images.note(db, len(data), decoded)
    return decoded.sha256


def _search(
    db: Connection,
    case_id: int,
    by: Operator,
    policy: Policy,
    sha256: str,
    face: Face,
    models: tuple[str, str],
) -> int:
    probe_id = cases.add_probe(db, case_id, by.id, sha256, "cctv-2026-03-14.png", [face], [GOOD])
    cases.declare(db, probe_id, ProbeOrigin.PHOTOGRAPH, "Frontal, evenly lit.")
    return searches.add(
        db,
        operator=by,
        purpose=policy.permitted_purposes[0],
        policy_sha256=policies.keep(db, by.username, policy),
        probe=cases.probe(db, probe_id),
        model={
            "name": SFACE, "version": "2021dec", "sha256": models[0], "status": "full",
            "detector": YUNET, "detector_sha256": models[1], "detector_status": "full",
        },
        provider="CPUExecutionProvider",
        gallery=(1, "Portraits", 450, "f" * 64),
        calibration=CalibrationNote("gallery and model reference curve", 450, 101025, 99.9),
    )  # fmt: skip
