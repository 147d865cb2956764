"""What a worker gives up before it sees the first picture, as far as the system lets it.

Ceilings must hold, and a worker that cannot set its own does not start. The rest makes a decoder
that was taken over less useful, costs nothing, and is done where the kernel has it: no network, no
file of the person's to read, none to write, no process to signal.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

NICE = 10


def confine_early(memory: int) -> list[str]:
    """Before any library starts a thread. What held beyond the ceilings is named."""
    measures: dict[str, Callable[[], None]] = {}
    if sys.platform == "win32":
        from secondlook.vision.box import windows

        windows.limit_own_memory(memory)
    else:
        _limit_itself(memory)
    if sys.platform == "linux":
        from secondlook.vision.box import linux

        with contextlib.suppress(OSError):  # when memory runs out, this goes before the window
            Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
        measures |= {"network": linux.leave_the_network, "parent": linux.die_with_the_parent}
    return _held(measures)


def confine_late() -> list[str]:
    """After the imports, which read files of their own."""
    measures: dict[str, Callable[[], None]] = {}
    if sys.platform == "linux":
        from secondlook.vision.box import linux

        measures["files"] = linux.leave_the_files
    return _held(measures)


if sys.platform != "win32":
    import resource

    def _limit_itself(memory: int) -> None:
        os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
        for limit, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CORE, 0),  # a picture must not come to lie in a dump
            (resource.RLIMIT_FSIZE, 0),  # nor anywhere else
        ):
            hard = resource.getrlimit(limit)[1]
            value = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (value, value))


def _held(measures: dict[str, Callable[[], None]]) -> list[str]:
    held = []
    for name, measure in measures.items():
        with contextlib.suppress(OSError):
            measure()
            held.append(name)
    return held
