"""Recognisers side by side: identification, verification, spoilt probes, groups and time.

    python models/training/measure_recogniser.py FOLDER NAME [NAME ...] [--json FILE]

FOLDER as in congress_pictures.py; the first NAME, the teacher, is what the others are set against.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from congress_pictures import embed, load_pictures
from recogniser_figures import (
    SEED,
    Data,
    Figure,
    Pairs,
    by_group,
    failures,
    identification,
    likeness,
    spoilt,
    verification,
)
from secondlook.bootstrap import open_models
from secondlook.vision.engine import Engine, open_engine
from secondlook.vision.sessions import Tensor
from secondlook.vision.tensors import to_tensor

ROUNDS = 60

Section = dict[str, list[Figure]]  # by model name, the same figures for each


def inference(engines: Sequence[Engine]) -> Section:
    """Bare runs by turns, as the program runs them: one thread that does not spin.

    CPU time of the calling thread, which is the one that computes: what else the machine does
    hardly counts. A model that takes single crops only runs one after the other.
    """
    section: Section = {engine.model.name: [] for engine in engines}
    for batch in (1, 4):
        tensors = [_noise(engine, batch) for engine in engines]
        costs = np.empty((ROUNDS, len(engines)))
        for turn in range(-2, ROUNDS):  # two to warm up, overwritten
            for k, engine in enumerate(engines):
                start = time.thread_time_ns()
                for tensor in tensors[k]:
                    engine.recogniser.session.run(tensor, engine.recogniser.card.output.names)
                costs[turn, k] = (time.thread_time_ns() - start) / batch
        for k, engine in enumerate(engines):
            milliseconds = float(np.median(costs[:, k])) / 1e6
            ratio = float(np.median(costs[:, k] / costs[:, 0]))
            section[engine.model.name] += [
                Figure(f"batch {batch}: ms per crop", milliseconds),
                Figure(f"batch {batch}: ratio to the first", ratio),
            ]
    return section


def _noise(engine: Engine, batch: int) -> list[Tensor]:
    """``batch`` crops in as few tensors as the model allows."""
    spec = engine.recogniser.card.input
    size = min(batch, spec.max_batch or batch)
    rng = np.random.default_rng(SEED)
    crops = rng.integers(0, 256, (size, spec.height, spec.width, 3), dtype=np.uint8)
    return [to_tensor(crops, spec)] * (batch // size)


def measure(data: Data, engines: Sequence[Engine]) -> dict[str, Section]:
    pairs = Pairs.of(data)
    every = data.embedded.templates
    teacher = next(iter(every.values()))
    scores = {name: pairs.scores(templates) for name, templates in every.items()}
    mated, impostors = int(pairs.mated.sum()), int((~pairs.mated).sum())
    return {
        "Rank 1 of mated probes": {n: identification(data, t) for n, t in every.items()},
        f"Verification, {mated} mated and {impostors} impostor pairs": {
            n: verification(s, pairs) for n, s in scores.items()
        },
        "Spoilt probes against the gallery": {n: spoilt(data, t) for n, t in every.items()},
        "Groups, both people in it, at the score of FMR 1e-3 over all pairs": {
            n: by_group(s, pairs, data) for n, s in scores.items()
        },
        "Likeness of templates": {n: likeness(data, teacher, t) for n, t in every.items()},
        "Bare inference time": inference(engines),
    }


def table(title: str, section: Section) -> str:
    rows = [
        f"| {row[0].what} | {' | '.join(map(str, row))} |"
        for row in zip(*section.values(), strict=True)
    ]
    head = [f"## {title}", "", f"| | {' | '.join(section)} |", "|---" * (len(section) + 1) + "|"]
    return "\n".join([*head, *rows, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--detector")
    parser.add_argument("--models", type=Path, help="folder of further cards and model files")
    parser.add_argument(
        "--held-out", type=Path, default=Path(__file__).with_name("held-out-congress.txt")
    )
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    store = open_models(chosen.models)
    engines = [open_engine(store, chosen.detector, name) for name in dict.fromkeys(chosen.names)]
    pictures = load_pictures(chosen.folder)
    held = set(chosen.held_out.read_text("utf-8").split())
    held_out = np.array([picture.person in held for picture in pictures])
    data = Data(pictures, held_out, embed(engines, chosen.folder, pictures))
    lost = {engines[0].detector_identity.name: failures(data)}
    sections = {"Failures to acquire": lost} | measure(data, engines)
    for title, section in sections.items():
        print(table(title, section))
    if chosen.json:
        plain = {
            t: {n: [asdict(f) for f in fs] for n, fs in s.items()} for t, s in sections.items()
        }
        models = {engine.model.name: asdict(engine.model) for engine in engines}
        chosen.json.write_text(json.dumps({"models": models, "sections": plain}, indent=1) + "\n")


if __name__ == "__main__":
    main()
