"""Boxes for tests, whose decoder does what it is told, and what becomes of their workers."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from secondlook.vision.box.ceilings import Ceilings
from secondlook.vision.box.command import interpreter
from secondlook.vision.box.pool import Box
from tests.vision import hostile

QUICK = Ceilings(memory=400_000_000, seconds=1, per_megabyte=0, still=3)


def make_obeying(workers: int = 2, ceilings: Ceilings = QUICK) -> Box:
    return Box(workers, ceilings, interpreter(hostile.CODE, ceilings.memory))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] == "Z"


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
