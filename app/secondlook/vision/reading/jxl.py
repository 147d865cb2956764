"""JPEG XL by libjxl: 8 bits a channel, upright already."""

import pylibjxl

from secondlook.domain.pictures import Note
from secondlook.vision.reading import pillow
from secondlook.vision.reading.colour import array_to_bgr
from secondlook.vision.reading.content import Content, File, Refused, check_size, choose


def read(file: File) -> Content:
    choose(file.page, 1)
    try:
        header = pylibjxl.probe(file.data)
        check_size(header["width"], header["height"])
        values, found = pylibjxl.decode(file.data, metadata=True)
    except RuntimeError as error:
        raise Refused(f"the JPEG XL data is damaged or cut short ({error}).") from error
    notes: list[Note] = []
    alpha = values[:, :, -1] if values.ndim == 3 and values.shape[2] in (2, 4) else None
    if values.ndim == 3:
        values = values[:, :, 0] if values.shape[2] < 3 else values[:, :, :3]
    mode = "L" if values.ndim == 2 else "RGB"
    pixels = array_to_bgr(values, pillow.convert(bytes(found.get("icc", b"")), mode, notes))
    if alpha is not None and alpha.min() != 255:
        pillow.over_grey(pixels, alpha, notes)
    return Content(pixels, 1, notes)
