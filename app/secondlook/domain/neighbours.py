"""Whom a search resembles most: what is known of these says whether it has come upon a crowd.

A few references may be closer to each other than a gallery's people are on the whole: turned
pictures, negatives, one photographer's, people of one kind. Whoever resembles one of them resembles
several, and all other searches say nothing of that; those of its neighbours do, without naming any
group (decision 0032).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from secondlook.domain.matching import GalleryMatrix, Templates

NEIGHBOURS = 5
"""Persons whom a search resembles most, but for the very best, who may be the one whom it shows.
Each is there with the one reference that resembles it most."""

KEPT = NEIGHBOURS + 1
NOBODY = -1

Ids = npt.NDArray[np.int64]
Products = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Whom each of some searches resembles most, best first: the very best and ``NEIGHBOURS`` more.

    references: int64 (R, K), one for each person; ``NOBODY`` where there are no more people.
    products: int32 (R, K), of rounded templates, with the search.
    """

    references: Ids
    products: Products

    @classmethod
    def none(cls, searches: int) -> Self:
        """Before anybody is met."""
        references = np.full((searches, KEPT), NOBODY, np.int64)
        return cls(references, np.zeros((searches, KEPT), np.int32))

    def keep(self, at: Ids, known: "Neighbours", source: Ids, gone: Ids) -> Ids:
        """Searches ``at`` have the neighbours of ``source``, but for references that are gone.

        Which of these searches must meet everybody again: where there had been no more people than
        there is room for, whoever is left is there still.
        """
        references = known.references[source]
        away = np.isin(references, gone)
        lacking = away.any(axis=1) & (references[:, -1] != NOBODY)
        away |= lacking[:, None] | (references == NOBODY)
        order = np.argsort(away, axis=1, kind="stable")
        for own, theirs, none in (
            (self.references, references, NOBODY),
            (self.products, known.products[source], 0),
        ):
            own[at] = np.take_along_axis(np.where(away, none, theirs), order, axis=1)
        found: Ids = at[lacking]
        return found

    def meet(self, at: Ids, best: Templates, products: Templates, gallery: GalleryMatrix) -> None:
        """``products``: (n, R) of rounded templates, of searches ``at`` (n,) with people whom they
        have not met. ``best``: each person's (n, M), -inf where somebody is left out.

        Those whom a search resembles alike are taken in the order of their ids.
        """
        most, least = best.shape[1], np.full((len(best), 1), -np.inf, np.float32)
        if most > KEPT:
            least = np.partition(best, most - KEPT, axis=1)[:, most - KEPT, None]
        rows, columns = np.nonzero((best >= least) & (best > -np.inf))
        known = self.references[at]
        old, place = np.nonzero(known != NOBODY)
        whose = np.concatenate([old, rows])
        alike = np.concatenate([self.products[at][old, place], best[rows, columns]])
        who = np.concatenate([known[old, place], _references(gallery, products, rows, columns)])
        order = np.lexsort((who, -alike, whose))
        whose, alike, who = whose[order], alike[order], who[order]
        rank = np.arange(len(whose)) - np.searchsorted(whose, whose)
        some = rank < KEPT
        met = self.none(len(at))
        met.references[whose[some], rank[some]] = who[some]
        met.products[whose[some], rank[some]] = alike[some]
        self.references[at], self.products[at] = met.references, met.products


def nearest(
    matrix: GalleryMatrix, scores: Templates, searched: Ids, without: int | None = None
) -> Ids:
    """The references of a probe's neighbours, best first, by its scores (R,). ``searched``: those
    of which something is known. ``without``: a person who is taken as not enrolled."""
    known = np.isin(matrix.reference_ids, searched) & (matrix.row_persons != without)
    scores = np.where(known, scores, -np.inf).astype(np.float32)
    best = matrix.per_person_maximum(scores)
    most = min(KEPT, len(best))
    least = np.partition(best, len(best) - most)[len(best) - most]
    some = np.flatnonzero((best >= least) & (best > -np.inf))
    found = _references(matrix, scores[None, :], np.zeros(len(some), np.int64), some)
    return found[np.lexsort((found, -best[some]))][1:KEPT]


def _references(gallery: GalleryMatrix, scores: Templates, rows: Ids, columns: Ids) -> Ids:
    """The best reference of each person, for searches (rows) and persons (columns); the first of
    two that are alike."""
    ends = np.append(gallery.starts[1:], len(gallery.reference_ids))[columns]
    found = gallery.starts[columns]
    for i in np.flatnonzero(ends - found > 1).tolist():
        found[i] += np.argmax(scores[rows[i], found[i] : ends[i]])
    references: Ids = gallery.reference_ids[found]
    return references
