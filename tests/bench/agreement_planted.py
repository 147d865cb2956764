"""Crowds for ``agreement.py --planted``: some references of a gallery that are all of one kind.

People of faces/congress, of both years, 450 of them in the gallery and 142 not. The pictures of 5,
10, 20 or 50 of the gallery are turned upside down (and the face found anew, as the detector finds
it there), negatives, out of focus or grey; the absent are searched for in pictures of that kind,
and in good ones, and whoever is there as they are in other photographs.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from secondlook.vision.decode import Pixels
from tests.bench.agreement_congress import Congress
from tests.bench.agreement_search import Bench, Templates

SIZE = 450
PLANTED = (5, 10, 20, 50)
TITLE = "Planted crowds, percent of searches of absent people"


def _negative(crop: Pixels) -> Pixels:
    return np.asarray(255 - crop, np.uint8)


class Planted:
    """Galleries of ``congress`` with a crowd in them."""

    def __init__(self, congress: Congress, bench: Bench) -> None:
        self.congress, self.bench = congress, bench
        self.people = sorted(congress.people + congress.where("absent"))
        self.kinds: dict[str, Templates] = {
            "turned": self._turned(),
            "negative": self._changed("negative", _negative),
            "blurred": self._changed("soft", self._soft),
            "grey": congress.kinds["grey"],
        }

    def _soft(self, crop: Pixels) -> Pixels:
        """A Gaussian of an eighth of the distance between the eyes."""
        eyes = self.congress.data.cache.eyes
        return np.asarray(cv2.GaussianBlur(crop, (0, 0), eyes / 8), np.uint8)

    def _faces(self) -> list[int]:
        return np.flatnonzero(~np.isnan(self.congress.data.yaw)).tolist()

    def _changed(self, name: str, change: Callable[[Pixels], Pixels]) -> Templates:
        data, faces = self.congress.data, self._faces()

        def crops() -> Iterator[Pixels]:
            pictures = data.pictures([data.rows[i] for i in faces])
            for picture, points in zip(pictures, data.points[faces], strict=True):
                yield change(data.cache.crop(picture, points))

        return dict(zip(faces, data.cache.templates(f"congress {name}", crops), strict=True))

    def _turned(self) -> Templates:
        data, faces = self.congress.data, self._faces()

        def pictures() -> Iterator[Pixels]:
            for picture in data.pictures([data.rows[i] for i in faces]):
                yield np.ascontiguousarray(picture[::-1, ::-1])

        points = data.cache.points("congress turned points", pictures)
        there = ~np.isnan(points[:, 0, 0])

        def crops() -> Iterator[Pixels]:
            for picture, own, some in zip(pictures(), points, there, strict=True):
                if some:
                    yield data.cache.crop(picture, own)

        at = [i for i, some in zip(faces, there, strict=True) if some]
        return dict(zip(at, data.cache.templates("congress turned", crops), strict=True))

    def search(self) -> None:
        for kind in self.kinds:
            for crowd in PLANTED:
                self._search(kind, crowd)

    def _search(self, kind: str, crowd: int) -> None:
        good, alike = self.congress.kinds["good"], self.kinds[kind]
        same, usual, there = [], [], []
        for turn in range(self.bench.draws):
            order = np.random.default_rng((SIZE, turn, 9)).permutation(self.people).tolist()
            chosen, absent = order[:SIZE], order[SIZE:]
            crowded = {n for n, i in enumerate(chosen) if i in alike}
            crowded = set(sorted(crowded)[:crowd])
            gallery = self.bench.searched(
                [(alike if n in crowded else good)[i] for n, i in enumerate(chosen)]
            )
            same.append(gallery.absent(alike[i] for i in absent if i in alike))
            usual.append(gallery.absent(good[i] for i in absent))
            mates = self.congress.mates("good", chosen)
            there.append(gallery.there(m for m in mates if m[1] not in crowded))
        name = f"Congress {SIZE}, {crowd} of them {kind}"
        self.bench.drawn(TITLE, name, f"good, {kind}", same, group=True)
        self.bench.drawn(TITLE, name, "good, as they are", usual, group=True)
        self.bench.missed(name, "good, as they are", there)
