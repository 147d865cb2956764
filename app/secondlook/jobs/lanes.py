"""Named executors: which thread does what is decided here and nowhere else."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from secondlook.jobs.memory import keep_freed_memory

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


def _give_way() -> None:
    """Let the window go first when processors are short. Windows favours it by itself; elsewhere
    threads are scheduled alike unless they say otherwise."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Lane:
    """A named pool of threads; ``submit`` as with any executor."""

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self._pool = ThreadPoolExecutor(threads, name, initializer=_give_way)

    def submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._pool.submit(job, *args, **kwargs)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


class Lanes:
    """inference: searches and templates, one thread.
    storage: quick reads and writes of the database, one thread, so that they keep their order.
    io: decoding and thumbnails; more threads than processors made enrolment slower.
    background: long jobs that feed the others."""

    def __init__(self) -> None:
        keep_freed_memory()
        self.inference = Lane("inference", 1)
        self.storage = Lane("storage", 1)
        self.io = Lane("io", max(2, min(4, os.cpu_count() or 2)))
        self.background = Lane("background", 1)

    def close(self) -> None:
        """Wait for what runs, drop what waits."""
        for lane in (self.background, self.io, self.inference, self.storage):
            lane.close()


def ahead(
    items: Iterable[T], start: Callable[[T], Future[R]], depth: int
) -> Iterator[tuple[T, Future[R]]]:
    """Keep up to ``depth`` items started; give them in order. What is left over is not started."""
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for item in items:
            waiting.append((item, start(item)))
            if len(waiting) > depth:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()
