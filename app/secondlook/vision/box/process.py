"""One worker, seen from the program."""

import contextlib
import hashlib
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import Cancelled, DecoderError, ImageError, ImageFault
from secondlook.vision.box import wire
from secondlook.vision.box.ceilings import Ceilings
from secondlook.vision.box.command import environment
from secondlook.vision.box.serving import MEMORY
from secondlook.vision.box.watch import Stop, Watch
from secondlook.vision.decode import Picture

PIPE = 1 << 20
START_SECONDS = 60.0
"""Reading the libraries from a slow disk, past a virus scanner."""

if sys.platform == "linux":
    import fcntl

_EXPORT = "Open it in another program, save it as JPEG or PNG, and try that."
_SMALLER = "Crop it to the person, or save a smaller copy as JPEG."


class Worker:
    """Started here, and to be closed. One thread at a time asks it."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises ``OSError``."""
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._process = subprocess.Popen(  # noqa: S603 - this program itself
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/" if sys.platform != "win32" else None,  # ours may be removed meanwhile
            env=environment(),
            start_new_session=True,  # Ctrl+C is for us, who end it; no picture fails of it
            creationflags=flags,
        )
        self.pid = self._process.pid
        _widen(self._to, self._from)
        self.held: tuple[str, ...] = ()
        self.done = 0
        self._why: Stop | None = None
        self._job = _tied(self._process)

    def await_ready(self, watch: Watch, cancel: CancelToken | None) -> None:
        """Raises ``DecoderError``, ``Cancelled``."""
        try:
            with watch.over(self, START_SECONDS, START_SECONDS, cancel):
                self.held = tuple(map(str, wire.receive(self._from)["ready"]))
        except (OSError, EOFError, wire.WireError, KeyError, TypeError) as error:
            self.close()
            if self._why is Stop.CANCELLED:
                raise Cancelled from None
            ended = f"it ended with {_ending(self._process.returncode)}"
            raise not_started("it took too long" if self._why else ended) from error

    @property
    def alive(self) -> bool:
        return self._why is None and self._process.poll() is None

    def decode(
        self,
        data: bytes,
        name: str,
        page: int,
        watch: Watch,
        ceilings: Ceilings,
        cancel: CancelToken | None,
    ) -> Picture:
        """Raises ``ImageError``, ``Cancelled``. Not ``alive`` afterwards if it was lost over it."""
        seconds = ceilings.computing(len(data))
        request = {"name": name, "page": page, "size": len(data), "seconds": seconds}
        try:
            with watch.over(self, ceilings.passing(len(data)), ceilings.still, cancel):
                wire.send(self._to, request, [data])
                answer = wire.receive(self._from)
                if "picture" in answer:
                    picture: Picture = wire.unpack(Picture, answer["picture"], self._read)
                    self.done += 1
                    return _checked(picture, data)
        except (OSError, EOFError, wire.WireError) as error:
            self.close()
            if self._why is Stop.CANCELLED:
                raise Cancelled from None
            raise self._explained(name, len(data), ceilings, error) from error
        if "refused" in answer:
            self.done += 1
            raise _refused(answer["refused"], name)
        self.close()
        if answer.get("failed") == MEMORY:
            raise _too_much(name, ceilings)
        raise _unreadable(name, f"the decoder failed ({_line(answer.get('failed'))}).")

    def stop(self, why: Stop) -> None:
        """From any thread."""
        self._why = self._why or why
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()
        if sys.platform == "win32" and self._job is not None:
            from secondlook.vision.box import windows

            windows.close(self._job)
            self._job = None

    @property
    def _to(self) -> BinaryIO:
        assert self._process.stdin
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _from(self) -> BinaryIO:
        assert self._process.stdout
        return self._process.stdout  # type: ignore[return-value]

    def _read(self, view: memoryview) -> None:
        wire.fill(self._from, view)

    def _explained(self, name: str, size: int, ceilings: Ceilings, error: Exception) -> ImageError:
        """Why there is no answer: what we did, what became of the process, what it said."""
        if self._why is Stop.TIME:
            seconds = ceilings.passing(size)
            return _unreadable(name, f"decoding it took more than {seconds:.0f} s.")
        if self._why is Stop.STILL:
            seconds = ceilings.still
            return _unreadable(name, f"decoding it stood still for {seconds:.0f} s.")
        if isinstance(error, wire.WireError):
            return _unreadable(name, "the decoder answered with what is no picture.")
        code = self._process.returncode
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            seconds = ceilings.computing(size)
            return _unreadable(name, f"decoding it took more than {seconds:.0f} s of computing.")
        ending = _ending(code)
        if code == -9:
            ending += "; the system does this when memory runs out"
        return _unreadable(name, f"the decoder crashed on it ({ending}).")


def not_started(reason: str) -> DecoderError:
    return DecoderError(
        f"The part of the program that reads pictures cannot be started: {reason}.",
        remedy="Close other programs and try again; if that does not help, install it anew.",
    )


def _widen(*pipes: BinaryIO) -> None:
    """A picture crosses in a few large pieces, not in many small ones with a switch between."""
    if sys.platform == "linux":
        for pipe in pipes:
            with contextlib.suppress(OSError):  # one person's pipes have a limit together
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


def _tied(process: "subprocess.Popen[bytes]") -> int | None:
    """On Windows a handle that ends it with us; elsewhere it sees to that itself."""
    job = None
    if sys.platform == "win32":
        from secondlook.vision.box import windows

        job = windows.end_with_us(int(process._handle))  # type: ignore[attr-defined]
    return job


def _checked(picture: Picture, data: bytes) -> Picture:
    """What others rely on is not taken on a worker's word."""
    if picture.pixels.shape != (picture.height, picture.width, 3) or not picture.pixels.size:
        raise wire.WireError("pixels of another size")
    if picture.sha256 != hashlib.sha256(data).hexdigest():
        raise wire.WireError("a hash of something else")
    return picture


def _refused(refused: Any, name: str) -> ImageError:
    try:
        fault = ImageFault(refused["fault"])
        message, remedy = str(refused["message"]), str(refused["remedy"])
    except (KeyError, TypeError, ValueError):
        return _unreadable(name, "the decoder answered with what is no picture.")
    return ImageError(fault, message, subject=name, remedy=remedy)


def _too_much(name: str, ceilings: Ceilings) -> ImageError:
    message = f"decoding it took more than {ceilings.memory / 1e6:.0f} MB of memory."
    return ImageError(ImageFault.TOO_LARGE, message, subject=name, remedy=_SMALLER)


def _unreadable(name: str, message: str) -> ImageError:
    return ImageError(ImageFault.UNREADABLE, message, subject=name, remedy=_EXPORT)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code if code < 256 else hex(code)}"
    try:
        return f"signal {-code}, {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def _line(text: object) -> str:
    """What a worker said, as one line that can be shown."""
    return "".join(c for c in str(text) if c.isprintable())[:200]
