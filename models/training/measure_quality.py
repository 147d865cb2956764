"""What the components of quality are worth: misses and false candidates of spoilt second portraits.

    python models/training/measure_quality.py FACES WEIGHTS [--people 80] [--absent 100]

With the program's own Python, and PYTHONPATH at ``app`` and the root. FACES has ``congress``,
WEIGHTS YuNet's dynamic file and reid-retail-0095. Each probe is laid on a canvas of 192 px (47 px
between the eyes) and spoilt in one way at a time; then it goes through detector, quality,
recogniser and the program's own confidence among the 450 of the gallery. It prints, for each way
and pair of models, how many are missed and shown by mistake at 80 and 99 %, and quantiles of the
components.
"""

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from aligned import CANVAS, CROP, MARGIN, POINTS, Image, Rng
from augment import compressed
from composites_sources import TurnedPicture
from hidden import Watched, _band, _cloth, _lock, _palm, _rims, _shades
from secondlook.domain.faces import Component, Quality
from secondlook.vision.cards import load_cards
from secondlook.vision.detect import Detector
from secondlook.vision.embed import Recogniser
from secondlook.vision.engine import Engine
from secondlook.vision.heads import HEADS, Heads
from tests.bench.agreement_search import Searched
from turns import Relief, Turn, fit_similarity

PAIRS = (("secondlook-mini-detector", "secondlook-mini"), ("yunet-dynamic", "reid-retail-0095"))
SHOWN = (80, 99)
AROUND = 48  # px of repeated border around a canvas
SEED = 11

Way = Callable[[Image, Rng], Image]


def worn(kind: Callable[[Watched], None], eyes: float = 0, mouth: float = 0) -> Way:
    """With such a thing, drawn again until it hides as much as that."""

    def way(face: Image, rng: Rng) -> Image:
        for _ in range(20):
            sheet = Watched(face.copy(), MARGIN, rng)
            kind(sheet)
            if sheet.eyes >= eyes and sheet.mouth >= mouth:
                break
        return sheet.face

    return way


def turned(yaw: float, pitch: float = 0) -> Way:
    def way(face: Image, rng: Rng) -> Image:
        side = rng.choice([-1, 1])
        turn = Turn(Relief.drawn(rng), float(np.radians(yaw * side)), float(np.radians(pitch)))
        where = TurnedPicture.of(turn).where
        drawn = cv2.remap(
            face, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(drawn, np.uint8)

    return way


def lit(dark: float) -> Way:
    """One half of the face has so much of the other's light (linear)."""

    def way(face: Image, rng: Rng) -> Image:
        across = (np.arange(CANVAS) / CANVAS - 0.5) * rng.choice([-1, 1])
        gain = dark + (1 - dark) / (1 + np.exp(-30 * across))
        light = (face / 255.0) ** 2.2 * gain[None, :, None]
        return np.asarray(255 * light ** (1 / 2.2), np.uint8)

    return way


WAYS: dict[str, Way] = {
    "as they are": lambda face, _: face,
    "glasses": worn(_rims),
    "sunglasses": worn(_shades, eyes=0.5),
    "bar over the eyes": worn(_band, eyes=0.5),
    "hair over an eye": worn(_lock, eyes=0.5),
    "mask": worn(_cloth, mouth=0.5),
    "hand before the mouth": worn(_palm, mouth=0.5),
    **{f"yaw {angle}": turned(angle) for angle in (20, 30, 40, 50, 60)},
    **{f"pitch {angle}": turned(0, angle) for angle in (-30, -20, 20, 30)},
    **{f"jpeg {q}": (lambda face, _, q=q: compressed(face, q)) for q in (5, 10, 20, 30, 50, 75)},
    **{f"half lit {dark}": lit(dark) for dark in (0.5, 0.25, 0.1, 0.03)},
}


class Reader:
    """One pair of models: pictures to templates and qualities."""

    def __init__(
        self, models: Path, weights: Path, pair: tuple[str, str], heads: Path | None
    ) -> None:
        cards = load_cards(models)
        detector, recogniser = (cards[name] for name in pair)

        def file(name: str) -> Path:
            near = models / cards[name].file
            return near if near.is_file() else weights / cards[name].file

        self.engine = Engine(
            Detector(detector, file(pair[0])),
            Recogniser(recogniser, file(pair[1])),
            Heads(cards[HEADS], heads or file(HEADS)),
        )

    def __call__(self, picture: Image) -> tuple[Image, Quality] | None:
        faces = self.engine.faces(np.asarray(picture, np.uint8), thorough=False)
        if not faces:
            return None
        pixels = np.asarray(picture, np.uint8)
        return self.engine.template(pixels, faces[0]), self.engine.quality(pixels, faces[0])


def canvas(picture: Image, reader: Reader) -> Image | None:
    faces = reader.engine.faces(np.asarray(picture, np.uint8))
    if not faces:
        return None
    a, b = fit_similarity(np.array(faces[0].landmarks), POINTS * CROP + MARGIN)
    matrix = np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
    if abs(a) < 0.7:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 / abs(a) - 0.2)
    drawn = cv2.warpAffine(
        picture, matrix, (CANVAS, CANVAS), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(drawn, np.uint8)


def chosen(faces: Path, people: int, absent: int) -> tuple[list[tuple[Path, str]], list[Path]]:
    rng = np.random.default_rng(SEED)
    with (faces / "congress/manifest.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    mated = {r["person"]: r["path"] for r in rows if r["different_photo"] == "yes"}
    some = rng.permutation(sorted(mated))[:people]
    away = [r["path"] for r in rows if r["role"] == "absent"]
    others = rng.permutation(away)[:absent]
    return [(faces / "congress" / mated[p], str(p)) for p in some], [
        faces / "congress" / str(p) for p in others
    ]


def quantiles(values: list[float]) -> str:
    return " ".join(f"{v:.2f}" for v in np.quantile(values, (0.05, 0.5, 0.95)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("faces", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--heads", type=Path, help="another file for the card")
    parser.add_argument("--people", type=int, default=80)
    parser.add_argument("--absent", type=int, default=100)
    parser.add_argument("--ways", nargs="*", default=list(WAYS))
    parser.add_argument("--keep", type=Path, help="write every value there (npz)")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    models = Path(__file__).parents[1]
    readers = [Reader(models, given.weights, pair, given.heads) for pair in PAIRS]
    gallery = sorted((given.faces / "congress/gallery").glob("*.jpg"))
    mated, absent = chosen(given.faces, given.people, given.absent)
    kept: dict[str, list[object]] = {
        "way": [],
        "pair": [],
        "role": [],
        "person": [],
        "values": [],
        "lines": [],
    }
    searched, places = [], []
    for reader in readers:
        rows = [(path.stem, reader(cv2.imread(str(path)))) for path in gallery]
        have = [(name, row) for name, row in rows if row]
        searched.append(
            Searched(np.stack([row[0] for _, row in have]), reader.engine.reference_curve, True)
        )
        places.append({name: k for k, (name, _) in enumerate(have)})
        for name, row in have:
            _keep(kept, "gallery", reader, "gallery", name, row[1], 0)
    canvases = [(canvas(cv2.imread(str(path)), readers[1]), person) for path, person in mated]
    away = [(canvas(cv2.imread(str(path)), readers[1]), path.stem) for path in absent]
    for way in given.ways:
        for reader, search, place in zip(readers, searched, places, strict=True):
            rng = np.random.default_rng(SEED)
            missed, shown, qualities, unseen = np.zeros(2, int), np.zeros(2, int), [], 0
            counts = [0, 0]
            for role, pictures in enumerate((canvases, away)):
                for picture, person in pictures:
                    if picture is None or (role == 0 and person not in place):
                        continue
                    spoilt = WAYS[way](picture.copy(), rng)
                    spoilt = cv2.copyMakeBorder(spoilt, *[AROUND] * 4, cv2.BORDER_REPLICATE)
                    row, lines = reader(spoilt), 0
                    counts[role] += 1
                    if row is None:
                        unseen += 1
                    elif role == 0:
                        lines = int(search.there([(row[0], place[person])])[0])
                    else:
                        lines = int(search.absent([row[0]])[0])
                    reached = np.array([lines >= 1, lines >= 4])
                    if role == 0:
                        missed += ~reached
                    else:
                        shown += reached
                    if row:
                        qualities.append(row[1])
                        _keep(kept, way, reader, ("mated", "absent")[role], person, row[1], lines)
            print(
                f"{way:<22} {reader.engine.model.name:<17} no face {unseen:3}; of {counts[0]} "
                f"missed {missed[0]:3} {missed[1]:3}; of {counts[1]} "
                f"shown {shown[0]:3} {shown[1]:3}",
                flush=True,
            )
            for component in (
                Component.YAW,
                Component.PITCH,
                Component.EYES,
                Component.MOUTH,
                Component.UNIFORMITY,
                Component.COMPRESSION,
            ):
                values = [q.value(component) or 0.0 for q in qualities]
                print(f"      {component}: {quantiles(values)}")
    if given.keep:
        np.savez(given.keep, **{name: np.array(values) for name, values in kept.items()})


def _keep(
    kept: dict[str, list[object]],
    way: str,
    reader: Reader,
    role: str,
    person: str,
    quality: Quality,
    lines: int,
) -> None:
    values = [quality.value(c) or 0.0 for c in Component]
    row = (way, reader.engine.model.name, role, person, values, lines)
    for name, value in zip(kept, row, strict=True):
        kept[name].append(value)


if __name__ == "__main__":
    main()
