"""Starts the program. The order matters: environment, then onnxruntime, then Qt."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from secondlook.vision.box.command import ARGUMENT

if sys.argv[1:2] == [ARGUMENT]:  # a frozen program, started by itself to decode pictures
    from secondlook.vision.box.worker import main as decode

    sys.exit(decode(int(sys.argv[2])))

from secondlook import bootstrap, cli, paths
from secondlook.domain.errors import SecondLookError
from secondlook.services.application import Application


def _open_application(arguments: argparse.Namespace) -> Application:
    return bootstrap.open_application(
        getattr(arguments, "db", None),
        getattr(arguments, "models", None),
        detector=getattr(arguments, "detector", None),
        recogniser=getattr(arguments, "recogniser", None),
    )


def _open_window(arguments: argparse.Namespace) -> int:
    # On Windows onnxruntime must be in the process before Qt; importing the services did that.
    from secondlook.ui.run import run_window

    if arguments.screenshots:
        return _take_screenshots(arguments)
    if arguments.demo and not hasattr(arguments, "db"):
        arguments.db = paths.user_data() / "demonstration" / "secondlook.db"
    app = _open_application(arguments)
    try:
        if not arguments.demo:
            return run_window(app)
        from secondlook.ui.demo import start

        return run_window(app, after_start=start)
    finally:
        app.close()


def _take_screenshots(arguments: argparse.Namespace) -> int:
    """The tour, in a new database that is thrown away."""
    from secondlook.ui.tour import take_tour

    with tempfile.TemporaryDirectory() as scratch:
        arguments.db = Path(scratch) / "secondlook.db"
        app = _open_application(arguments)
        try:
            take_tour(app, arguments.screenshots)
        finally:
            app.close()
    return cli.DONE


def main(argv: list[str] | None = None) -> int:
    """Exit status: see ``cli``."""
    arguments = cli.build_parser().parse_args(argv)
    if arguments.command:
        return cli.run(
            arguments,
            _open_application,
            lambda a: bootstrap.open_models(getattr(a, "models", None)),
            bootstrap.open_decoder,
        )
    try:
        return _open_window(arguments)
    except SecondLookError as error:
        print(f"secondlook: {error}", file=sys.stderr)
        return cli.FAILED


if __name__ == "__main__":
    sys.exit(main())
