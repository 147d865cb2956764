"""The real window while it works: event-loop gaps during enrolment, start-up time, memory.

    python tests/bench/window.py gaps FOLDER [--images 1000] [--runs 3]
    python tests/bench/window.py start FOLDER [--runs 7]

``gaps``: a timer of 5 ms runs in the window that shows the gallery being enrolled, scrolled and
switched between its tabs; a gap is the time between two of its ticks. Every run is made once with
decoders in processes, as the program has them, and once without. ``start``: from the start of
the process until the sign-in (new database) or the workspace (gallery open) takes input.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from PySide6.QtCore import Qt, QTimer

from secondlook import bootstrap
from secondlook.bootstrap import open_application
from secondlook.ui.driver import Driver
from secondlook.ui.gallery.gallery import GalleryScreen
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.run import tune_interpreter
from secondlook.vision.box.pool import Box
from tests.in_process import InProcess

PASSWORD = "seven gulls over a harbour"

START = """
import sys, time
from pathlib import Path
from secondlook.bootstrap import open_application
from secondlook.ui.run import make_application, tune_interpreter
from secondlook.ui.shell import MainWindow
tune_interpreter()
application = make_application()
app = open_application(Path(sys.argv[1]))
window = MainWindow(app)
window.show()
while not (window.sign_in.first.isVisible() or window.sign_in.sign_in.isVisible()):
    application.processEvents()
application.processEvents()
print("usable", flush=True)
operators = [o for o in app.accounts.operators() if o.examines]
if operators:
    window.enter(operators[0])
    gallery = app.galleries.summaries()[0]
    window.context.navigate("gallery", gallery.id)
    app.lanes.inference.submit(app.engines.current).result()
    app.lanes.inference.submit(app.enrolment._matrices.get, gallery.id).result()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        application.processEvents()
status = Path("/proc/self/status").read_text()
rows = [line.split() for line in status.splitlines()]
print({row[0]: row[1] for row in rows if row[0] in ("VmRSS:", "VmHWM:")})
window.close()
app.close()
"""


def gaps(folder: Path, images: int) -> list[float]:
    """Milliseconds between ticks while ``images`` images are enrolled in the window."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "people"
        source.mkdir()
        for file in sorted(folder.rglob("*.jpg"))[:images]:
            shutil.copy(file, source)
        app = open_application(Path(scratch) / "bench.db")
        drive = Driver(app, Path(scratch) / "pictures", sizes=((1400, 1000),))
        operator = app.accounts.create_first("bench", "Bench", PASSWORD)
        gallery = app.galleries.create(operator, "bench", source)
        drive.window.enter(operator)
        drive.context.navigate("gallery", gallery.id)
        screen = drive.screen(GalleryScreen)
        runner = runner_of(drive.context)
        seen: list[float] = []
        last = [time.perf_counter()]

        def tick() -> None:
            now = time.perf_counter()
            seen.append((now - last[0]) * 1000)
            last[0] = now

        def move() -> None:
            bar = screen.people.grid.verticalScrollBar()
            bar.setValue((bar.value() + 400) % (bar.maximum() + 1))
            screen.tabs.setCurrentIndex((len(seen) // 200) % 2)

        ticks = QTimer(drive.window, interval=5, timerType=Qt.TimerType.PreciseTimer)
        moves = QTimer(drive.window, interval=150)
        ticks.timeout.connect(tick)
        moves.timeout.connect(move)
        runner.enrol(operator, gallery.id, gallery.name)
        started = time.perf_counter()
        ticks.start()
        moves.start()
        drive.until(lambda: runner.run_of(gallery.id) is None, "the end of the enrolment")
        ticks.stop()
        moves.stop()
        print(f"  {images} images in {time.perf_counter() - started:.1f} s")
        drive.close()
        app.close()
        return seen


def start(database: Path) -> tuple[float, str]:
    """Seconds from the start of the process to a window that takes input, and its memory."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", START, str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "usable\n"
        usable = time.perf_counter() - began
        return usable, process.stdout.readline().strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("gaps", "start"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    tune_interpreter()
    if arguments.what == "gaps":
        for box in (Box, InProcess) * arguments.runs:
            bootstrap.open_decoder = box
            seen = sorted(gaps(arguments.folder, arguments.images))
            print(
                f"{box.__name__}: ticks {len(seen)}: median {statistics.median(seen):.1f} ms, p99 "
                f"{seen[int(len(seen) * 0.99)]:.1f} ms, worst {seen[-1]:.1f} ms, "
                f"{sum(gap > 100 for gap in seen)} above 100 ms"
            )
        return
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "bench.db"
        app = open_application(database)
        operator = app.accounts.create_first("bench", "Bench", PASSWORD)
        gallery = app.galleries.create(operator, "bench", arguments.folder)
        from secondlook.domain.cancel import CancelToken, ignore_progress

        app.enrolment.run(operator, gallery.id, CancelToken(), ignore_progress)
        app.close()
        times = []
        for _ in range(arguments.runs):
            usable, memory = start(database)
            times.append(usable)
            print(f"usable after {usable:.2f} s; memory in kB with the gallery open {memory}")
        print(
            f"median {statistics.median(times):.2f} s (min {min(times):.2f}, max {max(times):.2f})"
        )


if __name__ == "__main__":
    main()
