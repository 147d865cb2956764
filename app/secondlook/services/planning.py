"""What a folder or a CSV file would enrol: one image a line, each for one person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from secondlook.domain.errors import InputError
from secondlook.domain.formats import is_known
from secondlook.domain.names import comparable, nearly_equal
from secondlook.domain.planned import LeftOut, Why
from secondlook.services.folders import Walk
from secondlook.services.tables import Sheet, Table, is_text, path_in, read_table
from secondlook.storage.enrolments import PlannedImage
from secondlook.texts.planning import nearly_equal as nearly_equal_names

Spellings = tuple[str, ...]
"""Keys that may mean one person; the first one is kept."""


@dataclass(frozen=True, slots=True)
class Plan:
    """left_out: what is in the folder, and is not enrolled. one_person: keys that were written in
    several ways (``names.comparable``) and are one person's. alike: keys that are nearly equal,
    which somebody has to decide on. sheet: how a table was read."""

    images: tuple[PlannedImage, ...]
    left_out: tuple[LeftOut, ...] = ()
    one_person: tuple[Spellings, ...] = ()
    alike: tuple[Spellings, ...] = ()
    sheet: Sheet | None = None

    @property
    def persons(self) -> int:
        return len({image.person_key for image in self.images})

    @property
    def without_image(self) -> tuple[str, ...]:
        """People of whom something is there, and nothing that could be enrolled."""
        there = {image.person_key for image in self.images}
        pictures = (Why.NOT_AN_IMAGE, Why.NOT_TEXT, Why.EMPTY)
        wanted = dict.fromkeys(out.person for out in self.left_out if out.why in pictures)
        return tuple(person for person in wanted if person not in there)


def plan(source: Path, held: Collection[str] = ()) -> Plan:
    """Read the layout of ``source``; no image is opened. ``held``: keys of the gallery that it is
    for.

    A folder with sub-folders: each sub-folder is a person, and so is each image beside them. A
    folder of images alone: each file name is a person. A CSV file: see ``from_csv``. Raises
    ``InputError``.
    """
    if source.is_dir():
        found = from_folder(source)
    elif source.is_file():
        found = from_csv(source)
    else:
        raise InputError("is not there.", subject=str(source), remedy="Check the path.")
    if not found.images:
        raise InputError(
            f"holds no images{_instead(found)}.",
            subject=str(source),
            remedy="Choose a folder with one sub-folder or one image file a person, or a CSV.",
        )
    return _with_one_key_each(found, dict.fromkeys(held).keys())


def _instead(found: Plan) -> str:
    """What it holds, where that is something: the first of them."""
    for out in found.left_out:
        more = f" and {len(found.left_out) - 1} more" if len(found.left_out) > 1 else ""
        return f" that can be read, but {Path(out.path).name}{more}"
    return ""


def from_folder(folder: Path) -> Plan:
    """Files of kinds that are known and not read are planned too: enrolment lists them by person,
    with what they are and what to do."""
    walk = Walk(folder)
    images, left_out = [], []
    for path, person in walk.files:
        resolved = str(path.resolve())
        if not is_text(resolved + person):
            left_out.append(LeftOut(_shown(resolved), _shown(person), Why.NOT_TEXT))
        elif not is_known(path):
            left_out.append(LeftOut(resolved, person, Why.NOT_AN_IMAGE))
        else:
            images.append(PlannedImage(resolved, person, person, {}))
    left_out.extend(
        LeftOut(_shown(out.path), _shown(out.person), out.why, _shown(out.place))
        for out in walk.left_out
    )
    return Plan(tuple(images), tuple(left_out))


def _shown(name: str) -> str:
    """With what is no text in it escaped, so that it can be recorded and shown."""
    return name.encode("utf-8", "backslashreplace").decode()


def from_csv(path: Path) -> Plan:
    """Columns ``person`` and ``path`` (relative to the CSV), optional ``display_name``; every other
    column is kept as metadata. See ``read_table``."""
    table = read_table(path, ("person", "path"))
    images = tuple(_line(path, table, number, row) for number, row in table.rows)
    return Plan(images, sheet=table.sheet)


def _line(source: Path, table: Table, number: int, row: dict[str, str]) -> PlannedImage:
    cells = {name: row[written] for name, written in table.columns.items()}
    person, image = cells["person"], cells["path"]
    if not person or not image:
        raise InputError(
            f"line {number} has no {'path' if person else 'person'}.",
            subject=str(source),
            remedy="Every line needs both.",
        )
    own = {"person", "path", "display_name"}
    metadata = {name: cell for name, cell in cells.items() if name not in own}
    resolved = path_in(source, number, image)
    return PlannedImage(resolved, person, cells.get("display_name") or person, metadata)


def _with_one_key_each(found: Plan, held: Collection[str]) -> Plan:
    """Keys that compare equal become the one that the gallery holds, or else the first of them."""
    kept: dict[str, str] = {}
    for key in held:
        kept.setdefault(comparable(key), key)
    written = dict.fromkeys(i.person_key for i in found.images)
    written |= dict.fromkeys(out.person for out in found.left_out)
    spellings: dict[str, list[str]] = {}
    for key in written:
        one = comparable(key)
        spellings.setdefault(one, [kept.setdefault(one, key)]).append(key)
    keys = {key: key if key in held else kept[comparable(key)] for key in written}
    every = [tuple(dict.fromkeys(one)) for one in spellings.values()]
    planned = with_keys(found, keys)
    new = {i.person_key: None for i in planned.images if i.person_key not in held}
    return replace(
        planned,
        one_person=tuple(one for one in every if len(one) > 1),
        alike=tuple(nearly_equal(new, held)),
    )


def decided(found: Plan, one_person: Collection[Spellings] | None) -> Plan:
    """``one_person``: which of the nearly equal keys are one person's; all others are not. Raises
    ``InputError`` where somebody still has to say so."""
    if found.alike and one_person is None:
        raise InputError(
            nearly_equal_names(found.alike),
            remedy="Say whether such are one person (--alike one) or not (--alike apart).",
        )
    joined = {key: keys[0] for keys in one_person or () for key in keys}
    return replace(with_keys(found, joined), alike=())


def with_keys(found: Plan, keys: Mapping[str, str]) -> Plan:
    """With other keys for people; who becomes one takes the name of the first."""
    names: dict[str, str] = {}
    images = []
    for image in found.images:
        key = keys.get(image.person_key, image.person_key)
        name = names.setdefault(key, image.display_name)
        images.append(image._replace(person_key=key, display_name=name))
    out = tuple(o._replace(person=keys.get(o.person, o.person)) for o in found.left_out)
    return replace(found, images=tuple(images), left_out=out)
