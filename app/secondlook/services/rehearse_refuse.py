"""What is no probe of a rehearsal: the photograph of a reference, and the probe of a case.

The first would be found at the top by any matcher and proves nothing, for good or ill; whom it
shows is known from the picture alone. The second would compare the unknown of a case with the
gallery where no case counts it. Both are left out and counted apart.
"""

from collections.abc import Sequence

import numpy as np

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.matching import Templates
from secondlook.domain.photographs import Photograph, SamePhotograph
from secondlook.services.case_probes import CaseProbes
from secondlook.services.matrices import LoadedGallery
from secondlook.services.photographs import Copy, SamePhotographs
from secondlook.services.rehearse_search import Looked
from secondlook.storage.hygiene import HeldReference


class Refusals:
    """For one run: knows the gallery, and the faces of all cases' probes as they are now."""

    def __init__(
        self, same: SamePhotographs, loaded: LoadedGallery, references: Sequence[HeldReference]
    ) -> None:
        self._same = same
        self._matrix = loaded.matrix
        self._names = {r.reference_id: r.display_name for r in references}
        self._enrolled = {r.original_sha256: r.display_name for r in references}
        self._cases = CaseProbes(same.of_probes())

    def refuse_file(self, sha256: str, path: str) -> None:
        """Raises ``ImageError`` for the very file of a reference, or of a case's probe."""
        if sha256 in self._enrolled:
            raise ImageError(
                ImageFault.DUPLICATE,
                f"this very file is enrolled, for {self._enrolled[sha256]}.",
                subject=path,
                remedy="Rehearse with other pictures than those of the gallery.",
            )
        self._cases.refuse_file(sha256, path)

    def refuse_probe(self, looked: Looked, template: Templates, path: str) -> None:
        """Raises ``ImageError`` for a copy of either, by its face."""
        self._refuse(looked.photograph, self._matrix.templates @ template, path)

    def refuse_reference(self, photograph: Photograph, row: int, path: str) -> None:
        """The same for the reference in a row of the matrix, beside all the others."""
        self._cases.refuse_file(photograph.sha256, path)
        scores = self._matrix.templates @ self._matrix.templates[row]
        scores[row] = -1.0
        self._refuse(self._same.fingerprinted(photograph), scores, path)

    def _refuse(self, photograph: Photograph, scores: Templates, path: str) -> None:
        copies = self._same.of_references(photograph, self._matrix, np.clip(scores, -1, 1))
        if copies:
            raise self._copy_of_a_reference(path, copies[0])
        self._cases.refuse(photograph, path)

    def _copy_of_a_reference(self, path: str, copy: Copy) -> ImageError:
        certain = copy.found.status is SamePhotograph.CERTAIN
        seems = "is" if certain else "seems to be"
        name = self._names.get(copy.reference_id, "somebody")
        return ImageError(
            ImageFault.SAME_PHOTOGRAPH,
            f"this {seems} the photograph that is enrolled for {name}.",
            subject=path,
            remedy="Rehearse with other photographs than those of the gallery.",
        )
