"""A recogniser's reference curve: every person of a cohort compared with every other.

Prints the curve as TOML for the model's card. Pairs that are one person, or one photograph, under
two ids are not impostors: look at ``--sheet`` (the highest pairs as pictures) and name the ids to
leave out in ``--exclude``, or in a file, one a line (``#`` begins a remark), in ``--exclude-file``.

    python tests/bench/reference_curve.py MODEL SHARED [--models FOLDER] [--sheet PNG]
        [--exclude-file models/training/duplicates.txt] [--only-file FILE] [--born-since 1900]
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from secondlook.paths import cards, model_folders
from secondlook.vision.decode import decode, read_original
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.models import ModelStore
from secondlook.vision.sessions import Tensor
from secondlook.vision.thumbs import encode_png

BLOCK = 1024  # rows compared at a time: a few megabytes whatever the cohort
BINS = 20_000  # over scores -1..1, so a bin is 0.0001
RATES = [m * 10.0**-e for e in range(1, 7) for m in (1, 0.56, 0.32, 0.18)] + [1e-7]
TOP = 40

Pair = tuple[float, int, int]


def listed(path: Path) -> set[str]:
    """The ids of a file, one a line, without remarks."""
    lines = path.read_text("utf-8").splitlines()
    return {line.partition("#")[0].strip() for line in lines} - {""}


def cohort(portraits: Path, chosen: argparse.Namespace) -> list[Path]:
    """The aligned portraits that were asked for; people of unknown birth are not born since."""
    with (portraits / "manifest.csv").open(encoding="utf-8") as table:
        born = {row["person"]: int(row["born"] or 0) for row in csv.DictReader(table)}
    wanted = listed(chosen.only_file) if chosen.only_file else set(born)
    wanted -= set(chosen.exclude)
    if chosen.exclude_file:
        wanted -= listed(chosen.exclude_file)
    return [
        file
        for file in sorted((portraits / "aligned").glob("*.jpg"))
        if file.stem in wanted and born[file.stem] >= chosen.born_since
    ]


def templates(engine: Engine, files: list[Path]) -> tuple[list[Path], Tensor]:
    """One template for each file in which a face is found (landmarks are detected anew)."""
    kept: list[Path] = []
    rows: list[Tensor] = []
    for file in files:
        pixels = decode(read_original(file), name=file.name).pixels
        faces = engine.faces(pixels)
        if faces:
            kept.append(file)
            rows.append(engine.template(pixels, faces[0]))
    return kept, np.stack(rows)


def blocks(rows: Tensor) -> Iterator[tuple[int, int, Tensor]]:
    """Scores of every pair once: (first row, first column, block); below the diagonal is -2."""
    for i in range(0, len(rows), BLOCK):
        for j in range(i, len(rows), BLOCK):
            scores = rows[i : i + BLOCK] @ rows[j : j + BLOCK].T
            if i == j:
                scores[np.tril_indices(len(scores))] = -2
            yield i, j, scores


def compare(rows: Tensor) -> tuple[npt.NDArray[np.int64], list[Pair]]:
    """A histogram of all pairs, and the ``TOP`` highest."""
    histogram = np.zeros(BINS, np.int64)
    top: list[Pair] = []
    for i, j, scores in blocks(rows):
        valid = scores[scores > -1.5]
        histogram += np.histogram(np.minimum(valid, 1.0), bins=BINS, range=(-1, 1))[0]
        limit = top[-1][0] if len(top) == TOP else 0.5
        for a, b in np.argwhere(scores > limit):
            top.append((float(scores[a, b]), i + int(a), j + int(b)))
        top = sorted(top, reverse=True)[:TOP]
    return histogram, top


def sheet(files: list[Path], top: list[Pair], path: Path) -> None:
    """The highest pairs, five to a row, with score and ids."""
    cells = []
    for score, a, b in top:
        pair = [cv2.imread(str(files[i])) for i in (a, b)]
        cell = np.vstack(
            [np.hstack([p for p in pair if p is not None]), np.zeros((24, 384, 3), np.uint8)]
        )
        label = f"{score:.3f} {files[a].stem} {files[b].stem}"
        cv2.putText(cell, label, (4, 208), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1)
        cells.append(cell)
    cells += [np.zeros_like(cells[0])] * (-len(cells) % 5)
    picture = np.vstack([np.hstack(cells[i : i + 5]) for i in range(0, len(cells), 5)])
    path.write_bytes(encode_png(picture.astype(np.uint8)))


def curve(histogram: npt.NDArray[np.int64]) -> tuple[list[float], list[int]]:
    """Scores at which the FMR falls through ``RATES``, and the count of pairs at or above each."""
    tail = np.cumsum(histogram[::-1])[::-1]
    total = int(tail[0])
    points: dict[float, int] = {}
    for rate in RATES:
        index = int(np.argmax(tail <= rate * total))
        points[round(index * 2 / BINS - 1, 4)] = int(tail[index])
    scores = sorted(points)
    return scores, [points[score] for score in scores]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model")
    parser.add_argument("shared", type=Path, help="folder with models/ and faces/")
    parser.add_argument("--exclude", nargs="*", default=[], help="ids (file stems) to leave out")
    parser.add_argument("--exclude-file", type=Path, help="more ids to leave out, one a line")
    parser.add_argument("--only-file", type=Path, help="ids to take, one a line")
    parser.add_argument("--born-since", type=int, default=0, metavar="YEAR")
    parser.add_argument("--models", type=Path, help="folder to look in before SHARED/models")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--cohort", default="")
    chosen = parser.parse_args()
    folders = [chosen.models] if chosen.models else []
    store = ModelStore(cards(), [*folders, *model_folders(chosen.shared / "models")])
    engine = open_engine(store, None, chosen.model)
    files = cohort(chosen.shared / "faces/portraits", chosen)
    kept, rows = templates(engine, files)
    histogram, top = compare(rows)
    if chosen.sheet:
        sheet(kept, top, chosen.sheet)
    for score, a, b in top:
        print(f"# {score:.3f} {kept[a].stem} {kept[b].stem}")
    scores, counts = curve(histogram)
    print(f"# a face was found in {len(kept)} of {len(files)}")
    print("[reference_curve]")
    print(f'cohort = "{chosen.cohort}"')
    print(f"persons = {len(kept)}\ncomparisons = {int(histogram.sum())}")
    print(f"scores = {scores}\ncounts = {counts}")


if __name__ == "__main__":
    main()
