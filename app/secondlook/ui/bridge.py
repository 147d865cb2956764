"""From the worker lanes back to the UI thread, over one queued signal."""

import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from secondlook.domain.cancel import Progress, ProgressCallback
from secondlook.domain.errors import Cancelled, SecondLookError
from secondlook.jobs.lanes import Lane

T = TypeVar("T")
Failed = Callable[[SecondLookError], None]

log = logging.getLogger(__name__)

PROGRESS_INTERVAL_MS = 50
"""At most 20 progress reports a second reach the window."""


@dataclass(slots=True)
class _Ticket:
    """A job under way, and who waits for it. Made and dropped on the UI thread only."""

    job: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Failed | None
    owner: QObject
    key: str | None
    generation: int
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Channel:
    """Progress on its way; only the newest value is kept."""

    owner: QObject
    slot: ProgressCallback
    latest: Progress | None = None
    scheduled: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> Progress | None:
        with self.lock:
            value, self.latest = self.latest, None
            self.scheduled = value is not None
            return value


class _Relay(QObject):
    """What workers emit on. The bridge may go at any moment, with its window; the sender of a
    signal must not, so every worker keeps this one alive until it has emitted."""

    arrived = Signal(object)  # int: a ticket; tuple: a channel, with None where it has ended


class Bridge(QObject):
    """Runs jobs in lanes and hands their results over on the UI thread.

    Workers only ever hold a number: whatever refers to a widget stays in this object's tables, so
    that no widget can lose its last reference, and be destroyed, on a worker thread.
    """

    complained = Signal(str)
    """An error nobody handled, as a text for a person."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets: dict[int, _Ticket] = {}
        self._channels: dict[int, _Channel] = {}
        self._generations: weakref.WeakKeyDictionary[QObject, dict[str, int]] = (
            weakref.WeakKeyDictionary()
        )
        self._last = 0
        self._closed = False
        self._relay = _Relay()
        self._relay.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        lane: Lane,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject,
        key: str | None = None,
    ) -> None:
        """Submit ``job``; call ``done`` or ``failed`` on the UI thread while ``owner`` lives.

        A newer run of the same ``owner`` and ``key`` drops the result of the older one (its job
        still runs). Without ``failed`` an error is told in the window's notice bar.
        """
        if self._closed:
            return
        generation = self.generation(owner, key) if key else 0
        number = self._next()
        self._tickets[number] = _Ticket(job, done, failed, owner, key, generation)
        lane.submit(self._work, number)

    def generation(self, owner: QObject, key: str) -> int:
        """Start a new generation: what older runs with this key bring is dropped."""
        counters = self._generations.setdefault(owner, {})
        counters[key] = counters.get(key, 0) + 1
        return counters[key]

    def progress(self, owner: QObject, slot: ProgressCallback) -> ProgressCallback:
        """A callback for any thread; ``slot`` gets the newest value, at most 20 times a second.

        The last value always arrives, and arrives before ``owner``'s next result.
        """
        number = self._next()
        self._channels[number] = _Channel(owner, slot)
        owner.destroyed.connect(lambda: self._channels.pop(number, None))

        def report(value: Progress) -> None:
            channel = self._channels.get(number)
            if channel is None:
                return
            with channel.lock:
                channel.latest = value
                silent, channel.scheduled = channel.scheduled, True
            if not silent:
                self._relay.arrived.emit((number,))

        # When nobody can report any more, the channel goes too: on this thread, not on the worker's
        weakref.finalize(report, self._let_go, number).atexit = False
        return report

    def _let_go(self, number: int) -> None:
        """On whatever thread the last reference to a callback went away."""
        if not self._closed:
            self._relay.arrived.emit((number, None))

    def close(self) -> None:
        """Deliver nothing any more. What still runs keeps its ticket, so that it ends safely."""
        self._closed = True
        self._channels.clear()

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _work(self, number: int) -> None:
        """On a worker thread. No local may keep what belongs to the window."""
        self._attempt(number)
        self._relay.arrived.emit(number)

    def _attempt(self, number: int) -> None:
        ticket = self._tickets.get(number)
        if ticket is None:
            return
        try:
            ticket.result = ticket.job()
        except BaseException as error:  # noqa: BLE001 - handed over, judged on the UI thread
            ticket.error = error

    @Slot(object)
    def _deliver(self, what: Any) -> None:
        if isinstance(what, tuple):
            ended = len(what) > 1
            self._flush(what[0], again=not ended)
            if ended:
                self._channels.pop(what[0], None)
            return
        ticket = self._tickets.pop(what, None)
        if ticket is None or self._closed or not isValid(ticket.owner):
            return
        for number in [n for n, c in self._channels.items() if c.owner is ticket.owner]:
            self._flush(number, again=False)
        if ticket.error is not None:
            self._fail(ticket, ticket.error)
        elif ticket.done and self._current(ticket):
            ticket.done(ticket.result)

    def _current(self, ticket: _Ticket) -> bool:
        if ticket.key is None:
            return True
        return self._generations.get(ticket.owner, {}).get(ticket.key) == ticket.generation

    def _fail(self, ticket: _Ticket, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, SecondLookError):
            log.error("A job failed unexpectedly", exc_info=error)
            error = SecondLookError(_bug_text(error))
        if not self._current(ticket):
            return
        if ticket.failed:
            ticket.failed(error)
        else:
            self.complained.emit(str(error))

    def _flush(self, number: int, *, again: bool = True) -> None:
        channel = self._channels.get(number)
        if channel is None or not isValid(channel.owner):
            self._channels.pop(number, None)
            return
        value = channel.take()
        if value is None:
            return
        channel.slot(value)
        if again:
            QTimer.singleShot(PROGRESS_INTERVAL_MS, self, lambda: self._flush(number))
        else:
            with channel.lock:
                channel.scheduled = False


def _bug_text(error: BaseException) -> str:
    what = str(error) or type(error).__name__
    return f"Something went wrong in Second Look ({what[:200]}). Details are in the log."
