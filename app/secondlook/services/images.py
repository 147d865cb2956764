"""Originals in and out: kept by hash, decoded for showing."""

from dataclasses import dataclass

from secondlook.domain.cancel import CancelToken
from secondlook.domain.faces import Face
from secondlook.storage import cases
from secondlook.storage.database import Connection, Store
from secondlook.storage.originals import Originals
from secondlook.vision import thumbs
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.decode import Picture


@dataclass(frozen=True, slots=True)
class PixelData:
    """Upright 8-bit RGB: ``rgb`` has width * height * 3 bytes, rows without padding.

    ``notes`` tell a person what decoding had to decide, such as "first of 3 pictures in the file".
    """

    rgb: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()


class Images:
    def __init__(self, store: Store, originals: Originals, decoder: Decoder) -> None:
        self._store = store
        self._originals = originals
        self.decode = decoder.decode

    def keep(self, data: bytes, picture: Picture) -> None:
        """Put the file in the folder of originals. Do this before the row that names it."""
        self._originals.put(data, picture.sha256)

    @staticmethod
    def note(db: Connection, size: int, picture: Picture) -> None:
        """Add the row of a kept original, inside the caller's transaction."""
        cases.keep_original(
            db, picture.sha256, size, picture.media_type, picture.width, picture.height
        )

    def picture(self, sha256: str, cancel: CancelToken | None = None) -> Picture:
        """Raises ``IntegrityError`` when the stored original is missing or changed, ``Cancelled``,
        and what ``Decoder.decode`` does."""
        return self.decode(self._originals.get(sha256), name=sha256, cancel=cancel)

    def pixels(self, sha256: str) -> PixelData:
        picture = self.picture(sha256)
        rgb = thumbs.to_rgb(picture.pixels)
        return PixelData(rgb.tobytes(), picture.width, picture.height, picture.notes)

    def face_thumbnail(self, sha256: str, face: Face, size: int = 160) -> bytes:
        """JPEG bytes of a square around the face."""
        return thumbs.face_thumbnail(self.picture(sha256).pixels, face, size)
