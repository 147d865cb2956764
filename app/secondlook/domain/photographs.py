"""Whether two faces are one photograph of one face: the same file, or the same picture re-saved.

The same file is certain. A picture that was re-saved, resized, cropped or edited is *suspected*:
first the templates must be alike, then the fingerprints, and
then people judge. Neither alone would do: see decision 0020, which also says how often it suspects
wrongly and what it misses, with the data.

How often it suspects wrongly: of 70,275 pairs of different people none, of 373 pairs of different
photographs of one person at most three. What it misses: none of 147 pictures re-saved, resized or
cropped by up to a fifth a side.

What two people judged stands until a later judgement, of whichever pair of people, reopens it; what
they called the same is then suspected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from secondlook.domain.audit import canonical_json
from secondlook.domain.faces import Box, Face
from secondlook.domain.fingerprints import closest, likenesses, unpack

ALIKE = 0.88
"""Likeness of fingerprints from which a pair is suspected (decision 0020)."""

TEMPLATE_LINE = 0.4
"""Score below which two templates are not of one photograph: one line served the three models that
were measured, since fingerprints do not need it. It saves comparing them with everybody."""

COMPARED = 64
"""References compared by fingerprint at most in one search: those of the highest scores."""

OVERLAP = 0.25
"""Share of the smaller box that two faces of one file must have in common to be one face. Points
placed by hand and boxes of several detectors differ; boxes of neighbours hardly meet."""


class SamePhotograph(StrEnum):
    """What the program can tell of two faces by itself."""

    CERTAIN = "certain"
    SUSPECTED = "suspected"
    NONE = "none"


class Verdict(StrEnum):
    """What one person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"


class Standing(StrEnum):
    """Where a pair stands: what the program tells, unless two people settled it."""

    CERTAIN = "certain"
    SUSPECTED = "suspected"
    SAME = "same"
    DIFFERENT = "different"
    NONE = "none"

    @property
    def holds(self) -> bool:
        """Whether the pair is to be treated as one photograph: until two people say otherwise, a
        suspicion is."""
        return self in (Standing.CERTAIN, Standing.SUSPECTED, Standing.SAME)


@dataclass(frozen=True, slots=True)
class Photograph:
    """A face in a file. ``fingerprint``: None where it could not be made."""

    sha256: str
    face: Face
    fingerprint: bytes | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(SHA-256 of the file, the face as canonical JSON): as it is kept."""
        return self.sha256, canonical_json(self.face.to_dict())


class Suspect(NamedTuple):
    """One of several faces that a probe may be a copy of. ``likeness``: of the fingerprints, None
    for the same file; ``mirrored``: likest when flipped left to right."""

    row: int
    status: SamePhotograph
    score: float | None = None
    likeness: float | None = None
    mirrored: bool = False


def likely(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """The rows whose fingerprints are worth comparing, of the scores (n,) of a probe's template.

    Best first, at most ``COMPARED``: fingerprints of all the others are not needed.
    """
    above = np.flatnonzero(scores >= TEMPLATE_LINE)
    rows: npt.NDArray[np.int64] = above[np.argsort(-scores[above], kind="stable")[:COMPARED]]
    return rows


def suspects(
    probe: Photograph,
    others: Sequence[Photograph],
    scores: npt.NDArray[np.float32] | None = None,
) -> list[Suspect]:
    """The rows of ``others`` that ``probe`` is one photograph with: certain, then suspected ones,
    the likest first.

    scores: float32 (n,), of the probe's template with each one's, by one model. Without templates
    those that look most alike at first sight are compared (``COMPARED`` of them).
    """
    certain = [
        Suspect(row, SamePhotograph.CERTAIN, _score(scores, row))
        for row, other in enumerate(others)
        if other.sha256 == probe.sha256 and overlap(probe.face.box, other.face.box)
    ]
    if probe.fingerprint is None or not others:
        return certain
    (mine,) = unpack([probe.fingerprint])
    if scores is None:
        rows = closest(mine, unpack([o.fingerprint for o in others]), COMPARED)
    else:
        rows = likely(scores)
    theirs = unpack([others[row].fingerprint for row in rows])
    suspected = [
        Suspect(row, SamePhotograph.SUSPECTED, _score(scores, row), like.value, like.mirrored)
        for row, like in zip(rows.tolist(), likenesses(mine, theirs), strict=True)
        if like.value >= ALIKE and others[row].sha256 != probe.sha256
    ]
    return certain + sorted(suspected, key=lambda s: -(s.likeness or 0))


def same_photograph(
    one: Photograph, other: Photograph, score: float | None = None
) -> SamePhotograph:
    """The same of one pair; ``score`` is None where there are no templates of one model."""
    scores = None if score is None else np.array([score], np.float32)
    found = suspects(one, [other], scores)
    return found[0].status if found else SamePhotograph.NONE


def _score(scores: npt.NDArray[np.float32] | None, row: int) -> float | None:
    return None if scores is None else float(np.clip(scores[row], -1, 1))


def overlap(one: Box, other: Box) -> bool:
    """Whether two faces of one file are one face, see ``OVERLAP``."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return width > 0 and height > 0 and width * height >= OVERLAP * smaller


# Judged by people


def settled(verdicts: Iterable[tuple[int, Verdict]]) -> Verdict | None:
    """What two people agree on, of all judgements of a pair as (operator, verdict), oldest first.

    Of each person the last one counts, and of these the two newest must agree: whoever disagrees
    later opens the pair again, and another one who agrees with them settles it anew.
    """
    last: dict[int, Verdict] = {}
    for operator, verdict in verdicts:
        last.pop(operator, None)  # so that it becomes the newest
        last[operator] = verdict
    newest = list(last.values())[-2:]
    return newest[0] if len(newest) == 2 and newest[0] is newest[1] else None


def standing(status: SamePhotograph, verdict: Verdict | None, was_same: bool = False) -> Standing:
    """The same file stays certain whatever anybody says of it. What two people ever called the same
    (``was_same``) is suspected at least, until two call it different."""
    if status is SamePhotograph.CERTAIN:
        return Standing.CERTAIN
    if verdict is not None:
        return Standing(verdict.value)
    return Standing.SUSPECTED if was_same else Standing(status.value)
