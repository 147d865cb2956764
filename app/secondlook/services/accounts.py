"""Who is at the machine: local accounts, so that examiners can be told apart."""

import getpass
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.records import Operator, Role
from secondlook.storage import accounts, log
from secondlook.storage.database import Store

PASSWORD_MINIMUM = 10
"""Characters; length is what NIST SP 800-63B asks for, composition rules it advises against."""


class Accounts:
    """Accounts of one database file. Hashing takes a tenth of a second by design."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a password is compared with where there is none: an unknown name takes as long."""
        return self._hasher.hash("nobody")

    def needs_first(self) -> bool:
        """True until somebody who can sign in exists."""
        return not any(o.role is not Role.COMMAND_LINE for o in self.operators())

    def create_first(self, username: str, display_name: str, password: str) -> Operator:
        """The administrator of a new database. Raises ``NotPermitted`` if there is one already."""
        with self._store.write():
            if not self.needs_first():
                raise NotPermitted("This database has an administrator already.")
            return self._add(username, username, display_name, Role.ADMINISTRATOR, password)

    def create(
        self, by: Operator, username: str, display_name: str, role: Role, password: str
    ) -> Operator:
        self._require_administrator(by)
        if role is Role.COMMAND_LINE:
            raise InputError("Command-line accounts come from the operating system.")
        return self._add(by.username, username, display_name, role, password)

    def _add(
        self, actor: str, username: str, display_name: str, role: Role, password: str
    ) -> Operator:
        username, display_name = username.strip(), display_name.strip()
        if not username or not username.isprintable() or ":" in username:
            raise InputError("The user name must not be empty and must not contain “:”.")
        self._check_password(password)
        with self._store.write() as tx:
            if accounts.find(tx, username):
                raise InputError(f"The user name “{username}” is taken.", remedy="Choose another.")
            operator = accounts.add(
                tx, username, display_name or username, role, self._hasher.hash(password)
            )
            log.append(tx, actor, "account created", username, {"role": role.value})
            return operator

    def sign_in(self, username: str, password: str) -> Operator:
        """Raises ``NotPermitted`` with one message for whatever was wrong; failures are logged."""
        db, nobody = self._store.read(), self._nobody
        operator = accounts.find(db, username.strip())
        stored = accounts.password_hash(db, operator.id) if operator else None
        right = self._matches(stored or nobody, password)
        granted = bool(operator and operator.examines and stored and right)
        with self._store.write() as tx:
            log.append(tx, username.strip(), "signed in" if granted else "sign-in refused", "", {})
        if operator is None or not granted:
            raise NotPermitted("User name or password is wrong, or the account is not active.")
        return operator

    def sign_out(self, operator: Operator) -> None:
        with self._store.write() as db:
            log.append(db, operator.username, "signed out", "", {})

    def operators(self) -> list[Operator]:
        return accounts.everyone(self._store.read())

    def set_active(self, by: Operator, operator_id: int, active: bool) -> None:
        self._require_administrator(by)
        if by.id == operator_id:
            raise InputError("You cannot deactivate the account you are signed in with.")
        with self._store.write() as db:
            found = next((o for o in accounts.everyone(db) if o.id == operator_id), None)
            if found is None:
                raise InputError("There is no such account.")
            accounts.set_active(db, operator_id, active)
            log.append(db, by.username, "account changed", found.username, {"active": active})

    def change_password(self, operator: Operator, old: str, new: str) -> None:
        stored = accounts.password_hash(self._store.read(), operator.id)
        if stored is None or not self._matches(stored, old):
            raise NotPermitted("The present password is wrong.")
        self._check_password(new)
        with self._store.write() as db:
            accounts.set_password(db, operator.id, self._hasher.hash(new))
            log.append(db, operator.username, "password changed", operator.username, {})

    def command_line(self) -> Operator:
        """The operating-system account behind the command line; added on first use.

        Raises ``NotPermitted`` once an administrator has deactivated it.
        """
        try:
            name = f"os:{getpass.getuser()}"
        except (ImportError, KeyError, OSError):  # by platform and version of Python
            name = "os:unknown"
        with self._store.write() as db:  # two commands may start at the same moment
            found = accounts.find(db, name)
            if found and not found.active:
                raise NotPermitted(
                    f"The account {name} is not active.", remedy="Ask an administrator."
                )
            if found:
                return found
            operator = accounts.add(db, name, f"{name[3:]} (command line)", Role.COMMAND_LINE, None)
            log.append(db, name, "account created", name, {"role": Role.COMMAND_LINE.value})
            return operator

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _require_administrator(self, operator: Operator) -> None:
        """As stored now: whoever signed in an hour ago may have been deactivated since."""
        stored = accounts.find(self._store.read(), operator.username)
        if stored is None or stored.role is not Role.ADMINISTRATOR or not stored.active:
            raise NotPermitted("Only an administrator can manage accounts.")

    @staticmethod
    def _check_password(password: str) -> None:
        if len(password) < PASSWORD_MINIMUM:
            raise InputError(f"The password needs at least {PASSWORD_MINIMUM} characters.")
