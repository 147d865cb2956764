"""The record: what was done, and whether it still stands as it was written."""

from dataclasses import dataclass, field

from secondlook.domain.audit import BrokenLink, LogEntry, first_broken_link
from secondlook.domain.records import Operator
from secondlook.services.masking import hidden_acts
from secondlook.storage import log, trust
from secondlook.storage.database import Store, snapshot
from secondlook.storage.trust import Untrusted


@dataclass(frozen=True, slots=True)
class Verification:
    """``broken``: the first bad link of the chain, or record that differs from what it sealed.
    ``untrusted``: policies and models on record that neither ship nor were approved, on which no
    acceptance may rest: no fault, but to be known. ``altered``: guards of the database that are not
    as this version of the program made them. ``earlier_rules``: decisions that were accepted before
    today's rules and hold by those of their day. ``damage``: what SQLite finds wrong with the file.
    ``behind``: entries made while the clock was behind the record."""

    entries: int
    broken: BrokenLink | None
    altered: list[str]
    untrusted: list[Untrusted] = field(default_factory=list)
    earlier_rules: list[int] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.broken is None and not self.altered and not self.damage

    def __str__(self) -> str:
        if self.sound:
            sound = f"The record is sound: {self.entries} entries, every link holds."
            return " ".join([sound, *self._known()])
        parts = []
        if self.broken:
            at = f"entry {self.broken.seq}: " if self.broken.seq else ""
            parts.append(f"The record is broken at {at}{self.broken.problem}.")
        if self.altered:
            parts.append(f"Protections of the database were altered: {', '.join(self.altered)}.")
        if self.damage:
            parts.append(f"The file itself is damaged: {'; '.join(self.damage)}.")
        return " ".join([*parts, *self._known()])

    def _known(self) -> list[str]:
        """What is no fault, but to be known."""
        told = [str(u) for u in self.untrusted]
        if self.earlier_rules:
            listed = ", ".join(map(str, self.earlier_rules))
            told.append(f"Accepted under earlier rules: decision {listed}.")
        if self.behind:
            told.append(
                f"While the clock was behind the record, {len(self.behind)} entries took their "
                f"time from the one before them, the first of them entry {self.behind[0]}."
            )
        return told


class Record:
    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(
        self, limit: int = 500, containing: str = "", viewer: Operator | None = None
    ) -> list[LogEntry]:
        """Newest first, but for what would tell ``viewer`` of opinions before their own."""
        db = self._store.read()
        return log.latest(db, limit, containing, hidden_acts(db, viewer) if viewer else ())

    def verify(self) -> Verification:
        """Walk the whole log and compare the rows on record with it."""
        db = self._store.read()
        with snapshot(db):
            chain = list(log.entries(db))
            broken = first_broken_link(chain) or log.first_altered_record(db)
            return Verification(
                len(chain),
                broken,
                log.altered_guards(db),
                trust.untrusted(db),
                log.accepted_under_earlier_rules(db),
                log.damage(db),
                log.behind_the_clock(db),
            )
