"""Gallery hygiene: pairs that look like one person enrolled twice, what is out of date, and images
below a policy's limits. Pairs are resolved by a human, whose marks the calibration respects."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple

import numpy as np

from secondlook.domain.calibration import ReferenceCurve
from secondlook.domain.cancel import CancelToken, ProgressCallback, ignore_progress
from secondlook.domain.errors import InputError, ModelMismatch
from secondlook.domain.faces import Shortfall, shortfalls
from secondlook.domain.marks import UNSEEN, PairMarks, Standing
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.services.authority import Act, require
from secondlook.services.engines import Engines
from secondlook.services.lookalikes import highest, most_alike
from secondlook.services.matrices import Matrices
from secondlook.storage import derived, galleries, hygiene, identities, log, looks, marks
from secondlook.storage.database import Connection, Store
from secondlook.storage.hygiene import HeldReference

EXPECTED_BY_CHANCE = 1.0
"""Pairs of different people that a whole gallery may be expected to show above the line."""

LIMIT = 200
"""Unmarked pairs listed at most: more is no work for a person in one sitting."""

EXPIRY_COLUMNS = ("expires", "valid_until")


@dataclass(frozen=True, slots=True)
class SuspiciousPair:
    """Two persons of a gallery whose best references score ``score``; ``marks``: what whoever asked
    may know of them. Without a score: a person of the gallery and one of another, or who has left,
    who share a photograph but not all, so that each is the other's rival (``hygiene.rivals``)."""

    pair: Pair
    score: float | None
    first: HeldReference
    second: HeldReference
    marks: PairMarks


@dataclass(frozen=True, slots=True)
class SuspiciousPairs:
    """Rivals that share a photograph first, then the highest score. ``line``: the score that counts
    as suspicious, None where nothing says which does; ``reason`` says why that one. ``cohort``:
    what the reference curve was measured on, if one was asked. ``more``: unmarked pairs above the
    line that are not listed."""

    line: float | None
    reason: str
    cohort: str
    pairs: tuple[SuspiciousPair, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Expired:
    reference: HeldReference
    on: date


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A date of expiry that is none."""

    reference: HeldReference
    text: str


class Expiry(NamedTuple):
    """``dated``: references with any date of expiry, readable or not."""

    expired: tuple[Expired, ...]
    unreadable: tuple[Unreadable, ...]
    dated: int


@dataclass(frozen=True, slots=True)
class BelowLimits:
    reference: HeldReference
    shortfalls: tuple[Shortfall, ...]


class Hygiene:
    """Read-only but for ``mark``, and that a list is kept as a look at whom it compared. Methods go
    through the whole gallery: not for the UI thread."""

    def __init__(self, store: Store, engines: Engines, matrices: Matrices) -> None:
        self._store = store
        self._engines = engines
        self._matrices = matrices

    def suspicious(
        self,
        gallery_id: int,
        line: float | None = None,
        *,
        viewer: Operator | None = None,
        limit: int = LIMIT,
        cancel: CancelToken | None = None,
        progress: ProgressCallback = ignore_progress,
    ) -> SuspiciousPairs:
        """Pairs of different persons that score at least ``line``: those that were marked, and at
        most ``limit`` others, as ``viewer`` may see them; and before these, rivals that share a
        photograph.

        Without a line, the one above which the model's reference curve expects at most
        ``EXPECTED_BY_CHANCE`` pairs among all of this gallery. The gallery's own calibration would
        not do: people enrolled twice are what it would have counted as false matches. Runs on the
        inference lane; ``progress`` counts persons. Raises ``InputError`` for an empty gallery,
        ``ModelMismatch``, ``ModelError`` and ``Cancelled``.
        """
        loaded = self._matrices.get(gallery_id, cancel)
        matrix, engine = loaded.matrix, self._engines.current()
        try:
            matrix.model.require(engine.model)
        except ModelMismatch as error:
            gallery = f"Gallery “{loaded.summary.name}”"
            raise ModelMismatch(error.message, subject=gallery, remedy=error.remedy) from error
        reason, curve = "as asked", engine.reference_curve if line is None else None
        if line is None:
            line, reason = chance_line(curve, matrix.persons)
        db = self._store.read()
        known = marks.current(db, gallery_id)
        least = -1.0 if line is None else line
        found, total = highest(matrix, least, limit + len(known), cancel, progress)
        held = {r.reference_id: r for r in hygiene.references(db, gallery_id)}
        with self._store.write() as tx:
            looks.note(tx, gallery_id, engine.model, matrix.person_ids.tolist())
        pairs: list[SuspiciousPair] = []
        unmarked = 0
        for score, one, other in found:
            pair = Pair.of(int(matrix.person_ids[one]), int(matrix.person_ids[other]))
            seen = known.get(pair, UNSEEN).seen_by(viewer.id if viewer else None)
            unseen = seen.standing is Standing.OPEN
            unmarked += unseen
            if unseen and unmarked > limit:
                continue
            first, second = map(held.get, most_alike(matrix, one, other))
            if first and second:  # not removed in the meantime
                pairs.append(SuspiciousPair(pair, score, first, second, seen))
        cohort = curve.cohort if curve else ""
        more = total - len(pairs)
        pairs = [*self._rivals(gallery_id, viewer), *pairs]
        return SuspiciousPairs(line, reason, cohort, tuple(pairs), more)

    def _rivals(self, gallery_id: int, viewer: Operator | None) -> Iterator[SuspiciousPair]:
        """Shown by pictures that the other has not, where there are such: a picture that both have
        says nothing of the two."""
        db = self._store.read()
        for one, other in hygiene.rivals(db, gallery_id):
            pair = Pair(one, other)
            known = marks.of_pair(db, identities.gallery_of(db, one), pair)
            mine, theirs = hygiene.shown(db, one), hygiene.shown(db, other)
            if mine and theirs:
                first, second = _own(mine, theirs), _own(theirs, mine)
                seen = known.seen_by(viewer.id if viewer else None)
                yield SuspiciousPair(pair, None, first, second, seen)

    def expired(self, gallery_id: int, today: date) -> Expiry:
        """References whose person's metadata names a date (ISO 8601) that has passed, in a column
        ``expires`` or ``valid_until``; the day itself is still valid."""
        expired, unreadable, dated = [], [], 0
        for reference in hygiene.references(self._store.read(), gallery_id):
            texts = list(filter(None, map(reference.metadata.get, EXPIRY_COLUMNS)))
            dated += bool(texts)
            for text in texts:
                try:
                    on = date.fromisoformat(text.strip()[:10])
                except ValueError:
                    unreadable.append(Unreadable(reference, text))
                    continue
                if on < today:
                    expired.append(Expired(reference, on))
        return Expiry(tuple(expired), tuple(unreadable), dated)

    def below_limits(self, gallery_id: int, policy: Policy) -> tuple[BelowLimits, ...]:
        """References that could not be accepted as a lead under the policy."""
        held = hygiene.references(self._store.read(), gallery_id)
        missed = ((r, shortfalls(r.quality, policy.reference_limits)) for r in held)
        return tuple(BelowLimits(r, short) for r, short in missed if short)

    def mark(
        self, operator: Operator, gallery_id: int, pair: Pair, mark: Mark, note: str = ""
    ) -> PairMarks:
        """See ``mark_pair``."""
        return mark_pair(self._store, operator, gallery_id, pair, mark, note)


def mark_pair(
    store: Store, operator: Operator, gallery_id: int, pair: Pair, mark: Mark, note: str = ""
) -> PairMarks:
    """Record what a human found of a pair; everybody's last mark counts, and earlier ones stay on
    record. Returns what everybody found of it, which this person may know now.

    Where it changes who counts as one person, the gallery's calibration is made anew before its
    next search. Raises ``NotPermitted`` unless signed in, and ``InputError``: a person is gone.
    """
    with store.write() as db:
        require(db, operator, Act.MARK)
        gallery_id = _kept_with(db, gallery_id, pair)
        before = marks.same_people(db, gallery_id)
        key = marks.add(db, gallery_id, pair, mark, note.strip(), operator.id)
        payload = {"gallery": gallery_id, "person": pair.person_id, "other": pair.other}
        # Everybody may read the log: it seals the mark by its digest and does not tell it
        log.record(db, operator.username, "mark", key, payload)
        now = marks.same_people(db, gallery_id)
        if now != before:
            galleries.touch(db, gallery_id)
        derived.refresh(db)
        return marks.of_pair(db, gallery_id, pair)


def _kept_with(db: Connection, gallery_id: int, pair: Pair) -> int:
    """The gallery that marks of a pair are kept with: its own, or of rivals that share a photograph
    that of the row enrolled first, in whosever check they are judged."""
    if (pair.person_id, pair.other) in hygiene.rivals(db, gallery_id):
        return identities.gallery_of(db, pair.person_id)
    for person_id in [pair.person_id] + [pair.other] * isinstance(pair.other, int):
        if galleries.person(db, int(person_id))["gallery_id"] != gallery_id:
            raise InputError("These two are not in one gallery.")
    return gallery_id


def _own(mine: list[HeldReference], theirs: list[HeldReference]) -> HeldReference:
    """A picture of somebody that is none of somebody else's, if there is one."""
    shared = {one.original_sha256 for one in theirs}
    return next((one for one in mine if one.original_sha256 not in shared), mine[0])


def chance_line(
    curve: ReferenceCurve | None, persons: int, expected: float = EXPECTED_BY_CHANCE
) -> tuple[float | None, str]:
    """The lowest score (to 0.005) above which chance alone shows at most so many pairs of a
    gallery, and why that one."""
    if curve is None:
        return None, "the model's card has no reference curve"
    pairs = persons * (persons - 1) / 2
    scores = np.arange(curve.scores[0], curve.scores[-1], 0.005)
    enough = np.flatnonzero(curve.fmr_uppers(scores) * pairs <= expected)
    if len(enough):
        return ceil(1000 * scores[enough[0]]) / 1000, (
            f"among {pairs:,.0f} pairs of different people at most about one is expected to "
            "score that high, by the model's reference curve"
        )
    last = curve.scores[-1]
    return last, "where the model's reference curve ends"
