"""Services with decoders in processes of their own, as in the program."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PIL import Image

from secondlook import bootstrap
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import DecoderError, ImageFault
from secondlook.domain.records import EnrolmentStatus
from secondlook.services.application import Application
from secondlook.services.enrol import EnrolmentReport
from secondlook.vision.box.ceilings import Ceilings
from secondlook.vision.box.pool import Box
from tests.services.fake import people
from tests.services.steps import PASSWORD, enrol
from tests.vision.boxes import QUICK, gone, make_obeying

pytestmark = pytest.mark.boxed

OpenBoxed = Callable[[Callable[[], Box]], Application]

NEEDED = 700_000_000
"""Bytes: enough for small pictures."""


@pytest.fixture
def open_boxed(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenBoxed]:
    opened: list[Application] = []

    def make(box: Callable[[], Box]) -> Application:
        monkeypatch.setattr(bootstrap, "open_decoder", box)
        path = tmp_path / "boxed.db"
        if not path.exists():
            path.write_bytes(empty_database.read_bytes())
        opened.append(bootstrap.open_application(path))
        return opened[-1]

    yield make
    for app in opened:
        app.close()


def started(app: Application, folder: Path) -> tuple[int, "Future[EnrolmentReport]"]:
    """An enrolment on the lane where the window runs it."""
    ada = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    gallery = app.galleries.create(ada, "people", folder).id
    run = app.enrolment.run
    return gallery, app.lanes.background.submit(run, ada, gallery, CancelToken(), ignore_progress)


def test_one_picture_that_costs_too_much_is_named_and_the_others_are_enrolled(
    tmp_path: Path, open_boxed: OpenBoxed
) -> None:
    folder = people(tmp_path / "people", 3)
    Image.new("RGB", (9000, 9000)).save(folder / "vast.png")
    app = open_boxed(functools.partial(Box, 2, Ceilings(NEEDED)))
    ada = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    gallery = enrol(app, ada, folder)
    assert (gallery.references, gallery.pending) == (3, 0)
    (failed,) = app.galleries.items(gallery.id, EnrolmentStatus.FAILED)
    assert failed.fault is ImageFault.TOO_LARGE
    assert "vast.png: decoding it took more than 700 MB of memory" in failed.detail


def test_closing_the_program_does_not_wait_for_a_decoder_that_hangs(
    tmp_path: Path, open_boxed: OpenBoxed
) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    for number in range(9):
        (folder / f"{number}.png").write_bytes(b"sleep 600")
    app = open_boxed(lambda: make_obeying(2, Ceilings(QUICK.memory, 600, still=600)))
    gallery, running = started(app, folder)
    box = app.decoder
    assert isinstance(box, Box)
    end = time.monotonic() + 60
    while not box.pids and time.monotonic() < end:
        time.sleep(0.02)
    pids = box.pids
    before = time.monotonic()
    app.close()
    assert time.monotonic() - before < 10
    assert running.done()
    assert pids
    assert all(map(gone, pids))
    again = open_boxed(make_obeying)
    assert again.galleries.summaries()[0].pending == 9
    assert not again.galleries.fault_counts(gallery)


def test_decoders_that_do_not_start_fail_no_picture(tmp_path: Path, open_boxed: OpenBoxed) -> None:
    folder = people(tmp_path / "people", 3)
    box = functools.partial(Box, 2, QUICK, ["/no/such/program"])
    app = open_boxed(box)
    gallery, running = started(app, folder)
    with pytest.raises(DecoderError, match=r"cannot be started: .*No such file"):
        running.result(30)
    assert app.galleries.summaries()[0].pending == 3
    assert not app.galleries.fault_counts(gallery)
