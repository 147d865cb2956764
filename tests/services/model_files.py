"""Models that are cards with made-up files: enough for everything but running them."""

import hashlib
from pathlib import Path

from secondlook.domain.shipped import ShippedModel
from secondlook.vision.cards import load_cards
from tests.vision.card_text import CARD

SIZE = 200_000
"""Bytes: several pieces of a download."""


def body(name: str) -> bytes:
    """An empty graph, and a text that makes it ``SIZE`` long and another file for each name."""
    filler = (name.encode() * SIZE)[: SIZE - 6]
    length = bytes([len(filler) & 0x7F | 0x80, len(filler) >> 7 & 0x7F | 0x80, len(filler) >> 14])
    return b"\x3a\x00\x12" + length + filler


def put_card(
    folder: Path,
    name: str,
    task: str = "recogniser",
    *,
    rank: int = 1,
    status: str = "full",
    url: str = "",
) -> Path:
    """The card of a model; its file is ``NAME.onnx``."""
    text = CARD.replace("some-model", name).replace("some.onnx", f"{name}.onnx")
    text = text.replace("Some model", name.replace("-", " ").title())
    text = text.replace("0" * 64, hashlib.sha256(body(name)).hexdigest())
    text = text.replace("bytes = 3", f'bytes = {SIZE}\nstatus = "{status}"')
    text = text.replace('"recogniser"', f'"{task}"').replace("rank = 1", f"rank = {rank}")
    if url:
        text = text.replace('origin = "nowhere"', f'url = "{url}"')
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def put_file(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    path.write_bytes(body(name))
    return path


def ships(folder: Path) -> tuple[ShippedModel, ...]:
    """What the program would know if these cards came with it."""
    cards = load_cards(folder).values()
    return tuple(ShippedModel(c.name, c.version, c.sha256, c.card_sha256) for c in cards)


def put_models(folder: Path) -> Path:
    """A cards folder: a pair for evaluation that is embedded, and a full one to be fetched."""
    put_card(folder, "mini-detector", "detector", rank=9, status="evaluation")
    put_card(folder, "mini", rank=9, status="evaluation")
    for name in ("mini-detector", "mini"):
        put_file(folder, name)
    put_card(folder, "good-detector", "detector", url="https://example.invalid/good-detector.onnx")
    put_card(folder, "good", url="https://example.invalid/good.onnx")
    return folder
