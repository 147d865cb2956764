"""What somebody should know of a plan: before anything is enrolled, and in the error list."""

from collections.abc import Iterator

from secondlook.domain.errors import ImageFault
from secondlook.domain.planned import Why
from secondlook.services.planning import Plan
from secondlook.storage.enrolments import NotPlanned
from secondlook.texts import planning as texts

FAULTS = {
    Why.NOT_AN_IMAGE: ImageFault.NOT_AN_IMAGE,
    Why.EMPTY: ImageFault.EMPTY_FOLDER,
    Why.NOT_TEXT: ImageFault.LEFT_OUT,
    Why.HIDDEN: ImageFault.LEFT_OUT,
    Why.LOOP: ImageFault.LEFT_OUT,
    Why.SEEN: ImageFault.LEFT_OUT,
    Why.BROKEN: ImageFault.LEFT_OUT,
}
assert set(FAULTS) == set(Why)


def not_planned(found: Plan) -> Iterator[NotPlanned]:
    """What was left out, as the error list of a gallery tells it."""
    for out in found.left_out:
        yield NotPlanned(out.path, out.person, FAULTS[out.why], f"{out.path}: {texts.reason(out)}")


def notes(found: Plan) -> list[str]:
    """But for the keys that somebody has to decide on."""
    lines = []
    if found.sheet and found.sheet.rows:
        sheet = found.sheet
        lines.append(texts.table(sheet.encoding, sheet.separator, sheet.rows[0][1]))
    lines += map(texts.one_person, found.one_person)
    lines += texts.left_out(found.left_out)
    if found.without_image:
        lines.append(texts.without_image(found.without_image))
    return lines
