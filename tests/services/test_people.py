"""Two accounts are two people only where somebody else knows it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.people import GONE_DAYS, TieCause
from secondlook.domain.records import Case, GallerySummary, Operator, Role
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from secondlook.storage import database
from secondlook.storage.people import bonds, independent
from secondlook.texts.requirements import requirement_text
from tests.people import account
from tests.services.by_sql import EVIDENCE
from tests.services.steps import PASSWORD, examine, search

WHY = "We share an office."


def count(app: Application, *who: Operator) -> int:
    return independent(app.store.read(), {o.id for o in who})


@pytest.fixture
def bob(app: Application, ada: Operator) -> Operator:
    return account(app, ada, "bob", "Bob Made", PASSWORD)


@pytest.fixture
def cid(app: Application, ada: Operator) -> Operator:
    return account(app, ada, "cid", "Cid Third", PASSWORD)


def tie_of(app: Application, who: Operator) -> int:
    return next(s.tie.id for s in app.people.ties() if s.tie.account_id == who.id)


def test_an_administrator_and_the_account_they_made_are_one(
    app: Application, ada: Operator, bob: Operator, cid: Operator
) -> None:
    assert count(app, ada, bob) == count(app, bob, cid) == count(app, ada, bob, cid) == 1
    assert [s.tie.cause for s in app.people.ties()] == [TieCause.CREATED] * 2


def test_neither_of_the_two_confirms_it(app: Application, ada: Operator, bob: Operator) -> None:
    for who in (ada, bob):
        with pytest.raises(NotPermitted, match="somebody else"):
            app.people.confirm(who, tie_of(app, bob), WHY)
    with pytest.raises(NotPermitted):
        app.people.confirm(app.accounts.command_line(), tie_of(app, bob), WHY)


def test_nor_does_somebody_who_has_not_come_yet_or_has_gone(
    app: Application, ada: Operator, bob: Operator, cid: Operator
) -> None:
    new = app.accounts.create(ada, "new", "Somebody New", Role.EXAMINER).operator
    app.accounts.set_active(ada, cid.id, False)
    for who in (new, cid):
        with pytest.raises(NotPermitted):
            app.people.confirm(who, tie_of(app, bob), WHY)


def test_a_third_person_does_and_it_does_not_count_where_they_examine(
    app: Application, ada: Operator, bob: Operator, cid: Operator
) -> None:
    with pytest.raises(InputError, match="how you know"):
        app.people.confirm(cid, tie_of(app, bob), " \n")
    app.people.confirm(cid, tie_of(app, bob), WHY)
    with pytest.raises(InputError, match="already"):
        app.people.confirm(cid, tie_of(app, bob), WHY)
    assert count(app, ada, bob) == 2
    assert count(app, bob, cid) == 1
    assert app.record.verify().sound
    assert WHY not in "".join(e.payload for e in app.record.latest()), "reasons stand in their row"


def test_a_reset_makes_them_one_again(
    app: Application, ada: Operator, bob: Operator, cid: Operator
) -> None:
    app.people.confirm(cid, tie_of(app, bob), WHY)
    made = app.accounts.reset(ada, bob.id)
    assert count(app, ada, bob) == 1
    with pytest.raises(InputError, match="could still be anybody"):
        app.people.confirm(cid, app.people.ties()[-1].tie.id, WHY)
    app.accounts.choose_password("bob", made.code, "another good one")
    assert count(app, ada, bob) == 1, "whoever has the code chose the password"
    reset = [s.tie for s in app.people.ties() if s.tie.cause is TieCause.RESET]
    app.people.confirm(cid, reset[0].id, WHY)
    assert count(app, ada, bob) == 2


def test_a_unit_of_two_is_signed_by_both(app: Application, ada: Operator, bob: Operator) -> None:
    unit = app.people.declare_unit(ada, bob.id, "There are two of us.")
    assert not unit.in_force
    assert count(app, ada, bob) == 1
    with pytest.raises(NotPermitted, match="other of the two"):
        app.people.sign_unit(ada, unit.id)
    assert app.people.sign_unit(bob, unit.id).in_force
    assert count(app, ada, bob) == 2
    assert bonds(app.store.read()).rest_on_a_unit({ada.id, bob.id})
    assert app.people.revoke_unit(ada, unit.id).over
    assert count(app, ada, bob) == 1
    assert app.record.verify().sound


def test_a_declaration_that_is_revoked_is_one_still_and_was_signed_only_if_it_was(
    app: Application, ada: Operator, bob: Operator
) -> None:
    first = app.people.declare_unit(ada, bob.id, "There are two of us.")
    app.people.revoke_unit(bob, first.id)
    second = app.people.declare_unit(ada, bob.id, "There are two of us again.")
    app.people.sign_unit(bob, second.id)
    app.people.revoke_unit(ada, second.id)
    assert [(u.id, u.signed_at is not None, u.over) for u in app.people.units()] == [
        (second.id, True, True),
        (first.id, False, True),
    ]


def test_a_third_who_could_confirm_ends_a_unit_and_no_third_signs(
    app: Application, ada: Operator, bob: Operator
) -> None:
    unit = app.people.declare_unit(ada, bob.id, "There are two of us.")
    with pytest.raises(InputError, match="already"):
        app.people.declare_unit(bob, ada.id, "And we are two as well.")
    app.people.sign_unit(bob, unit.id)
    assert count(app, ada, bob) == 2
    cid = account(app, ada, "cid", "Cid Vale", PASSWORD)
    assert not app.people.units()[0].in_force
    assert count(app, ada, bob) == 1
    for act in (app.people.sign_unit, app.people.revoke_unit):
        with pytest.raises(NotPermitted):
            act(cid, unit.id)
    with pytest.raises(InputError):
        app.people.declare_unit(cid, cid.id, "I am two.")
    app.people.revoke_unit(bob, unit.id)
    for who, other in ((ada, bob), (cid, ada)):
        with pytest.raises(InputError, match="not the only two"):
            app.people.declare_unit(who, other.id, "There are two of us.")


def test_who_sends_everybody_else_away_is_no_unit_of_two(
    app: Application, ada: Operator, bob: Operator
) -> None:
    """Neither one declared now, nor one from before they came."""
    unit = app.people.declare_unit(ada, bob.id, "There are two of us.")
    app.people.sign_unit(bob, unit.id)
    cid = account(app, ada, "cid", "Cid Vale", PASSWORD)
    app.accounts.set_active(ada, cid.id, False)
    assert count(app, ada, bob) == 1
    assert not bonds(app.store.read()).rest_on_a_unit({ada.id, bob.id})
    in_force = app.store.read().query("SELECT * FROM units_in_force")
    assert not list(in_force), "in the file as well"
    app.people.revoke_unit(bob, unit.id)
    with pytest.raises(InputError, match="“cid” could confirm") as refusal:
        app.people.declare_unit(ada, bob.id, "There are two of us.")
    assert f"{GONE_DAYS} days" in str(refusal.value)


@pytest.mark.parametrize("gone", [True, False])
def test_who_left_long_ago_stands_in_nobodys_way(
    app: Application, ada: Operator, bob: Operator, cid: Operator,
    monkeypatch: pytest.MonkeyPatch, gone: bool,
) -> None:  # fmt: skip
    last = datetime.fromisoformat(app.record.latest()[0].at)
    later = last + timedelta(days=GONE_DAYS, seconds=30 if gone else -30)
    app.accounts.set_active(ada, cid.id, False)
    monkeypatch.setattr(database, "wall_clock", lambda: later.isoformat(timespec="milliseconds"))
    app.accounts.sign_in("ada", PASSWORD)
    if gone:
        assert not app.people.declare_unit(ada, bob.id, "There are two of us.").over
    else:
        with pytest.raises(InputError, match="not the only two"):
            app.people.declare_unit(ada, bob.id, "There are two of us.")


def test_a_declaration_is_not_signed_once_there_is_a_third(
    app: Application, ada: Operator, bob: Operator
) -> None:
    unit = app.people.declare_unit(ada, bob.id, "There are two of us.")
    account(app, ada, "cid", "Cid Vale", PASSWORD)
    with pytest.raises(InputError, match="cid"):
        app.people.sign_unit(bob, unit.id)


def test_old_accounts_that_look_alike_count_as_one(app: Application, ada: Operator) -> None:
    """As an older version let them be made."""
    from tests.storage.plain_sql import insert_account, operator

    with app.store.write() as db:
        for key, name in ((7, "bea"), (8, "be\u0430")):
            insert_account(db.conn, operator(key, name))
    assert independent(app.store.read(), {7, 8}) == 2
    app.accounts.sign_in("ada", PASSWORD)  # the first one after the update
    (tie,) = [s.tie for s in app.people.ties() if s.tie.cause is TieCause.ALIKE]
    assert independent(app.store.read(), {7, 8}) == 1
    app.people.confirm(ada, tie.id, "I know them both.")
    assert independent(app.store.read(), {7, 8}) == 2


def test_what_a_unit_of_two_accepted_stays_sound_and_says_so_when_a_third_joins(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """A lead is judged by the facts up to it; and every screen says that it rests on a unit."""
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    unit = app.people.declare_unit(ada, zoe.id, "We are all there is.")
    app.people.sign_unit(zoe, unit.id)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, zoe):
        examine(app, who, found)
    judged = {r.name: r for r in app.review.assessment(ada, found.id).requirements}
    assert requirement_text(judged["examiners"]).present == "2 (a declared unit of two)"
    app.review.decide(ada, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    for joined in (False, True):
        if joined:
            account(app, ada, "tom", "Tom Third", PASSWORD)
        assert app.record.verify().sound
        lead = app.review.decision(found.id)
        assert lead is not None
        assert lead.unit_of_two
        assert app.review.states(ada, found.search_id)[found.id].unit_of_two


def test_a_lead_of_two_people_says_nothing_of_a_unit(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    app.review.decide(ada, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert not app.review.states(ada, found.search_id)[found.id].unit_of_two
