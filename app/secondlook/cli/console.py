"""How commands speak: results to standard output, everything else to standard error."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from secondlook.domain.cancel import CancelToken, Progress

DONE, FAILED, CHECK_FAILED, INTERRUPTED, UNREAD = 0, 1, 3, 130, 141

Add = Callable[..., argparse.ArgumentParser]
"""``add(group, name, text, action)``: a command with the options that every command takes."""


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def say(text: str) -> None:
    print(text, file=sys.stderr)


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def show_progress() -> Iterator[tuple[CancelToken, Callable[[Progress], None]]]:
    """A line on a terminal's standard error; Ctrl+C cancels cleanly, a second one at once."""
    cancel = CancelToken()

    def show(progress: Progress) -> None:
        left = progress.seconds_left
        more = f", {left:.0f} s left" if left is not None else ""
        line = f"{progress.done} of {progress.total}, {progress.rate:.0f}/s{more} {progress.note}"
        print(f"\r{line:<70}", end="", file=sys.stderr, flush=True)

    def interrupt(*_: object) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    before = signal.signal(signal.SIGINT, interrupt)
    terminal = sys.stderr.isatty()
    try:
        yield cancel, show if terminal else lambda _: None
    finally:
        signal.signal(signal.SIGINT, before)
        if terminal:
            say("")
