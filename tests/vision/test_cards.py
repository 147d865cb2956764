"""Cards: what is refused, and how it is told."""

from pathlib import Path

import pytest

from secondlook.domain.errors import ModelError
from secondlook.paths import cards
from secondlook.vision.cards import Task, load_card, load_cards
from secondlook.vision.engine import identity
from tests.vision.card_text import CARD

CURVE = """
[reference_curve]
cohort = "some people"
persons = 10
comparisons = 45
scores = [0.1, 0.2]
counts = [9, 3]
"""


def write(folder: Path, text: str, name: str = "card.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_card(tmp_path: Path) -> None:
    card = load_card(write(tmp_path, CARD + CURVE))
    assert card.task is Task.RECOGNISER
    assert card.status == "full"
    assert card.input.mean == (0.0, 0.0, 0.0)
    assert card.reference_curve
    assert card.reference_curve.scores == (0.1, 0.2)
    assert card.reference_curve.counts == (9, 3)


def test_an_identity_has_the_status_of_its_card(tmp_path: Path) -> None:
    text = CARD.replace('task = "rec', 'status = "evaluation"\ntask = "rec')
    mini, full = (
        identity(load_card(write(tmp_path, t, f"{i}.toml"))) for i, t in enumerate((text, CARD))
    )
    assert (mini.name, mini.status, full.status) == ("some-model", "evaluation", "full")
    assert mini == full, "the status is no part of which model it is"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('licence = "MIT"', "", "licence"),
        ('title = "Some model"', 'title = "x"\ncolour = "red"', "colour"),
        ('task = "recogniser"', 'task = "oracle"', "task"),
        ("rank = 1", 'rank = "first"', "rank"),
        ('sha256 = "0', 'sha256 = "x', "sha256"),
        ('file = "some.onnx"', 'file = "../some.onnx"', "file"),
        ('file = "some.onnx"', 'file = "/srv/some.onnx"', "file"),
        ('file = "some.onnx"', "file = 'C:\\some.onnx'", "file"),
        ('file = "some.onnx"', 'file = "below/some.onnx"', "file"),
        ('channels = "BGR"', 'channels = "GRB"', "input.channels"),
        ("height = 8", "height = 0", "input"),
        ('origin = "nowhere"', "", "origin"),
        ('origin = "nowhere"', 'url = "ftp://x/y.onnx"', "url"),
        ("template_size = 4", "", "template_size"),
        ("size = 8\npoints", "size = 9\npoints", "alignment.size"),
        (", [5, 6]]", "]", "alignment.points"),
        ("counts = [9, 3]", "counts = [3, 9]", "reference_curve"),
        ("scores = [0.1, 0.2]", "scores = [0.1]", "reference_curve"),
    ],
)
def test_faults_name_the_file_and_the_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    text = CARD + CURVE
    assert old in text
    path = write(tmp_path, text.replace(old, new))
    with pytest.raises(ModelError) as caught:
        load_card(path)
    assert caught.value.subject == str(path)
    assert field in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("data", [b"name = ", b"\xff\xfe"])
def test_not_toml(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "card.toml"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="cannot be read"):
        load_card(path)


def test_two_cards_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, CARD, "a.toml")
    write(tmp_path, CARD, "b.toml")
    with pytest.raises(ModelError, match="some-model already"):
        load_cards(tmp_path)


def test_the_cards_that_ship() -> None:
    found = load_cards(cards())
    by_rank = {task: [c.name for c in found.values() if c.task is task] for task in Task}
    assert by_rank[Task.DETECTOR] == ["yunet-dynamic", "yunet-2023mar", "secondlook-mini-detector"]
    assert by_rank[Task.RECOGNISER] == [
        "reid-retail-0095",
        "sface-2021dec",
        "mobilefacenet-foamliu",
        "secondlook-mini",
    ]
    assert found["reid-retail-0095"].reference_curve
    assert found["mobilefacenet-foamliu"].reference_curve
