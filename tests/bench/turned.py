"""Turned, tilted and negative pictures: who is shown by mistake, and who is missed.

    python -m tests.bench.turned SHARED [--detector NAME] [--recogniser NAME ...] [--draws K]

The gallery is faces/congress, 450 people, of whom five (another five in each draw) are enrolled
from a spoilt picture. Searched for are spoilt pictures of everybody who is absent, and of gallery
people in another photograph. *Before*: the detector asked once, as the picture stands, and nothing
refused. *After*: as the program does it now; what its floors for roll and inversion refuse is
counted apart.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from secondlook.bootstrap import open_models
from secondlook.domain.faces import Component, shortfalls
from secondlook.services.prepare import FLOORS
from secondlook.vision.decode import Pixels, decode
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.sessions import Tensor
from tests.bench.agreement_data import manifest
from tests.bench.agreement_report import LINES
from tests.bench.agreement_search import Searched

Spoil = Callable[[Pixels], Pixels]
CEILINGS = {Component.ROLL: 15.0, Component.INVERSION: 0.0}
ENROLLED = {component: FLOORS[component] for component in CEILINGS}
PLANTED = 5


def turned(pixels: Pixels, by: float) -> Pixels:
    """Clockwise by degrees, in a picture that holds all of it."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -by, 1)
    cos, sin = np.abs(matrix[0, :2])
    wide, high = round(height * sin + width * cos), round(height * cos + width * sin)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    return np.asarray(cv2.warpAffine(pixels, matrix, (wide, high)), np.uint8)


def by(degrees: float) -> Spoil:
    return lambda pixels: turned(pixels, degrees)


def grey_negative(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(255 - grey, cv2.COLOR_GRAY2BGR), np.uint8)


SPOILT: dict[str, Spoil] = {
    "as it is": lambda pixels: pixels,
    "turned by 180": by(180),
    "turned by 90": by(90),
    "tilted by 35": by(35),
    "tilted by 45": by(45),
    "negative": lambda pixels: 255 - pixels,
    "grey, white is zero": grey_negative,
}


@dataclass
class Maker:
    """Pictures to templates; None where no face was found or it was refused."""

    engine: Engine
    now: bool

    def template(self, pixels: Pixels, limits: dict[Component, float]) -> Tensor | None:
        if self.now:
            faces = self.engine.faces(pixels, thorough=False)
        else:
            faces = self.engine.detector.detect(pixels, thorough=False)
        if not faces:
            return None
        if self.now and shortfalls(self.engine.quality(pixels, faces[0]), limits):
            return None
        return self.engine.template(pixels, faces[0])


@dataclass
class Congress:
    """Pictures of faces/congress: of the gallery, of the absent, and of gallery people again."""

    folder: Path

    def __post_init__(self) -> None:
        rows = manifest(self.folder)
        self.gallery = [row for row in rows if row["role"] == "gallery"]
        place = {row["person"]: n for n, row in enumerate(self.gallery)}
        self.absent = [row for row in rows if row["role"] == "absent"]
        self.mated = [
            (row, place[row["person"]])
            for row in rows
            if row["role"] == "mated" and row["different_photo"] == "yes"
        ]

    def pixels(self, row: dict[str, str]) -> Pixels:
        return decode((self.folder / row["path"]).read_bytes(), name=row["path"]).pixels


def figures(congress: Congress, maker: Maker, upright: list[Tensor], draws: int) -> Iterator[str]:
    curve = maker.engine.reference_curve
    for name, spoil in SPOILT.items():
        absent = [maker.template(spoil(congress.pixels(r)), CEILINGS) for r in congress.absent]
        mated = [
            (maker.template(spoil(congress.pixels(r)), CEILINGS), n) for r, n in congress.mated
        ]
        there = [probe for probe in absent if probe is not None]
        shown, missed, refused = np.zeros(len(LINES)), np.zeros(len(LINES)), 0
        for draw in range(draws):
            gallery = list(upright)
            for n in np.random.default_rng(draw).choice(len(gallery), PLANTED, replace=False):
                made = maker.template(spoil(congress.pixels(congress.gallery[n])), ENROLLED)
                refused += made is None
                gallery[n] = upright[n] if made is None else made
            searched = Searched(np.array(gallery), curve, extrapolate=True)
            reached = searched.absent(there)
            shown += [(reached > line).sum() / max(len(there), 1) for line in range(len(LINES))]
            found = searched.there([(probe, n) for probe, n in mated if probe is not None])
            missed += [1 - (found > line).sum() / len(mated) for line in range(len(LINES))]
        lines = (" / ".join(f"{100 * v / draws:.1f}" for v in rates) for rates in (shown, missed))
        yield f"{name} | {refused} of {draws * PLANTED} | {len(there)} of {len(absent)} | " \
            + " | ".join(lines)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--detector", default=None, metavar="NAME")
    parser.add_argument("--recogniser", nargs="+", default=["secondlook-mini"], metavar="NAME")
    parser.add_argument("--draws", type=int, default=4, metavar="K")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    congress = Congress(chosen.shared / "faces/congress")
    lines = "/".join(f"{line:g}" for line in LINES)
    print(
        "| recogniser | | pictures | references refused | absent people searched "
        f"| shown by mistake at {lines}, percent | missed at {lines}, percent |"
    )
    print("|---" * 7 + "|")
    for name in chosen.recogniser:
        engine = open_engine(open_models(chosen.shared / "models"), chosen.detector, name)
        for now in (False, True):
            maker = Maker(engine, now)
            made = [maker.template(congress.pixels(row), {}) for row in congress.gallery]
            upright = [template for template in made if template is not None]
            assert len(upright) == len(made), "each of these portraits shows a face"
            for row in figures(congress, maker, upright, chosen.draws):
                print(f"| {name} | {'after' if now else 'before'} | {row} |", flush=True)


if __name__ == "__main__":
    main()
