"""Who is searched in a rehearsal: read from a folder or a table, or from the gallery itself."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.errors import InputError
from secondlook.domain.names import Numbers
from secondlook.services.planning import from_folder
from secondlook.services.tables import Table, path_in, read_table
from secondlook.storage.hygiene import HeldReference
from secondlook.storage.rehearsals import PlannedSearch

OWN = ("path", "person", "identity", "display_name")
"""Columns of a table that mean something; every other one is a group."""


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    searches: tuple[PlannedSearch, ...]
    group_columns: tuple[str, ...] = ()


def plan_source(source: Path, persons: dict[str, int]) -> RehearsalPlan:
    """The probes of a folder or a CSV file; no image is opened. ``persons``: ids by key.

    A folder: everybody in it is absent; each sub-folder is one person, and so is each file beside
    them. A table: see ``from_table``. Raises ``InputError``.
    """
    if source.is_dir():
        images = from_folder(source).images
        found = RehearsalPlan(
            tuple(PlannedSearch(i.path, i.person_key, True, False) for i in images)
        )
    elif source.is_file():
        found = from_table(source, persons)
    else:
        raise InputError("is not there.", subject=str(source), remedy="Check the path.")
    if not found.searches:
        raise InputError(
            "holds no probes.",
            subject=str(source),
            remedy="Choose a folder with pictures of people who are not in the gallery, or a CSV.",
        )
    return found


def from_table(path: Path, persons: dict[str, int]) -> RehearsalPlan:
    """Columns ``path`` (relative to the CSV) and ``person``: the key of the gallery person whom the
    probe shows, empty for absent people. ``identity``, optional: what absent people with several
    probes are told apart by. Every other column is a group of the operator's."""
    table = read_table(path, ("path", "person"))
    groups = tuple(name for name in table.columns if name not in OWN)
    searches = tuple(_lines(path, table, groups, persons))
    twice = [key for key, n in Counter((s.probe, s.person) for s in searches).items() if n > 1]
    if twice:
        raise InputError(
            f"names {twice[0][0]} more than once.", subject=str(path), remedy="Keep one line of it."
        )
    return RehearsalPlan(searches, groups)


def _lines(
    path: Path, table: Table, groups: tuple[str, ...], persons: dict[str, int]
) -> Iterator[PlannedSearch]:
    numbers = Numbers(persons)
    for number, row in table.rows:
        cells = {name: row[written] for name, written in table.columns.items()}
        if not cells["path"]:
            raise InputError(f"line {number} has no path.", subject=str(path))
        key, probe = cells["person"], path_in(path, number, cells["path"])
        person_id = numbers.of(key) if key else None
        if key and person_id is None:
            raise InputError(
                f"line {number} names “{key}”, who is not in the gallery.",
                subject=str(path),
                remedy="Use the person's key in the gallery, or leave it empty for absent people.",
            )
        yield PlannedSearch(
            probe,
            key or cells.get("identity") or probe,
            absent=not key,
            mated=bool(key),
            person_id=person_id,
            groups={name: cells[name] for name in groups},
        )


def leave_one_out(references: list[HeldReference]) -> RehearsalPlan:
    """Every reference against everybody else; against its person's other references, if any."""
    held = Counter(r.person_id for r in references)
    return RehearsalPlan(
        tuple(
            PlannedSearch(
                r.source_path,
                r.person_key,
                absent=True,
                mated=held[r.person_id] > 1,
                person_id=r.person_id,
                reference_id=r.reference_id,
            )
            for r in references
        )
    )
