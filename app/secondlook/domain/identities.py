"""Who is one person across galleries, of rows that are linked.

Two people who judge two rows to be one person join them whatever else is known. A photograph that
two rows share joins them too, but only where all that would become one person share photographs
with each other: a row that holds pictures of several people, by mistake or not, must not make these
one. Nor does it join two rows of one gallery. A link that joins nobody stays known, so that what
was concluded on its other side is not passed over.

Links count in the order in which they arose: a later one never parts what an earlier one joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secondlook.domain.groups import groups


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a gallery holds or held them. ``removed_after``: the highest row that had been
    enrolled anywhere when it was removed; None while it is there."""

    id: int
    gallery_id: int
    removed_after: int | None = None


@dataclass(frozen=True, slots=True)
class PersonLink:
    """judged: by two people. Otherwise the two rows share a photograph."""

    one: int
    other: int
    judged: bool = False


def beside(one: PersonRow, other: PersonRow) -> bool:
    """Were two rows in one gallery at the same time? Then the gallery calls them two people."""
    first, second = sorted((one, other), key=lambda row: row.id)
    together = first.removed_after is None or first.removed_after >= second.id
    return one.id != other.id and one.gallery_id == other.gallery_id and together


@dataclass(slots=True)
class _Class:
    """Rows that are one person; ``judged``: the lowest of those that people judged to be one."""

    rows: list[PersonRow]
    judged: set[int]
    galleries: dict[int, list[PersonRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self.galleries.setdefault(row.gallery_id, []).append(row)

    def beside(self, other: "_Class") -> bool:
        return any(
            beside(one, row) for row in other.rows for one in self.galleries.get(row.gallery_id, ())
        )


def judged_one(links: Iterable[PersonLink]) -> dict[int, int]:
    """For every row that two people judged to be another one the lowest of them, directly or by
    way of others."""
    return groups((link.one, link.other) for link in links if link.judged)


def identities(rows: Mapping[int, PersonRow], links: Iterable[PersonLink]) -> dict[int, int]:
    """For every linked row the lowest row that is the same person. ``links``: in their order."""
    links = list(links)
    judged = judged_one(links)
    shared = [
        (judged.get(link.one, link.one), judged.get(link.other, link.other))
        for link in links if not link.judged
    ]  # fmt: skip
    members: dict[int, list[PersonRow]] = {}
    for person in {p for link in links for p in (link.one, link.other)}:
        members.setdefault(judged.get(person, person), []).append(rows[person])
    classes = {one: _Class(each, {one}) for one, each in members.items()}
    direct: set[frozenset[int]] = set()
    for one, other in shared:
        direct.add(frozenset((one, other)))
        a, b = classes[one], classes[other]
        if a is not b and _all_share(a, b, direct) and not a.beside(b):
            both = _Class(a.rows + b.rows, a.judged | b.judged)
            classes.update(dict.fromkeys(both.judged, both))
    lowest = {id(each): min(row.id for row in each.rows) for each in classes.values()}
    return {row.id: lowest[id(each)] for each in classes.values() for row in each.rows}


def _all_share(one: _Class, other: _Class, direct: set[frozenset[int]]) -> bool:
    return all(frozenset((a, b)) in direct for a in one.judged for b in other.judged)
