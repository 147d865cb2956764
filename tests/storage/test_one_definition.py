"""One definition, enforced alike: ``requirements.assess`` and the database give the same verdict.

The worlds are rows as a stranger could write them. What stands in them is read once by
``services.decide`` and judged by the domain, and once by the conditions of the triggers; both have
to name the same requirements.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from secondlook.domain.blank import INVISIBLE, invisible, is_blank
from secondlook.domain.policy import Policy
from secondlook.domain.review import Outcome
from secondlook.services.decide import Stored
from secondlook.storage.guards import OUTCOMES, REFUSALS
from secondlook.storage.migrations.blank_sql import SEEN

from .drawn import (
    BLANK,
    DECIDED,
    HOUR_MS,
    authorised_at,
    world,
)
from .plain_sql import (
    ANA,
    BEN,
    CAL,
    EVE,
    LEAD,
    MODELS,
    RUNNER_UP,
    SHIPPED,
    Row,
    accept,
    empty_database,
    examination_row,
    fill,
    good_quality,
    insert,
    policy_row,
    prepare,
    service,
    shipped,
)
from .worlds import judged

EXAMPLES = int(os.environ.get("SECONDLOOK_WORLDS", "30"))
"""Worlds to try; SECONDLOOK_WORLDS=3000 HYPOTHESIS_PROFILE=default looks further."""
NO_SMALLER = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make a world smaller takes minutes, and what was drawn tells enough."""


@pytest.fixture(scope="module")
def blank() -> Iterator[sqlite3.Connection]:
    db = empty_database()
    prepare(db, ())
    yield db
    db.close()


# What both say


def refused_by_database(
    db: sqlite3.Connection, conditions: dict[str, str], decision: Row
) -> set[str]:
    """The names whose condition refuses a decision on ``LEAD``, as the triggers would find it."""
    row = "(SELECT :operator_id AS operator_id, :corroboration AS corroboration, " \
          ":decided_at AS decided_at) NEW"  # fmt: skip
    values = decision | {"candidate": LEAD}
    return {
        name
        for name, condition in conditions.items()
        if db.execute(f"SELECT 1 FROM {judged(condition, ':candidate')} f, {row} "
                      f"WHERE ({condition}) IS NOT FALSE", values).fetchone()
    }  # fmt: skip


def accepted_by_database(db: sqlite3.Connection, policy: Policy, decision: Row) -> bool:
    try:
        accept(db, policy, **decision)
    except sqlite3.IntegrityError as error:
        if not str(error).startswith("acceptance refused: "):
            raise
        return False
    return True


def agree(db: sqlite3.Connection, policy: Policy, decision: Row) -> None:
    """On every requirement, on the whole, and on every other outcome."""
    stored = Stored(service(db), LEAD)
    assessment = stored.assessment(decision["corroboration"], decision["operator_id"])
    unmet = {r.name for r in assessment.unmet}
    assert unmet == refused_by_database(db, REFUSALS, decision)
    own, _ = stored.judged(decision["corroboration"], decision["operator_id"])
    closed = {o.value for o in Outcome if o.value in OUTCOMES and stored.refusal(o, own[1])}
    assert closed == refused_by_database(db, OUTCOMES, decision)
    assert accepted_by_database(db, policy, decision) == assessment.acceptable


@settings(
    max_examples=EXAMPLES,
    phases=NO_SMALLER,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_the_domain_and_the_database_agree(blank: sqlite3.Connection, data: st.DataObject) -> None:
    blank.execute("BEGIN")
    try:
        agree(blank, *world(blank, cast(st.DrawFn, data.draw)))
    finally:
        blank.execute("ROLLBACK")


# Every shipped policy, with one thing changed


def sound_at(policy: Policy) -> dict[str, Any]:
    return {"candidate": {"fmr_upper": (1 - policy.accept_confidence / 100) / 500}}


def below(quality: str, **changes: float) -> Callable[[Policy], dict[str, Row]]:
    table = "search" if quality == "probe_quality" else "candidate"
    return lambda _: {table: {quality: json.dumps(good_quality().to_dict() | changes)}}


Spoil = Callable[[Policy], dict[str, Any]]
SPOILT: dict[str, Spoil] = {
    "nothing": lambda _: {},
    "purpose": lambda p: {"case": {"purpose": p.prohibited_purposes[0]}},
    "no authorisation": lambda _: {"case": {"authorisation": "\n"}},
    "late": lambda p: {
        "case": {"authorised_at": authorised_at(p.authorisation_deadline_hours * HOUR_MS + 1)}
    },
    "at the deadline": lambda p: {
        "case": {"authorised_at": authorised_at(p.authorisation_deadline_hours * HOUR_MS)}
    },
    "origin": lambda p: {"search": {"probe_origin": p.blocked_origins[0].value}},
    "analysis": lambda _: {"search": {"probe_analysis": "\t"}},
    "probe quality": below("probe_quality", inter_eye_px=19.9),
    "pose": below("reference_quality", pose_deg=45.1),
    "a model for evaluation": lambda _: {
        "search": {"model": json.dumps(MODELS | {"status": "evaluation"})}
    },
    "models without status": lambda _: {
        "search": {"model": json.dumps({"name": "sface", "sha256": MODELS["sha256"]})}
    },
    "confidence": lambda p: {
        "candidate": {"fmr_upper": (1 - p.accept_confidence / 100) / 500 * 1.0001}
    },
    "reference": lambda _: {"candidate": {"confidence_status": "reference"}},
    "not measurable": lambda _: {
        "candidate": {"confidence_status": "not_measurable", "confidence": None}
    },
    "margin": lambda p: {"candidate": {"margin": p.min_margin - 0.0001}},
    "alone": lambda _: {"candidate": {"margin": None}},
    "nobody": lambda _: {"examinations": ()},
    "one person": lambda _: {"examinations": (examination_row(ANA),)},
    "a dissent": lambda _: {
        "examinations": tuple(
            examination_row(who, conclusion=c) for who, c in ((ANA, 3), (BEN, 3), (CAL, -1))
        )
    },
    "a dissent, and a third": lambda _: {
        "examinations": tuple(
            examination_row(who, conclusion=c) for who, c in ((ANA, 3), (BEN, -1), (CAL, 3))
        )
    },
}


@pytest.mark.parametrize("decider", [ANA, EVE])
@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_reads_the_same_in_both_places(
    blank: sqlite3.Connection, name: str, spoilt: str, decider: int
) -> None:
    policy = shipped(name)
    decision = {"operator_id": decider, "corroboration": "A witness.", "decided_at": DECIDED}
    blank.execute("BEGIN")
    try:
        insert(blank, "policies", policy_row(policy))
        fill(blank, policy, **(sound_at(policy) | SPOILT[spoilt](policy)))
        agree(blank, policy, decision)
    finally:
        blank.execute("ROLLBACK")


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_that_meet_every_requirement_are_accepted_by_every_policy_that_accepts(
    blank: sqlite3.Connection, name: str
) -> None:
    policy = shipped(name)
    blank.execute("BEGIN")
    try:
        insert(blank, "policies", policy_row(policy))
        fill(blank, policy, **sound_at(policy))
        decision = {"operator_id": ANA, "corroboration": "A witness.", "decided_at": DECIDED}
        assert accepted_by_database(blank, policy, decision) == policy.accepts
    finally:
        blank.execute("ROLLBACK")


# Texts


def blank_in_sql(db: sqlite3.Connection, text: str) -> bool:
    return bool(db.execute(f"SELECT ? NOT GLOB {SEEN}", [text]).fetchone()[0])


def test_every_character_is_blank_in_both_places_or_in_none(blank: sqlite3.Connection) -> None:
    """All of Unicode, in one statement; surrogates stand in no text that is stored."""
    characters = [chr(c) for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000]
    blank.create_function("character", 1, lambda number: characters[number])
    query = f"""WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
        SELECT i FROM n WHERE character(i) NOT GLOB {SEEN}"""
    seen = {characters[row[0]] for row in blank.execute(query, [len(characters)])}
    assert seen == {c for c in characters if invisible(c)}


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | BLANK)
def test_a_blank_text_is_blank_in_both_places(blank: sqlite3.Connection, text: str) -> None:
    assert blank_in_sql(blank, text) == is_blank(text)


def test_white_space_and_what_unicode_ignores_is_blank() -> None:
    assert all(invisible(chr(c)) for c in range(0x110000) if chr(c).isspace())
    for code in (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, 0x200B, 0x2060, 0x2800, 0x3164, 0xFE0F):
        assert invisible(chr(code)), hex(code)
    assert not any(map(invisible, "aÄ1.-漢🙂\u0301"))
    assert list(INVISIBLE) == sorted(INVISIBLE)


def test_the_runner_up_asks_another_question(blank: sqlite3.Connection) -> None:
    blank.execute("BEGIN")
    try:
        insert(blank, "policies", policy_row(shipped()))
        fill(blank, shipped())
        query = "SELECT member_id FROM question_members WHERE candidate_id = ?"
        assert blank.execute(query, [RUNNER_UP]).fetchall() == [(RUNNER_UP,)]
    finally:
        blank.execute("ROLLBACK")
