"""How many people a set of accounts is: the same in Python, in SQL and inside a trigger."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from secondlook.domain.people import Confirmation, Tie, Unit, independent, rests_on_a_unit
from secondlook.storage.migrations import people_sql as people

ACCOUNTS = range(1, 6)
"""Few, so that ties meet confirmations and units."""

often = settings(max_examples=150)
AT = "2031-05-01"


@dataclass(frozen=True)
class Office:
    ties: tuple[Tie, ...]
    confirmations: tuple[Confirmation, ...]
    units: tuple[Unit, ...]


pairs = st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS)).filter(
    lambda pair: pair[0] != pair[1]
)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    drawn = draw(st.lists(pairs, max_size=8))
    ties = tuple(Tie(n, a, b) for n, (a, b) in enumerate(drawn, 1))
    said = st.tuples(st.integers(1, max(len(ties), 1)), st.sampled_from(ACCOUNTS))
    confirmed = draw(st.lists(said, max_size=8, unique=True))
    units = draw(st.lists(pairs, max_size=2))
    return Office(
        ties, tuple(Confirmation(t, who) for t, who in confirmed), tuple(map(frozenset, units))
    )


@contextmanager
def written(office: Office) -> Iterator[sqlite3.Connection]:
    """The facts alone, as the views of the program give them."""
    db = sqlite3.connect(":memory:")
    db.executescript(
        "CREATE TABLE account_ties (id, account_id, other_id, at);"
        "CREATE TABLE tie_confirmations (tie_id, operator_id, at);"
        "CREATE TABLE units_in_force (first_id, second_id, since, until);"
        "CREATE TABLE asked (question, id); CREATE TABLE decided (question, people);"
    )
    for t in office.ties:
        db.execute(
            "INSERT INTO account_ties VALUES (?, ?, ?, ?)", (t.id, t.account_id, t.other_id, AT)
        )
    for c in office.confirmations:
        db.execute("INSERT INTO tie_confirmations VALUES (?, ?, ?)", (c.tie_id, c.operator_id, AT))
    for unit in office.units:
        db.execute("INSERT INTO units_in_force VALUES (?, ?, ?, NULL)", (*sorted(unit), AT))
    yield db
    db.close()


asked = st.sets(st.sampled_from(ACCOUNTS), max_size=4)


@often
@given(offices(), asked, st.booleans())
def test_sql_counts_as_python_does(office: Office, examiners: set[int], units: bool) -> None:
    with written(office) as db:
        db.executemany("INSERT INTO asked VALUES (1, ?)", [(who,) for who in examiners])
        sql = people.independent("SELECT id FROM asked", units=units)
        (found,) = db.execute(f"SELECT {sql}").fetchone()
    declared = office.units if units else ()
    assert found == independent(examiners, office.ties, office.confirmations, declared)


@often
@given(offices(), st.lists(asked, min_size=2, max_size=3))
def test_a_trigger_counts_for_the_question_of_its_row(
    office: Office, questions: list[set[int]]
) -> None:
    sql = people.independent("SELECT id FROM asked WHERE question = NEW.question")
    with written(office) as db:
        db.execute(
            "CREATE TRIGGER refused BEFORE INSERT ON decided "
            f"WHEN {sql} IS NOT NEW.people BEGIN SELECT RAISE(ABORT, 'miscounted'); END"
        )
        for number, examiners in enumerate(questions):
            db.executemany("INSERT INTO asked VALUES (?, ?)", [(number, who) for who in examiners])
        for number, examiners in enumerate(questions):
            count = independent(examiners, office.ties, office.confirmations, office.units)
            db.execute("INSERT INTO decided VALUES (?, ?)", (number, count))


@given(offices(), asked)
def test_what_always_holds(office: Office, examiners: set[int]) -> None:
    ties, said, units = office.ties, office.confirmations, office.units
    count = independent(examiners, ties, said, units)
    alone = independent(examiners, ties, said)
    assert (count >= 1) == bool(examiners)
    assert alone <= count <= len(examiners)
    assert rests_on_a_unit(examiners, ties, said, units) == (count > alone)
    assert independent(examiners, ties[1:], said) >= alone, "a tie never makes more people"
    own = [c for c in said if c.operator_id not in examiners]
    assert independent(examiners, ties, own) == alone, "no examiner vouches in their own question"
    for who in examiners:
        assert independent(examiners - {who}, ties, said) >= alone - 1


@given(offices(), asked)
def test_what_came_later_does_not_count(office: Office, examiners: set[int]) -> None:
    with written(office) as db:
        db.executemany("INSERT INTO asked VALUES (1, ?)", [(who,) for who in examiners])
        sql = people.independent("SELECT id FROM asked", "'2031-04-30'")
        assert db.execute(f"SELECT {sql}").fetchone() == (len(examiners),)
