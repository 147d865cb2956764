"""Signing in on the command line, for what the account of the operating system may not do."""

import argparse
import getpass
import sys

from secondlook.domain.errors import InputError
from secondlook.domain.records import Operator
from secondlook.services.application import Application


def add_sign_in(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="sign_in_as",
        metavar="USER",
        help="who does this; the password is asked for, or read from standard input",
    )


def signed_in(arguments: argparse.Namespace, app: Application) -> Operator:
    """Whoever ``--as`` names, once their password is right. Raises ``NotPermitted``."""
    if not arguments.sign_in_as:
        raise InputError(
            "This needs a person who has an account, not the command line.",
            remedy="Say who you are with --as USER, or do it in the window.",
        )
    if sys.stdin is not None and sys.stdin.isatty():
        password = getpass.getpass(f"Password of {arguments.sign_in_as}: ")
    else:
        password = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    return app.accounts.sign_in(arguments.sign_in_as, password)
