"""Rehearsal: searches of people known to be absent, and what their counts say about the promise.

The promise of a confidence of c percent is that at most (100 - c) in 100 searches of absent people
show any candidate this strong (FPIR). Here it is counted, with FNIR beside it where probes of
people in the gallery (mated probes) were searched too. ISO/IEC 19795-1: every rate with its data,
its count and an interval.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.errors import ImageFault
from secondlook.domain.faces import Face, Quality
from secondlook.domain.measures import binomial_interval

LINES = (80.0, 90.0, 95.0, 99.0)
"""Confidences at which every rehearsal is counted, beside the line of a policy."""

KEPT = 5
"""Candidates kept of each search: the strongest, and those behind it should that be the same
person under another name."""

MINIMUM_GROUP = 30
"""People below which a group gets no rate: even no false match at all among fewer would leave a
rate of one in ten possible (the rule of three, Hanley & Lippman-Hand 1983), and would read as if
the group were safe."""

GRID = np.unique(
    np.round(
        np.concatenate(
            [np.arange(0, 90, 0.5), np.arange(90, 99, 0.1), np.arange(99, 100.001, 0.01)]
        ),
        2,
    )
)
"""Confidences of the curves, in percent: closer together where policies draw their lines."""


class Kind(StrEnum):
    """Who is searched."""

    ABSENT_PEOPLE = "absent_people"
    """Pictures that the operator knows to show people who are not in the gallery."""
    LEAVE_ONE_OUT = "leave_one_out"
    """Every reference of the gallery, against everybody else in it."""


LEFT_OUT = (ImageFault.DUPLICATE, ImageFault.SAME_PHOTOGRAPH, ImageFault.CASE_PROBE)
"""Pictures that say nothing of a matcher, neither as a hit nor as a miss: counted apart."""


class SearchStatus(StrEnum):
    PENDING = "pending"
    SEARCHED = "searched"
    FAILED = "failed"


class Mark(StrEnum):
    """What a human found of a pair that looks alike."""

    DIFFERENT = "different"
    SAME = "same"
    """One person under two names: not a false match."""
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Pair:
    """A gallery person and another one, or the picture of a probe by its SHA-256."""

    person_id: int
    other: int | str

    @classmethod
    def of(cls, person_id: int, other: int | str) -> "Pair":
        """The order of two gallery persons makes no difference."""
        if isinstance(other, int):
            return cls(min(person_id, other), max(person_id, other))
        return cls(person_id, other)


Marks = Mapping[Pair, Mark]


@dataclass(frozen=True, slots=True)
class Found:
    """A person that a search showed and who is not the one searched for.

    ``confidence`` in percent, None where it was not measurable.
    """

    person_id: int
    person_key: str
    display_name: str
    reference_id: int
    score: float
    confidence: float | None
    status: ConfidenceStatus

    def reaches(self, percent: float) -> bool:
        return self.confidence is not None and self.confidence >= percent


@dataclass(frozen=True, slots=True)
class RehearsalSearch:
    """One search, as planned and as it ended.

    probe: path of the picture. person: who it shows, as the source names them. person_id: that
    person in the gallery; None for absent people. reference_id: the reference searched in
    leave-one-out. absent: counts for FPIR. mated: counts for FNIR. candidates: other people, best
    first, at most ``KEPT``. true_rank (from 1), true_score, true_confidence: of the person searched
    for, among all persons; None unless mated and searched.
    """

    id: int
    probe: str
    person: str
    person_id: int | None
    reference_id: int | None
    absent: bool
    mated: bool
    groups: dict[str, str]
    status: SearchStatus = SearchStatus.PENDING
    fault: ImageFault | None = None
    detail: str = ""
    probe_sha256: str | None = None
    face: Face | None = None
    quality: Quality | None = None
    candidates: tuple[Found, ...] = ()
    true_rank: int | None = None
    true_score: float | None = None
    true_confidence: float | None = None

    @property
    def missable(self) -> bool:
        """Whether not finding the person would be a miss."""
        return self.mated and self.status is not SearchStatus.PENDING and self.fault not in LEFT_OUT

    def pair(self, found: Found) -> Pair:
        """What a mark on this false pair is kept under."""
        other = self.person_id if self.person_id is not None else self.probe_sha256
        assert other is not None, "a search that was made knows its picture"
        return Pair.of(found.person_id, other)


Searches = Sequence[RehearsalSearch]
Verdicts = dict[tuple[str, int], Mark]


def verdicts(searches: Searches, marks: Marks) -> Verdicts:
    """Marks by (who was searched, gallery person): a mark on one picture of somebody is a mark on
    the person. Where pictures of one person were marked differently, "same" does not count."""
    found: Verdicts = {}
    for search in searches:
        for candidate in search.candidates:
            mark = marks.get(search.pair(candidate))
            key = (search.person, candidate.person_id)
            if mark and found.get(key, Mark.SAME) is Mark.SAME:
                found[key] = mark
    return found


def strongest_false(search: RehearsalSearch, marked: Verdicts) -> Found | None:
    """The strongest candidate of a search that no human marked as the same person."""
    return next(
        (c for c in search.candidates
         if marked.get((search.person, c.person_id)) is not Mark.SAME),
        None,
    )  # fmt: skip


# Rates


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` of ``of`` searches; ``independent``: as how many the interval takes them."""

    count: int
    of: int
    independent: float

    @property
    def value(self) -> float:
        """0..1; 0 without searches, where the interval says that anything is possible."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, see ``binomial_interval``."""
        return binomial_interval(self.value * self.independent, self.independent)


class Verdict(StrEnum):
    """What the interval says about the promise."""

    HELD = "held"
    """Even its upper end is within the promise."""
    OPEN = "not contradicted"
    """Too few searches to tell: the promise lies inside the interval."""
    BROKEN = "more than promised"
    """Even its lower end is above the promise."""
    NOT_MEASURABLE = "not measurable"
    """No score reaches this confidence in this gallery, so nothing can be shown at it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The counts at one confidence.

    false_matches: searches of absent people that showed somebody at this confidence. people: absent
    people searched, people_matched: of them. same: searches that would count but for a human's
    "same person". unsure: searches that count although a human was unsure. misses: mated searches
    that did not show the person at this confidence, those without a usable face included; None
    without mated probes.
    """

    percent: float
    measurable: bool
    false_matches: Rate
    people_matched: int
    people: int
    same: int
    unsure: int
    misses: Rate | None

    @property
    def promised(self) -> float:
        """The share of searches, 0..1, that the confidence allows."""
        return (100 - self.percent) / 100

    @property
    def verdict(self) -> Verdict:
        low, high = self.false_matches.interval
        if not self.measurable:
            return Verdict.NOT_MEASURABLE
        if low > self.promised:
            return Verdict.BROKEN
        return Verdict.HELD if high <= self.promised else Verdict.OPEN

    def __str__(self) -> str:
        many = self.false_matches.of != self.people
        searches = f" ({self.false_matches.count} of {self.false_matches.of} searches)" * many
        return (
            f"{self.people_matched} of {self.people} people matched someone they are not "
            f"at {self.percent:g} %{searches} (promised at most {100 - self.percent:g} %)"
        )


def line(
    searches: Searches, marked: Verdicts, percent: float, *, kind: Kind, ceiling: float = 100.0
) -> Line:
    """The figures at ``percent``; ``ceiling`` is the highest confidence of the calibration."""
    absent = [s for s in searches if s.absent and s.status is SearchStatus.SEARCHED]
    false = [
        (s, found)
        for s in absent
        if (found := strongest_false(s, marked)) and found.reaches(percent)
    ]
    shown = sum(any(c.reaches(percent) for c in s.candidates) for s in absent)
    unsure = sum(marked.get((s.person, c.person_id)) is Mark.UNSURE for s, c in false)
    people = _people(absent)
    return Line(
        percent,
        percent <= ceiling,
        Rate(len(false), len(absent), _independent(people, kind)),
        _people(s for s, _ in false),
        people,
        shown - len(false),
        unsure,
        _misses(searches, percent),
    )


def _people(searches: Iterable[RehearsalSearch]) -> int:
    return len({s.person for s in searches})


def _independent(people: int, kind: Kind) -> float:
    """Searches of one person are taken as one. Left out one by one, two people who look alike find
    each other: one fact that is counted twice."""
    return people / 2 if kind is Kind.LEAVE_ONE_OUT else float(people)


def _misses(searches: Searches, percent: float) -> Rate | None:
    mated = [s for s in searches if s.missable]
    if not mated:
        return None
    missed = sum(s.true_confidence is None or s.true_confidence < percent for s in mated)
    return Rate(missed, len(mated), float(_people(mated)))


@dataclass(frozen=True, slots=True)
class Curves:
    """For a plot: ``confidence`` in percent, ascending; ``fpir`` and ``fnir`` 0..1 at each."""

    confidence: tuple[float, ...]
    fpir: tuple[float, ...]
    fnir: tuple[float, ...]


def curves(searches: Searches, marked: Verdicts) -> Curves:
    """FPIR falls, FNIR rises with the confidence. Either is empty without its searches."""
    absent = [s for s in searches if s.absent and s.status is SearchStatus.SEARCHED]
    strongest = [strongest_false(s, marked) for s in absent]
    mated = [s for s in searches if s.missable]
    false = _below(f.confidence if f else None for f in strongest)
    true = _below(s.true_confidence for s in mated)
    return Curves(
        tuple(map(float, GRID)), tuple(1 - share for share in false), tuple(true)
    )  # fmt: skip


def _below(confidences: Iterable[float | None]) -> list[float]:
    """The share of them below each point of ``GRID``; what was not measurable is below all."""
    ordered = np.sort([-1.0 if c is None else c for c in confidences])
    if not len(ordered):
        return []
    shares: list[float] = (np.searchsorted(ordered, GRID) / len(ordered)).tolist()
    return shares


# Groups


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The figures of one group that the operator's own manifest names, or why there are none."""

    column: str
    value: str
    people: int
    line: Line | None
    refusal: str = ""


def by_group(
    searches: Searches, marked: Verdicts, column: str, percent: float, *, kind: Kind,
    ceiling: float = 100.0,
) -> tuple[GroupLine, ...]:  # fmt: skip
    """One for each value of a column of the manifest; people without a value are left out.

    Groups come from the operator and are never inferred from a picture.
    """
    made = []
    for value in sorted({s.groups[column] for s in searches if s.groups.get(column)}):
        members = [s for s in searches if s.groups.get(column) == value]
        people = _people(s for s in members if s.absent and s.status is SearchStatus.SEARCHED)
        if people < MINIMUM_GROUP:
            refusal = (
                f"{people} absent people were searched; below {MINIMUM_GROUP} a rate would say "
                "nothing, since even none at all would leave one in ten possible"
            )
            made.append(GroupLine(column, value, people, None, refusal))
        else:
            figures = line(members, marked, percent, kind=kind, ceiling=ceiling)
            made.append(GroupLine(column, value, people, figures))
    return tuple(made)


# Comparison with another rehearsal


@dataclass(frozen=True, slots=True)
class Change:
    """The FPIR of two rehearsals at one confidence; difference and its 95 % interval -1..1."""

    percent: float
    before: Rate
    now: Rate
    difference: float
    low: float
    high: float

    def __str__(self) -> str:
        seen = f"{self.before.count} of {self.before.of} before, {self.now.count} of {self.now.of}"
        if self.low > 0:
            return f"more than before at {self.percent:g} %: {seen}"
        if self.high < 0:
            return f"fewer than before at {self.percent:g} %: {seen}"
        return f"no difference that these counts can show at {self.percent:g} %: {seen}"


def change(before: Line, now: Line) -> Change:
    """Newcombe's (1998) hybrid score interval, method 10, of the difference of two rates.

    It takes the two as independent. Where both searched the same pictures they are not, and the
    interval is then wider than it need be; it says nothing about *why* they differ.
    """
    was, is_now = before.false_matches, now.false_matches
    difference = is_now.value - was.value
    (was_low, was_high), (low, high) = _wilson(was), _wilson(is_now)
    return Change(
        now.percent,
        was,
        is_now,
        difference,
        max(-1.0, difference - sqrt((is_now.value - low) ** 2 + (was_high - was.value) ** 2)),
        min(1.0, difference + sqrt((high - is_now.value) ** 2 + (was.value - was_low) ** 2)),
    )


def _wilson(rate: Rate) -> tuple[float, float]:
    """The 95 % score interval of Wilson (1927)."""
    z, n, p = 1.959964, rate.independent, rate.value
    if n <= 0:
        return 0.0, 1.0
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
