"""Starts the program. The order matters: environment, then onnxruntime, then Qt."""

import argparse
import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

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
    from secondlook.ui import demo, run

    if arguments.demo and not hasattr(arguments, "db"):
        arguments.db = paths.user_data() / "demonstration" / "secondlook.db"
    app = _open_application(arguments)
    try:
        if arguments.screenshots:
            return demo.take_screenshots(app, arguments.screenshots)
        return run.run_window(app, after_start=demo.prepare if arguments.demo else None)
    finally:
        app.close()


def main(argv: list[str] | None = None) -> int:
    """Exit status: see ``cli``."""
    arguments = cli.build_parser().parse_args(argv)
    if arguments.command:
        return cli.run(
            arguments,
            _open_application,
            lambda a: bootstrap.open_models(getattr(a, "models", None)),
        )
    try:
        return _open_window(arguments)
    except SecondLookError as error:
        print(f"secondlook: {error}", file=sys.stderr)
        return cli.FAILED


if __name__ == "__main__":
    sys.exit(main())
