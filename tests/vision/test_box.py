"""Whatever a decoder does, whoever asked gets a picture or a reason, in time."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled, DecoderError, ImageError, ImageFault
from secondlook.vision import decode as decoding
from secondlook.vision.box import pool
from secondlook.vision.box.ceilings import Ceilings
from secondlook.vision.box.command import ARGUMENT
from secondlook.vision.box.pool import Box
from tests.vision.boxes import QUICK, eventually, gone, make_obeying

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what the Linux kernel offers")


@pytest.fixture(scope="module")
def real() -> Iterator[Box]:
    with closing(Box(2)) as box:
        yield box


@pytest.fixture(scope="module")
def obeying() -> Iterator[Box]:
    """Its decoder does what it is told: ``tests.vision.hostile``."""
    with closing(make_obeying()) as box:
        yield box


def png(path: Path, side: int = 40) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(path, "PNG")
    return path.read_bytes()


# Pictures


def test_a_picture_is_the_same_as_without_the_box(real: Box, tmp_path: Path) -> None:
    data = png(tmp_path / "p.png")
    boxed, plain = real.decode(data, name="p"), decoding.decode(data, name="p")
    assert np.array_equal(boxed.pixels, plain.pixels)
    assert boxed.pixels.flags.writeable
    for field in ("width", "height", "media_type", "sha256", "notes"):
        assert getattr(boxed, field) == getattr(plain, field)


def test_what_is_no_picture_is_refused_with_the_decoders_own_reason(real: Box) -> None:
    for data in (b"", b"GIF89a", b"no picture at all", b"\xff\xd8\xff\xe0" * 9):
        with pytest.raises(ImageError) as plain:
            decoding.decode(data, name="a \udcff name")
        with pytest.raises(ImageError) as boxed:
            real.decode(data, name="a \udcff name")
        assert str(boxed.value) == str(plain.value)
        assert boxed.value.fault is plain.value.fault


def test_workers_start_when_needed_and_are_used_again(tmp_path: Path) -> None:
    data = png(tmp_path / "p.png")
    with closing(Box(2)) as box:
        assert not box.pids
        box.decode(data, name="p")
        first = box.pids
        for _ in range(20):
            box.decode(data, name="p")
        assert box.pids == first


def test_a_worker_that_served_long_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pool, "PICTURES", 2)
    data = png(tmp_path / "p.png")
    with closing(Box(1)) as box:
        box.decode(data, name="p")
        (first,) = box.pids
        box.decode(data, name="p")
        assert not box.pids
        box.decode(data, name="p")
        assert box.pids != [first]


# What a decoder can do to us


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("segfault", "the decoder crashed on it (signal 11, SIGSEGV)"),
        ("exit 3", "the decoder crashed on it (exit code 3)"),
        ("exit 0", "the decoder crashed on it (exit code 0)"),
        ("kill", "signal 9, SIGKILL; the system does this when memory runs out"),
        ("stop", "decoding it stood still for 3 s"),
        ("sleep 60", "decoding it stood still for 3 s"),
        ("raise", "the decoder failed (ValueError: nosuch[31m thing)"),
        ("garbage", "answered with what is no picture"),
        ("false hash", "answered with what is no picture"),
        ("false size", "answered with what is no picture"),
    ],
)
@LINUX
def test_one_file_fails_with_its_name_and_the_next_is_read(
    obeying: Box, act: str, says: str
) -> None:
    started = time.monotonic()
    with pytest.raises(ImageError) as caught:
        obeying.decode(act.encode(), name="bad.jpg")
    assert time.monotonic() - started < 30
    assert str(caught.value).startswith("bad.jpg: ")
    assert says in caught.value.message
    assert caught.value.remedy
    assert caught.value.fault is ImageFault.UNREADABLE
    assert obeying.decode(b"fine", name="good.jpg").pixels.shape == (2, 3, 3)


@LINUX
def test_time_is_that_of_computing_and_other_programs_do_not_shorten_it() -> None:
    ceilings = Ceilings(QUICK.memory, seconds=1, per_megabyte=0, patience=60)
    with closing(make_obeying(1, ceilings)) as box:
        assert box.decode(b"sleep 2.5", name="waits.jpg").width == 3
        with pytest.raises(ImageError, match=r"spins\.jpg: .* more than 1 s of computing"):
            box.decode(b"spin", name="spins.jpg")


@LINUX
def test_a_decoder_that_now_and_then_computes_a_little_ends_all_the_same() -> None:
    ceilings = Ceilings(QUICK.memory, seconds=1, per_megabyte=0, still=60, patience=3)
    with (
        closing(make_obeying(1, ceilings)) as box,
        pytest.raises(ImageError, match=r"more than 3 s\."),
    ):
        box.decode(b"sleep 60", name="slow.jpg")


def test_a_large_file_has_longer() -> None:
    assert Ceilings().computing(50_000_000) == 70
    assert Ceilings(patience=3).passing(50_000_000) == 210


@pytest.mark.parametrize("act", ["swell 2000000000", "unsaid"])
@LINUX
def test_a_picture_that_takes_too_much_memory_says_so(obeying: Box, act: str) -> None:
    with pytest.raises(ImageError, match=r"more than 400 MB of memory\. Crop it") as caught:
        obeying.decode(act.encode(), name="bad.jpg")
    assert caught.value.fault is ImageFault.TOO_LARGE
    obeying.decode(b"fine", name="good.jpg")


def test_what_libraries_print_reaches_nobody(
    obeying: Box, capfd: pytest.CaptureFixture[str]
) -> None:
    assert obeying.decode(b"print", name="chatty.tif").width == 3
    assert capfd.readouterr() == ("", "")


@LINUX
def test_what_a_taken_over_decoder_cannot_do(obeying: Box, tmp_path: Path) -> None:
    """As far as this kernel has it: what did not hold is not tried."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"of the person")
    obeying.decode(b"fine", name="x")
    held = obeying.held
    with socket.create_server(("127.0.0.1", 0)) as server:
        tries = {"write": f"write {tmp_path / 'new'}"}
        tries |= {"network": f"connect {server.getsockname()[1]}"} if "network" in held else {}
        tries |= {"files": f"read {secret}"} if "files" in held else {}
        for act in tries.values():
            with pytest.raises(ImageError, match=r"Error: \[Errno"):
                obeying.decode(act.encode(), name="x")
    assert not (tmp_path / "new").exists() or not (tmp_path / "new").read_bytes()


def test_a_worker_imports_what_decoding_needs_and_nothing_else(obeying: Box) -> None:
    with pytest.raises(ImageError) as caught:
        obeying.decode(b"imports", name="x")
    told = set(caught.value.message.split())
    assert "PIL" in told or len(caught.value.message) > 150
    assert not told & {"PySide6", "onnxruntime", "sqlite3", "sqlite_utils", "pydantic", "pickle5"}


def test_a_worker_knows_nothing_of_the_persons_environment(
    obeying: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_PASSWORD", "x")
    with closing(make_obeying(1)) as box, pytest.raises(ImageError) as caught:
        box.decode(b"environment", name="x")
    assert "OMP_NUM_THREADS" in caught.value.message
    assert "A_PASSWORD" not in caught.value.message
    assert "HOME" not in caught.value.message.split()


# Starting


def test_a_worker_that_does_not_start_is_not_the_pictures_fault() -> None:
    for command, says in (
        (["/no/such/python"], "No such file"),
        ([sys.executable, "-c", "raise SystemExit(7)"], "exit code 7"),
        ([sys.executable, "-c", "print('hello' * 9)"], "cannot be started"),
    ):
        with closing(Box(1, QUICK, command)) as box:
            for _ in range(2):  # the place of the first is free again
                with pytest.raises(DecoderError, match=says):
                    box.decode(b"x", name="x")


@LINUX
def test_a_ceiling_that_python_itself_does_not_fit_under_is_told(tmp_path: Path) -> None:
    with closing(Box(1, Ceilings(memory=20_000_000))) as box, pytest.raises(DecoderError):
        box.decode(png(tmp_path / "p.png"), name="p")


@LINUX
def test_an_idle_worker_that_was_killed_is_replaced_without_a_word(tmp_path: Path) -> None:
    data = png(tmp_path / "p.png")
    with closing(Box(1)) as box:
        box.decode(data, name="p")
        (pid,) = box.pids
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: gone(pid))
        assert box.decode(data, name="p").width == 40


def test_a_folder_that_is_gone_does_not_matter(tmp_path: Path) -> None:
    """Neither the one the program stands in, nor the one for temporary files."""
    code = (
        "import os, sys, shutil; from secondlook.vision.box.pool import Box\n"
        "shutil.rmtree(os.environ['TMPDIR']); os.environ['TMPDIR'] = '/no/such/folder'\n"
        "print(Box(1).decode(open(sys.argv[1], 'rb').read(), name='p').width)"
    )
    gone_soon, data = tmp_path / "here", tmp_path / "p.png"
    gone_soon.mkdir()
    png(data)
    environment = os.environ | {"TMPDIR": str(gone_soon), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, data], cwd=gone_soon, env=environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("40\n", "")


def test_a_frozen_program_starts_itself(tmp_path: Path) -> None:
    """As PyInstaller would have it: the program is its own interpreter."""
    command = [sys.executable, "-m", "secondlook", ARGUMENT, str(QUICK.memory)]
    environment_path = os.pathsep.join(sys.path)
    wrapped = [
        sys.executable, "-c",
        "import os, sys; os.environ['PYTHONPATH'] = sys.argv[1]; "
        "os.execv(sys.argv[2], sys.argv[2:])",
        environment_path, *command,
    ]  # fmt: skip
    with closing(Box(1, QUICK, wrapped)) as box:
        assert box.decode(png(tmp_path / "p.png"), name="p").width == 40


# Many at once, cancelling, ending


@LINUX
def test_many_ask_at_once_and_no_more_workers_than_that_are_started(obeying: Box) -> None:
    with ThreadPoolExecutor(8) as threads:
        acts = [b"exit 1", b"fine", b"print", b"fine"] * 4
        asked = [threads.submit(obeying.decode, act, name="x") for act in acts]
        failed = [isinstance(future.exception(), ImageError) for future in asked]
    assert failed == [act == b"exit 1" for act in acts]
    assert len(obeying.pids) <= 2


@LINUX
def test_cancelling_does_not_wait_for_the_decoder(obeying: Box) -> None:
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        obeying.decode(b"sleep 60", name="x", cancel=cancel)
    assert time.monotonic() - started < 3
    obeying.decode(b"fine", name="x")


@LINUX
def test_cancelling_does_not_wait_for_a_free_worker() -> None:
    with closing(make_obeying(1, Ceilings(QUICK.memory, 60, still=60))) as box:
        box.decode(b"fine", name="x")
        with ThreadPoolExecutor(1) as threads:
            busy = threads.submit(box.decode, b"sleep 60", name="x")
            cancel = CancelToken()
            threading.Timer(0.3, cancel.cancel).start()
            with pytest.raises(Cancelled):
                box.decode(b"fine", name="x", cancel=cancel)
            box.close()
            assert isinstance(busy.exception(10), Cancelled)


def test_a_paused_token_does_not_stop_what_has_begun(real: Box, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.pause()
    assert real.decode(png(tmp_path / "p.png"), name="p", cancel=cancel).width == 40


@LINUX
def test_closing_ends_what_runs_and_what_comes_later() -> None:
    box = make_obeying(2, Ceilings(QUICK.memory, 60, still=60))
    with ThreadPoolExecutor(2) as threads:
        busy = [threads.submit(box.decode, act, name="x") for act in (b"sleep 60", b"stop")]
        assert eventually(lambda: len(box.pids) == 2)
        pids = box.pids
        box.close()
        assert all(isinstance(future.exception(10), Cancelled) for future in busy)
    assert eventually(lambda: all(map(gone, pids)))
    box.close()
    with pytest.raises(Cancelled):
        box.decode(b"fine", name="x")


@LINUX
@pytest.mark.parametrize("act", ["fine", "spin", "stop"])
def test_no_worker_outlives_the_program(act: str) -> None:
    """Killed without a chance to tidy up, while its decoder works."""
    code = (
        "import sys, threading, time; from tests.vision.boxes import *\n"
        "box = make_obeying(1, Ceilings(QUICK.memory, 600, still=600))\n"
        "box.decode(b'fine', name='x'); print(*box.pids, flush=True)\n"
        "box.decode(sys.argv[1].encode(), name='x'); time.sleep(600)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code, act], env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        pid = int(program.stdout.readline())
        time.sleep(0.2)
        program.kill()
    assert eventually(lambda: gone(pid))


@LINUX
def test_ctrl_c_in_the_terminal_fails_no_picture() -> None:
    """It reaches every process of the program's group."""
    code = (
        "import signal, os, threading; from tests.vision.boxes import *\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "box = make_obeying(1); box.decode(b'fine', name='x')\n"
        "threading.Timer(0.5, os.killpg, (0, signal.SIGINT)).start()\n"
        "print(box.decode(b'sleep 1.5', name='x').width)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, start_new_session=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("3\n", "")


@LINUX
def test_a_forgotten_box_leaves_no_workers(tmp_path: Path) -> None:
    box = Box(1)
    box.decode(png(tmp_path / "p.png"), name="p")
    (pid,) = box.pids
    del box
    assert eventually(lambda: gone(pid))
