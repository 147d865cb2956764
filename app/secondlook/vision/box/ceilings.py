"""How much one picture may cost before it is given up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ceilings:
    """memory: bytes of a whole worker process. seconds: of computing, for any file, and
    ``per_megabyte`` more for each million bytes of it.

    The header is not asked how large the picture is: reading it is part of decoding, and a file
    that lies there is the very case. Time grows with the bytes to be read and is generous besides,
    for slow computers. A crash needs no waiting, it shows at once.

    patience: seconds that may pass for one of computing. A computer that is busy otherwise must not
    refuse what it takes when it is not; only a worker that waits for nothing, or is held, is found
    by this, and any on a system that does not count computing for us.
    """

    memory: int = 1_500_000_000
    seconds: float = 20.0
    per_megabyte: float = 1.0
    patience: float = 3.0

    def computing(self, size: int) -> float:
        """Seconds for a file of ``size`` bytes."""
        return self.seconds + self.per_megabyte * size / 1e6

    def passing(self, size: int) -> float:
        return self.patience * self.computing(size)
