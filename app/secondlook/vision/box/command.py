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
    """What a decoder has to know of it, which is next to nothing. One thread for numpy, and one
    arena: both reserve addresses, which count."""
    kept = {k: v for k, v in os.environ.items() if k in names or k.startswith(_FROZEN)}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
