"""A database written the way a stranger would: rows by plain SQL, none of the program's services.

Everything is made of rows that satisfy the policy unless a test says otherwise.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from secondlook.domain.audit import canonical_json, sha256_text
from secondlook.domain.faces import COMPONENTS, Bound, Component, Quality
from secondlook.domain.policy import Policy, parse_policy
from secondlook.domain.review import CHECKLIST
from secondlook.paths import resources
from secondlook.storage import log, seals
from secondlook.storage.database import Connection
from secondlook.storage.migrations import MIGRATIONS

Row = dict[str, Any]

ANA, BEN, SCRIPT, GONE, CAL, DAN, EVE = 1, 2, 3, 4, 5, 6, 7
"""Operators: two examiners, a command-line account, a deactivated examiner, three others."""

CASE, PROBE, SEARCH = 1, 1, 1
LEAD, RUNNER_UP, BELOW = 1, 2, 3
"""Candidates: the one to decide, the next (offered), one that is not offered."""

PROBE_IMAGE, REFERENCE_IMAGE, OTHER_IMAGE = "1" * 64, "2" * 64, "3" * 64
OPENED = "2031-05-01T08:00:00.000+00:00"
AUTHORISED = "2031-05-01T20:00:00.000+00:00"
FINDINGS = {item.key: "similar" for item in CHECKLIST}

ACCEPTANCE: Row = {
    "candidate_id": LEAD,
    "operator_id": ANA,
    "outcome": "accepted_as_lead",
    "corroboration": "A witness names the same person.",
    "reason": "",
    "assessment": "[]",
    "decided_at": OPENED,
}


def shipped(name: str = "high-stakes") -> Policy:
    path = resources() / "policies" / f"{name}.toml"
    return parse_policy(path.read_text(encoding="utf-8"), source=path.name)


SHIPPED = ("high-stakes", "missing-person", "archive-newsroom", "demonstration")


MODELS = {
    "name": "sface",
    "sha256": "5" * 64,
    "status": "full",
    "detector": "yunet",
    "detector_sha256": "4" * 64,
    "detector_status": "full",
}
CARD_TEXTS = {
    role: canonical_json({"name": role, "sha256": MODELS[field]})
    for role, field in (("recogniser", "sha256"), ("detector", "detector_sha256"))
}
CARDS = {role: sha256_text(text) for role, text in CARD_TEXTS.items()}

FACE = canonical_json(
    {
        "box": {"x": 60.0, "y": 60.0, "width": 80.0, "height": 80.0},
        "landmarks": [[80.0, 90.0], [120.0, 90.0], [100.0, 110.0], [85.0, 125.0], [115.0, 125.0]],
        "score": 0.97,
    }
)


def good_quality() -> Quality:
    seen = (4.0, 2.0, 0.99, 0.98, 0.9, 0.85, 2.0, 0.0)
    return Quality(120.0, 0.9, 0.95, 0.6, 4.0, 1.0, 0.97, 118.0, *seen)


def empty_database() -> sqlite3.Connection:
    """The program's schema in memory, and a plain connection to it.

    The conditions of the guards are long to prepare and are asked again and again: all are kept.
    """
    raw = sqlite3.connect(":memory:", isolation_level=None, cached_statements=4000)
    MIGRATIONS.apply(Database(raw))
    return raw


def service(db: sqlite3.Connection) -> Connection:
    """The connection as services take it. Setting a pragma would prepare every statement anew."""
    return Connection(db, recursive_triggers=False)


def shell(path: Path, *, foreign_keys: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, cached_statements=4000)
    db.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    return db


def insert(db: sqlite3.Connection, table: str, row: Row, verb: str = "INSERT") -> int:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = db.execute(f"{verb} INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
    return int(cursor.lastrowid or 0)


def operator(key: int, name: str, role: str = "examiner", *, active: int = 1) -> Row:
    return {
        "id": key,
        "username": name,
        "display_name": name.title(),
        "role": role,
        "password_hash": None if role == "command_line" else "argon2",
        "active": active,
        "created_at": OPENED,
    }


def insert_account(db: sqlite3.Connection, row: Row) -> None:
    """An account as versions before 0006 made it: without the keys of its name, by whomever."""
    guards = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE name IN ('operators_named', "
        "'operators_on_record', 'operators_made_by_administrators', "
        "'operators_choose_their_password')"
    ).fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    insert(db, "operators", row)
    for _, sql in guards:
        db.execute(sql)


def seal_all(db: Database) -> None:
    """What a test wrote by hand, as if acts had sealed it as it stands."""
    states = {kind: changed for kind in seals.STATES if (changed := seals.changed(db, kind))}
    log.append(db, log.PROGRAM, "sealed", "", {}, states=states)
    for act in ("analysis", "sighting", "origin declaration", "unknown", "unknown face"):
        for row in list(db.query(log.KEYS[act])):
            log.record(db, log.PROGRAM, act, row["id"], {})


def policy_row(policy: Policy, **changes: Any) -> Row:
    return {
        "sha256": policy.sha256,
        "policy_id": policy.id,
        "version": policy.version,
        "document": policy.document,
        "stored_at": OPENED,
    } | changes


def case_row(policy: Policy, **changes: Any) -> Row:
    return {
        "id": CASE,
        "reference": "2031/117",
        "purpose": policy.permitted_purposes[0],
        "authorisation": "Court order 12",
        "authorised_at": AUTHORISED,
        "policy_sha256": policy.sha256,
        "opened_by": ANA,
        "opened_at": OPENED,
    } | changes


def moved(old: Policy, new: Policy, *by: int) -> tuple[str, ...]:
    """Statements by which the case moves to a laxer policy, as two people approved."""
    approvals = (
        "INSERT INTO approvals (kind, subject, round, operator_id, role, reason, shown, at) "
        f"SELECT 'laxer_policy', 'move 1', 0, id, role, 'agreed', '{{}}', '{OPENED}' "
        f"FROM operators WHERE id = {who}"
        for who in by or (ANA, BEN)
    )
    return (
        "INSERT INTO case_moves (case_id, from_sha256, to_sha256, operator_id, reason, at) VALUES "
        f"({CASE}, '{old.sha256}', '{new.sha256}', {ANA}, 'lower stakes', '{OPENED}')",
        *approvals,
        f"UPDATE cases SET policy_sha256 = '{new.sha256}' WHERE id = {CASE}",
    )


def search_row(policy: Policy, **changes: Any) -> Row:
    return {
        "id": SEARCH,
        "case_id": CASE,
        "probe_id": PROBE,
        "operator_id": ANA,
        "at": OPENED,
        "purpose": policy.permitted_purposes[0],
        "policy_sha256": policy.sha256,
        "probe_sha256": PROBE_IMAGE,
        "probe_origin": "photograph",
        "probe_analysis": "Frontal, sharp, even light.",
        "probe_face": FACE,
        "probe_quality": json.dumps(good_quality().to_dict()),
        "model": json.dumps(MODELS),
        "provider": "CPUExecutionProvider",
        "gallery_id": 1,
        "gallery_name": "Members",
        "gallery_persons": 500,
        "gallery_state": "s",
        "calibration": calibration(99.99),
    } | changes


def calibration(ceiling: float | None) -> str:
    note = {"source": "gallery", "persons": 500, "comparisons": 9, "impostors": []}
    return json.dumps(note | {"ceiling": ceiling})


def candidate_row(**changes: Any) -> Row:
    return {
        "id": LEAD,
        "search_id": SEARCH,
        "rank": 1,
        "person_id": 7,
        "person_key": "p7",
        "display_name": "Person 7",
        "reference_id": 70,
        "reference_sha256": REFERENCE_IMAGE,
        "reference_face": FACE,
        "reference_quality": json.dumps(good_quality().to_dict()),
        "score": 0.71,
        "margin": 0.3,
        "confidence": 99.6,
        "confidence_status": "measured",
        "fmr_upper": 8e-6,
        "expected_false_candidates": 0.004,
        "offered": 1,
    } | changes


def examination_row(operator_id: int, **changes: Any) -> Row:
    return {
        "candidate_id": LEAD,
        "operator_id": operator_id,
        "findings": json.dumps(FINDINGS),
        "conclusion": 3,
        "notes": "Both show the scar.",
        "view": "{}",
        "started_at": OPENED,
        "committed_at": OPENED,
    } | changes


def has(db: sqlite3.Connection, table: str) -> bool:
    """An older schema lacks some."""
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return db.execute(query, [table]).fetchone() is not None


def keep_cards(db: sqlite3.Connection) -> None:
    """Of the models of ``MODELS``, approved by two people."""
    for role, model in (("recogniser", MODELS["sha256"]), ("detector", MODELS["detector_sha256"])):
        insert(
            db, "model_cards",
            {"sha256": CARDS[role], "name": role, "model_sha256": model,
             "card": CARD_TEXTS[role], "stored_at": OPENED},
        )  # fmt: skip
        approve(db, "model", f"{model}+{CARDS[role]}")


def prepare(db: sqlite3.Connection, policies: Iterable[Policy]) -> None:
    """Operators, policies and originals: what a case rests on."""
    for row in (
        operator(ANA, "ana"),
        operator(BEN, "ben", "administrator"),
        operator(SCRIPT, "os:batch", "command_line"),
        operator(GONE, "gone", active=0),
        operator(CAL, "cal"),
        operator(DAN, "dan"),
        operator(EVE, "eve"),
    ):
        insert_account(db, row)
    for policy in policies:
        insert(db, "policies", policy_row(policy))
    if has(db, "model_cards"):
        keep_cards(db)
    for sha256 in (PROBE_IMAGE, REFERENCE_IMAGE):
        original = (sha256, 1000, "image/jpeg", 640, 480, OPENED)
        db.execute("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?)", original)


def fill(
    db: sqlite3.Connection,
    policy: Policy,
    *,
    case: Row | None = None,
    search: Row | None = None,
    candidate: Row | None = None,
    examinations: Iterable[Row] | None = None,
) -> None:
    """One case with one search, three candidates, and two examinations of the first.

    The arguments replace single columns; ``examinations`` replaces the rows themselves.
    """
    insert(db, "cases", case_row(policy, **(case or {})))
    probe = (PROBE, CASE, PROBE_IMAGE, "probe.jpg", "[]", "[]", 0, "photograph", "", ANA, OPENED)
    db.execute(f"INSERT INTO probes VALUES ({', '.join('?' * len(probe))})", probe)
    made = search_row(policy, **(search or {}))
    insert(db, "searches", made)
    if has(db, "unknowns"):
        ask(db, made)
    insert(db, "candidates", candidate_row(**{"search_id": made["id"]} | (candidate or {})))
    lesser = {"search_id": made["id"], "score": 0.4, "margin": -0.3, "confidence": 82.0}
    next_one, last = {"person_id": 8, "person_key": "p8"}, {"person_id": 9, "person_key": "p9"}
    insert(db, "candidates", candidate_row(id=RUNNER_UP, rank=2, **lesser, **next_one))
    insert(db, "candidates", candidate_row(id=BELOW, rank=3, **lesser, **last, offered=0))
    if examinations is None:
        examinations = (examination_row(ANA), examination_row(BEN))
    for row in examinations:
        insert(db, "examinations", row)


UNKNOWN = 1


def ask(db: sqlite3.Connection, search: Row) -> None:
    """What a search is a search of: its unknown, and everybody it was compared with; and that all
    examiners but one had analysed the probe."""
    if not db.execute("SELECT 1 FROM unknowns").fetchone():
        insert(db, "unknowns", unknown_row())
        for operator in (ANA, BEN, CAL, DAN):
            insert(db, "analyses", analysis_row(operator))
    row = {"search_id": search["id"], "unknown_id": UNKNOWN}
    insert(db, "search_unknowns", row)
    model = json.loads(search["model"])
    if isinstance(model, dict):
        people = range(1, search["gallery_persons"] + 1)
        tried(db, people, model.get("sha256"), model.get("status"))
        trust(db, search["id"], model)


def trust(db: sqlite3.Connection, search: int, model: Row) -> None:
    """The cards of the models that a search used, where it used these."""
    if all(model.get(key) == MODELS[key] for key in ("sha256", "detector_sha256")):
        row: Row = {"search_id": search, "policy_trust": "shipped"}
        for role, card in CARDS.items():
            row |= {f"{role}_card": card, f"{role}_trust": "approved"}
        insert(db, "search_trust", row)


def approve(
    db: sqlite3.Connection, kind: str, subject: str, by: tuple[int, ...] = (), at: str = OPENED
) -> None:
    """By two people, one of them the administrator."""
    for who in by or (ANA, BEN):
        role = db.execute("SELECT role FROM operators WHERE id = ?", [who]).fetchone()[0]
        insert(
            db, "approvals",
            {"kind": kind, "subject": subject, "round": 0, "operator_id": who, "role": role,
             "reason": "Agreed.", "shown": "{}", "at": at},
        )  # fmt: skip


def unknown_row(**changes: Any) -> Row:
    return {
        "id": UNKNOWN, "original_sha256": PROBE_IMAGE, "x": 100.0, "y": 100.0, "size": 80.0,
        "noted_at": OPENED,
    } | changes  # fmt: skip


def analysis_row(operator: int, **changes: Any) -> Row:
    return {
        "unknown_id": UNKNOWN, "operator_id": operator, "text": "Frontal, sharp.", "at": OPENED
    } | changes  # fmt: skip


def tried(
    db: sqlite3.Connection,
    people: Iterable[int],
    sha256: str | None = MODELS["sha256"],
    status: str | None = "full",
    unknown: int = UNKNOWN,
) -> None:
    """The unknown was compared with people by a model."""
    key = (sha256 or "", status or "")
    query = "SELECT id FROM models_compared WHERE sha256 = ? AND status = ?"
    model = db.execute(query, key).fetchone()
    columns = dict(zip(("sha256", "status"), key, strict=True))
    model_id = model[0] if model else insert(db, "models_compared", columns)
    rows = [(unknown, model_id, person) for person in people]
    db.executemany("INSERT OR IGNORE INTO tries VALUES (?, ?, ?)", rows)


def rehearsal_row(**changes: Any) -> Row:
    """Unfinished, of the gallery and the model of ``search_row``."""
    return {
        "id": 1,
        "kind": "absent_people",
        "source": "/absent",
        "group_columns": "[]",
        "gallery_id": 1,
        "gallery_name": "Members",
        "gallery_persons": 500,
        "gallery_state": "s",
        "model": json.dumps(MODELS),
        "model_sha256": MODELS["sha256"],
        "provider": "CPUExecutionProvider",
        "calibration": CALIBRATION,
        "operator_id": ANA,
        "started_at": OPENED,
    } | changes


CALIBRATION = json.dumps(
    {"source": "gallery", "persons": 500, "comparisons": 9, "ceiling": 99.9, "reference_cohort": ""}
)


def searched(rehearsal: int, key: int, **changes: Any) -> Row:
    """A search as planned: one of an absent person who is named after its key."""
    return {
        "id": key,
        "rehearsal_id": rehearsal,
        "probe": f"{key}.jpg",
        "person": f"who {key}",
        "absent": 1,
        "mated": 0,
        "groups": "{}",
    } | changes


def rehearse(
    db: sqlite3.Connection, people: int = 30, finished_at: str = OPENED, **changes: Any
) -> int:
    """A finished rehearsal of so many absent people; its id."""
    made = insert(db, "rehearsals", rehearsal_row(**changes))
    for number in range(1, people + 1):
        key = 1000 * (made - 1) + number
        insert(db, "rehearsal_searches", searched(made, key))
    db.execute(
        "UPDATE rehearsal_searches SET status = 'searched', candidates = '[]' "
        "WHERE rehearsal_id = ?",
        [made],
    )
    db.execute("UPDATE rehearsals SET finished_at = ? WHERE id = ?", [finished_at, made])
    return made


def accept(db: sqlite3.Connection, policy: Policy, verb: str = "INSERT", **changes: Any) -> None:
    insert(db, "decisions", ACCEPTANCE | {"policy_sha256": policy.sha256} | changes, verb)


def accepted(db: sqlite3.Connection) -> list[int]:
    """The candidates on record as leads."""
    query = "SELECT candidate_id FROM decisions WHERE outcome = 'accepted_as_lead' ORDER BY 1"
    return [row[0] for row in db.execute(query)]


def contents(db: sqlite3.Connection) -> list[str]:
    """Every row of the file, to see that a refused statement left nothing behind."""
    return list(db.iterdump())


def below(limits: dict[Component, float], component: Component) -> str:
    """Stored quality that misses exactly this limit."""
    quality = good_quality().to_dict()
    worse = 1.0 if COMPONENTS[component].bound is Bound.CEILING else -0.01
    return json.dumps(quality | {component.value: limits[component] + worse})


def log_trust(db: sqlite3.Connection) -> None:
    """Put on record what ``prepare`` wrote around the log: cards and their approvals."""
    known = Database(db)
    for (sha256,) in db.execute("SELECT sha256 FROM model_cards").fetchall():
        log.record(known, "ben", "card", sha256, {})
    for (key,) in db.execute("SELECT id FROM approvals").fetchall():
        log.record(known, "ben", "approval", key, {})


# People of galleries


def gallery_row(gallery: int) -> Row:
    model = {"model_name": "sface", "model_version": "1", "model_sha256": "0" * 64}
    row = {"id": gallery, "name": f"g{gallery}", "source": "s", "created_at": OPENED}
    return row | model


def person_row(person: int, gallery: int) -> Row:
    row = {"id": person, "gallery_id": gallery, "key": str(person), "display_name": "P"}
    return row | {"metadata": "{}"}


def reference_row(person: int, sha256: str = REFERENCE_IMAGE, x: float = 100.0) -> Row:
    """One more reference of a person, with the face at ``x``."""
    face = {"box": {"x": x - 40, "y": 10.0, "width": 80.0, "height": 80.0}, "person": person}
    row = {"person_id": person, "original_sha256": sha256, "source_path": "", "quality": "{}"}
    return row | {"face": json.dumps(face), "added_at": OPENED}


def enrolled(db: sqlite3.Connection, person: int, gallery: int, *sha256: str) -> None:
    """A person in a gallery, with a reference from each of these files."""
    if not db.execute("SELECT 1 FROM galleries WHERE id = ?", [gallery]).fetchone():
        insert(db, "galleries", gallery_row(gallery))
    insert(db, "persons", person_row(person, gallery))
    for one in sha256:
        insert(db, "reference_images", reference_row(person, one))
