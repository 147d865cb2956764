"""Errors that tell a person what to do, and stopping without an error."""

import threading
import time

import pytest

from secondlook.domain.cancel import CancelToken, Progress
from secondlook.domain.errors import (
    Cancelled,
    ImageError,
    ImageFault,
    InputError,
    PolicyRefusal,
    SecondLookError,
)


def test_an_error_reads_as_which_thing_what_happened_and_the_cure() -> None:
    error = InputError("is empty.", subject="list.csv", remedy="Add a line.")
    assert str(error) == "list.csv: is empty. Add a line."
    assert str(InputError("is empty.")) == "is empty."


def test_errors_keep_what_the_program_needs_of_them() -> None:
    assert ImageError(ImageFault.NO_FACE, "shows no face.").fault is ImageFault.NO_FACE
    assert PolicyRefusal("No.", unmet=("margin",)).unmet == ("margin",)


def test_stopping_is_not_an_error_that_is_shown() -> None:
    assert not issubclass(Cancelled, SecondLookError)


def test_a_token_stops_the_worker_at_its_next_poll() -> None:
    token = CancelToken()
    token.poll()
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.poll()


@pytest.mark.parametrize("end", ["resume", "cancel"])
def test_a_paused_worker_waits_until_it_is_resumed_or_stopped(end: str) -> None:
    token = CancelToken()
    token.pause()
    assert token.paused
    passed: list[str] = []

    def work() -> None:
        try:
            token.poll()
            passed.append("resume")
        except Cancelled:
            passed.append("cancel")

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.05)
    assert passed == []
    getattr(token, end)()
    worker.join(5)
    assert passed == [end]
    assert not token.paused


def test_progress_knows_the_time_left_once_it_has_a_rate() -> None:
    assert Progress(10, 110, rate=20.0).seconds_left == 5.0
    assert Progress(10, 110).seconds_left is None
