"""Names that look alike: what makes two of them one, and which cannot be told apart at all.

After Unicode's UTS 39 (security mechanisms), with the table of confusables that the package
confusable-homoglyphs carries. A name has one or two keys; two names that share one look alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from secondlook.domain.groups import groups

TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
)
"""Scripts that are written in one word (UTS 39, section 5.2, "highly restrictive")."""

NO_SCRIPT = frozenset({"COMMON", "INHERITED"})

UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""What shows nothing though its category does not say so: default-ignorable, and a blank Braille
cell."""

MARK = "\u200e"
"""Stands around right-to-left entries of the package's table, and belongs to none of them."""


def tidy(name: str) -> str:
    """As it is stored: composed, without blanks around it and with single ones in it."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def comparable(key: str) -> str:
    """What two keys of one person share, however they were written down: composed or not, whatever
    their case, with any blanks. Folders that differ in no more than that cannot lie side by side on
    every system."""
    return tidy(tidy(key).casefold())


class Numbers:
    """Numbers of people by their keys: as one is written, or else as it compares."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._written = numbers
        self._comparable = {comparable(key): number for key, number in numbers.items()}

    def of(self, key: str) -> int | None:
        return self._written.get(key, self._comparable.get(comparable(key)))


def nearly_equal(new: Iterable[str], held: Iterable[str] = ()) -> list[tuple[str, ...]]:
    """Groups of keys that somebody may well have meant as one: they look alike, or differ in
    accents and punctuation only. ``held``: of interest beside a new one, and first of a group."""
    wanted = list(new)
    every = dict.fromkeys([*held, *wanted])
    first: dict[str, int] = {}
    links = [
        (first.setdefault(seen, place), place)
        for place, key in enumerate(every)
        for seen in _near(key)
    ]
    lowest = groups((one, other) for one, other in links if one != other)
    found: dict[int, list[str]] = {}
    for place, key in enumerate(every):
        if place in lowest:
            found.setdefault(lowest[place], []).append(key)
    return [tuple(group) for group in found.values() if not set(wanted).isdisjoint(group)]


def _near(key: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", key)
    letters = (c if c.isalnum() else " " for c in plain if not _shows_nothing_alone(c))
    return keys("".join(letters))


def _shows_nothing_alone(character: str) -> bool:
    return bool(unicodedata.combining(character)) or unicodedata.category(character) == "Cf"


def fault(name: str) -> str:
    """Why a name cannot stand for somebody: "empty", "unseen", "mixed"; "" where it can."""
    if not name.strip():
        return "empty"
    if any(unicodedata.category(c) in UNSEEN_CATEGORIES or UNSEEN.match(c) for c in name):
        return "unseen"
    if unicodedata.combining(name[0]):
        return "unseen"
    return "mixed" if any(_mixed(word) for word in name.split()) else ""


def _mixed(word: str) -> bool:
    from confusable_homoglyphs import categories

    scripts = {categories.alias(c) for c in word} - NO_SCRIPT
    return len(scripts) > 1 and not any(scripts <= together for together in TOGETHER)


def keys(name: str) -> frozenset[str]:
    """What two names that look alike share: as they are written, and whatever their case.

    "Iain" and "lain" look the same; "IAIN" is the same name as "iain".
    """
    folded = _fold(name)
    return frozenset({skeleton(folded), skeleton(_fold(skeleton(name)))})


def alike(one: str, other: str) -> bool:
    return not keys(one).isdisjoint(keys(other))


def _fold(text: str) -> str:
    """NFKC case folding; twice, since folding can make what is not normal."""
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return tidy(text)


def skeleton(text: str) -> str:
    """UTS 39, section 4: what is seen, with one character for all that look like it."""
    table = _prototypes()
    seen = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(table.get(c, c) for c in seen))


@cache
def _prototypes() -> dict[str, str]:
    """For every character with look-alikes the text that stands for all of them.

    The package knows pairs, not which of a pair stands for the other: any will do as long as it
    is one. A text of several characters ("rn" for "m") has to be it, since texts are replaced
    character by character.
    """
    from confusable_homoglyphs.confusables import confusables_data

    alike: dict[str, set[str]] = {}
    for text, others in confusables_data.items():
        for other in others:
            pair = [unicodedata.normalize("NFD", t.strip(MARK)) for t in (text, other["c"])]
            alike.setdefault(pair[0], set()).add(pair[1])
            alike.setdefault(pair[1], set()).add(pair[0])
    table: dict[str, str] = {}
    for text in sorted(alike):
        if text not in table:
            group = _group(alike, text)
            table |= dict.fromkeys(group, min(group, key=_first))
    singles = {text: stands for text, stands in table.items() if len(text) == 1}
    return {text: _through(singles, stands) for text, stands in singles.items()}


def _group(alike: dict[str, set[str]], text: str) -> set[str]:
    group, ahead = {text}, [text]
    while ahead:
        new = alike[ahead.pop()] - group
        group |= new
        ahead.extend(new)
    return group


def _first(text: str) -> tuple[bool, bool, int, str]:
    return len(text) == 1, not text.isascii(), len(text), text


def _through(singles: dict[str, str], text: str) -> str:
    """Characters of a text of several have look-alikes of their own."""
    for _ in range(4):
        text = "".join(singles.get(c, c) if len(singles.get(c, c)) == 1 else c for c in text)
    return text
