"""The command line as tests of it call it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secondlook.__main__ import main

Said = tuple[int, str, str]
"""Exit status, standard output, standard error."""

Cli = Callable[..., Said]


def on_database(path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command on the database at ``path``."""

    def run(*arguments: object) -> Said:
        status = main([*map(str, arguments), "--db", str(path)])
        return status, *capsys.readouterr()

    return run


def parsed(said: Said) -> dict[str, Any]:
    """Standard output, which must be one JSON object (as strict as can be) and nothing else."""
    assert said[0] == 0, said[2]
    document: dict[str, Any] = json.loads(said[1], parse_constant=pytest.fail)
    return document
