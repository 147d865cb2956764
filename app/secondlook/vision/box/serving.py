"""One picture after the other, until nobody is left to ask."""

import math
import sys
from collections.abc import Callable
from typing import BinaryIO

from secondlook.domain.errors import ImageError
from secondlook.vision.box import wire
from secondlook.vision.decode import Picture, decode

if sys.platform != "win32":
    import resource

Decode = Callable[..., Picture]
MEMORY = "memory"
"""How a worker says that its ceiling was reached."""


def real() -> Decode:
    return decode


def serve(requests: BinaryIO, replies: BinaryIO, decode: Decode, held: list[str]) -> int:
    """``held``: what the system let this process give up."""
    wire.send(replies, {"ready": held})
    while True:
        try:
            request = wire.receive(requests)
            data = bytearray(request["size"])
            wire.fill(requests, memoryview(data))
        except EOFError:
            return 0
        _limit_time(request["seconds"])
        blobs: list[memoryview] = []
        answer = _answer(decode, bytes(data), request, blobs)
        try:
            wire.send(replies, answer, blobs)
        except OSError:  # the program is gone
            return 0


def _limit_time(seconds: float) -> None:
    """From now on, and of computing: the kernel ends a process that goes beyond."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        whole = math.ceil(used.ru_utime + used.ru_stime + seconds)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if hard == resource.RLIM_INFINITY or whole < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (whole, hard))


def _answer(
    decode: Decode, data: bytes, request: wire.Plain, blobs: list[memoryview]
) -> wire.Plain:
    try:
        picture = decode(data, name=request["name"], page=request["page"])
        return {"picture": wire.pack(picture, blobs)}
    except Exception as error:  # noqa: BLE001 - decoders raise anything on hostile bytes
        if _ran_out(error):
            return {"failed": MEMORY}
        if isinstance(error, ImageError):
            refused = {"fault": error.fault.value, "message": error.message}
            return {"refused": refused | {"remedy": error.remedy}}
        return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _ran_out(error: BaseException | None) -> bool:
    """Whether memory was the reason, however it was explained since."""
    while error is not None:
        if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
            return True
        error = error.__cause__ or error.__context__
    return False
