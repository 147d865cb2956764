"""Opinions, findings and earlier outcomes as they are stored: which requirements stand in the way,
and which outcomes are open. Service and file have to agree (``worlds.unmet``, ``worlds.closed``).
"""

import json
import sqlite3
from collections.abc import Iterator

import pytest

from secondlook.storage import log, questions, unknowns

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    CASE,
    DAN,
    EVE,
    FACE,
    FINDINGS,
    LEAD,
    OPENED,
    OTHER_IMAGE,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    Row,
    analysis_row,
    approve,
    case_row,
    examination_row,
    fill,
    insert,
    search_row,
    service,
    shipped,
    unknown_row,
)
from .worlds import (
    EARLIER,
    LATER,
    LATEST,
    POLICY,
    act,
    analysed,
    closed,
    ended,
    facts,
    opinions,
    searched_again,
    under,
    unmet,
)


@pytest.fixture
def db(schema: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    schema.execute("BEGIN")
    yield schema
    schema.execute("ROLLBACK")


# Opinions


def test_of_one_examiner_the_lowest_opinion_counts_wherever_it_was_given(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY)
    searched_again(db)
    insert(db, "examinations", examination_row(BEN, candidate_id=9, conclusion=1))
    assert unmet(db) == {"conclusions"}
    insert(db, "examinations", examination_row(ANA, candidate_id=9, conclusion=-1))
    assert unmet(db) == {
        "examiners", "conclusions", "adjudication", "checklist", "findings"
    }  # fmt: skip


def test_insufficient_quality_is_no_dissent(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=opinions(3, 3, -9))
    assert not facts(db).opinions.dissenting
    assert unmet(db) == {"conclusions"}
    assert "inconclusive" not in closed(db)


def test_an_examiner_analyses_before_they_see_and_nobody_elses_look_counts(
    db: sqlite3.Connection,
) -> None:
    fill(db, POLICY, examinations=opinions(3, 3, 3))
    for who, at in ((CAL, LATER), (None, LATER), (DAN, EARLIER)):
        insert(db, "sightings", {"search_id": 1, "operator_id": who, "at": at})
    assert unmet(db) == set()
    insert(db, "sightings", {"search_id": 1, "operator_id": BEN, "at": EARLIER})
    assert [o.analysed for o in facts(db).opinions.each] == [True, False, True]
    assert unmet(db) == set(), "two others did, and are enough"
    insert(db, "sightings", {"search_id": 1, "operator_id": ANA, "at": EARLIER})
    assert unmet(db) == {"probe_analysis"}


def test_who_analyses_after_candidates_were_shown_to_whoever_looked_may_have_seen_them(
    db: sqlite3.Connection,
) -> None:
    """On a command line: nobody knows who looked."""
    fill(db, POLICY)
    insert(db, "sightings", {"search_id": 1, "operator_id": None, "at": EARLIER})
    assert not any(o.analysed for o in facts(db).opinions.each)
    assert unmet(db) == {"probe_analysis"}


def test_an_analysis_after_the_examination_is_none(db: sqlite3.Connection) -> None:
    insert(db, "unknowns", unknown_row())
    analysed(db, ANA)
    insert(db, "analyses", analysis_row(BEN, at=LATER))
    fill(db, POLICY)
    assert [o.analysed for o in facts(db).opinions.each] == [True, False]
    assert unmet(db) == {"probe_analysis"}


@pytest.mark.parametrize(("seen_at", "by", "met"), [
    (EARLIER, CAL, False), (LATER, CAL, True), (EARLIER, DAN, True),
])  # fmt: skip
def test_a_third_has_seen_nothing_before_they_committed(
    db: sqlite3.Connection, seen_at: str, by: int, met: bool
) -> None:
    fill(db, POLICY, examinations=opinions(3, -1, 3))
    insert(db, "sightings", {"examination_id": ANA, "operator_id": by, "at": seen_at})
    assert unmet(db) == (set() if met else {"adjudication", "conclusions"})
    assert "adjudication" in unmet(db, ANA), "and somebody else decides"


@pytest.mark.parametrize(("blind", "by", "met"), [
    (True, BEN, False), (True, EVE, True), (False, BEN, True),
])  # fmt: skip
def test_a_blind_policy_counts_nobody_who_knew_what_another_had_concluded(
    db: sqlite3.Connection, blind: bool, by: int, met: bool
) -> None:
    fill(db, under(db, blind_verification=blind), examinations=opinions(3, 3))
    insert(db, "sightings", {"examination_id": ANA, "operator_id": by, "at": EARLIER})
    assert unmet(db) == (set() if met else {"conclusions"})


@pytest.mark.parametrize(("verdicts", "missing"), [
    ((), {"conclusions"}), (("same",), {"conclusions"}), (("same", "same"), set()),
])  # fmt: skip
def test_what_only_looks_like_a_copy_shares_dissents_and_no_agreement(
    db: sqlite3.Connection, verdicts: tuple[str, ...], missing: set[str]
) -> None:
    """ANA examined this picture, and BEN another that looks like it."""
    faces = {PROBE_IMAGE: FACE, REFERENCE_IMAGE: json.dumps("another picture")}
    fill(db, POLICY, examinations=[])
    insert(db, "unknowns", unknown_row(id=2, original_sha256=REFERENCE_IMAGE))
    for unknown, (sha256, face) in enumerate(faces.items(), 1):
        row = {"unknown_id": unknown, "original_sha256": sha256, "face": face}
        if not db.execute("SELECT 1 FROM unknown_faces WHERE unknown_id = ?", [unknown]).fetchone():
            insert(db, "unknown_faces", row)
    first, second = sorted(faces)
    pair = {"first_sha256": first, "first_face": faces[first], "second_sha256": second,
            "second_face": faces[second], "at": OPENED}  # fmt: skip
    insert(db, "photograph_suspicions", pair | {"likeness": 0.9, "mirrored": 0, "method": "m"})
    for who, verdict in zip((CAL, DAN), verdicts, strict=False):
        judged = {"operator_id": who, "verdict": verdict, "note": "Seen."}
        insert(db, "photograph_judgements", pair | judged)
    unknowns.regroup(service(db))
    searched_again(db, unknown=2, probe_sha256=REFERENCE_IMAGE)
    insert(db, "examinations", examination_row(ANA, id=ANA))
    insert(db, "examinations", examination_row(BEN, id=BEN, candidate_id=9))
    assert unmet(db) == missing


@pytest.mark.parametrize(("reference", "missing"), [
    (REFERENCE_IMAGE, set()), (OTHER_IMAGE, {"conclusions"}),
])  # fmt: skip
def test_another_picture_of_the_person_shares_dissents_and_no_agreement(
    db: sqlite3.Connection, reference: str, missing: set[str]
) -> None:
    """ANA compared the reference that the lead shows, and BEN one of the same person."""
    fill(db, POLICY, examinations=[])
    searched_again(db, reference=reference)
    insert(db, "examinations", examination_row(ANA, id=ANA))
    insert(db, "examinations", examination_row(BEN, id=BEN, candidate_id=9))
    assert unmet(db) == missing
    lower = examination_row(BEN, id=20, candidate_id=9, conclusion=-1)
    insert(db, "examinations", lower | {"committed_at": LATER})
    assert unmet(db) >= {"adjudication"}


@pytest.mark.parametrize(("told_at", "missing"), [
    (LATER, {"conclusions"}), (LATEST, set()),
])  # fmt: skip
def test_who_was_told_an_opinion_on_these_pictures_first_is_not_blind_for_them(
    db: sqlite3.Connection, told_at: str, missing: set[str]
) -> None:
    """BEN compared another picture before, and these at last."""
    fill(db, POLICY, examinations=[])
    searched_again(db, reference=OTHER_IMAGE)
    before, at_last = {"candidate_id": 9, "committed_at": EARLIER}, "2031-05-01T09:30:00.000+00:00"
    for row in (
        examination_row(BEN, id=3, **before),
        examination_row(ANA, id=4),
        examination_row(BEN, id=5, committed_at=at_last),
    ):
        insert(db, "examinations", row)
    insert(db, "sightings", {"examination_id": 4, "operator_id": BEN, "at": told_at})
    analysed(db, ANA, BEN)
    assert unmet(db) == missing


def tied(db: sqlite3.Connection, one: str, other: str) -> None:
    """The first set the password of the other: they count as one person."""
    log.append(service(db), one, "password reset", other, {})


@pytest.mark.parametrize(("pair", "missing"), [
    (("ana", "cal"), {"adjudication", "conclusions", "examiners"}),
    (("ben", "cal"), {"adjudication", "examiners"}),
    (("ana", "dan"), set()),
])  # fmt: skip
def test_a_third_by_another_account_of_one_of_the_two_is_none(
    db: sqlite3.Connection, pair: tuple[str, str], missing: set[str]
) -> None:
    tied(db, *pair)
    fill(db, POLICY, examinations=opinions(3, -1, 3))
    assert unmet(db) == missing


def test_a_third_comes_after_as_many_people_as_the_policy_asks_for(db: sqlite3.Connection) -> None:
    """ANA agrees by two accounts; BEN, who is only the second person, dissents, and CAL as well."""
    tied(db, "ana", "dan")
    given = opinions(3, -1, -1, 3)
    fill(db, POLICY, examinations=[given[0], given[3], given[1], given[2]])
    assert {"adjudication", "conclusions"} <= unmet(db)


def test_who_saw_by_another_account_has_seen(db: sqlite3.Connection) -> None:
    """EVE, whom BEN made an account, was shown what ANA concluded."""
    tied(db, "ben", "eve")
    fill(db, POLICY, examinations=opinions(3, 3))
    insert(db, "sightings", {"examination_id": ANA, "operator_id": EVE, "at": EARLIER})
    assert unmet(db, DAN) == {"conclusions"}


def test_ones_own_opinion_is_no_sight_of_anothers(db: sqlite3.Connection) -> None:
    fill(db, POLICY, examinations=opinions(3, -1, 3))
    insert(db, "sightings", {"examination_id": CAL, "operator_id": CAL, "at": EARLIER})
    assert unmet(db) == set()


# Outcomes of the question


@pytest.mark.parametrize(("outcome", "elsewhere", "met"), [
    ("excluded", False, False), ("excluded", True, False), ("unresolved", False, False),
    ("unresolved", True, True), ("inconclusive", False, True), ("accepted_as_lead", False, True),
    ("same_photograph", False, True),
])  # fmt: skip
def test_which_outcomes_stick_and_where(
    db: sqlite3.Connection, outcome: str, elsewhere: bool, met: bool
) -> None:
    fill(db, POLICY)
    if elsewhere:
        insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    searched_again(db, case_id=2 if elsewhere else CASE)
    ended(db, outcome)
    assert unmet(db) == (set() if met else {"standing_outcome"})


def test_a_withdrawn_lead_forbids_another(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    searched_again(db)
    ended(db, "accepted_as_lead")
    act(db, "lead_withdrawals", BEN)
    assert unmet(db) == {"standing_outcome"}


@pytest.mark.parametrize(("third", "conclusion", "at", "met"), [
    (CAL, 3, LATEST, True), (CAL, 3, EARLIER, False), (CAL, 1, LATEST, False),
    (DAN, 3, LATEST, False),
])  # fmt: skip
def test_what_was_reopened_waits_for_a_third_who_reaches_the_line(
    db: sqlite3.Connection, third: int, conclusion: int, at: str, met: bool
) -> None:
    """ANA excluded, and BEN agreed before DAN reopened it."""
    fill(db, POLICY, examinations=opinions(3, 3))
    analysed(db, DAN)
    searched_again(db)
    ended(db, "excluded")
    act(db, "reopenings", DAN)
    row = examination_row(third, conclusion=conclusion, committed_at=at)
    insert(db, "examinations", row)
    assert ("standing_outcome" in unmet(db)) == (not met)


@pytest.mark.parametrize(("who", "met"), [("dan", False), ("ana", False), ("ben", True)])
def test_another_account_of_who_ended_or_reopened_is_no_third(
    db: sqlite3.Connection, who: str, met: bool
) -> None:
    """ANA excluded, DAN reopened, and CAL, who is tied to one of them, reached the line."""
    tied(db, who, "cal")
    fill(db, POLICY, examinations=opinions(3, 3))
    searched_again(db)
    ended(db, "excluded")
    act(db, "reopenings", DAN)
    insert(db, "examinations", examination_row(CAL, conclusion=3, committed_at=LATEST))
    assert ("standing_outcome" in unmet(db)) == (not met)


# What binds


@pytest.mark.parametrize(("first", "bound"), [
    ("high-stakes", {"examiners", "conclusions"}), ("archive-newsroom", set()),
    ("demonstration", set()),
])  # fmt: skip
def test_an_unknown_stays_bound_by_the_first_policy_that_accepts_anything(
    db: sqlite3.Connection, first: str, bound: set[str]
) -> None:
    lax, asked = shipped("archive-newsroom"), shipped(first)
    insert(db, "cases", case_row(asked, id=2, reference="2031/118"))
    insert(db, "searches", search_row(asked, id=1, case_id=2, gallery_persons=0))
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=opinions(3))
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    assert unmet(db) == bound


@pytest.mark.parametrize(("first", "lifted", "freed"), [
    ("archive-newsroom", (), False), ("archive-newsroom", (1,), False),
    ("archive-newsroom", (2,), True), ("high-stakes", (), False), ("high-stakes", (1,), False),
    ("high-stakes", (2,), False), ("high-stakes", (1, 2), True),
])  # fmt: skip
def test_each_copy_of_a_photograph_binds_until_it_is_lifted_for_that_one(
    db: sqlite3.Connection, first: str, lifted: tuple[int, ...], freed: bool
) -> None:
    """The unknown was first searched under ``first``, and a copy of it under high-stakes."""
    lax, asked = shipped("archive-newsroom"), shipped(first)
    for number, policy in ((2, asked), (3, POLICY)):
        reference = f"2031/{number}"
        insert(db, "cases", case_row(policy, id=number, reference=reference))
        row = search_row(policy, id=number - 1, case_id=number, gallery_persons=0)
        insert(db, "searches", row)
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=opinions(3))
    insert(db, "unknowns", unknown_row(id=2, x=900.0))
    db.execute("UPDATE unknown_groups SET photograph_id = 1, shown_id = 1 WHERE unknown_id = 2")
    for unknown in (1, 2):
        insert(db, "search_unknowns", {"search_id": unknown, "unknown_id": unknown})
    for unknown in lifted:
        approve(db, "unbind", f"unknown {unknown}", at=LATER)
    assert unmet(db) == (set() if freed else {"examiners", "conclusions"})
    binding = {b.policy.sha256 for b in questions.binding(service(db), 1)} - {lax.sha256}
    assert {p.sha256 for p in questions.bound_by(service(db), LEAD)} == binding


# Findings


@pytest.mark.parametrize(("findings", "notes", "view", "met"), [
    ({}, "The scar.", {}, True),
    ({}, "\u200b", {}, False),
    ({"nose": "different"}, "The scar.", {}, False),
    ({"nose": "different"}, "The scar.", {"nose": "Swollen."}, True),
    ({"nose": "different"}, "The scar.", {"ears": "Swollen."}, False),
    (dict.fromkeys(list(FINDINGS)[5:], "not_visible"), "The scar.", {}, True),
    (dict.fromkeys(list(FINDINGS)[4:], "not_visible"), "The scar.", {}, False),
])  # fmt: skip
def test_findings_carry_a_conclusion_of_same(
    db: sqlite3.Connection, findings: dict[str, str], notes: str, view: dict[str, str], met: bool
) -> None:
    policy = under(db, min_similar_components=5)
    changes: Row = {"notes": notes, "view": json.dumps({"component_notes": view})}
    changes |= {"findings": json.dumps(FINDINGS | findings), "conclusion": 2}
    fill(db, policy, examinations=(examination_row(ANA), examination_row(BEN, **changes)))
    assert unmet(db) == (set() if met else {"findings"})


def test_weak_support_needs_no_note(db: sqlite3.Connection) -> None:
    policy = under(db, min_conclusion=1)
    weak = examination_row(BEN, conclusion=1, notes="")
    fill(db, policy, examinations=(examination_row(ANA), weak))
    assert unmet(db) == set()


# Other outcomes

DIFFERENT = {"findings": json.dumps(FINDINGS | {"nose": "different"})}
ALL = {"excluded", "inconclusive", "unresolved", "same_photograph", "not_examined"}


@pytest.mark.parametrize(("conclusions", "decider", "open_"), [
    ((), EVE, set()),
    ((-2,), EVE, {"inconclusive"}),
    ((-2, -1), ANA, {"excluded", "inconclusive"}),
    ((0, -1), EVE, {"inconclusive"}),
    ((0, -9), EVE, {"inconclusive"}),
    ((1, -1), EVE, set()),
    ((1, -1, 0), ANA, set()),
    ((1, -1, 0), EVE, {"excluded", "unresolved"}),
    ((3, 3, -1), EVE, {"excluded", "unresolved"}),
    ((3, 3, 3), EVE, {"inconclusive"}),
])  # fmt: skip
def test_which_outcomes_are_open(
    db: sqlite3.Connection, conclusions: tuple[int, ...], decider: int, open_: set[str]
) -> None:
    fill(db, POLICY, examinations=opinions(*conclusions, **DIFFERENT))
    assert ALL - closed(db, decider) == open_


@pytest.mark.parametrize(("change", "excludes"), [
    ({}, True),
    ({"notes": "\u2060"}, False),
    ({"findings": json.dumps(FINDINGS)}, False),
    ({"findings": json.dumps(FINDINGS | {"aura": "different"})}, False),
])  # fmt: skip
def test_an_exclusion_needs_one_visible_difference_and_a_note_from_each(
    db: sqlite3.Connection, change: Row, excludes: bool
) -> None:
    first, second = opinions(-3, -3, **DIFFERENT)
    fill(db, POLICY, examinations=(first, second | change))
    assert ("excluded" not in closed(db)) == excludes


def test_where_not_all_have_to_be_reviewed_what_nobody_examined_may_end_so(
    db: sqlite3.Connection,
) -> None:
    fill(db, under(db, all_candidates_reviewed=False), examinations=())
    assert ALL - closed(db) == {"inconclusive", "not_examined"}
    insert(db, "examinations", examination_row(ANA, conclusion=0))
    assert ALL - closed(db) == {"inconclusive"}


def test_an_exclusion_takes_as_many_as_the_policy_that_binds(db: sqlite3.Connection) -> None:
    lax = shipped("archive-newsroom")
    insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    insert(db, "searches", search_row(POLICY, id=1, case_id=2, gallery_persons=0))
    given = opinions(-2, -2, **DIFFERENT)
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=given[:1])
    assert "excluded" not in closed(db)
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    assert "excluded" in closed(db)
    insert(db, "examinations", given[1])
    assert "excluded" not in closed(db)


def test_the_same_photograph_is_an_outcome_only_where_it_is_one(db: sqlite3.Connection) -> None:
    fill(db, POLICY, candidate={"reference_sha256": PROBE_IMAGE})
    assert "same_photograph" not in closed(db)
    assert unmet(db) == {"different_photographs"}


# Copies, freedom, and what came later


@pytest.mark.parametrize(("judges", "standing", "met"), [
    ((), "suspected", False), ((ANA,), "suspected", False), ((ANA, BEN), "different", True),
])  # fmt: skip
def test_a_suspected_copy_is_taken_for_one_until_two_say_otherwise(
    db: sqlite3.Connection, judges: tuple[int, ...], standing: str, met: bool
) -> None:
    fill(db, POLICY)
    pair = {"first_sha256": PROBE_IMAGE, "second_sha256": REFERENCE_IMAGE, "at": OPENED}
    pair |= {"first_face": FACE, "second_face": FACE}
    found = {"likeness": 0.9, "mirrored": 0, "method": "m"}
    insert(db, "photograph_suspicions", pair | found)
    for who in judges:
        said = {"verdict": "different", "note": "Seen.", "operator_id": who}
        insert(db, "photograph_judgements", pair | said)
    assert facts(db).photograph.value == standing
    assert unmet(db) == (set() if met else {"different_photographs"})
    assert "same_photograph" in closed(db), "it takes two who say that they are one"


@pytest.mark.parametrize(("at", "freed"), [(EARLIER, False), (LATER, True)])
def test_two_people_free_an_unknown_of_the_search_before_and_of_none_to_come(
    db: sqlite3.Connection, at: str, freed: bool
) -> None:
    lax = shipped("archive-newsroom")
    insert(db, "cases", case_row(POLICY, id=2, reference="2031/118"))
    insert(db, "searches", search_row(POLICY, id=1, case_id=2, gallery_persons=0))
    fill(db, lax, search={"id": 3}, candidate={"search_id": 3}, examinations=opinions(3))
    insert(db, "search_unknowns", {"search_id": 1, "unknown_id": 1})
    approve(db, "unbind", "unknown 1", at=at)
    assert unmet(db) == (set() if freed else {"examiners", "conclusions"})


@pytest.mark.parametrize(("conclusion", "at", "contested"), [
    (-1, LATER, True), (0, LATER, False), (-9, LATER, False), (-3, EARLIER, False),
])  # fmt: skip
def test_a_lead_is_contested_by_a_dissent_that_comes_later(
    db: sqlite3.Connection, conclusion: int, at: str, contested: bool
) -> None:
    fill(db, POLICY)
    searched_again(db)
    later = {"candidate_id": 9, "conclusion": conclusion, "committed_at": at}
    insert(db, "examinations", examination_row(CAL, **later))
    assert questions.contested(service(db), LEAD, OPENED) == contested


def test_it_is_also_contested_by_an_exclusion_that_comes_later(db: sqlite3.Connection) -> None:
    fill(db, POLICY)
    searched_again(db)
    ended(db, "excluded")
    assert questions.contested(service(db), LEAD, EARLIER)
    assert not questions.contested(service(db), LEAD, OPENED), "not of the same moment"
