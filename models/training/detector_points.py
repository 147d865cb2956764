"""The detector's five points learn turned heads without the rest of the detector changing.

The network that ships learned its points from heads that mostly look at the camera, and reads a
turn as little more than half of what it is. Here a small head of its own for the points is put on
each of the coarser maps that the network makes anyway. Faces found, boxes and scores stay as they
are to the last bit: what was measured on them need not be measured again. And since nothing
below is trained, the maps of a few thousand scenes are kept, and learning takes minutes.

``gather`` makes and keeps them, ``train`` learns and writes the ONNX file.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime  # type: ignore[import-untyped]
import torch
from onnx import TensorProto, helper, numpy_helper

from composites import compose
from composites_labels import Floats, overlap
from composites_sources import Sources, load_sources
from detector import persons
from detector_net import MEAN, STD

SIZE = 320  # px of a scene
LEAST = 0.25  # score of the cells that learn; the program averages those above 0.6
SAME = 0.4  # overlap of a cell's box with the face that it speaks of
EACH = 6  # cells kept of one face and stride
WIDTHS = {16: 24, 32: 28}  # of the new heads: what 0.6 MB leave
REACH = 2  # cells around each that its points are read from: those of the eyes and the mouth too
# The maps that each stride's points are read from: the one of the old head, and the stage's own.
# Stride 8 keeps the points it has: it sees faces too small for a turn to be read, and has so many
# cells that a head there would cost a sixth of the whole network's time.
MAPS = {
    16: ("merged1", "stage16_sum_relu"),
    32: ("stage32_narrow", "stage32_sum_relu"),
}
NEAR = 0.05  # share of the face: an error below counts by its square, above as it is
SEED = 2026


class Inner:
    """The detector with its inner maps as outputs."""

    def __init__(self, model: Path) -> None:
        opened = onnx.load(model)
        names = [name for group in MAPS.values() for name in group]
        for name in names:
            opened.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            opened.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._names = [output.name for output in self._session.get_outputs()]

    def __call__(self, picture: npt.NDArray[np.uint8]) -> dict[str, Floats]:
        values = (picture.transpose(2, 0, 1)[None].astype(np.float32) - MEAN) / STD
        found = self._session.run(self._names, {"input": values.astype(np.float32)})
        return {name: value[0] for name, value in zip(self._names, found, strict=True)}


@dataclass
class Cells:
    """What one stride learns from: ``maps`` float16 (n, channels, 5, 5) around each cell,
    ``wanted`` float32 (n, 10) its points in strides from the cell, ``side`` (n,) of the face in
    strides, ``weight`` (n,) its score, ``old`` (n, 10) what the network says now."""

    maps: npt.NDArray[np.float16]
    wanted: Floats
    side: Floats
    weight: Floats
    old: Floats


Parts = tuple[list[Floats], list[Floats], list[float], list[float], list[Floats]]


def gather(inner: Inner, sources: Sources, rng: np.random.Generator, scenes: int) -> list[Cells]:
    """Cells of so many scenes, for each stride."""
    parts: list[Parts] = [([], [], [], [], []) for _ in MAPS]
    for _ in range(scenes):
        scene = compose(sources, rng, SIZE)
        if not len(scene.rows):
            continue
        found = inner(scene.picture)
        for stride, some in zip(MAPS, parts, strict=True):
            _gather(found, stride, scene.rows, scene.ignored, some, rng)
    return [
        Cells(
            np.array(maps, np.float16),
            np.array(wanted, np.float32),
            np.array(side, np.float32),
            np.array(weight, np.float32),
            np.array(old, np.float32),
        )
        for maps, wanted, side, weight, old in parts
    ]


def _gather(
    found: dict[str, Floats],
    stride: int,
    rows: Floats,
    ignored: npt.NDArray[np.bool_],
    parts: Parts,
    rng: np.random.Generator,
) -> None:
    score = np.sqrt(found[f"cls_{stride}"] * found[f"obj_{stride}"])[:, 0]
    wide = SIZE // stride
    keep = np.flatnonzero(score >= LEAST)
    if not len(keep):
        return
    maps = np.pad(
        np.concatenate([found[n] for n in MAPS[stride]]), ((0, 0), (REACH, REACH), (REACH, REACH))
    )
    owners: dict[int, list[int]] = {}
    for cell in keep:
        row, column = divmod(int(cell), wide)
        box = found[f"bbox_{stride}"][cell]
        size = np.exp(box[2:]) * stride
        corner = (np.array([column, row]) + box[:2]) * stride - size / 2
        shared = overlap(np.concatenate([corner, size]).astype(np.float32), rows)
        if shared.max() > SAME and not ignored[shared.argmax()]:
            owners.setdefault(int(shared.argmax()), []).append(int(cell))
    for owner, cells in owners.items():
        for cell in rng.permutation(cells)[:EACH]:
            row, column = divmod(int(cell), wide)
            points = rows[owner, 4:].reshape(5, 2) / stride - (column, row)
            parts[0].append(maps[:, row : row + 2 * REACH + 1, column : column + 2 * REACH + 1])
            parts[1].append(points.reshape(10).astype(np.float32))
            parts[2].append(float(np.sqrt(rows[owner, 2] * rows[owner, 3])) / stride)
            parts[3].append(float(score[cell]))
            parts[4].append(found[f"kps_{stride}"][cell])


class Head(torch.nn.Sequential):
    """(n, channels, h, w) to the points of each cell, (n, 10, h - 4, w - 4)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__(
            torch.nn.Conv2d(channels, width, 1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(width, width, 2 * REACH + 1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(width, 10, 1),
        )


def learn(cells: Cells, width: int, epochs: int, batch: int = 512, rate: float = 3e-3) -> Head:
    """A head for one stride; the error counts as a share of the face."""
    torch.manual_seed(SEED)
    maps = torch.from_numpy(cells.maps)
    wanted, side, weight = (torch.from_numpy(v) for v in (cells.wanted, cells.side, cells.weight))
    mean = maps.float().mean((0, 2, 3))
    scale = maps.float().std((0, 2, 3)) + 1e-3
    head = Head(maps.shape[1], width)
    first, last = head[0], head[4]
    assert isinstance(first, torch.nn.Conv2d)
    assert isinstance(last, torch.nn.Conv2d)
    assert last.bias is not None
    last.bias.data.copy_((wanted / side[:, None]).mean(0) * side.mean())
    adam = torch.optim.AdamW(head.parameters(), rate, weight_decay=1e-4)
    steps = epochs * (len(maps) // batch)
    fall = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        if step % (len(maps) // batch) == 0:
            order = torch.randperm(len(maps))
        at = step % (len(maps) // batch) * batch
        some = order[at : at + batch]
        x = (maps[some].float() - mean[:, None, None]) / scale[:, None, None]
        off = (head(x)[:, :, 0, 0] - wanted[some]) / side[some, None]
        far = torch.where(off.abs() < NEAR, off.square() / (2 * NEAR), off.abs() - NEAR / 2)
        loss = (far.mean(1) * weight[some]).mean()
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        fall.step()
    # The scaling of the maps becomes part of the first kernel.
    with torch.no_grad():
        assert first.bias is not None
        first.weight /= scale[:, None, None]
        first.bias -= (first.weight * mean[:, None, None]).sum((1, 2, 3))
    return head


def errors(head: Head | None, cells: Cells) -> dict[str, float]:
    """On cells that were not learned from: mean landmark error as a share of the face's side, and
    the share of the true sideways place of the nose that is read."""
    if head is None:
        found = cells.old
    else:
        with torch.no_grad():
            found = head(torch.from_numpy(cells.maps).float())[:, :, 0, 0].numpy()
    off = (found - cells.wanted).reshape(-1, 5, 2)
    far = np.linalg.norm(off, axis=2).mean(1) / cells.side
    true, read = (_aside(p.reshape(-1, 5, 2)) for p in (cells.wanted, found))
    slope = float((true * read).sum() / (true * true).sum())
    return {"error": float(far.mean()), "turn read": slope, "cells": float(len(far))}


def _aside(points: Floats) -> Floats:
    """How far the nose lies aside of the line from eyes to mouth, in eye distances."""
    eyes, mouth = points[:, :2].mean(1), points[:, 3:].mean(1)
    down, nose = mouth - eyes, points[:, 2] - eyes
    drop = np.hypot(*down.T)
    apart = np.hypot(*(points[:, 1] - points[:, 0]).T)
    aside = (nose[:, 0] * down[:, 1] - nose[:, 1] * down[:, 0]) / drop / np.maximum(apart, 0.2)
    return np.asarray(np.clip(aside, -2, 2), np.float32)


def write(model: Path, heads: dict[int, Head], target: Path) -> None:
    """The model with its points read by the new heads."""
    opened = onnx.load(model)
    graph = opened.graph
    read = {f"kps_{stride}" for stride in heads}
    for node in [n for n in graph.node if n.output[0] in read]:
        graph.node.remove(node)
    known = {w.name for w in graph.initializer}
    for stride, head in heads.items():
        name = f"points{stride}"
        source = MAPS[stride][0]
        if len(MAPS[stride]) > 1:
            source = f"{name}_maps"
            graph.node.append(helper.make_node("Concat", [*MAPS[stride]], [source], axis=1))
        # Padded before the first layer, as the heads have learned it.
        source = _padded(graph, source, f"{name}_padded")
        for layer in (0, 2):
            hidden = _convolve(graph, head[layer], source, f"{name}_{layer}")
            source = f"{name}_{layer}_relu"
            graph.node.append(helper.make_node("Relu", [hidden], [source]))
        maps = _convolve(graph, head[4], source, f"{name}_4")
        flat = f"{name}_flat"
        if "points_flat" not in known:
            shape = numpy_helper.from_array(np.array([0, -1, 10], np.int64), "points_flat")
            graph.initializer.append(shape)
            known.add("points_flat")
        graph.node.append(helper.make_node("Transpose", [maps], [flat], perm=[0, 2, 3, 1]))
        graph.node.append(helper.make_node("Reshape", [flat, "points_flat"], [f"kps_{stride}"]))
    onnx.checker.check_model(opened, full_check=True)
    onnx.save(opened, str(target))
    print(f"{target}: {target.stat().st_size:,} bytes")


def _padded(graph: Any, source: str, name: str) -> str:
    pads = np.array([0, 0, REACH, REACH] * 2, np.int64)
    if not any(w.name == "points_pads" for w in graph.initializer):
        graph.initializer.append(numpy_helper.from_array(pads, "points_pads"))
    graph.node.append(helper.make_node("Pad", [source, "points_pads"], [name]))
    return name


def _convolve(graph: Any, layer: torch.nn.Module, source: str, name: str) -> str:
    assert isinstance(layer, torch.nn.Conv2d)
    assert layer.bias is not None
    names = [f"{name}_w", f"{name}_b"]
    for part, values in zip(names, (layer.weight, layer.bias), strict=True):
        half = values.detach().numpy().astype(np.float16)
        graph.initializer.append(numpy_helper.from_array(half, f"{part}_half"))
        graph.node.append(helper.make_node("Cast", [f"{part}_half"], [part], to=TensorProto.FLOAT))
    graph.node.append(
        helper.make_node("Conv", [source, *names], [name], kernel_shape=[*layer.kernel_size])
    )
    return name


def _file(work: Path, name: str, stride: int) -> Path:
    return work / f"points-{name}-{stride}.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("gather", "train"))
    parser.add_argument("--model", type=Path, required=True, help="the detector as it is")
    parser.add_argument("--work", type=Path, required=True, help="detector.py's, with its labels")
    parser.add_argument("--portraits", type=Path)
    parser.add_argument("--target", type=Path)
    parser.add_argument("--scenes", type=int, default=6000)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--held-out", type=Path, default=Path(__file__).with_name("held-out.txt"))
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    if given.what == "gather":
        inner = Inner(given.model)
        away = persons(given.held_out) | persons(given.held_out.with_name("held-out-world.txt"))
        for name, held_out, scenes in (("test", True, 600), ("train", False, given.scenes)):
            sources = load_sources(
                given.portraits, given.work, away, held_out=held_out, seed=SEED, grounds=200
            )
            rng = np.random.default_rng([SEED, held_out])
            for stride, cells in zip(MAPS, gather(inner, sources, rng, scenes), strict=True):
                np.savez(_file(given.work, name, stride), **vars(cells))
        return
    heads = {}
    for stride in MAPS:
        train, test = (Cells(**np.load(_file(given.work, n, stride))) for n in ("train", "test"))
        heads[stride] = learn(train, WIDTHS[stride], given.epochs)
        print(stride, "before", errors(None, test), "after", errors(heads[stride], test))
    write(given.model, heads, given.target)


if __name__ == "__main__":
    main()
