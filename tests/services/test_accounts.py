"""Who may do what, and that one cannot tell from outside who exists."""

import getpass
from dataclasses import replace

import pytest

from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.records import Operator, Role
from secondlook.services.application import Application
from tests.people import account
from tests.services.steps import PASSWORD


def acts(app: Application) -> list[tuple[str, str]]:
    return [(e.actor, e.act) for e in app.record.latest()]


def test_the_first_account_is_an_administrator_and_there_is_one_first(app: Application) -> None:
    assert app.accounts.needs_first()
    first = app.accounts.create_first(" ada ", "", PASSWORD)
    assert (first.username, first.display_name) == ("ada", "ada")
    assert first.role is Role.ADMINISTRATOR
    assert not app.accounts.needs_first()
    with pytest.raises(NotPermitted):
        app.accounts.create_first("eve", "Eve", PASSWORD)


def test_a_command_line_account_does_not_count_as_the_first(app: Application) -> None:
    app.accounts.command_line()
    assert app.accounts.needs_first()


def test_signing_in_and_out_is_on_record(app: Application, ada: Operator) -> None:
    assert app.accounts.sign_in(" ADA ", PASSWORD) == ada
    app.accounts.sign_out(ada)
    assert acts(app)[:2] == [("ada", "signed out"), ("ada", "signed in")]


def test_whatever_is_wrong_the_message_is_the_same_and_it_is_logged(
    app: Application, ada: Operator, ben: Operator
) -> None:
    app.accounts.set_active(ada, ben.id, False)
    machine = app.accounts.command_line()
    messages = set()
    attempts = [("ada", "wrong"), ("nobody", PASSWORD), ("ben", PASSWORD), ("", "")]
    for name, password in [*attempts, (machine.username, PASSWORD)]:
        with pytest.raises(NotPermitted) as caught:
            app.accounts.sign_in(name, password)
        messages.add(str(caught.value))
        assert acts(app)[0] == (name, "sign-in refused")
    assert len(messages) == 1


def test_an_unknown_name_costs_a_password_check_too(
    app: Application, ada: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = app.accounts._matches

    def counted(stored: str, password: str) -> bool:
        checked.append(stored)
        return verify(stored, password)

    monkeypatch.setattr(app.accounts, "_matches", counted)
    for name in ("nobody", "ada", app.accounts.command_line().username):
        with pytest.raises(NotPermitted):
            app.accounts.sign_in(name, "not the password")
    assert len(checked) == 3
    assert len({stored.rsplit("$", 2)[0] for stored in checked}) == 1  # at the same cost


@pytest.mark.parametrize("name", ["", "  ", "os:ada", "a\nb", "ADA"])
def test_user_names_that_cannot_be(app: Application, ada: Operator, name: str) -> None:
    with pytest.raises(InputError):
        app.accounts.create(ada, name, "Name", Role.EXAMINER)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("123456789", "10 characters"),
        ("Password 123", "anybody would try"),
        ("qwerty-uiop", "anybody would try"),
        (" " * 10, "anybody would try"),
        ("abababababab", "anybody would try"),
        ("BEN.lindqvist", "little more than the name"),
        ("Ben Lindqvist 1", "little more than the name"),
        ("ｂｅｎ lindqvist", "little more than the name"),
    ],
)
def test_passwords_that_anybody_would_try(
    app: Application, ada: Operator, password: str, told: str
) -> None:
    made = app.accounts.create(ada, "ben.lindqvist", "Ben Lindqvist", Role.EXAMINER)
    with pytest.raises(InputError, match=told):
        app.accounts.choose_password("ben.lindqvist", made.code, password)
    assert app.accounts.choose_password("ben.lindqvist", made.code, "lindqvist is no password")


def test_passwords_may_be_long_and_of_any_letters(app: Application, ada: Operator) -> None:
    account(app, ada, "cid", "Cid", "密码和别的东西" * 200)
    assert app.accounts.sign_in("cid", "密码和别的东西" * 200)


def test_passwords_are_stored_as_argon2_and_never_logged(app: Application, ada: Operator) -> None:
    (stored,) = app.store.read().conn.execute("SELECT password_hash FROM operators").fetchone()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in "".join(e.payload for e in app.record.latest())


def test_changing_a_password_needs_the_old_one(app: Application, ada: Operator) -> None:
    with pytest.raises(NotPermitted):
        app.accounts.change_password(ada, "wrong", "another password")
    with pytest.raises(InputError):
        app.accounts.change_password(ada, PASSWORD, "short")
    app.accounts.change_password(ada, PASSWORD, "another password")
    with pytest.raises(NotPermitted):
        app.accounts.sign_in("ada", PASSWORD)
    assert app.accounts.sign_in("ada", "another password") == ada


def test_only_active_administrators_manage(app: Application, ada: Operator, ben: Operator) -> None:
    second = account(app, ada, "cid", "Cid", PASSWORD, Role.ADMINISTRATOR)
    forged = replace(ben, role=Role.ADMINISTRATOR)
    app.accounts.set_active(ada, second.id, False)
    for who in (ben, forged, second, app.accounts.command_line()):
        with pytest.raises(NotPermitted):
            app.accounts.create(who, "eve", "Eve", Role.EXAMINER)
        with pytest.raises(NotPermitted):
            app.accounts.reset(who, ben.id)
        with pytest.raises(NotPermitted):
            app.accounts.set_active(who, ben.id, False)


def test_managing_what_cannot_be(app: Application, ada: Operator) -> None:
    with pytest.raises(InputError, match="signed in"):
        app.accounts.set_active(ada, ada.id, False)
    with pytest.raises(InputError, match="no such account"):
        app.accounts.set_active(ada, 99, False)
    with pytest.raises(InputError, match="operating system"):
        app.accounts.create(ada, "eve", "Eve", Role.COMMAND_LINE)


def test_a_deactivated_account_comes_back(app: Application, ada: Operator, ben: Operator) -> None:
    app.accounts.set_active(ada, ben.id, False)
    app.accounts.set_active(ada, ben.id, True)
    assert app.accounts.sign_in("ben", PASSWORD).active


def test_the_command_line_is_the_person_at_the_system(app: Application, ada: Operator) -> None:
    machine = app.accounts.command_line()
    assert machine.username == f"os:{getpass.getuser()}"
    assert not machine.examines
    assert app.accounts.command_line() == machine
    app.accounts.set_active(ada, machine.id, False)
    with pytest.raises(NotPermitted, match="not active"):
        app.accounts.command_line()
