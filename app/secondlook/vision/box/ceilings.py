"""How much one picture may cost before it is given up."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ceilings:
    """memory: bytes of a whole worker process. seconds: of computing, for any file, and
    ``per_megabyte`` more for each million bytes of it.

    The header is not asked how large the picture is: reading it is part of decoding, and a file
    that lies there is the very case. Time grows with the bytes to be read and is generous besides,
    for slow computers. A crash needs no waiting, it shows at once.

    A computer that is busy otherwise must not refuse what it takes when it is not, so the clock
    counts little. still: seconds on it without any computing, as of a worker that is held or waits
    for nothing. patience: seconds on it for one of computing, whatever it does meanwhile; less on a
    system where nobody counts computing for us.
    """

    memory: int = 1_500_000_000
    seconds: float = 20.0
    per_megabyte: float = 1.0
    still: float = 20.0
    patience: float = 15.0 if sys.platform == "linux" else 3.0

    def computing(self, size: int) -> float:
        """Seconds for a file of ``size`` bytes."""
        return self.seconds + self.per_megabyte * size / 1e6

    def passing(self, size: int) -> float:
        return self.patience * self.computing(size)
