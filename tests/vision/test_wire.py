"""What crosses is a value of the type that was expected, or nothing."""

import io
import json
import pickle
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.vision.box import wire
from secondlook.vision.decode import Picture


class Kind(StrEnum):
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Inner:
    kind: Kind
    values: tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Outer:
    pixels: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.bool_] | None
    corner: tuple[int, float]
    inner: Inner | None
    notes: tuple[Inner, ...]
    right: bool


def across(value: Any, kind: Any) -> Any:
    blobs: list[memoryview] = []
    stream = io.BytesIO()
    wire.send(stream, {"value": wire.pack(value, blobs)}, blobs)
    stream.seek(0)
    message = wire.receive(stream)
    made = wire.unpack(kind, message["value"], lambda view: wire.fill(stream, view))
    assert not stream.read()
    return made


def test_every_kind_of_field_crosses() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)[:, ::2]  # not in one piece
    inner = Inner(Kind.ONE, ("a", 1, 1.5))
    sent = Outer(pixels, np.array([True, False]), (1, 2.0), inner, (inner, inner), right=True)
    made = across(sent, Outer)
    assert np.array_equal(made.pixels, sent.pixels)
    assert made.pixels.flags.writeable
    assert made.mask.dtype == np.bool_
    assert made.mask.tolist() == [True, False]
    assert (made.corner, made.inner, made.notes, made.right) == (
        (1, 2.0),
        inner,
        (inner,) * 2,
        True,
    )
    assert type(made.inner.kind) is Kind
    empty = Outer(pixels, None, (1, 2.0), None, (), right=False)
    assert across(empty, Outer).mask is None


def test_a_picture_of_today_crosses() -> None:
    """Its fields may grow; what they hold must have a way across."""
    picture = Picture(np.zeros((1, 1, 3), np.uint8), 1, 1, "image/png", "0" * 64, ())
    assert across(picture, Picture).media_type == "image/png"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, True),
        (int, "1"),
        (bool, 1),
        (str, None),
        (Kind, "two"),
        (Kind, []),
        (tuple[int, ...], {"0": 1}),
        (tuple[int, int], [1]),
        (int | str, None),
        (Inner, {"kind": "one"}),
        (Inner, {"kind": "one", "values": [], "more": 1}),
        (Inner, [Kind.ONE, []]),
        (npt.NDArray[np.uint8], {"dtype": "|O", "shape": [1]}),
        (npt.NDArray[np.uint8], {"dtype": "|u1", "shape": [-1]}),
        (npt.NDArray[np.uint8], {"dtype": "|u1", "shape": [True]}),
        (npt.NDArray[np.uint8], {"dtype": "|u1", "shape": [10**9, 10**9]}),
        (npt.NDArray[np.uint8], {"dtype": "|u1", "shape": [wire.MOST_ARRAY + 1]}),
        (npt.NDArray[np.uint8], [1, 2, 3]),
        (object, 1),
        (dict, {}),
    ],
)
def test_what_is_not_of_the_type_is_refused(kind: Any, value: Any) -> None:
    def read(_: memoryview) -> None:
        pytest.fail("room was made for it")

    with pytest.raises(wire.WireError):
        wire.unpack(kind, value, read)


def test_no_object_crosses_and_nothing_is_ever_unpickled() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("it ran",)

    with pytest.raises(TypeError):
        wire.pack(Bomb(), [])
    with pytest.raises((wire.WireError, EOFError)):
        wire.receive(io.BytesIO(pickle.dumps(Bomb())))


@pytest.mark.parametrize("text", [b"[]", b"1", b"{", b"\xff", b"[" * 100_000])
def test_a_message_has_names(text: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.receive(io.BytesIO(struct.pack(">I", len(text)) + text))


def test_a_message_has_an_end() -> None:
    with pytest.raises(wire.WireError):
        wire.receive(io.BytesIO(b"\xff\xff\xff\xff{}"))
    with pytest.raises(EOFError):
        wire.receive(io.BytesIO(struct.pack(">I", 9) + b"{}"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMED = st.fixed_dictionaries(
    dict.fromkeys(("pixels", "width", "height", "media_type", "sha256", "notes"), JSON)
)


@given(JSON | NAMED)
def test_whatever_comes_is_a_picture_or_an_error(value: Any) -> None:
    stream = io.BytesIO(b"\0" * 100)
    value = json.loads(json.dumps(value))
    try:
        made = wire.unpack(Picture, value, lambda view: wire.fill(stream, view))
    except (wire.WireError, EOFError):
        return
    assert isinstance(made, Picture)
