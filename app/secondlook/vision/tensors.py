"""Pixels to the input tensor that a card asks for."""

import numpy as np

from secondlook.vision.cards import InputSpec
from secondlook.vision.decode import Pixels
from secondlook.vision.sessions import Tensor


def to_tensor(pixels: Pixels, spec: InputSpec) -> Tensor:
    """BGR uint8 (n, h, w, 3) to float32 (n, 3, h, w): ``(p * scale - mean) / std``."""
    planes = np.moveaxis(pixels if spec.channels == "BGR" else pixels[..., ::-1], -1, 1)
    tensor = np.ascontiguousarray(planes, dtype=np.float32)
    if spec.scale != 1.0:
        tensor *= spec.scale
    if any(spec.mean):
        tensor -= np.asarray(spec.mean, np.float32)[:, None, None]
    if any(value != 1.0 for value in spec.std):
        tensor /= np.asarray(spec.std, np.float32)[:, None, None]
    return tensor
