"""Adding a model is adding a card, with its file beside it."""

import hashlib
from pathlib import Path

import pytest

from secondlook.domain.errors import ModelError
from secondlook.vision.models import ModelStore
from tests.vision.card_text import CARD

BODY = b"\x3a\x00"
"""The smallest model: an empty graph."""


@pytest.fixture
def models(tmp_path: Path) -> ModelStore:
    """The program has the card “some-model”, and a folder for models that are added."""
    cards = tmp_path / "cards"
    cards.mkdir()
    (cards / "some.toml").write_text(CARD)
    return ModelStore(cards, [tmp_path / "added", cards])


def offered(folder: Path, name: str = "mine", body: bytes = BODY, *, named: bytes = BODY) -> Path:
    """A card for a model (``named``), and a file beside it."""
    folder.mkdir(exist_ok=True)
    text = CARD.replace('"some-model"', f'"{name}"').replace('"some.onnx"', f'"{name}.onnx"')
    text = text.replace("0" * 64, hashlib.sha256(named).hexdigest())
    (folder / f"{name}.onnx").write_bytes(body)
    card = folder / "card.toml"
    card.write_text(text)
    return card


def test_a_card_and_its_file_are_copied_and_known_from_then_on(
    models: ModelStore, tmp_path: Path
) -> None:
    made = models.add(offered(tmp_path / "from"), tmp_path / "added")
    assert made == tmp_path / "added" / "mine.onnx"
    assert made.read_bytes() == BODY
    again = ModelStore(tmp_path / "cards", models.folders)
    for known in (models, again):
        assert known.locate("mine") == made
        assert known.best("recogniser").name == "mine"  # the other one has no file


def test_two_models_may_come_with_cards_of_one_file_name(
    models: ModelStore, tmp_path: Path
) -> None:
    models.add(offered(tmp_path / "a", "mine"), tmp_path / "added")
    models.add(offered(tmp_path / "b", "yours"), tmp_path / "added")
    again = ModelStore(tmp_path / "cards", models.folders)
    assert {s.card.name for s in again.statuses() if s.state == "verified"} == {"mine", "yours"}


def refused(models: ModelStore, card: Path, target: Path, told: str) -> None:
    before = sorted(target.rglob("*"))
    with pytest.raises(ModelError, match=told) as caught:
        models.add(card, target)
    assert str(card.parent) in str(caught.value) or str(target) in str(caught.value)
    assert sorted(target.rglob("*")) == before


def test_what_cannot_be_added(models: ModelStore, tmp_path: Path) -> None:
    source, added = tmp_path / "from", tmp_path / "added"
    refused(models, offered(source, body=b"other"), added, "SHA-256")
    refused(models, offered(source, "some-model"), added, "model named some-model already")
    refused(models, source / "gone.toml", added, "cannot be read")
    card = offered(source)
    card.write_text("name = 1")
    refused(models, card, added, "not valid")
    card = offered(source)
    (source / "mine.onnx").unlink()
    refused(models, card, added, "not beside its card")


def test_a_file_name_of_another_model_is_not_taken_over(models: ModelStore, tmp_path: Path) -> None:
    models.add(offered(tmp_path / "a", "mine"), tmp_path / "added")
    other = offered(tmp_path / "b", "yours")
    other.write_text(other.read_text().replace("yours.onnx", "mine.onnx"))
    (tmp_path / "b" / "mine.onnx").write_bytes(BODY)
    refused(models, other, tmp_path / "added", "mine.onnx")
    assert models.locate("mine").read_bytes() == BODY


def test_a_folder_that_cannot_be_written_is_named(models: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    card = offered(tmp_path / "from")
    with pytest.raises(ModelError, match="cannot be written"):
        models.add(card, tmp_path / "file" / "models")
    assert "mine" not in models.cards
