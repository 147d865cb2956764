"""What a folder or a CSV file would enrol: one image a line, each for one person."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secondlook.domain.errors import InputError
from secondlook.domain.formats import is_known
from secondlook.storage.enrolments import PlannedImage


@dataclass(frozen=True, slots=True)
class Plan:
    """``skipped`` counts files that are not images by their name, or have no name in Unicode."""

    images: tuple[PlannedImage, ...]
    skipped: int = 0

    @property
    def persons(self) -> int:
        return len({image.person_key for image in self.images})


def plan(source: Path) -> Plan:
    """Read the layout of ``source``; no image is opened.

    A folder with sub-folders: each sub-folder is a person, and so is each image beside them. A
    folder of images alone: each file name is a person. A CSV file: see ``from_csv``. Raises
    ``InputError``.
    """
    if source.is_dir():
        found = from_folder(source)
    elif source.is_file():
        found = from_csv(source)
    else:
        raise InputError("is not there.", subject=str(source), remedy="Check the path.")
    if not found.images:
        raise InputError(
            "holds no images.",
            subject=str(source),
            remedy="Choose a folder with one sub-folder or one image file a person, or a CSV.",
        )
    return found


def from_folder(folder: Path) -> Plan:
    """Files of kinds that are known and not read are planned too: enrolment lists them by person,
    with what they are and what to do."""
    images, skipped = [], 0
    for path, person in _files(folder):
        resolved = str(path.resolve())
        if is_known(path) and _is_text(resolved + person):
            images.append(PlannedImage(resolved, person, person, {}))
        else:
            skipped += 1
    return Plan(tuple(images), skipped)


def _is_text(name: str) -> bool:
    """False for names of bytes that are no text: nothing could record or show them."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """(file, person key), sorted, hidden files and folders left out."""
    try:
        for entry in _visible(folder):
            if entry.is_dir():
                for path in _inside(entry):
                    yield path, entry.name
            elif entry.is_file():
                yield entry, entry.stem
    except OSError as error:
        raise InputError(
            f"cannot be listed ({error.strerror}).",
            subject=str(error.filename or folder),
            remedy="Check its rights.",
        ) from error


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _inside(folder: Path) -> Iterator[Path]:
    """Files at any depth. A folder that cannot be listed is an error, never a person less; links
    to folders are not followed, since they may lead in circles."""
    for entry in _visible(folder):
        if entry.is_file():
            yield entry
        elif entry.is_dir() and not entry.is_symlink():
            yield from _inside(entry)


def from_csv(path: Path) -> Plan:
    """Columns ``person`` and ``path`` (relative to the CSV), optional ``display_name``; every other
    column is kept as metadata. See ``read_table``."""
    table = read_table(path, ("person", "path"))
    return Plan(tuple(_line(path, table.columns, number, row) for number, row in table.rows))


@dataclass(frozen=True, slots=True)
class Table:
    """columns: names in small letters to names as written. rows: with their line numbers."""

    columns: dict[str, str]
    rows: tuple[tuple[int, dict[str, str | None]], ...]


def read_table(path: Path, needed: tuple[str, ...]) -> Table:
    """A CSV with at least the columns ``needed``: UTF-8, with or without a byte order mark; comma
    or semicolon. Blank rows and columns without a name are left out. Raises ``InputError``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        head = text.split("\n", 1)[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"cannot be read as CSV in UTF-8 ({error}).",
            subject=str(path),
            remedy="Choose a folder, or save the table as CSV in UTF-8.",
        ) from error
    columns = {name.strip().lower(): name for name in reader.fieldnames or [] if name.strip()}
    for name in needed:
        if name not in columns:
            raise InputError(
                f"has no column “{name}”.",
                subject=str(path),
                remedy=f"The first line must name the columns {' and '.join(needed)}.",
            )
    filled = [(n, row) for n, row in rows if any((row[c] or "").strip() for c in columns.values())]
    return Table(columns, tuple(filled))


def _line(
    source: Path, columns: dict[str, str], number: int, row: dict[str, str | None]
) -> PlannedImage:
    """``row``: by column name as written; None where the line was too short."""

    def cell(name: str) -> str:
        return (row.get(columns.get(name, "")) or "").strip()

    person, image = cell("person"), cell("path")
    if not person or not image:
        raise InputError(
            f"line {number} has no {'path' if person else 'person'}.",
            subject=str(source),
            remedy="Every line needs both.",
        )
    own = {"person", "path", "display_name"}
    metadata = {name: cell(name) for name in columns if name not in own}
    resolved = path_in(source, number, image)
    return PlannedImage(resolved, person, cell("display_name") or person, metadata)


def path_in(table: Path, number: int, image: str) -> str:
    """The path that a line of a table names, from the table's own folder."""
    try:
        resolved = str((table.parent / image).resolve())
    except (OSError, ValueError) as error:
        raise InputError(f"line {number} has no usable path.", subject=str(table)) from error
    if not _is_text(resolved):
        raise InputError(
            "is in a folder whose name is not text.", subject=str(table), remedy="Rename it."
        )
    return resolved
