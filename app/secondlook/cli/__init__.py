"""The command line: the same services without a window.

Exit status: 0 done; 1 it could not be done (the reason is on standard error); 2 wrong usage;
3 the check that was asked for failed (``audit verify``, ``models verify``); 130 interrupted;
141 nobody reads the output any more. Results go to standard output, everything else does not.
"""

from secondlook.cli.commands import build_parser, run
from secondlook.cli.console import DONE, FAILED

__all__ = ["DONE", "FAILED", "build_parser", "run"]
