"""Face thumbnails on the case screens: one key and one job for every place that shows them."""

from collections.abc import Callable, Hashable

from secondlook.domain.faces import Face
from secondlook.ui.context import Context

SIDE = 192
"""px; enough for the lists at 1:1, and kept once for all of them."""
LARGE = 320
"""px; for the places where a face stands alone."""


def face_key(sha256: str, face: Face, side: int = SIDE) -> Hashable:
    return ("face", sha256, face.box, side)


def face_job(context: Context, sha256: str, face: Face, side: int = SIDE) -> Callable[[], bytes]:
    """Cuts the face out of its original; runs in the io lane."""
    return lambda: context.app.identify.face_thumbnail(sha256, face, side)


def request_face(context: Context, sha256: str, face: Face) -> Hashable:
    """Ask for the picture if it is not here yet; gives its key."""
    key = face_key(sha256, face)
    context.thumbnails.request(key, face_job(context, sha256, face))
    return key
