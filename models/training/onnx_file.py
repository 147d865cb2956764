"""Writing a small convolutional network as an ONNX file: normalisation folded, weights halved."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OPSET = 13  # old enough for every onnxruntime that the program may meet
IR_VERSION = 8

Array = npt.NDArray[np.float32]
Shapes = dict[str, list[int | str]]
"""Of inputs or outputs by name; a text names a free axis."""


class Graph:
    """Nodes one after the other. Weights are float16 in the file and cast to float32 in the graph,
    which onnxruntime does once, when it loads: half the size, and the arithmetic stays float32."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, values: Array) -> str:
        self.weights.append(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        self.nodes.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(
        self, source: str, name: str, layer: nn.Conv2d, norm: nn.BatchNorm2d | None
    ) -> str:
        kernel, bias = folded(layer, norm)
        inputs = [source, self.weight(name + "_w", kernel), self.weight(name + "_b", bias)]
        pads, strides = [*layer.padding] * 2, [*layer.stride]
        return self.node(
            "Conv",
            inputs,
            name,
            kernel_shape=[*layer.kernel_size],
            pads=pads,
            strides=strides,
            group=layer.groups,
        )

    def save(
        self,
        path: Path,
        inputs: Shapes,
        outputs: Shapes,
        made_by: str,
    ) -> None:
        """Write the file after the checker has seen it."""
        takes, gives = (
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in side.items()]
            for side in (inputs, outputs)
        )
        graph = helper.make_graph(self.nodes, path.stem, takes, gives, initializer=self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = made_by
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(path))


def folded(layer: nn.Conv2d, norm: nn.BatchNorm2d | None) -> tuple[Array, Array]:
    """Kernel and bias of a convolution with the normalisation after it multiplied in."""
    kernel = layer.weight.detach().double()
    bias = torch.zeros(len(kernel)).double() if layer.bias is None else layer.bias.detach().double()
    if norm is not None:
        assert norm.running_var is not None
        assert norm.running_mean is not None
        gain = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
        kernel = kernel * gain[:, None, None, None]
        bias = (bias - norm.running_mean) * gain + norm.bias.detach()
    return kernel.float().numpy(), bias.float().numpy()
