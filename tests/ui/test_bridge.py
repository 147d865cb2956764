"""Results arrive on the UI thread, only where they are still wanted."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from secondlook.domain.cancel import Progress
from secondlook.domain.errors import Cancelled, InputError, SecondLookError
from secondlook.jobs.lanes import Lane
from secondlook.ui.bridge import Bridge

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane("test", 1)
    yield lane
    lane.close()


@pytest.fixture
def bridge(qtbot: QtBot) -> Bridge:
    return Bridge()


def test_a_result_arrives_on_the_ui_thread(bridge: Bridge, lane: Lane, until: Until) -> None:
    owner = QObject()
    got: list[Any] = []
    bridge.run(
        lane,
        threading.get_ident,
        lambda worker: got.append((worker, threading.get_ident())),
        owner=owner,
    )
    until(lambda: got)
    worker, receiver = got[0]
    assert receiver == threading.get_ident() != worker


def test_known_errors_go_to_failed_else_to_the_notice_bar(
    bridge: Bridge, lane: Lane, until: Until
) -> None:
    owner = QObject()
    failed: list[Any] = []
    told: list[Any] = []
    bridge.complained.connect(told.append)

    def refuse() -> None:
        raise InputError("is not a name.", subject="x")

    bridge.run(lane, refuse, failed=failed.append, owner=owner)
    until(lambda: failed)
    assert told == []
    bridge.run(lane, refuse, owner=owner)
    until(lambda: told)
    assert told == ["x: is not a name."]


def test_a_bug_is_logged_and_told_and_the_screen_can_recover(
    bridge: Bridge, lane: Lane, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    owner = QObject()
    failed: list[Any] = []
    bridge.run(lane, lambda: 1 // 0, failed=failed.append, owner=owner)
    until(lambda: failed)
    assert isinstance(failed[0], SecondLookError)
    assert "Something went wrong in Second Look" in str(failed[0])
    assert "ZeroDivisionError" in caplog.text


def test_cancelling_is_silent(bridge: Bridge, lane: Lane, until: Until) -> None:
    owner = QObject()
    seen: list[Any] = []
    bridge.complained.connect(seen.append)

    def stop() -> None:
        raise Cancelled

    bridge.run(lane, stop, seen.append, seen.append, owner=owner)
    bridge.run(lane, lambda: "next", seen.append, owner=owner)
    until(lambda: seen)
    assert seen == ["next"]


def test_only_the_newest_run_of_a_key_is_delivered(
    bridge: Bridge, lane: Lane, until: Until
) -> None:
    owner, other = QObject(), QObject()
    got: list[Any] = []
    hold = threading.Event()
    bridge.run(lane, hold.wait, owner=owner)
    for number in range(3):
        bridge.run(lane, lambda n=number: n, got.append, owner=owner, key="k")  # type: ignore[misc]
    bridge.run(lane, lambda: "other owner", got.append, owner=other, key="k")
    hold.set()
    until(lambda: "other owner" in got)
    assert got == [2, "other owner"]


def test_a_destroyed_owner_gets_nothing(
    bridge: Bridge, lane: Lane, until: Until, qtbot: QtBot
) -> None:
    owner, other = QObject(), QObject()
    got: list[Any] = []
    hold = threading.Event()
    gone: list[bool] = []
    owner.destroyed.connect(lambda: gone.append(True))
    bridge.run(lane, hold.wait, got.append, owner=owner)
    owner.deleteLater()
    until(lambda: gone)
    hold.set()
    bridge.run(lane, lambda: "later", got.append, owner=other)
    until(lambda: got)
    assert got == ["later"]


def test_a_closed_bridge_delivers_nothing(bridge: Bridge, lane: Lane, qtbot: QtBot) -> None:
    owner = QObject()
    got: list[Any] = []
    hold = threading.Event()
    bridge.run(lane, hold.wait, got.append, owner=owner)
    bridge.close()
    hold.set()
    bridge.run(lane, lambda: 1, got.append, owner=owner)
    lane.close()
    qtbot.wait(50)
    assert got == []


WINDOWS_THAT_GO = """
import sys
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from secondlook.jobs.lanes import Lane
from secondlook.ui.bridge import Bridge

app = QCoreApplication([])
sys.setswitchinterval(1e-5)
lanes = [Lane(str(n), 2) for n in range(4)]
for _ in range(1500):
    window = QObject()
    bridge = Bridge(window)
    for lane in lanes * 6:
        bridge.run(lane, lambda: None, owner=window)
    app.processEvents()
    shiboken6.delete(window)
"""


def test_a_window_may_go_while_its_jobs_end() -> None:
    """It took the process with it: the workers emitted on a bridge that was being destroyed."""
    ended = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", WINDOWS_THAT_GO],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_a_job_never_dies_on_the_worker(bridge: Bridge, lane: Lane, until: Until) -> None:
    """What a job refers to is released on the UI thread, whatever became of the screen."""
    released_on: list[int] = []

    class Token:
        def __del__(self) -> None:
            released_on.append(threading.get_ident())

    def start() -> None:
        token = Token()
        bridge.run(lane, lambda: token and None, owner=owner)

    owner = QObject()
    start()
    until(lambda: released_on)
    assert released_on == [threading.get_ident()]


def test_progress_is_throttled_and_the_last_value_arrives(
    bridge: Bridge, lane: Lane, until: Until
) -> None:
    owner = QObject()
    seen: list[Progress] = []
    done: list[int] = []
    report = bridge.progress(owner, seen.append)

    def work() -> None:
        for number in range(300):
            report(Progress(number + 1, 300))
            time.sleep(0.001)

    bridge.run(lane, work, lambda _: done.append(len(seen)), owner=owner)
    until(lambda: done)
    assert seen[-1] == Progress(300, 300)
    assert done == [len(seen)], "the last value comes before the result"
    assert len(seen) <= 20
    assert [p.done for p in seen] == sorted(p.done for p in seen)
