"""The thread that looks at busy workers, and kills the one that costs too much."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from secondlook.domain.cancel import CancelToken

PAUSE = 0.05
"""Seconds between two looks."""

DROWSY = 40
"""Looks at nothing before it sleeps: to be woken for each small picture would cost more than they
do."""


class Stop(Enum):
    """Why a worker was killed by us."""

    TIME = auto()
    STILL = auto()
    CANCELLED = auto()


class Watched(Protocol):
    pid: int

    def stop(self, why: Stop) -> None:
        """Whoever waits for its answer reads the end of the stream, and asks why."""


@dataclass(slots=True)
class _Due:
    """still: seconds that may pass without any computing. ``computed`` of it so far, at ``since``:
    one that waits for a busy processor gets on now and then."""

    deadline: float
    still: float
    cancel: CancelToken | None
    computed: float = -1.0
    since: float = 0.0

    def passed(self, pid: int) -> Stop | None:
        now, computed = time.monotonic(), computing(pid)
        if self.cancel is not None and self.cancel.cancelled:
            return Stop.CANCELLED
        if computed is None or computed != self.computed:
            self.computed, self.since = computed or 0.0, now
        if now - self.since > self.still:
            return Stop.STILL
        if now > self.deadline:
            return Stop.TIME
        return None


class Watch:
    """One for a pool. Its thread sleeps while nobody is at work, and never keeps the program."""

    def __init__(self) -> None:
        self._due: dict[Watched, _Due] = {}
        self._changed = threading.Condition()
        self._asleep = self._ended = False
        threading.Thread(target=self._look, name="decoders", daemon=True).start()

    @contextlib.contextmanager
    def over(
        self,
        worker: Watched,
        seconds: float,
        still: float,
        cancel: CancelToken | None,
    ) -> Iterator[None]:
        with self._changed:
            self._due[worker] = _Due(time.monotonic() + seconds, still, cancel)
            if self._asleep:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._due[worker]

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _look(self) -> None:
        idle = 0
        while True:
            with self._changed:
                idle = 0 if self._due else idle + 1
                if idle > DROWSY:
                    self._asleep = True
                    self._changed.wait_for(lambda: self._due or self._ended)
                    self._asleep = False
                if self._ended:
                    return
                for worker, due in self._due.items():
                    if why := due.passed(worker.pid):
                        worker.stop(why)
            time.sleep(PAUSE)


def computing(pid: int) -> float | None:
    """Seconds that all threads of a process have computed so far, where the system tells."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, IndexError):
            after_name = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2]
            ticks = after_name.split()[11:13]
            return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return None
