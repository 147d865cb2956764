"""Photographs and drawings without a face, from Debian packages of wallpapers and pictures (see
README.md): grounds to paste on, and what a detector must not take for a face.

They are read, screened with the teacher and kept in the work folder; none enters the project.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from composites_labels import Detecting

Image = npt.NDArray[np.uint8]

LONGEST, LEAST = 512, 96  # px of a side as kept; smaller pictures are left out
DOUBT = 0.3  # what the teacher gives at least this much may be a face: left out
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_ENDS = {b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}


def embedded(path: Path) -> Iterator[Image]:
    """The pictures inside a Qt resource file (.rcc), which keeps them as they are."""
    data, start = path.read_bytes(), 0
    while (at := data.find(b"RIFF", start)) >= 0:
        start = at + 4
        if data[at + 8 : at + 12] == b"WEBP":
            size = int.from_bytes(data[at + 4 : at + 8], "little") + 8
            picture = cv2.imdecode(np.frombuffer(data[at : at + size], np.uint8), 1)
            if picture is not None:
                yield np.asarray(picture, np.uint8)


def read(path: Path) -> Iterator[Image]:
    """The picture, or pictures, of a file: BGR, transparent parts grey."""
    if path.suffix == ".rcc":
        yield from embedded(path)
        return
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.dtype != np.uint8 or picture.ndim != 3:
        return
    if picture.shape[2] == 4:
        share = picture[..., 3:].astype(np.float32) / 255
        picture = (picture[..., :3] * share + 128 * (1 - share)).astype(np.uint8)
    yield np.asarray(picture, np.uint8)


def collect(folders: list[Path], teacher: Detecting, target: Path) -> None:
    """Write the usable pictures of ``folders`` to ``target``/train and, every fifth by the hash of
    its bytes, ``target``/test. Of one picture in several sizes the largest is taken."""
    for part in ("train", "test"):
        (target / part).mkdir(parents=True, exist_ok=True)
    for path in sorted(_largest(folders)):
        for picture in read(path):
            if min(picture.shape[:2]) < LEAST:
                continue
            scale = min(1.0, LONGEST / max(picture.shape[:2]))
            small = np.asarray(
                cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA),
                np.uint8,
            )
            if small.std() < 8 or min(small.shape[:2]) < LEAST or _doubtful(small, teacher):
                continue
            digest = zlib.crc32(small.tobytes())
            part = "test" if digest % 5 == 0 else "train"
            cv2.imwrite(str(target / part / f"{digest:08x}.jpg"), small)


def _largest(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        sized: dict[Path, Path] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".rcc":
                yield path
            if path.suffix.lower() not in SUFFIXES or path.stat().st_size < 20_000:
                continue
            # Wallpapers lie as contents/images/1920x1080.jpg and so on: one is enough.
            sizes = path.stem.replace("x", "").isdigit()
            key = path.parent.parent if sizes else path
            if key not in sized or path.stat().st_size > sized[key].stat().st_size:
                sized[key] = path
        yield from sized.values()


def _doubtful(picture: Image, teacher: Detecting) -> bool:
    return any(len(teacher.find(picture, side, least=DOUBT)) for side in (320, 640))


def load(folder: Path) -> list[Image]:
    """All pictures of a folder, by name."""
    pictures = (cv2.imread(str(path)) for path in sorted(folder.glob("*.jpg")))
    return [np.asarray(p, np.uint8) for p in pictures if p is not None]
