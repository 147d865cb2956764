"""One search of a case, put on record: what it rests on, what it showed, and that it was a try."""

from dataclasses import dataclass

from secondlook.domain.confidence import ConfidenceScale
from secondlook.domain.errors import InputError
from secondlook.domain.impostors import BINS
from secondlook.domain.marks import people_needed
from secondlook.domain.matching import Comparison, margins
from secondlook.domain.policy import Policy
from secondlook.domain.records import CalibrationNote, Candidate, Case, Operator, Probe, Search
from secondlook.domain.searching import Findings, search
from secondlook.services.copies import Copies
from secondlook.services.declarations import unknown_of
from secondlook.services.engines import on_record, seal_search
from secondlook.services.limits import limit_of, scores_at
from secondlook.services.matrices import LoadedGallery
from secondlook.services.resemblance import FaceTemplates, Resemblance, keep
from secondlook.storage import (
    acts,
    derived,
    galleries,
    log,
    looks,
    marks,
    photographs,
    policies,
    questions,
    seals,
    searches,
    tries,
    unknowns,
)
from secondlook.storage.database import Connection
from secondlook.vision.engine import Engine

PICTURE_BINS = 100
"""Bins of the impostor distribution that goes with a search, for the bar beside a score."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``bound_by``: what binds the unknown as well, by the policy that it was first searched
    under."""

    search: Search
    candidates: list[Candidate]
    bound_by: tuple[Policy, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        own = self.search.policy
        return (own, *self.bound_by)


def _lines(policy: Policy) -> list[float]:
    """Confidences of interest, in percent."""
    return sorted({80.0, 90.0, 95.0, 99.0, policy.lead_confidence, policy.accept_confidence})


def look_for_limits(db: Connection, loaded: LoadedGallery, engine: Engine, policy: Policy) -> None:
    """Find the pairs that are in the way of a line before anything is locked: in a large gallery it
    takes seconds, once, and is remembered with the gallery."""
    scale = ConfidenceScale(loaded.matrix.persons, loaded.calibration, engine.reference_curve)
    limit_of(db, loaded, scale, _lines(policy))


def result_of(db: Connection, search_id: int) -> SearchResult:
    """As recorded; what binds the unknown, as it is now."""
    bound_by = questions.binding_policies(db, unknowns.of_search(db, search_id).photograph)
    return SearchResult(searches.get(db, search_id), searches.candidates(db, search_id), bound_by)


class SearchRecorder:
    """Inside the transaction of one search. The probe has a chosen face."""

    def __init__(
        self,
        db: Connection,
        operator: Operator,
        case: Case,
        probe: Probe,
        engine: Engine,
        loaded: LoadedGallery,
        copies: "Copies",
    ) -> None:
        self._db = db
        self._operator = operator
        self._case = case
        self._probe = probe
        self._engine = engine
        self._loaded = loaded
        self._copies = copies
        self._unknown = unknown_of(db, operator, probe)

    def record(self, templates: FaceTemplates) -> SearchResult:
        """Raises ``InputError`` where pairs of the gallery were judged anew meanwhile."""
        db, loaded, engine, case = self._db, self._loaded, self._engine, self._case
        _require_same_marks(db, loaded, people_needed(case.policy.examiners))
        plain = ConfidenceScale(loaded.matrix.persons, loaded.calibration, engine.reference_curve)
        alike = Resemblance(engine.model.sha256, templates, plain, case.policy)
        self._note_copies()
        self._link_lookalikes(alike)
        states = keep(db, self._unknown.id, engine.model.sha256, templates)
        persons = self._count_tries(alike)
        found = search(loaded.matrix, plain.among(persons), templates.chosen, engine.model)
        search_id = searches.add(
            db,
            operator=self._operator,
            purpose=case.purpose,
            policy_sha256=policies.keep(db, self._operator.username, case.policy),
            probe=self._probe,
            model=on_record(db, engine),
            provider=engine.provider,
            gallery=(
                loaded.summary.id, loaded.summary.name, loaded.matrix.persons, loaded.state
            ),
            calibration=self._note(found.scale),
        )  # fmt: skip
        searches.add_unknown(db, search_id, self._unknown.id)
        searches.add_calibration(db, search_id, found.scale.steps())
        self._add_candidates(search_id, found)
        seal_search(db, self._operator.username, search_id, case.policy, engine)
        payload = {"case": case.reference, "unknown": self._unknown.id, "compared": persons}
        log.record(db, self._operator.username, "search", search_id, payload, states)
        if self._operator.examines:
            acts.candidates_shown(db, search_id, self._operator)
        return result_of(db, search_id)

    def _note_copies(self) -> None:
        """What looks like one photograph is taken for one until two people disagree: unknowns
        share their dissents and N, persons their identity."""
        db, copies = self._db, self._copies
        for pair in (*copies.references, *copies.probes, *copies.persons):
            key = photographs.suspect(db, pair.one, pair.other, pair.found, pair.model)
            if key is not None:
                log.record(db, self._operator.username, "photograph suspicion", key, {})
        derived.refresh(db)
        self._unknown = unknowns.get(db, self._unknown.id)

    def _link_lookalikes(self, alike: Resemblance) -> None:
        """Other unknowns that this one resembles too much to be taken for somebody else."""
        db, mine, actor = self._db, self._unknown, self._operator.username
        for other in alike.unknowns(db, but=mine.id):
            if not unknowns.linked(db, mine.id, other):
                unknowns.link(db, mine.id, other, "suspected", actor)
        self._unknown = unknowns.get(db, mine.id)

    def _count_tries(self, alike: Resemblance) -> int:
        """N of the unknown with this search in it, as this case's policy counts."""
        db, unknown = self._db, self._unknown
        model, people = self._engine.model, self._loaded.matrix.person_ids.tolist()
        look_id = looks.note(db, self._loaded.summary.id, model, people)
        tries.count_rehearsed(db, unknown.id, self._probe.original_sha256)
        looks.count(db, unknown.id, self._copies.looked_at, alike.looked_at(db))
        tries.count(db, unknown.id, model.sha256, model.status, people)
        looks.searched(db, look_id, unknown.id)
        return tries.of(db, unknown.shown).persons(self._case.policy)

    def _add_candidates(self, search_id: int, found: Findings) -> None:
        """At most as many as the policy shows; the margin knows of one more."""
        limit = self._case.policy.max_candidates
        best = found.candidates(max(limit, 2))
        seals.require(self._db, "reference", *(c.reference_id for c in best))
        gaps = margins([c.score for c in best])
        for rank, (comparison, margin) in enumerate(zip(best, gaps, strict=True), 1):
            if rank <= limit:
                candidate = self._candidate(search_id, rank, comparison, margin, found)
                searches.add_candidate(self._db, candidate)

    def _candidate(
        self, search_id: int, rank: int, comparison: Comparison, margin: float, found: Findings
    ) -> Candidate:
        policy = self._case.policy
        reference = galleries.reference(self._db, comparison.reference_id)
        person = galleries.person(self._db, comparison.person_id)
        confidence = found.confidence(comparison.score, policy.accept_confidence)
        offered = confidence.value is None or confidence.value >= policy.lead_confidence
        return Candidate(
            0,
            search_id,
            rank,
            comparison.person_id,
            person["key"],
            person["display_name"],
            comparison.reference_id,
            reference.original_sha256,
            reference.face,
            reference.quality,
            comparison.score,
            margin,
            confidence,
            offered,
        )

    def _note(self, scale: ConfidenceScale) -> CalibrationNote:
        """What the confidences of this search rest on."""
        calibration, curve, policy = self._loaded.calibration, scale.reference, self._case.policy
        sources = ["gallery"] * (calibration.pairs > 0)
        sources += ["model reference curve"] * (curve is not None)
        histogram = calibration.histogram.reshape(PICTURE_BINS, BINS // PICTURE_BINS)
        total = max(calibration.comparisons, 1)
        lines = _lines(policy)
        return CalibrationNote(
            source=" and ".join(sources) or "none",
            persons=calibration.persons,
            comparisons=calibration.pairs,
            ceiling=scale.ceiling,
            reference_cohort=curve.cohort if curve else "",
            scores_at=scores_at(scale, lines),
            impostors=tuple(round(float(share), 9) for share in histogram.sum(axis=1) / total),
            left_out=tuple(sorted(self._loaded.same.pairs)),
            left_out_by_one=len(self._loaded.same.by_one),
            limit=limit_of(self._db, self._loaded, scale, lines),
            compared=scale.persons,
            moved=scale.lift / (BINS / 2),
            moved_by=scale.lifted.by.value,
        )


def _require_same_marks(db: Connection, loaded: LoadedGallery, people: int) -> None:
    """What the calibration leaves out must still be called one person when it goes on record."""
    now = marks.same_people(db, loaded.summary.id).left_out(people)
    if not (loaded.same.confirmed <= now.confirmed and loaded.same.by_one <= now.by_one):
        raise InputError(
            "Pairs of this gallery were judged anew while it was searched.", remedy="Search again."
        )
