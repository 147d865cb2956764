"""The other side: a process that decodes for the program. It imports what decoding needs and
nothing else."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from secondlook.vision.box import confine

if TYPE_CHECKING:
    from secondlook.vision.box.serving import Decode


def main(memory: int, find: "Callable[[], Decode] | None" = None) -> int:
    """``find``: what imports the decoder, for tests that put another in its place."""
    requests, replies = _streams()
    held = confine.confine_early(memory)
    # Only now: libraries start threads, and the namespaces are left by a process that has one.
    from secondlook.vision.box import serving

    decode = (find or serving.real)()
    held += confine.confine_late()
    return serving.serve(requests, replies, decode, held)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, for us alone: decoders in C print what they like to a place where
    it does no harm."""
    if sys.platform == "win32":
        import msvcrt

        for number in (0, 1):
            msvcrt.setmode(number, os.O_BINARY)
    requests, replies = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    return os.fdopen(requests, "rb", buffering=0), os.fdopen(replies, "wb", buffering=0)
