"""Aligned crops to templates."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from secondlook.domain.errors import ModelError
from secondlook.vision.cards import ModelCard
from secondlook.vision.decode import Pixels
from secondlook.vision.sessions import CPU, Session, Tensor, open_session
from secondlook.vision.tensors import to_tensor

# On a CPU a batch of 16 was never faster for each crop than one of 4, and up to 1.3 times slower
# (tests/bench/bench_engine.py, three runs on a busy machine). An accelerator wants larger ones.
CPU_BATCH = 4
BATCH = 16


class Recogniser:
    """A recogniser that was loaded from a hash-checked file."""

    def __init__(self, card: ModelCard, path: Path) -> None:
        self.card = card
        self.session: Session = open_session(path)

    def templates(self, crops: Sequence[Pixels]) -> Tensor:
        """Aligned uint8 (size, size, 3) crops to float32 (n, template size), L2-normalised.

        Raises ``ModelError`` when the model returns no usable numbers.
        """
        size = self.card.output.template_size
        if not crops:
            return np.empty((0, size), np.float32)
        most = CPU_BATCH if self.session.provider == CPU else BATCH
        batch = min(self.card.input.max_batch or most, most)
        parts = [self._run(crops[i : i + batch]) for i in range(0, len(crops), batch)]
        raw = np.concatenate(parts).astype(np.float32, copy=False)
        lengths = np.linalg.norm(raw, axis=1, keepdims=True)
        if raw.shape != (len(crops), size) or not np.all(np.isfinite(raw) & (lengths > 1e-6)):
            message = "the model returned numbers that are not a template."
            remedy = "Check the file with: secondlook models verify"
            raise ModelError(message, subject=self.card.name, remedy=remedy)
        return np.ascontiguousarray(raw / lengths, np.float32)

    def _run(self, crops: Sequence[Pixels]) -> Tensor:
        tensor = to_tensor(np.stack(crops), self.card.input)
        return self.session.run(tensor, self.card.output.names)[0].reshape(len(crops), -1)
