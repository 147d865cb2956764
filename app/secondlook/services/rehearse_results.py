"""What a rehearsal showed: figures, pairs to look at, and the comparison with the one before."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondlook.domain.errors import ImageFault, InputError
from secondlook.domain.faces import Face
from secondlook.domain.marks import PEOPLE, UNSEEN, PairMarks, people_needed
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.rehearsal import (
    KEPT,
    LEFT_OUT,
    LINES,
    Change,
    Curves,
    Found,
    GroupLine,
    Kind,
    Line,
    Mark,
    Pair,
    RehearsalSearch,
    Searches,
    SearchStatus,
    Verdicts,
    by_group,
    change,
    curves,
    line,
    verdicts,
)
from secondlook.services.authority import Act, require
from secondlook.services.files import write_file
from secondlook.services.hygiene import mark_pair
from secondlook.services.images import Images
from secondlook.services.limits import sentence
from secondlook.storage import galleries, marks, rehearsals
from secondlook.storage.database import Store
from secondlook.storage.rehearsals import RehearsalSummary

GROUP_LINE = 90.0
"""Where groups are compared unless asked otherwise: of ``MINIMUM_GROUP`` people, three are allowed
to be shown here; at 99 % groups of that size would say nothing."""


@dataclass(frozen=True, slots=True)
class FalsePair:
    """Somebody shown for somebody else, for a human to look at.

    ``search``: whose probe it is, with its picture's SHA-256 and face; ``found``: the gallery
    person, with the reference; ``marks``: what whoever asked may know of it; ``name``: of the one
    searched for, in the gallery, else as the source names them.
    """

    search: RehearsalSearch
    found: Found
    pair: Pair
    marks: PairMarks
    name: str


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """Everything a screen or a report needs. Of an unfinished rehearsal: what was counted so far.

    failures: pictures that could not be searched; left_out: those that were not, see ``LEFT_OUT``;
    lines: at ``LINES`` and the policy's; changes: from ``previous``, line by line; notes: what a
    reader must know to read the figures right.
    """

    summary: RehearsalSummary
    lines: tuple[Line, ...]
    curves: Curves
    groups: tuple[GroupLine, ...]
    group_line: float
    failures: dict[ImageFault, int]
    left_out: dict[ImageFault, int]
    pairs: tuple[FalsePair, ...]
    previous: RehearsalSummary | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


class RehearsalResults:
    def __init__(self, store: Store, images: Images) -> None:
        self._store = store
        self._images = images

    def of_gallery(self, gallery_id: int) -> list[RehearsalSummary]:
        """Newest first, an unfinished one too."""
        return rehearsals.of_gallery(self._store.read(), gallery_id)

    def result(
        self,
        rehearsal_id: int,
        policy: Policy | None = None,
        group_line: float = GROUP_LINE,
        *,
        viewer: Operator | None = None,
    ) -> RehearsalResult:
        """The figures after all marks of today. ``policy`` adds the line where it accepts, and says
        how many people must call a pair one person; ``viewer``: who will see the pairs."""
        db = self._store.read()
        summary = rehearsals.get(db, rehearsal_id)
        searches = rehearsals.searches(db, rehearsal_id)
        known = marks.current(db, summary.gallery_id)
        people = people_needed(policy.examiners) if policy else PEOPLE
        marked = verdicts(searches, _counted(known, people))
        percents = sorted({*LINES, *([policy.accept_confidence] if policy else [])})
        lines = _lines(summary, searches, marked, percents)
        previous = self._previous(summary)
        faults = rehearsals.fault_counts(db, rehearsal_id)
        left_out = {fault: n for fault, n in faults.items() if fault in LEFT_OUT}
        return RehearsalResult(
            summary,
            lines,
            curves(searches, marked),
            tuple(
                group
                for column in summary.group_columns
                for group in by_group(
                    searches,
                    marked,
                    column,
                    group_line,
                    kind=summary.kind,
                    ceiling=summary.calibration.ceiling,
                )
            ),
            group_line,
            {fault: n for fault, n in faults.items() if fault not in LEFT_OUT},
            left_out,
            _pairs(
                searches,
                {pair: m.seen_by(viewer.id if viewer else None) for pair, m in known.items()},
                self._names(summary.gallery_id),
            ),
            previous,
            self._changes(previous, lines, people),
            (
                *_left_out(left_out),
                *_notes(summary, lines, self._persons_now(summary), previous),
            ),
        )

    def _previous(self, summary: RehearsalSummary) -> RehearsalSummary | None:
        """The last finished one before it, of the same gallery and kind."""
        found = rehearsals.of_gallery(self._store.read(), summary.gallery_id)
        earlier = (
            r for r in found
            if r.id < summary.id and r.finished_at and r.kind is summary.kind
        )  # fmt: skip
        return next(earlier, None)

    def _changes(
        self, previous: RehearsalSummary | None, lines: tuple[Line, ...], people: int
    ) -> tuple[Change, ...]:
        if previous is None:
            return ()
        db = self._store.read()
        searches = rehearsals.searches(db, previous.id)
        known = marks.current(db, previous.gallery_id)
        marked = verdicts(searches, _counted(known, people))
        before = _lines(previous, searches, marked, [now.percent for now in lines])
        return tuple(
            change(was, now)
            for was, now in zip(before, lines, strict=True)
            if was.measurable and now.measurable and was.people and now.people
        )

    def _names(self, gallery_id: int) -> dict[int, str]:
        persons = galleries.persons(self._store.read(), gallery_id)
        return {person.id: person.display_name for person in persons}

    def _persons_now(self, summary: RehearsalSummary) -> int | None:
        """None where the gallery was removed."""
        try:
            return galleries.summary(self._store.read(), summary.gallery_id).persons
        except InputError:
            return None

    def mark(
        self, operator: Operator, search_id: int, person_id: int, mark: Mark, note: str = ""
    ) -> PairMarks:
        """What a human found of a pair: ``search_id`` showed the gallery person ``person_id``.

        Raises ``NotPermitted`` unless signed in, ``InputError`` where the search did not.
        """
        db = self._store.read()
        require(db, operator, Act.MARK)
        search = rehearsals.search(db, search_id)
        found = next((c for c in search.candidates if c.person_id == person_id), None)
        if found is None:
            raise InputError("This search did not show this person.")
        gallery_id = rehearsals.gallery_of(db, search_id)
        return mark_pair(self._store, operator, gallery_id, search.pair(found), mark, note)

    def probe_thumbnail(self, search_id: int, size: int = 160) -> bytes:
        """JPEG bytes; only pictures of false pairs and references are kept.

        Raises ``IntegrityError`` for any other one, ``InputError`` for a search that was not made.
        """
        search = rehearsals.search(self._store.read(), search_id)
        sha256, face = _shown(search)
        return self._images.face_thumbnail(sha256, face, size)

    def export(self, rehearsal_id: int, path: Path) -> int:
        """All searches as CSV in UTF-8, one a line. Returns how many. Raises ``StorageError``."""
        db = self._store.read()
        summary = rehearsals.get(db, rehearsal_id)
        searches = rehearsals.searches(db, rehearsal_id)
        known = marks.current(db, summary.gallery_id)
        table = io.StringIO(newline="")
        writer = csv.DictWriter(table, [*_COLUMNS, *_group_names(summary)])
        writer.writeheader()
        counted = _counted(known, PEOPLE)
        writer.writerows(_row(summary, search, counted) for search in searches)
        write_file(path, table.getvalue().encode("utf-8-sig"))
        return len(searches)


def _shown(search: RehearsalSearch) -> tuple[str, Face]:
    if search.probe_sha256 is None or search.face is None:
        raise InputError("This search was not made.", subject=search.probe)
    return search.probe_sha256, search.face


def _counted(known: dict[Pair, PairMarks], people: int) -> dict[Pair, Mark]:
    """What counts of each pair where so many must call it one person."""
    found = ((pair, marks.verdict(people)) for pair, marks in known.items())
    return {pair: mark for pair, mark in found if mark is not None}


def _lines(
    summary: RehearsalSummary, searches: Searches, marked: Verdicts, percents: list[float]
) -> tuple[Line, ...]:
    ceiling = summary.calibration.ceiling
    return tuple(line(searches, marked, p, kind=summary.kind, ceiling=ceiling) for p in percents)


def _pairs(
    searches: Searches, known: dict[Pair, PairMarks], names: dict[int, str]
) -> tuple[FalsePair, ...]:
    """Each pair once, strongest first, down to the lowest line. ``names``: by person's id."""
    made: dict[object, FalsePair] = {}
    for search in searches:
        for found in search.candidates if search.absent else ():
            if not found.reaches(LINES[0]):
                break
            pair = search.pair(found)
            key = pair if isinstance(pair.other, int) else (search.person, found.person_id)
            held = made.get(key)
            if held is None or found.score > held.found.score:
                marked = known.get(pair) or (held.marks if held else UNSEEN)
                name = names.get(search.person_id or 0, search.person)
                made[key] = FalsePair(search, found, pair, marked, name)
    return tuple(sorted(made.values(), key=lambda p: -p.found.score))


def _left_out(counts: dict[ImageFault, int]) -> Iterator[str]:
    copies = sum(n for fault, n in counts.items() if fault is not ImageFault.CASE_PROBE)
    if copies:
        yield f"Left out, as the same photograph as a reference: {copies}."
    if ImageFault.CASE_PROBE in counts:
        yield f"Left out, as the probe of a case: {counts[ImageFault.CASE_PROBE]}."


def _notes(
    summary: RehearsalSummary,
    lines: tuple[Line, ...],
    persons_now: int | None,
    previous: RehearsalSummary | None,
) -> list[str]:
    notes = []
    if not summary.pending and not summary.searched:
        notes.append("No picture could be searched, so nothing was rehearsed: give this one up.")
    elif summary.finished_at is None:
        notes.append(f"Unfinished: {summary.pending} of {summary.total} searches are still to do.")
    if summary.kind is Kind.LEAVE_ONE_OUT:
        notes.append(
            "The confidences are calibrated on these same comparisons, so this shows how they add "
            "up to searches. The independent test is a folder of people known to be absent."
        )
    made = summary.calibration
    told = sentence(made.ceiling, made.scores_at, made.limit, LINES[-1])
    if told:
        notes.append(told)
    if any(now.misses for now in lines) and summary.kind is Kind.LEAVE_ONE_OUT:
        notes.append("Misses: references of one person, which may be more alike than new probes.")
    out_of_reach = [f"{now.percent:g} %" for now in lines if not now.measurable]
    if out_of_reach:
        notes.append(f"Not measurable in this gallery: {', '.join(out_of_reach)}.")
    if any(now.unsure for now in lines):
        notes.append("Pairs that were marked unsure are counted as false.")
    if any(now.same for now in lines):
        notes.append(
            f"Pairs that enough people called one do not count, among the first {KEPT} shown."
        )
    if persons_now is not None and persons_now != summary.gallery_persons:
        notes.append(
            f"The gallery had {summary.gallery_persons} persons then, and has {persons_now} now."
        )
    if previous:
        for what, was, is_now in (
            ("model", previous.model["name"], summary.model["name"]),
            ("number of persons", previous.gallery_persons, summary.gallery_persons),
            ("source", previous.source, summary.source),
        ):
            if was != is_now:
                notes.append(f"The rehearsal before had another {what}: {was}.")
    return notes


_COLUMNS = (
    "probe", "person", "absent", "mated", "status", "reason", "shown_person", "shown_name", "score",
    "confidence", "confidence_status", "mark", "true_rank", "true_score", "true_confidence",
)  # fmt: skip


def _group_names(summary: RehearsalSummary) -> list[str]:
    return [f"group_{name}" for name in summary.group_columns]


def _row(
    summary: RehearsalSummary, search: RehearsalSearch, known: dict[Pair, Mark]
) -> dict[str, Any]:
    first = search.candidates[0] if search.candidates else None
    marked = known.get(search.pair(first)) if first else None
    groups = {f"group_{name}": search.groups.get(name, "") for name in summary.group_columns}
    return groups | {
        "probe": search.probe,
        "person": search.person,
        "absent": int(search.absent),
        "mated": int(search.mated),
        "status": search.status.value,
        "reason": search.detail if search.status is SearchStatus.FAILED else "",
        "shown_person": first.person_key if first else "",
        "shown_name": first.display_name if first else "",
        "score": first.score if first else "",
        "confidence": first.confidence if first else "",
        "confidence_status": first.status.value if first else "",
        "mark": marked.value if marked else "",
        "true_rank": search.true_rank,
        "true_score": search.true_score,
        "true_confidence": search.true_confidence,
    }
