"""What the services ask of whatever decodes for them."""

from typing import Protocol

from secondlook.domain.cancel import CancelToken
from secondlook.vision.decode import Picture


class Decoder(Protocol):
    """``bootstrap`` chooses one, and nothing else decodes."""

    def decode(
        self, data: bytes, *, name: str, page: int = 0, cancel: CancelToken | None = None
    ) -> Picture:
        """As ``vision.decode.decode``. Raises ``ImageError`` for a file that is no picture or
        costs too much, ``DecoderError`` where nothing can be decoded, and ``Cancelled``."""

    def close(self) -> None:
        """What is being decoded ends as ``Cancelled``, and so does what is asked for later."""
