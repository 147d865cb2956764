"""Make secondlook-mini's recogniser: ``shards`` makes labelled mixes, ``train`` learns from them,
``export`` writes the ONNX file. See README.md for the whole run."""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
import torch
from torch.nn import functional

import mixes
import warm
from augment import SIZE, Spoiler
from muon import QUICK_HALF, Muon
from onnx_file import Graph, Shapes
from portraits import load_portraits
from student import MEAN, SCALE, TEMPLATE, Block, Convolution, Student
from teacher import Teacher

SHARD = 4096  # mixes in a shard
WINDOW = 3  # an epoch sees its own shard and the ones before it
BATCH = 64
AHEAD = 4  # shards made before the trainer wants them
RELATION = 10.0
ALIKE, STEEP, STRESS = 0.3, 0.07, 8.0  # pairs from about this score on weigh up to nine times
FALLING = 0.75  # of the time of a training that ends by the clock
NEAREST = 8  # look-alikes of a mix in the window, of which a batch takes one
MUON_RATE, ADAM_RATE = 0.01, 0.002


def held_out() -> frozenset[str]:
    """The people that no training sees, of both collections."""
    here = Path(__file__).parent
    files = (here / "held-out.txt", here / "held-out-world.txt")
    return frozenset(name for file in files for name in file.read_text("utf-8").split())


def make_shards(portraits: Path, model: Path, work: Path, last: int, seed: int) -> None:
    """Shards ``0 .. last - 1``, each from ``seed`` and its number; those that exist are kept.

    Keeps ``AHEAD`` in front of the trainer and removes what it no longer needs.
    """
    cv2.setNumThreads(1)
    teacher = Teacher(model)
    faces = load_portraits(portraits, held_out(), teacher)
    for number in range(last):
        while number > _epoch(work) + AHEAD:
            time.sleep(2)
        for old in range(max(0, _epoch(work) - WINDOW)):
            for path in _files(work, old):
                path.unlink(missing_ok=True)
        crops_file, labels_file = _files(work, number)
        if labels_file.exists() or number <= _epoch(work) - WINDOW:
            continue
        rng = np.random.default_rng([seed, number])
        crops = np.stack([mixes.mix(faces, rng) for _ in range(SHARD)])
        inner = crops[:, mixes.SPARE : -mixes.SPARE, mixes.SPARE : -mixes.SPARE]
        labels = teacher.templates(inner).astype(np.float16)
        np.save(crops_file, crops)
        temporary = labels_file.with_suffix(".part.npy")
        np.save(temporary, labels)
        temporary.rename(labels_file)


def _files(work: Path, number: int) -> tuple[Path, Path]:
    return work / f"crops-{number:04}.npy", work / f"labels-{number:04}.npy"


def _epoch(work: Path) -> int:
    """The epoch that the trainer is in."""
    path = work / "epoch.txt"
    return int(path.read_text()) if path.exists() else 0


Batch = tuple[torch.Tensor, torch.Tensor]
Half = npt.NDArray[np.float16]


class Window(torch.utils.data.IterableDataset[Batch]):
    """The batches of one epoch: the newest shards, augmented afresh, in an order of its own."""

    def __init__(self, work: Path, epoch: int, batch: int = BATCH) -> None:
        self.work, self.epoch, self.batch = work, epoch, batch

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        shards = []
        for number in range(max(0, self.epoch - WINDOW + 1), self.epoch + 1):
            crops_file, labels_file = _files(self.work, number)
            while not labels_file.exists():
                time.sleep(1)
            shards.append((np.load(crops_file, mmap_mode="r"), np.load(labels_file)))
        rng = np.random.default_rng([2027, self.epoch])
        chosen = paired(np.concatenate([labels for _, labels in shards]), rng)
        spoil = Spoiler(rng)
        for start in range(0, len(chosen) - self.batch + 1, self.batch):
            some = [divmod(int(c), SHARD) for c in chosen[start : start + self.batch]]
            faces = np.stack([spoil(shards[s][0][r]) for s, r in some])
            labels = np.stack([shards[s][1][r] for s, r in some])
            yield torch.from_numpy(faces), torch.from_numpy(labels).float()


def paired(labels: Half, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """An order of all rows in which every other one is a look-alike of the one before it.

    False matches come from look-alikes, and a batch drawn at random hardly holds any.
    """
    rows = labels.astype(np.float32)
    first = rng.permutation(len(rows))[: len(rows) // 2]
    second = np.empty_like(first)
    for start in range(0, len(first), 1024):
        some = first[start : start + 1024]
        scores = rows[some] @ rows.T
        scores[np.arange(len(some)), some] = -1
        best = np.argpartition(-scores, NEAREST, 1)[:, :NEAREST]
        second[start : start + 1024] = best[
            np.arange(len(some)), rng.integers(NEAREST, size=len(some))
        ]
    return np.stack([first, second], 1).ravel()


def to_input(faces: torch.Tensor) -> torch.Tensor:
    """uint8 (n, 96, 96, 3) to the network's input."""
    x = (faces.permute(0, 3, 1, 2).float() - MEAN) * SCALE
    return x.contiguous(memory_format=torch.channels_last)


def loss_of(found: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, float]:
    """The distance to the teacher's templates and to its comparisons within the batch.

    Returns the loss and the mean cosine to the teacher. The comparisons (every score of the batch)
    are what a matcher uses; the template alone would spend itself on directions nobody compares.
    Pairs that look alike, to the teacher or to the student, weigh most: those are the ones that
    reach a threshold, and a search meets the few highest of thousands.
    """
    found = functional.normalize(found)
    cosine = (found * wanted).sum(1).mean()
    scores, truth = found @ found.T, wanted @ wanted.T
    crossed = found @ wanted.T
    relation = torch.zeros(())
    for some in (scores, crossed):
        highest = torch.maximum(some.detach(), truth)
        weight = 1 + STRESS * torch.sigmoid((highest - ALIKE) / STEEP)
        relation = relation + (weight * (some - truth).square()).mean()
    return 1 - cosine + RELATION * relation, cosine.item()


@dataclass(frozen=True)
class Schedule:
    """The learning rate: constant at ``peak`` (a share of the usual one), then falling to nothing.

    The end is an epoch, or ``minutes`` of clock time, for a machine that is lent and shared: then
    the rate falls over the last ``FALLING`` of them, however many epochs that is.
    """

    epochs: int
    decay_from: int
    peak: float
    minutes: float | None = None
    began: float = field(default_factory=time.monotonic)

    def rate(self, at: float) -> float:
        """At the place ``at``, in epochs."""
        falling = (self.epochs - at) / max(1, self.epochs - self.decay_from)
        if self.minutes is not None:
            left = 1 - (time.monotonic() - self.began) / 60 / self.minutes
            falling = left / FALLING
        return self.peak * min(1.0, at * 3 + 0.02, max(0.0, falling))

    @property
    def over(self) -> bool:
        passed = (time.monotonic() - self.began) / 60
        return self.minutes is not None and passed >= self.minutes


def train(work: Path, schedule: Schedule, state_name: str, warm_from: Path | None) -> None:
    """Train to the end of the schedule, resuming from the last checkpoint if there is one, else
    from the weights of the model ``warm_from``, else from random weights."""
    torch.manual_seed(2026)
    network = Student()
    state_file = work / state_name
    if warm_from and not state_file.exists():
        warm.read(network, warm_from, to_input(next(iter(Window(work, 0, 512)))[0]))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995),  # type: ignore[no-untyped-call]
        use_buffers=True,
    )
    matrices = [p for n, p in network.named_parameters() if p.ndim == 4 and p.shape[1] > 1]
    known = {id(p) for p in matrices}
    others = [p for p in network.parameters() if id(p) not in known]
    optimisers = [
        Muon(matrices, lr=MUON_RATE, momentum=0.95, decay=0.01),
        torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.01),
    ]
    start = 0
    if state_file.exists():
        state = torch.load(state_file)
        start = state["epoch"]
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        for optimiser, saved in zip(optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
    for epoch in range(start, schedule.epochs):
        (work / "epoch.txt").write_text(str(epoch))
        figures = _epoch_of(network, average, optimisers, work, epoch, schedule)
        state = {
            "epoch": epoch + 1,
            "network": network.state_dict(),
            "average": average.state_dict(),
            "optimisers": [o.state_dict() for o in optimisers],
        }
        temporary = state_file.with_suffix(".part")
        torch.save(state, temporary)
        temporary.rename(state_file)
        with (work / "log.jsonl").open("a") as log:
            log.write(json.dumps({"epoch": epoch, **figures}) + "\n")
        if schedule.over:
            break


def _epoch_of(
    network: Student,
    average: torch.optim.swa_utils.AveragedModel,
    optimisers: list[torch.optim.Optimizer],
    work: Path,
    epoch: int,
    schedule: Schedule,
) -> dict[str, float]:
    network.train()
    loader = torch.utils.data.DataLoader(
        Window(work, epoch), batch_size=None, num_workers=1, prefetch_factor=4
    )
    steps = min(epoch + 1, WINDOW) * SHARD // BATCH
    began, cosines = time.monotonic(), []
    for step, (faces, labels) in enumerate(loader):
        at = epoch + step / steps
        share = schedule.rate(at)
        for optimiser, rate in zip(optimisers, (MUON_RATE, ADAM_RATE), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
        with torch.autocast("cpu", torch.bfloat16, enabled=QUICK_HALF):
            found = network(to_input(faces))
        loss, cosine = loss_of(found.float(), labels)
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for optimiser in optimisers:
            optimiser.step()
        average.update_parameters(network)
        if schedule.over:
            break
        cosines.append(cosine)
        if step % 10 == 0:
            rate = (step + 1) * BATCH / (time.monotonic() - began)
            print(f"{at:.2f} cosine {np.mean(cosines[-50:]):.4f} {rate:.0f}/s", flush=True)
    return {
        "cosine": float(np.mean(cosines)),
        "seconds": time.monotonic() - began,
        "images": len(cosines) * BATCH,
    }


def export(state_file: Path, target: Path) -> None:
    """Write the averaged network of a checkpoint as ONNX: ``input`` (n, 3, 96, 96) to ``output``
    (n, 256), not normalised. Raises ``ValueError`` if onnxruntime does not agree with torch."""
    network = load(state_file)
    graph = Graph()
    x = "input"
    for number, layer in enumerate(network.features):
        x = _write(graph, x, f"layer{number}", layer)
    x = graph.convolution(x, "gather", *network.gather.parts)
    x = graph.node("Flatten", [x], "flat")
    last = network.template
    names = [
        graph.weight("template_w", last.weight.detach().numpy()),
        graph.weight("template_b", last.bias.detach().numpy()),
    ]
    graph.node("Gemm", [x, *names], "output", transB=1)
    takes: Shapes = {"input": ["batch", 3, SIZE, SIZE]}
    gives: Shapes = {"output": ["batch", TEMPLATE]}
    graph.save(target, takes, gives, "secondlook-mini")
    _agree(network, target)


def _write(graph: Graph, source: str, name: str, layer: torch.nn.Module) -> str:
    if isinstance(layer, torch.nn.ReLU):
        return graph.node("Relu", [source], name)
    if isinstance(layer, Block):
        first = graph.convolution(source, name + "_first", *layer.first.parts)
        first = graph.node("Relu", [first], name + "_first_relu")
        second = graph.convolution(first, name + "_second", *layer.second.parts)
        total = graph.node("Add", [source, second], name + "_sum")
        return graph.node("Relu", [total], name)
    assert isinstance(layer, Convolution)
    return graph.convolution(source, name, *layer.parts)


def _agree(network: Student, target: Path) -> None:
    faces = torch.randn(8, 3, SIZE, SIZE)
    with torch.no_grad():
        wanted = functional.normalize(network(faces)).numpy()
    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    found = session.run(None, {"input": faces.numpy()})[0]
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    least = float((found * wanted).sum(1).min())
    if least < 0.9999:
        raise ValueError(f"{target}: the exported network gives other templates ({least:.6f})")
    print(f"{target}: {target.stat().st_size:,} bytes, cosine to torch at least {least:.7f}")


def load(state_file: Path) -> Student:
    """The averaged network of a checkpoint, ready to be used."""
    saved = torch.load(state_file)["average"]
    network = Student()
    network.load_state_dict(
        {name.removeprefix("module."): v for name, v in saved.items() if name != "n_averaged"}
    )
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=("shards", "train", "export"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--portraits", type=Path)
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--model", type=Path, help="the ONNX file that export writes")
    parser.add_argument("--epochs", type=int, default=26)
    parser.add_argument("--decay-from", type=int, default=11)
    parser.add_argument("--seed", type=int, default=2026, help="of the mixes")
    parser.add_argument("--peak", type=float, default=1.0, help="share of the usual rate")
    parser.add_argument("--minutes", type=float, help="end by the clock instead of by --epochs")
    parser.add_argument("--warm", type=Path, help="an ONNX file of the same network to begin from")
    parser.add_argument("--state", default="state.pt")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # two wait for each other on a busy machine
    if args.act == "shards":
        make_shards(args.portraits, args.teacher, args.work, args.epochs, args.seed)
    elif args.act == "export":
        export(args.work / args.state, args.model)
    else:
        schedule = Schedule(args.epochs, args.decay_from, args.peak, args.minutes)
        train(args.work, schedule, args.state, args.warm)


if __name__ == "__main__":
    main()
