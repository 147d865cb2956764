"""Which faces are one unknown, which rows are one person, and what was compared with what."""

import sqlite3
from collections.abc import Iterator

import pytest

from secondlook.domain.faces import Box, Face, Placement
from secondlook.domain.matching import ModelIdentity
from secondlook.storage import galleries, identities, tries, unknowns

from .plain_sql import (
    ANA,
    BEN,
    CAL,
    MODELS,
    OPENED,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    empty_database,
    enrolled,
    insert,
    prepare,
    reference_row,
    rehearsal_row,
    searched,
    service,
)

MODEL = str(MODELS["sha256"])


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    made = empty_database()
    prepare(made, ())
    yield made
    made.close()


@pytest.fixture
def db(schema: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    schema.execute("BEGIN")
    yield schema
    schema.execute("ROLLBACK")


def face(x: float, size: float = 80.0, placement: Placement | None = None) -> Face:
    eyes = ((x + 20, 40.0), (x + 60, 40.0))
    rest = ((x + 40, 60.0), (x + 25, 75.0), (x + 55, 75.0))
    return Face(Box(x, 10.0, size, size), (*eyes, *rest), 0.9, placement)


# Unknowns


@pytest.mark.parametrize(("aside", "one"), [(0.0, True), (39.0, True), (41.0, False), (90, False)])
def test_a_face_is_the_same_unknown_up_to_half_its_size_aside(
    db: sqlite3.Connection, aside: float, one: bool
) -> None:
    first = unknowns.note(service(db), PROBE_IMAGE, face(100), "ana")
    second = unknowns.note(service(db), PROBE_IMAGE, face(100 + aside), "ana")
    assert (first.id == second.id) == one
    other = unknowns.note(service(db), REFERENCE_IMAGE, face(100), "ana")
    assert other.id not in (first.id, second.id), "of another picture"


def test_points_beside_the_face_that_the_detector_sees_are_no_new_unknown(
    db: sqlite3.Connection,
) -> None:
    seen = face(100)
    first = unknowns.note(service(db), PROBE_IMAGE, seen, "ana")
    aside = face(160, placement=Placement("ana", seen))
    assert unknowns.note(service(db), PROBE_IMAGE, aside, "ana").id == first.id
    alone = face(300, placement=Placement("ana", None))
    assert unknowns.note(service(db), PROBE_IMAGE, alone, "ana").id != first.id


def linked(db: sqlite3.Connection, one: int, other: int, basis: str, who: int | None) -> None:
    row = {"one_id": one, "other_id": other, "basis": basis, "operator_id": who}
    insert(db, "unknown_links", row | {"reason": "Seen.", "at": OPENED})
    unknowns.regroup(service(db))


def test_whoever_shows_one_person_shares_tries_and_not_opinions(db: sqlite3.Connection) -> None:
    a, b, c = (unknowns.note(service(db), PROBE_IMAGE, face(x), "ana").id for x in (0, 200, 400))
    linked(db, b, c, "declared", ANA)
    linked(db, a, b, "suspected", None)
    each = [unknowns.get(service(db), one) for one in (a, b, c)]
    assert [u.shown for u in each] == [a, a, a]
    assert [u.photograph for u in each] == [a, b, c]
    linked(db, a, b, "judged_apart", ANA)
    assert unknowns.get(service(db), b).shown == a, "one person is not enough"
    linked(db, a, b, "judged_apart", BEN)
    assert [unknowns.get(service(db), one).shown for one in (a, b, c)] == [a, b, b]


# Tries


def test_the_same_comparison_again_is_no_new_try(db: sqlite3.Connection) -> None:
    shown = unknowns.note(service(db), PROBE_IMAGE, face(0), "ana").id
    assert tries.count(service(db), shown, MODEL, "full", range(1, 41)) == 40
    assert tries.count(service(db), shown, MODEL, "full", range(31, 51)) == 10
    assert tries.count(service(db), shown, "6" * 64, "evaluation", range(1, 6)) == 5
    made = tries.of(service(db), shown)
    assert (made.people, made.comparisons, made.full) == (50, 55, 50)


def rehearsed(db: sqlite3.Connection, persons: int, status: str = "searched") -> None:
    """A gallery of so many then, of whom three are left, was searched with the picture."""
    gallery = galleries.add(service(db), "g", "/g", ModelIdentity("m", "1", MODEL))
    for number in range(3):
        galleries.person_for(service(db), gallery, f"p{number}", "P", {})
    made = {"gallery_persons": persons, "gallery_id": gallery}
    insert(db, "rehearsals", rehearsal_row(**made))
    insert(db, "rehearsal_searches", searched(1, 1, probe_sha256=PROBE_IMAGE))
    done = "UPDATE rehearsal_searches SET status = ?, candidates = ?, fault = ?"
    failed = status == "failed"
    db.execute(done, [status, None if failed else "[]", "no_face" if failed else ""])


@pytest.mark.parametrize(("persons", "status", "counted"), [
    (3, "searched", 3), (9, "searched", 9), (2, "searched", 3), (9, "failed", 0),
])  # fmt: skip
def test_a_picture_brings_the_comparisons_of_its_rehearsal_with_those_who_left(
    db: sqlite3.Connection, persons: int, status: str, counted: int
) -> None:
    rehearsed(db, persons, status)
    unknown = unknowns.note(service(db), PROBE_IMAGE, face(0), "ana").id
    for _ in range(2):
        tries.count_rehearsed(service(db), unknown, PROBE_IMAGE)
    assert tries.of(service(db), unknown).people == counted


# Identities


def photographed(db: sqlite3.Connection, person: int, sha256: str, x: float = 100.0) -> None:
    insert(db, "reference_images", reference_row(person, sha256, x))


def identified(db: sqlite3.Connection, *people: int) -> list[int]:
    query = "SELECT identity_id FROM identities WHERE person_id = ?"
    return [db.execute(query, [person]).fetchone()[0] for person in people]


@pytest.fixture
def three(db: sqlite3.Connection) -> sqlite3.Connection:
    """Persons 5, 6 and 7, each in a gallery of that number; 8 is in the gallery of 7."""
    for person in (5, 6, 7, 8):
        enrolled(db, person, min(person, 7))
    return db


def test_who_shares_a_photograph_is_one_person_by_the_lowest_number(
    three: sqlite3.Connection,
) -> None:
    for person in (5, 6):
        photographed(three, person, "3" * 64)
    identities.refresh(service(three))
    assert identified(three, 5, 6, 7) == [5, 5, 7]
    photographed(three, 6, "4" * 64)
    photographed(three, 7, "4" * 64)
    identities.refresh(service(three))
    assert identified(three, 5, 6, 7) == [5, 5, 7], "5 and 7 share nothing"


def test_no_photograph_makes_one_of_two_who_are_in_one_gallery(three: sqlite3.Connection) -> None:
    """Nor one after the other, nor in a gallery that is gone by then."""
    photographed(three, 7, "7" * 64)
    photographed(three, 8, "8" * 64)
    photographed(three, 6, "7" * 64)
    photographed(three, 6, "8" * 64)
    identities.refresh(service(three))
    assert identified(three, 6, 7, 8) == [6, 6, 8]
    three.execute("DELETE FROM persons WHERE id = 6")
    identities.refresh(service(three))
    assert identified(three, 6, 7, 8) == [6, 6, 8]
    three.execute("DELETE FROM persons WHERE id = 7")
    identities.refresh(service(three))
    assert identified(three, 6, 7, 8) == [6, 6, 8], "they were two when both were there"


def test_who_is_enrolled_again_in_a_gallery_is_who_they_were(three: sqlite3.Connection) -> None:
    photographed(three, 7, "7" * 64)
    three.execute("DELETE FROM persons WHERE id = 7")
    enrolled(three, 9, 7)
    photographed(three, 9, "7" * 64)
    identities.refresh(service(three))
    assert identified(three, 7, 9) == [7, 7]


def test_two_faces_of_one_photograph_are_two_people(three: sqlite3.Connection) -> None:
    photographed(three, 5, "3" * 64)
    photographed(three, 6, "3" * 64, x=190.0)
    identities.refresh(service(three))
    assert identified(three, 5, 6) == [5, 6]


def marked(db: sqlite3.Connection, who: int, mark: str) -> None:
    row = {"gallery_id": 7, "person_id": 7, "other_person_id": 8, "mark": mark}
    insert(db, "marks", row | {"note": "", "operator_id": who, "marked_at": OPENED})
    identities.refresh(service(db))


def test_what_two_people_judged_of_two_rows_takes_two_to_undo(three: sqlite3.Connection) -> None:
    told = []
    for who, mark in (
        (ANA, "same"), (ANA, "different"), (BEN, "same"), (ANA, "same"), (CAL, "different"),
        (ANA, "different"), (CAL, "unsure"), (BEN, "different"),
    ):  # fmt: skip
        marked(three, who, mark)
        told.append(identified(three, 7, 8) == [7, 7])
    assert told == [False, False, False, True, True, False, True, False]


def counted(db: sqlite3.Connection, *people: int) -> list[int]:
    """Which rows N counts as one."""
    identities.refresh(service(db))
    query = "SELECT counted_id FROM identities WHERE person_id = ?"
    return [db.execute(query, [person]).fetchone()[0] for person in people]


P, Q, R = "3" * 64, "4" * 64, "5" * 64


@pytest.mark.parametrize(("label", "enrolment", "one"), [
    ("again from the same picture", [(5, P), (6, P)], True),
    ("again from the same pictures", [(5, P), (5, Q), (6, P), (6, Q)], True),
    ("the gallery grew, and was enrolled again", [(5, P), (8, R), (5, Q), (6, P), (6, Q)], True),
    ("nothing is known of either", [], False),
    ("one picture of both", [(5, P), (6, P), (6, Q)], False),
    ("a picture of the other one, later", [(5, P), (6, Q), (5, Q)], False),
    ("pictures of each other", [(5, P), (6, Q), (5, Q), (6, P)], False),
    ("what the other one has, later", [(5, P), (6, P), (6, Q), (5, Q)], False),
    ("in turn", [(5, P), (6, P), (5, Q), (6, Q)], False),
    ("in another order", [(5, P), (5, Q), (6, Q), (6, P)], False),
])  # fmt: skip
def test_n_counts_as_one_who_was_enrolled_again_from_all_pictures(
    three: sqlite3.Connection, label: str, enrolment: list[tuple[int, str]], one: bool
) -> None:
    """Whatever whoever enrols does: of two rows that were compared as two N never makes one."""
    for person, picture in enrolment:
        photographed(three, person, picture)
    assert counted(three, 5, 6) == [5, 5 if one else 6], label


def test_n_counts_another_face_of_the_same_pictures_as_another_person(
    three: sqlite3.Connection,
) -> None:
    for person, x in ((5, 100.0), (6, 190.0), (7, 101.0)):
        photographed(three, person, P, x)
    assert counted(three, 5, 6, 7) == [5, 6, 5]


def test_n_counts_who_left_and_was_enrolled_again_once(three: sqlite3.Connection) -> None:
    photographed(three, 5, P)
    three.execute("DELETE FROM persons WHERE id = 5")
    photographed(three, 6, P)
    assert counted(three, 5, 6) == [5, 5]


def test_n_counts_rows_that_two_people_judged_one_once(three: sqlite3.Connection) -> None:
    photographed(three, 7, P)
    photographed(three, 8, Q)
    photographed(three, 6, P)
    for who, one in ((ANA, False), (BEN, True)):
        marked(three, who, "same")
        assert counted(three, 6, 7, 8) == [7, 7, 7 if one else 8]


def test_identities_rest_on_references_that_are_enrolled(three: sqlite3.Connection) -> None:
    row = {"person_id": 5, "original_sha256": "3" * 64, "face": "{}", "x": 1.0, "y": 1.0}
    for table, values in (
        ("person_photographs", row | {"size": 1.0}),
        (
            "identities",
            {
                "person_id": 99,
                "identity_id": 99,
                "judged_id": 99,
                "counted_id": 99,
                "gallery_id": 1,
            },
        ),
    ):
        with pytest.raises(sqlite3.IntegrityError):
            insert(three, table, values)
    for change in ("gallery_id = 9", "removed_after = 8", "person_id = 99"):
        with pytest.raises(sqlite3.IntegrityError):
            three.execute(f"UPDATE identities SET {change} WHERE person_id = 5")
