"""The detector as an ONNX file with YuNet's outputs: ``cls_S``, ``obj_S`` (n, cells, 1),
``bbox_S`` (n, cells, 4), ``kps_S`` (n, cells, 10) for S in 8, 16, 32."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
import torch
from onnx import numpy_helper

from detector_net import STRIDES, Net
from onnx_file import Graph, folded

PARTS = {"cls": (0, 1), "obj": (1, 2), "bbox": (2, 6), "kps": (6, 16)}
ROUNDING = 0.05  # how far half-precision weights may move an output


def export(net: Net, target: Path, lift: float = 0.0) -> None:
    """Write the network. ``lift`` is added to the logits of class and objectness: the program asks
    for one fixed score, and this says which of the network's scores that is.

    Raises ``ValueError`` if onnxruntime does not agree with torch.
    """
    graph = Graph()
    x = _relu(graph, _pair(graph, "input", "stem", net.stem))
    x = _relu(graph, _pair(graph, x, "early", net.early))
    maps: list[str] = []
    stages: Any = net.stages
    for stride, stage, narrow in zip(STRIDES, stages, net.narrow, strict=True):
        name = f"stage{stride}"
        x = _relu(graph, _pair(graph, x, f"{name}_down", stage.down))
        first = _relu(graph, _pair(graph, x, f"{name}_first", stage.first))
        second = _pair(graph, first, f"{name}_second", stage.second)
        x = _relu(graph, graph.node("Add", [x, second], f"{name}_sum"))
        maps.append(_pair(graph, x, f"{name}_narrow", narrow))
    _constant(graph, "twice", np.array([1, 1, 2, 2], np.float32))
    for finer in (1, 0):
        above = graph.node(
            "Resize",
            [maps[finer + 1], "", "twice"],
            f"above{finer}",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        maps[finer] = graph.node("Add", [maps[finer], above], f"merged{finer}")
    shapes = _heads(graph, net, maps, lift)
    graph.save(target, {"input": ["batch", 3, "height", "width"]}, shapes, "secondlook-mini")
    _agree(net, target, lift)


def _pair(graph: Graph, source: str, name: str, pair: Any) -> str:
    """A convolution with its normalisation. (PyTorch does not type what a module holds.)"""
    convolution, norm = pair
    return graph.convolution(source, name, convolution, norm)


def _relu(graph: Graph, source: str) -> str:
    return graph.node("Relu", [source], f"{source}_relu")


def _constant(graph: Graph, name: str, values: npt.NDArray[Any]) -> None:
    graph.weights.append(numpy_helper.from_array(values, name))


def _heads(graph: Graph, net: Net, maps: list[str], lift: float) -> dict[str, list[int | str]]:
    """The head on each map, and each output's shape."""
    kernel, bias = folded(net.out, None)
    bias[:2] += lift
    graph.weight("out_w", kernel)
    graph.weight("out_b", bias)
    for part, (start, end) in PARTS.items():
        _constant(graph, f"{part}_from", np.array([start]))
        _constant(graph, f"{part}_to", np.array([end]))
    _constant(graph, "last_axis", np.array([2]))
    _constant(graph, "flat", np.array([0, -1, 16]))
    shapes: dict[str, list[int | str]] = {}
    for stride, level, norm in zip(STRIDES, maps, net.norms, strict=True):
        x = _pair(graph, level, f"head{stride}", (net.head, norm))
        x = graph.node("Conv", [_relu(graph, x), "out_w", "out_b"], f"out{stride}")
        x = graph.node("Transpose", [x], f"rows{stride}", perm=[0, 2, 3, 1])
        x = graph.node("Reshape", [x, "flat"], f"cells{stride}")
        for part, (start, end) in PARTS.items():
            output = f"{part}_{stride}"
            squashed = part in ("cls", "obj")
            cut = [x, f"{part}_from", f"{part}_to", "last_axis"]
            graph.node("Slice", cut, f"{output}_raw" if squashed else output)
            if squashed:
                graph.node("Sigmoid", [f"{output}_raw"], output)
            shapes[output] = ["batch", f"cells_{stride}", end - start]
    return {f"{part}_{s}": shapes[f"{part}_{s}"] for part in PARTS for s in STRIDES}


def _agree(net: Net, target: Path, lift: float) -> None:
    picture = torch.randn(2, 3, 96, 160)
    with torch.no_grad():
        wanted = [m.flatten(2).transpose(1, 2) for m in net(picture)]
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for stride, rows in zip(STRIDES, wanted, strict=True):
        for part, (start, end) in PARTS.items():
            (found,) = session.run([f"{part}_{stride}"], {"input": picture.numpy()})
            truth = rows[..., start:end]
            truth = (truth + lift).sigmoid() if part in ("cls", "obj") else truth
            worst = max(worst, float(np.abs(found - truth.numpy()).max()))
    if worst > ROUNDING:
        raise ValueError(f"{target}: the exported network differs by {worst:.4f}")
    print(f"{target}: {target.stat().st_size:,} bytes, outputs within {worst:.4f} of torch")
