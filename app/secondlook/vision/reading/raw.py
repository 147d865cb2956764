"""A camera's raw file by LibRaw: the full picture, never the preview beside it."""

import io

import numpy as np
import rawpy

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading import dng
from secondlook.vision.reading.content import (
    Content,
    File,
    Pixels,
    Refused,
    check_size,
    choose,
)

_REMEDY = "Export it as JPEG or TIFF with the camera maker's program."


def read(file: File) -> Content:
    choose(file.page, 1)
    try:
        drawn = _developed(file.data)
    except (rawpy.LibRawError, rawpy.NotSupportedError) as error:
        try:
            drawn = _developed(dng.unpacked(file.data))
        except Exception as other:  # noqa: BLE001 - neither way: whatever the bytes do to the second
            raise _refused(error, other) from error
    pixels = np.ascontiguousarray(drawn[:, :, ::-1])
    return Content(pixels, 1, [Note(NoteCode.DEVELOPED)])


def _developed(data: bytes) -> Pixels:
    with rawpy.imread(io.BytesIO(data)) as raw:
        check_size(raw.sizes.width, raw.sizes.height)
        drawn: Pixels = raw.postprocess(
            use_camera_wb=True, output_bps=8, output_color=rawpy.ColorSpace.sRGB
        )
        return drawn


def _refused(error: Exception, other: Exception) -> Refused:
    detail = error.args[0] if error.args else ""
    reason = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
    if isinstance(other, Refused):
        reason = f"{reason}; {other.message.rstrip('.')}"
    return Refused(
        f"this is a camera's raw file, and its raw data cannot be read ({reason}). "
        "Its preview is not taken in its place.",
        _REMEDY,
    )
