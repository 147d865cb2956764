"""The hash-chained log, and the check that the rows on record are still what the log says."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from secondlook.domain.audit import (
    BrokenLink,
    LogEntry,
    canonical_json,
    commitment,
    seal,
    sha256_text,
)
from secondlook.domain.errors import IntegrityError
from secondlook.storage import acceptances, seals
from secondlook.storage.database import Connection, now, wall_clock
from secondlook.storage.earlier_rules import ACCEPTED, ACCEPTED_BELOW
from secondlook.storage.migrations import MIGRATIONS

PROGRAM = "program"
"""Whom the log names where nobody acted."""

DAMAGE_LISTED = 5

States = Mapping[str, Iterable[int]]

CLOCKS_DIFFER = timedelta(minutes=1)
"""A clock that is set right now and then by less is no clock that is wrong."""

COLUMNS = "seq, at, actor, act, subject, payload, previous_hash, hash, signer"

ON_RECORD: dict[str, str] = {
    "policy": "SELECT * FROM policies WHERE sha256 = :key",
    "search": "SELECT * FROM searches WHERE id = :key",
    "examination": "SELECT * FROM examinations WHERE id = :key",
    "decision": "SELECT * FROM decisions WHERE id = :key",
    "rehearsal": "SELECT * FROM rehearsals WHERE id = :key",
    "mark": "SELECT * FROM marks WHERE id = :key",
    "analysis": "SELECT * FROM analyses WHERE id = :key",
    "sighting": "SELECT * FROM sightings WHERE id = :key",
    "origin declaration": "SELECT * FROM origin_declarations WHERE id = :key",
    "unknown": "SELECT * FROM unknowns WHERE id = :key",
    "unknown face": "SELECT * FROM unknown_faces WHERE id = :key",
    "unknown link": "SELECT * FROM unknown_links WHERE id = :key",
    "declared tries": "SELECT * FROM declared_tries WHERE id = :key",
    "reopening": "SELECT * FROM reopenings WHERE id = :key",
    "lead withdrawal": "SELECT * FROM lead_withdrawals WHERE decision_id = :key",
    "confirmation": "SELECT * FROM tie_confirmations WHERE id = :key",
    "unit": "SELECT * FROM units_of_two WHERE id = :key",
    "answer": "SELECT * FROM unit_answers WHERE id = :key",
    "approval": "SELECT * FROM approvals WHERE id = :key",
    "revocation": "SELECT * FROM revocations WHERE id = :key",
    "card": "SELECT * FROM model_cards WHERE sha256 = :key",
    "trust": "SELECT * FROM search_trust WHERE search_id = :key",
    "move": "SELECT * FROM case_moves WHERE id = :key",
    "photograph suspicion": "SELECT * FROM photograph_suspicions WHERE id = :key",
    "photograph judgement": "SELECT * FROM photograph_judgements WHERE id = :key",
    "page": "SELECT * FROM pages WHERE id = :key",
}
"""Acts whose log entry carries a digest of the row it wrote; the subject is "act key"."""

WITH_IT: dict[str, tuple[str, ...]] = {
    "search": (
        "SELECT * FROM candidates WHERE search_id = :key ORDER BY rank",
        "SELECT * FROM calibration_steps WHERE search_id = :key ORDER BY score",
    ),
    "rehearsal": ("SELECT * FROM rehearsal_searches WHERE rehearsal_id = :key ORDER BY id",),
    "decision": ("SELECT * FROM decision_bases WHERE decision_id = :key",),
}
"""Rows that are sealed together with the one on record. What was recorded before such rows were
kept has none, so that its seal holds."""

KEYS = {
    "policy": "SELECT sha256 FROM policies",
    "search": "SELECT id FROM searches",
    "examination": "SELECT id FROM examinations",
    "decision": "SELECT id FROM decisions",
    "rehearsal": "SELECT id FROM rehearsals WHERE finished_at IS NOT NULL",
    "mark": "SELECT id FROM marks",
    "analysis": "SELECT id FROM analyses",
    "sighting": "SELECT id FROM sightings",
    "origin declaration": "SELECT id FROM origin_declarations",
    "reopening": "SELECT id FROM reopenings",
    "lead withdrawal": "SELECT decision_id FROM lead_withdrawals",
    "unknown": "SELECT id FROM unknowns",
    "unknown face": "SELECT id FROM unknown_faces",
    "unknown link": "SELECT id FROM unknown_links",
    "declared tries": "SELECT id FROM declared_tries",
    "confirmation": "SELECT id FROM tie_confirmations",
    "unit": "SELECT id FROM units_of_two",
    "answer": "SELECT id FROM unit_answers",
    "approval": "SELECT id FROM approvals",
    "revocation": "SELECT id FROM revocations",
    "card": "SELECT sha256 FROM model_cards",
    "trust": "SELECT search_id FROM search_trust",
    "move": "SELECT id FROM case_moves",
    "photograph suspicion": "SELECT id FROM photograph_suspicions",
    "photograph judgement": "SELECT id FROM photograph_judgements",
    "page": "SELECT id FROM pages",
}


PHOTOGRAPHS_OF_NOBODY = """SELECT id FROM person_photographs WHERE reference_id IS NOT NULL
    AND reference_id NOT IN (
        SELECT key FROM sealed_states WHERE kind = 'reference' AND digest IS NOT NULL
        UNION SELECT key FROM carried_over WHERE kind = 'reference')"""
"""They outlive the references that they were made from, each of which an act sealed."""


def append(
    db: Connection,
    actor: str,
    act: str,
    subject: str,
    payload: dict[str, Any],
    personal: Mapping[str, str] | None = None,
    states: States | None = None,
) -> LogEntry:
    """Add an entry. Call inside the transaction that does the act.

    ``personal``: values that the log itself must not hold (a name, a reason, an authorisation). The
    entry commits to each, and the value stands beside it. ``states``: by kind, the numbers of what
    the act changed, as it is now (see ``seals``).
    """
    return _append(db, actor, act, subject, payload, dict(personal or {}), states=states)


def _append(
    db: Connection,
    actor: str,
    act: str,
    subject: str,
    payload: dict[str, Any],
    values: dict[str, str],
    row: str | None = None,
    states: States | None = None,
) -> LogEntry:
    """``row``: the canonical JSON of the rows that the entry seals."""
    beside = [*values, *(["digest"] if row else []), *([seals.SEALED] if states else [])]
    salts = {name: secrets.token_hex(16) for name in beside}
    sealed = {name: commitment(salts[name], value) for name, value in values.items()}
    if row:
        sealed["digest"] = commitment(salts["digest"], row)
    lines = seals.lines(db, salts[seals.SEALED], states) if states else []
    if states:
        sealed[seals.SEALED] = seals.list_digest(salts[seals.SEALED], lines)
    last = next(db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq DESC LIMIT 1"), None)
    account = next(db.query("SELECT id FROM operators WHERE username = ?", [actor]), None)
    at = max(now(), last["at"]) if last else now()
    sealed |= _clock_behind(at)
    entry = seal(
        LogEntry(**last) if last else None,
        at=at,
        actor=actor,
        act=act,
        subject=subject,
        payload=payload | sealed,
        signer=account["id"] if account else None,
    )
    marks = ", ".join("?" * len(COLUMNS.split(", ")))
    db.conn.execute(f"INSERT INTO audit_log ({COLUMNS}) VALUES ({marks})", astuple(entry))
    db.conn.executemany(
        "INSERT INTO commitments VALUES (?, ?, ?, ?)",
        [(entry.seq, name, salt, values.get(name)) for name, salt in salts.items()],
    )
    seals.keep(db, entry.seq, lines)
    return entry


def _clock_behind(at: str) -> dict[str, str]:
    """What the clock said, where it is not the time of the act."""
    clock = wall_clock()
    behind = datetime.fromisoformat(at) - datetime.fromisoformat(clock)
    return {"clock": clock} if behind > CLOCKS_DIFFER else {}


def record(
    db: Connection,
    actor: str,
    act: str,
    key: int | str,
    payload: dict[str, Any],
    states: States | None = None,
) -> LogEntry:
    """Add an entry that seals the row ``key`` just written (see ``ON_RECORD``), and ``states`` as
    ``append`` does. Raises ``IntegrityError`` where something swallowed it."""
    own = list(db.query(ON_RECORD[act], {"key": key}))
    if not own:
        raise IntegrityError(
            "What was written is not there: the file was changed around the program.",
            subject=f"{act} {key}",
            remedy="Put back a copy of the database, and find out who had access to the file.",
        )
    row = canonical_json(own + _with_it(db, act, key))
    return _append(db, actor, act, f"{act} {key}", payload, {}, row, states)


def personal(db: Connection, seq: int) -> dict[str, str]:
    """The values that an entry commits to, by name."""
    query = "SELECT name, value FROM commitments WHERE seq = ? AND value IS NOT NULL"
    return {row["name"]: row["value"] for row in db.query(query, [seq])}


def rows_of(db: Connection, act: str, key: int | str) -> str:
    """The canonical JSON of a recorded row, with the rows that belong to it.

    Raises ``ValueError`` for a row that cannot have been recorded (an infinite number).
    """
    return canonical_json([*db.query(ON_RECORD[act], {"key": key}), *_with_it(db, act, key)])


def _with_it(db: Connection, act: str, key: int | str) -> list[dict[str, Any]]:
    queries = WITH_IT.get(act, ())
    return [row for query in queries for row in db.query(query, {"key": int(key)})]


def entries(db: Connection) -> Iterator[LogEntry]:
    """The whole log, oldest first."""
    for row in db.query(f"SELECT {COLUMNS} FROM audit_log ORDER BY seq"):
        yield LogEntry(**row)


def of(db: Connection, act: str, subject: str) -> list[LogEntry]:
    """The entries of one act on one thing, oldest first."""
    query = f"SELECT {COLUMNS} FROM audit_log WHERE act = ? AND subject = ? ORDER BY seq"
    return [LogEntry(**row) for row in db.query(query, [act, subject])]


def latest(
    db: Connection, limit: int, containing: str = "", hidden: Collection[int] = ()
) -> list[LogEntry]:
    """Newest first, those whose actor, act, subject or payload contain a text.

    ``hidden``: candidates of which whoever looks may not know yet that anybody examined them.
    """
    rows = db.query(
        f"SELECT {COLUMNS} FROM audit_log WHERE (:text = '' OR "
        "instr(lower(actor || ' ' || act || ' ' || subject || ' ' || payload), lower(:text))) "
        f"AND NOT (act IN ({SWAYING}) AND json_extract(payload, '$.candidate') IN "
        "(SELECT value FROM json_each(:hidden))) "
        "ORDER BY seq DESC LIMIT :limit",
        {"text": containing, "limit": limit, "hidden": canonical_json(sorted(hidden))},
    )
    return [LogEntry(**row) for row in rows]


SWAYING = "'examination', 'decision', 'reopening', 'lead withdrawal'"
"""Acts that tell what others think of a question, or that they examined it."""


def first_altered_record(db: Connection) -> BrokenLink | None:
    """The first row on record that differs from what the log sealed, was never logged, or could
    not have been written with the guards in place."""
    return (
        _changed_or_unlogged(db)
        or _broken_commitment(db)
        or _unfounded(db)
        or seals.first_changed(db)
    )


def _changed_or_unlogged(db: Connection) -> BrokenLink | None:
    logged: dict[str, set[str]] = {act: set() for act in ON_RECORD}
    acts = ", ".join(f"'{act}'" for act in ON_RECORD)
    for row in db.query(
        "SELECT l.seq, act, subject, json_extract(payload, '$.digest') AS digest, "
        "coalesce(c.salt, '') AS salt FROM audit_log l "
        "LEFT JOIN commitments c ON c.seq = l.seq AND c.name = 'digest' "
        f"WHERE act IN ({acts}) ORDER BY l.seq"
    ):
        key = row["subject"].removeprefix(row["act"]).strip()
        logged[row["act"]].add(key)
        if not _is_as_recorded(db, key, row):
            return BrokenLink(row["seq"], f"{row['subject']} is not what was recorded")
    for row in db.query("SELECT kind, key FROM carried_over"):
        logged.get(row["kind"], set()).add(str(row["key"]))
    for act, query in KEYS.items():
        for row in db.query(query):
            key = str(next(iter(row.values())))
            if key not in logged[act]:
                return BrokenLink(0, f"{act} {key} was written around the log")
    return None


def _unfounded(db: Connection) -> BrokenLink | None:
    """Rows that are on record, but that the program would not have written."""
    for row in db.query("SELECT sha256, document FROM policies"):
        if sha256_text(row["document"]) != row["sha256"]:
            return _link(db, f"policy {row['sha256']}", "is not the policy that its hash names")
    for row in db.query("SELECT sha256, card FROM model_cards"):
        if sha256_text(row["card"]) != row["sha256"]:
            return _link(db, f"card {row['sha256']}", "is not the card that its hash names")
    for row in db.query(PHOTOGRAPHS_OF_NOBODY):
        return BrokenLink(0, f"photograph {row['id']} of a person was never enrolled")
    for row in db.query(ACCEPTED_BELOW):
        return _link(db, f"decision {row['id']}", "accepts a candidate below its policy")
    fault = acceptances.unfounded(db)
    return _link(db, *fault) if fault else None


def accepted_under_earlier_rules(db: Connection) -> list[int]:
    """Decisions of before today's rules; they were judged by the rules of their day."""
    return [row["id"] for row in db.query(ACCEPTED)]


def behind_the_clock(db: Connection) -> list[int]:
    """Entries whose time follows from the entry before them: the clock had been set back."""
    query = "SELECT seq FROM audit_log WHERE json_extract(payload, '$.clock') IS NOT NULL"
    return [row["seq"] for row in db.query(f"{query} ORDER BY seq")]


def damage(db: Connection) -> list[str]:
    """What SQLite itself finds wrong with the file: an index that does not find its rows hides
    them from every guard."""
    rows = db.conn.execute(f"PRAGMA integrity_check({DAMAGE_LISTED})").fetchall()
    return [] if rows == [("ok",)] else [row[0] for row in rows]


def _link(db: Connection, subject: str, problem: str) -> BrokenLink:
    query = "SELECT min(seq) AS seq FROM audit_log WHERE subject = ?"
    seq = next(db.query(query, [subject]))["seq"]
    return BrokenLink(seq or 0, f"{subject} {problem}")


def _is_as_recorded(db: Connection, key: str, entry: dict[str, Any]) -> bool:
    """Entries from before there were salts are sealed by the rows alone."""
    try:
        rows = rows_of(db, entry["act"], key)
    except ValueError:
        return False
    sealed: str | None = entry["digest"]
    return commitment(entry["salt"], rows) == sealed


def _broken_commitment(db: Connection) -> BrokenLink | None:
    """The first value beside the log that is not what its entry committed to."""
    for row in db.query(
        "SELECT c.*, json_extract(l.payload, '$.' || c.name) AS sealed FROM commitments c "
        "LEFT JOIN audit_log l ON l.seq = c.seq WHERE c.value IS NOT NULL ORDER BY c.seq"
    ):
        if commitment(row["salt"], row["value"]) != row["sealed"]:
            return BrokenLink(row["seq"], f"{row['name']} is not what the entry committed to")
    return None


def altered_guards(db: Connection) -> list[str]:
    """Names of triggers, views and tables that differ from what this version creates."""
    fresh = Connection(memory=True)
    MIGRATIONS.apply(fresh)
    # SQLite's own are tables and indexes without a text: nothing else may hide behind its prefix
    query = (
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (type = 'table' "
        f"AND (name LIKE 'sqlite^_%' ESCAPE '^' OR name = '{MIGRATIONS.migrations_table}'))"
    )
    expected = {(r["type"], r["name"]): r["sql"] for r in fresh.query(query)}
    found = {(r["type"], r["name"]): r["sql"] for r in db.query(query)}
    fresh.conn.close()
    return sorted(
        {key[1] for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)}
    )
