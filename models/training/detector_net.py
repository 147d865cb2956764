"""The detector's network: plain 3x3 convolutions, one residual block at each of the strides 8, 16
and 32, coarser maps added to finer ones, and one narrow head for all three.

Plain convolutions train several times faster on a CPU than depthwise ones, and onnxruntime runs
them as fast. Outputs are YuNet's (see ``models/yunet-dynamic.toml``).
"""

import torch
from torch import nn
from torch.nn import functional

STRIDES = (8, 16, 32)
MEAN, STD = 117.0, 60.0  # of a pixel's value; the card carries them
OUTPUTS = 16  # class, objectness, box 4, five points 10
_STEM, _WIDTHS, _HEAD = 16, (32, 64, 56), 32


def _convolution(inputs: int, outputs: int, stride: int = 1, side: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False), nn.BatchNorm2d(outputs)
    )


class _Stage(nn.Module):
    """Half the size, then one residual block."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = _convolution(inputs, outputs, 2)
        self.first, self.second = _convolution(outputs, outputs), _convolution(outputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.down(x))
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class Net(nn.Module):
    """(n, 3, h, w) BGR, ``(p - MEAN) / STD``, h and w multiples of 32, to three maps
    (n, 16, h / S, w / S) of raw values, S in ``STRIDES``."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolution(3, _STEM, 2)
        self.early = _convolution(_STEM, _STEM, 2)
        pairs = zip((_STEM, *_WIDTHS), _WIDTHS, strict=False)
        self.stages = nn.ModuleList([_Stage(i, o) for i, o in pairs])
        self.narrow = nn.ModuleList([_convolution(w, _HEAD, side=1) for w in _WIDTHS])
        self.head = nn.Conv2d(_HEAD, _HEAD, 3, 1, 1, bias=False)
        # Each stride has activations of its own, so it has to be normalised on its own.
        self.norms = nn.ModuleList([nn.BatchNorm2d(_HEAD) for _ in _WIDTHS])
        self.out = nn.Conv2d(_HEAD, OUTPUTS, 1)
        bias = torch.zeros(OUTPUTS)
        bias[:2] = -4.6  # faces are rare: one cell in a hundred
        bias[4:6] = 1.2  # log of a usual side, in strides
        self.out.bias = nn.Parameter(bias)
        nn.init.normal_(self.out.weight, 0, 0.01)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = torch.relu(self.early(torch.relu(self.stem(x))))
        maps = []
        for stage, narrow in zip(self.stages, self.narrow, strict=True):
            x = stage(x)
            maps.append(narrow(x))
        for finer in (1, 0):
            above = functional.interpolate(maps[finer + 1], scale_factor=2.0, mode="nearest")
            maps[finer] = maps[finer] + above
        pairs = zip(self.norms, maps, strict=True)
        return tuple(self.out(torch.relu(norm(self.head(level)))) for norm, level in pairs)
