"""What lies in a folder of people, and is not enrolled from it."""

from enum import StrEnum
from typing import NamedTuple


class Why(StrEnum):
    """Why something in a folder is left out."""

    NOT_AN_IMAGE = "not an image"
    NOT_TEXT = "not text"
    HIDDEN = "hidden"
    EMPTY = "empty"
    LOOP = "loop"
    SEEN = "seen"
    BROKEN = "broken"


class LeftOut(NamedTuple):
    """``person``: whose folder it is in, or would be. ``place``: where a link leads."""

    path: str
    person: str
    why: Why
    place: str = ""
