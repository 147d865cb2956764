"""The recogniser: a plain residual network of 3x3 convolutions, 2.3 million parameters.

Plain convolutions train and run several times faster on a processor than depthwise ones of equal
arithmetic; normalisation folds into them for the exported model.
"""

import torch
from torch import nn

from augment import SIZE

TEMPLATE = 256
_WIDTHS = (32, 64, 128, 256)
_BLOCKS = (0, 1, 2, 1)
MEAN, SCALE = 127.5, 1 / 128


class Convolution(nn.Sequential):
    """A convolution and its normalisation, which the exported model folds into one."""

    def __init__(self, kernel: nn.Conv2d) -> None:
        super().__init__(kernel, nn.BatchNorm2d(kernel.out_channels))

    @property
    def parts(self) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
        kernel, norm = self
        assert isinstance(kernel, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        return kernel, norm


def _three(inputs: int, outputs: int, stride: int = 1) -> Convolution:
    return Convolution(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False))


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = _three(width, width), _three(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = torch.relu(x + self.second(torch.relu(self.first(x))))
        return out


class Student(nn.Module):
    """(n, 3, 96, 96) BGR, scaled to about -1..1, to templates (n, 256), not normalised."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for width, blocks in zip(_WIDTHS, _BLOCKS, strict=True):
            layers += [_three(inputs, width, 2), nn.ReLU()]
            layers += [Block(width) for _ in range(blocks)]
            inputs = width
        self.features = nn.Sequential(*layers)
        # A weight for each place of the last map: an aligned face has its parts at fixed places.
        self.gather = Convolution(nn.Conv2d(inputs, inputs, SIZE // 16, groups=inputs, bias=False))
        self.template = nn.Linear(inputs, TEMPLATE)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        template: torch.Tensor = self.template(self.gather(self.features(x)).flatten(1))
        return template
