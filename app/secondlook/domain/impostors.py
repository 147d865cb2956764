"""Counting how people of a gallery score against each other: one row of counts for each search.

Every reference is searched among all other persons of its gallery, and its scores (one for each
person: the best of that person's references) are counted in bins of 0.001. Everything that a
calibration needs follows from these rows; they add and subtract, so a change of the gallery costs
the comparisons that it touches and nothing else.
"""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondlook.domain.cancel import CancelToken
from secondlook.domain.matching import GalleryMatrix, Templates
from secondlook.domain.neighbours import KEPT, Neighbours

BINS = 2000
"""Over scores -1..1."""

SEARCHES = 20_000
"""References searched at most. Galleries up to so many persons are compared completely."""

_COMPARISONS = SEARCHES**2
_GRID = 4000
"""Templates are rounded to 1/4000 for counting. Then products and all their sums are integers below
2^24 (Cauchy-Schwarz) and exact in float32, whichever way a matrix product is cut into blocks: what
is subtracted later is exactly what was added. It moves a score by about 0.0001."""

Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Same = frozenset[tuple[int, int]]
"""Pairs of person ids that a human marked as one person."""


def bins_of(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """The bins of scores that are asked about: rounded down, where counted ones go to the nearest.

    So a comparison is not missed for the rounding of its templates.
    """
    bins = np.clip((scores.astype(np.float64) + 1) * (BINS / 2) + 1e-9, 0, BINS - 1)
    return bins.astype(np.int32)


def bin_of(score: float) -> int:
    return int(bins_of(np.array(score, dtype=np.float32)))


@dataclass(frozen=True, slots=True)
class ImpostorCounts:
    """The searches of one state of a gallery, sorted by owner.

    persons: M of the gallery. references, owners: int64 (R,), the references searched and whom
    they show. rows: int32 (R, BINS), for each its scores against all other persons. neighbours:
    whom each resembles most, of the persons who are searched themselves.
    """

    persons: int
    references: Ids
    owners: Ids
    rows: Rows
    neighbours: Neighbours
    same: Same = frozenset()

    def to_bytes(self) -> bytes:
        marks = np.array(sorted(self.same), dtype=np.int64).reshape(-1, 2)
        head = np.array([self.persons, len(self.references), len(marks)], dtype=np.int64)
        near = (self.neighbours.references, self.neighbours.products)
        parts = (head, self.references, self.owners, marks, self.rows, *near)
        return _MAGIC + zlib.compress(b"".join(part.tobytes() for part in parts), level=1)

    @classmethod
    def from_bytes(cls, data: bytes) -> "ImpostorCounts | None":
        """None for what an earlier version of the program stored."""
        if not data.startswith(_MAGIC):
            return None
        raw = zlib.decompress(data[len(_MAGIC) :])
        persons, searches, marks = (int(n) for n in np.frombuffer(raw, np.int64, 3))
        at = 24

        def taken(kind: type[np.int64] | type[np.int32], *shape: int) -> npt.NDArray[Any]:
            nonlocal at
            part = np.frombuffer(raw, kind, math.prod(shape), at).reshape(shape)
            at += part.nbytes
            return part

        references, owners = taken(np.int64, searches), taken(np.int64, searches)
        pairs = taken(np.int64, marks, 2).tolist()
        rows = taken(np.int32, searches, BINS)
        near = Neighbours(taken(np.int64, searches, KEPT), taken(np.int32, searches, KEPT))
        same = frozenset((int(a), int(b)) for a, b in pairs)
        return cls(persons, references, owners, rows, near, same)


_MAGIC = b"impostors 3\n"


def count(
    matrix: GalleryMatrix,
    before: tuple[GalleryMatrix, ImpostorCounts] | None = None,
    *,
    same: Same = frozenset(),
    block_rows: int = 256,
    cancel: CancelToken | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImpostorCounts:
    """Count the searches of a gallery; only what changed where an earlier state is given.

    Pairs in ``same`` are left out. The result is exactly that of counting everything anew.
    Memory: the rows (8 kB a search) and ``block_rows`` x R products. Raises ``Cancelled``.
    """
    chosen = searched(matrix)
    references, owners = matrix.reference_ids[chosen], matrix.row_persons[chosen]
    made = ImpostorCounts(
        matrix.persons,
        references,
        owners,
        np.zeros((len(chosen), BINS), dtype=np.int32),
        Neighbours.none(len(chosen)),
        same,
    )
    jobs = _jobs(matrix, chosen, made, before)
    total, done = sum(len(job.at) for job in jobs), 0
    for job in jobs:
        others = _rounded(job.gallery.templates).T
        for block in (job.at[i : i + block_rows] for i in range(0, len(job.at), block_rows)):
            if cancel:
                cancel.poll()
            if job.gallery.persons:
                products = _rounded(matrix.templates[chosen[block]]) @ others
                job.enter(made, block, products)
            done += len(block)
            if progress:
                progress(done, total)
    return made


def as_counted(
    matrix: GalleryMatrix, counts: ImpostorCounts
) -> tuple[GalleryMatrix, ImpostorCounts] | None:
    """Counts of an earlier state with that state, for ``count``: all of it is still in the gallery.

    None where somebody has left, or perhaps only a sample was searched: then nothing tells who else
    was there.
    """
    if len(counts.references) >= _most(counts.persons):
        return None
    old = _only(matrix, np.isin(matrix.reference_ids, counts.references))
    alike = np.array_equal(old.reference_ids, counts.references)
    alike = alike and np.array_equal(old.row_persons, counts.owners)
    return (old, counts) if alike and old.persons == counts.persons else None


def searched(matrix: GalleryMatrix) -> Ids:
    """Which rows of the matrix are searched: all, else a sample that depends on ids alone.

    Everybody is searched once before anybody is searched twice; at most ``SEARCHES`` references,
    and so many that the comparisons are not more than those of ``SEARCHES`` persons.
    """
    most = _most(matrix.persons)
    if len(matrix.templates) <= most:
        return np.arange(len(matrix.templates), dtype=np.int64)
    order = np.lexsort((_scattered(matrix.reference_ids), matrix.row_persons))
    turn = np.arange(len(order)) - np.repeat(matrix.starts, _sizes(matrix))
    first = np.lexsort((_scattered(matrix.reference_ids[order]), turn))[:most]
    return np.sort(order[first]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Job:
    """Searches to compare with the persons of a gallery but for marked pairs. ``sign``: whether
    counts are added, taken off or left (0); ``meets``: whether these persons may be neighbours."""

    at: Ids
    gallery: GalleryMatrix
    same: Same
    sign: int
    meets: bool

    def enter(self, made: ImpostorCounts, at: Ids, products: Templates) -> None:
        """Of some of the searches, their products (n, R) with the gallery."""
        best = self._of_others(products, made.owners[at])
        if self.sign:
            made.rows[at] += self.sign * _histograms(best)
        if self.meets:
            known = np.isin(self.gallery.reference_ids, made.references)
            if not known.all():  # a sample was searched
                products = np.where(known, products, -np.inf).astype(np.float32)
                best = self._of_others(products, made.owners[at])
            made.neighbours.meet(at, best, products, self.gallery)

    def _of_others(self, products: Templates, owners: Ids) -> Templates:
        """The best of each person (n, M), -inf for a search's own owner."""
        best = self.gallery.per_person_maximum(products)
        for row, column in _left_out(owners, self.gallery.person_ids, self.same):
            best[row, column] = -np.inf
        return best


def _jobs(
    matrix: GalleryMatrix,
    chosen: Ids,
    made: ImpostorCounts,
    before: tuple[GalleryMatrix, ImpostorCounts] | None,
) -> list[_Job]:
    """What is kept of the counts before is put into those to be made.

    A search that was counted before loses what it scored against persons who changed, and gains
    what it scores against them now; one that lost a neighbour looks for neighbours among everybody
    again. A new search is compared with everybody.
    """
    everyone, same = np.arange(len(chosen), dtype=np.int64), made.same
    if before is None or before[0].model != matrix.model:
        return [_Job(everyone, matrix, same, 1, meets=True)]
    old, counts = before
    _, was, now = np.intersect1d(old.reference_ids, matrix.reference_ids, return_indices=True)
    kept = (old.row_persons[was] == matrix.row_persons[now]) & np.all(
        old.templates[was] == matrix.templates[now], axis=1
    )
    changed = set(np.delete(old.row_persons, was[kept]).tolist())
    changed |= set(np.delete(matrix.row_persons, now[kept]).tolist())
    changed |= {person for pair in same ^ counts.same for person in pair}
    stayed = np.isin(chosen, now[kept])
    places = {int(r): i for i, r in enumerate(counts.references)}
    source = np.array([places.get(int(r), -1) for r in made.references], np.int64)
    stayed &= source >= 0
    at, source = everyone[stayed], source[stayed]
    made.rows[at] = counts.rows[source]
    other = changed | _otherwise_searched(counts, made)
    lacking = made.neighbours.keep(at, counts.neighbours, source, _of(old, other).reference_ids)
    return [
        _Job(at, _of(old, changed), counts.same, -1, meets=False),
        _Job(at, _of(matrix, changed), same, 1, meets=False),
        _Job(np.setdiff1d(at, lacking), _of(matrix, other), same, 0, meets=True),
        _Job(lacking, matrix, same, 0, meets=True),
        _Job(everyone[~stayed], matrix, same, 1, meets=True),
    ]


def _otherwise_searched(a: ImpostorCounts, b: ImpostorCounts) -> set[int]:
    """Persons of whom other references were searched in one of two states than in the other."""
    only = [np.isin(x.references, y.references, invert=True) for x, y in ((a, b), (b, a))]
    return {*a.owners[only[0]].tolist(), *b.owners[only[1]].tolist()}


def _histograms(best: Templates) -> Rows:
    """Counts (n, BINS) of n searches' products (n, M) with persons; -inf is not counted."""
    scores = best * np.float32(BINS / 2 / _GRID**2)
    scores += np.float32(BINS / 2 + 0.5)
    bins = np.clip(scores, 0, BINS - 1).astype(np.int64)
    bins[np.isneginf(best)] = BINS
    bins += np.arange(len(bins), dtype=np.int64)[:, None] * (BINS + 1)
    counted = np.bincount(bins.ravel(), minlength=len(bins) * (BINS + 1))
    return counted.reshape(len(bins), BINS + 1)[:, :BINS].astype(np.int32)


def _left_out(owners: Ids, persons: Ids, same: Same) -> Iterator[tuple[int, int]]:
    """(row, column) of comparisons of somebody with themselves."""
    partners: dict[int, set[int]] = {}
    for a, b in same:
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    for row, owner in enumerate(owners.tolist()):
        for person in {owner} | partners.get(owner, set()):
            column = int(np.searchsorted(persons, person))
            if column < len(persons) and persons[column] == person:
                yield row, column


def _rounded(templates: Templates) -> Templates:
    rounded: Templates = np.rint(templates * np.float32(_GRID))
    return rounded


def _of(matrix: GalleryMatrix, persons: set[int]) -> GalleryMatrix:
    return _only(matrix, np.isin(matrix.row_persons, list(persons)))


def _only(matrix: GalleryMatrix, rows: npt.NDArray[np.bool_]) -> GalleryMatrix:
    """Some references of a gallery."""
    return GalleryMatrix.build(
        matrix.model, matrix.templates[rows], matrix.row_persons[rows], matrix.reference_ids[rows]
    )


def _most(persons: int) -> int:
    """References searched at most in a gallery of so many persons."""
    return min(SEARCHES, _COMPARISONS // max(persons, 1))


def _sizes(matrix: GalleryMatrix) -> Ids:
    return np.diff(np.append(matrix.starts, len(matrix.templates)))


def _scattered(ids: Ids) -> npt.NDArray[np.uint64]:
    """A fixed pseudo-random order of ids (splitmix64, Steele, Lea and Flood 2014)."""
    z = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
