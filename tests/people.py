"""Accounts as their holders have them: a code, a password of their own, and somebody who knows that
they are somebody else than whoever made them."""

from secondlook.domain.records import Operator, Role
from secondlook.services.application import Application

VOUCHER = ("vera", "Vera Voucher")
"""A third person, who examines nothing in the tests."""


def account(
    app: Application,
    by: Operator,
    username: str,
    name: str,
    password: str,
    role: Role = Role.EXAMINER,
) -> Operator:
    """An account whose holder has chosen the password; it still counts as one with its maker."""
    made = app.accounts.create(by, username, name, role)
    return app.accounts.choose_password(username, made.code, password)


def vouch(app: Application, by: Operator, password: str) -> None:
    """The third person confirms every tie that is not theirs and nobody confirmed yet."""
    found = [o for o in app.accounts.operators() if o.username == VOUCHER[0]]
    voucher = found[0] if found else account(app, by, *VOUCHER, password)
    for state in app.people.ties():
        own = voucher.id in (state.tie.account_id, state.tie.other_id)
        if not own and not state.confirmations:
            app.people.confirm(voucher, state.tie.id, "I work with both of them.")


def second_examiner(
    app: Application, by: Operator, username: str, name: str, password: str
) -> Operator:
    """Somebody who counts as another person than ``by`` at once."""
    made = account(app, by, username, name, password)
    vouch(app, by, password)
    return made
