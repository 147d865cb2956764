"""How freed memory is kept for what comes next."""

import contextlib
import ctypes
import sys

KEPT = 64 << 20
LARGEST = 32 << 20
"""glibc takes no more: half of what one of its heaps holds."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h


def keep_freed_memory() -> None:
    """glibc gives the memory of each picture back to the system, and fetches it page by page for
    the next one, which took a sixth of an enrolment. From now on up to ``KEPT`` bytes stay. Other
    libraries of C, and Windows, are left as they are."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL("libc.so.6").mallopt
            mallopt(_MMAP_THRESHOLD, LARGEST)
            mallopt(_TRIM_THRESHOLD, KEPT)
