"""The last two layers of a finished recogniser, fitted once more on everything at once.

What a matcher uses are comparisons, and the ones that matter are rare: a batch of the training
holds few look-alikes. All that is below the last two layers is left as it is, so its maps of some
twenty thousand pictures are computed once; then batches can be eight times as large, half of them
look-alikes, and a pass costs seconds. The pictures are mixes, spoilt as in the training, and the
portraits themselves, plain and (the modern ones) spoilt.

    python refit.py --work WORK --portraits PORTRAITS --teacher TEACHER --model IN --target OUT
"""

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime  # type: ignore[import-untyped]
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from aligned import CANVAS, CROP, MARGIN, Field, Image, Rng
from augment import Spoiler, student_crop
from mixes import SPARE
from portraits import MODERN, WORLD
from recogniser import BATCH, held_out, loss_of
from student import MEAN, SCALE
from teacher import Teacher

SEED = 2028
OLD = 0.25  # share of the old portraits that is taken
SHARDS = 2  # the newest ones
LARGE = 8 * BATCH
NEAREST = 12
SAME = 0.85  # of the teacher: two such pictures may show one person, or be one mix
GATHER_RATE, RATE = 1.5e-3, 1e-3
FITTED = ("gather_w", "gather_b", "template_w", "template_b")


def pictures(
    portraits: Path, work: Path, teacher: Teacher, rng: Rng
) -> tuple[Image, npt.NDArray[np.float32]]:
    """Crops of the student's size and the teacher's templates of what they show."""
    spoil = Spoiler(rng)
    crops: list[Image] = []
    clean: list[Image] = []
    twice: list[bool] = []
    some = MARGIN - SPARE
    for path, modern in _files(portraits, rng):
        wide = cv2.imread(str(path))
        if wide is None:
            raise ValueError(f"{path}: not a picture")
        clean.append(wide[MARGIN : CANVAS - MARGIN, MARGIN : CANVAS - MARGIN])
        crops.append(student_crop(clean[-1]))
        twice.append(modern)
        if modern:
            crops.append(spoil(wide[some : CANVAS - some, some : CANVAS - some]))
    assert clean[0].shape[0] == CROP
    labels = [np.repeat(teacher.templates(np.stack(clean)), 1 + np.array(twice, np.int64), 0)]
    for file in sorted(work.glob("labels-*.npy"))[-SHARDS:]:
        mixes = np.load(file.with_name(file.name.replace("labels", "crops")), mmap_mode="r")
        crops += [spoil(mix) for mix in mixes]
        labels.append(np.load(file).astype(np.float32))
    return np.stack(crops), np.concatenate(labels)


def _files(portraits: Path, rng: Rng) -> list[tuple[Path, bool]]:
    """Portraits of nobody who is held out, and whether each is modern."""
    away = held_out()
    with (portraits / "manifest.csv").open(encoding="utf-8") as table:
        rows = [r for r in csv.DictReader(table) if r["person"] not in away]
    files = [(portraits / r["path"], float(r["last_congress"] or 0) >= MODERN) for r in rows]
    files = [(path, modern) for path, modern in files if modern or rng.random() < OLD]
    world = sorted((portraits.with_name(WORLD) / "aligned").glob("*.jpg"))
    return files + [(path, True) for path in world if path.stem not in away]


def inner_maps(model: onnx.ModelProto, crops: Image) -> npt.NDArray[np.float16]:
    """What goes into the last two layers, float16 (n, channels, 6, 6)."""
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    name = next(n.input[0] for n in opened.graph.node if n.output[0] == "gather")
    opened.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        opened.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    parts = []
    for start in range(0, len(crops), 32):
        some = crops[start : start + 32].transpose(0, 3, 1, 2).astype(np.float32)
        (found,) = session.run([name], {"input": (some - np.float32(MEAN)) * np.float32(SCALE)})
        parts.append(found.astype(np.float16))
    return np.concatenate(parts)


def fit(
    weights: dict[str, Field], maps: npt.NDArray[np.float16], labels: Field, steps: int
) -> dict[str, torch.Tensor]:
    """The last two layers' weights, by name, after so many steps."""
    torch.manual_seed(SEED)
    parts = {n: torch.tensor(weights[n].astype(np.float32), requires_grad=True) for n in FITTED}
    seen, wanted = torch.from_numpy(maps), functional.normalize(torch.from_numpy(labels))
    alike = torch.cat(
        [_alike(wanted[at : at + 1024], wanted) for at in range(0, len(wanted), 1024)]
    )
    groups = [
        {"params": [parts["gather_w"]], "lr": GATHER_RATE, "most": GATHER_RATE},
        {"params": [parts[n] for n in FITTED[1:]], "lr": RATE, "most": RATE},
    ]
    adam = torch.optim.AdamW(groups, weight_decay=0.0)
    for step in range(steps):
        for group in adam.param_groups:
            group["lr"] = group["most"] * min(1, (step + 1) / 50) * (1 - step / steps)
        first = torch.randint(len(wanted), (LARGE // 2,))
        second = alike[first, torch.randint(NEAREST, (LARGE // 2,))]
        some = torch.cat([first, second])
        # Each channel's map has its own weights: the layer is one sum.
        gathered = (seen[some].float() * parts["gather_w"][:, 0]).sum((2, 3)) + parts["gather_b"]
        found = gathered @ parts["template_w"].T + parts["template_b"]
        loss, cosine = loss_of(found, wanted[some])
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        if step % 200 == 0:
            print(f"{step} loss {loss.item():.4f} cosine {cosine:.4f}", flush=True)
    return {name: values.detach() for name, values in parts.items()}


def _alike(some: torch.Tensor, every: torch.Tensor) -> torch.Tensor:
    scores = some @ every.T
    scores[scores > SAME] = -1
    return scores.topk(NEAREST, 1).indices


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("work", "portraits", "teacher", "model", "target"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    crops, labels = pictures(given.portraits, given.work, Teacher(given.teacher), rng)
    print(f"{len(crops)} pictures", flush=True)
    model = onnx.load(given.model)
    weights = {
        w.name.removesuffix("_half"): numpy_helper.to_array(w) for w in model.graph.initializer
    }
    fitted = fit(weights, inner_maps(model, crops), labels, given.steps)
    for weight in model.graph.initializer:
        name = weight.name.removesuffix("_half")
        if name in fitted:
            half = fitted[name].numpy().astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(half, weight.name))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(given.target))


if __name__ == "__main__":
    main()
