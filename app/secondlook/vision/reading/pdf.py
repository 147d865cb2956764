"""A page of a PDF by pdfium, at the resolution of the scan that it holds."""

import threading

import numpy as np
import pypdfium2 as pdfium

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading.content import (
    MAX_PIXELS,
    Content,
    File,
    Refused,
    check_size,
    choose,
    page_notes,
)

POINTS = 72  # a point of a page is so much of an inch
DPI, MOST_DPI = 300, 1200
"""Of a page without pictures, and the most that a scan is rendered at."""
OBJECTS = 2000
"""So many objects of a page are looked through for a scan."""
_PIXELS = MAX_PIXELS // 4
"""A page at a higher resolution than this allows is rendered smaller."""

_LOCK = threading.Lock()  # pdfium takes one call at a time, from all threads together


def read(file: File) -> Content:
    with _LOCK:
        try:
            document = pdfium.PdfDocument(file.data)
        except pdfium.PdfiumError as error:
            raise _refused(error) from error
        try:
            return _page(document, file.page)
        except pdfium.PdfiumError as error:
            raise _refused(error) from error
        finally:
            document.close()


def _page(document: "pdfium.PdfDocument", number: int) -> Content:
    pages = len(document)
    if not pages:
        raise Refused("the PDF document has no pages.")
    page = document[choose(number, pages, "page")]
    width, height = page.get_size()
    check_size(round(width), round(height))
    dpi = max(1.0, min(_dpi(page), POINTS * (_PIXELS / max(width * height, 1)) ** 0.5))
    bitmap = page.render(scale=dpi / POINTS, rev_byteorder=False, prefer_bgrx=False)
    drawn = bitmap.to_numpy()
    if drawn.ndim == 2 or drawn.shape[2] == 1:
        drawn = np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, axis=2)
    pixels = np.ascontiguousarray(drawn[:, :, :3])
    notes = [*page_notes(number, pages), Note(NoteCode.RENDERED, (round(dpi),))]
    return Content(pixels, pages, notes)


def _dpi(page: "pdfium.PdfPage") -> float:
    """Of the finest picture on the page that takes a tenth of it or more."""
    finest, area = 0.0, page.get_width() * page.get_height()
    kinds = [pdfium.raw.FPDF_PAGEOBJ_IMAGE]
    for count, part in enumerate(page.get_objects(filter=kinds, max_depth=3)):
        if count >= OBJECTS:
            break
        try:
            wide, _ = part.get_px_size()
            left, bottom, right, top = part.get_bounds()
        except pdfium.PdfiumError:
            continue
        if right > left and (right - left) * (top - bottom) >= area / 10:
            finest = max(finest, wide * POINTS / (right - left))
    return min(finest, MOST_DPI) or DPI


def _refused(error: Exception) -> Refused:
    text = str(error)
    if "assword" in text:
        return Refused(
            "the PDF document is locked with a password.",
            "Save a copy without the password, or export the page as PNG.",
        )
    return Refused(f"the PDF document is damaged ({text}).")
