"""Faces that a photo manager named, read from XMP."""

import pytest

from secondlook.domain.faces import Box
from secondlook.domain.regions import Region, regions

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
    'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" '
    'xmlns:MP="http://ns.microsoft.com/photo/1.2/" '
    'xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" '
    'xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#">'
)
TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"


def mwg(*items: str) -> bytes:
    inside = "".join(items)
    text = (
        f"{HEAD}<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>{inside}"
        f"</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>{TAIL}"
    )
    return text.encode()


DIGIKAM = (
    '<rdf:li><rdf:Description mwg-rs:Name="Ann Lee" mwg-rs:Type="Face"><mwg-rs:Area '
    'stArea:x="0.5" stArea:y="0.4" stArea:w="0.2" stArea:h="0.4" stArea:unit="normalized"/>'
    "</rdf:Description></rdf:li>"
)
LIGHTROOM = (
    "<rdf:li rdf:parseType='Resource'><mwg-rs:Area rdf:parseType='Resource'>"
    "<stArea:x>0.5</stArea:x><stArea:y>0.4</stArea:y><stArea:w>0.2</stArea:w><stArea:h>0.4"
    "</stArea:h></mwg-rs:Area><mwg-rs:Name>Ann Lee</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>"
    "</rdf:li>"
)
MICROSOFT = (
    f"{HEAD}<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag><rdf:li><rdf:Description "
    'MPReg:Rectangle="0.4, 0.2, 0.2, 0.4" MPReg:PersonDisplayName="Ann Lee"/></rdf:li></rdf:Bag>'
    f"</MPRI:Regions></rdf:Description></MP:RegionInfo>{TAIL}"
).encode()


@pytest.mark.parametrize("xmp", [mwg(DIGIKAM), mwg(LIGHTROOM), MICROSOFT, mwg(DIGIKAM) + b"\0 "])
def test_regions_are_read_as_photo_managers_write_them(xmp: bytes) -> None:
    (found,) = regions(xmp)
    assert found.name == "Ann Lee"
    assert (found.x, found.y) == pytest.approx((0.4, 0.2))
    assert (found.width, found.height) == (0.2, 0.4)


@pytest.mark.parametrize(
    "xmp",
    [
        b"",
        b"no xml",
        mwg(DIGIKAM)[:-9],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + mwg(DIGIKAM),
        mwg(DIGIKAM.replace('"Face"', '"Pet"')),
        mwg(DIGIKAM.replace("normalized", "pixel")),
        mwg(DIGIKAM.replace('x="0.5"', 'x="nan"')),
        mwg(DIGIKAM.replace('w="0.2"', 'w="-0.2"')),
        mwg(DIGIKAM.replace("Ann Lee", "")),
        mwg(DIGIKAM).decode().encode("utf-16"),
    ],
)
def test_what_cannot_be_read_or_trusted_names_nobody(xmp: bytes) -> None:
    assert regions(xmp) == []


def test_a_region_holds_a_face_of_about_its_size() -> None:
    region = Region("Ann Lee", 0.4, 0.2, 0.2, 0.4)
    assert region.holds(Box(90, 30, 20, 25), 200, 100)
    assert not region.holds(Box(10, 30, 20, 25), 200, 100)
    assert not region.holds(Box(98, 38, 4, 4), 200, 100)
    assert not region.holds(Box(0, 0, 200, 80), 200, 100)
