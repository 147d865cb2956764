"""A decoder without processes, for tests whose subject is something else."""

from secondlook.domain.cancel import CancelToken
from secondlook.vision import decode as decoding
from secondlook.vision.decode import Picture


class InProcess:
    """Stands where ``vision.box.pool.Box`` does."""

    def __init__(self) -> None:
        self._decode = decoding.decode

    def decode(
        self, data: bytes, *, name: str, page: int = 0, cancel: CancelToken | None = None
    ) -> Picture:
        if cancel is not None:
            cancel.poll()
        return self._decode(data, name=name, page=page)

    def close(self) -> None:
        """There is nothing to end."""
