"""The hash chain: each entry seals everything before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


def canonical_json(value: Any) -> str:
    """One text per value: sorted keys, no spaces, UTF-8 as it is, no NaN. Raises ``ValueError``."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act. ``payload`` is canonical JSON; ``at`` is UTC, ISO 8601; ``actor`` a user name."""

    seq: int
    at: str
    actor: str
    act: str
    subject: str
    payload: str
    previous_hash: str
    hash: str

    def computed_hash(self) -> str:
        return entry_hash(
            self.previous_hash, self.seq, self.at, self.actor, self.act, self.subject, self.payload
        )


def entry_hash(
    previous: str, seq: int, at: str, actor: str, act: str, subject: str, payload: str
) -> str:
    """SHA-256 of the previous hash followed by the canonical JSON of the entry."""
    body = canonical_json([seq, at, actor, act, subject, payload])
    return sha256_text(previous + body)


def seal(
    previous: LogEntry | None, *, at: str, actor: str, act: str, subject: str, payload: Any
) -> LogEntry:
    """The entry that follows ``previous``."""
    seq = previous.seq + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    text = canonical_json(payload)
    return LogEntry(
        seq,
        at,
        actor,
        act,
        subject,
        text,
        before,
        entry_hash(before, seq, at, actor, act, subject, text),
    )


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first entry that does not follow from the one before it."""

    seq: int
    problem: str


def first_broken_link(entries: Iterable[LogEntry]) -> BrokenLink | None:
    """Walk a chain from its start; None when every link holds."""
    expected_seq, previous = 1, GENESIS
    for entry in entries:
        if entry.seq != expected_seq:
            return BrokenLink(expected_seq, f"entry {expected_seq} is missing")
        if entry.previous_hash != previous:
            return BrokenLink(entry.seq, "does not follow the entry before it")
        if entry.computed_hash() != entry.hash:
            return BrokenLink(entry.seq, "was changed after it was written")
        expected_seq, previous = entry.seq + 1, entry.hash
    return None
