"""Who may do what. Every act asks here, and the account is read afresh for each."""

from collections.abc import Mapping
from enum import StrEnum

from secondlook.domain.errors import NotPermitted
from secondlook.domain.records import Operator, Role
from secondlook.storage import accounts, seals
from secondlook.storage.database import Connection


class Act(StrEnum):
    """What can be done, as a person would say it after "may not"."""

    LOOK = "look at what is on record"
    VERIFY = "verify the record"
    BACK_UP = "back up the database"
    OPEN_CASE = "open a case"
    AUTHORISE = "authorise a case"
    MOVE_CASE = "move a case to another policy"
    CLOSE_CASE = "close a case"
    PREPARE_PROBE = "add a probe or describe it"
    SEARCH = "search"
    EXAMINE = "examine a candidate"
    DECIDE = "decide on a candidate"
    REOPEN = "reopen a question"
    WITHDRAW = "withdraw a lead"
    CORRECT_ORIGIN = "correct the origin of a probe"
    CORRECT_TRIES = "correct how many people a probe was compared with elsewhere"
    JUDGE_PHOTOGRAPHS = "say whether two pictures are one photograph"
    LINK_PROBES = "say which probes show one person"
    ENROL = "enrol people"
    CORRECT_GALLERY = "correct, rename or remove people and galleries"
    MARK = "mark pairs of people"
    REHEARSE = "rehearse"
    EVALUATE = "evaluate models"
    CHOOSE_MODELS = "choose the models"
    APPROVE = "approve what takes two people"
    MANAGE_ACCOUNTS = "manage accounts"
    VOUCH = "confirm that two accounts are two people"
    OWN_ACCOUNT = "change an account of their own"


ADMINISTRATOR, EXAMINER, COMMAND_LINE = Role.ADMINISTRATOR, Role.EXAMINER, Role.COMMAND_LINE

ANYBODY = frozenset(Role)
PEOPLE = frozenset({ADMINISTRATOR, EXAMINER})
ADMINISTRATORS = frozenset({ADMINISTRATOR})

RULES: Mapping[Act, frozenset[Role]] = {
    Act.LOOK: ANYBODY,
    Act.VERIFY: ANYBODY,
    Act.BACK_UP: ANYBODY,
    Act.OPEN_CASE: ANYBODY,
    Act.AUTHORISE: PEOPLE,
    Act.MOVE_CASE: PEOPLE,
    Act.CLOSE_CASE: PEOPLE,
    Act.PREPARE_PROBE: ANYBODY,
    Act.SEARCH: ANYBODY,
    Act.EXAMINE: PEOPLE,
    Act.DECIDE: PEOPLE,
    Act.REOPEN: PEOPLE,
    Act.WITHDRAW: PEOPLE,
    Act.CORRECT_ORIGIN: PEOPLE,
    Act.CORRECT_TRIES: PEOPLE,
    Act.JUDGE_PHOTOGRAPHS: PEOPLE,
    Act.LINK_PROBES: PEOPLE,
    Act.ENROL: ANYBODY,
    Act.CORRECT_GALLERY: PEOPLE,
    Act.MARK: PEOPLE,
    Act.REHEARSE: ANYBODY,
    Act.EVALUATE: ANYBODY,
    Act.CHOOSE_MODELS: ADMINISTRATORS,
    Act.APPROVE: PEOPLE,
    Act.MANAGE_ACCOUNTS: ADMINISTRATORS,
    Act.VOUCH: PEOPLE,
    Act.OWN_ACCOUNT: PEOPLE,
}
"""Which roles may do each act. The command line opens a case only to search in it: nothing can be
authorised, moved, closed, examined or decided from there."""


WHO = {
    ADMINISTRATOR: "An administrator",
    EXAMINER: "An examiner",
    COMMAND_LINE: "The command line",
}


def permits(role: Role, act: Act) -> bool:
    return role in RULES[act]


def require(db: Connection, operator: Operator, act: Act) -> Operator:
    """The account as it is stored now, if it may do this; call inside the transaction that does it.

    Whoever signed in an hour ago may have been deactivated, given another role or had their
    password reset since. Raises ``NotPermitted``, and ``IntegrityError`` for an account that was
    changed around the program.
    """
    stored = accounts.by_id(db, operator.id)
    if stored is None or stored.username != operator.username:
        raise NotPermitted(f"There is no account “{operator.username}” here.")
    seals.require(db, "account", stored.id)
    if not stored.active:
        raise NotPermitted(
            f"The account “{stored.username}” is not active any more.",
            remedy="Ask an administrator.",
        )
    if accounts.password_hash(db, stored.id) == accounts.UNSET:
        raise NotPermitted(
            f"The password of “{stored.username}” has to be chosen first.",
            remedy="Sign in with the one-time code.",
        )
    if not permits(stored.role, act):
        raise NotPermitted(f"{WHO[stored.role]} may not {act}.", remedy=_who(act))
    return stored


def _who(act: Act) -> str:
    if RULES[act] == ADMINISTRATORS:
        return "Only an administrator can."
    return "It needs somebody who has signed in."
