"""Who is one person across galleries, of rows that are linked.

Two people who judge two rows to be one person join them whatever else is known. A photograph that
two rows share joins them too, but not two rows of one gallery, nor what would join such two by
detours: that some picture lies in a wrong folder is likelier than that a gallery holds somebody
twice, and one person with a folder must not make everybody one. A link that joins nobody stays
known, so that what was concluded on its other side is not passed over.

Links count in the order in which they arose: a later one never parts what an earlier one joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


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


def identities(rows: Mapping[int, PersonRow], links: Iterable[PersonLink]) -> dict[int, int]:
    """For every linked row the lowest row that is the same person.

    links: in their order; what was judged comes before all others.
    """
    lowest: dict[int, int] = {}
    members: dict[int, list[PersonRow]] = {}

    def join(one: int, other: int) -> None:
        a, b = sorted((lowest[one], lowest[other]))
        members[a] += members[b]
        for row in members.pop(b):
            lowest[row.id] = a

    for link in sorted(links, key=lambda link: not link.judged):
        for person in (link.one, link.other):
            if lowest.setdefault(person, person) == person:
                members.setdefault(person, [rows[person]])
        a, b = lowest[link.one], lowest[link.other]
        if a != b and (link.judged or not _beside(members[a], members[b])):
            join(link.one, link.other)
    return lowest


def _beside(some: Iterable[PersonRow], others: Iterable[PersonRow]) -> bool:
    by_gallery: dict[int, list[PersonRow]] = {}
    for row in some:
        by_gallery.setdefault(row.gallery_id, []).append(row)
    return any(beside(one, row) for row in others for one in by_gallery.get(row.gallery_id, ()))
