"""Who is at the machine: local accounts, so that examiners can be told apart.

Whoever holds an account chooses its password, with a code that is shown once: nobody else ever
knows it, so what was examined under the account was examined by its holder.
"""

import getpass
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from secondlook.domain import names, passwords
from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.passwords import PasswordFault
from secondlook.domain.records import Operator, Role
from secondlook.services.authority import Act, require
from secondlook.storage import accounts, log, seals, settings
from secondlook.storage.accounts import Code
from secondlook.storage.database import Connection, Store

PASSWORD_MINIMUM = passwords.MINIMUM

CODE_LASTS = timedelta(days=7)
"""Long enough for somebody who is on leave, too short to lie about."""

IDLE_SETTING = "idle_minutes"
IDLE_DEFAULT, IDLE_RANGE = 10, (1, 120)

Check = Callable[[Connection, Operator | None], bool]

WRONG = "User name or password is wrong, or the account is not active."
WRONG_PRESENT = "The present password is wrong."


@dataclass(frozen=True, slots=True)
class Issued:
    """An account, and the code for its holder; it is shown now and never again."""

    operator: Operator
    code: str
    expires: datetime | None


class TryAgainLater(NotPermitted):
    """Too many wrong passwords; ``seconds`` are left to wait."""

    def __init__(self, seconds: int, failures: int) -> None:
        minutes = math.ceil(seconds / 60)
        span = f"{seconds} seconds" if seconds < 120 else f"{minutes} minutes"
        many = f"{failures} or more" if failures >= passwords.ENOUGH else str(failures)
        super().__init__(
            f"The last {many} tries to sign in to this account were wrong.",
            remedy=f"Try again in {span}.",
        )
        self.seconds = seconds


class Accounts:
    """Accounts of one database file. Hashing takes a tenth of a second by design."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a password is compared with where there is none: an unknown name takes as long."""
        return self._hasher.hash("nobody")

    def operators(self) -> list[Operator]:
        return accounts.everyone(self._store.read())

    def without_password(self) -> set[int]:
        """Ids of accounts whose holder still has to choose a password, with the one-time code."""
        return accounts.without_password(self._store.read())

    def needs_first(self) -> bool:
        """True until somebody who can sign in exists."""
        return not any(o.role is not Role.COMMAND_LINE for o in self.operators())

    # Making and changing

    def create_first(self, username: str, display_name: str, password: str) -> Operator:
        """The administrator of a new database. Raises ``NotPermitted`` if there is one already."""
        with self._store.write() as db:
            if not self.needs_first():
                raise NotPermitted("This database has an administrator already.")
            username = _user_name(username)
            _check_password(password, username, display_name)
            hashed = self._hasher.hash(password)
            return _add(db, username, username, display_name, Role.ADMINISTRATOR, hashed)

    def create(self, by: Operator, username: str, display_name: str, role: Role) -> Issued:
        """An account without a password, and the code with which its holder chooses one.

        The two count as one person from now on (``services.people``). Raises ``InputError`` for a
        name that another account's name looks like, or that cannot be read.
        """
        with self._store.write() as db:
            require(db, by, Act.MANAGE_ACCOUNTS)
            if role is Role.COMMAND_LINE:
                raise InputError("Command-line accounts come from the operating system.")
            username = _user_name(username)
            operator = _add(db, by.username, username, display_name, role, accounts.UNSET)
            return self._issue(db, operator, by, "created")

    def reset(self, by: Operator, operator_id: int) -> Issued:
        """Take the password away, and give a code for a new one. The two count as one person until
        somebody else confirms that they are not."""
        with self._store.write() as db:
            require(db, by, Act.MANAGE_ACCOUNTS)
            operator = _untouched(db, operator_id)
            if operator.role is Role.COMMAND_LINE:
                raise InputError("A command-line account has no password.")
            if operator.id == by.id:
                raise InputError(
                    "You cannot reset the account you are signed in with.",
                    remedy="Change your password, or ask another administrator.",
                )
            log.append(db, by.username, "password reset", operator.username, {})
            accounts.set_password(db, operator.id, accounts.UNSET)
            return self._issue(db, operator, by, "reset")

    def _issue(self, db: Connection, operator: Operator, by: Operator, cause: str) -> Issued:
        code, expires = passwords.new_code(), datetime.now(UTC) + CODE_LASTS
        hashed = self._hasher.hash(passwords.as_typed(code))
        accounts.add_code(db, operator.id, by.id, cause, hashed, expires.isoformat())
        _seal(db, by.username, operator)
        return Issued(operator, code, expires)

    def set_active(self, by: Operator, operator_id: int, active: bool) -> None:
        with self._store.write() as db:
            require(db, by, Act.MANAGE_ACCOUNTS)
            if by.id == operator_id:
                raise InputError("You cannot deactivate the account you are signed in with.")
            found = _untouched(db, operator_id)
            accounts.set_active(db, operator_id, active)
            payload, states = {"active": active}, {"account": [operator_id]}
            log.append(db, by.username, "account changed", found.username, payload, states=states)

    def new_recovery_code(self, by: Operator, password: str) -> Issued:
        """A code to print and lock away: whoever holds it can choose this account's password anew.

        Any earlier one is void. For administrators, since nobody else could help the only one.
        """
        with self._store.write() as db:
            operator = require(db, by, Act.MANAGE_ACCOUNTS)
            right = self._knows(db, operator, password)
            code = passwords.new_code(groups=6)
            if right:
                hashed = self._hasher.hash(passwords.as_typed(code))
                accounts.add_code(db, operator.id, operator.id, "recovery", hashed, None)
                name, states = operator.username, {"account": [operator.id]}
                log.append(db, name, "recovery code made", name, {}, states=states)
        if not right:
            raise NotPermitted(WRONG_PRESENT)
        return Issued(operator, code, None)

    def has_recovery_code(self, operator: Operator) -> bool:
        db = self._store.read()
        require(db, operator, Act.LOOK)
        return any(c.cause == "recovery" for c in accounts.codes(db, operator.id))

    def change_password(self, operator: Operator, old: str, new: str) -> None:
        with self._store.write() as db:
            stored = require(db, operator, Act.OWN_ACCOUNT)
            right = self._knows(db, stored, old)
            if right:
                self._set_password(db, stored, new, "password changed")
                _seal(db, stored.username, stored)
        if not right:
            raise NotPermitted(WRONG_PRESENT)

    # Signing in

    def sign_in(self, username: str, password: str) -> Operator:
        """Raises ``NotPermitted`` with one message for whatever was wrong; failures are logged, and
        make the next try wait."""

        def check(db: Connection, operator: Operator | None) -> bool:
            stored = accounts.password_hash(db, operator.id) if operator else None
            right = self._matches(stored or self._nobody, password)
            return bool(operator and operator.examines and stored and right)

        with self._store.write() as db:
            accounts.name_the_unnamed(db)
            operator = self._try(db, username, check)
            if operator:
                log.append(db, operator.username, "signed in", "", {})
        if operator is None:
            raise NotPermitted(WRONG)
        return operator

    def choose_password(self, username: str, code: str, password: str) -> Operator:
        """Sign in with a one-time or a recovery code, and choose the account's own password.

        Raises ``NotPermitted`` as ``sign_in`` does, and ``InputError`` for a password that cannot
        be one, which leaves the code as it was.
        """
        typed, used = passwords.as_typed(code), list[Code]()

        def check(db: Connection, operator: Operator | None) -> bool:
            usable = accounts.codes(db, operator.id) if operator and operator.examines else []
            now = datetime.now(UTC).isoformat()
            used.extend(
                c
                for c in usable
                if self._matches(c.code_hash, typed) and (c.expires_at or "9999") > now
            )
            if not usable:
                self._matches(self._nobody, typed)
            return bool(used)

        with self._store.write() as db:
            operator = self._try(db, username, check)
            if operator:
                self._set_password(db, operator, password, "password chosen")
                for code_used in used:
                    accounts.use_code(db, code_used.id)
                _seal(db, operator.username, operator)
        if operator is None:
            raise NotPermitted(
                "The code is wrong, was used already, or is too old.",
                remedy="An administrator can give you another.",
            )
        return operator

    def _try(self, db: Connection, username: str, check: Check) -> Operator | None:
        """Under the database's write lock: a thousand tries at once would count as one."""
        username = names.tidy(username)
        operator = accounts.find(db, username)
        if operator:
            seals.require(db, "account", operator.id)
        _require_no_wait(db, operator.username if operator else username)
        if check(db, operator):
            return operator
        log.append(db, operator.username if operator else username, "sign-in refused", "", {})
        return None

    def sign_out(self, operator: Operator) -> None:
        with self._store.write() as db:
            log.append(db, operator.username, "signed out", "", {})

    def lock(self, operator: Operator) -> None:
        """Nobody touched the window for a while; whoever goes on signs in again."""
        with self._store.write() as db:
            log.append(db, operator.username, "window locked", "", {})

    # Locking

    def idle_minutes(self) -> int:
        """After so many minutes without a hand on it the window asks who is there."""
        return int(settings.get(self._store.read(), IDLE_SETTING) or IDLE_DEFAULT)

    def set_idle_minutes(self, by: Operator, minutes: int) -> None:
        least, most = IDLE_RANGE
        with self._store.write() as db:
            require(db, by, Act.MANAGE_ACCOUNTS)
            if not least <= minutes <= most:
                raise InputError(f"The window locks after {least} to {most} minutes.")
            settings.put(db, IDLE_SETTING, minutes)
            log.append(db, by.username, "idle time changed", "", {"minutes": minutes})

    # The command line

    def command_line(self) -> Operator:
        """The operating-system account behind the command line; added on first use.

        Raises ``NotPermitted`` once an administrator has deactivated it.
        """
        try:
            name = names.tidy(f"os:{getpass.getuser()}")
        except (ImportError, KeyError, OSError):  # by platform and version of Python
            name = "os:unknown"
        with self._store.write() as db:  # two commands may start at the same moment
            found = accounts.find(db, name)
            if found is None:
                found = _add(db, name, name, f"{name[3:]} (command line)", Role.COMMAND_LINE, None)
            require(db, found, Act.LOOK)
            return found

    # Passwords

    def _set_password(self, db: Connection, operator: Operator, new: str, act: str) -> None:
        _check_password(new, operator.username, operator.display_name)
        log.append(db, operator.username, act, operator.username, {})
        accounts.set_password(db, operator.id, self._hasher.hash(new))

    def _knows(self, db: Connection, operator: Operator, password: str) -> bool:
        """Whether somebody signed in knows the password; guesses wait here as at sign-in."""

        def check(db: Connection, operator: Operator | None) -> bool:
            stored = accounts.password_hash(db, operator.id) if operator else None
            return bool(stored and self._matches(stored, password))

        return self._try(db, operator.username, check) is not None

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _add(
    db: Connection,
    actor: str,
    username: str,
    display_name: str,
    role: Role,
    password_hash: str | None,
) -> Operator:
    """Who made it goes on record first: the file refuses an account that nobody made."""
    _require_name(display_name.strip() or username, "name")
    display_name = names.tidy(display_name) or username
    accounts.name_the_unnamed(db)
    _require_unlike_others(db, username, display_name)
    log.append(db, actor, "account created", username, {"role": role.value})
    operator = accounts.add(db, username, display_name, role, password_hash)
    _seal(db, actor, operator)
    return operator


def _seal(db: Connection, actor: str, operator: Operator) -> None:
    """The file wants to see on record who changes an account before it changes: what came of it is
    sealed afterwards."""
    states = {"account": [operator.id]}
    log.append(db, actor, "account sealed", operator.username, {}, states=states)


def _require_unlike_others(db: Connection, username: str, display_name: str) -> None:
    if accounts.find(db, username):
        raise InputError(f"The user name “{username}” is taken.", remedy="Choose another.")
    other = accounts.looks_like(db, username, display_name)
    if other:
        raise InputError(
            f"“{display_name}” ({username}) looks like the account “{other.display_name}” "
            f"({other.username}).",
            remedy="On the screens and in the record nobody could tell the two apart: choose "
            "another name, for instance with a middle name or a number.",
        )


def _untouched(db: Connection, operator_id: int) -> Operator:
    """An account that is as the last act left it."""
    found = accounts.by_id(db, operator_id)
    if found is None:
        raise InputError("There is no such account.")
    seals.require(db, "account", operator_id)
    return found


def _user_name(username: str) -> str:
    _require_name(username.strip(), "user name")
    if ":" in username:
        raise InputError("The user name must not contain “:”.")
    if names.keys(names.tidy(username)) & names.keys(log.PROGRAM):
        raise InputError(
            f"“{log.PROGRAM}” stands in the log for what nobody did.",
            remedy="Choose another user name.",
        )
    return names.tidy(username)


def _require_name(name: str, what: str) -> None:
    problem = names.fault(name)
    if problem == "empty":
        raise InputError(f"The {what} must not be empty.")
    if problem == "unseen":
        raise InputError(
            f"The {what} contains a character that shows nothing.", remedy="Type it anew."
        )
    if problem == "mixed":
        raise InputError(
            f"The {what} mixes letters of several alphabets in one word, some of which look alike.",
            remedy="Type it anew, with one keyboard layout.",
        )


def _check_password(password: str, *own_names: str) -> None:
    problem = passwords.fault(password, *own_names)
    if problem is PasswordFault.SHORT:
        raise InputError(f"The password needs at least {PASSWORD_MINIMUM} characters.")
    if problem is PasswordFault.COMMON:
        raise InputError(
            "This password is one of the first that anybody would try.",
            remedy="Three or four words that have nothing to do with each other are better.",
        )
    if problem is PasswordFault.NAME:
        raise InputError(
            "This password is little more than the name of the account.",
            remedy="Three or four words that have nothing to do with each other are better.",
        )


def _require_no_wait(db: Connection, username: str) -> None:
    refused = accounts.refusals(db, username, passwords.ENOUGH)
    left = passwords.wait(refused, datetime.now(UTC))
    if left:
        raise TryAgainLater(math.ceil(left.total_seconds()), len(refused))
