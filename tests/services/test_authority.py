"""Every act asks whether the account may, as it stands now: by services and by the file."""

import inspect
import sqlite3
import typing
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.cancel import CancelToken, Progress
from secondlook.domain.errors import NotPermitted
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, ExaminationDraft, Operator, Role
from secondlook.domain.rehearsal import Pair
from secondlook.services.application import Application
from secondlook.services.authority import RULES, Act, permits, require
from secondlook.storage import log
from tests.people import account
from tests.services.steps import PASSWORD

FREE = {"Accounts.sign_out", "Accounts.lock"}
"""What takes no right: leaving."""


def methods(app: Application) -> dict[str, Callable[..., object]]:
    """Every public method of a service that takes an operator."""
    found: dict[str, Callable[..., object]] = {}
    for part in fields(app):
        service = getattr(app, part.name)
        for name, method in inspect.getmembers(service, inspect.ismethod):
            full = f"{type(service).__name__}.{name}"
            hints = typing.get_type_hints(method)
            takes = any(kind is Operator for key, kind in hints.items() if key != "return")
            if not name.startswith("_") and takes and full not in FREE:
                found[full] = method
    return found


def some(kind: Any, app: Application, folder: Path) -> Any:
    """A value of a type, as good as any."""
    known: dict[Any, Any] = {
        str: "x",
        int: 1,
        bool: True,
        Policy: app.policies.default(),
        Path: folder,
        CancelToken: CancelToken(),
        ExaminationDraft: ExaminationDraft(),
        Pair: Pair(1, 2),
    }
    if kind in known:
        return known[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if args := typing.get_args(kind):
        chosen = [some(arg, app, folder) for arg in args if isinstance(arg, type) and arg in known]
        return chosen[0] if chosen and not callable(kind) else (lambda _: None)
    return lambda _: None


def call(app: Application, method: Callable[..., object], who: Operator, folder: Path) -> None:
    hints = typing.get_type_hints(method)
    arguments = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if hints[name] is Operator:
            arguments[name] = who
        elif parameter.default is inspect.Parameter.empty:
            arguments[name] = some(hints[name], app, folder)
    method(**arguments)


def test_there_are_many_and_they_are_found(app: Application) -> None:
    names = set(methods(app))
    assert {"Cases.close", "Identify.search", "Enrolment.run", "Review.decide"} <= names
    assert len(names) > 30


def test_a_deactivated_account_can_do_nothing_though_it_is_signed_in(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    app.accounts.set_active(ada, ben.id, False)
    assert ben.active, "what the window holds is out of date"
    before = app.record.latest()
    for name, method in methods(app).items():
        with pytest.raises(NotPermitted, match="not active"):
            call(app, method, ben, tmp_path)
        assert app.record.latest() == before, name


def test_nor_can_one_whose_password_was_reset(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    app.accounts.reset(ada, ben.id)
    for method in methods(app).values():
        with pytest.raises(NotPermitted, match="chosen first"):
            call(app, method, ben, tmp_path)


def test_a_role_is_read_afresh(app: Application, ada: Operator, ben: Operator) -> None:
    second = account(app, ada, "cid", "Cid Second", PASSWORD, Role.ADMINISTRATOR)
    with app.store.write() as db:
        log.append(db, "ada", "account changed", "cid", {"role": "examiner"})
        db.conn.execute("UPDATE operators SET role = 'examiner' WHERE id = ?", [second.id])
        log.append(db, "ada", "account sealed", "cid", {}, states={"account": [second.id]})
    with pytest.raises(NotPermitted, match="An examiner may not manage accounts"):
        app.accounts.set_active(second, ben.id, False)


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_rule_for_every_role(act: Act) -> None:
    assert act in RULES
    assert permits(Role.ADMINISTRATOR, act), "whoever manages the accounts can do everything"
    assert {permits(role, act) for role in Role} <= {True, False}


def test_what_the_command_line_may(app: Application) -> None:
    line = app.accounts.command_line()
    may = {
        Act.LOOK, Act.VERIFY, Act.BACK_UP, Act.OPEN_CASE, Act.PREPARE_PROBE, Act.SEARCH, Act.ENROL,
        Act.REHEARSE, Act.EVALUATE,
    }  # fmt: skip
    for act in Act:
        if act in may:
            assert require(app.store.read(), line, act) == line
        else:
            with pytest.raises(NotPermitted, match="The command line may not"):
                require(app.store.read(), line, act)


def test_a_forged_account_is_nobody(app: Application, ada: Operator, case: Case) -> None:
    forged = Operator(ada.id, "somebody", "Somebody", Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted, match="no account"):
        app.cases.close(forged, case.id)


INACTIVE = {
    "cases": "INSERT INTO cases SELECT 9, 'again', purpose, authorisation, authorised_at, notes, "
    "policy_sha256, {who}, opened_at, NULL FROM cases",
    "probes": "INSERT INTO probes SELECT 9, case_id, original_sha256, source_name, faces, "
    "qualities, chosen, origin, analysis, {who}, added_at FROM probes",
}


@pytest.mark.parametrize("table", INACTIVE)
def test_the_file_takes_nothing_from_it_either(
    app: Application, ada: Operator, ben: Operator, case: Case, table: str, tmp_path: Path
) -> None:
    from tests.services.steps import declared

    declared(app, ada, case, tmp_path / "p.png", (7, 1, 80))
    app.accounts.set_active(ada, ben.id, False)
    raw = sqlite3.connect(app.store.path, isolation_level=None)
    raw.execute("BEGIN")
    raw.execute(INACTIVE[table].format(who=ada.id))
    raw.execute("ROLLBACK")
    with pytest.raises(sqlite3.IntegrityError, match="not by an active account"):
        raw.execute(INACTIVE[table].format(who=ben.id))
    raw.close()


@pytest.mark.parametrize("act", ["case closed", "case moved", "gallery removed", "models chosen"])
def test_no_act_of_an_inactive_account_comes_into_the_log(
    app: Application, ada: Operator, ben: Operator, act: str
) -> None:
    app.accounts.set_active(ada, ben.id, False)
    entry = (
        "INSERT INTO audit_log SELECT seq + 1, at, 'ben', ?, 'x', '{}', hash, ?, "
        "(SELECT id FROM operators WHERE username = 'ben') FROM audit_log ORDER BY seq DESC LIMIT 1"
    )
    raw = sqlite3.connect(app.store.path)
    with pytest.raises(sqlite3.IntegrityError, match="not by an active account"):
        raw.execute(entry, (act, "f" * 64))
    raw.close()


def test_an_enrolment_stops_where_its_account_is_deactivated(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    from tests.services.fake import people

    gallery = app.galleries.create(ben, "people", people(tmp_path / "people", 40))

    def deactivate(_: Progress) -> None:
        app.accounts.set_active(ada, ben.id, False)

    with pytest.raises(NotPermitted):
        app.enrolment.run(ben, gallery.id, CancelToken(), deactivate)
    left = app.galleries.summary(gallery.id)
    assert 0 < left.pending < 40, "what was committed stays, the rest waits"
    assert app.enrolment.run(ada, gallery.id, CancelToken(), lambda _: None).pending == 0
