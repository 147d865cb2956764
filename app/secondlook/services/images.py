"""Originals in and out: kept by hash, decoded for showing."""

from dataclasses import dataclass, replace

from secondlook.domain.cancel import CancelToken
from secondlook.domain.faces import Face
from secondlook.domain.pictures import Note
from secondlook.storage import cases, log, pages
from secondlook.storage.database import Connection, Store
from secondlook.storage.originals import Originals
from secondlook.vision import thumbs
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.decode import Picture


@dataclass(frozen=True, slots=True)
class PixelData:
    """Upright 8-bit RGB: ``rgb`` has width * height * 3 bytes, rows without padding.

    ``notes`` tell a person what decoding had to decide.
    """

    rgb: bytes
    width: int
    height: int
    notes: tuple[Note, ...] = ()


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

    def keep_page(self, data: bytes, read: Picture, name: str) -> tuple[int, Picture]:
        """Keep a page of a file without loss beside the file: its size in bytes, and the page as
        the picture of its own that it is from now on."""
        self.keep(data, read)
        png = thumbs.encode_png(read.pixels)
        page = self._of_page(self.decode(png, name=name), read)
        self.keep(png, page)
        return len(png), page

    @staticmethod
    def note_page(db: Connection, actor: str, page: Picture, read: Picture, size: int) -> None:
        """Put on record which page of which file (``size`` in bytes) a kept picture is."""
        Images.note(db, size, read)
        row = pages.Page(page.sha256, read.sha256, read.page, read.pages, read.notes, read.damage)
        if number := pages.keep(db, row):
            payload = {"original": page.sha256, "file": read.sha256, "page": read.page}
            log.record(db, actor, "page", number, payload)

    def picture(self, sha256: str, cancel: CancelToken | None = None) -> Picture:
        """Raises ``IntegrityError`` when the stored original is missing or changed, ``Cancelled``,
        and what ``Decoder.decode`` does."""
        picture = self.decode(self._originals.get(sha256), name=sha256, cancel=cancel)
        page = pages.of(self._store.read(), sha256)
        return self._of_page(picture, page) if page else picture

    @staticmethod
    def _of_page(picture: Picture, read: Picture | pages.Page) -> Picture:
        """What reading the file had to decide, and its damage, are the page's."""
        return replace(
            picture, notes=read.notes, page=read.page, pages=read.pages, damage=read.damage
        )

    def pixels(self, sha256: str) -> PixelData:
        return pixel_data(self.picture(sha256))

    def face_thumbnail(self, sha256: str, face: Face, size: int = 160) -> bytes:
        """JPEG bytes of a square around the face."""
        return thumbs.face_thumbnail(self.picture(sha256).pixels, face, size)


def pixel_data(picture: Picture) -> PixelData:
    rgb = thumbs.to_rgb(picture.pixels)
    return PixelData(rgb.tobytes(), picture.width, picture.height, picture.notes)
