"""A model is one file: what would make the library open another is refused before it gets it."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.errors import ModelError
from secondlook.paths import cards
from secondlook.vision.models import ModelStore
from secondlook.vision.onnx_file import require_whole
from secondlook.vision.sessions import open_session
from tests.vision.test_models_add import offered

INSIDE = {
    "an initializer": (7, 5),
    "a sparse initializer's values": (7, 15, 1),
    "a sparse initializer's indices": (7, 15, 2),
    "a constant of a node": (7, 1, 5, 5),
    "one of several constants of a node": (7, 1, 5, 10),
    "a sparse constant": (7, 1, 5, 22, 1),
    "one of several sparse constants": (7, 1, 5, 23, 2),
    "a graph in a node": (7, 1, 5, 6, 5),
    "one of several graphs in a node": (7, 1, 5, 11, 5),
    "a function": (25, 7, 5, 5),
    "an attribute's default in a function": (25, 11, 5),
    "the training's first graph": (20, 1, 5),
    "the training's algorithm": (20, 2, 5),
}
"""Where a tensor can lie: the fields on the way to it."""

LOCATION = b"\x6a\x17" + b"\x0a\x08location\x12\x0b/etc/passwd"
"""external_data of a tensor: one entry, key and value."""
EXTERNAL = b"\x70\x01"
"""data_location = EXTERNAL."""


def varint(value: int) -> bytes:
    parts = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes(part | 0x80 for part in parts[:-1]) + bytes(parts[-1:])


def message(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def model(content: bytes, *fields: int) -> bytes:
    for number in reversed(fields):
        content = message(number, content)
    return content + message(7, b"")


@pytest.mark.parametrize("tensor", [LOCATION, EXTERNAL, LOCATION + EXTERNAL])
@pytest.mark.parametrize("fields", INSIDE.values(), ids=INSIDE)
def test_a_tensor_elsewhere_is_refused_wherever_it_stands(
    fields: tuple[int, ...], tensor: bytes
) -> None:
    require_whole(model(b"\x4a\x02ab", *fields))
    with pytest.raises(ModelError, match="another file"):
        require_whole(model(tensor, *fields))


def test_a_compiled_file_that_a_node_names_is_refused() -> None:
    require_whole(model(message(4, b"Conv"), 7, 1))
    with pytest.raises(ModelError, match="another file"):
        require_whole(model(message(4, b"EPContext"), 7, 1))


@given(st.binary(max_size=60))
def test_anything_else_is_a_model_or_none(data: bytes) -> None:
    with contextlib.suppress(ModelError):  # and nothing else
        require_whole(data)


@pytest.mark.parametrize("name", ["secondlook-mini.onnx", "secondlook-mini-detector.onnx"])
def test_what_ships_is_whole_and_loads(name: str) -> None:
    require_whole((cards() / name).read_bytes())
    assert open_session(cards() / name).inputs


def test_the_library_is_not_asked_to_load_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, **__: object) -> None:
        pytest.fail("the library was given the file")

    monkeypatch.setattr("onnxruntime.InferenceSession", load)
    path = tmp_path / "x.onnx"
    path.write_bytes(model(LOCATION + EXTERNAL, 7, 5))
    with pytest.raises(ModelError, match="as one file") as caught:
        open_session(path)
    assert caught.value.subject == str(path)


def test_it_is_not_added_either(tmp_path: Path) -> None:
    data = model(LOCATION + EXTERNAL, 7, 5)
    card = offered(tmp_path / "from", body=data, named=data)
    store = ModelStore(cards(), [tmp_path / "added"])
    with pytest.raises(ModelError, match="another file"):
        store.add(card, tmp_path / "added")
    assert not (tmp_path / "added").exists()
