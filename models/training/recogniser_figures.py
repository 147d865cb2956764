"""What one recogniser does on a gallery with probes: figures for a table, each with its counts.

Pairs are all pairs of two pictures, without the probes that may repeat a gallery photograph and
without pairs of two probes of one person, which nobody has checked to be different photographs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from congress_pictures import CONDITIONS, Embedded, Mask, Picture
from secondlook.domain.measures import (
    best_threshold_accuracy,
    equal_error_rate,
    point_at,
    ranks,
    tar_at_fmr,
)
from secondlook.vision.sessions import Tensor

SEED = 2024
MOST_PAIRS = 3000  # of each kind in the accuracy, as in Labeled Faces in the Wild
STRICT = 1e-3  # the FMR at which spoilt probes and groups are compared
RATES = {"1e-3": STRICT, "1e-4": 1e-4}


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: ``value`` as it is, or as the share ``count`` of ``of``; None: not defined."""

    what: str
    value: float | None
    count: int | None = None
    of: int | None = None

    @classmethod
    def share(cls, what: str, count: int, of: int) -> "Figure":
        return cls(what, count / of if of else None, count, of)

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        if self.of is None:
            return f"{self.value:.4f}"
        return f"{100 * self.value:.4g} % ({self.count} of {self.of})"


@dataclass(frozen=True)
class Data:
    """The pictures, which of them show a person whose portraits no training saw, and templates."""

    pictures: list[Picture]
    held_out: Mask
    embedded: Embedded

    def of(self, *kinds: str) -> Mask:
        return np.array([picture.kind in kinds for picture in self.pictures])

    @property
    def persons(self) -> npt.NDArray[np.str_]:
        return np.array([picture.person for picture in self.pictures])


@dataclass(frozen=True)
class Pairs:
    """Indices of the two pictures of each pair, and whether they show one person."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    mated: Mask

    @classmethod
    def of(cls, data: Data) -> "Pairs":
        used = np.flatnonzero(data.embedded.acquired[0] & ~data.of("unsure"))
        first, second = (used[side] for side in np.triu_indices(len(used), 1))
        same = data.persons[first] == data.persons[second]
        gallery = data.of("gallery")
        kept = ~same | gallery[first] | gallery[second]
        return cls(first[kept], second[kept], same[kept])

    def scores(self, templates: Tensor) -> npt.NDArray[np.float32]:
        every = templates[0] @ templates[0].T
        return np.asarray(every[self.first, self.second], np.float32)


def verification(scores: npt.NDArray[np.float32], pairs: Pairs) -> list[Figure]:
    mated, impostors = scores[pairs.mated], scores[~pairs.mated]
    figures = []
    for label, rate in RATES.items():
        point = tar_at_fmr(mated, impostors, rate)
        figures += [
            Figure.share(f"TAR at FMR {label}", point.true_matches, point.mated),
            Figure.share(f"false matches at FMR {label}", point.false_matches, point.impostors),
            Figure(f"score at FMR {label}", point.threshold),
        ]
    figures.append(Figure("equal error rate", equal_error_rate(mated, impostors)))
    rng = np.random.default_rng(SEED)
    size = min(MOST_PAIRS, len(mated), len(impostors))
    same, different = (rng.choice(kind, size, replace=False) for kind in (mated, impostors))
    accuracy, error = best_threshold_accuracy(same, different)
    figures.append(Figure(f"10-fold accuracy on {size} + {size} pairs drawn (not LFW)", accuracy))
    figures.append(Figure("standard error of that accuracy", error))
    return figures


def groups(data: Data) -> dict[str, Mask]:
    """Masks of pictures. Groups come from the manifest; nothing is inferred from a picture."""
    born = np.array([picture.born or np.nan for picture in data.pictures])
    gender = np.array([picture.gender for picture in data.pictures])
    return {
        "men": gender == "M",
        "women": gender == "F",
        "born before 1950": born < 1950,
        "born 1950 to 1969": (born >= 1950) & (born < 1970),
        "born since 1970": born >= 1970,
        "held out of training": data.held_out,
        "not held out": ~data.held_out,
    }


def by_group(scores: npt.NDArray[np.float32], pairs: Pairs, data: Data) -> list[Figure]:
    """Pairs with both people in the group, at the one threshold of FMR 1e-3 over all."""
    threshold = tar_at_fmr(scores[pairs.mated], scores[~pairs.mated], STRICT).threshold
    figures = []
    for name, mask in groups(data).items():
        inside = mask[pairs.first] & mask[pairs.second]
        if not np.any(inside & pairs.mated) or not np.any(inside & ~pairs.mated):
            continue
        point = point_at(scores[inside & pairs.mated], scores[inside & ~pairs.mated], threshold)
        figures.append(Figure.share(f"{name}: FMR", point.false_matches, point.impostors))
        figures.append(Figure.share(f"{name}: TAR", point.true_matches, point.mated))
    return figures


def first_ranks(data: Data, templates: Tensor, condition: int) -> Mask:
    """Which pictures, as probes, find their own person first: nobody without a face does."""
    gallery = np.flatnonzero(data.of("gallery") & data.embedded.acquired[0])
    column = {person: i for i, person in enumerate(data.persons[gallery])}
    known = np.array([person in column for person in data.persons])
    probes = np.flatnonzero(data.embedded.acquired[condition] & ~data.of("gallery") & known)
    scores = templates[condition, probes] @ templates[0, gallery].T
    own = np.array([column[person] for person in data.persons[probes]], np.int64)
    found = np.zeros(len(data.pictures), np.bool_)
    found[probes] = ranks(scores, own) == 1
    return found


def identification(data: Data, templates: Tensor) -> list[Figure]:
    first = first_ranks(data, templates, 0)
    sure = data.of("recent", "older")
    probes = {
        "recent, another photograph": data.of("recent"),
        "recent, perhaps the same photograph": data.of("unsure"),
        "older": data.of("older"),
        "recent and older, person held out of training": sure & data.held_out,
        "recent and older, person not held out": sure & ~data.held_out,
    }
    return [
        Figure.share(name, int(first[mask].sum()), int(mask.sum())) for name, mask in probes.items()
    ]


def against_gallery(data: Data, templates: Tensor, condition: int) -> tuple[Tensor, Tensor]:
    """Mated and impostor scores of the probes in one condition against the gallery as it is."""
    acquired = data.embedded.acquired
    gallery = np.flatnonzero(data.of("gallery") & acquired[0])
    probes = np.flatnonzero(data.of("recent", "older", "absent") & acquired[condition])
    scores = templates[condition, probes] @ templates[0, gallery].T
    same = data.persons[probes][:, None] == data.persons[gallery]
    return scores[same], scores[~same]


def spoilt(data: Data, templates: Tensor) -> list[Figure]:
    unspoilt = tar_at_fmr(*against_gallery(data, templates, 0), STRICT).threshold
    sure = data.of("recent", "older")
    figures = []
    for condition, name in enumerate(CONDITIONS):
        scores = against_gallery(data, templates, condition)
        first = first_ranks(data, templates, condition)[sure]
        own, fixed = tar_at_fmr(*scores, STRICT), point_at(*scores, unspoilt)
        figures += [
            Figure.share(f"{name}: rank 1", int(first.sum()), len(first)),
            Figure.share(f"{name}: TAR at FMR 1e-3", own.true_matches, own.mated),
            Figure.share(f"{name}: TAR at the unspoilt score", fixed.true_matches, fixed.mated),
            Figure.share(
                f"{name}: FMR at the unspoilt score", fixed.false_matches, fixed.impostors
            ),
        ]
    return figures


def likeness(data: Data, teacher: Tensor, student: Tensor) -> list[Figure]:
    """Mean cosine to the teacher's templates; not defined between two template sizes."""
    cosines = np.sum(teacher[0] * student[0], axis=1) if teacher.shape == student.shape else None
    figures = []
    for name, mask in (("held out of training", data.held_out), ("not held out", ~data.held_out)):
        some = mask & data.embedded.acquired[0]
        value = float(cosines[some].mean()) if cosines is not None and some.any() else None
        figures.append(Figure(f"mean cosine to the first, {name}", value))
    return figures


def failures(data: Data) -> list[Figure]:
    """Failures to acquire, which are the detector's and so the same for every recogniser."""
    gallery, absent = data.of("gallery"), data.of("absent")
    mated = ~gallery & ~absent
    missing = ~data.embedded.acquired
    figures = [Figure.share("gallery", int((gallery & missing[0]).sum()), int(gallery.sum()))]
    for condition, name in enumerate(CONDITIONS):
        for kind, mask in (("mated", mated), ("absent", absent)):
            lost = int((mask & missing[condition]).sum())
            figures.append(Figure.share(f"{kind} probes, {name}", lost, int(mask.sum())))
    return figures
