"""How it reads what a folder or a table would enrol, and what is left out of it."""

from collections.abc import Sequence
from pathlib import PurePath

from secondlook.domain.planned import LeftOut, Why
from secondlook.texts.translate import translate

NAMED = 5
"""Of many things alike so many are named."""


def tr(text: str) -> str:
    return translate("planning", text)


TOLD: dict[Why, str] = {
    Why.NOT_AN_IMAGE: "its name is not that of an image that is read.",
    Why.EMPTY: "the folder is empty.",
    Why.NOT_TEXT: "its name is not text. Rename it.",
    Why.HIDDEN: "it is hidden: its name begins with a dot.",
    Why.LOOP: "it is a link back to {place}.",
    Why.SEEN: "it leads to {place}, which is gone through already.",
    Why.BROKEN: "it is neither a file nor a folder.",
}
TOGETHER: dict[Why, str] = {
    Why.NOT_AN_IMAGE: "Not images by their names",
    Why.EMPTY: "Empty folders",
    Why.NOT_TEXT: "With names that are not text",
    Why.HIDDEN: "Hidden",
    Why.LOOP: "Links back to where they lie",
    Why.SEEN: "Links to folders that are gone through already",
    Why.BROKEN: "Neither files nor folders",
}
SEPARATED = {",": "commas", ";": "semicolons", "\t": "tabs"}
assert set(TOLD) == set(TOGETHER) == set(Why)


def reason(out: LeftOut) -> str:
    return tr(TOLD[out.why]).format(place=out.place)


def left_out(left: Sequence[LeftOut]) -> list[str]:
    """A line for each reason, with files and whose they are."""
    lines = []
    for why in Why:
        some = [f"{PurePath(o.path).name} ({o.person})" for o in left if o.why is why]
        if some:
            text = tr("Left out. {reason}: {files}.")
            lines.append(text.format(reason=tr(TOGETHER[why]), files=listed(some)))
    return lines


def one_person(spellings: Sequence[str]) -> str:
    text = tr("One person, written in several ways: {names}.")
    return text.format(names=", ".join(map(quoted, spellings)))


def nearly_equal(groups: Sequence[Sequence[str]]) -> str:
    told = [", ".join(map(quoted, group)) for group in groups[:NAMED]]
    if len(groups) > NAMED:
        told.append(tr("and {n} more").format(n=len(groups) - NAMED))
    return tr("Nearly equal names: {names}.").format(names="; ".join(told))


def without_image(people: Sequence[str]) -> str:
    return tr("Nothing to enrol of: {names}.").format(names=listed(people))


def nothing_enrolled(people: Sequence[str]) -> str:
    return tr("Nothing is enrolled of {n}: {names}.").format(n=len(people), names=listed(people))


def waiting_for_a_pick(pictures: int) -> str:
    if pictures == 1:
        return tr("1 picture shows several faces and waits for one to be picked.")
    text = tr("{n} pictures show several faces and wait for one to be picked.")
    return text.format(n=f"{pictures:,}")


def table(encoding: str, separator: str, columns: Sequence[str]) -> str:
    text = tr("Read as {encoding}, separated by {separator}; columns {columns}.")
    return text.format(
        encoding=encoding, separator=tr(SEPARATED[separator]), columns=", ".join(columns)
    )


def quoted(key: str) -> str:
    return f"“{key}”"


def listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        shown = tr("{names} and {n} more").format(names=shown, n=len(names) - NAMED)
    return shown
