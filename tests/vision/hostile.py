"""A decoder that does what the bytes of its "picture" say: what one does that was taken over, or
has a fault. Runs in a worker, in place of the real one."""

import ctypes
import hashlib
import os
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondlook.vision.box.serving import Decode

CODE = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from secondlook.vision.box.worker import main; from tests.vision.hostile import find; "
    "sys.exit(main(int(sys.argv[1]), find))"
)


def find() -> "Decode":
    import numpy as np

    from secondlook.domain.errors import ImageError, ImageFault
    from secondlook.vision import decode

    def picture(data: bytes, **other: Any) -> decode.Picture:
        pixels = np.full((2, 3, 3), 7, np.uint8)
        sha256 = hashlib.sha256(data).hexdigest()
        return replace(decode.Picture(pixels, 3, 2, "a/b", sha256, ()), **other)

    def obey(data: bytes, *, name: str, page: int = 0) -> decode.Picture:
        act, _, argument = data.decode().partition(" ")
        match act:
            case "segfault":
                ctypes.string_at(0)
            case "exit":
                os._exit(int(argument))
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(float(argument))
            case "swell":
                np.ones(int(argument), np.uint8)
            case "unsaid":
                raise ImageError(ImageFault.UNREADABLE, "damaged") from MemoryError()
            case "print":
                os.write(1, b"libtiff: warning\n" * 1000)
                print("and so on")
            case "raise":
                raise ValueError("no\nsuch\x1b[31m thing")
            case "garbage":
                for number in range(3, 9):
                    try:
                        os.write(number, b"\xff" * 100)
                    except OSError:
                        continue
                time.sleep(60)
            case "false":
                return picture(data, **{"sha256": "0" * 64} if argument == "hash" else {"width": 9})
            case "read":
                Path(argument).read_bytes()
            case "write":
                Path(argument).write_bytes(b"mine")
            case "connect":
                socket.create_connection(("127.0.0.1", int(argument)), 2)
            case "signal":
                os.kill(os.getppid(), 0)
            case "imports":
                raise ValueError(" ".join(sorted({m.partition(".")[0] for m in sys.modules})))
            case "environment":
                raise ValueError(" ".join(sorted(os.environ)))
        return picture(data)

    return obey
