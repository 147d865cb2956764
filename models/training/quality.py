"""The small network that sees how a head is turned, and what hides eyes, nose and mouth.

``gather`` makes faces: aligned portraits, some with something before them, turned over a relief,
and laid on the network's template by the points that the detectors find there, right or wrong: so
it learns to see a turn that the points do not show. ``train`` learns, and writes the ONNX file.
"""

import argparse
import csv
import time
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from aligned import CROP, MARGIN, Field, Image, Rng
from augment import compressed, exposed, sidelit
from composites_labels import Detecting, Labels
from composites_sources import TurnedPicture, aligned_picture
from hidden import hide
from onnx_file import Graph
from turns import Relief, Turn, fit_similarity

SIZE, KEPT = 64, 80  # px of the network's crop, and of what is kept of each face around it
POINTS = np.array([(22.95, 27.7), (40.95, 27.6), (32.0, 37.95), (24.6, 48.5), (39.5, 48.4)])
"""The five points in the crop: the common layout at 0.51, so that ears and hair are seen too."""
YAW, PITCH = 60.0, 30.0  # degrees that the network calls 1
NOSE_DEPTH, NOSE_LEVEL = 0.43, 0.58  # as in vision.quality
STILL = 25.0  # a portrait turned further than this is not turned again
TURNS = 500
SEED = 2027


def pose(points: Field) -> tuple[float, float]:
    """Yaw and pitch (degrees, nose to image right and up) of a frontal face's five points."""
    left, right, nose, mouth_left, mouth_right = points.astype(float)
    eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
    down, across, offset = mouth - eyes, right - left, nose - eyes
    length, apart = np.hypot(*down), np.hypot(*across)
    aside = (down[1] * offset[0] - down[0] * offset[1]) / length
    level = float(down @ offset) / length**2
    pitch = np.arctan((NOSE_LEVEL - level) / NOSE_DEPTH)
    return float(np.degrees(np.arctan(aside / apart / NOSE_DEPTH))), float(np.degrees(pitch))


class Faces:
    """Portraits and the turns that they are seen in."""

    def __init__(
        self, portraits: Path, work: Path, detectors: list[Path], rng: Rng, held: bool
    ) -> None:
        here = Path(__file__).parent
        files = ("held-out.txt", "held-out-world.txt")
        out = {n for f in files for n in (here / f).read_text("utf-8").split()}
        labels = Labels.load(work / "aligned.npz")
        chosen = [
            i for i, n in enumerate(labels.names) if (str(n) in out) == held and labels.found[i]
        ]
        self.names = [str(labels.names[i]) for i in chosen]
        self.rows = labels.rows[chosen]
        self.portraits, self.rng = portraits, rng
        self.drawn = self._weights()
        self.detectors = [Detecting(path) for path in detectors]
        self.turns = [TurnedPicture.of(_turn(rng)) for _ in range(TURNS)]

    def _weights(self) -> Field:
        """Modern portraits and people beyond legislators are drawn most."""
        with (self.portraits / "manifest.csv").open(encoding="utf-8") as table:
            modern = {
                r["person"]: float(r["last_congress"] or 0) >= 95 for r in csv.DictReader(table)
            }
        weight = np.array(
            [
                4.0 if modern.get(name, False) else 0.5 if name in modern else 3.0
                for name in self.names
            ]
        )
        return weight / weight.sum()

    def __call__(self) -> tuple[Image, Field]:
        """A kept face, uint8 (80, 80, 3), and yaw, pitch (degrees), hidden eyes, hidden mouth."""
        rng = self.rng
        i = int(rng.choice(len(self.names), p=self.drawn))
        picture, row = aligned_picture(self.portraits, self.names[i]), self.rows[i]
        eyes = mouth = 0.0
        if rng.random() < 0.6:
            sheet = hide(picture.copy(), MARGIN, rng)
            picture, eyes, mouth = sheet.face, sheet.eyes, sheet.mouth
        yaw, pitch = pose(row[4:14].reshape(5, 2))
        pitch = float(np.clip(pitch * 0.6, -20, 20))  # noses differ: less than it seems
        if rng.random() < 0.65 and abs(yaw) < STILL:
            turned = self.turns[int(rng.integers(len(self.turns)))]
            if rng.random() < 0.7:
                picture = self._alone(picture, turned)
                row = turned(picture, row[:14])[1]
            else:  # the ground turns with the head, folded
                picture, row = turned(picture, row[:14])
            # Positive angles of the relief move the nose to image right and down.
            yaw, pitch = yaw + np.degrees(turned.turn.yaw), pitch - np.degrees(turned.turn.pitch)
        elif rng.random() < 0.2:
            picture = self._alone(picture, None)
        points = self._points(picture, row[4:14].reshape(5, 2))
        return placed(picture, points), np.array([yaw, pitch, eyes, mouth], np.float32)

    def _alone(self, picture: Image, turned: TurnedPicture | None) -> Image:
        """The head, turned or not, on another ground: what lies behind must not tell its turn."""
        rng = self.rng
        relief = turned.turn.relief if turned else Relief.drawn(rng)
        axis = ((np.arange(len(picture), dtype=np.float32) - MARGIN + 0.5) / CROP).astype(
            np.float32
        )
        x, y = np.meshgrid(axis, axis)
        far = np.hypot((x - 0.5) / relief.width, (y - 0.6) / 0.78)
        mask = (255 * np.clip((1.02 - far) / 0.06, 0, 1)).astype(np.uint8)
        if turned:
            where = turned.where[..., 0], turned.where[..., 1]
            picture = cv2.remap(picture, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            mask = cv2.remap(mask, *where, cv2.INTER_LINEAR)
        if rng.random() < 0.4:
            ground = aligned_picture(self.portraits, self.names[int(rng.integers(len(self.names)))])
            ground = cv2.resize(ground[: MARGIN + 20], picture.shape[1::-1])[
                :, :: rng.choice([-1, 1])
            ]
        else:
            coarse = rng.uniform(0, 255, 3) + rng.normal(0, 40, (*rng.integers(2, 12, 2), 3))
            ground = cv2.resize(np.clip(coarse, 0, 255).astype(np.uint8), picture.shape[1::-1])
        soft = (cv2.GaussianBlur(mask, (0, 0), 1).astype(np.float32) / 255)[..., None]
        return np.asarray(picture * soft + ground * (1 - soft), np.uint8)

    def _points(self, picture: Image, true: Field) -> Field:
        """What a detector says, or the truth, a little off."""
        kind = self.rng.random()
        if kind < 0.75:
            wide = cv2.copyMakeBorder(picture, 32, 32, 32, 32, cv2.BORDER_REPLICATE)
            detector = self.detectors[0 if kind < 0.5 else -1]
            for found in detector.find(np.asarray(wide, np.uint8), 256)[:1]:
                points = found[4:14].reshape(5, 2) - 32
                if np.abs(points.mean(0) - true.mean(0)).max() < 20:
                    return np.asarray(points)
        return true + self.rng.normal(0, 1.2, (5, 2))


def _turn(rng: Rng) -> Turn:
    yaw, pitch = rng.uniform(-72, 72), np.clip(rng.normal(0, 16), -38, 38)
    if abs(yaw) > 45:
        pitch *= 0.5
    return Turn(Relief.drawn(rng), float(np.radians(yaw)), float(np.radians(pitch)))


def placed(picture: Image, points: Field) -> Image:
    a, b = fit_similarity(points, POINTS + (KEPT - SIZE) / 2)
    matrix = np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
    if abs(a) < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 / abs(a) - 0.2)
    return np.asarray(
        cv2.warpAffine(
            picture, matrix, (KEPT, KEPT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


class Net(nn.Module):
    WIDTHS = ((3, 16, 2), (16, 24, 2), (24, 32, 1), (32, 40, 2), (40, 48, 1), (48, 56, 2))

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, s, 1, bias=False) for a, b, s in self.WIDTHS
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for _, b, _ in self.WIDTHS)
        self.inner = nn.Conv2d(56, 48, 4, bias=False)
        self.inner_norm = nn.BatchNorm2d(48)
        self.last = nn.Conv2d(48, 4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = torch.relu(norm(convolution(x)))
        x = torch.relu(self.inner_norm(self.inner(x)))
        return self.last(nn.functional.dropout(x, 0.1, self.training)).flatten(1)


def spoilt(kept: Image, labels: Field, rng: Rng) -> tuple[Image, Field]:
    """One look at a kept face: a little beside its place, lit, blurred, compressed, mirrored."""
    angle, scale = rng.normal(0, 0.05), float(np.exp(rng.normal(0, 0.05)))
    matrix = cv2.getRotationMatrix2D((KEPT / 2, KEPT / 2), float(np.degrees(angle)), scale)
    matrix[:, 2] += rng.normal(0, 0.8, 2) - (KEPT - SIZE) / 2
    face = cv2.warpAffine(
        kept, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    labels = labels.copy()
    if rng.random() < 0.5:
        face, labels[0] = np.ascontiguousarray(face[:, ::-1]), -labels[0]
    if rng.random() < 0.25:
        face = sidelit(face, rng)
    if rng.random() < 0.25:
        face = cv2.merge([cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)] * 3)
    if rng.random() < 0.6:
        face = exposed(face, rng)
    if rng.random() < 0.2:
        small = int(rng.integers(24, 60))
        face = cv2.resize(
            cv2.resize(face, (small, small), interpolation=cv2.INTER_AREA),
            (SIZE, SIZE),
            interpolation=cv2.INTER_CUBIC,
        )
    elif rng.random() < 0.15:
        face = cv2.GaussianBlur(face, (0, 0), float(rng.uniform(0.4, 1.5)))
    if rng.random() < 0.15:
        face = compressed(face, int(rng.integers(10, 90)))
    if rng.random() < 0.2:
        noise = rng.normal(0, abs(rng.normal(0, 8)), face.shape).astype(np.float32)
        face = cv2.add(face, noise, dtype=cv2.CV_8U)
    return face, labels


def tensor(faces: Image) -> torch.Tensor:
    return (
        torch.from_numpy(np.ascontiguousarray(faces.transpose(0, 3, 1, 2)))
        .float()
        .sub_(117)
        .div_(60)
    )


def loss_of(found: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    scale = torch.tensor([YAW, PITCH])
    pose = nn.functional.smooth_l1_loss(
        found[:, :2], labels[:, :2] / scale, beta=0.1, reduction="none"
    ).mean(0)
    hidden = nn.functional.binary_cross_entropy_with_logits(
        found[:, 2:], labels[:, 2:], reduction="none"
    ).mean(0)
    return pose[0] * 3 + pose[1] * 2 + hidden.sum() * 1.5


def gather(given: argparse.Namespace) -> None:
    rng = np.random.default_rng(given.seed)
    faces = Faces(given.portraits, given.labels, given.detectors, rng, given.held)
    crops, labels, began = (
        np.empty((given.count, KEPT, KEPT, 3), np.uint8),
        np.empty((given.count, 4), np.float32),
        time.time(),
    )
    for k in range(given.count):
        crops[k], labels[k] = faces()
        if k % 1000 == 999:
            print(k + 1, round(time.time() - began), flush=True)
    given.work.mkdir(exist_ok=True)
    np.savez(
        given.work / f"{'held' if given.held else 'faces'}-{given.seed}.npz",
        crops=crops,
        labels=labels,
    )


def train(given: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    parts = [np.load(path) for path in sorted(given.work.glob("faces-*.npz"))]
    crops, labels = (np.concatenate([part[name] for part in parts]) for name in ("crops", "labels"))
    net = Net()
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.02)
    began, batch = time.time(), 96
    total, step = given.minutes * 60, 0
    while (gone := (time.time() - began) / total) < 1:
        for group in optimiser.param_groups:
            group["lr"] = (
                3e-3
                * min(1, (step + 1) / 100)
                * max(0.003, 0.5 + 0.5 * float(np.cos(np.pi * gone)))
            )
        chosen = rng.integers(0, len(crops), batch)
        looks = [spoilt(crops[i], labels[i], rng) for i in chosen]
        found = net(tensor(np.stack([look[0] for look in looks])))
        loss = loss_of(found, torch.from_numpy(np.stack([look[1] for look in looks])))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 100 == 0:
            print(step, f"{gone:.2f}", round(float(loss), 4), flush=True)
    torch.save(net.state_dict(), given.work / "state.pt")
    export(net.eval(), given.target)
    print(step * batch, "looks at", len(crops))


def export(net: Net, target: Path) -> None:
    graph = Graph()
    x = "input"
    for k, (convolution, norm) in enumerate(zip(net.convolutions, net.norms, strict=True)):
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        x = graph.node(
            "Relu", [graph.convolution(x, f"stage{k}", convolution, norm)], f"stage{k}_relu"
        )
    x = graph.node("Relu", [graph.convolution(x, "inner", net.inner, net.inner_norm)], "inner_relu")
    x = graph.convolution(x, "last", net.last, None)
    scale = np.array([YAW, PITCH], np.float32).reshape(1, 2, 1, 1)
    for name, first, last in (("turn_raw", 0, 2), ("hidden_raw", 2, 4)):
        for suffix, value in (("from", first), ("to", last), ("axis", 1)):
            graph.weights.append(_ints(f"{name}_{suffix}", value))
        graph.node("Slice", [x, f"{name}_from", f"{name}_to", f"{name}_axis"], name)
    graph.node("Mul", ["turn_raw", graph.weight("scale", scale)], "turn_scaled")
    graph.node("Sigmoid", ["hidden_raw"], "hidden_share")
    for name, source in (("turn", "turn_scaled"), ("hidden", "hidden_share")):
        graph.node("Flatten", [source], name, axis=1)
    graph.save(
        target,
        {"input": ["n", 3, SIZE, SIZE]},
        {"turn": ["n", 2], "hidden": ["n", 2]},
        "models/training/quality.py",
    )


def _ints(name: str, value: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array([value], np.int64), name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["gather", "train"])
    parser.add_argument("--portraits", type=Path)
    parser.add_argument("--labels", type=Path, help="detector.py's work folder, with aligned.npz")
    parser.add_argument("--detectors", type=Path, nargs="*", default=[])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--held", action="store_true", help="of the people that training never sees"
    )
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--target", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    {"gather": gather, "train": train}[given.what](given)


if __name__ == "__main__":
    main()
