"""Of several faces of a reference the one that the picture itself says is the person."""

from pathlib import Path

from secondlook.domain.errors import ImageError, ImageFault
from secondlook.domain.faces import Face
from secondlook.domain.names import comparable
from secondlook.domain.records import EnrolmentItem
from secondlook.services.prepare import Choose
from secondlook.vision.decode import Picture, read_original
from secondlook.vision.xmp import named_faces


def by_name(item: EnrolmentItem, choose: Choose) -> Choose:
    """``choose``, unless that refuses several faces and exactly one of them is named as the person
    is, by key or by name."""

    def chosen(found: list[Face], picture: Picture, path: str) -> Face:
        try:
            return choose(found, picture, path)
        except ImageError as error:
            if error.fault is not ImageFault.SEVERAL_FACES:
                raise
            named = _named(item, found, picture)
            if len(named) != 1:
                raise
            return named[0]

    return chosen


def _named(item: EnrolmentItem, found: list[Face], picture: Picture) -> list[Face]:
    path = Path(item.path)
    names = {comparable(item.person_key), comparable(item.display_name)}
    mine = [r for r in named_faces(path, read_original(path)) if comparable(r.name) in names]
    size = picture.width, picture.height
    return [face for face in found if any(region.holds(face.box, *size) for region in mine)]
