"""Starting from a model that ships: its weights read back from the ONNX file into a student.

Checkpoints are large and stay where they were made; the model that came of them goes everywhere. In
it the normalisation is folded into the kernels. Here it is put back, measured anew on pictures, so
that the student gives the same templates and learns on as one that never stopped.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from student import Block, Convolution, Student

# The norm of each row of a kernel. Normalisation makes it meaningless for the templates; against
# Muon's steps, whose rows are about 1 times the rate, it says how fast a warm student turns.
ROW = 2.5


def read(network: Student, model: Path, pictures: torch.Tensor) -> None:
    """Give ``network`` the weights of ``model``; ``pictures`` are inputs (n, 3, 96, 96) on which
    the normalisation is measured. Raises ``ValueError`` if the file holds another network."""
    graph = onnx.load(model).graph
    weights = {w.name.removesuffix("_half"): numpy_helper.to_array(w) for w in graph.initializer}
    stops = []
    for name, layer in _convolutions(network):
        kernel, norm = layer.parts
        try:
            folded = torch.from_numpy(weights[f"{name}_w"].astype(np.float32))
            bias = torch.from_numpy(weights[f"{name}_b"].astype(np.float32))
            grown = ROW / folded.flatten(1).norm(dim=1).clamp_min(1e-4)
            kernel.weight.data.copy_(folded * grown[:, None, None, None])
        except (KeyError, RuntimeError) as error:
            raise ValueError(f"{model}: {name} is not of this network") from error
        assert norm.running_mean is not None
        assert norm.running_var is not None
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.data.copy_(1 / grown)
        norm.bias.data.copy_(bias)
        stops.append(norm.register_forward_pre_hook(_measure))
    network.template.weight.data.copy_(torch.from_numpy(weights["template_w"].astype(np.float32)))
    network.template.bias.data.copy_(torch.from_numpy(weights["template_b"].astype(np.float32)))
    network.eval()
    with torch.no_grad():
        network(pictures)
    for stop in stops:
        stop.remove()
    network.train()


def _measure(norm: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
    """Take mean and variance of what comes in, and keep what goes out."""
    assert isinstance(norm, torch.nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    variance, mean = torch.var_mean(given[0], (0, 2, 3))
    gain = norm.weight.data.clone()
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.bias.data.add_(mean * gain)
    norm.weight.data.mul_(torch.sqrt(variance + norm.eps))


def _convolutions(network: Student) -> Iterator[tuple[str, Convolution]]:
    """By the names that the exported file uses."""
    for number, layer in enumerate(network.features):
        if isinstance(layer, Block):
            yield f"layer{number}_first", layer.first
            yield f"layer{number}_second", layer.second
        elif isinstance(layer, Convolution):
            yield f"layer{number}", layer
    yield "gather", network.gather
