"""Pairs that nobody has judged, named wherever they lower what can be reached."""

from collections.abc import Callable, Sequence

from secondlook.domain.calibration import ReferenceCurve
from secondlook.domain.confidence import ConfidenceScale, format_percent
from secondlook.domain.errors import InputError
from secondlook.domain.limits import Suspects, in_the_way, limiting_pairs, suspects
from secondlook.domain.records import LimitingPair, LimitNote, ScoresAt
from secondlook.services.hygiene import chance_line
from secondlook.services.matrices import LoadedGallery
from secondlook.storage import galleries, marks
from secondlook.storage.database import Connection

NAMED = 0.1
"""Pairs of different people that a whole gallery may be expected to show at a score from which two
are said to look like one: a list to look through can afford more (``hygiene.EXPECTED_BY_CHANCE``).
"""


def named_from(curve: ReferenceCurve | None, persons: int) -> float | None:
    """The score from which a pair of a gallery is named. None: nothing says which."""
    return chance_line(curve, persons, NAMED)[0]


def scores_at(scale: ConfidenceScale, lines: Sequence[float]) -> ScoresAt:
    return {f"{line:g}": scale.score_at(line) for line in sorted(lines)}


def limit_of(
    db: Connection,
    loaded: LoadedGallery,
    scale: ConfidenceScale,
    lines: Sequence[float],
) -> LimitNote | None:
    """What is in the way of some lines (percent) in a gallery, as its marks are now.

    Worked out once for each state of a gallery and of its marks.
    """
    judged = marks.different_people(db, loaded.summary.id)
    key = (scale.reference, judged)
    if key not in loaded.suspects:
        line = named_from(scale.reference, loaded.matrix.persons)
        loaded.suspects[key] = suspects(scale, loaded.matrix, line, judged)

    def name(person_id: int) -> str:
        try:
            found: str = galleries.person(db, person_id)["display_name"]
        except InputError:  # removed in the meantime
            return "?"
        return found

    return limit_note(scale, loaded.suspects[key], lines, name)


def limit_note(
    scale: ConfidenceScale,
    found: Suspects | None,
    lines: Sequence[float],
    name: Callable[[int], str],
) -> LimitNote | None:
    """``name``: how a person of the gallery is called."""
    limit = limiting_pairs(scale, found, lines)
    if limit is None:
        return None
    pairs = tuple(
        LimitingPair(p.person_id, p.other_id, name(p.person_id), name(p.other_id), p.score)
        for p in limit.pairs
    )
    without = {f"{line:g}": limit.scores_at[line] for line in sorted(lines)}
    return LimitNote(pairs, limit.ceiling, without)


def sentence(ceiling: float, now: ScoresAt, limit: LimitNote | None, percent: float) -> str:
    """What is in the way, for a person who asks for ``percent``; empty where nothing is."""
    lines = in_the_way(now, limit.scores_at) if limit else []
    if limit is None or not lines:
        return ""
    line = f"{percent:g}" if f"{percent:g}" in lines else lines[-1]
    pair, more = limit.pairs[0], len(limit.pairs) - 1
    who = f"{pair.name} and {pair.other_name} look like one person (score {pair.score:.3f})"
    if more:
        who += ", as does 1 more pair" if more == 1 else f", as do {more} more pairs"
    judge = "judge the pairs" if more else "judge the pair"
    score = now[line]
    if score is None:
        return f"At most {format_percent(ceiling)} % here, because {who}: {judge}."
    return (
        f"{line} % takes a score of {score:.3f} here, and {limit.scores_at[line]:.3f} without "
        f"this: {who}: {judge}."
    )
