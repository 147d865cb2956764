"""What lies in a folder of people: files by person, each real folder once, and what is left out."""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from secondlook.domain.errors import InputError
from secondlook.domain.planned import LeftOut, Why

STREWN = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
"""What Windows puts into folders of pictures; photo managers put sidecars (``.xmp``) there."""


class PersonFile(NamedTuple):
    path: Path
    person: str


@dataclass(slots=True)
class Walk:
    """Files in the order of their paths. Raises ``InputError`` for a folder that cannot be listed:
    an error, never a person less.

    The real folders come first, and links to folders after them: a link that leads back to where
    it lies, or to a folder that was gone through, would make one person of many.
    """

    folder: Path
    files: list[PersonFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    _seen: dict[str, Path] = field(default_factory=dict)
    _links: deque[PersonFile] = field(default_factory=deque)

    def __post_init__(self) -> None:
        try:
            self._top()
            while self._links:
                self._follow(*self._links.popleft())
        except OSError as error:
            raise InputError(
                f"cannot be listed ({error.strerror}).",
                subject=str(error.filename or self.folder),
                remedy="Check its rights.",
            ) from error
        self.files.sort(key=lambda file: file.path.parts)

    def _top(self) -> None:
        """Sub-folders are people, and so are the files beside them."""
        real = _real(self.folder)
        self._seen[_same(real)] = self.folder
        for entry in sorted(self.folder.iterdir()):
            whose = entry.name if entry.is_dir() else entry.stem
            self._entry(entry, whose, real)

    def _inside(self, folder: Path, person: str) -> None:
        """Files at any depth."""
        real = _real(folder)
        self._seen[_same(real)] = folder
        entries = sorted(folder.iterdir())
        if not entries:
            self.left_out.append(LeftOut(str(folder), person, Why.EMPTY))
        for entry in entries:
            self._entry(entry, person, real)

    def _entry(self, entry: Path, person: str, parent: Path) -> None:
        if entry.name.startswith("."):
            self._hidden(entry, person)
        elif entry.name.lower() in STREWN or entry.suffix.lower() == ".xmp":
            return
        elif entry.is_file():
            self.files.append(PersonFile(entry, person))
        elif not entry.is_dir():
            self.left_out.append(LeftOut(str(entry), person, Why.BROKEN))
        elif _same(_real(entry)) != _same(parent / entry.name):
            self._links.append(PersonFile(entry, person))
        elif seen := self._seen.get(_same(_real(entry))):  # by a link to above it
            self.left_out.append(LeftOut(str(entry), person, Why.SEEN, str(seen)))
        else:
            self._inside(entry, person)

    def _hidden(self, entry: Path, person: str) -> None:
        """What systems strew about (``.DS_Store``, ``._photo.jpg``) is nobody's picture."""
        if entry.is_dir() or (entry.suffix and not entry.name.startswith("._")):
            self.left_out.append(LeftOut(str(entry), person.lstrip("."), Why.HIDDEN))

    def _follow(self, link: Path, person: str) -> None:
        real = _real(link)
        ways_up = _real(link.parent), _real(self.folder)
        if any(real in (up, *up.parents) for up in ways_up):
            self.left_out.append(LeftOut(str(link), person, Why.LOOP, str(real)))
        elif seen := self._seen.get(_same(real)):
            self.left_out.append(LeftOut(str(link), person, Why.SEEN, str(seen)))
        else:
            self._inside(link, person)


def _same(path: Path) -> str:
    return os.path.normcase(path)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
