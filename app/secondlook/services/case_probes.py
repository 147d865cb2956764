"""The probes of cases, which are compared in their cases alone: anywhere else no N counts it."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from secondlook import paths
from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.photographs import Photograph, SamePhotograph, suspects
from secondlook.services.images import Images
from secondlook.services.photographs import SamePhotographs
from secondlook.storage.database import Store
from secondlook.storage.originals import Originals
from secondlook.vision.box.decoder import Decoder


class CaseProbes:
    """The faces of all cases' probes as they are now, with fingerprints."""

    def __init__(self, probes: Sequence[Photograph] = ()) -> None:
        self._probes = probes
        self._files = {p.sha256 for p in probes}

    def refuse_file(self, sha256: str, path: str) -> None:
        """Raises ``ImageError`` for the very file of a probe."""
        if sha256 in self._files:
            raise _of_a_case(path, SamePhotograph.CERTAIN)

    def refuse(self, photograph: Photograph, path: str) -> None:
        """Raises ``ImageError`` for it, and for a copy of it."""
        self.refuse_file(photograph.sha256, path)
        if suspects(photograph, self._probes):
            raise _of_a_case(path, SamePhotograph.SUSPECTED)


def of_database(path: Path, decoder: Decoder) -> CaseProbes:
    """Of a database that need not be there: none is made. Raises ``StorageError``."""
    if not path.exists():
        return CaseProbes()
    with closing(Store(path)) as store:
        images = Images(store, Originals(paths.originals_of(path)), decoder)
        return CaseProbes(SamePhotographs(store, images).of_probes())


def _of_a_case(path: str, status: SamePhotograph) -> ImageError:
    seems = "is" if status is SamePhotograph.CERTAIN else "seems to be"
    return ImageError(
        ImageFault.CASE_PROBE,
        f"this {seems} the probe of a case.",
        subject=path,
        remedy="Search it in its case, and use pictures of other people here.",
    )
