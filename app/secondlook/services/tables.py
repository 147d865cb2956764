"""Tables as people save them: text in some encoding, separated by something.

What was assumed is kept with the rows, so that whoever gave the table can see how it was read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from secondlook.domain.errors import InputError


class Encoding(StrEnum):
    UTF_8 = "UTF-8"
    UTF_16 = "UTF-16"
    WINDOWS = "Windows-1252"


class Separator(StrEnum):
    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"


Row = tuple[int, list[str]]
"""The number of the line it ends on, and its cells without blanks around them."""

SAVE_AS = "Save the table as CSV in UTF-8."
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
"""No text has them. Windows-1252 would read nearly every file, whatever it is."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table without a meaning. rows: those that are not blank, the header among them."""

    encoding: Encoding
    separator: Separator
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """columns: names in small letters to names as written. rows: with their line numbers."""

    columns: dict[str, str]
    rows: tuple[tuple[int, dict[str, str]], ...]
    sheet: Sheet


def read_table(path: Path, needed: tuple[str, ...]) -> Table:
    """A table whose first line names at least the columns ``needed`` (see ``read_sheet``). Columns
    without a name, and rows without anything in the others, are left out. A row that is too short
    ends in empty cells. Raises ``InputError``."""
    sheet = read_sheet(path)
    head = sheet.rows[0][1] if sheet.rows else []
    columns = {name.lower(): name for name in head if name}
    for name in needed:
        if name not in columns:
            raise InputError(
                f"has no column “{name}”.",
                subject=str(path),
                remedy=f"The first line must name the columns {' and '.join(needed)}.",
            )
    require_width(path, len(head), sheet.rows[1:])
    rows = []
    for number, cells in sheet.rows[1:]:
        given = dict(zip(head, cells, strict=False))
        row = {name: given.get(name, "") for name in columns.values()}
        if any(row.values()):
            rows.append((number, row))
    return Table(columns, tuple(rows), sheet)


def read_sheet(path: Path) -> Sheet:
    """UTF-8 or UTF-16, with or without a byte order mark, or else Windows-1252; comma, semicolon or
    tab, as a first line ``sep=`` says or else as the header has most of. Raises ``InputError``."""
    try:
        encoding, text = _decoded(path.read_bytes())
        separator, body, first = _separated(text)
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
        rows = [(first + reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except FileNotFoundError:
        raise InputError("is not there.", subject=str(path), remedy="Check the path.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"cannot be read as CSV ({error}).", subject=str(path), remedy=SAVE_AS
        ) from error
    return Sheet(encoding, separator, tuple(row for row in rows if any(row[1])))


def _decoded(data: bytes) -> tuple[Encoding, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding.UTF_16, data.decode("utf-16")
    half = len(data) // 2
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if half > 1 and zeros.count(0) > half / 2:  # of a language in Latin letters
            return Encoding.UTF_16, data.decode(codec)
    try:
        return Encoding.UTF_8, data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
        if CONTROLS.search(text):
            raise csv.Error("it is no text") from None
        return Encoding.WINDOWS, text


def _separated(text: str) -> tuple[Separator, str, int]:
    """By what, the text without a line that says it, and how many lines that took."""
    text = text.removeprefix("\ufeff")
    head, _, rest = text.partition("\n")
    said = head.strip("\r \"'").lower()
    if said.startswith("sep="):
        mark = head.strip("\r\"'")[4:] or "\t"
        if mark not in list(Separator):
            raise csv.Error(f"its first line says that “{mark}” separates")
        return Separator(mark), rest, 1
    header = re.sub('"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(Separator, key=lambda mark: header.count(mark)), text, 0


def require_width(path: Path, columns: int, rows: Iterable[Row]) -> None:
    """Raises ``InputError`` for a row with something beyond the last column: a separator inside a
    name would otherwise put everything after it into the wrong column."""
    for number, cells in rows:
        if any(cells[columns:]):
            raise InputError(
                f"line {number} has {len(cells)} fields, but there are {columns} columns: "
                f"“{'” “'.join(cells)}”.",
                subject=str(path),
                remedy="Put text that holds the separator into quotes, or name the column.",
            )


def path_in(table: Path, number: int, image: str) -> str:
    """The path that a line of a table names, from the table's own folder; backslashes part folders
    on every system, unless a file is really named so. Raises ``InputError``."""
    try:
        resolved = (table.parent / image).resolve()
        if "\\" in image and not resolved.exists():
            resolved = (table.parent / image.replace("\\", "/")).resolve()
    except (OSError, ValueError) as error:
        raise InputError(f"line {number} has no usable path.", subject=str(table)) from error
    if not is_text(str(resolved)):
        raise InputError(
            "is in a folder whose name is not text.", subject=str(table), remedy="Rename it."
        )
    return str(resolved)


def is_text(name: str) -> bool:
    """False for names of bytes that are no text: nothing could record or show them."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
