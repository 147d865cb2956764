"""Make secondlook-mini's detector: ``label`` asks the teacher about the portraits, ``natural``
reads pictures without a face, ``train`` learns from scenes made on the fly, ``export`` writes the
ONNX file. See README.md for the whole run."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

import backgrounds_natural
import detector_export
from aligned import CROP, MARGIN, POINTS
from composites import Scene, compose
from composites_labels import Detecting, label_folder
from composites_sources import Sources, load_sources
from detector_loss import cells, loss_of, targets
from detector_net import MEAN, STD, Net
from muon import QUICK_HALF, Muon
from portraits import WORLD

SIZE, BATCH = 256, 16
EPOCH = 250  # steps from one checkpoint to the next
GROUNDS = 500
SEED = 2026
MUON_RATE, ADAM_RATE = 0.01, 0.002
WARM, DECAY_FROM = 100, 0.55  # steps of a rising rate; share of the run after which it falls
KEPT = 0.998  # of the averaged weights, a step


def label_portraits(portraits: Path, model: Path, work: Path) -> None:
    """What the teacher sees in all portraits, to ``work``/aligned.npz and whole.npz."""
    teacher = Detecting(model)
    work.mkdir(parents=True, exist_ok=True)
    template = (POINTS * CROP + MARGIN).astype(np.float32)
    aligned = sorted((portraits / "aligned").glob("*.jpg"))
    aligned += sorted((portraits.with_name(WORLD) / "aligned").glob("*.jpg"))
    label_folder(teacher, aligned, (192, 128), template).save(work / "aligned.npz")
    whole = sorted((portraits / "whole").glob("*.jpg"))
    label_folder(teacher, whole, (320, 448)).save(work / "whole.npz")


def persons(file: Path) -> frozenset[str]:
    """The persons of a list, one a line."""
    return frozenset(file.read_text().split())


def to_input(scenes: list[Scene]) -> torch.Tensor:
    """Pictures to the network's input, (n, 3, h, w), channels last."""
    pictures = torch.from_numpy(np.stack([scene.picture for scene in scenes]))
    return (pictures.permute(0, 3, 1, 2).float() - MEAN) / STD


class Trainer:
    """A network, its running average and its optimisers; saved and resumed as one file."""

    def __init__(self, file: Path) -> None:
        torch.manual_seed(SEED)
        self.file, self.step = file, 0
        self.net = Net().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = torch.optim.swa_utils.AveragedModel(
            self.net,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(KEPT),  # type: ignore[no-untyped-call]
            use_buffers=True,
        )
        named = list(self.net.named_parameters())
        inner = [p for n, p in named if p.ndim == 4 and not n.startswith(("stem", "out"))]
        known = {id(p) for p in inner}
        self.optimisers: list[torch.optim.Optimizer] = [
            Muon(inner, lr=MUON_RATE, momentum=0.95, decay=0.01),
            torch.optim.AdamW(
                [p for _, p in named if id(p) not in known],
                lr=ADAM_RATE,
                betas=(0.9, 0.98),
                weight_decay=0.01,
            ),
        ]
        if file.exists():
            state = torch.load(file)
            self.step = state["step"]
            for name, part in self._parts().items():
                part.load_state_dict(state[name])

    def _parts(self) -> dict[str, Any]:
        optimisers = {f"optimiser{i}": o for i, o in enumerate(self.optimisers)}
        return {"net": self.net, "average": self.average, **optimisers}

    def save(self) -> None:
        state = {name: part.state_dict() for name, part in self._parts().items()}
        temporary = self.file.with_suffix(".part")
        torch.save({"step": self.step, **state}, temporary)
        temporary.rename(self.file)

    def learn(self, scenes: list[Scene], grid: torch.Tensor, share: float) -> dict[str, float]:
        """One step at ``share`` of the full rates; returns the parts of the loss."""
        for optimiser, rate in zip(self.optimisers, (MUON_RATE, ADAM_RATE), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
        with torch.autocast("cpu", torch.bfloat16, enabled=QUICK_HALF):
            maps = self.net(to_input(scenes))
        loss, parts = loss_of(maps, targets(scenes), grid)
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for optimiser in self.optimisers:
            optimiser.step()
        self.average.update_parameters(self.net)
        self.step += 1
        return parts


def train(sources: Sources, work: Path, steps: int) -> None:
    """Train up to ``steps``, resuming from the last checkpoint. The scenes of a step depend on the
    seed and its number alone."""
    trainer = Trainer(work / "detector.pt")
    trainer.net.train()
    grid = torch.from_numpy(cells(SIZE, SIZE))
    began, first, sums = time.monotonic(), trainer.step, dict[str, float]()
    while trainer.step < steps:
        at = trainer.step
        rng = np.random.default_rng([SEED, at])
        scenes = [compose(sources, rng, SIZE) for _ in range(BATCH)]
        fall = (steps - at) / (steps * (1 - DECAY_FROM))
        parts = trainer.learn(scenes, grid, min(1.0, (at + 1) / WARM, fall))
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value
        if trainer.step % EPOCH == 0 or trainer.step == steps:
            trainer.save()
            pace = (trainer.step - first) * BATCH / (time.monotonic() - began)
            line = {"step": trainer.step, "images_s": round(pace, 1)}
            line |= {name: round(value / EPOCH, 4) for name, value in sums.items()}
            sums.clear()
            with (work / "detector.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(line, flush=True)


@torch.no_grad()
def settle(net: Net, sources: Sources, batches: int = 60) -> Net:
    """The network with its normalisation measured anew: averaged weights have activations that are
    smaller than those of any network they are the average of."""
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
    net.train()
    rng = np.random.default_rng([SEED, 0])
    for _ in range(batches):
        net(to_input([compose(sources, rng, SIZE) for _ in range(BATCH)]))
    return net.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("label", "natural", "train", "export"))
    parser.add_argument("--portraits", type=Path, help="the folder of portraits")
    parser.add_argument("--teacher", type=Path, help="YuNet, of any size")
    parser.add_argument("--work", type=Path, required=True, help="a folder for all files")
    parser.add_argument("--held-out", type=Path, default=Path(__file__).with_name("held-out.txt"))
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="for natural")
    parser.add_argument("--steps", type=int, default=7500)
    parser.add_argument("--target", type=Path, help="the ONNX file to write")
    parser.add_argument("--lift", type=float, default=0.0, help="added to both scores' logits")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    if given.what == "label":
        label_portraits(given.portraits, given.teacher, given.work)
    elif given.what == "natural":
        backgrounds_natural.collect(
            given.pictures, Detecting(given.teacher), given.work / "natural"
        )
    else:
        sources = load_sources(
            given.portraits,
            given.work,
            persons(given.held_out) | persons(given.held_out.with_name("held-out-world.txt")),
            held_out=False,
            seed=SEED,
            grounds=GROUNDS if given.what == "train" else GROUNDS // 4,
        )
        if given.what == "train":
            train(sources, given.work, given.steps)
        else:
            net: Any = Trainer(given.work / "detector.pt").average.module
            detector_export.export(settle(net, sources), given.target, given.lift)


if __name__ == "__main__":
    main()
