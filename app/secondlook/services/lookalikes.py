"""The pairs of a gallery's persons that score highest, in bounded memory."""

import time
from heapq import nlargest

import numpy as np

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.matching import GalleryMatrix, Templates

BLOCK = 512
"""References compared with all others at once."""


def highest(
    matrix: GalleryMatrix,
    line: float,
    limit: int,
    cancel: CancelToken | None,
    progress: ProgressCallback,
) -> tuple[list[tuple[float, int, int]], int]:
    """The ``limit`` highest pairs of persons at ``line`` or above as (score, index, index), highest
    first, and how many there are in all. Memory: about ``BLOCK`` x R scores."""
    best: list[tuple[float, int, int]] = []
    total = first = 0
    started = time.monotonic()
    ends = np.append(matrix.starts, len(matrix.templates))
    while first < matrix.persons:
        if cancel:
            cancel.poll()
        last = int(np.searchsorted(ends, ends[first] + BLOCK, "right")) - 1
        last = max(last, first + 1)  # somebody may have more references than fit
        scores = _scores(matrix, first, last)
        rows, columns = np.nonzero(scores >= np.float32(line))
        total += len(rows)
        values = scores[rows, columns]
        if len(values) > limit:
            kept = np.argpartition(values, -limit)[-limit:]
            rows, columns, values = rows[kept], columns[kept], values[kept]
        values = np.clip(values, -1, 1)
        more = zip(
            values.tolist(), (rows + first).tolist(), (columns + first).tolist(), strict=True
        )
        best = nlargest(limit, [*best, *more])
        first = last
        seconds = max(time.monotonic() - started, 1e-6)
        progress(Progress(first, matrix.persons, first / seconds))
    return sorted(best, key=lambda pair: (-pair[0], pair[1:])), total


def _scores(matrix: GalleryMatrix, first: int, last: int) -> Templates:
    """Persons ``first`` to ``last`` (not included) against those after each of them, the best score
    of their references: (last - first, M - first), -2 for themselves and who came before."""
    row = int(matrix.starts[first])
    end = int(matrix.starts[last]) if last < matrix.persons else len(matrix.templates)
    scores = matrix.templates[row:end] @ matrix.templates[row:].T
    starts = matrix.starts[first:] - row
    scores = np.maximum.reduceat(scores, starts, axis=1)
    by_person: Templates = np.maximum.reduceat(scores, starts[: last - first], axis=0)
    by_person[np.tril(np.ones_like(by_person, dtype=bool))] = -2
    return by_person


def most_alike(matrix: GalleryMatrix, one: int, other: int) -> tuple[int, int]:
    """Ids of the references of two persons (by index) that score highest."""
    ends = np.append(matrix.starts, len(matrix.templates))
    mine, theirs = (slice(ends[i], ends[i + 1]) for i in (one, other))
    scores = matrix.templates[mine] @ matrix.templates[theirs].T
    row, column = np.unravel_index(int(scores.argmax()), scores.shape)
    ids = matrix.reference_ids
    return int(ids[mine][row]), int(ids[theirs][column])
