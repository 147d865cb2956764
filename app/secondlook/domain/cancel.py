"""Cancellation and progress, as values that any layer can poll."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from secondlook.domain.errors import Cancelled


class CancelToken:
    """Polled between items by whatever runs long. Pausing holds the worker at the next poll."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    def poll(self) -> None:
        """Wait while paused. Raises ``Cancelled`` once cancelled."""
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` items (or bytes), ``rate`` per second, ``note`` for a person."""

    done: int
    total: int
    rate: float = 0.0
    note: str = ""

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.rate if self.rate > 0 else None


ProgressCallback = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """For callers that do not show progress."""
