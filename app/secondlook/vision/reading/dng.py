"""A DNG written anew without compression, where LibRaw does not know how its samples are packed."""

import io

import tifffile

from secondlook.vision.reading import segments
from secondlook.vision.reading.content import Refused, check_size

CFA = 32803
_ORIENTATION, _MODEL = 274, 50708
_KEPT = {
    _ORIENTATION, 33421, 33422,  # which colour lies where
    *range(50706, 50723), 50727, 50728, 50729, 50730, 50778, 50779, 50827, 50829,
}  # fmt: skip
"""What developing needs: levels, colour matrices, the white that was set, what is masked."""
_ASCII = 2


def unpacked(data: bytes) -> bytes:
    """Raises ``Refused`` where there is no mosaic that ``segments`` can read."""
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        first = tiff.pages.first
        inner = [page for page in first.pages or () if isinstance(page, tifffile.TiffPage)]
        found = [page for page in (first, *inner) if page.photometric == CFA]
        if not found or not segments.can_unpack(found[0]) or found[0].samplesperpixel != 1:
            raise Refused("how its data is packed is not known.")
        mosaic = found[0]
        check_size(mosaic.imagewidth, mosaic.imagelength)
        values, damage = segments.samples(data, mosaic)
        if damage:
            raise Refused("its data is damaged or cut short.")
        tags = {tag.code: tag for page in (first, mosaic) for tag in page.tags}
        extra = [
            (tag.code, int(tag.dtype), tag.count, tag.value, True)
            for code, tag in tags.items()
            if code in _KEPT
        ]
        if _MODEL not in tags:  # LibRaw takes none without
            extra.append((_MODEL, _ASCII, 0, "Camera", True))
        written = io.BytesIO()
        tifffile.imwrite(
            written, values[:, :, 0], photometric=CFA, extratags=extra, metadata=None,
            software=False, rowsperstrip=values.shape[0],
        )  # fmt: skip
        return written.getvalue()
