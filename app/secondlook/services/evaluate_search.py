"""Identification, measured with probes of people who are in a gallery and of people who are not.

The gallery is made in memory, by the rules of enrolment; scores become confidences as they do in
the program's own search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken, ProgressCallback
from secondlook.domain.errors import ImageFault, InputError
from secondlook.domain.matching import GalleryMatrix, ModelIdentity
from secondlook.domain.measures import Integers, Share
from secondlook.domain.names import Numbers
from secondlook.domain.photographs import suspects
from secondlook.jobs.lanes import Lanes
from secondlook.services.case_probes import CaseProbes
from secondlook.services.evaluate import (
    NO_CASES,
    Acquired,
    FaceChoice,
    Failure,
    Look,
    acquire,
    as_probe,
    as_reference,
)
from secondlook.services.evaluate_searches import LINES, Identification, MatedProbes, Searches
from secondlook.services.limits import sentence
from secondlook.services.planning import Plan
from secondlook.services.planning_notes import notes as planning_notes
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.engine import Engine

SEARCH_FAILURES = (
    "FPIR is of the searches made. A mated probe that failed, or whose person could not be "
    "enrolled, is a miss: at every rank and every line."
)


@dataclass(frozen=True, slots=True)
class ProbeSet:
    """One folder of probes. ``used``: those that count; ``searched``: those with a template, and
    a person if they are mated. ``not_enrolled``: the person is known, but gave no reference.
    ``left_out``: the same photograph as a reference; they are in no other count.
    """

    used: int
    searched: int
    several: int
    not_enrolled: int
    failures: tuple[Failure, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class SearchReport:
    """``persons``, ``references``: enrolled, of all that the source names."""

    detector: ModelIdentity
    choice: FaceChoice
    persons: Share
    references: Share
    gallery_failures: tuple[Failure, ...]
    mated: ProbeSet | None
    absent: ProbeSet | None
    notes: tuple[str, ...]
    recognisers: tuple[Identification, ...]


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What is to be searched: three folders or tables, read as enrolment reads a gallery."""

    gallery: Plan
    mated: Plan | None
    absent: Plan | None


@dataclass(frozen=True, slots=True)
class _Images:
    """Image files and whom they show, as numbers of the gallery's persons."""

    paths: tuple[Path, ...]
    persons: Integers


@dataclass(frozen=True, slots=True)
class _Data:
    """``mated`` holds only those whose person the gallery names; ``notes`` tell of the others."""

    gallery: _Images
    mated: _Images | None
    absent: _Images | None
    names: tuple[str, ...]
    notes: tuple[str, ...]


def evaluate_search(
    plan: SearchPlan,
    engines: Sequence[Engine],
    choice: FaceChoice,
    lanes: Lanes,
    decoder: Decoder,
    cancel: CancelToken,
    progress: ProgressCallback,
    cases: CaseProbes = NO_CASES,
) -> SearchReport:
    """Search for every probe with each recogniser, but for the probes of ``cases``. Call outside
    the lanes.

    Raises ``InputError`` when nobody could be enrolled, no mated probe names a person of the
    gallery or all that was to be searched are probes of cases, ``ModelError`` and ``Cancelled``.
    """
    data = _data(plan)

    def found(images: _Images | None, look: Look, what: str) -> Acquired | None:
        if images is None:
            return None
        return acquire(
            images.paths, engines, look, lanes, decoder, cancel, progress, what=what, cases=cases
        )

    gallery = found(data.gallery, as_reference, "gallery")
    assert gallery is not None
    gallery = _without_duplicates(data.gallery, gallery)
    enrolled = data.gallery.persons[gallery.usable]
    if not len(enrolled):
        failure = gallery.failures[0]
        raise InputError(f"nobody could be enrolled: {failure.reason}", subject=failure.path)
    mated = _probes(data.mated, found(data.mated, as_probe(choice), "mated probes"), gallery)
    absent = _probes(data.absent, found(data.absent, as_probe(choice), "absent probes"), gallery)
    _require_other_than_cases(mated, absent)
    recognisers = []
    for k, engine in enumerate(engines):
        references = gallery.templates[k][gallery.usable]
        searches = Searches(engine, references, enrolled, data.names, cancel, progress)
        recognisers.append(
            searches.measured(
                _mated_probes(mated, k, searches.matrix),
                absent.found.templates[k][absent.found.usable] if absent else None,
            )
        )
    return SearchReport(
        engines[0].detector_identity,
        choice,
        Share(len(np.unique(enrolled)), plan.gallery.persons),
        Share(len(enrolled), len(data.gallery.paths)),
        gallery.failures,
        _probe_set(mated, enrolled),
        _probe_set(absent, None),
        (
            *data.notes,
            *_repeats(mated, "mated"),
            *_repeats(absent, "absent"),
            *_limits(recognisers),
        ),
        tuple(recognisers),
    )


def _require_other_than_cases(*sets: "_Probes | None") -> None:
    found = [probes.found for probes in sets if probes]
    of_cases = [f for one in found for f in one.failures if f.fault is ImageFault.CASE_PROBE]
    if of_cases and not any(one.usable.any() for one in found):
        raise InputError(
            of_cases[0].reason,
            subject=of_cases[0].path,
            remedy="Search it in its case, and use pictures of other people here.",
        )


def _limits(recognisers: Sequence[Identification]) -> Iterator[str]:
    """Who looks enrolled twice, by each recogniser that says so."""
    for found in recognisers:
        told = sentence(found.ceiling, found.scores_at, found.limit, LINES[-1])
        if told:
            yield f"{found.model.name}: {told}"


def _data(plan: SearchPlan) -> _Data:
    keys = sorted({image.person_key for image in plan.gallery.images})
    numbers = Numbers({key: i for i, key in enumerate(keys)})
    gallery = _images(plan.gallery, numbers)
    notes = []
    mated = absent = None
    if plan.mated:
        known = [image for image in plan.mated.images if numbers.of(image.person_key) is not None]
        mated = _images(Plan(tuple(known)), numbers)
        strange = [i.path for i in plan.mated.images if numbers.of(i.person_key) is None]
        if not known:
            raise InputError(
                "no mated probe has the name of a person of the gallery.",
                subject=strange[0],
                remedy="Name each file, or its folder, as the person is named in the gallery.",
            )
        if strange:
            notes.append(
                f"{len(strange)} of the mated probes name nobody of the gallery and are left out, "
                f"the first of them {strange[0]}."
            )
    if plan.absent:
        absent = _Images(tuple(Path(i.path) for i in plan.absent.images), np.empty(0, np.int64))
        names = [i.path for i in plan.absent.images if numbers.of(i.person_key) is not None]
        if names:
            notes.append(
                f"{len(names)} of the absent probes bear the name of a person of the gallery, the "
                f"first of them {names[0]}: if they show that person, FPIR is too high."
            )
    for planned in filter(None, (plan.gallery, plan.mated, plan.absent)):
        notes += planning_notes(planned)
    return _Data(gallery, mated, absent, tuple(keys), tuple(notes))


def _images(plan: Plan, numbers: Numbers) -> _Images:
    persons = [numbers.of(image.person_key) for image in plan.images]
    paths = tuple(Path(image.path) for image in plan.images)
    return _Images(paths, np.array(persons, dtype=np.int64))


def _without_duplicates(images: _Images, found: Acquired) -> Acquired:
    """Enrolment refuses a file that is enrolled already; so does this."""
    usable, failures, seen = found.usable.copy(), list(found.failures), set[str]()
    for row in np.flatnonzero(found.usable).tolist():
        photograph = found.photographs[row]
        assert photograph is not None, "a usable image"
        if photograph.sha256 in seen:
            usable[row] = False
            reason = "the same file is enrolled already."
            failures.append(Failure(str(images.paths[row]), ImageFault.DUPLICATE, reason))
        seen.add(photograph.sha256)
    return replace(found, usable=usable, failures=tuple(failures))


@dataclass(frozen=True, slots=True)
class _Probes:
    """Probes that count, and how many do not, because a reference is the same photograph."""

    images: _Images
    found: Acquired
    left_out: int


def _probes(images: _Images | None, found: Acquired | None, gallery: Acquired) -> _Probes | None:
    """The first recogniser's templates say what may be a copy."""
    if images is None or found is None:
        return None
    rows = np.flatnonzero(gallery.usable)
    enrolled = [p for row in rows.tolist() if (p := gallery.photographs[row]) is not None]
    counts = np.ones(len(found.usable), np.bool_)
    for row in np.flatnonzero(found.usable).tolist():
        photograph = found.photographs[row]
        scores = gallery.templates[0][rows] @ found.templates[0][row]
        counts[row] = photograph is None or not suspects(photograph, enrolled, scores)
    kept = np.flatnonzero(counts).tolist()
    return _Probes(
        _Images(tuple(images.paths[row] for row in kept), _persons(images, counts)),
        replace(
            found,
            templates=tuple(made[counts] for made in found.templates),
            usable=found.usable[counts],
            photographs=tuple(found.photographs[row] for row in kept),
        ),
        int(np.sum(~counts)),
    )


def _persons(images: _Images, counts: npt.NDArray[np.bool_]) -> Integers:
    """Of absent people nobody knows who they are."""
    return images.persons[counts] if len(images.persons) else images.persons


def _mated_probes(probes: _Probes | None, k: int, matrix: GalleryMatrix) -> MatedProbes | None:
    if probes is None:
        return None
    persons, found = probes.images.persons, probes.found
    counted = found.usable & np.isin(persons, matrix.person_ids)
    own = np.searchsorted(matrix.person_ids, persons[counted]).astype(np.int64)
    return MatedProbes(found.templates[k][counted], own, len(counted))


def _probe_set(probes: _Probes | None, enrolled: Integers | None) -> ProbeSet | None:
    if probes is None:
        return None
    found, persons = probes.found, probes.images.persons
    lost = 0 if enrolled is None else int(np.sum(found.usable & ~np.isin(persons, enrolled)))
    return ProbeSet(
        len(found.usable),
        int(found.usable.sum()) - lost,
        found.several,
        lost,
        found.failures,
        probes.left_out,
    )


def _repeats(probes: _Probes | None, what: str) -> Iterator[str]:
    """A probe that is the photograph of a reference measures nothing."""
    if probes and probes.left_out:
        yield (
            f"{probes.left_out} of the {what} probes are, or seem to be, the same photograph as a "
            "reference: left out."
        )
