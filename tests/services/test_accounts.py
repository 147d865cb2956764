"""Who may do what, and that one cannot tell from outside who exists."""

import getpass
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from secondlook import bootstrap
from secondlook.domain import passwords
from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.records import Operator, Role
from secondlook.services.accounts import TryAgainLater
from secondlook.services.application import Application
from secondlook.storage import accounts
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


@pytest.mark.parametrize("name", ["", "  ", "os:ada", "a\nb", "ADA", "program", " Prograrn"])
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


@pytest.mark.parametrize(
    ("username", "name"),
    [
        ("\u0430da", "Somebody Else"),  # Cyrillic a, which mixes alphabets
        ("ａｄａ", "Somebody Else"),
        ("𝔞𝔡𝔞", "Somebody Else"),
        ("other", "Ada  LOVELACE"),
        ("other", "Ada Love\u200blace"),
        ("other", "\u0410d\u0430 L\u043ev\u0435l\u0430c\u0435"),
        ("other", "ada"),
        ("ada.lovelace", "Ada Lovelace"),
    ],
)
def test_no_account_looks_like_another(
    app: Application, ada: Operator, username: str, name: str
) -> None:
    with pytest.raises(InputError):
        app.accounts.create(ada, username, name, Role.EXAMINER)
    assert len(app.accounts.operators()) == 1


def test_composed_and_decomposed_are_one_name(app: Application, ada: Operator) -> None:
    account(app, ada, "a\u0308rztin", "Dr. Grün", PASSWORD)
    with pytest.raises(InputError, match="taken"):
        app.accounts.create(ada, "\u00e4rztin", "Somebody", Role.EXAMINER)
    assert app.accounts.sign_in("\u00e4rztin", PASSWORD) == app.accounts.sign_in(
        "a\u0308rztin", PASSWORD
    )


def test_the_holder_chooses_the_password_with_a_code_that_works_once(
    app: Application, ada: Operator
) -> None:
    made = app.accounts.create(ada, "bob", "Bob", Role.EXAMINER)
    stored = app.store.read().conn.execute("SELECT code_hash FROM sign_in_codes").fetchall()
    assert stored[0][0].startswith("$argon2id$")
    assert made.code not in "".join(e.payload for e in app.record.latest())
    with pytest.raises(NotPermitted):
        app.accounts.sign_in("bob", made.code)
    with pytest.raises(InputError):
        app.accounts.choose_password("bob", made.code, "short")
    typed = made.code.lower().replace("-", " ")
    bob = app.accounts.choose_password("bob", typed, "quite another one")
    assert app.accounts.sign_in("bob", "quite another one") == bob
    with pytest.raises(NotPermitted, match="used already"):
        app.accounts.choose_password("bob", made.code, "the administrator's own")


def test_a_code_expires_and_a_new_one_voids_it(
    app: Application, ada: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondlook.services.accounts.CODE_LASTS", timedelta(seconds=-1))
    made = app.accounts.create(ada, "bob", "Bob", Role.EXAMINER)
    with pytest.raises(NotPermitted, match="too old"):
        app.accounts.choose_password("bob", made.code, PASSWORD)
    monkeypatch.undo()
    first = app.accounts.reset(ada, made.operator.id)
    second = app.accounts.reset(ada, made.operator.id)
    with pytest.raises(NotPermitted):
        app.accounts.choose_password("bob", first.code, PASSWORD)
    assert app.accounts.choose_password("bob", second.code, PASSWORD)


def test_a_code_is_for_one_account(app: Application, ada: Operator, ben: Operator) -> None:
    made = app.accounts.create(ada, "bob", "Bob", Role.EXAMINER)
    with pytest.raises(NotPermitted):
        app.accounts.choose_password("ada", made.code, "taken over by a code")


def test_until_then_it_can_do_nothing(app: Application, ada: Operator) -> None:
    made = app.accounts.create(ada, "bob", "Bob", Role.EXAMINER).operator
    with pytest.raises(NotPermitted, match="chosen first"):
        app.cases.open(made, "x", "Missing person", "Order 1", app.policies.default())
    for password in ("", "!"):
        with pytest.raises(NotPermitted):
            app.accounts.sign_in("bob", password)


def test_wrong_passwords_make_one_wait_also_after_a_restart(
    app: Application, ada: Operator, ben: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "SHORTEST", timedelta(seconds=90))
    for _ in range(3):
        with pytest.raises(NotPermitted, match="wrong, or"):
            app.accounts.sign_in("ada", "wrong")
    entries = len(app.record.latest())
    with pytest.raises(
        TryAgainLater, match=r"3 tries .* wrong\. Try again in (8|9)[0-9] seconds"
    ) as told:
        app.accounts.sign_in("ADA", PASSWORD)
    assert 80 <= told.value.seconds <= 90
    assert len(app.record.latest()) == entries, "a try that is not looked at fills no log"
    again = bootstrap.open_application(app.store.path)
    with pytest.raises(TryAgainLater):
        again.accounts.sign_in("ada", PASSWORD)
    with pytest.raises(TryAgainLater):
        again.accounts.choose_password("ada", "AAAA-AAAA-AAAA", PASSWORD)
    with pytest.raises(TryAgainLater):
        again.accounts.change_password(ada, PASSWORD, "another good one")
    assert again.accounts.sign_in("ben", PASSWORD), "of this account only"
    again.close()


def test_the_wait_grows_and_ends_with_a_right_password(
    app: Application, ada: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []
    monkeypatch.setattr(
        "secondlook.services.accounts._require_no_wait",
        lambda db, name: waited.append(passwords.wait(
            accounts.refusals(db, name, passwords.ENOUGH), datetime.now(UTC))),
    )  # fmt: skip
    for _ in range(6):
        with pytest.raises(NotPermitted):
            app.accounts.sign_in("ada", "wrong")
    seconds = [round(w.total_seconds()) for w in waited]
    assert seconds == [0, 0, 0, 5, 10, 20]
    app.accounts.sign_in("ada", PASSWORD)
    app.accounts.sign_in("ada", PASSWORD)
    assert waited[-1] == timedelta(0)


def test_an_unknown_name_waits_as_well(app: Application, ada: Operator) -> None:
    for _ in range(3):
        with pytest.raises(NotPermitted, match="wrong, or"):
            app.accounts.sign_in("nobody", "wrong")
    with pytest.raises(TryAgainLater):
        app.accounts.sign_in("nobody", "wrong")


def test_a_sole_administrator_comes_back_with_the_printed_code(
    app: Application, ada: Operator, ben: Operator
) -> None:
    assert not app.accounts.has_recovery_code(ada)
    with pytest.raises(NotPermitted, match="wrong"):
        app.accounts.new_recovery_code(ada, "not it at all")
    with pytest.raises(NotPermitted):
        app.accounts.new_recovery_code(ben, PASSWORD)
    void = app.accounts.new_recovery_code(ada, PASSWORD)
    code = app.accounts.new_recovery_code(ada, PASSWORD)
    assert app.accounts.has_recovery_code(ada)
    with pytest.raises(NotPermitted):
        app.accounts.choose_password("ada", void.code, "a new beginning")
    assert app.accounts.choose_password("ada", code.code, "a new beginning") == ada
    assert app.accounts.sign_in("ada", "a new beginning")
    assert not app.accounts.has_recovery_code(ada), "it works once"


def test_a_second_administrator_helps_the_first(app: Application, ada: Operator) -> None:
    second = account(app, ada, "cid", "Cid", PASSWORD, Role.ADMINISTRATOR)
    with pytest.raises(InputError, match="signed in with"):
        app.accounts.reset(ada, ada.id)
    made = app.accounts.reset(second, ada.id)
    assert app.accounts.choose_password("ada", made.code, "a new beginning") == ada


def test_how_long_a_window_stays_open_is_the_administrators_to_say(
    app: Application, ada: Operator, ben: Operator
) -> None:
    assert app.accounts.idle_minutes() == 10
    app.accounts.set_idle_minutes(ada, 3)
    assert app.accounts.idle_minutes() == 3
    with pytest.raises(InputError):
        app.accounts.set_idle_minutes(ada, 0)
    with pytest.raises(NotPermitted):
        app.accounts.set_idle_minutes(ben, 60)
