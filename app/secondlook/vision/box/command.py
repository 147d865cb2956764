"""How a worker is started: this program once more, from a checkout or frozen."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ARGUMENT = "--decode-for-the-program"
"""Known to ``__main__`` before anything else is imported; a frozen program has no interpreter to
be given code."""

_CODE = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from secondlook.vision.box.worker import main; sys.exit(main(int(sys.argv[1])))"
)
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
_TUNED = {
    # One thread for numpy, few arenas: both reserve addresses, which count.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # glibc would give the memory of each picture back and fetch it anew, page by page, for the
    # next one: that took as long as decoding it (500 px portraits: 8.4 ms, and 4.2 without).
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
_FROZEN = ("_PYI", "_MEI")  # how PyInstaller tells a child where its files lie


def command(memory: int) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, ARGUMENT, str(memory)]
    return interpreter(_CODE, memory)


def interpreter(code: str, memory: int) -> list[str]:
    """-I, -S: nothing of the person's own start-up files, nothing beside what this program has."""
    return [sys.executable, "-I", "-S", "-c", code, str(memory), *dict.fromkeys(_folders())]


def _folders() -> Iterator[str]:
    for path in sys.path:
        with contextlib.suppress(OSError):  # the folder that we stand in may be gone
            yield str(Path(path).absolute())


def environment(names: Sequence[str] = _KEPT) -> dict[str, str]:
    """What a decoder has to know of it, which is next to nothing."""
    kept = {k: v for k, v in os.environ.items() if k in names or k.startswith(_FROZEN)}
    return kept | _TUNED
