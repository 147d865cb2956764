"""All commands, and how one of them is carried out."""

import argparse
import io
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from secondlook.cli import models
from secondlook.cli.console import FAILED, INTERRUPTED, UNREAD, say
from secondlook.cli.evaluate import EVALUATIONS, add_evaluate
from secondlook.cli.galleries import add_galleries
from secondlook.cli.models import add_models
from secondlook.cli.record import add_audit, add_policies
from secondlook.cli.rehearse import add_rehearse
from secondlook.cli.search import add_search
from secondlook.domain.errors import Cancelled, SecondLookError
from secondlook.services.application import Application
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.models import ModelStore

OpenApplication = Callable[[argparse.Namespace], Application]
OpenModels = Callable[[argparse.Namespace], ModelStore]

OpenDecoder = Callable[[], Decoder]


def build_parser() -> argparse.ArgumentParser:
    """Options that every command takes may stand before or after it."""
    but_recogniser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    but_recogniser.add_argument("--db", type=Path, metavar="FILE", help="the database file")
    but_recogniser.add_argument("--models", type=Path, metavar="DIR", help="where model files are")
    but_recogniser.add_argument("--detector", metavar="NAME", help="the detector to use, by card")
    everywhere = argparse.ArgumentParser(
        add_help=False, argument_default=argparse.SUPPRESS, parents=[but_recogniser]
    )
    everywhere.add_argument("--recogniser", metavar="NAME", help="the recogniser, by card")
    parser = argparse.ArgumentParser(
        "secondlook", parents=[everywhere], description="Without a command, the window opens."
    )
    parser.add_argument("--demo", action="store_true", help="open the demonstration")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="drive the window by itself, save pictures"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def add(
        group: Any, name: str, text: str, action: Callable[..., int]
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(name, help=text, parents=[everywhere])
        made.set_defaults(action=action)
        return made

    def group(name: str, text: str) -> Any:
        made = commands.add_parser(name, help=text, parents=[everywhere])
        return made.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")

    add_galleries(add, group("gallery", "enrol and list galleries"))
    add_search(add, commands)
    add_policies(add, group("policy", "read the policies"))
    add_audit(add, group("audit", "check the record"))
    add_models(add, group("models", "models, their cards and files"))
    add_rehearse(add, commands)
    add_evaluate(commands, but_recogniser)
    return parser


def run(
    arguments: argparse.Namespace,
    open_application: OpenApplication,
    open_models: OpenModels,
    open_decoder: OpenDecoder,
) -> int:
    """Carry out a parsed command. Errors that are told go to standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # names are written whole, on any system
    try:
        status = _act(arguments, open_application, open_models, open_decoder)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Python flushes once more at its exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except SecondLookError as error:
        say(f"secondlook: {error}")
        return FAILED
    except (KeyboardInterrupt, Cancelled):
        say("secondlook: interrupted; nothing that was saved is lost.")
        return INTERRUPTED


def _act(
    arguments: argparse.Namespace,
    open_application: OpenApplication,
    open_models: OpenModels,
    open_decoder: OpenDecoder,
) -> int:
    """Those that come first work where there is no database, or none that opens."""
    if arguments.action in models.WITHOUT_DATABASE:
        return int(arguments.action(arguments, open_models(arguments)))
    if arguments.action in EVALUATIONS:
        with closing(open_decoder()) as decoder:
            return int(arguments.action(arguments, open_models(arguments), decoder))
    app = open_application(arguments)
    try:
        return int(arguments.action(arguments, app))
    finally:
        app.close()
