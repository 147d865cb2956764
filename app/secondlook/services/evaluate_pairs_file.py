"""A table of pairs, two images a line and whether they show one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from secondlook.domain.errors import InputError
from secondlook.domain.measures import Integers, runs_of
from secondlook.services.tables import Row, path_in, read_sheet, require_width

FOLDS = 10


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAME = _words("same 1 yes y true t mated mate match matched positive genuine sameperson")
DIFFERENT = _words(
    "different 0 -1 no n false f impostor imposter nonmated nonmatch mismatch mismatched "
    "unmatched negative differentpeople differentperson"
)
_FIRST = _words("first a left probe image1 path1 file1 img1 photo1 imagea patha filea")
_SECOND = _words("second b right reference image2 path2 file2 img2 photo2 imageb pathb fileb")
_LABEL = _words(
    "label same match matched mated issame ismatch sameperson samedifferent kind type truth "
    "groundtruth target class"
)
_FOLD = _words("fold set split")


@dataclass(frozen=True, slots=True)
class PairsFile:
    """P pairs of n images.

    images: n different paths. first, second: int64 (P,), indices into them. same: bool (P,).
    folds: int64 (P,), which fold a pair is in; ``named_folds`` where the file has a column for it,
    else they are ``FOLDS`` runs of neighbours among the pairs of each kind, or fewer if there are
    fewer pairs.
    """

    path: Path
    images: tuple[Path, ...]
    first: Integers
    second: Integers
    same: npt.NDArray[np.bool_]
    folds: Integers
    named_folds: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    first: int
    second: int
    label: int
    fold: int | None = None


def read_pairs(path: Path) -> PairsFile:
    """Read and check a table; no image is opened, but each must be there.

    CSV (see ``tables.read_sheet``). With a header: the columns of the two images (first and second,
    image1 and image2, a and b …), of the label (label, same, match …) and optionally of the fold,
    in any order; without one: image, image, label. Paths are relative to the table. Labels: same
    or different, 1 or 0, yes or no, mated or impostor. Blank lines are left out. Raises
    ``InputError`` with the number of the line.
    """
    columns, rows = _columns(path, list(read_sheet(path).rows))
    index: dict[str, int] = {}
    first: list[int] = []
    second: list[int] = []
    same, folds = [], []
    for number, row in rows:
        for column, indices in ((columns.first, first), (columns.second, second)):
            name = path_in(path, number, _cell(path, number, row, column, "image"))
            indices.append(index.setdefault(name, len(index)))
        same.append(_label(path, number, _cell(path, number, row, columns.label, "label")))
        if columns.fold is not None:
            folds.append(_cell(path, number, row, columns.fold, "fold"))
    lines = [number for number, _ in rows]
    images = tuple(map(Path, index))
    _require_there(path, images, lines, first, second)
    labels = np.array(same, dtype=np.bool_)
    for kind, count in (("same", labels.sum()), ("different", (~labels).sum())):
        if not count:
            raise _refused(path, f"has no pair labelled {kind}.", "Pairs of both kinds are needed.")
    return PairsFile(
        path,
        images,
        np.array(first, dtype=np.int64),
        np.array(second, dtype=np.int64),
        labels,
        np.unique(folds, return_inverse=True)[1].astype(np.int64) if folds else _runs(labels),
        bool(folds),
    )


def _columns(path: Path, rows: list[Row]) -> tuple[_Columns, list[Row]]:
    """Which column is what, and the rows without the header."""
    if not rows:
        raise _refused(path, "holds no pairs.", _HOW)
    number, head = rows[0]
    if _is_pair(head):
        return _Columns(0, 1, 2), rows
    names = ["".join(c for c in cell.lower() if c.isalnum()) for cell in head]
    label = _find(names, _LABEL)
    first, second = _find(names, _FIRST), _find(names, _SECOND)
    if label is not None and first is None and second is None:
        others = [i for i, name in enumerate(names) if i != label and name not in _FOLD]
        if len(others) == 2:  # whatever they are called
            first, second = others
    if first is None or second is None or label is None:
        raise _refused(
            path, f"line {number} is neither a pair nor a header that names the columns.", _HOW
        )
    if len(rows) == 1:
        raise _refused(path, "holds no pairs.", _HOW)
    require_width(path, len(head), rows[1:])
    return _Columns(first, second, label, _find(names, _FOLD)), rows[1:]


_HOW = (
    "Each line needs two images and a label, same or different; a first line may name the columns "
    "first, second, label."
)


def _is_pair(row: list[str]) -> bool:
    """Names of columns have no dots or slashes, and paths nearly always do."""
    return len(row) >= 3 and all(set(cell) & set("./\\") for cell in row[:2])


def _find(names: Sequence[str], known: frozenset[str]) -> int | None:
    return next((i for i, name in enumerate(names) if name in known), None)


def _cell(path: Path, number: int, row: list[str], column: int, what: str) -> str:
    if column >= len(row) or not row[column]:
        raise _refused(
            path, f"line {number} lacks an entry: the {what} in column {column + 1}.", _HOW
        )
    return row[column]


def _label(path: Path, number: int, text: str) -> bool:
    plain = text.lower().replace("_", "").replace(" ", "")
    plain = plain.removesuffix(".0")  # as a numerical library writes them
    plain = plain if plain == "-1" else plain.replace("-", "")
    if plain in SAME:
        return True
    if plain in DIFFERENT:
        return False
    remedy = "Labels are same or different (also 1 or 0, yes or no, mated or impostor)."
    raise _refused(path, f"line {number} has the label “{text}”.", remedy)


def _require_there(
    path: Path, images: tuple[Path, ...], lines: list[int], first: list[int], second: list[int]
) -> None:
    """A path that leads nowhere is a slip in the table, not a failure of the matcher."""
    gone = {i for i, image in enumerate(images) if not _exists(image)}
    if not gone:
        return
    number, name = next(
        (number, images[i])
        for number, *pair in zip(lines, first, second, strict=True)
        for i in pair
        if i in gone
    )
    more = f" ({len(gone)} such images in all)" if len(gone) > 1 else ""
    raise _refused(
        path,
        f"line {number} names {name}, which is not there{more}.",
        f"Paths are relative to {path.parent.resolve()}.",
    )


def _exists(image: Path) -> bool:
    try:
        return image.exists()
    except (OSError, ValueError):
        return False


def _runs(same: npt.NDArray[np.bool_]) -> Integers:
    folds = np.zeros(len(same), dtype=np.int64)
    most = min(FOLDS, int(same.sum()), int((~same).sum()))
    for kind in (same, ~same):
        folds[kind] = runs_of(int(kind.sum()), most)
    return folds


def _refused(path: Path, message: str, remedy: str) -> InputError:
    return InputError(message, subject=str(path), remedy=remedy)
