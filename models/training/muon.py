"""Muon (Jordan 2024, kellerjordan.github.io/posts/muon): momentum whose matrices are made nearly
orthogonal by a Newton-Schulz iteration. For convolutions it needs fewer pictures than Adam."""

from collections.abc import Iterable

import torch

# Without instructions for it, bfloat16 is ten times slower than float32.
QUICK_HALF = bool(torch.cpu._is_avx512_bf16_supported())


def orthogonal(matrix: torch.Tensor, steps: int = 4) -> torch.Tensor:
    """The nearest semi-orthogonal matrix, roughly: singular values end between 0.7 and 1.2."""
    a, b, c = 3.4445, -4.7750, 2.0315  # coefficients of Jordan 2024
    x: torch.Tensor = matrix.bfloat16() if QUICK_HALF else matrix
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """For weights of two and more dimensions; the first is the output."""

    def __init__(
        self, parameters: Iterable[torch.Tensor], lr: float, momentum: float, decay: float
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                speed = self.state[weight].setdefault("speed", torch.zeros_like(weight))
                speed.lerp_(weight.grad, 1 - group["momentum"])
                push = weight.grad.lerp(speed, group["momentum"]).flatten(1)
                factor = max(1.0, push.shape[0] / push.shape[1]) ** 0.5
                weight.mul_(1 - group["lr"] * group["decay"])
                weight.add_(orthogonal(push).view_as(weight), alpha=-group["lr"] * factor)
