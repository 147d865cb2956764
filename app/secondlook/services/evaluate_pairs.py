"""Verification, measured on labelled pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken, ProgressCallback
from secondlook.domain.errors import InputError
from secondlook.domain.matching import ModelIdentity, Templates
from secondlook.domain.measures import (
    DetPoints,
    OperatingPoint,
    Share,
    accuracy_over_folds,
    best_threshold,
    det_points,
    equal_error_rate,
    tar_at_fmr,
    thinned,
)
from secondlook.jobs.lanes import Lanes
from secondlook.services.case_probes import CaseProbes
from secondlook.services.evaluate import NO_CASES, Acquired, FaceChoice, Failure, acquire, as_probe
from secondlook.services.evaluate_pairs_file import PairsFile
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.engine import Engine

RATES = (1e-2, 1e-3, 1e-4)
PAIRS_FAILURES = (
    "A pair with an image that failed has no score, and the rates are of the comparisons that were "
    "made. Where failures are counted in, every such pair is refused: a miss if it shows one "
    "person, right if it shows two."
)
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of right answers, the mean over the folds, and its standard error.

    A fold in which failures left no pair of a kind is not among ``folds``.
    """

    mean: float
    standard_error: float
    folds: int


@dataclass(frozen=True, slots=True)
class TarAtFar:
    """``tar``: of the mated pairs compared; ``tar_refused``: of all, failures counted in.

    ``resolved`` is False when there are too few impostor pairs to show a rate so small: the
    threshold then lies just above the highest of them.
    """

    far: float
    point: OperatingPoint
    tar: Share
    tar_refused: Share
    resolved: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """One recogniser. Accuracies are None when there are too few pairs for two folds."""

    model: ModelIdentity
    provider: str
    accuracy: Accuracy | None
    accuracy_refused: Accuracy | None
    threshold: float
    eer: float
    tars: tuple[TarAtFar, ...]
    det: DetPoints


@dataclass(frozen=True, slots=True)
class PairsReport:
    """``mated``, ``impostors``: pairs compared, of all pairs of that kind in the file."""

    pairs: PairsFile
    detector: ModelIdentity
    choice: FaceChoice
    mated: Share
    impostors: Share
    several: int
    with_itself: int
    failures: tuple[Failure, ...]
    recognisers: tuple[Verification, ...]


def evaluate_pairs(
    pairs: PairsFile,
    engines: Sequence[Engine],
    choice: FaceChoice,
    lanes: Lanes,
    decoder: Decoder,
    cancel: CancelToken,
    progress: ProgressCallback,
    cases: CaseProbes = NO_CASES,
) -> PairsReport:
    """Compare all pairs with each recogniser, but for the probes of ``cases``. Call outside the
    lanes.

    Raises ``ModelError``, ``Cancelled``, and ``InputError`` when failures leave no pair of a kind.
    """
    found = acquire(
        pairs.images, engines, as_probe(choice), lanes, decoder, cancel, progress, cases=cases
    )
    made = found.usable[pairs.first] & found.usable[pairs.second]
    for kind, which in (("one person", pairs.same), ("two people", ~pairs.same)):
        if not np.any(made & which):
            raise _nothing_left(pairs, kind, found)
    recognisers = []
    for engine, templates in zip(engines, found.templates, strict=True):
        cancel.poll()
        scores = pair_scores(templates, pairs)
        recognisers.append(verification(pairs, scores, made, engine.model, engine.provider))
    return PairsReport(
        pairs,
        engines[0].detector_identity,
        choice,
        Share(int(np.sum(made & pairs.same)), int(pairs.same.sum())),
        Share(int(np.sum(made & ~pairs.same)), int((~pairs.same).sum())),
        found.several,
        int(np.sum(pairs.first == pairs.second)),
        found.failures,
        tuple(recognisers),
    )


def verification(
    pairs: PairsFile,
    scores: npt.NDArray[np.float32],
    made: npt.NDArray[np.bool_],
    model: ModelIdentity,
    provider: str,
) -> Verification:
    """Of one recogniser's scores (P,); those not ``made`` are ignored, or counted as refused."""
    mated, impostors = scores[made & pairs.same], scores[made & ~pairs.same]
    refused = np.where(made, scores, -np.inf)
    return Verification(
        model,
        provider,
        _accuracy(scores[made], pairs.same[made], pairs.folds[made]),
        _accuracy(refused, pairs.same, pairs.folds),
        best_threshold(mated, impostors),
        equal_error_rate(mated, impostors),
        tuple(_tar(mated, impostors, rate, int(pairs.same.sum())) for rate in RATES),
        thinned(det_points(mated, impostors)),
    )


def pair_scores(templates: Templates, pairs: PairsFile) -> npt.NDArray[np.float32]:
    """The cosine of each pair (P,), block by block."""
    scores = np.empty(len(pairs.first), dtype=np.float32)
    for start in range(0, len(scores), _BLOCK):
        part = slice(start, start + _BLOCK)
        one, other = templates[pairs.first[part]], templates[pairs.second[part]]
        scores[part] = np.clip(np.einsum("ij,ij->i", one, other), -1, 1)
    return scores


def _accuracy(
    scores: npt.NDArray[np.floating], same: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64]
) -> Accuracy | None:
    judged = len(np.intersect1d(folds[same], folds[~same]))
    if judged < 2:
        return None
    found = accuracy_over_folds(scores[same], scores[~same], folds[same], folds[~same])
    return Accuracy(*found, judged)


def _tar(
    mated: npt.NDArray[np.float32], impostors: npt.NDArray[np.float32], far: float, every: int
) -> TarAtFar:
    point = tar_at_fmr(mated, impostors, far)
    found = point.true_matches
    resolved = round(far * len(impostors), 9) >= 1
    return TarAtFar(far, point, Share(found, len(mated)), Share(found, every), resolved)


def _nothing_left(pairs: PairsFile, kind: str, found: Acquired) -> InputError:
    first = found.failures[0]
    return InputError(
        f"no pair of {kind} could be compared: {len(found.failures)} images failed, the first of "
        f"them {first.path}: {first.reason}",
        subject=str(pairs.path),
        remedy="Check the images, or choose another detector.",
    )
