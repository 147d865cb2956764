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
    """One act. ``payload`` is canonical JSON; ``at`` is UTC, ISO 8601; ``actor`` a user name;
    ``signer`` the account that signs for it, None for the program itself and for entries from
    before there was one."""

    seq: int
    at: str
    actor: str
    act: str
    subject: str
    payload: str
    previous_hash: str
    hash: str
    signer: int | None = None

    def computed_hash(self) -> str:
        body = (self.seq, self.at, self.actor, self.act, self.subject, self.payload)
        return entry_hash(self.previous_hash, *body, signer=self.signer)


def entry_hash(
    previous: str,
    seq: int,
    at: str,
    actor: str,
    act: str,
    subject: str,
    payload: str,
    *,
    signer: int | None = None,
) -> str:
    """SHA-256 of the previous hash followed by the canonical JSON of the entry. One from before
    entries had a signer is hashed without."""
    signed = [] if signer is None else [signer]
    body = canonical_json([seq, at, actor, act, subject, payload, *signed])
    return sha256_text(previous + body)


def commitment(salt: str, value: str) -> str:
    """What an entry says of a value that stands elsewhere: SHA-256 of salt and value."""
    return sha256_text(salt + value)


def seal(
    previous: LogEntry | None,
    *,
    at: str,
    actor: str,
    act: str,
    subject: str,
    payload: Any,
    signer: int | None = None,
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
        entry_hash(before, seq, at, actor, act, subject, text, signer=signer),
        signer,
    )


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first entry that does not follow from the one before it."""

    seq: int
    problem: str


def first_broken_link(entries: Iterable[LogEntry]) -> BrokenLink | None:
    """Walk a chain from its start; None when every link holds.

    An entry that somebody signs for is never older than the one before it; what was written before
    there were signers took the clock as it was.
    """
    expected_seq, previous, at = 1, GENESIS, ""
    for entry in entries:
        if entry.seq != expected_seq:
            return BrokenLink(expected_seq, f"entry {expected_seq} is missing")
        if entry.previous_hash != previous:
            return BrokenLink(entry.seq, "does not follow the entry before it")
        if entry.computed_hash() != entry.hash:
            return BrokenLink(entry.seq, "was changed after it was written")
        if entry.signer is not None and entry.at < at:
            return BrokenLink(entry.seq, "is older than the entry before it")
        expected_seq, previous, at = entry.seq + 1, entry.hash, entry.at
    return None
