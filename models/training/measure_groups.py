"""Whom a recogniser serves worse: recognisers side by side on Congress by sex and by caucus, and on
people of ``portraits_world`` whom no training saw.

    python models/training/measure_groups.py FACES TEACHER [NAME ...] [--models FOLDER]

FACES holds congress/ and portraits_world/. Groups come from the manifests (caucus.csv, as the
caucuses publish it); nothing is inferred from a picture. Confidences are the program's own.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from aligned import CROP
from secondlook.bootstrap import open_models
from secondlook.domain.cancel import CancelToken
from secondlook.domain.measures import Share, tar_at_fmr
from secondlook.services.evaluate_searches import Searches
from secondlook.vision.decode import decode, read_original
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.sessions import Tensor
from world_looks import SAME, looks

LINES = (80.0, 90.0, 95.0, 99.0)
STRICT = 1e-3  # the FMR over all at which groups are compared

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]


def share(some: Mask) -> Share:
    return Share(int(some.sum()), len(some))


def said(value: Share) -> str:
    if value.rate is None:
        return "–"
    low, high = value.interval
    counts = f"{value.count} of {value.of}"
    return f"{100 * value.rate:.3g} % ({100 * low:.2g} to {100 * high:.2g}; {counts})"


@dataclass(frozen=True)
class Congress:
    """Pictures of Congress with what the manifests say, and one template each."""

    person: npt.NDArray[np.str_]
    role: npt.NDArray[np.str_]
    other: Mask  # verified to be another photograph than the gallery's
    groups: dict[str, Mask]
    templates: Tensor

    @classmethod
    def embedded(cls, folder: Path, engine: Engine) -> "Congress":
        with (folder / "manifest.csv").open(encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        with (folder / "caucus.csv").open(encoding="utf-8") as table:
            caucus = {row["person"]: row["caucus"] for row in csv.DictReader(table)}
        kept, templates = [], []
        for row in rows:
            path = folder / row["path"]
            pixels = decode(read_original(path), name=path.name).pixels
            faces = engine.faces(pixels)
            if faces:
                kept.append(row)
                templates.append(engine.template(pixels, faces[0]))
        sex = np.array([row["gender"] for row in kept])
        member = np.array([caucus.get(row["person"], "") for row in kept])
        groups = {
            "all": np.ones(len(kept), np.bool_),
            "men": sex == "M",
            "women": sex == "F",
            "CBC": member == "CBC",
            "CHC": member == "CHC",
        }
        return cls(
            np.array([row["person"] for row in kept]),
            np.array([row["role"] for row in kept]),
            np.array([row["different_photo"] == "yes" for row in kept]),
            groups,
            np.stack(templates),
        )

    @property
    def gallery(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self.role == "gallery")

    def verification(self) -> list[tuple[str, str]]:
        """All pairs, without pictures that may repeat a gallery photograph and without pairs of
        two probes of one person, which nobody has checked."""
        used = np.flatnonzero((self.role != "mated") | self.other)
        first, second = (used[side] for side in np.triu_indices(len(used), 1))
        same = self.person[first] == self.person[second]
        gallery = self.role == "gallery"
        kept = ~same | gallery[first] | gallery[second]
        first, second, same = first[kept], second[kept], same[kept]
        scores = (self.templates @ self.templates.T)[first, second]
        rows = []
        for rate in (STRICT, 1e-4):
            point = tar_at_fmr(scores[same], scores[~same], rate)
            tar = Share(point.true_matches, point.mated)
            rows.append((f"TAR at FMR {rate:g}", f"{said(tar)}, score {point.threshold:.3f}"))
        line = tar_at_fmr(scores[same], scores[~same], STRICT).threshold
        for name, mask in self.groups.items():
            inside = mask[first] & mask[second] & ~same
            false = share(scores[inside] >= line)
            rows.append((f"FMR at that of {STRICT:g} over all, {name}", said(false)))
        return rows

    def searches(self, engine: Engine) -> list[tuple[str, str]]:
        """How many people who are not in the gallery reach each line: those who never were, and
        everybody else with their own row taken out."""
        gallery = self.gallery
        names = [str(person) for person in self.person[gallery]]
        place = {person: i for i, person in enumerate(names)}
        persons = np.arange(len(names))
        found = Searches(engine, self.templates[gallery], persons, names, CancelToken())
        top = np.full(len(self.person), np.nan)
        own: dict[int, float] = {}
        for i, row in enumerate(np.clip(self.templates @ self.templates[gallery].T, -1, 1)):
            column = place.get(self.person[i])
            others = row if column is None else np.delete(row, column)
            scale = found.scale.for_probe(others)
            top[i] = scale.confidence(float(others.max()), 0.0).value or 0.0
            if column is not None and self.role[i] == "mated" and self.other[i]:
                value = found.scale.for_probe(row).confidence(float(row[column]), 0.0).value
                own[i] = value or 0.0
        absent = self.role == "absent"
        kinds = {
            "absent": absent,
            "absent, and the gallery's own without their row": absent | (self.role == "gallery"),
            "mated, their person taken out": (self.role == "mated") & self.other,
        }
        rows = []
        for kind, some in kinds.items():
            for name, mask in self.groups.items():
                for line in LINES:
                    false = share(top[some & mask] >= line)
                    rows.append((f"FPIR at {line:g} %, {kind}: {name}", said(false)))
        for line in LINES:
            missed = share(np.array(list(own.values())) < line)
            rows.append((f"missed at {line:g} %", said(missed)))
        return rows


def world(made: dict[str, Scores], engine: Engine, teacher: Tensor) -> list[tuple[str, str]]:
    """One picture against its own looks, at the score of FMR 1e-3 of plain pictures."""
    found = {kind: _templates(engine, crops) for kind, crops in made.items()}
    plain = found["plain"]
    apart = (teacher @ teacher.T < SAME)[np.triu_indices(len(plain), 1)]
    impostors = (plain @ plain.T)[np.triu_indices(len(plain), 1)][apart]
    rows = []
    for kind, templates in found.items():
        if kind == "plain":
            continue
        mated = (templates * plain).sum(1)
        point = tar_at_fmr(mated, impostors, STRICT)
        tar = said(Share(point.true_matches, point.mated))
        rows.append((f"{kind}: TAR at FMR 1e-3", f"{tar}, mean score {mated.mean():.3f}"))
    like = f"{(teacher * plain).sum(1).mean():.3f}" if teacher.shape == plain.shape else "–"
    rows.append(("mean cosine to the first", like))
    return rows


def _templates(engine: Engine, crops: npt.NDArray[np.uint8]) -> Tensor:
    """Of the teacher's crops, brought to the size that the model takes."""
    size = engine.recogniser.card.input.width
    fitted = [
        np.asarray(cv2.resize(c, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        if size != CROP
        else c
        for c in crops
    ]
    return engine.templates(fitted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("faces", type=Path)
    parser.add_argument("names", nargs="+", metavar="NAME", help="the first is the teacher")
    parser.add_argument("--detector")
    parser.add_argument("--models", type=Path, help="folder of further cards and model files")
    parser.add_argument(
        "--held-out", type=Path, default=Path(__file__).with_name("held-out-world.txt")
    )
    chosen = parser.parse_args()
    store = open_models(chosen.models)
    made = looks(chosen.faces / "portraits_world", chosen.held_out.read_text("utf-8").split())
    columns: list[list[tuple[str, str]]] = []
    teacher: Tensor | None = None
    for name in chosen.names:
        engine = open_engine(store, chosen.detector, name)
        if teacher is None:
            teacher = _templates(engine, made["plain"])
        congress = Congress.embedded(chosen.faces / "congress", engine)
        columns.append(
            congress.verification() + congress.searches(engine) + world(made, engine, teacher)
        )
    print(f"| | {' | '.join(chosen.names)} |\n|---{'|---' * len(columns)}|")
    for labels in zip(*columns, strict=True):
        print(f"| {labels[0][0]} | {' | '.join(value for _, value in labels)} |")


if __name__ == "__main__":
    main()
