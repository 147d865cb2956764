"""The workers: started when they are needed, used again, replaced when they are lost or old."""

import os
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled
from secondlook.vision.box.ceilings import Ceilings
from secondlook.vision.box.command import command as own_command
from secondlook.vision.box.process import Worker, not_started
from secondlook.vision.box.watch import PAUSE, Stop, Watch
from secondlook.vision.decode import Picture

WORKERS = max(2, min(4, os.cpu_count() or 2))
"""As many as the lane that decodes ahead has threads."""

PICTURES = 1000
"""After so many a worker is replaced: what a library lost, or was made to keep, goes with it."""


class Box:
    """Decodes in processes that may hang, crash or swell, and answers all the same.

    Any thread may ask; whoever finds all workers busy waits for one. Nothing is started before the
    first picture.
    """

    def __init__(
        self,
        workers: int = WORKERS,
        ceilings: Ceilings | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        """``command``: what starts a worker, for tests."""
        self.ceilings = ceilings or Ceilings()
        self._command = command or own_command(self.ceilings.memory)
        self._most = workers
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._places = 0
        self._closed = False
        self._changed = threading.Condition()
        self._watch = Watch()
        # A worker dies with the thread that started it, so one thread starts them all. It begins
        # here, where threads are not nice yet: the window waits while a process is made.
        self._starter = ThreadPoolExecutor(1, "decoder starter")
        self._starter.submit(int)
        self._end = weakref.finalize(self, _end, self._all, self._idle, self._watch, self._starter)

    def decode(
        self, data: bytes, *, name: str, page: int = 0, cancel: CancelToken | None = None
    ) -> Picture:
        """As ``vision.decode.decode``. Raises ``ImageError`` for a file that is no picture or that
        costs too much, ``DecoderError`` where no worker starts, ``Cancelled``."""
        worker = self._take(cancel)
        try:
            return worker.decode(data, name, page, self._watch, self.ceilings, cancel)
        finally:
            self._give_back(worker)

    def close(self) -> None:
        """What is being decoded ends as ``Cancelled``, and so does what is asked for later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._end()

    @property
    def pids(self) -> list[int]:
        """Of the workers there are."""
        with self._changed:
            return [worker.pid for worker in self._all]

    @property
    def held(self) -> frozenset[str]:
        """What all of them gave up beyond the ceilings: ``network``, ``files``, ``parent``."""
        with self._changed:
            return frozenset.intersection(*(frozenset(worker.held) for worker in self._all))

    def _take(self, cancel: CancelToken | None) -> Worker:
        with self._changed:
            while True:
                if self._closed or (cancel is not None and cancel.cancelled):
                    raise Cancelled
                while self._idle:
                    worker = self._idle.pop()
                    if worker.alive:
                        return worker
                    self._drop(worker)  # something killed it while it waited
                if self._places < self._most:
                    self._places += 1
                    break
                self._changed.wait(PAUSE if cancel else None)
        try:
            return self._started(cancel)
        except BaseException:
            self._leave()
            raise

    def _started(self, cancel: CancelToken | None) -> Worker:
        try:
            worker = self._starter.submit(Worker, self._command).result()
        except OSError as error:
            raise not_started(str(error)) from error
        except RuntimeError as error:  # the pool was closed, or the program ends
            raise Cancelled from error
        with self._changed:
            self._all.add(worker)
            closed = self._closed
        try:
            if closed:
                raise Cancelled
            worker.await_ready(self._watch, cancel)
        except BaseException:
            worker.close()
            with self._changed:
                self._all.discard(worker)
            raise
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._changed:
            if worker.alive and worker.done < PICTURES and not self._closed:
                self._idle.append(worker)
            else:
                self._drop(worker)
            self._changed.notify()

    def _drop(self, worker: Worker) -> None:
        worker.close()
        self._all.discard(worker)
        self._places -= 1

    def _leave(self) -> None:
        with self._changed:
            self._places -= 1
            self._changed.notify()


def _end(
    workers: set[Worker], idle: list[Worker], watch: Watch, starter: ThreadPoolExecutor
) -> None:
    """Also when the program ends, or the pool is forgotten. Whoever waits for an answer closes the
    worker it asked."""
    watch.end()
    for worker in list(workers):
        worker.stop(Stop.CANCELLED)
    for worker in idle:
        worker.close()
    starter.shutdown(wait=False, cancel_futures=True)
