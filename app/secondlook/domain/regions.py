"""Faces that somebody has named in a picture, as photo managers write them into its XMP.

Two ways are in use, and digiKam writes both: the Metadata Working Group's regions (``mwg-rs``, also
of Lightroom and Picasa) and Microsoft's (``MPReg``). XMP is XML from anywhere: whatever declares a
document type or entities is not parsed at all, which is all that makes XML dangerous to parse.
"""

import xml.etree.ElementTree as Tree
from collections.abc import Iterator
from dataclasses import dataclass

from secondlook.domain.faces import Box

LARGEST = 4 * 2**20
"""Bytes. A packet inside a JPEG has 64 KiB at most, and a sidecar little more."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
_MP = "{http://ns.microsoft.com/photo/1.2/t/Region#}"


@dataclass(frozen=True, slots=True)
class Region:
    """``x``, ``y``: the upper left corner. All as shares of the width and height of the picture."""

    name: str
    x: float
    y: float
    width: float
    height: float

    def holds(self, face: Box, width: int, height: int) -> bool:
        """Is the middle of a face inside, and is the face of about the region's size? Programs draw
        regions from tightly around the features to around the whole head."""
        across, down = face.x + face.width / 2, face.y + face.height / 2
        inside = (
            self.x * width <= across <= (self.x + self.width) * width
            and self.y * height <= down <= (self.y + self.height) * height
        )
        return inside and 1 / 3 <= face.width / max(self.width * width, 1) <= 3


def regions(xmp: bytes) -> list[Region]:
    """The named faces of an XMP packet; none where it cannot be read."""
    if len(xmp) > LARGEST or b"<!" in xmp:
        return []
    try:
        root = Tree.fromstring(xmp.decode("utf-8-sig").strip("\0 \n\r\t"))  # noqa: S314 - see above
    except (UnicodeDecodeError, Tree.ParseError):
        return []
    found = {
        (region.name, round(region.x, 2)): region for region in (*_microsoft(root), *_mwg(root))
    }
    return list(found.values())


def _mwg(root: Tree.Element) -> Iterator[Region]:
    """Areas by their middle."""
    for item in root.iter(f"{_RDF}li"):
        name, kind = _value(item, f"{_MWG}Name"), _value(item, f"{_MWG}Type")
        area = next(item.iter(f"{_MWG}Area"), None)
        if not name or area is None or kind not in ("", "Face"):
            continue
        if _value(area, f"{_AREA}unit") not in ("", "normalized"):
            continue
        numbers = _numbers([_value(area, f"{_AREA}{side}") for side in "xywh"])
        if numbers:
            x, y, width, height = numbers
            yield Region(name, x - width / 2, y - height / 2, width, height)


def _microsoft(root: Tree.Element) -> Iterator[Region]:
    """Rectangles by their upper left corner."""
    for item in root.iter(f"{_RDF}li"):
        name = _value(item, f"{_MP}PersonDisplayName")
        numbers = _numbers(_value(item, f"{_MP}Rectangle").split(","))
        if name and numbers:
            yield Region(name, *numbers)


def _value(item: Tree.Element, name: str) -> str:
    """A property is an attribute or an element, of the item or of a description inside."""
    for element in (item, *item.findall(f"{_RDF}Description")):
        if text := element.get(name) or element.findtext(name):
            return text.strip()
    return ""


def _numbers(texts: list[str]) -> tuple[float, float, float, float] | None:
    try:
        x, y, width, height = map(float, texts)
    except ValueError:
        return None
    sound = all(-1 <= number <= 2 for number in (x, y, width, height))
    return (x, y, width, height) if sound and width > 0 and height > 0 else None
